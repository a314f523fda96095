"""Rules of reading and erasing that only real pages show: what is protected, what is asked, what is lost."""

import time

import pytest
from playwright.sync_api import expect

from middle import Middle
from people import DESKTOP, Provider
from test_patient_notes import LISTEN

LEAVES = """() => {
    const event = new Event('beforeunload', {cancelable: true})
    window.dispatchEvent(event)
    return event.defaultPrevented
}"""


def asks_before_it_leaves(person):
    return person.page.evaluate(LEAVES)


@pytest.mark.parametrize("cause, warning, said", [
    ("idle", "Nobody has written for a while. This chat is erased at", "nobody wrote for a long time"),
    ("maximum_age", "This chat has reached its longest time. It is erased at", "it reached its longest time"),
])
def test_both_times_of_a_chat_are_told_before_and_after(clinic, cause, warning, said):
    """The relay's shortest times are two and fifteen minutes: here its notices come from the test."""
    middles, watch = [], clinic.watch
    clinic.watch = lambda page: middles.append(Middle(page)) or watch(page)
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    rivera.write("Hello")
    ada.sees("Hello")
    rivera.composer.fill("Half a sentence")
    conversation = int(rivera.chat.get_attribute("data-conversation"))
    for middle in middles:
        middle.tell(type="expiring", conversation=conversation, cause=cause, at=round(time.time() * 1_000) + 60_000)
    expect(rivera.chat.locator(".chat__notice")).to_contain_text(warning)
    expect(rivera.chat.get_by_role("button", name="Keep open")).to_have_count(1 if cause == "idle" else 0)
    expect(ada.page.locator(".chat__notice")).to_be_visible()
    for middle in middles:
        middle.tell(type="erased", conversation=conversation, cause=cause, time=round(time.time() * 1_000),
                    messages=1, bytes=200, entry=1, receipt="A" * 22, proof="A")
    expect(rivera.page.locator(".toastline")).to_contain_text(f"Chat with Ada erased ({said})")
    rivera.has_no_box()
    rivera.does_not_see("Hello")
    ada.is_told("exists only on this screen")
    expect(ada.page.locator(".chat__notice")).to_be_hidden()


