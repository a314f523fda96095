"""Each cause that erases, in real browsers; the relay is asked afterwards what it holds."""

import pytest
from playwright.sync_api import expect

SHORT = {"provider": "2s", "patient": "2s", "rejoin": "4s"}


def chatting(clinic, origin=None):
    rivera, ada = clinic.provider(origin=origin), clinic.patient("Ada")
    rivera.open_chat("Ada")
    ada.write("Is the dose 5 mg?")
    rivera.write("Yes")
    ada.sees("Yes")
    clinic.relay.wait_for_status(messages=2)
    return rivera, ada


def holds_no_message(clinic, cause):
    status = clinic.relay.wait_for_status(messages=0)
    assert status["erasures"][cause] >= 1
    assert status["messages_erased"] == status["messages_relayed"]


def test_closing_the_box_erases(clinic):
    rivera, ada = chatting(clinic)
    rivera.close_chat()
    holds_no_message(clinic, "closed")
    ada.is_told("exists only on this screen")
    rivera.does_not_see("5 mg")


@pytest.mark.relay(patient_copy="clear")
def test_a_clinic_may_want_it_gone_from_the_patients_screen_too(clinic):
    rivera, ada = chatting(clinic)
    rivera.close_chat()
    holds_no_message(clinic, "closed")
    ada.is_told("It is gone from this screen too.")
    ada.does_not_see("5 mg")
    expect(ada.log).to_contain_text("Your provider ended this chat. It is gone from this screen too.")
    expect(ada.page.get_by_role("button", name="Clear my screen")).to_be_hidden()
    ada.write("Are you still there?")
    rivera.unread("Ada", 1)


def test_opening_another_chat_erases_an_ended_one(clinic):
    rivera, ada = chatting(clinic)
    ben = clinic.patient("Ben")
    ada.leave()
    expect(rivera.row("Ben")).to_contain_text("Opening Ben erases Ada's ended chat")
    rivera.open_chat("Ben")
    holds_no_message(clinic, "viewed_other")
    rivera.has_no_row("Ada")
    ben.does_not_see("5 mg")


def test_opening_another_chat_does_not_erase_a_live_one(clinic):
    rivera, ada = chatting(clinic)
    clinic.patient("Ben")
    rivera.open_chat("Ben")
    rivera.open_chat("Ada")
    rivera.sees("Is the dose 5 mg?")
    assert clinic.relay.status()["messages"] == 2


def test_starting_the_next_call_erases_the_ended_chat(clinic):
    rivera, ada = chatting(clinic)
    clinic.patient("Ben")
    rivera.press("Ada", "Start call")
    rivera.press_in_call("Finish visit")
    ada.is_told("Your visit has ended")
    rivera.press_in_call("Start call with Ben")
    holds_no_message(clinic, "call_started")
    ada.is_told("exists only on this screen")


def test_refreshing_the_console_erases_and_the_patients_stay_in_the_queue(clinic):
    rivera, ada = chatting(clinic)
    rivera.refresh()
    holds_no_message(clinic, "refreshed")
    rivera.has_row("Ada")
    rivera.does_not_see("5 mg")
    ada.is_told("exists only on this screen")
    ada.write("Still here")
    rivera.unread("Ada", 1)


def test_closing_the_consoles_tab_erases(clinic):
    rivera, ada = chatting(clinic)
    rivera.page.close(run_before_unload=False)
    holds_no_message(clinic, "refreshed")
    clinic.relay.wait_for_status(sessions=0)


@pytest.mark.relay(graces=SHORT)
def test_a_network_lost_beyond_the_grace_erases(clinic):
    rivera, ada = chatting(clinic, clinic.relay.wire.origin)
    clinic.relay.wire.cut()
    # The relay hears nothing for 30 seconds, and then the grace begins.
    clinic.relay.wait_for_status(timeout=45, sessions=0)
    holds_no_message(clinic, "provider_lost")
    ada.is_told("exists only on this screen")


def test_a_network_lost_for_a_moment_erases_nothing(clinic):
    rivera, ada = chatting(clinic, clinic.relay.wire.origin)
    clinic.relay.wire.cut()
    expect(rivera.page.get_by_text("Reconnecting").first).to_be_visible(timeout=45_000)
    ada.write("While you were away")
    clinic.relay.wire.mend()
    expect(rivera.log).to_contain_text("While you were away", timeout=20_000)
    rivera.sees("Is the dose 5 mg?")
    assert clinic.relay.status()["messages"] == 3


def test_the_patient_leaving_ends_the_chat_and_closing_it_erases(clinic):
    rivera, ada = chatting(clinic)
    ada.leave()
    rivera.sees("Is the dose 5 mg?")
    rivera.close_chat()
    holds_no_message(clinic, "closed")
    clinic.relay.wait_for_status(visits=0, cards=0, bytes=0)


def test_signing_out_erases(clinic):
    rivera, ada = chatting(clinic)
    rivera.page.on("dialog", lambda dialog: dialog.accept())
    rivera.page.get_by_role("button", name="Sign out").click()
    holds_no_message(clinic, "refreshed")
    assert rivera.page.evaluate("sessionStorage.length") == 0


def test_stopping_the_relay_erases_and_both_pages_say_so(clinic):
    rivera, ada = chatting(clinic)
    assert clinic.relay.stop() == 0
    ada.is_told("exists only on this screen")

