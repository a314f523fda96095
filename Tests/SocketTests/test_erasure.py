"""What erases a chat: both pages are told why, and the relay holds nothing afterwards."""

import time

import pytest

from client import ACCEPTED, DELIVERED, MESSAGE, SEEN, UNREAD, sealed_card

pytestmark = pytest.mark.flaky(reruns=0)  # What is left or lost once is a fault.


def write(patient, provider, chat, *texts):
    """Messages, receipts of both sides and a card: all that can be held."""
    patient.command("card", session=provider.welcome["session"], revision=1, card=sealed_card())
    for text in texts or ("one", "two"):
        patient.message(chat, text)
    provider.message(chat, "three")
    last = patient.incoming(MESSAGE)[0].sequence
    provider.incoming(ACCEPTED, conversation=chat["conversation"])
    for page in (patient, provider):
        page.receipt(DELIVERED, chat, last)
        page.receipt(SEEN, chat, last)
        page.sync()


def assert_erased(pages, chat, cause):
    for page in pages:
        page.notice("erased", conversation=chat["conversation"], cause=cause)
        page.sync()
        told = page.notices.index(page.latest("erased", conversation=chat["conversation"]))
        assert page.notices[told]["cause"] == cause


def test_the_relay_says_what_it_holds(start):
    room = start()
    patient, provider, chat = room.chat()
    write(patient, provider, chat)
    status = room.relay.status()
    assert (status["messages"], status["cards"]) == (3, 1)
    assert 3 * 280 <= status["bytes"] <= 3 * 284 + 4 * 42 + 770
    assert (status["visits"], status["sessions"], status["conversations"]) == (1, 1, 1)


def test_closing_erases(start):
    room = start()
    patient, provider, chat = room.chat()
    write(patient, provider, chat)
    provider.command("close_chat", conversation=chat["conversation"])
    assert_erased([patient, provider], chat, "closed")
    status = room.relay.status()
    assert (status["messages"], status["erasures"]["closed"]) == (0, 1)
    assert status["messages_erased"] == status["messages_relayed"] == 3
    assert status["cards"] == 1  # The visit goes on, and so does its card.
    patient.command("leave")
    assert patient.closing() == 4104
    room.relay.assert_holds_nothing()


def test_closing_again_gets_the_same_answer(room):
    patient, provider, chat = room.chat()
    write(patient, provider, chat)
    for _ in range(3):
        provider.command("close_chat", conversation=chat["conversation"])
        assert provider.notice("erased")["cause"] == "closed"
    patient.sync()
    assert len(patient.all("erased")) == 1


def test_nothing_of_a_chat_follows_its_erasure(room):
    patient, provider, chat = room.chat()
    write(patient, provider, chat)
    for number in range(6):
        patient.message(chat, f"more {number}")
    provider.command("close_chat", conversation=chat["conversation"])
    for page in (patient, provider):
        page.notice("erased")
        before = len(page.frames)
        page.sync()
        assert [h for h, _ in page.frames[before:] if h.conversation == chat["conversation"]] == []


def test_closing_leaves_the_box_empty_and_the_next_message_does_not_open_it(room):
    patient, provider, chat = room.chat()
    provider.command("open_chat", visit=room.visit_of(provider, chat))
    write(patient, provider, chat)
    provider.command("close_chat", conversation=chat["conversation"])
    provider.notice("erased")
    provider.notice("box", state="none", conversation=None)
    fresh = patient.notice("conversation")
    patient.message(fresh, "still here")
    assert provider.incoming(UNREAD)[0].number == 1
    provider.sync()
    assert provider.latest("box")["state"] == "none"


def test_viewing_another_erases_the_ended_chat_and_no_live_one(start):
    room = start()
    ada, provider, chat = room.chat()
    ben, cem = room.patient(), room.patient()
    write(ada, provider, chat)
    provider.command("open_chat", visit=room.visit_of(provider, chat))
    ada.command("leave")
    assert ada.closing() == 4104
    provider.notice("conversation", conversation=chat["conversation"], phase="ended")
    cem.message(cem.conversation, "live and unread")
    provider.incoming(MESSAGE, conversation=cem.conversation["conversation"])
    provider.command("open_chat", visit=room.visit_of(provider, ben.conversation))
    assert_erased([provider], chat, "viewed_other")
    status = room.relay.status()
    assert (status["messages"], status["erasures"]["viewed_other"]) == (1, 1)
    provider.command("wipe")
    cem.notice("erased", cause="wiped")
    room.relay.assert_holds_nothing()


