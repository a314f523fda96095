"""Signals, crashes, restarts."""

import json
import signal
import socket
import subprocess
import time

import pytest

from client import MESSAGE, Closed, credential
from http_raw import ask, get, upgrade
from relay import BINARY


@pytest.fixture
def ended(start):
    """A room with an ended chat that nobody has copied, and a patient who is still there."""
    room = start()
    patient, provider, chat = room.chat()
    other = room.patient()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    patient.command("leave")
    patient.closing()
    provider.notice("conversation", conversation=chat["conversation"], phase="ended")
    return room, provider, other, chat


def expect_end(page, *conversations):
    """Announced, erased, and told to come back: in this order."""
    with pytest.raises(Closed) as closed:
        page.pump(lambda _: False)
    assert closed.value.code == 1001
    types = [notice["type"] for notice in page.notices]
    assert "stopping" in types
    for chat in conversations:
        notice = page.latest("erased", conversation=chat["conversation"])
        assert notice["cause"] == "stopped"
        assert page.notices.index(notice) > types.index("stopping")


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_announces_erases_closes_and_exits_with_zero(start, signal_number):
    room = start()
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    began = time.monotonic()
    room.relay.process.send_signal(signal_number)
    expect_end(patient, chat)
    expect_end(provider, chat)
    assert room.relay.process.wait(10) == 0
    assert time.monotonic() - began < 8
    log = room.relay.log_path.read_text()
    assert "stopping" in log and "stopped" in log


def test_pages_that_answer_the_goodbye_do_not_hold_up_the_end(start):
    room = start()
    patient, provider, chat = room.chat()
    began = time.monotonic()
    room.relay.process.send_signal(signal.SIGTERM)
    for page in (patient, provider):
        expect_end(page)
        page.close(1001)
    assert room.relay.process.wait(10) == 0
    assert time.monotonic() - began < 3


def test_an_empty_relay_stops_at_once(start):
    room = start()
    began = time.monotonic()
    assert room.relay.stop() == 0
    assert time.monotonic() - began < 3


def test_the_announcement_says_when(ended):
    room, provider, other, chat = ended
    now = provider.sync()["time"]
    room.relay.process.send_signal(signal.SIGTERM)
    for page in (provider, other):
        assert 28_000 < page.notice("stopping")["at"] - now < 32_000


def test_an_ended_chat_is_waited_for_until_it_is_copied(ended):
    room, provider, other, chat = ended
    room.relay.process.send_signal(signal.SIGTERM)
    provider.notice("stopping")
    time.sleep(2)
    assert room.relay.process.poll() is None
    assert room.relay.status()["stopping"] is True
    assert room.relay.status()["messages"] == 1
    # Who is there may finish what they began.
    other.message(other.conversation, "one more")
    provider.incoming(MESSAGE)
    began = time.monotonic()
    provider.command("copied", conversation=chat["conversation"])
    expect_end(provider, chat, other.conversation)
    expect_end(other, other.conversation)
    assert room.relay.process.wait(10) == 0
    assert time.monotonic() - began < 7


def test_while_it_stops_the_relay_drains(ended):
    room, provider, other, _ = ended
    relay = room.relay
    waiting = room.socket()
    signing_in = room.socket()
    relay.process.send_signal(signal.SIGTERM)
    provider.notice("stopping")
    answer = ask(relay, get(relay, "/health"))
    assert (answer.status, answer.body.strip()) == (503, b"draining")
    assert ask(relay, get(relay, "/r/demo")).status == 200
    assert ask(relay, upgrade(relay)).status == 101
    waiting.command("check_in", **credential())
    assert waiting.closing() == 4114
    signing_in.command("sign_in", **credential(), token=relay.token("lee"))
    assert signing_in.closing() == 4114


def test_a_provider_who_loses_the_socket_while_the_relay_waits_can_come_back_to_copy(ended):
    room, provider, other, chat = ended
    room.relay.process.send_signal(signal.SIGTERM)
    provider.notice("stopping")
    provider.drop()
    other.notice("provider", status="reconnecting")
    again = provider.again({})
    assert again.texts() == ["one"]
    again.told("stopping")


def test_a_second_signal_is_not_patient(ended):
    room, provider, other, chat = ended
    room.relay.process.send_signal(signal.SIGTERM)
    provider.notice("stopping")
    time.sleep(1)
    began = time.monotonic()
    room.relay.process.send_signal(signal.SIGTERM)
    expect_end(provider, chat)
    assert room.relay.process.wait(10) == 0
    assert time.monotonic() - began < 7


def test_a_mixed_second_signal_is_not_patient_either(ended):
    room, provider, _, chat = ended
    room.relay.process.send_signal(signal.SIGINT)
    provider.notice("stopping")
    time.sleep(1)
    room.relay.process.send_signal(signal.SIGTERM)
    expect_end(provider, chat)
    assert room.relay.process.wait(10) == 0


def test_a_second_signal_right_behind_the_announcement_is_not_lost(ended):
    """As soon as a page knows of the first, the second counts."""
    room, provider, _, chat = ended
    room.relay.process.send_signal(signal.SIGTERM)
    provider.notice("stopping")
    room.relay.process.send_signal(signal.SIGTERM)
    expect_end(provider, chat)


