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


def long(name, number):
    return f"{name} {number}" + "\nand more of it" * 12


def begins_below_a_line(rivera, text):
    line = rivera.log.locator(".divider--new")
    expect(line).to_have_count(1)
    expect(line).to_be_in_viewport()
    assert text in line.evaluate("node => node.nextElementSibling.textContent")


def test_a_badge_opens_the_chat_at_the_first_unread_below_a_line(clinic):
    rivera, ada, _ = clinic.provider(), clinic.patient("Ada"), clinic.patient("Ben")
    rivera.open_chat("Ada")
    for number in range(6):
        rivera.write(long("Read", number))
    rivera.open_chat("Ben")
    for number in range(3):
        ada.write(long("Unread", number))
    rivera.unread("Ada", 3)
    rivera.badge("Ada").click()
    rivera.has_open("Ada")
    begins_below_a_line(rivera, "Unread 0")
    expect(rivera.log.get_by_text("Unread 2")).not_to_be_in_viewport()
    # What is below the screen has been opened and not seen.
    assert int(rivera.badge("Ada").inner_text()) >= 1


def test_what_comes_while_nobody_looks_waits_where_it_begins(clinic):
    """An open chat that follows its end would carry words out of sight, and call them seen."""
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    rivera.look_away()
    for number in range(4):
        ada.write(long("First", number))
    rivera.unread("Ada", 4)
    begins_below_a_line(rivera, "First 0")
    rivera.look()
    rivera.look_back()
    rivera.page.wait_for_timeout(500)
    assert 1 <= int(rivera.badge("Ada").inner_text()) <= 3
    rivera.log.evaluate("log => log.scrollTo(0, log.scrollHeight)")
    rivera.unread("Ada", 0)
    # The line moves with what is new; the badge of an open chat leads to it.
    rivera.look_away()
    ada.write(long("Second", 0))
    ada.write(long("Second", 1))
    rivera.unread("Ada", 2)
    begins_below_a_line(rivera, "Second 0")
    rivera.log.evaluate("log => log.scrollTo(0, 0)")
    rivera.badge("Ada").click()
    begins_below_a_line(rivera, "Second 0")
    expect(rivera.composer).to_be_focused()


def test_a_message_comes_into_sight_above_a_composer_that_has_grown(clinic):
    """Bug: how high the composer is was guessed, and a message came to lie behind it, unseen and unsaid."""
    rivera, ada = clinic.provider(), clinic.patient("Ada", {"width": 360, "height": 740})
    rivera.open_chat("Ada")
    for number in range(4):
        rivera.write(f"Before {number}")
    ada.sees("Before 3")
    rivera.close_chat()
    expect(ada.page.get_by_role("button", name="Clear my screen")).to_be_visible()
    ada.write("I am still here")
    rivera.open_chat("Ada")
    rivera.write("So am I")
    expect(ada.page).to_have_title("Waiting room")
    message = ada.page.locator(".m__text", has_text="So am I").bounding_box()
    assert message["y"] + message["height"] <= ada.page.locator(".talk__write").bounding_box()["y"]
