"""The 24 bytes in front of every binary message, and the first frame."""

import time

import pytest

from client import (
    ACCEPTED, CLASSES, DELIVERED, HEADER, MESSAGE, PATIENT, PROVIDER, SEEN, TYPING, UNREAD,
    credential)


@pytest.fixture
def chat(room):
    return room.chat()


def frame(chat, size=256, **changes):
    """A valid first message with some fields changed."""
    fields = {"version": 1, "kind": MESSAGE, "slot": PATIENT, "flags": 0, "epoch": chat["epoch"],
              "zero": 0, "number": 1, "conversation": chat["conversation"], "sequence": 0}
    assert changes.keys() <= fields.keys()
    return HEADER.pack(*{**fields, **changes}.values()) + bytes(size)


def assert_refused(chat, data):
    patient, provider, _ = chat
    patient.send_binary(data)
    assert patient.closing() == 4100
    provider.notice("visit", presence="reconnecting")
    provider.sync()
    assert provider.frames == []


def test_the_frame_that_these_tests_change_is_valid(chat):
    patient, provider, conversation = chat
    patient.send_binary(frame(conversation))
    provider.incoming(MESSAGE)


@pytest.mark.parametrize("changes", [
    {"version": 0}, {"version": 2}, {"version": 255},
    {"slot": PROVIDER}, {"slot": 2}, {"slot": 255},
    {"flags": 1}, {"flags": 2}, {"flags": 255},
    {"epoch": 1}, {"epoch": 65_535},
    {"zero": 1}, {"zero": 256}, {"zero": 65_535},
    {"number": 0}, {"number": 2}, {"number": 2**20}, {"number": 2**20 + 1}, {"number": 2**32},
    {"number": 2**32 + 1}, {"number": 2**53}, {"number": 2**63}, {"number": 2**64 - 1},
    {"sequence": 1}, {"sequence": 2**32 - 1},
], ids=str)
def test_a_header_with_a_wrong_field_closes_the_socket(chat, changes):
    assert_refused(chat, frame(chat[2], **changes))


@pytest.mark.parametrize("kind", [0, 6, 7, 15, 0x11, 0x12, 0x13, 0x14, 0x20, 0x80, 0x90, 0xFF])
def test_kinds_that_do_not_exist_close_the_socket(chat, kind):
    assert_refused(chat, frame(chat[2], kind=kind))


@pytest.mark.parametrize("kind", [0x11, 0x12, 0x13])
def test_reserved_kinds_are_refused_in_the_length_of_a_control_frame_too(chat, kind):
    assert_refused(chat, frame(chat[2], kind=kind, size=16))


@pytest.mark.parametrize("kind", [ACCEPTED, UNREAD])
def test_only_the_relay_says_accepted_and_unread(chat, kind):
    assert_refused(chat, frame(chat[2], kind=kind, size=16, number=1))


@pytest.mark.parametrize("size", sorted(
    {0, 1, 8, 16, 24, 40, 128, 16_383} | {size - 1 for size in CLASSES}
    | {size + 1 for size in CLASSES[:-1]} | {257, 768, 3_000}))
def test_a_message_has_the_length_of_a_class(chat, size):
    assert_refused(chat, frame(chat[2], size=size))


@pytest.mark.parametrize("size", [0, 1, 15, 17, 32, 256])
@pytest.mark.parametrize("kind", [DELIVERED, SEEN, TYPING])
def test_a_control_frame_has_forty_bytes(chat, kind, size):
    assert_refused(chat, frame(chat[2], kind=kind, size=size, number=0))


@pytest.mark.parametrize("count", range(0, 24, 5))
def test_less_than_a_header_closes_the_socket(chat, count):
    assert_refused(chat, frame(chat[2])[:count])


@pytest.mark.parametrize("changes", [
    {"number": 1}, {"flags": 2}, {"slot": PROVIDER}, {"epoch": 9}, {"sequence": 1}], ids=str)
def test_a_typing_frame_with_a_wrong_field_closes_the_socket(chat, changes):
    assert_refused(chat, frame(chat[2], **{"kind": TYPING, "size": 16, "number": 0, **changes}))


def test_a_provider_may_not_speak_as_the_patient(room):
    patient, provider, conversation = room.chat()
    provider.send_binary(frame(conversation, slot=PATIENT))
    assert provider.closing() == 4100
    patient.sync()
    assert patient.frames == []


def test_a_socket_closed_for_a_mistake_may_come_back_and_has_lost_nothing(room):
    patient, provider, conversation = room.chat()
    patient.message(conversation, "one")
    provider.incoming(MESSAGE)
    patient.send_binary(frame(conversation, version=9))
    assert patient.closing() == 4100
    again = patient.again({conversation["conversation"]: 0})
    again.message(conversation, "two", number=2)
    provider.incoming(MESSAGE, number=2)


def test_mistakes_are_counted(start):
    room = start()
    for _ in range(3):
        patient = room.patient()
        patient.send_binary(b"x")
        patient.closing()
    assert room.relay.status()["protocol_errors"] == 3


def test_wrong_numbers_are_mistakes_that_are_counted_too(start):
    room = start()
    patient, _, chat = room.chat()
    patient.message(chat, "two", number=2)
    patient.closing()
    assert room.relay.status()["protocol_errors"] == 1


# The first frame


@pytest.mark.parametrize("data", [
    b"{}", b"[]", b"null", b'"check_in"', b"1", b"", b" ", b'{"type":"ping"}',
    b'{"type":"leave"}', b'{"type":"wipe"}', b'{"type":"supersede"}', b'{"type":"check_in"}',
    b'{"type":"sign_in"}', b'{"type":"Check_In","session":"' + b"A" * 43 + b'"}',
    b'{"session":"' + b"A" * 43 + b'"}'])
def test_the_first_frame_says_who_comes(room, data):
    page = room.socket()
    page.send_text(data)
    assert page.closing() == 4100


def test_a_binary_first_frame_is_refused(room):
    page = room.socket()
    page.send_binary(HEADER.pack(1, MESSAGE, 0, 0, 0, 0, 1, 1, 0) + bytes(256))
    assert page.closing() == 4100


@pytest.mark.parametrize("first", ["check_in", "sign_in"])
@pytest.mark.parametrize("role", ["patient", "provider"])
def test_nobody_introduces_themselves_twice(room, role, first):
    page = room.patient() if role == "patient" else room.provider()
    members = {"token": room.relay.token("rivera", room.name)} if first == "sign_in" else {}
    page.command(first, **credential(session=page.secret), **members)
    assert page.closing() == 4100


@pytest.mark.parametrize("session", [
    "", "A", "A" * 42, "A" * 44, "A" * 42 + "B", "A" * 42 + "=", "A" * 42 + "+", "A" * 42 + "/",
    "A" * 43 + "=", " " + "A" * 42, "A" * 5_000, 1, None, [], {}, True])
def test_a_secret_has_thirty_two_bytes_in_one_spelling(room, session):
    page = room.socket()
    page.command("check_in", **credential(session=session))
    assert page.closing() == 4100


@pytest.mark.slow
def test_a_socket_that_says_nothing_is_closed_after_five_seconds(room):
    began = time.monotonic()
    page = room.socket()
    code = page.closing(timeout=12)
    assert (code, 4 < time.monotonic() - began < 9) == (4003, True)


@pytest.mark.slow
def test_pings_and_crumbs_do_not_replace_the_first_frame(room):
    began = time.monotonic()
    page = room.socket()
    page.send_raw(page.frame(1, b'{"type":')[:-3])
    code = page.closing(timeout=12)
    assert (code, 4 < time.monotonic() - began < 9) == (4003, True)