def test_unread_words_of_somebody_who_is_there_are_not_erased_by_another_patients_chat_or_call(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    clinic.patient("Ben")
    rivera.open_chat("Ada")
    rivera.look_away()
    ada.write("My chest hurts")
    rivera.unread("Ada", 1)
    rivera.end_chat()
    expect(rivera.page.locator("ended-banner")).to_be_visible()
    # With what the provider's page said at its end.
    clinic.relay.wait_for_status(messages=2)
    rivera.open_chat("Ben")
    expect(rivera.page.get_by_role("button", name="Ada, 1 unread message, open chat")).to_be_visible()
    assert clinic.relay.status()["messages"] == 2
    ended = rivera.page.locator("ul[data-section='ended'] .row__cost")
    expect(ended).to_contain_text("Erased when you refresh. It is unread, so other chats and calls leave it")
    rivera.press("Ben", "Start call")
    expect(rivera.page.locator("call-stage").get_by_role("button", name="Finish visit")).to_be_visible()
    assert clinic.relay.status()["messages"] == 2
    # Once the patient is not there to be answered, the next such action takes it.
    ada.leave()
    expect(ended).to_contain_text("Erased when you open another patient's chat, start a call, or refresh")
    rivera.press_in_call("Back to")
    rivera.press("Ben", "Start call")
    clinic.relay.wait_for_status(messages=0)


def test_only_what_was_on_the_screen_counts_as_seen(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    for number in range(6):
        ada.write(f"Message {number}" + "\nand more of it" * 16)
    rivera.unread("Ada", 6)
    rivera.look()
    rivera.open_chat("Ada")
    badge = rivera.badge("Ada")
    expect(badge).not_to_have_text("6")
    left = int(badge.inner_text())
    assert 3 <= left <= 5
    rivera.page.wait_for_timeout(300)
    assert int(badge.inner_text()) == left
    expect(ada.log).to_contain_text("Seen")
    rivera.log.evaluate("log => log.scrollTo(0, log.scrollHeight / 2)")
    expect(badge).not_to_have_text(str(left))
    rivera.log.evaluate("log => log.scrollTo(0, log.scrollHeight)")
    rivera.unread("Ada", 0)


def test_leaving_the_page_asks_when_there_is_something_to_lose_and_only_then(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    assert not asks_before_it_leaves(rivera) and not asks_before_it_leaves(ada)
    ada.composer.fill("Half a sentence")
    assert asks_before_it_leaves(ada)
    ada.composer.fill("")
    assert not asks_before_it_leaves(ada)
    rivera.open_chat("Ada")
    rivera.write("Hello")
    ada.sees("Hello")
    # A live chat that both sides have is refreshed without a question.
    assert not asks_before_it_leaves(rivera) and not asks_before_it_leaves(ada)
    rivera.composer.fill("Half a sentence")
    assert asks_before_it_leaves(rivera)
    rivera.composer.fill("")
    assert not asks_before_it_leaves(rivera)
    ada.leave()
    expect(rivera.page.locator("ended-banner")).to_be_visible()
    assert asks_before_it_leaves(rivera) and not asks_before_it_leaves(ada)
    rivera.page.evaluate("navigator.clipboard.writeText = async text => {}")
    rivera.page.locator("ended-banner").get_by_role("button", name="Copy").first.click()
    expect(rivera.row("Ada")).to_contain_text("Copied for chart")
    assert not asks_before_it_leaves(rivera)


def test_the_question_is_the_browsers_own_and_staying_keeps_the_draft(clinic):
    ada = clinic.patient("Ada")
    ada.composer.click()
    ada.page.keyboard.type("Half a sentence")
    asked = []
    ada.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    ada.page.close(run_before_unload=True)
    ada.page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    expect(ada.composer).to_have_value("Half a sentence")


@pytest.mark.parametrize("cause", ["leaves", "wiped", "elsewhere", "closed"])
def test_a_draft_goes_nowhere_when_its_chat_is_erased_under_the_hands(clinic, cause):
    clinic.scripts.append(LISTEN)
    rivera, ada, ben = clinic.provider(), clinic.patient("Ada"), clinic.patient("Ben")
    rivera.open_chat("Ada")
    rivera.write("Hello")
    ada.sees("Hello")
    person = ada if cause == "closed" else rivera
    person.composer.click()
    person.page.keyboard.type("Only for this one")
    page = rivera.page
    if cause == "leaves":
        ada.leave()
        expect(page.locator("ended-banner")).to_be_focused()
        expect(page.locator("ended-banner")).to_contain_text("Only for this one")
        page.keyboard.type(" person")
        page.keyboard.press("Escape")
    elif cause == "wiped":
        page.keyboard.press("Alt+Shift+W")
        page.get_by_role("dialog").get_by_role("button", name="Erase everything").click()
        expect(page.locator(".toastline")).to_contain_text("erased")
        page.keyboard.type(" person")
    elif cause == "elsewhere":
        other = clinic.watch(clinic.context(DESKTOP).new_page())
        other.goto(clinic.relay.invite())
        other.get_by_role("button", name="Use here").click()
        expect(page.locator("h1")).to_contain_text("elsewhere")
        page.keyboard.type(" person")
        rivera.does_not_see("Only for this one")
        rivera = Provider(clinic, other, "rivera")
    else:
        rivera.close_chat()
        ada.is_told("exists only on this screen")
        # The words are still the patient's, who goes on writing.
        ada.page.keyboard.type(" person")
        expect(ada.composer).to_have_value("Only for this one person")
        expect(ada.log).not_to_contain_text("Only for this one")
    rivera.open_chat("Ben")
    expect(rivera.composer).to_have_value("")
    rivera.write("Good morning Ben")
    ben.sees("Good morning Ben")
    for someone in (ada, ben, rivera):
        assert "Only for" not in "\n".join(someone.page.evaluate("window.told ?? []"))
    assert "Only for" not in "\n".join(page.evaluate("window.told"))
    ben.does_not_see("Only for")


def test_who_is_removed_is_told_and_may_check_in_again(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.press("Ada", "Remove")
    ada.is_told("You're checked in")
    rivera.page.locator("patient-information").get_by_role("button", name="Remove Ada from the queue").click()
    rivera.has_no_row("Ada")
    ada.is_told("You're no longer in the waiting room")
    ada.page.get_by_role("button", name="Check in again").click()
    expect(ada.page.get_by_label("Your name or an alias")).to_have_value("")
    ada.check_in()
    rivera.has_row("Ada")
