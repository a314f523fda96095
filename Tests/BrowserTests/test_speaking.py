"""One speaking path per state (ux.md 4.6): each event is said once, by one region, and no draft ever."""

import pytest
from playwright.sync_api import expect

import ears
from ears import hears


@pytest.fixture
def clinic(clinic):
    clinic.scripts.append(ears.SCRIPT)
    return clinic


def test_each_event_of_a_visit_is_said_once(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    hears(rivera, ("status", "Ada is waiting. 1 in queue."))
    hears(ada, ("status", "You're checked in."), ("status", "Available"))
    # Closed: a count and no text.
    ada.write("One")
    hears(rivera, ("status", "New message from Ada. 1 unread."))
    # Opened: who, then what nobody has seen yet.
    rivera.open_chat("Ada")
    hears(rivera, ("status", "Chat with Ada opened"), ("log", "One"))
    ada.composer.press_sequentially("A draft")
    rivera.composer.press_sequentially("Another draft")
    hears(rivera, until=0)
    ada.write("Two")
    rivera.write("Three")
    hears(rivera, ("log", "Two"))
    # One's own words, and what becomes of them, are no news.
    hears(ada, ("log", "Three"))
    # It opens by itself, with what opened it.
    rivera.minimise()
    ada.write("Four")
    hears(rivera, ("status", "Chat with Ada opened"), ("log", "Four"))
    rivera.press("Ada", "Start call")
    hears(ada, ("status", "You're in a call with Dr Rivera."))
    rivera.press_in_call("Finish visit")
    hears(ada, ("alert", "Visit finished"))
    hears(rivera, ("status", "Ada left. You can no longer send messages."))
    rivera.close_chat()
    hears(rivera, ("status", "Chat with Ada erased"))


def test_what_comes_faster_than_it_can_be_read_is_counted(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    rivera.write("Hello")
    ada.sees("Hello")
    rivera.page.wait_for_timeout(2_500)
    for person in (rivera, ada):
        ears.heard(person)
    for writer, listener, name in ((ada, rivera, "Ada"), (rivera, ada, "Dr Rivera")):
        listener.page.evaluate("window.busy = 0; new MutationObserver(() => window.busy++).observe("
                               "document, {subtree: true, attributeFilter: ['aria-busy']})")
        for number in range(5):
            writer.write(f"Message {number}")
        listener.sees("Message 4")
        listener.page.wait_for_timeout(4_500)
        said = ears.heard(listener)
        counted = [text for by, text in said if by == "status"]
        assert counted == [f"5 new messages from {name}"], said
        assert len([by for by, _ in said if by == "log"]) <= 2, said
        expect(listener.log).not_to_have_attribute("aria-busy", "true")


def test_another_patient_and_a_chat_that_ends_are_said_once(clinic):
    rivera, ada, ben = clinic.provider(), clinic.patient("Ada"), clinic.patient("Ben")
    rivera.open_chat("Ada")
    rivera.write("Hello")
    ada.sees("Hello")
    rivera.page.wait_for_timeout(2_500)
    for person in (rivera, ada, ben):
        ears.heard(person)
    ben.write("One")
    hears(rivera, ("status", "New message from Ben. 1 unread."))
    rivera.end_chat()
    hears(ada, ("status", "Your provider ended this chat."))
    rivera.close_chat()
    hears(ada, ("status", "It exists only on this screen."))
    hears(rivera, ("status", "Chat with Ada erased"))
    ben.leave()
    hears(rivera, ("status", "Ben left the queue."))
    clinic.relay.kill()
    hears(rivera, ("alert", "Connection lost. Reconnecting."))
    hears(ada, ("alert", "Connection lost. Trying again"))
