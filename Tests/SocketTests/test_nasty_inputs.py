"""The ninety nasty inputs, by number: what is sent, how the relay answers, and that a chat of two
other people notices nothing.

A row of `INPUTS` sends one of each kind here. `IN_FULL` names the tests that send all of a kind;
`BEYOND` says why the rest of the numbers cannot be sent to a relay."""

import base64
import contextlib
import pathlib
import socket
import ssl
import struct
import subprocess
import time

import pytest

from client import (
    ACCEPTED, HEADER, MESSAGE, PROVIDER, SEEN, Closed, Patient, Provider, Socket, base64url, connect,
    credential, page_key, secret)
from http_raw import ask, get, read_answer, upgrade
from relay import Relay

TESTS = pathlib.Path(__file__).resolve().parents[1]
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
LARGEST = bytes(16_384)
INPUTS = []


def sends(number, what, *answers):
    """A row: the test sends it and yields what came, one for each answer."""
    def note(function):
        INPUTS.append(pytest.param(function, answers, id=f"{number}: {what}"))
        return function
    return note


class Bystander:
    """Two people on other sockets, who chat."""

    def __init__(self, relay, room="nurse", provider="park"):
        self.provider = Provider(relay, provider, room=room, source="127.0.0.9")
        self.patient = Patient(relay, room=room, source="127.0.0.9")
        self.chat = self.patient.conversation
        self.provider.sync()
        self.last = 0
        self.due = 0

    def notices_nothing(self):
        """One message, seen, on the same sockets, in its place and soon."""
        time.sleep(max(0, self.due - time.monotonic()))  # A provider may write 20 a second.
        self.due = time.monotonic() + 0.06
        before = len(self.patient.notices), len(self.provider.notices)
        self.last += 1
        began = time.monotonic()
        self.provider.message(self.chat, f"text {self.last}")
        header, _ = self.patient.incoming(MESSAGE)
        assert (header.number, header.sequence) == (self.last, self.last)
        self.patient.receipt(SEEN, self.chat, self.last)
        assert self.provider.incoming(SEEN)[0].number == self.last
        assert time.monotonic() - began < 5
        assert (len(self.patient.notices), len(self.provider.notices)) == before


@pytest.fixture(scope="module")
def relay():
    with Relay(rooms=200) as relay:
        yield relay


@pytest.fixture(scope="module")
def bystander(relay):
    return Bystander(relay)


@pytest.fixture(scope="module")
def names():
    return (f"room{number}" for number in range(200))


class Stranger:
    """Whoever sends the input, in a room of its own."""

    def __init__(self, relay, name):
        self.relay = relay
        self.room = name

    def patient(self, **options):
        return Patient(self.relay, room=self.room, **options)

    def provider(self, provider="rivera", **options):
        return Provider(self.relay, provider, room=self.room, **options)

    def chat(self):
        provider, patient = self.provider(), self.patient()
        provider.sync()
        return patient, provider, patient.conversation

    def socket(self, **options):
        socket = Socket(self.relay, room=self.room, **options)
        assert socket.status == 101
        return socket

    def status(self, **changes):
        return self.answer(upgrade(self.relay, **changes))

    def get(self, path="/health", **changes):
        return self.answer(get(self.relay, path, **changes))

    def answer(self, request):
        answer = ask(self.relay, request)
        return answer and answer.status

    def code(self, *frames):
        """Of the close frame that a patient gets for these."""
        patient = self.patient()
        with contextlib.suppress(OSError):
            patient.send_raw(b"".join(frames))
        return patient.closing()

    def first(self, **members):
        page = self.socket()
        page.command("check_in", **credential(**members))
        return page.closing()

    def frame(self, size=256, body=None, **changes):
        """Of the close frame for a first message with these fields."""
        patient, _, chat = self.chat()
        fields = {"version": 1, "kind": MESSAGE, "slot": 0, "flags": 0, "epoch": chat["epoch"],
                  "zero": 0, "number": 1, "conversation": chat["conversation"], "sequence": 0}
        patient.send_binary(HEADER.pack(*{**fields, **changes}.values()) + (body or bytes(size)))
        return patient.closing()


