"""Messages, receipts, unread, typing: what two people who chat depend on."""

import os
import time

from client import (
    ACCEPTED, CLASSES, DELIVERED, HEADER, MESSAGE, PATIENT, PROVIDER, SEEN, TYPING, UNREAD)


def test_messages_go_both_ways_and_the_sender_is_told_their_place(room):
    patient, provider, chat = room.chat()
    patient.message(chat, "Good morning")
    header, _ = provider.incoming(MESSAGE)
    assert (header.slot, header.number, header.sequence) == (PATIENT, 1, 1)
    assert patient.incoming(ACCEPTED)[0].sequence == 1
    provider.message(chat, "Hello")
    header, _ = patient.incoming(MESSAGE)
    assert (header.slot, header.number, header.sequence) == (PROVIDER, 1, 2)
    assert provider.incoming(ACCEPTED)[0].sequence == 2
    assert (provider.texts(), patient.texts()) == (["Good morning"], ["Hello"])


def test_both_pages_see_one_order_without_a_gap(room):
    patient, provider, chat = room.chat()
    for number in range(8):
        patient.message(chat, f"patient {number}")
        provider.message(chat, f"provider {number}")
        provider.message(chat, f"provider {number} more")
    for page in (patient, provider):
        if page.places(chat["conversation"])[-1:] != [24]:
            page.pump(lambda _: page.places(chat["conversation"])[-1:] == [24])
        assert page.places(chat["conversation"]) == list(range(1, 25))
    assert provider.texts() == [f"patient {number}" for number in range(8)]
    order = {}
    for page in (patient, provider):
        for header, _ in page.frames:
            if header.kind in (MESSAGE, ACCEPTED):
                who = (header.slot, header.number)
                assert order.setdefault(header.sequence, who) == who


def test_the_first_message_of_an_idle_chat_arrives_at_once(room):
    patient, provider, chat = room.chat()
    began = time.monotonic()
    patient.message(chat, "now")
    provider.incoming(MESSAGE)
    assert time.monotonic() - began < 1


def test_bodies_of_every_size_class_travel_unchanged_and_unread(room):
    patient, provider, chat = room.chat()
    bodies = [os.urandom(size) for size in CLASSES]
    for content in bodies:
        patient.message(chat, "", content=content)
    assert [provider.incoming(MESSAGE)[1] for _ in bodies] == bodies


def test_a_message_leaves_as_it_came_but_for_its_sequence(room):
    patient, provider, chat = room.chat()
    sent = patient.header(MESSAGE, chat, 1) + os.urandom(256)
    patient.send_binary(sent)
    header, content = provider.incoming(MESSAGE)
    assert HEADER.pack(*header) + content == sent[:20] + (1).to_bytes(4, "big") + sent[24:]


# Unread


def test_unread_is_the_number_of_the_patients_messages_after_seen(room):
    patient, provider, chat = room.chat()
    for text in ("one", "two", "three"):
        patient.message(chat, text)
    header, _ = provider.incoming(UNREAD, number=3)
    assert (header.conversation, header.sequence) == (chat["conversation"], 3)
    provider.receipt(SEEN, chat, 2)
    assert provider.incoming(UNREAD)[0].number == 1
    provider.receipt(SEEN, chat, 3)
    assert provider.incoming(UNREAD)[0].number == 0


def test_patients_have_an_unread_number_of_their_own(room):
    patient, provider, chat = room.chat()
    provider.message(chat, "Are you there?")
    assert patient.incoming(UNREAD)[0].number == 1
    patient.receipt(SEEN, chat, 1)
    assert patient.incoming(UNREAD)[0].number == 0
    provider.sync()
    assert provider.of_kind(UNREAD) == []


def test_ones_own_messages_are_never_unread(room):
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    provider.incoming(UNREAD, number=1)
    provider.message(chat, "two")
    patient.message(chat, "three")
    assert provider.incoming(UNREAD)[0].number == 2
    patient.sync()
    assert [header.number for header in patient.of_kind(UNREAD)] == [1]


def test_unread_of_one_patient_is_not_touched_by_another(room):
    patient, provider, chat = room.chat()
    other = room.patient()
    patient.message(chat, "mine")
    other.message(other.conversation, "theirs")
    provider.incoming(UNREAD, conversation=other.conversation["conversation"])
    provider.receipt(SEEN, chat, 1)
    assert provider.incoming(UNREAD)[0].conversation == chat["conversation"]
    provider.sync()
    counts = provider.of_kind(UNREAD, other.conversation["conversation"])
    assert [header.number for header in counts] == [1]


# Receipts


def test_receipts_reach_the_other_page_with_their_proof(room):
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    proof = os.urandom(16)
    for kind in (DELIVERED, SEEN):
        provider.send_binary(provider.header(kind, chat, 1) + proof)
        header, copy = patient.incoming(kind)
        assert (header.number, header.slot, copy) == (1, PROVIDER, proof)


def test_receipts_are_cumulative_and_never_go_back(room):
    patient, provider, chat = room.chat()
    for text in ("one", "two", "three"):
        patient.message(chat, text)
    provider.incoming(MESSAGE, sequence=3)
    for watermark in (2, 1, 2, 3):
        provider.receipt(DELIVERED, chat, watermark)
        provider.receipt(SEEN, chat, watermark)
    provider.sync()
    patient.sync()
    assert [header.number for header in patient.of_kind(DELIVERED)] == [2, 3]
    assert [header.number for header in patient.of_kind(SEEN)] == [2, 3]
    assert [header.number for header in provider.of_kind(UNREAD)][-2:] == [1, 0]


