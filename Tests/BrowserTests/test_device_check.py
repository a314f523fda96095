"""Tips while one waits, and a trial of camera and microphone that nobody else sees or hears."""

import shutil

import pytest
from playwright.sync_api import expect

from test_alerts import until

BUTTON = "Check camera and microphone"
# Tracks that are still on, and how often the browser was asked.
WATCH = """
    window.asked = 0
    window.tracks = []
    const {getUserMedia} = MediaDevices.prototype
    MediaDevices.prototype.getUserMedia = async function (wanted) {
        window.asked += 1
        const stream = await getUserMedia.call(this, wanted)
        window.tracks.push(...stream.getTracks())
        return stream
    }
"""
RUNNING = "window.tracks.filter(track => track.readyState === 'live').length"


def without(kind, error):
    """A machine on which one of the two does not start."""
    return f"""
        const {{getUserMedia}} = MediaDevices.prototype
        MediaDevices.prototype.getUserMedia = function (wanted) {{
            return wanted.{kind}
                ? Promise.reject(new DOMException('', '{error}')) : getUserMedia.call(this, wanted)
        }}
    """


@pytest.fixture(scope="module")
def chromium(playwright):
    """The whole browser: its shell has no devices, not even a stand-in for one."""
    browser = playwright.chromium.launch(
        executable_path=shutil.which("chromium"),
        args=["--no-sandbox", "--use-fake-device-for-media-stream"])
    yield browser
    browser.close()


@pytest.fixture
def arrive(clinic):
    """A patient whose browser has these devices, and allows them or not."""

    def arrive(script=WATCH, allows=True):
        clinic.scripts.append(script)
        patient = clinic.patient("Ada")
        if allows:
            patient.page.context.grant_permissions(
                ["camera", "microphone"], origin=clinic.relay.origin)
        return patient

    return arrive


def trial(patient):
    return patient.page.get_by_role("region", name="Camera and microphone")


def provider_reads(rivera, text):
    expect(rivera.information("Ada").locator(".information__devices")).to_have_text(text)
    rivera.page.keyboard.press("Escape")


def test_a_trial_shows_oneself_and_the_provider_is_told_the_outcome(clinic, arrive):
    rivera, ada = clinic.provider(), arrive()
    provider_reads(rivera, "Not tried")
    assert ada.page.evaluate("window.asked") == 0, "nobody is asked for what they did not want"
    check = trial(ada)
    check.get_by_role("button", name=BUTTON).click()
    expect(check).to_contain_text("Camera works")
    expect(check).to_contain_text("Microphone works")  # Chromium's stand-in beeps.
    picture = check.get_by_label("Your picture")
    expect(picture).to_be_visible()
    until(ada, "document.querySelector('video').videoWidth > 0")
    assert ada.page.evaluate("document.querySelector('video').muted")
    check.get_by_role("button", name="Done").click()
    expect(picture).to_be_hidden()
    expect(check).to_contain_text("Microphone works")
    assert ada.page.evaluate(RUNNING) == 0, "camera and microphone are let go"
    provider_reads(rivera, "Camera works, microphone works")


def test_each_obstacle_is_named_by_itself(clinic, arrive):
    rivera, ada = clinic.provider(), arrive(without("video", "NotFoundError"))
    check = trial(ada)
    check.get_by_role("button", name=BUTTON).click()
    expect(check).to_contain_text("No camera found")
    expect(check).to_contain_text("Microphone works")
    check.get_by_role("button", name="Done").click()
    provider_reads(rivera, "No camera, microphone works")


def test_what_the_browser_refuses_is_said_with_what_to_do(clinic, arrive):
    rivera, ada = clinic.provider(), arrive(allows=False)
    check = trial(ada)
    check.get_by_role("button", name=BUTTON).click()
    expect(check).to_contain_text("Camera is blocked. Allow it in the settings of your browser.")
    expect(check).to_contain_text("Microphone is blocked.")
    expect(check.get_by_role("button", name="Check again")).to_be_visible()
    provider_reads(rivera, "Camera blocked, microphone blocked")


def test_a_device_that_another_program_has_is_said_to_be_busy(arrive):
    check = trial(arrive(without("audio", "NotReadableError")))
    check.get_by_role("button", name=BUTTON).click()
    expect(check).to_contain_text("Microphone does not start. Another program may be using it.")
    expect(check).to_contain_text("Camera works")


def test_a_call_takes_camera_and_microphone(clinic, arrive):
    rivera, ada = clinic.provider(), arrive()
    trial(ada).get_by_role("button", name=BUTTON).click()
    expect(trial(ada)).to_contain_text("Camera works")
    rivera.press("Ada", "Start call")
    expect(trial(ada).get_by_label("Your picture")).to_be_hidden()
    assert ada.page.evaluate(RUNNING) == 0


def test_a_page_that_goes_to_the_background_lets_them_go(arrive):
    ada = arrive()
    trial(ada).get_by_role("button", name=BUTTON).click()
    expect(trial(ada)).to_contain_text("Camera works")
    ada.hide()
    until(ada, f"{RUNNING} === 0")


def test_leaving_while_the_browser_asks_starts_nothing(arrive):
    ada = arrive(WATCH + """
        const open = MediaDevices.prototype.getUserMedia
        MediaDevices.prototype.getUserMedia = async function (wanted) {
            await new Promise(resolve => { window.answer = resolve })
            return open.call(this, wanted)
        }
    """)
    trial(ada).get_by_role("button", name=BUTTON).click()
    expect(trial(ada)).to_contain_text("Your browser asks")
    ada.leave()
    ada.page.evaluate("window.answer()")
    until(ada, f"window.tracks.length === 2 && {RUNNING} === 0")


def test_a_provider_who_comes_later_is_told_too(clinic, arrive):
    ada = arrive()
    trial(ada).get_by_role("button", name=BUTTON).click()
    expect(trial(ada)).to_contain_text("Microphone works")
    trial(ada).get_by_role("button", name="Done").click()
    provider_reads(clinic.provider(), "Camera works, microphone works")


def test_tips_are_in_the_patients_language(clinic):
    ada = clinic.patient("Ada")
    tips = ada.page.locator(".tips li")
    expect(tips).to_have_count(3)
    expect(tips.first).to_have_text("Have your medicines and questions at hand.")
    ada.page.get_by_label("Language").select_option("es")
    expect(tips.first).to_have_text("Tenga a mano sus medicinas y sus preguntas.")


@pytest.mark.relay(demo={"tips": ["Bring your <b>insurance</b> card."]})
def test_a_clinics_own_tips_stand_as_they_were_written(clinic):
    ada = clinic.patient("Ada")
    expect(ada.page.locator(".tips li")).to_have_text(["Bring your <b>insurance</b> card."])