def test_viewing_another_does_not_erase_a_live_chat(start):
    room = start()
    ada, provider, chat = room.chat()
    ben = room.patient()
    write(ada, provider, chat)
    provider.command("open_chat", visit=room.visit_of(provider, chat))
    provider.command("open_chat", visit=room.visit_of(provider, ben.conversation))
    provider.notice("box", state="open", conversation=ben.conversation["conversation"])
    provider.sync()
    assert provider.all("erased") == []
    assert room.relay.status()["messages"] == 3


def test_viewing_the_ended_chat_itself_erases_nothing(room):
    ada, provider, chat = room.chat()
    write(ada, provider, chat)
    ada.command("leave")
    ada.closing()
    provider.command("show_chat", conversation=chat["conversation"])
    provider.notice("box", state="open", conversation=chat["conversation"])
    provider.sync()
    assert provider.all("erased") == []


def test_starting_another_call_erases_the_ended_chats_only(start):
    room = start()
    ada, provider, chat = room.chat()
    ben, cem = room.patient(), room.patient()
    write(ada, provider, chat)
    provider.command("start_call", visit=room.visit_of(provider, chat), ends=None)
    ada.notice("conversation", phase="in_call")
    cem.message(cem.conversation, "waiting")
    provider.incoming(MESSAGE, conversation=cem.conversation["conversation"])
    provider.command("start_call", visit=room.visit_of(provider, ben.conversation),
                     ends=chat["conversation"])
    ada.notice("visit_over", reason="finished")
    ada.notice("erased", conversation=chat["conversation"], cause="call_started")
    assert ada.closing() == 4104
    provider.notice("erased", conversation=chat["conversation"], cause="call_started")
    ben.notice("conversation", phase="in_call")
    status = room.relay.status()
    assert (status["messages"], status["cards"]) == (1, 0)
    cem.sync()
    assert cem.all("erased") == []


@pytest.mark.parametrize("how", ["1001", "bye", "sign_out", "supersede", "new page"])
def test_the_end_of_a_page_load_erases_as_refreshed(start, how):
    room = start()
    patient, provider, chat = room.chat()
    other = room.patient()
    write(patient, provider, chat)
    other.message(other.conversation, "mine")
    other.incoming(ACCEPTED)
    if how == "1001":
        provider.close(1001)
    elif how in ("bye", "sign_out"):
        provider.command(how)
        assert provider.closing() == (4107 if how == "bye" else 4106)
    elif how == "supersede":
        fresh = room.provider(greet=False)
        assert fresh.notice("console_open")["chats"] == 2
        fresh.command("supersede")
    else:
        provider.drop()
        patient.notice("provider", status="reconnecting")
        room.provider()
    for page in (patient, other):
        page.notice("erased", cause="refreshed")
    room.relay.assert_holds_nothing()
    assert room.relay.status()["erasures"]["refreshed"] == 2


def test_a_lost_provider_erases(start):
    room = start(graces={"provider": "1s"})
    patient, provider, chat = room.chat()
    write(patient, provider, chat)
    provider.reset()
    assert_erased([patient], chat, "provider_lost")
    room.relay.assert_holds_nothing()
    assert room.relay.status()["erasures"]["provider_lost"] == 1


def test_the_panic_wipe_erases_everything_of_the_session(start):
    room = start()
    ada, provider, chat = room.chat()
    ben = room.patient()
    write(ada, provider, chat)
    ben.message(ben.conversation, "mine")
    ben.incoming(ACCEPTED)
    provider.command("start_call", visit=room.visit_of(provider, ben.conversation), ends=None)
    provider.command("wipe")
    assert_erased([ada], chat, "wiped")
    ben.notice("erased", cause="wiped")
    ada.command("leave")
    ada.closing()
    room.relay.assert_holds_nothing()
    provider.sync()
    assert room.relay.status()["sessions"] == 1


