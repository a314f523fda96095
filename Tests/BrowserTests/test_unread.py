"""Unread: an absolute number from the relay; seen means on screen."""

import pytest
from playwright.sync_api import expect


def test_the_badge_counts_and_goes_by_being_seen(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    for number in range(3):
        ada.write(f"Message {number}")
    rivera.unread("Ada", 3)
    rivera.title_is("(3) Queue")
    rivera.look()
    rivera.open_chat("Ada")
    rivera.unread("Ada", 0)
    rivera.title_is("Queue")


def test_the_title_is_the_sum_of_the_rows(clinic):
    rivera, ada, ben = clinic.provider(), clinic.patient("Ada"), clinic.patient("Ben")
    ada.write("One")
    ben.write("Two")
    ben.write("Three")
    rivera.unread("Ada", 1)
    rivera.unread("Ben", 2)
    rivera.title_is("(3) Queue")


def test_erasing_leaves_no_count_anywhere(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    rivera.minimise()
    rivera.look_away()
    ada.write("Unread")
    rivera.unread("Ada", 1)
    # The message has brought the box back: the button is the chat's, no longer the bar's.
    rivera.close_chat()
    rivera.unread("Ada", 0)
    rivera.title_is("Queue")
    ada.write("A new one")
    rivera.unread("Ada", 1)


def test_an_open_box_in_a_page_behind_others_does_not_read(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    rivera.look_away()
    ada.write("Are you there?")
    rivera.unread("Ada", 1)
    expect(ada.log).not_to_contain_text("Seen")


def test_a_badge_is_a_button_that_opens_the_chat(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    ada.write("Hello")
    rivera.badge("Ada").click()
    rivera.has_open("Ada")
    rivera.sees("Hello")


def test_the_patients_title_counts_without_a_name(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    ada.look_away()
    rivera.write("Hello Ada")
    expect(ada.page).to_have_title("(1) New message")


@pytest.mark.parametrize("end", ["erased", "finished", "refreshed"])
def test_who_looks_again_after_the_chat_has_gone_has_a_page_that_answers(clinic, end):
    """What came unseen and was erased meanwhile was told to be seen again and again, without an end."""
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    ada.page.evaluate("document.hasFocus = () => window.isLooking === true")
    rivera.write("Hello Ada")
    expect(ada.page).to_have_title("(1) New message")
    if end == "erased":
        rivera.close_chat()
    elif end == "refreshed":
        rivera.refresh()
    else:
        rivera.press("Ada", "Start call")
        rivera.press_in_call("Finish visit")
    expect(ada.page).to_have_title("Waiting room")
    # A page that never comes back would not answer a question either: it is asked from inside, by a timer.
    ada.page.evaluate("""() => {
        window.isLooking = true
        setTimeout(() => window.dispatchEvent(new Event('focus')))
    }""")
    try:
        ada.page.get_by_role("button", name="Clear my screen").click(timeout=5_000)
    except Exception:
        ada.page.close()  # Nobody else shall wait for an answer.
        raise
    ada.does_not_see("Hello Ada")
