"""Lost sockets, refreshed pages, second pages."""

import time

import pytest

from client import (
    ACCEPTED, DELIVERED, MESSAGE, SEEN, UNREAD, Closed, Patient, credential, points, sealed_card)


def test_a_patient_whose_socket_dropped_gets_what_was_said_meanwhile(room):
    patient, provider, chat = room.chat()
    handle = chat["conversation"]
    patient.message(chat, "one")
    patient.incoming(ACCEPTED)
    patient.drop()
    provider.notice("visit", presence="reconnecting")
    for text in ("two", "three"):
        provider.message(chat, text)
    provider.incoming(ACCEPTED, sequence=3)
    again = patient.again({handle: 1})
    assert again.welcome["resumed"] is True
    assert again.conversation["conversation"] == handle
    assert again.places(handle) == [2, 3]
    assert again.texts() == ["two", "three"]
    assert again.of_kind(UNREAD)[-1].number == 2
    provider.notice("visit", presence="here")


def test_a_patient_learns_on_a_new_socket_that_a_message_was_accepted(room):
    patient, provider, chat = room.chat()
    patient.message(chat, "did it arrive?")
    provider.incoming(MESSAGE)
    patient.reset()
    again = patient.again({chat["conversation"]: 0})
    assert [(h.number, h.sequence) for h in again.of_kind(ACCEPTED)] == [(1, 1)]
    again.message(chat, "did it arrive?", number=1)
    again.message(chat, "next", number=2)
    provider.incoming(MESSAGE, number=2)
    assert provider.texts() == ["did it arrive?", "next"]


def test_messages_on_the_way_when_the_socket_drops_arrive_once(room):
    patient, provider, chat = room.chat()
    texts = [f"text {number}" for number in range(9)]
    for text in texts[:6]:
        patient.message(chat, text)
    patient.drop()
    again = patient.again({})
    for number, text in enumerate(texts, 1):
        again.message(chat, text, number=number)
    provider.incoming(MESSAGE, number=9)
    assert provider.texts() == texts
    assert provider.places(chat["conversation"]) == list(range(1, 10))


def test_a_provider_whose_socket_dropped_loses_nothing(room):
    patient, provider, chat = room.chat()
    handle = chat["conversation"]
    visit = room.visit_of(provider, chat)
    provider.command("open_chat", visit=visit)
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    provider.message(chat, "two")
    provider.receipt(SEEN, chat, 1)
    provider.incoming(ACCEPTED)
    provider.drop()
    patient.notice("provider", status="reconnecting")
    patient.message(chat, "three")
    patient.receipt(SEEN, chat, 2)
    patient.sync()
    again = provider.again({handle: 1})
    assert again.welcome["resumed"] is True
    assert again.welcome["session"] == provider.welcome["session"]
    assert again.places(handle) == [2, 3]
    assert again.texts() == ["three"]
    assert again.of_kind(SEEN)[-1].number == 2
    assert again.of_kind(UNREAD)[-1].number == 1
    assert again.latest("box") == {"type": "box", "state": "open", "conversation": handle}
    patient.notice("provider", status="available")


def test_a_snapshot_comes_in_its_order(room):
    provider = room.provider()
    patients = [room.patient() for _ in range(2)]
    for patient in patients:
        card = {"session": provider.welcome["session"], "revision": 1, "card": sealed_card()}
        patient.command("card", **card)
        patient.message(patient.conversation, "hello")
        patient.incoming(ACCEPTED)
    provider.drop()
    again = provider.again({})
    seen = []
    for item in again.notices:
        seen.append(item["type"])
    snapshot = seen[:seen.index("ready") + 1]
    assert snapshot == ["signed_in", "visit", "card", "visit", "card", "conversation",
                        "conversation", "box", "ready"]
    assert again.texts() == ["hello", "hello"]


def test_a_conversation_that_resume_does_not_name_comes_from_its_beginning(room):
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    patient.message(chat, "two")
    provider.incoming(MESSAGE, sequence=2)
    provider.drop()
    assert provider.again({}).texts() == ["one", "two"]


def test_a_resume_without_the_member_begins_at_the_beginning_too(room):
    patient, provider, chat = room.chat()
    provider.message(chat, "one")
    patient.incoming(MESSAGE)
    patient.drop()
    again = Patient(room.relay, room=room.name, secret=patient.secret, key=patient.key)
    assert again.welcome["resumed"] is True
    assert again.texts() == ["one"]


def test_the_newest_receipts_of_the_other_side_come_with_a_resume(room):
    patient, provider, chat = room.chat()
    for text in ("one", "two"):
        patient.message(chat, text)
    provider.incoming(MESSAGE, sequence=2)
    patient.drop()
    provider.receipt(DELIVERED, chat, 2)
    provider.receipt(SEEN, chat, 1)
    provider.sync()
    again = patient.again({chat["conversation"]: 2})
    assert [header.number for header in again.of_kind(DELIVERED)] == [2]
    assert [header.number for header in again.of_kind(SEEN)] == [1]


