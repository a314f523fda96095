"""The patient's page: what it says in each state, and what makes waiting easier."""

import pytest
from playwright.sync_api import expect

SHORT = {"provider": "2s", "patient": "30s", "rejoin": "60s"}

# Records what is heard, felt and held. Headless browsers have neither a speaker nor a lock screen.
LISTEN = """
window.heard = []
window.hummed = []
window.locks = []
const start = OscillatorNode.prototype.start
OscillatorNode.prototype.start = function (...given) {
  window.heard.push(Math.round(this.frequency.value))
  return start.apply(this, given)
}
navigator.vibrate = ms => window.hummed.push(ms) > 0
Object.defineProperty(navigator, 'wakeLock', {value: {async request(kind) {
  if (window.isBatteryLow) throw new DOMException('low', 'NotAllowedError')
  const lock = new EventTarget()
  lock.released = false
  lock.release = async () => { lock.released = true }
  window.locks.push(lock)
  return lock
}}})
"""


@pytest.fixture
def listening(clinic):
    clinic.scripts.append(LISTEN)
    return clinic


def held(person):
    return person.page.evaluate("window.locks.filter(lock => !lock.released).length")


def test_the_words_of_each_state(clinic):
    ada = clinic.patient("Ada")
    ada.is_told("You're checked in. Keep this page open.")
    rivera = clinic.provider()
    ada.is_told("You're in Dr Rivera's waiting room")
    ada.is_told("We can't estimate yet")
    status = rivera.page.locator("status-choice select")
    status.select_option("away")
    ada.is_told("Dr Rivera is away. You keep your place.")
    status.select_option("closed")
    ada.is_told("Dr Rivera is not seeing patients now.")
    status.select_option("available")
    ben = clinic.patient("Ben")
    rivera.press("Ben", "Start call")
    ada.is_told("Dr Rivera is on another call.")
    ben.is_told("You're in a call with Dr Rivera.")
    expect(ben.page.locator(".place__estimate")).to_be_hidden()