@pytest.mark.slow
def test_an_idle_chat_is_warned_of_and_erased_unless_it_is_kept_open_or_has_ended(start):
    """Two minutes are the least that the configuration takes."""
    room = start(idle="2m")
    idle, provider, chat = room.chat()
    kept, ended = room.patient(), room.patient()
    for page in (idle, kept, ended):
        page.message(page.conversation, "one")
        page.incoming(ACCEPTED)
    began = time.monotonic()
    at = idle.told("expiring", cause="idle")["at"]
    assert abs(at - idle.sync()["time"] - 120_000) < 5_000
    ended.command("leave")
    ended.closing()
    while time.monotonic() - began < 110:
        for page in (idle, kept, provider):
            page.sync()
        if 60 < time.monotonic() - began < 66:
            provider.command("keep_open", conversation=kept.conversation["conversation"])
        time.sleep(5)
    for page in (idle, provider):
        page.notice("erased", timeout=20, cause="idle", conversation=chat["conversation"])
    assert 119 < time.monotonic() - began < 130
    time.sleep(3)
    for page in (kept, provider):
        page.sync()
    assert kept.all("erased") == [] and len(provider.all("erased")) == 1
    assert room.relay.status()["messages"] == 2
    provider.command("wipe")
    kept.notice("erased", cause="wiped")
    room.relay.assert_holds_nothing()


# Rules around erasing


def test_an_ended_chat_of_a_present_patient_with_unread_words_is_not_erased_by_others(start):
    room = start()
    ada, provider, chat = room.chat()
    ben = room.patient()
    ada.message(chat, "chest pain")
    provider.incoming(MESSAGE)
    provider.command("end_chat", conversation=chat["conversation"])
    provider.notice("conversation", conversation=chat["conversation"], phase="ended")
    provider.command("open_chat", visit=room.visit_of(provider, ben.conversation))
    provider.sync()
    assert provider.all("erased") == []
    assert room.relay.status()["messages"] == 1
    provider.receipt(SEEN, chat, 1)
    provider.command("start_call", visit=room.visit_of(provider, ben.conversation), ends=None)
    provider.notice("erased", conversation=chat["conversation"], cause="call_started")
    room.relay.assert_holds_nothing()


def test_a_finished_patient_is_told_of_the_erasure_and_then_let_go(room):
    patient, provider, chat = room.chat()
    write(patient, provider, chat)
    provider.command("remove_visit", visit=room.visit_of(provider, chat))
    patient.notice("visit_over", reason="removed")
    patient.sync()
    patient.message(chat, "wait")
    assert patient.notice("refused")["reason"] == "ended"
    provider.command("close_chat", conversation=chat["conversation"])
    patient.notice("erased", conversation=chat["conversation"], cause="closed")
    assert patient.closing() == 4104


def test_a_finished_patient_may_leave_before_the_erasure(room):
    patient, provider, chat = room.chat()
    write(patient, provider, chat)
    provider.command("remove_visit", visit=room.visit_of(provider, chat))
    patient.notice("visit_over", reason="removed")
    patient.command("leave")
    assert patient.closing() == 4104


def test_a_visit_that_ends_takes_its_card_with_it(start):
    room = start()
    patient, provider, chat = room.chat()
    patient.command("card", session=provider.welcome["session"], revision=1, card=sealed_card())
    provider.notice("card")
    assert room.relay.status()["cards"] == 1
    patient.command("leave")
    patient.closing()
    room.relay.assert_holds_nothing()


def test_a_chat_that_ended_before_anybody_wrote_is_withdrawn(room):
    patient, provider, chat = room.chat()
    patient.command("leave")
    patient.closing()
    assert provider.notice("withdrawn")["conversation"] == chat["conversation"]
    provider.command("show_chat", conversation=chat["conversation"])
    assert provider.notice("refused")["reason"] == "unknown_conversation"


def test_many_chats_erased_at_once_leave_nothing(start):
    room = start()
    provider = room.provider()
    patients = [room.patient() for _ in range(30)]
    for patient in patients:
        for number in range(8):
            patient.message(patient.conversation, f"text {number}")
    for patient in patients:
        patient.incoming(ACCEPTED, sequence=8)
    assert room.relay.status()["messages"] == 240
    provider.close(1001)
    for patient in patients:
        patient.notice("erased", cause="refreshed")
    room.relay.assert_holds_nothing()


def test_erasing_while_messages_pour_in_leaves_nothing(start):
    room = start()
    patient, provider, chat = room.chat()
    for turn in range(10):
        current = patient.conversation
        patient.message(current, f"text {turn}")
        provider.command("close_chat", conversation=current["conversation"])
        patient.notice("erased", conversation=current["conversation"])
        patient.notice("conversation", phase="waiting")
        provider.notice("erased", conversation=current["conversation"])
    room.relay.assert_holds_nothing()
    status = room.relay.status()
    assert status["messages_relayed"] == status["messages_erased"]