@pytest.mark.slow
def test_nobody_is_waited_for_longer_than_thirty_seconds(ended):
    room, provider, other, chat = ended
    room.relay.process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    provider.notice("stopping")
    while time.monotonic() - began < 27:
        time.sleep(3)
        provider.sync()
        other.sync()
    expect_end(provider, chat)
    assert room.relay.process.wait(10) == 0
    assert 29 < time.monotonic() - began < 38


def test_an_erased_or_empty_ended_chat_is_not_waited_for(start):
    room = start()
    patient, provider, chat = room.chat()
    provider.command("open_chat", visit=room.visit_of(provider, chat))
    patient.command("leave")
    patient.closing()
    room.relay.process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    expect_end(provider)
    assert room.relay.process.wait(10) == 0
    assert time.monotonic() - began < 7


def test_a_chat_that_ends_while_the_relay_stops_anyway_does_not_lengthen_it(ended):
    room, provider, other, chat = ended
    other.message(other.conversation, "one more")
    provider.incoming(MESSAGE)
    room.relay.process.send_signal(signal.SIGTERM)
    at = provider.notice("stopping")["at"]
    other.command("leave")
    other.closing()
    now = provider.sync()["time"]
    assert at - now <= 31_000
    for conversation in (chat, other.conversation):
        provider.command("copied", conversation=conversation["conversation"])
    expect_end(provider)


def test_a_hang_up_while_stopping_does_no_harm(ended):
    room, provider, _, chat = ended
    room.relay.process.send_signal(signal.SIGTERM)
    provider.notice("stopping")
    room.relay.hang_up()
    provider.command("copied", conversation=chat["conversation"])
    expect_end(provider, chat)
    assert room.relay.process.wait(10) == 0


# Draining


def drain(relay, seconds):
    """Over the control socket, as `lethe drain` does it."""
    with socket.socket(socket.AF_UNIX) as control:
        control.connect(relay.control)
        control.sendall(f"drain {seconds}\n".encode())
        answer = b""
        while chunk := control.recv(65_536):
            answer += chunk
    return json.loads(answer)


def test_a_drain_takes_no_new_patients_and_ends_when_nobody_is_left(start):
    room = start()
    relay = room.relay
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    command = subprocess.Popen(
        [BINARY, "drain", "--control-socket", relay.control], stdout=subprocess.PIPE, text=True)
    assert json.loads(command.stdout.readline())["draining"] is True
    for page in (patient, provider):
        page.told("stopping")
    assert ask(relay, get(relay, "/health")).status == 503
    assert room.patient(greet=False).closing() == 4114
    # Those who are here go on, come back, and providers may come.
    room.provider("lee").told("stopping")
    patient.reset()
    patient = patient.again({chat["conversation"]: 1})
    patient.message(chat, "two", number=2)
    provider.incoming(MESSAGE, number=2)
    assert relay.status()["draining"] is True
    patient.command("leave")
    patient.closing()
    time.sleep(2.5)
    assert relay.process.poll() is None, "an ended chat is still there to be read"
    provider.command("close_chat", conversation=chat["conversation"])
    provider.notice("erased")
    assert relay.process.wait(20) == 0
    assert command.wait(20) == 0


def test_a_drain_ends_at_its_deadline_and_erases(start):
    room = start()
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    drain(room.relay, 3_600)
    drain(room.relay, 2)
    expect_end(provider, chat)
    assert room.relay.process.wait(20) == 0


def test_an_empty_relay_drains_at_once(start):
    relay = start().relay
    drain(relay, 3_600)
    assert relay.process.wait(20) == 0


def test_a_signal_ends_a_drain(start):
    room = start()
    room.chat()
    drain(room.relay, 3_600)
    assert room.relay.stop() == 0


# Crashes


def test_after_a_crash_nothing_is_left_and_both_pages_are_told(start):
    room = start()
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    room.relay.kill()
    for page in (patient, provider):
        assert page.closing() is None
    began = time.monotonic()
    room.relay.start()
    assert time.monotonic() - began < 3
    room.relay.assert_holds_nothing()
    assert patient.again({chat["conversation"]: 1}, greet=False).closing() == 4105
    again = provider.again({chat["conversation"]: 1})
    assert again.welcome["resumed"] is False
    assert again.texts() == []


def test_a_rejoin_code_does_not_outlive_the_process(start):
    room = start()
    patient = room.patient()
    patient.command("rejoin_shown")
    patient.sync()
    room.relay.kill()
    room.relay.start()
    assert room.patient(rejoin=patient.welcome["rejoin"], greet=False).closing() == 4110


def test_a_crash_leaves_nothing_behind_but_the_control_socket(start):
    room = start()
    before = {path for path in room.relay.directory.rglob("*")}
    patient, provider, chat = room.chat()
    patient.message(chat, "sekret")
    provider.incoming(MESSAGE)
    room.relay.kill()
    assert {path for path in room.relay.directory.rglob("*")} == before


