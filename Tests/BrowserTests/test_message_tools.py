"""Copy and Retry (ux.md 4.6): a toolbar after the log, for the message that has the focus or was not sent."""

import pytest
from playwright.sync_api import expect

import ears
from middle import FullRoom
from people import PHONE, Patient
from test_alerts import until


def refused_patient(clinic, viewport=PHONE):
    page = clinic.watch(clinic.context(viewport).new_page())
    room = FullRoom(page)
    page.goto(f"{clinic.relay.origin}/r/demo")
    ada = Patient(clinic, page, "Ada")
    ada.check_in()
    return ada, room


@pytest.fixture(params=["provider", "patient"])
def pair(request, clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    one, other = (rivera, ada) if request.param == "provider" else (ada, rivera)
    other.write("Is the dose 5 mg? https://clinic.example/dose")
    one.sees("Is the dose")
    one.write("Yes")
    one.write("Twice a day")
    one.page.evaluate("navigator.clipboard.writeText = async text => { window.clipboard = text }")
    return one, other


def message(person, text):
    return person.log.locator(".m").filter(has_text=text)


def test_copy_takes_the_text_of_one_message_with_keys_alone(pair):
    one, _ = pair
    tools = one.tools
    expect(tools).to_be_hidden()
    one.log.focus()
    one.page.keyboard.press("Home")
    expect(message(one, "Is the dose")).to_be_focused()
    time = message(one, "Is the dose").locator("time").inner_text()
    expect(tools).to_have_accessible_name(f"Message, {time}")
    copy = tools.get_by_role("button", name="Copy")
    # By its own link, and by no other message's, to the toolbar.
    one.page.keyboard.press("Tab")
    expect(message(one, "Is the dose").get_by_role("link")).to_be_focused()
    one.page.keyboard.press("Tab")
    expect(copy).to_be_focused()
    one.page.keyboard.press("Enter")
    until(one, "window.clipboard === 'Is the dose 5 mg? https://clinic.example/dose'")
    expect(one.page.get_by_role("status")).to_contain_text("Copied")
    expect(copy).to_be_focused()
    # Escape leads back and minimises nothing.
    one.page.keyboard.press("Escape")
    expect(message(one, "Is the dose")).to_be_focused()
    one.page.keyboard.press("ArrowDown")
    one.page.keyboard.press("Tab")
    one.page.keyboard.press("Space")
    until(one, "window.clipboard === 'Yes'")
    one.page.keyboard.press("Shift+Tab")
    expect(message(one, "Yes")).to_be_focused()
    one.composer.focus()
    expect(tools).to_be_hidden()
    expect(one.page.locator(".m--acting")).to_have_count(0)


def test_a_press_on_a_message_offers_its_text_and_moves_nothing(pair):
    one, _ = pair
    one.composer.fill("Half a sentence")
    target = message(one, "Yes").locator(".m__text")
    target.scroll_into_view_if_needed()
    before = target.bounding_box()
    target.click()
    one.tools.get_by_role("button", name="Copy").click()
    until(one, "window.clipboard === 'Yes'")
    assert target.bounding_box() == before
    one.composer.click()
    expect(one.tools).to_be_hidden()
    expect(one.composer).to_have_value("Half a sentence")


def test_nothing_in_the_log_can_be_pressed_but_links(clinic):
    clinic.scripts.append(ears.SCRIPT)
    (ada, _), rivera = refused_patient(clinic), clinic.provider()
    rivera.open_chat("Ada")
    rivera.write("Hello")
    ada.sees("Hello")
    ada.page.wait_for_timeout(1_500)
    ears.heard(ada)
    ada.write("Not for this relay")
    expect(ada.tools).to_be_visible()
    # Said by the status alone; the toolbar comes without a word.
    ears.hears(ada, ("status", "Not sent. This chat is full. Retry available."))
    expect(ada.log.get_by_role("button")).to_have_count(0)


def test_what_was_not_sent_is_tried_again_with_one_press_and_the_draft_stays(clinic):
    (ada, room), rivera = refused_patient(clinic), clinic.provider()
    rivera.open_chat("Ada")
    rivera.write("Hello")
    ada.sees("Hello")
    ada.write("One")
    ada.write("Two")
    retry = ada.tools.get_by_role("button", name="Retry")
    expect(ada.page.locator(".m--unsent")).to_have_count(2)
    expect(ada.page.locator(".m--acting")).to_contain_text("One")
    room.is_full = False
    rivera.close_chat()
    ada.is_told("exists only on this screen")
    # On a phone it stays in sight, above where one writes.
    ada.page.mouse.wheel(0, -2_000)
    ada.composer.fill("Half a sentence")
    assert retry.bounding_box()["height"] >= 44
    assert retry.bounding_box()["y"] + retry.bounding_box()["height"] <= ada.composer.bounding_box()["y"]
    retry.click()
    rivera.unread("Ada", 1)
    expect(ada.page.locator(".m--acting")).to_contain_text("Two")
    expect(ada.composer).to_be_focused()
    retry.click()
    rivera.unread("Ada", 2)
    expect(ada.tools).to_be_hidden()
    expect(ada.composer).to_have_value("Half a sentence")


def test_retry_and_copy_are_one_stop_with_arrows_inside(clinic):
    (ada, room), rivera = refused_patient(clinic), clinic.provider()
    rivera.open_chat("Ada")
    rivera.write("Hello")
    ada.sees("Hello")
    ada.write("One")
    retry, copy = (ada.tools.get_by_role("button", name=name) for name in ("Retry", "Copy"))
    keys = ada.page.keyboard
    ada.log.focus()
    keys.press("Tab")
    expect(retry).to_be_focused()
    for key, there in (("ArrowRight", copy), ("ArrowRight", retry), ("ArrowLeft", copy), ("Home", retry), ("End", copy)):
        keys.press(key)
        expect(there).to_be_focused()
    keys.press("Tab")
    assert not ada.tools.evaluate("node => node.contains(document.activeElement)")
    keys.press("Shift+Tab")
    expect(copy).to_be_focused()
    keys.press("Home")
    room.is_full = False
    rivera.close_chat()
    ada.is_told("exists only on this screen")
    expect(retry).to_be_focused()
    keys.press("Enter")
    rivera.unread("Ada", 1)
    expect(ada.tools).to_be_hidden()
    # Where the toolbar was there is nothing: the log has the focus.
    expect(ada.log).to_be_focused()


def test_a_blurred_chat_shows_no_more_in_the_toolbar(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    ada.write("I have a cough")
    rivera.sees("cough")
    rivera.log.focus()
    rivera.page.keyboard.press("End")
    rivera.page.keyboard.press("Alt+Shift+B")
    expect(rivera.page.locator(".veil-line")).to_be_visible()
    shown = rivera.tools.evaluate("node => node.innerText + [...node.querySelectorAll('*')].map(each => "
                                  "[...each.attributes].map(({value}) => value)).join()")
    assert "cough" not in shown and "Ada" not in shown
    assert rivera.page.evaluate("getComputedStyle(document.querySelector('.log__inner')).filter") != "none"