@pytest.mark.relay(graces=SHORT)
def test_when_the_provider_has_gone_the_patient_is_told(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.has_row("Ada")
    rivera.page.close()
    ada.is_told("Nobody is here yet. You keep your place.")


def test_the_emergency_line_is_there_in_every_state(clinic):
    page = clinic.context({"width": 360, "height": 740}).new_page()
    page.goto(f"{clinic.relay.origin}/r/demo")
    line = page.locator(".emergency:visible").filter(has_text="Not for emergencies. Call 911.")
    expect(line).to_have_count(1)
    expect(line.get_by_role("link")).to_have_attribute("href", "tel:911")
    page.close()
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    line = ada.page.locator(".emergency:visible").filter(has_text="Not for emergencies. Call 911.")
    expect(line).to_have_count(1)
    assert line.bounding_box()["y"] < ada.composer.bounding_box()["y"]
    rivera.open_chat("Ada")
    rivera.write("Hello")
    ada.sees("Hello")
    rivera.press("Ada", "Start call")
    rivera.press_in_call("Finish visit")
    ada.is_told("Your visit has ended")
    expect(line).to_have_count(1)
    ada.page.get_by_role("button", name="Clear my screen").click()
    ada.is_told("Visit finished")
    expect(ada.page.get_by_text("Nothing was stored.")).to_have_text("Erased at " + ada.page.evaluate(
        "new Date().toLocaleTimeString('en', {hour: '2-digit', minute: '2-digit', hourCycle: 'h23'})")
        + ". Nothing was stored.")
    ada.does_not_see("Hello")
    expect(line).to_have_count(1)


def test_a_quick_message_is_a_message_and_leaves_the_draft(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    ada.composer.fill("Half a sentence")
    chips = ada.page.get_by_role("group", name="Quick messages")
    expect(chips.get_by_role("button")).to_have_text(["I can't hear you", "I need more time", "Leaving"])
    chips.get_by_role("button", name="I can't hear you").dblclick()
    rivera.sees("I can't hear you")
    expect(ada.composer).to_have_value("Half a sentence")
    expect(rivera.log.locator(".m")).to_have_count(1)
    # The chat is open before the provider's eyes.
    expect(ada.log).to_contain_text("Seen")


def test_the_screen_stays_on_and_says_when_it_does_not(listening):
    ada = listening.patient("Ada")
    switch = ada.page.get_by_role("switch", name="Keep my screen on")
    expect(switch).to_be_checked()
    assert held(ada) == 1
    ada.page.evaluate("window.locks.forEach(lock => { lock.released = true })")
    ada.hide(True)
    ada.hide(False)
    expect(switch).to_be_checked()
    assert held(ada) == 1
    switch.uncheck()
    expect(ada.page.locator("waiting-comfort")).to_contain_text("Off. If your phone locks")
    assert held(ada) == 0
    ada.page.evaluate("window.isBatteryLow = true")
    switch.check()
    expect(ada.page.locator("waiting-comfort")).to_contain_text("Your phone does not allow it now.")


def test_a_sound_is_played_only_for_whoever_asked_for_it_and_nothing_of_it_is_kept(listening):
    rivera, ada = listening.provider(), listening.patient("Ada")
    rivera.open_chat("Ada")
    rivera.write("One")
    ada.sees("One")
    assert ada.page.evaluate("window.heard") == []
    ada.page.get_by_role("switch", name="Play a sound when I get a message").check()
    expect(ada.page.locator("waiting-comfort")).to_contain_text("On. Check that your phone is not muted.")
    assert ada.page.evaluate("window.heard") == [784, 523]
    ada.page.wait_for_timeout(2_100)
    rivera.write("Two")
    ada.sees("Two")
    assert ada.page.evaluate("window.heard") == [784, 523] * 2
    assert ada.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_behind_other_pages_a_message_hums_and_counts_without_a_name(listening):
    rivera, ada = listening.provider(), listening.patient("Ada")
    rivera.open_chat("Ada")
    ada.look_away()
    ada.hide(True)
    rivera.write("Hello Ada")
    expect(ada.page).to_have_title("(1) New message")
    assert ada.page.evaluate("window.hummed") == [200]


def test_a_page_behind_others_keeps_its_place_and_catches_up(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    ada.hide(True)
    ada.page.context.set_offline(True)
    rivera.write("Are you there?")
    ada.page.context.set_offline(False)
    ada.hide(False)
    ada.sees("Are you there?")
    ada.is_told("1st in line")
    clinic.relay.wait_for_status(visits=1)


def test_a_lost_connection_is_said_where_one_looks_and_never_asks_for_a_refresh(clinic):
    ada = clinic.patient("Ada")
    ada.page.route_web_socket("**/socket", lambda socket: socket.close())
    clinic.relay.kill()
    line = ada.page.locator("connection-line")
    expect(line).to_contain_text("Connection lost. Trying again… your place is kept for")
    ada.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    box = line.bounding_box()
    assert box["y"] >= 0 and box["width"] == 360
    for word in ("refresh", "Refresh", "reload", "Reload"):
        expect(ada.page.get_by_text(word, exact=False).and_(ada.page.locator(":visible"))).to_have_count(0)


@pytest.mark.parametrize("size", [(320, 640), (360, 740), (640, 360), (1100, 760)])
def test_nothing_is_wider_than_the_screen_and_one_can_write(clinic, size):
    width, height = size
    rivera = clinic.provider()
    ada = clinic.patient("Ada", {"width": width, "height": height})
    rivera.open_chat("Ada")
    rivera.write("Hello " + "verylong" * 30)
    ada.sees("Hello")
    ada.composer.click()
    assert ada.page.evaluate("document.documentElement.scrollWidth") <= width
    box = ada.composer.bounding_box()
    assert 0 <= box["y"] and box["y"] + box["height"] <= height
    assert ada.page.locator(".emergency:visible").count() == 1


def test_the_header_is_as_high_as_what_it_says(clinic):
    """Bug: what holds the skip link had the header's row, and the header had the room of the page."""
    ada = clinic.patient("Ada")
    page = ada.page
    heights = [page.locator(".bar").bounding_box()["height"]]
    page.get_by_role("button", name="Leave the waiting room").click()
    expect(page.get_by_text("Your place was given up.")).to_be_visible()
    heights.append(page.locator(".bar").bounding_box()["height"])
    page.get_by_role("button", name="Check in again").click()
    expect(page.get_by_label("Your name or an alias")).to_be_visible()
    heights.append(page.locator(".bar").bounding_box()["height"])
    assert max(heights) < 100, heights
