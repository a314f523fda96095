"""After each cause of an erasure, the relay's memory is searched from outside, as root: no copy of
what was erased is in it, sealed or not. The same relay with a memory that keeps everything
(`UnwipedRelay`) leaves residues at each of them, so the search can fail."""

import base64
import json
import os
import pathlib

import pytest

from client import ACCEPTED, DELIVERED, MESSAGE, Patient, Provider, base64url, connect
from clock import Clock
from http_raw import get, read_answer
from memory import Residue, may_be_read
from relay import BINARY
from test_compliance import token_of

pytestmark = pytest.mark.flaky(reruns=0)  # What is left or lost once is a fault.

UNWIPED = BINARY.with_name("UnwipedRelay")
LEAKING = BINARY.with_name("LeakingRelay")
CARD = "card, base64url"  # As it travels, and as it is held.
FROM_THE_PATIENT = (256, 16384, 256, 2048, 256)
FROM_THE_PROVIDER = (512, 256)
HELD = sum(FROM_THE_PATIENT + FROM_THE_PROVIDER) // 8


class Watched:
    """A page whose every secret and every sealed byte is looked for. Masked bytes count too: their
    key stands in front of them."""

    residue: Residue

    def send_masked(self, opcode, what, payload):
        mask = os.urandom(4)
        frame = self.frame(opcode, payload, mask)
        self.residue.add_masked(f"{what}, masked", frame[-len(payload):], payload)
        self.send_raw(frame)

    def send_text(self, text):
        said = json.loads(text)
        what = {"check_in": "token", "sign_in": "token", "card": "card",
                "commit": "pairing", "offer": "pairing", "wrap": "pairing"}.get(said["type"])
        if what is None:
            return super().send_text(text)
        if what == "token":
            self.residue.add_spelled("token", decoded(said["session"]))
            if "token" in said:
                self.residue.add("sign-in token", said["token"].rsplit(".", 1)[1].encode())
        for member in ("card", "commit", "nonce", "check", "sealed", "pairing"):
            if member in said:
                self.residue.add_spelled(what, decoded(said[member]))
        self.send_masked(1, what, text.encode())

    def send_binary(self, data):
        if data[1] == MESSAGE:
            self.residue.add("frame", data[24:])
        self.send_masked(2, "frame" if data[1] == MESSAGE else "receipt", data)


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def drawn(byte_count):
    """Random bytes in base64url."""
    return base64url(os.urandom(byte_count))


class Chat:
    """A provider, a patient, and all that two pages can leave in a relay: messages of every length
    and in both directions, receipts, a card, a pairing, secrets."""

    def __init__(self, room):
        self.room = room
        self.relay = room.relay
        self.residue = residue = Residue()
        self.Patient = type("WatchedPatient", (Watched, Patient), {"residue": residue})
        self.Provider = type("WatchedProvider", (Watched, Provider), {"residue": residue})
        self.provider = self.Provider(room.relay)
        self.patient = self.Patient(room.relay)
        self.provider.sync()
        self.chat = self.patient.conversation
        self.other = room.patient()  # Whose chat another cause needs; it says nothing.
        self.provider.sync()
        self.handle = self.chat["conversation"]
        self.visit = room.visit_of(self.provider, self.chat)
        self.talk()

    def talk(self):
        patient, provider, chat = self.patient, self.provider, self.chat
        session = provider.welcome["session"]
        patient.command("card", session=session, revision=1, card=drawn(2113))
        patient.command("card", session=session, revision=2, card=drawn(577))
        patient.command("commit", session=session, pairing=drawn(16), commit=drawn(32))
        provider.command("offer", visit=self.visit, commit=drawn(32), nonce=drawn(32))
        patient.command("wrap", conversation=self.handle, commit=drawn(32), nonce=drawn(32),
                        first=0, last=0, check=drawn(32), sealed=drawn(113))
        for size in FROM_THE_PATIENT:
            patient.message(chat, "", content=os.urandom(size))
            patient.incoming(ACCEPTED)
        for size in FROM_THE_PROVIDER:
            provider.message(chat, "", content=os.urandom(size))
            last = patient.incoming(MESSAGE)[0].sequence
        for page in (patient, provider):
            page.receipt(DELIVERED, chat, last)
            page.sync()

    @property
    def pid(self):
        return self.relay.process.pid

    def found(self):
        return self.residue.find(self.pid)

    def assert_only(self, expected, found):
        """A failure tells where the rest was, and what is around it."""
        assert set(found) == expected, [
            (what, hex(address), *rest) for what, address, *rest in self.residue.last
            if what not in expected]

    def wait(self, seconds):
        self.relay.clock.pass_by(seconds, self.patient, self.provider, self.other)

    def is_erased(self, cause, *pages):
        for page in pages:
            page.told("erased", conversation=self.handle, cause=cause)


# The nine causes. Each brings one about, and gives what is then to be kept: a card goes when its
# visit is over, or its session, and not before.


def closed(chat):
    chat.provider.command("close_chat", conversation=chat.handle)
    chat.is_erased("closed", chat.provider, chat.patient)
    return {CARD}


