"""RFC 6455, read strictly: what SwiftNIO's own decoder would let through."""

import json
import os
import struct

import pytest

from client import MESSAGE, Closed, Socket, credential

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def raw(first, length, payload=b"", mask=b"\1\2\3\4", form=None):
    """A frame with any first byte and any announced length, in the form asked for."""
    form = form or ("short" if length < 126 else "long" if length < 65536 else "longest")
    head = bytes([first]) + {
        "short": lambda: bytes([0x80 | length]),
        "long": lambda: struct.pack(">BH", 0x80 | 126, length),
        "longest": lambda: struct.pack(">BQ", 0x80 | 127, length),
    }[form]()
    return head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload))


def padded(command, size):
    """A command in exactly this many bytes."""
    text = json.dumps(command).encode()
    return text[:-1] + b" " * (size - len(text)) + text[-1:]


@pytest.fixture
def patient(room):
    return room.patient()


def after(page, *frames):
    page.send_raw(b"".join(frames))
    return page.closing()


# What is refused


def test_an_unmasked_frame_is_refused(patient):
    frame = patient.frame(TEXT, b'{"type":"ping"}', masked=False)
    assert after(patient, frame) == 1002


@pytest.mark.parametrize("opcode", [CLOSE, PING, PONG, BINARY])
def test_every_unmasked_frame_is_refused(patient, opcode):
    assert after(patient, patient.frame(opcode, b"", masked=False)) == 1002


def test_a_mask_of_zeros_is_a_mask(patient):
    patient.send_raw(patient.frame(TEXT, b'{"type":"ping"}', mask=bytes(4)))
    patient.notice("pong")


@pytest.mark.parametrize("bits", range(1, 8))
def test_reserved_bits_are_refused(patient, bits):
    frame = patient.frame(TEXT, b'{"type":"ping"}', reserved=bits)
    assert after(patient, frame) == 1002


@pytest.mark.parametrize("opcode", [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
def test_reserved_opcodes_are_refused(patient, opcode):
    assert after(patient, patient.frame(opcode, b"")) == 1002


@pytest.mark.parametrize("form,length", [
    ("long", 0), ("long", 1), ("long", 125), ("longest", 0), ("longest", 125), ("longest", 126),
    ("longest", 300), ("longest", 65_535)])
def test_lengths_use_the_shortest_form(patient, form, length):
    assert after(patient, raw(0x80 | TEXT, length, b" " * length, form=form)) == 1002


@pytest.mark.parametrize("length", [65_536, 2**32, 2**53, 2**63 - 1, 2**63, 2**64 - 1])
@pytest.mark.parametrize("opcode", [TEXT, BINARY, 0])
def test_absurd_lengths_are_refused_before_a_byte_of_them_comes(patient, opcode, length):
    code = after(patient, raw(0x80 | opcode, length, form="longest"))
    assert code == 1009 or (opcode, code) == (0, 1002)


@pytest.mark.parametrize("opcode,length,code", [
    (TEXT, 8_193, 1009), (TEXT, 65_535, 1009), (BINARY, 16_409, 1009), (BINARY, 65_535, 1009)])
def test_oversized_messages_are_refused_by_their_announced_length(patient, opcode, length, code):
    assert after(patient, raw(0x80 | opcode, length)) == code


def test_the_largest_text_is_read(patient):
    patient.send_text(padded({"type": "ping"}, 8_192))
    patient.notice("pong")


@pytest.mark.parametrize("text", [
    b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xe2\x82", b"\x80",
    b'{"type":"ping\xfe"}', b"\xf0\x80\x80\x80", b"\xc1\xbf", b"\xf4\x90\x80\x80"])
def test_text_that_is_not_utf8_is_refused(patient, text):
    assert after(patient, patient.frame(TEXT, text)) == 1007


def test_utf8_is_not_looked_for_in_binary(room):
    patient, provider, chat = room.chat()
    content = b"\xff" * 256
    patient.message(chat, "", content=content)
    assert provider.incoming(MESSAGE)[1] == content


# Close frames


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4000, 4999])
def test_a_goodbye_is_answered_and_the_connection_ends(patient, code):
    patient.send_raw(patient.frame(CLOSE, struct.pack(">H", code) + "Tschüß".encode()))
    assert patient.closing() in (1000, code)
    with pytest.raises(Closed):
        patient.read(timeout=5)


def test_an_empty_goodbye_is_answered(patient):
    assert after(patient, patient.frame(CLOSE, b"")) == 1000