def raw(opcode, length, form=None, final=True):
    """The head of a frame that announces a length."""
    first = (0x80 if final else 0) | opcode
    if form == "longest" or length > 65_535:
        return struct.pack(">BBQ", first, 0xFF, length) + bytes(4)
    if form == "long" or length > 125:
        return struct.pack(">BBH", first, 0xFE, length) + bytes(4)
    return struct.pack(">BB", first, 0x80 | length) + bytes(4)


frame = Socket.frame
PINGS = frame(TEXT, b'{"type":"ping"}')


# 1 to 17: the upgrade and HTTP


@sends(1, "no Origin", 403)
def _(it):
    yield it.status(origin=False)


@sends(2, "Origin: null", 403)
def _(it):
    yield it.status(origin="null")


@sends(3, "two Origins", 403, 403)
def _(it):
    yield it.status(more=[("Origin", it.relay.origin)])
    yield it.status(origin="https://evil.example", more=[("Origin", it.relay.origin)])


@sends(4, "origins that look like ours", *[403] * 6)
def _(it):
    own = it.relay.origin
    for origin in (f"{own}.evil.example", "https://localhost:8443", f"{own}.", own.upper(),
                   own.replace("localhost", "xn--lcalhost-c4a"), "https://localhost"):
        yield it.status(origin=origin)


@sends(5, "another Host, and an absolute target", 403, 403, 421, 400)
def _(it):
    yield it.status(host="other.example")
    yield it.status(host="localhost:1")
    yield it.get(host="other.example")
    yield it.status(path="https://other.example/r/demo/socket")


@sends(6, "no key, two keys, 33 bytes, not base64", 400, 400, 400, 400)
def _(it):
    yield it.status(without=["Sec-WebSocket-Key"])
    yield it.status(more=[("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")])
    yield it.status(sec_websocket_key=base64.b64encode(bytes(33)).decode())
    yield it.status(sec_websocket_key="!" * 24)


@sends(7, "version 12, and two versions", 426, 426)
def _(it):
    yield it.status(sec_websocket_version="12")
    yield it.status(sec_websocket_version="13, 13")


