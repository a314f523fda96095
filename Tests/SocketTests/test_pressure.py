"""Too much, too fast, too slow, too many: refused with a reason, and nobody else is harmed."""

import contextlib
import threading
import time

import pytest

from client import ACCEPTED, MESSAGE, UNREAD, Closed, Patient, Provider, Socket

LARGEST = bytes(16_384)


def memory(relay):
    """Resident bytes."""
    with open(f"/proc/{relay.process.pid}/statm") as statm:
        return int(statm.read().split()[1]) * 4_096


class Witness:
    """A chat of somebody else that goes on meanwhile: how long do its messages take?"""

    def __init__(self, relay, room="nurse", provider="park"):
        self.provider = Provider(relay, provider, room=room)
        self.patient = Patient(relay, room=room, source="127.0.0.3")
        self.slowest = 0
        self.count = 0

    def ask(self):
        began = time.monotonic()
        self.count += 1
        self.provider.message(self.patient.conversation, f"text {self.count}")
        self.patient.incoming(MESSAGE, number=self.count)
        self.slowest = max(self.slowest, time.monotonic() - began)


@contextlib.contextmanager
def reading(page):
    """Somebody reads this page's socket in the background."""
    def read():
        with contextlib.suppress(Exception):
            while True:
                page.read_frame(timeout=60)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    yield page


# Slow readers


@pytest.mark.slow
def test_a_slow_reader_is_closed_and_loses_nothing(start):
    """4 MiB for a provider who stops reading."""
    room = start()
    relay = room.relay
    witness = Witness(relay)
    provider = room.provider(receive_buffer=4_096)
    patients = [room.patient() for _ in range(26)]
    provider.sync()
    before = memory(relay)
    for patient in patients:
        for number in range(10):
            patient.message(patient.conversation, "", content=bytes([number]) * 16_384)
    for patient in patients:
        patient.incoming(ACCEPTED, sequence=10)
    began = time.monotonic()
    held = relay.status()["bytes"]
    assert held >= 260 * 16_408
    while not patients[0].latest("provider", status="reconnecting"):
        assert time.monotonic() - began < 14
        witness.ask()
        patients[0].sync()
        time.sleep(0.2)
    assert time.monotonic() - began > 8
    # What waits for the reader is what is held: nothing was copied for it.
    assert memory(relay) - before < held + 6 * 1_048_576
    assert witness.slowest < 1
    with pytest.raises(Closed) as closed:
        provider.pump(lambda _: False)
    assert (closed.value.code, closed.value.reason) == (4008, "slow_reader")
    got = {patient.conversation["conversation"]:
           max(provider.places(patient.conversation["conversation"]), default=0)
           for patient in patients}
    again = provider.again(got)
    assert again.welcome["resumed"] is True
    for patient in patients:
        handle = patient.conversation["conversation"]
        assert provider.places(handle) + again.places(handle) == list(range(1, 11))
    assert [data[:1] for header, data in provider.frames + again.frames
            if header.kind == MESSAGE and header.conversation == handle] == [
        bytes([number]) for number in range(10)]


@pytest.mark.slow
def test_a_reader_that_never_comes_back_is_let_go_and_frees_its_socket(start):
    room = start()
    relay = room.relay
    provider = room.provider(receive_buffer=4_096)
    patients = [room.patient() for _ in range(20)]
    provider.sync()
    for patient in patients:
        for number in range(10):
            patient.message(patient.conversation, "", content=LARGEST)
    for patient in patients:
        patient.incoming(ACCEPTED, sequence=10)
    relay.wait_for_status(connections=20, timeout=20)
    again = provider.again({})
    assert len(again.of_kind(MESSAGE)) == 200


def test_an_erasure_takes_back_what_waits_for_a_slow_reader(start):
    room = start()
    provider = room.provider(receive_buffer=4_096)
    patients = [room.patient() for _ in range(20)]
    provider.sync()
    for patient in patients:
        for number in range(10):
            patient.message(patient.conversation, "", content=LARGEST)
    for patient in patients:
        patient.incoming(ACCEPTED, sequence=10)
    provider.command("wipe")
    for patient in patients:
        patient.notice("erased", cause="wiped")
    room.relay.assert_holds_nothing()
    # What was on its way comes, then the erasures, and no frame behind one.
    erased = set()
    while len(erased) < 20:
        item = provider.read()
        if isinstance(item, dict):
            if item["type"] == "erased":
                erased.add(item["conversation"])
        else:
            assert item[0].conversation not in erased
    assert len(erased) == 20


