"""The chat box, one slot per provider session (product decisions D2 to D4)."""

from playwright.sync_api import expect


def test_minimised_and_that_patient_writes_opens_without_taking_the_focus(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    rivera.minimise()
    rivera.has_minimised("Ada")
    rivera.page.get_by_role("button", name="Sign out").focus()
    ada.write("Hello again")
    rivera.has_open("Ada")
    expect(rivera.page.get_by_role("button", name="Sign out")).to_be_focused()


def test_minimised_and_another_patient_writes_stays_minimised(clinic):
    rivera, _, ben = clinic.provider(), clinic.patient("Ada"), clinic.patient("Ben")
    rivera.open_chat("Ada")
    rivera.minimise()
    ben.write("Hello")
    rivera.unread("Ben", 1)
    rivera.has_minimised("Ada")


def test_after_x_the_box_stays_away_and_only_the_badge_counts(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    ada.write("One")
    rivera.close_chat()
    rivera.has_no_box()
    ada.write("Two")
    rivera.unread("Ada", 1)
    rivera.has_no_box()
    rivera.open_chat("Ada")
    rivera.sees("Two")
    expect(rivera.log).not_to_contain_text("One")


def test_open_for_one_patient_and_another_writes_stays_and_the_badge_counts(clinic):
    rivera, ada, ben = clinic.provider(), clinic.patient("Ada"), clinic.patient("Ben")
    rivera.open_chat("Ada")
    ben.write("One")
    ben.write("Two")
    rivera.unread("Ben", 2)
    rivera.has_open("Ada")


def test_the_chat_goes_on_from_the_queue_into_the_call_and_back(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    ada.write("Before the call")
    rivera.press("Ada", "Start call")
    expect(rivera.page.get_by_role("heading", name="Call with Ada")).to_be_visible()
    rivera.write("During the call")
    ada.sees("During the call")
    rivera.press_in_call("Back to queue")
    ada.write("After the call")
    for text in ("Before the call", "During the call", "After the call"):
        rivera.sees(text)
    ada.is_told("1st in line")


def test_with_two_providers_a_patient_belongs_to_whoever_opens_the_chat_first(clinic):
    rivera, lee, ada = clinic.provider(), clinic.provider("lee"), clinic.patient("Ada")
    ada.write("Hello")
    expect(ada.log).to_contain_text("Waiting for a provider")
    rivera.has_row("Ada")
    lee.has_row("Ada")
    rivera.open_chat("Ada")
    rivera.sees("Hello")
    expect(lee.row("Ada")).to_contain_text("Dr Rivera")
    information = lee.information("Ada")
    expect(information.get_by_role("button", name="Chat")).to_have_count(0)
