"""A shared or deserted screen, the panic wipe, paper, and Back on a phone (M13, F97)."""

import re

from playwright.sync_api import expect

PHONE = {"width": 360, "height": 740}

BLURRED = """() => [...document.querySelectorAll('.row bdi, .log__inner, .chat__title bdi, .composer textarea')]
    .map(node => getComputedStyle(node).filter)"""


def chatting(clinic, **how):
    rivera, ada = clinic.provider(**how), clinic.patient("Ada")
    rivera.open_chat("Ada")
    ada.write("Is the dose 5 mg?")
    rivera.sees("Is the dose 5 mg?")
    return rivera, ada


def is_blurred(rivera):
    expect(rivera.page.locator(".veil-line")).to_be_visible()
    filters = rivera.page.evaluate(BLURRED)
    assert len(filters) >= 4 and all("blur" in one for one in filters)


def is_clear(rivera):
    expect(rivera.page.locator(".veil-line")).to_be_hidden()
    assert set(rivera.page.evaluate(BLURRED)) == {"none"}


def test_blur_hides_names_and_messages_and_nothing_is_seen_meanwhile(clinic):
    rivera, ada = chatting(clinic)
    rivera.look()
    expect(ada.log).to_contain_text("Seen")
    rivera.page.keyboard.press("Alt+Shift+B")
    is_blurred(rivera)
    assert rivera.row("Ada").locator("bdi").get_attribute("title") is None
    expect(rivera.page.get_by_role("button", name="Blur names and messages")).to_have_attribute(
        "aria-pressed", "true")
    ada.write("And the other one?")
    rivera.unread("Ada", 1)
    rivera.page.get_by_role("button", name="Show again").click()
    is_clear(rivera)
    expect(rivera.page.get_by_role("button", name="Blur names and messages")).to_be_focused()
    rivera.unread("Ada", 0)


def test_a_page_that_was_hidden_for_two_minutes_comes_back_blurred(clinic):
    rivera, _ = chatting(clinic)
    rivera.hide(True)
    rivera.page.evaluate("() => { const real = Date.now; Date.now = () => real() + 121_000 }")
    rivera.hide(False)
    is_blurred(rivera)
    expect(rivera.page.locator(".veil-line")).to_contain_text("hidden for two minutes")
    rivera.page.get_by_role("button", name="Show again").click()
    is_clear(rivera)
    rivera.hide(True)
    rivera.hide(False)
    is_clear(rivera)


def test_the_panic_wipe_asks_and_then_erases_everything(clinic):
    rivera, ada = chatting(clinic)
    ben = clinic.patient("Ben")
    ben.write("Hello")
    rivera.unread("Ben", 1)
    rivera.composer.fill("A draft")
    dialog = rivera.page.get_by_role("dialog", name="Erase all chats?")
    rivera.page.keyboard.press("Alt+Shift+W")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("2 chats")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    rivera.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(rivera.composer).to_be_focused()
    assert clinic.relay.status()["messages"] == 2
    rivera.page.keyboard.press("Alt+Shift+W")
    dialog.get_by_role("button", name="Erase everything").click()
    expect(rivera.page.locator(".toastline")).to_have_text(re.compile("2 chats erased. Nothing is left."))
    rivera.has_no_box()
    rivera.does_not_see("5 mg")
    assert clinic.relay.wait_for_status(messages=0)["erasures"]["wiped"] == 2
    ada.is_told("exists only on this screen")
    rivera.has_row("Ada")
    rivera.has_row("Ben")
    rivera.open_chat("Ada")
    expect(rivera.composer).to_have_value("")


def test_without_a_connection_the_panic_wipe_erases_this_page_and_later_the_relay(clinic):
    rivera, ada = chatting(clinic, origin=clinic.relay.wire.origin)
    clinic.relay.wire.cut()
    expect(rivera.page.get_by_text("Reconnecting").first).to_be_visible(timeout=45_000)
    rivera.page.keyboard.press("Alt+Shift+W")
    rivera.page.get_by_role("button", name="Erase everything").click()
    expect(rivera.page.locator(".toastline")).to_contain_text("1 chat erased on this page")
    rivera.has_no_box()
    rivera.does_not_see("5 mg")
    assert clinic.relay.status()["messages"] == 1
    clinic.relay.wire.mend()
    clinic.relay.wait_for_status(timeout=20, messages=0)


def test_the_status_is_chosen_and_patients_see_it(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    choice = rivera.page.get_by_label("What patients of Dr Rivera see")
    for value, told in (("away", "is away"), ("closed", "is not seeing patients"), ("available", "Available")):
        choice.select_option(value)
        ada.is_told(told)


def test_on_paper_there_are_times_and_roles_and_no_controls(clinic):
    rivera, _ = chatting(clinic)
    rivera.write("Yes, once a day")
    page = rivera.page
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".paper")).to_contain_text(re.compile(r"\d\d:\d\d Ada \(patient\): Is the dose 5 mg\?"))
    expect(page.locator(".paper")).to_contain_text(re.compile(r"\d\d:\d\d Dr Rivera \(provider\): Yes, once a day"))
    expect(page.locator("#app")).to_be_hidden()
    assert page.locator("button:visible").count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".paper")).to_have_count(0)


def test_the_print_button_prints_what_is_said_and_nothing_that_is_blurred(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.page.evaluate("() => { window.printed = 0; window.print = () => { window.printed += 1 } }")
    button = rivera.page.get_by_role("button", name="Print the open chat")
    rivera.open_chat("Ada")
    expect(button).to_be_hidden()
    ada.write("Is the dose 5 mg?")
    button.click()
    assert rivera.page.evaluate("window.printed") == 1
    ada.leave()
    expect(rivera.chat).to_contain_text("Ada left")
    expect(button).to_be_visible()
    rivera.page.keyboard.press("Alt+Shift+B")
    expect(button).to_be_hidden()


def test_back_on_a_phone_minimises_and_never_erases(clinic):
    rivera, _ = chatting(clinic, viewport=PHONE)
    page = rivera.page
    length = page.evaluate("history.length")
    assert page.evaluate("history.state") is None
    page.evaluate("history.back()")
    rivera.has_minimised("Ada")
    assert clinic.relay.status()["messages"] == 1
    rivera.restore_button("Ada").click()
    rivera.sees("Is the dose 5 mg?")
    assert page.evaluate("history.length") == length