def test_a_reader_that_is_slow_for_a_moment_gets_everything_in_order(start):
    room = start()
    provider = room.provider(receive_buffer=4_096)
    patients = [room.patient() for _ in range(20)]
    provider.sync()
    for patient in patients:
        for number in range(10):
            patient.message(patient.conversation, "", content=LARGEST)
    time.sleep(3)
    for patient in patients:
        handle = patient.conversation["conversation"]
        if 10 not in provider.places(handle):
            provider.incoming(MESSAGE, conversation=handle, sequence=10)
    for patient in patients:
        handle = patient.conversation["conversation"]
        assert provider.places(handle) == list(range(1, 11))
        if not any(header.number == 10 for header in provider.of_kind(UNREAD, handle)):
            provider.incoming(UNREAD, conversation=handle, number=10)
    provider.sync()


def test_a_slow_reader_that_only_gets_notices_is_bounded(start):
    """A status that changes all the time, for a patient who does not read."""
    room = start()
    relay = room.relay
    lazy = room.patient(receive_buffer=4_096)
    provider = room.provider()
    before = memory(relay)
    for turn in range(540):
        provider.command("set_status", status="away" if turn % 2 else "available")
        if turn % 90 == 89:
            time.sleep(0.9)
    provider.sync()
    assert memory(relay) - before < 6 * 1_048_576
    assert len([lazy.notice("provider") for _ in range(540)]) == 540


# Floods


def test_a_flood_of_frames_is_warned_of_once_and_then_closed(start):
    room = start()
    witness = Witness(room.relay)
    patient = room.patient()
    began = time.monotonic()
    ping = patient.frame(1, b'{"type":"ping"}')
    with pytest.raises(Closed) as closed:
        patient.send_raw(ping * 400)
        patient.pump(lambda _: False)
    assert (closed.value.code, closed.value.reason) == (4029, "flood")
    assert time.monotonic() - began < 2
    assert patient.all("refused") == [{
        "type": "refused", "command": "flood", "reason": "rate_limited", "retry_ms": 1000}]
    witness.ask()
    assert witness.slowest < 0.5
    assert patient.again({}).welcome["resumed"] is True


def test_a_steady_flood_is_closed_within_two_seconds_of_its_warning(start):
    room = start()
    witness = Witness(room.relay)
    patient = room.patient()
    warned = None
    with pytest.raises((Closed, OSError)):
        for turn in range(2_000):
            patient.send_raw(patient.frame(10, b"") * 2)
            if turn % 10 == 0:
                patient.command("ping")
                patient.notice("pong")
                if warned is None and patient.all("refused"):
                    warned = time.monotonic()
            time.sleep(0.004)
    assert warned and time.monotonic() - warned < 2.5
    witness.ask()
    assert witness.slowest < 0.5


def test_bytes_are_a_flood_too(start):
    room = start()
    patient, provider, chat = room.chat()
    with pytest.raises(Closed) as closed:
        with contextlib.suppress(OSError):
            for number in range(1, 31):
                patient.message(chat, "", number=number, content=LARGEST)
        patient.pump(lambda _: False)
    assert closed.value.code == 4029


@pytest.mark.parametrize("opcode", [9, 10])
def test_pings_and_pongs_are_counted(room, opcode):
    patient = room.patient()
    with contextlib.suppress(OSError):
        patient.send_raw(patient.frame(opcode, b"") * 500)
    assert patient.closing() == 4029


def test_a_hundred_frames_at_once_are_no_flood(room):
    patient = room.patient()
    time.sleep(1.1)
    patient.send_raw(patient.frame(1, b'{"type":"ping"}') * 99)
    for _ in range(99):
        patient.notice("pong")
    assert patient.all("refused") == []


def test_the_warned_may_stay(room):
    patient = room.patient()
    patient.send_raw(patient.frame(1, b'{"type":"ping"}') * 120)
    patient.notice("refused", command="flood")
    time.sleep(1.5)
    for _ in range(20):
        patient.sync()


# Bounds


def test_a_refused_message_is_accepted_after_the_time_that_was_given(room):
    patient, provider, chat = room.chat()
    for number in range(1, 11):
        patient.message(chat, f"text {number}", number=number)
    for number in range(11, 17):
        patient.message(chat, "too fast", number=number)
        refusal = patient.notice("refused", number=number)
        time.sleep(refusal["retry_ms"] / 1_000)
        patient.message(chat, "in time", number=number)
        patient.incoming(ACCEPTED, number=number)
    assert len(patient.all("refused")) == 6