def test_a_chat_erased_meanwhile_is_named_as_erased(room):
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    patient.drop()
    provider.command("close_chat", conversation=chat["conversation"])
    provider.notice("erased")
    again = patient.again({chat["conversation"]: 1})
    assert again.all("erased") == provider.all("erased")
    assert again.latest("erased")["cause"] == "closed"
    assert again.frames == [] or again.texts() == []
    assert again.conversation["conversation"] != chat["conversation"]


@pytest.mark.parametrize("role", ["patient", "provider"])
def test_a_resume_beyond_the_last_message_is_refused(room, role):
    patient, provider, chat = room.chat()
    page = patient if role == "patient" else provider
    page.drop()
    assert page.again({chat["conversation"]: 1}, greet=False).closing() == 4100


@pytest.mark.parametrize("after", [-1, 2**32, 2**53])
def test_a_resume_with_an_impossible_number_is_refused(room, after):
    assert room.patient(resume=points({1: after}), greet=False).closing() == 4100


def test_an_unknown_page_that_resumes_is_told_that_its_visit_is_gone(room):
    assert room.patient(resume=[], greet=False).closing() == 4105


def test_a_resume_names_as_many_chats_as_fit_into_a_command(room):
    """160 may be named."""
    provider = room.provider()
    provider.drop()
    assert provider.again({handle: 0 for handle in range(10**6, 10**6 + 160)}).welcome["resumed"]


@pytest.mark.parametrize("role", ["patient", "provider"])
def test_a_resume_of_more_than_one_burst_brings_everything_once(room, role):
    """160 KiB of messages: the relay writes at most 64 KiB at once."""
    patient, provider, chat = room.chat()
    writer, reader = (provider, patient) if role == "patient" else (patient, provider)
    for number in range(10):
        writer.message(chat, "", content=bytes([number]) * 16_384)
    reader.incoming(MESSAGE, sequence=10)
    reader.drop()
    again = reader.again({chat["conversation"]: 0})
    assert again.places(chat["conversation"]) == list(range(1, 11))
    assert [content[0] for header, content in again.frames
            if header.kind == MESSAGE] == list(range(10))


def test_a_snapshot_of_more_than_one_burst_comes_once(start):
    """100 rows and their cards are more than the relay writes at once."""
    room = start()
    provider = room.provider()
    patients = [room.patient() for _ in range(100)]
    for patient in patients:
        patient.command("card", session=provider.welcome["session"], revision=1, card=sealed_card())
        patient.sync()
    provider.drop()
    again = provider.again({})
    for type, count in (("signed_in", 1), ("visit", 100), ("card", 100), ("conversation", 100),
                        ("box", 1), ("ready", 1)):
        assert (type, len(again.all(type))) == (type, count)


# A second socket


@pytest.mark.parametrize("role", ["patient", "provider"])
def test_a_second_socket_of_the_same_page_displaces_the_first(room, role):
    patient, provider, chat = room.chat()
    page, other = (patient, provider) if role == "patient" else (provider, patient)
    other.message(chat, "one")
    page.incoming(MESSAGE)
    again = page.again({chat["conversation"]: 1})
    with pytest.raises(Closed) as closed:
        page.pump(lambda _: False)
    assert (closed.value.code, closed.value.reason) == (4103, "displaced")
    assert again.welcome["resumed"] is True
    other.message(chat, "two")
    again.incoming(MESSAGE)
    assert again.texts() == ["two"]


def test_a_displaced_socket_does_not_start_a_grace(start):
    room = start(graces={"provider": "1s"})
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    again = provider.again({})
    assert provider.closing() == 4103
    time.sleep(2.5)
    again.sync()
    assert again.all("erased") == []
    assert room.relay.status()["messages"] == 1


def test_roles_do_not_share_secrets(room):
    provider = room.provider()
    patient = room.patient(secret=provider.secret)
    assert patient.welcome["resumed"] is False
    provider.sync()


def test_rooms_do_not_share_secrets(start):
    room = start(rooms=1)
    patient = room.patient()
    other = Patient(room.relay, room="room0", secret=patient.secret)
    assert other.welcome["resumed"] is False
    patient.sync()


def test_another_providers_token_does_not_resume_a_session(room):
    provider = room.provider()
    stranger = room.provider("lee", secret=provider.secret, greet=False)
    assert stranger.closing() == 4101
    provider.sync()


# A refreshed patient page