def test_a_receipt_for_what_was_never_sent_closes_the_socket(room):
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    provider.receipt(SEEN, chat, 2)
    assert provider.closing() == 4100


def test_a_watermark_of_nothing_is_ignored(room):
    """Not above the former one: docs/protocol.md, "Receipts"."""
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    provider.receipt(DELIVERED, chat, 0)
    provider.sync()


# Typing


def test_typing_is_shown_to_the_other_side_only_and_is_not_held(start):
    room = start()
    patient, provider, chat = room.chat()
    patient.typing(chat, True)
    header, _ = provider.incoming(TYPING)
    assert (header.flags, header.slot, header.number, header.sequence) == (1, PATIENT, 0, 0)
    patient.typing(chat, False)
    assert provider.incoming(TYPING)[0].flags == 0
    patient.sync()
    assert patient.of_kind(TYPING) == []
    room.relay.assert_holds_nothing()


def test_typing_while_nobody_is_there_is_dropped(room):
    patient, provider, chat = room.chat()
    provider.drop()
    patient.notice("provider", status="reconnecting")
    patient.typing(chat, True)
    patient.sync()
    again = provider.again()
    assert again.of_kind(TYPING) == []


# Exactly once


def test_a_repeated_message_gets_the_same_place_and_is_shown_once(room):
    patient, provider, chat = room.chat()
    patient.message(chat, "once")
    patient.message(chat, "twice")
    for _ in range(3):
        patient.message(chat, "once", number=1)
    patient.sync()
    provider.sync()
    assert provider.texts() == ["once", "twice"]
    assert [(h.number, h.sequence) for h in patient.of_kind(ACCEPTED)] == [
        (1, 1), (2, 2), (1, 1), (1, 1), (1, 1)]


def test_a_repeat_with_other_words_changes_nothing(room):
    patient, provider, chat = room.chat()
    patient.message(chat, "take one")
    patient.message(chat, "take ten", number=1)
    patient.sync()
    provider.drop()
    assert provider.again().texts() == ["take one"]


def test_a_skipped_number_closes_the_socket(room):
    patient, _, chat = room.chat()
    patient.message(chat, "two", number=2)
    assert patient.closing() == 4100


def test_after_a_refusal_the_sender_goes_back_and_nothing_is_lost_or_doubled(room):
    patient, provider, chat = room.chat()
    texts = [f"text {number}" for number in range(1, 14)]
    for text in texts:
        patient.message(chat, text)
    refusal = patient.notice("refused")
    assert refusal["conversation"] == chat["conversation"]
    assert (refusal["number"], refusal["reason"]) == (11, "rate_limited")
    assert 0 < refusal["retry_ms"] <= 1000
    patient.sync()  # 12 and 13 were dropped without complaint.
    assert len(patient.all("refused")) == 1
    for number in (11, 12, 13):
        time.sleep(1.05)
        patient.message(chat, texts[number - 1], number=number)
    provider.incoming(MESSAGE, sequence=13)
    assert provider.texts() == texts
    patient.sync()
    assert [header.number for header in patient.of_kind(ACCEPTED)] == list(range(1, 14))


def test_a_provider_may_write_forty_at_once(room):
    patient, provider, chat = room.chat()
    for number in range(45):
        provider.message(chat, f"text {number}")
    provider.notice("refused", reason="rate_limited")
    patient.sync()
    assert 40 <= len(patient.texts()) <= 44
    assert patient.texts() == [f"text {number}" for number in range(len(patient.texts()))]


def test_the_rate_is_the_patients_own_and_a_new_socket_does_not_reset_it(room):
    patient, provider, chat = room.chat()
    for number in range(10):
        patient.message(chat, f"text {number}")
    patient.incoming(ACCEPTED, sequence=10)
    patient.drop()
    again = patient.again({chat["conversation"]: 10})
    again.message(chat, "more", number=11)
    again.message(chat, "more", number=12)
    assert again.notice("refused")["reason"] == "rate_limited"
    other = room.patient()
    other.message(other.conversation, "mine")
    other.incoming(ACCEPTED)


# Epochs


def test_a_new_conversation_of_the_pair_has_a_new_handle_and_the_next_epoch(room):
    patient, provider, first = room.chat()
    patient.message(first, "one")
    provider.incoming(MESSAGE)
    provider.command("close_chat", conversation=first["conversation"])
    patient.notice("erased", conversation=first["conversation"], cause="closed")
    second = patient.notice("conversation", phase="waiting")
    assert second["conversation"] != first["conversation"]
    assert second["epoch"] == first["epoch"] + 1
    patient.message(first, "late", number=2)
    refusal = patient.notice("refused")
    assert (refusal["conversation"], refusal["number"], refusal["reason"]) == (
        first["conversation"], 2, "erased")
    patient.message(second, "again")
    assert provider.incoming(MESSAGE)[0].conversation == second["conversation"]
    assert provider.texts() == ["one", "again"]


def test_a_late_receipt_or_typing_for_an_erased_chat_is_dropped(room):
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    provider.command("close_chat", conversation=chat["conversation"])
    provider.notice("erased")
    provider.receipt(SEEN, chat, 1)
    provider.typing(chat, True)
    provider.sync()
    assert provider.all("refused") == []