def viewed_other(chat):
    chat.patient.command("leave")
    chat.patient.closing()
    chat.provider.command("open_chat", visit=chat.room.visit_of(
        chat.provider, chat.other.conversation))
    chat.is_erased("viewed_other", chat.provider)


def call_started(chat):
    chat.provider.command("start_call", visit=chat.visit, ends=None)
    chat.provider.command("start_call", ends=chat.handle, visit=chat.room.visit_of(
        chat.provider, chat.other.conversation))
    chat.is_erased("call_started", chat.provider, chat.patient)


def refreshed(chat):
    chat.provider.close(1001)
    chat.is_erased("refreshed", chat.patient)


def provider_lost(chat):
    chat.provider.reset()
    chat.is_erased("provider_lost", chat.patient)


def idle(chat):
    chat.wait(120)
    chat.is_erased("idle", chat.patient)
    return {CARD}


def maximum_age(chat):
    chat.wait(900)
    chat.is_erased("maximum_age", chat.patient)
    return {CARD}


def wiped(chat):
    chat.provider.command("wipe")
    chat.is_erased("wiped", chat.provider, chat.patient)
    return {CARD}


def stopped(chat):
    """Both sockets stay open: the relay waits for their close frames for two seconds."""
    chat.relay.process.terminate()
    chat.is_erased("stopped", chat.provider, chat.patient)


CAUSES = [closed, viewed_other, call_started, refreshed, provider_lost, idle, maximum_age, wiped,
          stopped]


@pytest.fixture
def begin(start):
    """A chat in a relay of its own, of this binary."""

    def begin(binary, cause):
        clock = Clock() if cause in (idle, maximum_age) else None
        room = start(
            binary=binary, variables=clock and clock.environment,
            graces={"provider": "1s" if cause is provider_lost else "90s"},
            **({"idle": "2m"} if cause is idle else {}),
            **({"maximum_age": "15m"} if cause is maximum_age else {}))
        room.relay.clock = clock
        if reason := may_be_read(room.relay.process.pid):
            pytest.skip(reason)
        return Chat(room)

    return begin


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__name__)
def test_nothing_is_left(begin, cause):
    """At once: the pages are told when everything is wiped, not before."""
    chat = begin(BINARY, cause)
    # The search can find; and while the chat lives, only what is held is there, once. (The buffer
    # that the last frames came in is wiped when the loop's turn ends, after the answer to them.)
    chat.relay.status()
    alive = chat.found()
    chat.assert_only({"frame", CARD}, alive)
    assert HELD - 30 <= alive["frame"] <= HELD, "each window of eight, aligned"
    kept = cause(chat) or set()
    chat.assert_only(kept, chat.found())
    if kept:
        chat.patient.command("leave")
        chat.patient.closing()
        chat.assert_only(set(), chat.found())


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__name__)
def test_a_relay_that_does_not_wipe_is_found_out(begin, cause):
    chat = begin(UNWIPED, cause)
    cause(chat)
    found = chat.found()
    assert found.get("frame", 0) > 0, found


@pytest.mark.parametrize("path", ["/compliance/report", "/compliance/self-check"])
def test_a_reviewers_token_is_not_kept(start, path):
    """Neither where it was parsed nor on the stack of whoever checked it, good or bad, while the
    connection that brought it goes on."""
    relay = start().relay
    if reason := may_be_read(relay.process.pid):
        pytest.skip(reason)
    good = token_of(relay)
    residue = Residue()
    bad = f"{good.rsplit('.', 1)[0]}.{drawn(64)}"
    for name, token in (("good", good), ("bad", bad)):
        residue.add(name, token.rsplit(".", 1)[1].encode())
    method = "GET" if path.endswith("report") else "POST"
    with connect(relay) as tls:
        for token, statuses in ((good, (200, 202)), (bad, (401,))):
            tls.sendall(get(relay, path, method, headers=[("Authorization", f"Bearer {token}")]))
            assert read_answer(tls).status in statuses
        relay.status()
        assert residue.find(relay.process.pid) == {}


@pytest.mark.parametrize("leak", ["memory", "file", "stdout", "fd"])
def test_a_relay_that_leaks_is_found_out(start, leak, tmp_path):
    """What a later audit looks at besides memory: each of the leaks is there to be found."""
    room = start(binary=LEAKING, variables={"LEAK": leak, "TMPDIR": str(tmp_path)})
    if reason := may_be_read(room.relay.process.pid):
        pytest.skip(reason)
    chat = Chat(room)
    closed(chat)
    found = chat.found()
    # The scanner leaves out what is mapped from a file: an audit looks at that by itself.
    assert found.get("frame", 0) >= HELD if leak == "memory" else set(found) == {CARD}
    frames = (data for header, data in chat.patient.frames if header.kind == MESSAGE)
    for data in frames:
        if leak == "file":
            file, = tmp_path.glob("lethe-leak-*")
            assert data in file.read_bytes()
        elif leak == "stdout":
            assert data.hex().encode() in room.relay.log_path.read_bytes()
        elif leak == "fd":
            assert list(tmp_path.iterdir()) == []
            assert any(data in content for content in open_files(chat.pid))


def open_files(pid):
    """What is in the regular files that a process has open, named or not."""
    for descriptor in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        if descriptor.is_file():
            yield descriptor.read_bytes()
