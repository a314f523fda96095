"""Receipts of erasures, the ledger that they are checked against, and what the relay could hand
over: with the real binary, over real sockets."""

import base64
import json
import os
import re
import subprocess

import pytest

from client import ACCEPTED, MESSAGE, sealed_card
from clock import Clock
from http_raw import ask
from relay import BINARY, environment


def run(*arguments, stdin=None, **options):
    return subprocess.run(
        [BINARY, *map(str, arguments)], capture_output=True, text=True, env=environment(),
        input=stdin, **options)


class Evidence:
    """A downloaded ledger, and receipts as they stand in charts."""

    def __init__(self, relay):
        self.relay = relay
        self.path = relay.directory / "ledger.json"
        answer = run("ledger", "--control-socket", relay.control)
        assert answer.returncode == 0, answer.stderr
        self.path.write_text(answer.stdout)

    @property
    def ledger(self):
        return json.loads(self.path.read_text())

    def verify(self, *receipts):
        return run("verify", self.path, *receipts)


def word(notice):
    return "lethe-receipt-1." + notice["proof"]


def bytes_of(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def write(patient, provider, chat, text="a text"):
    patient.command("card", session=provider.welcome["session"], revision=1, card=sealed_card())
    patient.message(chat, text)
    patient.incoming(ACCEPTED)
    provider.incoming(MESSAGE)


def closed(room, patient, provider, chat):
    provider.command("close_chat", conversation=chat["conversation"])


def viewed_other(room, patient, provider, chat):
    other = room.patient()
    provider.command("remove_visit", visit=room.visit_of(provider, chat))
    patient.notice("visit_over")
    provider.command("open_chat", visit=room.visit_of(provider, other.conversation))


def call_started(room, patient, provider, chat):
    other = room.patient()
    provider.command("start_call", visit=room.visit_of(provider, chat), ends=None)
    patient.notice("conversation", phase="in_call")
    provider.command("start_call", visit=room.visit_of(provider, other.conversation),
                     ends=chat["conversation"])


def wiped(room, patient, provider, chat):
    provider.command("wipe")


def refreshed(room, patient, provider, chat):
    provider.close(1001)


def stopped(room, patient, provider, chat):
    room.relay.process.terminate()


def provider_lost(room, patient, provider, chat):
    provider.reset()


def idle(room, patient, provider, chat):
    room.clock.pass_by(120, patient, provider)


def maximum_age(room, patient, provider, chat):
    room.clock.pass_by(900, patient, provider)


@pytest.mark.parametrize(
    "cause", [closed, viewed_other, call_started, wiped, refreshed, provider_lost, idle,
              maximum_age, stopped])
def test_each_cause_gives_both_pages_one_receipt_that_verifies(start, cause):
    clock = Clock()
    room = start(
        variables=clock.environment, graces={"provider": "1s" if cause is provider_lost else "90s"},
        idle="2m" if cause is idle else "off", maximum_age="15m")
    room.clock = clock
    patient, provider, chat = room.chat()
    write(patient, provider, chat)
    cause(room, patient, provider, chat)
    told = patient.told("erased", conversation=chat["conversation"], cause=cause.__name__)
    assert (told["messages"], told["entry"]) == (1, 1)
    # One message of 256 bytes with its header, and the server's WebSocket header.
    assert told["bytes"] == 284 and told["time"] % 60_000 == 0
    assert len(bytes_of(told["receipt"])) == 16
    if cause not in (refreshed, provider_lost):
        theirs = provider.told("erased", conversation=chat["conversation"])
        assert theirs == told
    if cause is stopped:
        return  # The ledger went with the process.
    evidence = Evidence(room.relay)
    chart = room.relay.directory / "chart.txt"
    chart.write_text(f"Seen today.\nReceipt\n{word(told)}\nBye\n")
    verdict = evidence.verify(chart, word(told))
    assert verdict.returncode == 0, verdict.stderr
    assert f"entry 1, " in verdict.stdout and f"{cause.__name__}, 1 messages" in verdict.stdout
    assert bytes_of(told["receipt"]).hex() in verdict.stdout
    assert "2 of 2 receipts are in this ledger." in verdict.stdout


def test_a_receipt_is_the_same_when_it_is_asked_for_again(room):
    patient, provider, chat = room.chat()
    write(patient, provider, chat)
    provider.command("close_chat", conversation=chat["conversation"])
    first = provider.notice("erased")
    provider.command("close_chat", conversation=chat["conversation"])
    assert provider.notice("erased") == first


def test_what_was_tampered_with_is_refused(start):
    room = start()
    patient, provider, chat = room.chat()
    write(patient, provider, chat)
    provider.command("close_chat", conversation=chat["conversation"])
    told = patient.notice("erased")
    evidence = Evidence(room.relay)
    assert evidence.verify(word(told)).returncode == 0
    proof = bytearray(bytes_of(told["proof"]))
    for place in (0, 1, 20, 50, 57, 60, 70, 80, 109, 120, len(proof) - 1):
        changed = bytearray(proof)
        changed[place] ^= 1
        text = base64.urlsafe_b64encode(changed).rstrip(b"=").decode()
        verdict = evidence.verify("lethe-receipt-1." + text)
        assert verdict.returncode == 1 and verdict.stderr.startswith("lethe verify: "), place
    whole = evidence.path.read_text()
    for find, put in (('"messages":1,', '"messages":2,'), ('"n":1,', '"n":2,'), (":", ": "),
                      ('"cause":"closed"', '"cause":"idle"'), ("0.1.0", "0.1.1")):
        evidence.path.write_text(whole.replace(find, put, 1))
        verdict = evidence.verify()
        assert verdict.returncode == 1, (find, verdict.stdout)
        assert verdict.stderr.count("\n") == 1, "one sentence"
    evidence.path.write_text(whole)
    key = re.search(r"ledger-key ([0-9a-f]{64})", room.relay.log_path.read_text()).group(1)
    assert evidence.verify("--key", key).returncode == 0
    assert evidence.verify("--key", key[::-1]).returncode == 1
    assert evidence.verify("no-such-file").returncode == 1
    digest = subprocess.run(["sha256sum", BINARY], capture_output=True, text=True).stdout[:64]
    assert evidence.ledger["boot"]["executable"] == digest


def test_a_receipt_of_another_relay_is_refused(start):
    tolds = []
    for _ in range(2):
        room = start()
        patient, provider, chat = room.chat()
        write(patient, provider, chat)
        provider.command("close_chat", conversation=chat["conversation"])
        tolds.append(patient.notice("erased"))
    evidence = Evidence(room.relay)
    verdict = evidence.verify(word(tolds[1]), word(tolds[0]))
    assert verdict.returncode == 1 and "another life of a relay" in verdict.stderr


def test_receipts_of_one_burst_verify_and_share_nothing_of_their_own(start):
    room = start()
    provider = room.provider()
    patients = [room.patient() for _ in range(5)]
    for patient in patients:
        patient.message(patient.conversation, "mine")
        patient.incoming(ACCEPTED)
    provider.command("wipe")
    tolds = [patient.notice("erased") for patient in patients]
    assert len({told["receipt"] for told in tolds}) == 5
    verdict = Evidence(room.relay).verify(*map(word, tolds))
    assert verdict.returncode == 0, verdict.stderr
    assert "5 of 5 receipts are in this ledger." in verdict.stdout


def test_the_ledger_names_nobody(start):
    room = start()
    patient, provider, chat = room.chat()
    write(patient, provider, chat)
    provider.command("close_chat", conversation=chat["conversation"])
    told = patient.notice("erased")
    text = Evidence(room.relay).path.read_text()
    for secret in (told["receipt"], bytes_of(told["receipt"]).hex(), "rivera", "Rivera", "demo",
                   "127.0.0.1"):
        assert secret not in text
    assert set(json.loads(text)["entries"][0]) == {
        "n", "cause", "minute", "messages", "bytes", "previous"}


# What could be handed over


def disclose(relay):
    answer = run("disclose", "--control-socket", relay.control)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def raw(relay):
    answer = subprocess.run(
        [BINARY, "disclose", "--raw", "--control-socket", relay.control], capture_output=True,
        env=environment())
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def strings(value):
    """Every text in a value of JSON."""
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value \
            if isinstance(value, list) else ():
        yield from strings(inner)


def test_a_disclosure_is_counts_sizes_ages_and_handles(start):
    room = start()
    patient, provider, chat = room.chat()
    write(patient, provider, chat)
    texts = [disclose(room.relay), disclose(room.relay)]
    told = json.loads(texts[0])
    (demo,) = [r for r in told["rooms"] if r["conversations"]]
    (conversation,) = demo["conversations"]
    assert (conversation["messages"], conversation["phase"]) == (1, "waiting")
    assert conversation["bytes"] >= 284 and 0 <= conversation["age_seconds"] < 60
    assert conversation["visit"] == demo["visits"][0]["handle"]
    assert conversation["session"] == demo["sessions"][0]["handle"]
    assert (demo["cards"], demo["card_bytes"]) == (1, 770)
    assert len(told["connections"]) == 2 and told["besides"]["secret_hashes"] == 2
    handles = [set(re.findall(r'"([0-9a-f]{16})"', text)) for text in texts]
    assert handles[0] and not handles[0] & handles[1], "a handle came twice"
    for text in texts:
        for secret in ("rivera", "Rivera", "demo", "127.0.0.1", "a text", patient.secret,
                       provider.secret, patient.told("checked_in")["rejoin"], "key\":"):
            assert secret not in text, secret
        # Every value is a number, a truth, a handle or one of a few words.
        words = set(strings(json.loads(text))) - handles[0] - handles[1]
        assert words <= {"waiting", "in_call", "ended", room.relay.status()["build"]}


def test_the_raw_disclosure_is_what_was_sent_and_nothing_readable(start):
    room = start()
    patient, provider, chat = room.chat()
    patient.message(chat, "", content=os.urandom(256))  # As sealed bytes look.
    patient.incoming(ACCEPTED)
    provider.incoming(MESSAGE)
    sent = next(body for header, body in provider.frames if header.kind == MESSAGE)
    dump = raw(room.relay)
    assert dump.startswith(b"lethe-raw-1\n") and dump.endswith(b"\0\0\0\0\0")
    pieces, rest = [], dump[12:]
    while rest[0]:
        length = int.from_bytes(rest[1:5], "big")
        pieces.append((rest[0], rest[5:5 + length]))
        rest = rest[5 + length:]
    assert [kind for kind, _ in pieces] == [1]
    assert pieces[0][1].endswith(sent) and len(sent) == 256
    assert not re.search(rb"[ -~]{20}", dump[12:]), "something readable"
    for secret in (b"rivera", b"Rivera", b"demo", b"127.0.0.1"):
        assert secret not in dump


def test_the_raw_disclosure_is_not_written_to_a_file_or_a_terminal(start):
    room = start()
    arguments = [BINARY, "disclose", "--raw", "--control-socket", room.relay.control]
    path = room.relay.directory / "dump"
    with open(path, "wb") as file:
        answer = subprocess.run(
            arguments, stdout=file, stderr=subprocess.PIPE, text=True, env=environment())
    assert answer.returncode != 0 and "expected a pipe" in answer.stderr
    assert path.read_bytes() == b""
    leader, follower = os.openpty()
    answer = subprocess.run(
        arguments, stdout=follower, stderr=subprocess.PIPE, text=True, env=environment())
    os.close(leader)
    os.close(follower)
    assert answer.returncode != 0 and "not a pipe" in answer.stderr


@pytest.mark.parametrize("path", ["/disclose", "/ledger", "/raw", "/r/demo/disclose"])
def test_nothing_of_it_is_served_over_the_network(shared, path):
    request = f"GET {path} HTTP/1.1\r\nHost: localhost:{shared.port}\r\n\r\n"
    assert ask(shared, request.encode()).status == 404


def test_secrets_take_their_place_and_give_it_back(start):
    room = start()
    before = room.relay.status()["secure_heap_bytes"]
    patient, provider, chat = room.chat()
    assert room.relay.status()["secure_heap_bytes"] == before + 64
    patient.command("leave")
    patient.closing()
    room.relay.wait_for_status(secure_heap_bytes=before + 32)
    provider.command("sign_out")
    provider.closing()
    room.relay.wait_for_status(secure_heap_bytes=before)