def test_the_rejoin_code_restores_the_place_and_nothing_else(room):
    first, provider, chat = room.chat()
    room.patient()
    first.message(chat, "private words")
    provider.incoming(MESSAGE)
    visit = room.visit_of(provider, chat)
    first.drop()
    fresh = room.patient(rejoin=first.welcome["rejoin"])
    assert fresh.welcome["resumed"] is False
    assert fresh.welcome["rejoin"] != first.welcome["rejoin"]
    assert fresh.latest("position")["position"] == 1
    row = provider.notice("visit", visit=visit, rejoined=True)
    assert row["presence"] == "here"
    assert provider.latest("conversation", conversation=chat["conversation"])["phase"] == "ended"
    assert fresh.conversation["conversation"] != chat["conversation"]
    assert fresh.texts() == []
    fresh.message(fresh.conversation, "I am back")
    provider.incoming(MESSAGE)
    fresh.message(chat, "the old one", number=2)
    assert fresh.notice("refused")["reason"] == "erased"


def test_a_rejoin_code_is_used_once(room):
    first, provider, _ = room.chat()
    first.drop()
    room.patient(rejoin=first.welcome["rejoin"])
    assert room.patient(rejoin=first.welcome["rejoin"], greet=False).closing() == 4110


def test_the_page_that_a_rejoin_replaces_is_displaced(room):
    first, _, _ = room.chat()
    room.patient(rejoin=first.welcome["rejoin"])
    assert first.closing() == 4103


def test_the_replaced_page_cannot_come_back_with_its_secret(room):
    first, _, chat = room.chat()
    first.drop()
    room.patient(rejoin=first.welcome["rejoin"])
    assert first.again({chat["conversation"]: 0}, greet=False).closing() == 4105


def test_five_wrong_codes_from_an_address_are_enough(room):
    patient = room.patient(source="127.0.0.9")
    right = patient.welcome["rejoin"]
    wrong = "2222" if right != "2222" else "3333"
    for _ in range(5):
        page = room.patient(rejoin=wrong, source="127.0.0.7", greet=False)
        assert page.closing() == 4110
    page = room.patient(rejoin=wrong, source="127.0.0.7", greet=False)
    assert page.closing() == 4111
    # The right one too: nobody may go on guessing.
    page = room.patient(rejoin=right, source="127.0.0.7", greet=False)
    assert page.closing() == 4111
    patient.sync()
    room.patient(rejoin=right, source="127.0.0.8")


@pytest.mark.parametrize("code", ["", "AAA", "AAAAA", "aaaa", "AA0A", "AAIA", "ÄÄÄÄ", 2222, None])
def test_what_cannot_be_a_rejoin_code_is_a_protocol_error(room, code):
    page = room.socket()
    page.command("check_in", **credential(), rejoin=code)
    assert page.closing() == 4100


# A refreshed or lost provider


def test_a_patients_refresh_is_a_blip(start):
    room = start()
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    patient.close(1001)
    assert provider.notice("visit", presence="reconnecting")["visit"] == 1
    assert room.relay.status()["messages"] == 1
    assert patient.again({chat["conversation"]: 1}).welcome["resumed"] is True


def test_a_provider_whose_page_is_refreshed_is_a_new_session(start):
    room = start()
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    provider.close(1001)
    patient.notice("erased", conversation=chat["conversation"], cause="refreshed")
    patient.told("off_duty", session=provider.welcome["session"])
    patient.told("provider", status="nobody")
    room.relay.assert_holds_nothing()
    again = provider.again({chat["conversation"]: 1})
    assert again.welcome["resumed"] is False
    assert again.texts() == []
    patient.notice("duty", session=again.welcome["session"])
    patient.notice("conversation", session=again.welcome["session"], epoch=0)


@pytest.mark.parametrize("code", [1000, 1005, 3000, 4000])
def test_any_other_goodbye_of_a_provider_is_a_blip(start, code):
    room = start()
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    if code == 1005:
        provider.send_raw(provider.frame(8, b""))
        provider.drop()
    else:
        provider.close(code)
    patient.notice("provider", status="reconnecting")
    assert room.relay.status()["messages"] == 1
    assert provider.again({chat["conversation"]: 1}).welcome["resumed"] is True


def test_a_provider_lost_beyond_the_grace_is_erased(start):
    room = start(graces={"provider": "2s"})
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    provider.drop()
    lost = time.monotonic()
    patient.notice("erased", conversation=chat["conversation"], cause="provider_lost")
    assert 1.5 < time.monotonic() - lost < 4
    patient.told("provider", status="nobody")
    room.relay.assert_holds_nothing()
    assert provider.again({chat["conversation"]: 1}).welcome["resumed"] is False


