"""A control that would erase an uncopied chat says so on itself, with a way out beside it (M12)."""

import re

from playwright.sync_api import expect

COST = "· erases Ada's chat"


def with_an_ended_chat(clinic):
    """Ada has left an uncopied chat; Ben waits, and has written."""
    rivera, ada, ben = clinic.provider(), clinic.patient("Ada"), clinic.patient("Ben")
    rivera.open_chat("Ada")
    ada.write("Is the dose 5 mg?")
    ben.write("Hello")
    rivera.unread("Ben", 1)
    ada.leave()
    expect(rivera.page.get_by_text("You can't send messages").first).to_be_visible()
    rivera.page.evaluate("navigator.clipboard.writeText = async text => { window.clipboard = text }")
    return rivera, ada, ben


def guarded(rivera):
    """Each control that would erase Ada's chat."""
    page = rivera.page
    yield page.get_by_role("button", name=re.compile("^Next"))
    yield rivera.badge("Ben")
    yield page.locator("call-stage").get_by_role("button", name=re.compile("^Start call with Ben"))
    information = rivera.information("Ben")
    yield information.get_by_role("button", name=re.compile("^Chat"))
    yield information.get_by_role("button", name=re.compile("^Start call"))
    page.keyboard.press("Escape")


def test_every_control_that_would_erase_an_uncopied_chat_says_so(clinic):
    rivera, _, _ = with_an_ended_chat(clinic)
    for control in guarded(rivera):
        expect(control).to_have_accessible_name(re.compile(re.escape(COST)))
    expect(rivera.page.get_by_role("button", name="Copy Ada's chat first").first).to_be_visible()
    assert clinic.relay.status()["messages"] == 2


def test_copy_first_copies_and_the_warning_goes(clinic):
    rivera, _, _ = with_an_ended_chat(clinic)
    rivera.row("Ben").get_by_role("button", name="Copy Ada's chat first").click()
    expect(rivera.row("Ada")).to_contain_text("Copied for chart")
    assert "Is the dose 5 mg?" in rivera.page.evaluate("window.clipboard")
    for control in guarded(rivera):
        expect(control).not_to_have_accessible_name(re.compile("erases"))
    expect(rivera.page.get_by_role("button", name="first")).to_have_count(0)
    assert clinic.relay.status()["messages"] == 2


def test_copy_first_gives_the_focus_to_what_it_stood_beside(clinic):
    rivera, _, _ = with_an_ended_chat(clinic)
    copy = rivera.page.locator("call-stage").get_by_role("button", name="Copy Ada's chat first")
    copy.focus()
    rivera.page.keyboard.press("Enter")
    expect(rivera.page.get_by_role("button", name="Start call with Ben")).to_be_focused()


def test_a_minimised_chat_says_what_opening_it_would_erase(clinic):
    rivera, ada, ben = clinic.provider(), clinic.patient("Ada"), clinic.patient("Ben")
    rivera.open_chat("Ben")
    ben.write("Hello")
    rivera.open_chat("Ada")
    rivera.minimise()
    ben.leave()
    expect(rivera.restore_button("Ada")).to_have_accessible_name(re.compile("erases Ben's chat"))
    expect(rivera.page.locator("chat-bar").get_by_role("button", name="first")).to_be_visible()


def test_the_x_explains_itself_until_it_has_been_used_once(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    close = rivera.page.get_by_role("button", name="Close and erase chat with Ada").first
    expect(close).to_have_accessible_description(re.compile("^Close and erase: .* cannot be brought back"))
    close.hover()
    expect(rivera.page.get_by_role("tooltip")).to_be_visible()
    close.click()
    expect(rivera.page.locator(".toastline")).to_have_text(
        re.compile(r"Chat with Ada erased \(closed\) · receipt [0-9a-f]{4}…\. .*cannot be brought back"))
    # With a receipt to copy it stays for ten seconds.
    expect(rivera.page.locator(".toastline")).to_be_hidden(timeout=15_000)
    rivera.open_chat("Ada")
    expect(close).to_have_accessible_description("")
    close.hover()
    expect(rivera.page.get_by_role("tooltip")).to_be_hidden()