def test_a_goodbye_of_one_byte_is_refused(patient):
    assert after(patient, patient.frame(CLOSE, b"\x03")) == 1002


@pytest.mark.parametrize("code", [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1999, 2000, 2999, 5000,
                                  65_535])
def test_codes_that_may_not_travel_are_refused(patient, code):
    assert after(patient, patient.frame(CLOSE, struct.pack(">H", code))) == 1002


def test_a_reason_that_is_not_utf8_is_refused(patient):
    assert after(patient, patient.frame(CLOSE, struct.pack(">H", 1000) + b"\xff")) == 1007


def test_nothing_behind_a_goodbye_is_read(room):
    patient, provider, chat = room.chat()
    late = patient.frame(BINARY, patient.header(MESSAGE, chat, 1) + bytes(256))
    assert after(patient, patient.frame(CLOSE, struct.pack(">H", 1000)), late) == 1000
    provider.notice("visit", presence="reconnecting")
    provider.sync()
    assert provider.of_kind(MESSAGE) == []


def test_nothing_behind_a_mistake_is_read(room):
    patient, provider, chat = room.chat()
    late = patient.frame(BINARY, patient.header(MESSAGE, chat, 1) + bytes(256))
    assert after(patient, patient.frame(3, b""), late) == 1002
    provider.notice("visit", presence="reconnecting")
    provider.sync()
    assert provider.of_kind(MESSAGE) == []


def test_a_peer_that_never_answers_the_relays_goodbye_is_let_go(patient):
    assert after(patient, patient.frame(3, b"")) == 1002
    with pytest.raises(Closed):
        patient.read(timeout=6)


# Pings


@pytest.mark.parametrize("payload", [b"", b"x", os.urandom(125)], ids=["none", "one", "125"])
def test_a_ping_is_answered_with_its_payload(patient, payload):
    patient.send_raw(patient.frame(PING, payload))
    assert patient.read_frame() == (PONG, payload)


def test_a_ping_before_the_first_frame_is_answered(room):
    socket = room.socket()
    socket.send_raw(socket.frame(PING, b"early"))
    assert socket.read_frame() == (PONG, b"early")


def test_unasked_pongs_are_ignored(patient):
    for _ in range(5):
        patient.send_raw(patient.frame(PONG, b"for nothing"))
    patient.sync()


@pytest.mark.parametrize("opcode", [CLOSE, PING, PONG])
def test_control_frames_are_neither_long_nor_fragmented(room, opcode):
    patient = room.patient()
    assert after(patient, raw(0x80 | opcode, 126, form="long")) == 1002
    patient = room.patient()
    assert after(patient, patient.frame(opcode, b"", final=False)) == 1002


# Fragments


def fragments(page, opcode, parts):
    return [page.frame(opcode if number == 0 else 0, part, final=number == len(parts) - 1)
            for number, part in enumerate(parts)]


def cut(data, *places):
    edges = [0, *places, len(data)]
    return [data[a:b] for a, b in zip(edges, edges[1:])]


def test_a_fragmented_command_is_one_command(patient):
    parts = cut(padded({"type": "ping"}, 3_000), 256, 600, 2_999)
    patient.send_raw(b"".join(fragments(patient, TEXT, parts)))
    patient.notice("pong")


def test_a_fragmented_message_arrives_whole(room):
    patient, provider, chat = room.chat()
    content = os.urandom(16_384)
    data = patient.header(MESSAGE, chat, 1) + content
    parts = cut(data, *range(2_048, 8 * 2_048, 2_048))
    assert len(parts) == 8
    for frame in fragments(patient, BINARY, parts):
        patient.send_raw(frame)
    assert provider.incoming(MESSAGE)[1] == content


def test_the_last_fragment_may_be_empty(patient):
    parts = [padded({"type": "ping"}, 300), b""]
    patient.send_raw(b"".join(fragments(patient, TEXT, parts)))
    patient.notice("pong")


def test_a_ping_between_fragments_is_answered_at_once(patient):
    one, two = fragments(patient, TEXT, cut(padded({"type": "ping"}, 600), 300))
    patient.send_raw(one + patient.frame(PING, b"between"))
    assert patient.read_frame() == (PONG, b"between")
    patient.send_raw(two)
    patient.notice("pong")


def test_a_goodbye_between_fragments_is_a_goodbye(patient):
    one, _ = fragments(patient, TEXT, cut(padded({"type": "ping"}, 600), 300))
    assert after(patient, one, patient.frame(CLOSE, struct.pack(">H", 1000))) == 1000