@sends(8, "HTTP/2, by upgrade, by preface, by ALPN", 426, True, True)
def _(it):
    yield it.status(upgrade="websocket, h2c")
    yield it.answer(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") in (400, 505)
    context = own_context()
    context.set_alpn_protocols(["h2"])
    try:
        with connect(it.relay, context=context) as tls:
            yield tls.selected_alpn_protocol() is None
    except ssl.SSLError:
        yield True


@sends(9, "bodies, and two ideas of where one ends", 400, 400, 400)
def _(it):
    yield it.status(more=[("Content-Length", "5")])
    yield it.status(more=[("Transfer-Encoding", "chunked")])
    yield it.get(headers=[("Content-Length", "5"), ("Transfer-Encoding", "chunked")],
                 body=b"0\r\n\r\nGET /health HTTP/1.1\r\n\r\n")


@sends(10, "frames glued behind the request", 1002, 4100)
def _(it):
    yield it.socket(glued=frame(TEXT, b"{}", masked=False)).closing()
    yield it.socket(glued=frame(BINARY, bytes(300))).closing()


@sends(11, "heads beyond every bound", 431, 431, 431, 400, 400, 400)
def _(it):
    yield it.get(headers=[(f"X-{n}", "1") for n in range(256)])
    yield it.get(headers=[("X", "a" * 80_000)])
    yield it.get(headers=[(f"X-{n}", "a" * 8_000) for n in range(256)])
    request = get(it.relay, "/health")
    yield it.answer(request.replace(b"\r\n\r\n", b"\r\nX\0: a\r\n\r\n"))
    yield it.answer(request.replace(b"\r\n\r\n", b"\r\nX: a\r\n b\r\n\r\n"))
    yield it.answer(request.replace(b"\r\n", b"\n"))


@sends(12, "a subprotocol of spaces", 426, 431)
def _(it):
    yield it.status(sec_websocket_protocol=" " * 4_000)
    yield it.status(sec_websocket_protocol=" " * 32_000)


@sends(13, "absurd compression is not taken", True)
def _(it):
    offer = "permessage-deflate; server_max_window_bits=99; client_max_window_bits=-1; x"
    answer = it.socket(headers={"Sec-WebSocket-Extensions": offer}).answer.lower()
    yield "sec-websocket-extensions" not in answer


@sends(14, "paths that climb, and one of 64 KiB", 404, 404, 404, 414)
def _(it):
    for path in ("/../../etc/passwd", "//etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
                 "/" + "a" * 65_536):
        yield it.get(path)


@sends(15, "requests in a row, and other HTTPs", [200, 200], 400, 505, True)
def _(it):
    with connect(it.relay) as tls:
        tls.sendall(get(it.relay, "/health", method="HEAD") * 2)
        data = b""
        while data.count(b"\r\n\r\n") < 2:
            data += tls.recv(65_536)
    yield [int(line.split()[1]) for line in data.split(b"\r\n") if line.startswith(b"HTTP/")]
    yield it.answer(b"GET /health\r\n\r\n")
    yield it.get(version="HTTP/1.0", headers=[("Connection", "keep-alive")])
    yield it.answer(b"PRI * HTTP/2.0\r\n\r\n") in (400, 505)


def own_context(**settings):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    for name, value in settings.items():
        setattr(context, name, value)
    return context


def heard(relay, data):
    """All that a TCP connection without TLS gets for this."""
    with socket.create_connection(("127.0.0.1", relay.port), timeout=15) as plain:
        got = b""
        with contextlib.suppress(ConnectionError):
            plain.sendall(data)
            while chunk := plain.recv(1_000):
                got += chunk
    return got


@sends(16, "what is not TLS 1.3, and greetings of every size", False, True, True, 200, 200, True)
def _(it):
    yield b"HTTP" in heard(it.relay, get(it.relay, "/health"))
    # A TLS 1.0 hello: an alert, or nothing.
    hello = bytes.fromhex("0301") + bytes(32) + b"\0" + b"\0\2\0\x2f" + b"\1\0"
    greeting = b"\1" + len(hello).to_bytes(3, "big") + hello
    yield heard(it.relay, b"\x16\3\1" + struct.pack(">H", len(greeting)) + greeting)[:1] in (
        b"", b"\x15")
    try:
        ask(it.relay, b"", context=own_context(maximum_version=ssl.TLSVersion.TLSv1_2))
        yield False
    except OSError:
        yield True
    yield ask(it.relay, get(it.relay, "/health")).status  # No such name: it does not matter.
    # Larger than a segment of most networks, as a post-quantum greeting is.
    large = own_context()
    large.set_alpn_protocols([f"{n:0200}" for n in range(9)] + ["http/1.1"])
    yield ask(it.relay, get(it.relay, "/health"), context=large).status
    huge = own_context()
    huge.set_alpn_protocols([f"{n:0200}" for n in range(100)] + ["http/1.1"])
    try:
        yield ask(it.relay, get(it.relay, "/health"), context=huge).status == 200
    except OSError:
        yield True  # Refused, and nobody else is harmed.


@sends(17, "a token in the address or in a header", 400, 400, 400)
def _(it):
    yield it.status(path="/r/demo/socket?token=x")
    yield it.status(more=[("Cookie", "token=x")])
    yield it.status(more=[("Authorization", "Bearer x")])


# 18 to 30: frames


@sends(18, "an unmasked frame", 1002)
def _(it):
    yield it.code(frame(TEXT, b'{"type":"ping"}', masked=False))


@sends(19, "a mask of zeros is a mask", "pong")
def _(it):
    patient = it.patient()
    patient.send_raw(frame(TEXT, b'{"type":"ping"}', mask=bytes(4)))
    yield patient.read()["type"]


@sends(20, "reserved bits", 1002, 1002, 1002)
def _(it):
    for bits in (1, 2, 4):
        yield it.code(frame(TEXT, b'{"type":"ping"}', reserved=bits))


@sends(21, "reserved opcodes", *[1002] * 10)
def _(it):
    for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
        yield it.code(frame(opcode, b""))


@sends(22, "text that is not UTF-8, whole and cut", *[1007] * 5)
def _(it):
    for text in (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xe2\x82"):
        yield it.code(frame(TEXT, text))
    yield it.code(frame(TEXT, b" " * 255 + b"\xe2", final=False), frame(0, b"\xff" * 9))


@sends(23, "a stray continuation, a message in a message", 1002, 1002)
def _(it):
    yield it.code(frame(0, b"x"))
    yield it.code(frame(TEXT, b" " * 300, final=False), frame(TEXT, b"x"))


@sends(24, "a million empty fragments", 1002)
def _(it):
    one = frame(0, b"", final=False)
    yield it.code(frame(TEXT, b"", final=False), *[one * 1_000] * 1_000)


@sends(25, "pings: cut, long, a flood; pongs for nothing", 1002, 1002, 4029, "pong")
def _(it):
    yield it.code(frame(PING, b"", final=False))
    yield it.code(raw(PING, 126))
    yield it.code(frame(PING, b"") * 500)
    patient = it.patient()
    patient.send_raw(frame(PONG, b"x") * 9 + PINGS)
    yield patient.read()["type"]


@sends(26, "absurd and long-winded lengths", 1009, 1009, 1009, 1002, 1002)
def _(it):
    for length in (2**63 - 1, 2**63, 2**32):
        yield it.code(raw(BINARY, length))
    yield it.code(raw(TEXT, 125, "long"))
    yield it.code(raw(TEXT, 65_535, "longest"))


@sends(27, "16 MiB announced", 1009)
def _(it):
    yield it.code(raw(BINARY, 16 << 20), b"x")


@sends(28, "goodbyes that are none, words behind one", *[1002] * 7, 1007, 1000)
def _(it):
    yield it.code(frame(CLOSE, b"\3"))
    for code in (0, 999, 1005, 1006, 1015, 65_535):
        yield it.code(frame(CLOSE, struct.pack(">H", code)))
    yield it.code(frame(CLOSE, struct.pack(">H", 1000) + b"\xff"))
    yield it.code(frame(CLOSE, struct.pack(">H", 1000)), frame(3, b""))


@sends(29, "a hundred goodbyes together", [1000] * 100)
def _(it):
    # Ten thousand at line rate belong to a load run; here is that none waits for another.
    pages = []
    for number in range(100):
        page = it.socket(source=f"127.0.1.{number + 1}")
        page.command("check_in", **credential())
        pages.append(page)
    for page in pages:
        page.send_raw(frame(CLOSE, struct.pack(">H", 1000)))
    yield [page.closing() for page in pages]


@sends(30, "binary for JSON, and JSON for binary", 4100, 4100)
def _(it):
    yield it.code(frame(BINARY, b'{"type":"ping"}'))
    patient, _, chat = it.chat()
    patient.send_text(patient.header(MESSAGE, chat, 1).replace(b"\xff", b"") + bytes(256))
    yield patient.closing()


# 31 to 54: the protocol


@sends(31, "another first frame; a second one", 4100, 4100)
def _(it):
    page = it.socket()
    page.command("ping")
    yield page.closing()
    patient = it.patient()
    patient.command("check_in", **credential())
    yield patient.closing()


@sends(32, "unknown suites, versions and flags", *[4100] * 5)
def _(it):
    yield it.first(suite=2)
    for fields in ({"version": 0}, {"version": 255}, {"flags": 1}, {"flags": 128}):
        yield it.frame(**fields)


@sends(33, "a suite in one message only", 4100)
def _(it):
    patient = it.patient()
    patient.command("commit", session=1, suite=2, pairing=base64url(bytes(16)),
                    commit=base64url(bytes(32)))
    yield patient.closing()


@sends(35, "keys that are none", *[4100] * 4)
def _(it):
    for key in (b"\2" + bytes(32), b"\4" + bytes(63), b"\4" + bytes(65), bytes(65)):
        yield it.first(key=base64url(key))


@sends(36, "a frame again; a frame of another's chat", (1, 1), "erased")
def _(it):
    patient, provider, chat = it.chat()
    patient.message(chat, "one", number=1)
    patient.incoming(ACCEPTED)
    patient.message(chat, "one", number=1)
    header, _ = patient.incoming(ACCEPTED)
    provider.sync()
    assert len(provider.of_kind(MESSAGE)) == 1
    yield header.number, header.sequence
    other = it.patient()
    other.message(chat, "let me in", number=1)
    yield other.notice("refused")["reason"]


@sends(37, "jumps of number and epoch", *[4100] * 4)
def _(it):
    for fields in ({"number": 2**64 - 1}, {"number": 2**53}, {"epoch": 65_535}, {"epoch": 1}):
        yield it.frame(**fields)


@sends(38, "out of order, by 1 and by 65", 4100, 4100)
def _(it):
    yield it.frame(number=2)
    yield it.frame(number=66)


@sends(40, "a tag cut to four bytes", 4100)
def _(it):
    yield it.frame(size=256 - 12)


@sends(42, "counters in a short body", 4100)
def _(it):
    yield it.frame(size=16, body=b"\xff" * 16)


@sends(44, "a provider who speaks as the patient", 4100)
def _(it):
    patient, provider, chat = it.chat()
    provider.send_binary(
        HEADER.pack(1, MESSAGE, 0, 0, chat["epoch"], 0, 1, chat["conversation"], 0) + bytes(256))
    yield provider.closing()
    patient.sync()
    assert patient.frames == []


@sends(45, "keys for a page that has gone reach nobody", [])
def _(it):
    patient, provider, chat = it.chat()
    provider.command("sign_out")
    provider.closing()
    patient.command(
        "wrap", conversation=chat["conversation"], commit=base64url(bytes(32)),
        nonce=base64url(bytes(32)), first=0, last=0, check=base64url(bytes(32)),
        sealed=base64url(bytes(113)))
    patient.sync()
    again = it.provider()
    yield again.all("wrap")


@sends(47, "two claims at once; a claim while the patient leaves", 1, "visit_gone")
def _(it):
    providers = [it.provider(), it.provider("lee")]
    patient = it.patient()
    for provider in providers:
        provider.sync()
    visit = providers[0].latest("visit")["visit"]
    for provider in providers:
        provider.command("open_chat", visit=visit)
    for provider in providers:
        provider.sync()
    yield sum(len(provider.all("refused", reason="taken")) for provider in providers)
    patient.command("leave")
    patient.closing()
    providers[0].command("open_chat", visit=visit)
    yield providers[0].notice("refused")["reason"]


@sends(48, "a transfer, which nobody offers", 4100)
def _(it):
    provider = it.provider()
    provider.command("transfer", visit=1, session=1)
    yield provider.closing()


@sends(49, "secrets that open nothing", 4105, 4105, 4100, 4100)
def _(it):
    patient, provider, _ = it.chat()
    for known in (secret(), provider.secret):
        yield it.patient(secret=known, resume=[], greet=False).closing()
    yield it.first(session=patient.secret[:-1])
    page = it.socket()
    page.command("check_in", **credential(session="A" * 8_000))
    yield page.closing()


@sends(49, "one secret on two sockets", 4103, True)
def _(it):
    patient = it.patient()
    again = patient.again({})
    yield patient.closing()
    yield again.welcome["resumed"]


@sends(50, "a resume from the future", 4100, 4100)
def _(it):
    patient, _, chat = it.chat()
    patient.drop()
    yield patient.again({chat["conversation"]: 1}, greet=False).closing()
    yield patient.again({chat["conversation"]: 2**32}, greet=False).closing()


@sends(51, "an erasure twice, and from a patient", True, "not_allowed")
def _(it):
    patient, provider, chat = it.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    handle = chat["conversation"]
    answers = []
    for _ in range(2):
        provider.command("close_chat", conversation=handle)
        answers.append(provider.notice("erased"))
    yield answers[0] == answers[1]
    patient.command("close_chat", conversation=handle)
    yield patient.notice("refused")["reason"]


@sends(52, "closed, written and called in one second", True)
def _(it):
    patient, provider, chat = it.chat()
    visit = it_visit(provider, chat)
    provider.command("close_chat", conversation=chat["conversation"])
    patient.message(chat, "chest pain", number=1)
    provider.command("start_call", visit=visit, ends=None)
    patient.sync()
    provider.sync()
    taken = patient.of_kind(ACCEPTED)
    told = patient.all("refused", reason="erased") + patient.all("erased")
    # Accepted and then erased, or refused: the writer knows either way.
    yield bool(told) and (bool(taken) == bool(provider.of_kind(MESSAGE)))


def it_visit(provider, chat):
    return provider.told("conversation", conversation=chat["conversation"])["visit"]


@sends(53, "JSON to choke on", *[4100] * 8, 1007, 1009)
def _(it):
    for text in ('[' * 8_000, '{"type":"ping","type":"ping"}', '{"type":"pending","count":1e400}',
                 '{"type":"pending","count":NaN}', '{"type":"\\ud800"}', '\ufeff{"type":"ping"}',
                 '{"type":"ping","__proto__":{}}', '{"type":"pending","count":"' + "a" * 8_000 + '"}'):
        yield it.code(frame(TEXT, text.encode()))
    yield it.code(frame(TEXT, b'{"type":"\xed\xa0\x80"}'))
    yield it.code(raw(TEXT, 1 << 20))


@sends(54, "a member that nobody reads", 4100, 4100)
def _(it):
    yield it.code(frame(TEXT, b'{"type":"ping","keep":"this"}'))
    yield it.first(note="kept")


# What people write


@sends(56, "any bytes in a message come out as they went in", True)
def _(it):
    patient, provider, chat = it.chat()
    content = "\u202e\0\u2028\u200d".encode().ljust(512, b"\xff")
    patient.message(chat, "", content=content)
    yield provider.incoming(MESSAGE)[1] == content


@sends(61, "words in the last moment before an erasure", "erased")
def _(it):
    patient, provider, chat = it.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    provider.command("close_chat", conversation=chat["conversation"])
    provider.notice("erased")
    patient.message(chat, "I want to die")
    yield patient.notice("refused")["reason"]


@sends(64, "two consoles of one provider", {"type": "console_open", "chats": 0})
def _(it):
    first = it.provider()
    second = it.provider(greet=False)
    yield second.notice("console_open")
    second.drop()
    first.sync()


# The host, and many at once


@sends(79, "a proxy in front is not believed", 200)
def _(it):
    yield it.get(headers=[("X-Forwarded-For", "10.0.0.1"), ("Via", "1.1 proxy")])


@sends(80, "the control socket is not on the network", *[404] * 4)
def _(it):
    for path in ("/status", "/ledger", "/disclose", "/drain"):
        yield it.get(path)


@sends(81, "handshakes of which half never finish", 200)
def _(it):
    halves = []
    for number in range(200):
        half = socket.create_connection(("127.0.0.1", it.relay.port), timeout=10)
        half.sendall(b"\x16\3\1\2\0\1")
        halves.append(half)
    yield it.get()
    for half in halves:
        half.close()


@sends(82, "all speak at once after a silence", 40)
def _(it):
    pages = [it.patient(source=f"127.0.1.{number + 1}") for number in range(40)]
    for page in pages:
        page.send_raw(PINGS * 20)
    yield sum(bool([page.notice("pong") for _ in range(20)]) for page in pages)


@sends(83, "all come back at once", 40)
def _(it):
    pages = [it.patient(source=f"127.0.1.{number + 1}") for number in range(40)]
    for page in pages:
        page.reset()
    yield sum(page.again({}).welcome["resumed"] for page in pages)


@sends(84, "a queue in which everybody types", 40)
def _(it):
    provider = it.provider()
    pages = [it.patient(source=f"127.0.1.{number + 1}") for number in range(40)]
    for _ in range(3):
        for page in pages:
            page.typing(page.conversation, True)
    for page in pages:
        page.sync()
    provider.sync()
    yield len({header.conversation for header in provider.of_kind(4)})


@sends(86, "a reader that stops, and begins again", list(range(1, 31)))
def _(it):
    provider = it.provider(receive_buffer=4_096)
    pages = [it.patient() for _ in range(3)]
    provider.sync()
    for page in pages:
        for _ in range(10):
            page.message(page.conversation, "", content=LARGEST)
    for page in pages:
        page.incoming(ACCEPTED, sequence=10)
    for _ in range(30):
        provider.incoming(MESSAGE)
        time.sleep(0.01)
    yield [place + 10 * number for number, page in enumerate(pages)
           for place in provider.places(page.conversation["conversation"])]


@sends(87, "a flood of key updates, a renegotiation", True, 200)
def _(it):
    # `K` asks s_client for a KeyUpdate that asks for another.
    client = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{it.relay.port}", "-tls1_3"],
        input=b"K\n" * 300, capture_output=True, timeout=30)
    yield b"CONNECTED" in client.stdout
    yield it.get()


@sends(89, "sixty graces that begin together", 0)
def _(it):
    pages = [it.patient(source=f"127.0.2.{number + 1}") for number in range(60)]
    for page in pages:
        page.reset()
    # They keep their places; nobody is sent away twice.
    back = [page.again({}) for page in pages]
    for page in back:
        page.command("leave")
        page.closing()
    yield len(it.provider().all("visit"))


@sends(90, "rooms and chats made and erased in a circle", [True] * 12)
def _(it):
    provider = it.provider()
    answers = []
    for number in range(12):
        patient = it.patient(source=f"127.0.3.{number + 1}")
        patient.message(patient.conversation, "one")
        provider.incoming(MESSAGE, conversation=patient.conversation["conversation"])
        provider.command("close_chat", conversation=patient.conversation["conversation"])
        answers.append(provider.notice("erased")["cause"] == "closed")
        patient.command("leave")
    yield answers


@pytest.mark.parametrize("send, answers", INPUTS)
def test_it_is_answered_and_a_bystander_notices_nothing(relay, bystander, names, send, answers):
    assert tuple(send(Stranger(relay, next(names)))) == answers
    bystander.notices_nothing()


# The rest of the table

IN_FULL = {
    16: "SocketTests/test_http.py::test_a_slow_small_handshake_is_a_handshake",
    27: "SocketTests/test_silence.py::test_a_trickle_is_given_up",
    33: "SocketTests/test_pairing.py::test_another_suite_or_no_key_is_refused",
    34: "SealedChatTests/RelayInTheMiddleTests.swift::In a thousand runs the two codes never agree",
    35: "SealedChatTests/HPKETests.swift::A key is a point on the curve in its long form",
    36: "SealedChatTests/ConversationCipherTests.swift::A message comes once: a replay is refused",
    38: "SealedChatTests/ConversationCipherTests.swift::Messages come in order: a gap and an",
    39: "SealedChatTests/ConversationCipherTests.swift::Every single bit of header, text and tag",
    40: "SealedChatTests/ConversationCipherTests.swift::A tag that was cut, and a frame that was",
    41: "SealedChatTests/ConversationCipherTests.swift::What is not a message inside is refused",
    43: "SealedChatTests/RunRuleTests.swift::@Test(",
    46: "SealedChatTests/RelayInTheMiddleTests.swift::A relay in the middle reads everything until",
    47: "SocketTests/test_rooms.py::test_when_two_open_the_same_chat_at_once_one_gets_it",
    50: "SocketTests/test_resume.py::test_a_resume_of_more_than_one_burst_brings_everything_once",
    51: "SocketTests/test_erasure.py::test_erasing_while_messages_pour_in_leaves_nothing",
    55: "BrowserTests/test_nasty_texts.py::test_all_four_hundred_are_text_on_a_narrow_screen",
    56: "BrowserTests/test_nasty_texts.py::test_a_real_chat_both_ways",
    57: "BrowserTests/test_nasty_texts.py::test_a_name_a_reason_and_a_note",
    58: "BrowserTests/test_nasty_texts.py::test_a_real_chat_both_ways",
    60: "BrowserTests/test_message_tools.py::test_nothing_in_the_log_can_be_pressed_but_links",
    62: "SocketTests/test_process.py::test_nothing_that_was_said_is_logged",
    63: "BrowserTests/test_nothing_left.py::test_back_does_not_bring_a_chat_again",
    64: "BrowserTests/test_sessions.py::test_a_second_console_asks_before_it_erases_the_first",
    66: "BrowserTests/test_embedding.py::test_the_page_ignores_everything_but_open_and_close",
    68: "BrowserTests/test_encryption_words.py::test_a_browser_without_cryptography_says_so",
    69: "SocketTests/test_reliability.py::test_without_descriptors_new_sockets_wait",
    70: "SocketTests/test_seal.py::test_a_crash_leaves_no_core",
    71: "SocketTests/test_seal.py::test_preloaded_code_is_refused",
    72: "SocketTests/test_seal.py::test_output_into_a_file_is_refused",
    73: "SocketTests/test_seal.py::test_everything_that_a_busy_relay_says_is_one_of_a_few_events",
    74: "SocketTests/test_sign_in.py::test_an_unreadable_certificate_keeps_the_old_one",
    76: "SocketTests/test_reliability.py::test_a_relay_that_was_stopped_for_a_while_erases_late",
    77: "BrowserTests/test_sessions.py::test_the_footer_names_the_build_that_the_command_names",
    79: "SocketTests/test_http.py::test_a_proxy_in_front_is_reported_once_and_not_believed",
    80: "SocketTests/test_process.py::test_it_listens_on_both_families_where_it_was_told",
    85: "SocketTests/test_pressure.py::test_a_slow_reader_is_closed_and_loses_nothing",
    86: "SocketTests/test_pressure.py::test_a_reader_that_is_slow_for_a_moment_gets_everything",
    90: "ComplianceTests/LedgerTests.swift::The ring keeps what it may; the checkpoint has the rest",
}

BEYOND = {
    59: "the clipboard is the page's; the relay only carries sealed bytes",
    65: "the clock, the zone and the lid of a browser's computer: the relay hears silence (63)",
    67: "code that the browser itself runs; pages have no worker (WebTests/safety.test.js)",
    75: "a snapshot of a virtual machine is taken below the process; pages make new keys each load",
    78: "whoever may read this process's memory may; what is there is sealed, see docs/security.md",
    88: "every identifier that is a key of a table is the relay's own, and hashes are seeded",
}


def test_every_number_is_in_the_table():
    here = {int(row.id.split(":")[0]) for row in INPUTS}
    assert here | set(IN_FULL) | set(BEYOND) == set(range(1, 91))
    assert not set(BEYOND) & (here | set(IN_FULL))


@pytest.mark.parametrize("number", IN_FULL)
def test_the_named_test_exists(number):
    file, _, name = IN_FULL[number].partition("::")
    assert name in (TESTS / file).read_text()