@pytest.mark.slow
def test_a_full_conversation_refuses_and_harms_nothing(start):
    """2 MiB: 127 of the largest messages, at the pace that a socket may have."""
    room = start()
    patient, provider, chat = room.chat()
    numbers = {patient: 0, provider: 0}
    with contextlib.suppress(StopIteration):
        while True:
            for page in (provider, patient):
                numbers[page] += 1
                page.message(chat, "", number=numbers[page], content=LARGEST)
                answer = page.pump(lambda item: (
                    item["type"] == "refused" if isinstance(item, dict)
                    else item[0].kind == ACCEPTED and item[0].number == numbers[page]))
                if isinstance(answer, dict):
                    numbers[page] -= 1
                    if answer["reason"] == "conversation_full":
                        raise StopIteration
                    assert answer["reason"] == "rate_limited"
            time.sleep(0.26)
    assert answer == {"type": "refused", "conversation": chat["conversation"],
                      "number": numbers[page] + 1, "reason": "conversation_full",
                      "retry_ms": None}
    assert sum(numbers.values()) == 2 * 1_048_576 // 16_408
    patient.sync()
    provider.sync()
    for reader in (patient, provider):
        assert len(reader.all("nearly_full", conversation=chat["conversation"])) == 1
        assert reader.places(chat["conversation"]) == list(range(1, sum(numbers.values()) + 1))
    # Another conversation is not concerned.
    other = room.patient()
    other.message(other.conversation, "hello")
    other.incoming(ACCEPTED)


def test_a_full_queue_takes_nobody_and_keeps_everybody(start):
    room = start(limits={"queue": 2})
    first, _ = room.patient(), room.patient()
    assert room.patient(greet=False).closing() == 4112
    first.sync()
    Patient(room.relay, room="nurse").sync()
    first.command("leave")
    first.closing()
    room.patient().sync()


def test_one_address_has_so_many_visits_and_no_more(start):
    room = start(limits={"visits-per-address": 2})
    first, _ = room.patient(), room.patient()
    assert room.patient(greet=False).closing() == 4115
    room.patient(source="127.0.0.2").sync()
    room.patient(address="::1").sync()
    first.command("leave")
    first.closing()
    room.patient().sync()


def test_one_address_has_so_many_sockets_and_no_more(start):
    room = start(limits={"connections-per-address": 3})
    pages = [room.patient() for _ in range(3)]
    refused = Socket(room.relay)
    assert refused.status == 429
    room.patient(source="127.0.0.2").sync()
    pages[0].drop()
    room.relay.wait_for_status(connections=2)
    room.patient().sync()


def test_one_address_opens_so_many_sockets_in_a_second(start):
    room = start(limits={"new-connections-per-second": 2})
    statuses = [Socket(room.relay).status for _ in range(4)]
    assert statuses[:2] == [101, 101] and 429 in statuses
    assert Socket(room.relay, source="127.0.0.2").status == 101
    time.sleep(1.1)
    assert Socket(room.relay).status == 101


def test_the_relay_has_so_many_sockets_and_no_more(start):
    room = start(limits={"connections": 3})
    pages = [room.patient() for _ in range(3)]
    assert Socket(room.relay, source="127.0.0.2").status == 503
    pages[0].sync()


def test_strangers_who_say_nothing_leave_room_for_others(start):
    """Sockets without a first frame: a quarter, and never fewer than 8."""
    room = start(limits={"connections": 32})
    silent = [room.socket() for _ in range(8)]
    assert Socket(room.relay).status == 503
    silent[0].close()
    time.sleep(0.3)
    room.patient().sync()


@pytest.mark.slow
def test_a_full_relay_refuses_new_words_and_keeps_old_ones(start):
    """16 MiB, the least that can be configured: check-ins stop at 80 %, messages at the end."""
    room = start(limits={"held-bytes": "16MiB"})
    relay = room.relay
    provider = room.provider()
    patients = [room.patient() for _ in range(112)]
    with reading(provider):
        refused = None
        for patient in patients:
            for number in range(1, 11):
                patient.message(patient.conversation, "", content=LARGEST)
            last = patient.pump(lambda item: (
                item["type"] == "refused" if isinstance(item, dict)
                else item[0].kind == ACCEPTED and item[0].number == 10))
            held = relay.status()["bytes"]
            assert held <= 16 * 1_048_576
            if held > 13_600_000 and refused is None:
                refused = room.patient(greet=False).closing()
            if isinstance(last, dict):
                break
        assert refused == 4113
        assert (last["reason"], last["retry_ms"]) == ("relay_full", 5_000)
        other = patients[0]
        other.sync()
        # Whoever is there stays there, and what is erased makes room.
        provider.command("close_chat", conversation=other.conversation["conversation"])
        other.notice("erased")
        patient.message(patient.conversation, "", number=last["number"], content=LARGEST)
        patient.incoming(ACCEPTED, number=last["number"])
    provider.close(1001)
    patient.notice("erased", cause="refreshed", timeout=20)
    relay.assert_holds_nothing()


def test_a_long_queue_is_told_its_places(start):
    room = start(limits={"queue": 150})
    patients = [room.patient() for _ in range(150)]
    patients[0].command("leave")
    patients[0].closing()
    for place, patient in enumerate(patients[1:], 1):
        assert patient.notice("position")["position"] == place