def test_text_may_be_cut_inside_a_character(room):
    page = room.socket()
    # Valid UTF-8, and no command: what matters is that it is not 1007.
    data = b'{"type":"' + "€".encode() * 200 + b'"}'
    place = 9 + 3 * 100 + 1
    assert after(page, *fragments(page, TEXT, cut(data, place))) == 4100


def test_bad_utf8_across_fragments_is_refused(patient):
    parts = [b" " * 255 + b"\xe2", b"\xff\xac" + b" " * 10]
    assert after(patient, *fragments(patient, TEXT, parts)) == 1007


def test_nine_fragments_are_too_many(patient):
    parts = [b" " * 256] * 8 + [b'{"type":"ping"}']
    assert after(patient, *fragments(patient, TEXT, parts)) == 1002


@pytest.mark.parametrize("size", [0, 1, 255])
def test_crumbs_are_refused(patient, size):
    data = padded({"type": "ping"}, 600)
    assert after(patient, *fragments(patient, TEXT, cut(data, size))) == 1002


def test_small_fragments_in_the_middle_are_refused(patient):
    data = padded({"type": "ping"}, 900)
    assert after(patient, *fragments(patient, TEXT, cut(data, 300, 301))) == 1002


def test_a_stray_continuation_is_refused(patient):
    assert after(patient, patient.frame(0, b'{"type":"ping"}')) == 1002


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_a_message_inside_a_message_is_refused(patient, opcode):
    begun = patient.frame(TEXT, b" " * 300, final=False)
    assert after(patient, begun, patient.frame(opcode, b'{"type":"ping"}')) == 1002


@pytest.mark.parametrize("opcode,total", [(TEXT, 8_193), (BINARY, 16_409)])
def test_fragments_do_not_make_a_larger_message_possible(patient, opcode, total):
    parts = cut(b" " * total, 4_000, 8_000)
    assert after(patient, *fragments(patient, opcode, parts)) == 1009


# How bytes come


def test_frames_glued_behind_the_upgrade_are_read(shared, room):
    first = {"type": "check_in", **credential()}
    glued = b"".join(Socket.frame(TEXT, json.dumps(part).encode())
                     for part in (first, {"type": "ping"}))
    socket = Socket(shared, room=room.name, glued=glued)
    assert socket.status == 101
    told = [socket.read()["type"] for _ in range(4)]
    assert told[0] == "checked_in" and "pong" in told


def test_a_mistake_glued_behind_the_upgrade_is_a_mistake(shared, room):
    socket = Socket(shared, room=room.name, glued=Socket.frame(TEXT, b"", masked=False))
    assert socket.closing() == 1002


def test_bytes_may_come_one_by_one(room):
    patient, provider, chat = room.chat()
    data = b"".join([
        patient.frame(TEXT, b'{"type":"ping"}'),
        patient.frame(BINARY, patient.header(MESSAGE, chat, 1) + bytes(256)),
        patient.frame(PING, b"")])
    for place in range(len(data)):
        patient.send_raw(data[place:place + 1])
    patient.notice("pong")
    assert provider.incoming(MESSAGE)[1] == bytes(256)


def test_many_frames_may_come_in_one_record(room):
    patient, provider, chat = room.chat()
    frames = [patient.frame(BINARY, patient.header(MESSAGE, chat, n) + bytes([n]) * 256)
              for n in range(1, 11)]
    patient.send_raw(b"".join(frames))
    assert [provider.incoming(MESSAGE)[1][0] for _ in frames] == list(range(1, 11))


def test_a_frame_may_be_split_over_two_records_anywhere(room):
    patient = room.patient()
    frame = patient.frame(TEXT, padded({"type": "ping"}, 200))
    for place in range(1, 16):
        patient.send_raw(frame[:place])
        patient.send_raw(frame[place:])
    for _ in range(1, 16):
        patient.notice("pong")


@pytest.mark.parametrize("offer", [
    "permessage-deflate", "permessage-deflate; client_max_window_bits",
    "permessage-deflate; server_max_window_bits=99", "x-webkit-deflate-frame", "bogus, , ;;="])
def test_no_extension_is_accepted(shared, room, offer):
    socket = Socket(shared, room=room.name, headers={"Sec-WebSocket-Extensions": offer})
    assert socket.status == 101
    assert "sec-websocket-extensions" not in socket.answer.lower()