def test_a_provider_back_within_the_grace_keeps_everything(start):
    room = start(graces={"provider": "3s"})
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    provider.drop()
    time.sleep(1.5)
    again = provider.again({chat["conversation"]: 1})
    time.sleep(2.5)
    again.sync()
    assert again.all("erased") == []
    assert room.relay.status()["messages"] == 1


def test_without_a_grace_a_lost_provider_is_erased_at_once(start):
    room = start(graces={"provider": "0s"})
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    provider.reset()
    patient.notice("erased", cause="provider_lost", timeout=3)
    room.relay.assert_holds_nothing()


def test_a_patient_lost_beyond_the_grace_has_left(start):
    room = start(graces={"patient": "1s", "rejoin": "1s"})
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    patient.drop()
    over = provider.notice("visit_over", reason="lost", timeout=5)
    assert provider.latest("conversation", conversation=chat["conversation"])["phase"] == "ended"
    assert patient.again({}, greet=False).closing() == 4105
    assert room.patient(rejoin=patient.welcome["rejoin"], greet=False).closing() == 4110
    provider.message(chat, "too late")
    assert provider.notice("refused")["reason"] == "ended"
    assert over["visit"] == 1


def test_a_place_is_kept_longer_once_the_rejoin_code_was_shown(start):
    room = start(graces={"patient": "1s", "rejoin": "3s"})
    patient, provider, chat = room.chat()
    assert (patient.welcome["grace_ms"], patient.welcome["rejoin_ms"]) == (1000, 3000)
    patient.command("rejoin_shown")
    patient.sync()
    patient.drop()
    lost = time.monotonic()
    provider.notice("visit", presence="reconnecting")
    provider.notice("visit", presence="left_page", timeout=4)
    assert provider.all("visit_over") == []
    provider.notice("visit_over", reason="lost", timeout=5)
    assert 2.5 < time.monotonic() - lost < 5


# Two consoles of one provider


def test_a_second_console_waits_for_a_press_and_then_takes_over(start):
    room = start()
    patient, provider, chat = room.chat()
    room.patient()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    second = room.provider(greet=False)
    assert second.notice("console_open")["chats"] == 1
    provider.sync()
    assert room.relay.status()["messages"] == 1
    second.command("supersede")
    assert provider.closing() == 4102
    assert second.notice("signed_in")["resumed"] is False
    second.notice("ready")
    patient.notice("erased", conversation=chat["conversation"], cause="refreshed")
    room.relay.assert_holds_nothing()
    assert room.relay.status()["sessions"] == 1
    patient.notice("conversation", session=second.latest("signed_in")["session"])


def test_the_superseded_page_cannot_come_back_as_it_was(room):
    provider = room.provider()
    second = room.provider(greet=False)
    second.notice("console_open")
    second.command("supersede")
    second.notice("ready")
    provider.closing()
    again = provider.again({}, greet=False)
    assert again.notice("console_open")["chats"] == 0


def test_a_waiting_console_can_do_nothing_else(room):
    patient, provider, chat = room.chat()
    second = room.provider(greet=False)
    second.notice("console_open")
    for command in ("wipe", "keep_open"):
        members = {} if command == "wipe" else {"conversation": chat["conversation"]}
        second.command(command, **members)
        assert second.notice("refused", command=command)["reason"] == "not_allowed"
    second.command("bye")
    assert second.closing() == 4107
    provider.sync()


def test_a_waiting_console_that_sends_a_frame_is_closed(room):
    _, provider, chat = room.chat()
    second = room.provider(greet=False)
    second.notice("console_open")
    second.message(chat, "hello")
    assert second.closing() == 4100
    provider.sync()


def test_a_third_console_takes_the_place_of_the_waiting_one(room):
    provider = room.provider()
    second = room.provider(greet=False)
    second.notice("console_open")
    third = room.provider(greet=False)
    third.notice("console_open")
    assert second.closing() == 4103
    provider.sync()


def test_a_waiting_console_begins_when_the_other_signs_out(room):
    provider = room.provider()
    second = room.provider(greet=False)
    second.notice("console_open")
    provider.command("sign_out")
    assert provider.closing() == 4106
    assert second.notice("signed_in")["resumed"] is False
    second.notice("ready")


def test_a_new_page_ends_the_session_of_one_whose_socket_is_gone(start):
    room = start()
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    provider.drop()
    patient.notice("provider", status="reconnecting")
    fresh = room.provider()
    assert fresh.welcome["resumed"] is False
    patient.notice("erased", conversation=chat["conversation"], cause="refreshed")
    room.relay.assert_holds_nothing()
    assert room.relay.status()["sessions"] == 1


def test_supersede_without_a_press_to_answer_is_not_allowed(room):
    provider = room.provider()
    provider.command("supersede")
    assert provider.notice("refused")["reason"] == "not_allowed"
