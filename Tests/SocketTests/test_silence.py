"""Sockets on which nothing happens, or too little."""

import json
import time

import pytest

from client import MESSAGE, Closed

pytestmark = pytest.mark.slow


def test_a_silent_page_is_pinged_after_15_seconds_and_lost_after_30(room):
    patient = room.patient()
    provider = room.provider()
    heard = time.monotonic()
    opcode = None
    while opcode != 9:  # Notices to the page are not what the page says.
        opcode, _ = patient.read_frame(timeout=25)
    pinged = time.monotonic() - heard
    assert 14 < pinged < 19
    # The ping is not answered. The provider's page answers its own in `sync`.
    with pytest.raises(Closed) as closed:
        while True:
            patient.tls.settimeout(25)
            opcode, payload = patient.read_frame(timeout=25)
            assert opcode != 9, "one ping is enough"
            if opcode == 8:
                raise Closed(int.from_bytes(payload[:2], "big"), payload[2:].decode())
    assert (closed.value.code, closed.value.reason) == (4001, "silent")
    assert 28 < time.monotonic() - heard < 34
    provider.notice("visit", presence="reconnecting")


def test_a_page_that_answers_pings_stays(room):
    patient = room.patient()
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        patient.pump(lambda _: False, timeout=40)
    assert time.monotonic() - began > 39
    patient.sync()


def test_a_page_that_asks_for_pongs_is_not_pinged(room):
    patient = room.patient()
    for _ in range(4):
        time.sleep(7)
        patient.command("ping")
        assert json.loads(patient.read_frame()[1])["type"] == "pong"


def test_a_lost_network_is_noticed_and_the_grace_begins(start):
    """Half open: the page is gone and says nothing. 30 seconds, and then the grace."""
    room = start(graces={"provider": "1s"})
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    began = time.monotonic()
    while time.monotonic() - began < 29:
        patient.sync()
        time.sleep(2)
    patient.notice("provider", status="reconnecting", timeout=8)
    patient.notice("erased", cause="provider_lost", timeout=8)
    room.relay.assert_holds_nothing()


def test_a_message_that_stops_in_the_middle_is_given_up(room):
    patient, provider, chat = room.chat()
    whole = patient.frame(2, patient.header(MESSAGE, chat, 1) + bytes(256))
    patient.send_raw(whole[:100])
    began = time.monotonic()
    code = patient.closing(timeout=15)
    assert (code, 9 < time.monotonic() - began < 13) == (1002, True)


def test_a_fragmented_message_that_stops_is_given_up(room):
    patient = room.patient()
    patient.send_raw(patient.frame(1, b" " * 300, final=False))
    began = time.monotonic()
    code = patient.closing(timeout=16)
    assert (code, 9 < time.monotonic() - began < 14) == (1002, True)


def test_a_trickle_is_given_up(room):
    """A byte now and then keeps no message alive."""
    patient, provider, chat = room.chat()
    whole = patient.frame(2, patient.header(MESSAGE, chat, 1) + bytes(16_384))
    began = time.monotonic()
    with pytest.raises((Closed, OSError)):
        for place in range(60):
            patient.send_raw(whole[place:place + 1])
            patient.tls.settimeout(0.5)
            try:
                patient.read(timeout=0.5)
            except TimeoutError:
                pass
    assert 9 < time.monotonic() - began < 14


def test_a_slow_uplink_whose_bytes_never_end_at_a_message_is_not_a_trickle(room):
    """Whole messages arrive all the time; only the pieces that they come in end elsewhere."""
    patient = room.patient()
    ping = patient.frame(1, b'{"type":"ping"}')
    patient.send_raw(ping[:7])
    began = time.monotonic()
    while time.monotonic() - began < 14:
        patient.send_raw(ping[7:] + ping[:7])
        patient.notice("pong")
        time.sleep(0.3)


def test_a_large_message_over_a_slow_line_arrives(room):
    """16 KiB at 1 KiB a second."""
    patient, provider, chat = room.chat()
    content = bytes(range(256)) * 64
    whole = patient.frame(2, patient.header(MESSAGE, chat, 1) + content)
    for place in range(0, len(whole), 512):
        patient.send_raw(whole[place:place + 512])
        time.sleep(0.5)
    assert provider.incoming(MESSAGE)[1] == content
