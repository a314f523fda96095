"""RFC 6455 against the relay's own codec and upgrade, with an echo behind them (Tests/Echo): every
case of the Autobahn suite that applies, and what it lacks.

`make conformance` runs all of them in full size. Here section 9 is an eighth of its size."""

import os
import socket
import subprocess
import threading

import pytest

from conformance import ANSWERED, CLEAN, CLOSE, COUNTS, autobahn, counts, goodbye, lacking
from relay import ROOT

BINARY = ROOT / ".build" / os.environ.get("LETHE_ECHO_BUILD", "debug") / "EchoTarget"
SCALE = int(os.environ.get("LETHE_CONFORMANCE_SCALE", "8"))
CASES = autobahn(SCALE)
HEAD = (
    "GET /r/echo/socket HTTP/1.1\r\nHost: echo.example\r\nOrigin: https://echo.example\r\n"
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: lethe.v1\r\n")
# The suite's word for a server that closes, but only when the message is complete. RFC 6455
# section 8.1 does not say when; the relay looks at whole messages.
LATE = {"6.4.1", "6.4.2", "6.4.3", "6.4.4"}


@pytest.fixture(scope="module")
def port():
    process = subprocess.Popen([BINARY, ROOT / "Sources/Web"], stdout=subprocess.PIPE, text=True)
    yield int(process.stdout.readline())
    process.kill()
    process.wait()


class Connection:
    def __init__(self, port, fields=""):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray()
        self.socket.sendall((HEAD + fields + "\r\n").encode())
        while b"\r\n\r\n" not in self.buffer:
            assert self.fill(), self.buffer
        head, _, rest = bytes(self.buffer).partition(b"\r\n\r\n")
        self.answer, self.buffer = head.decode(), bytearray(rest)
        assert self.answer.startswith("HTTP/1.1 101")

    def fill(self):
        try:
            chunk = self.socket.recv(1 << 20)
        except ConnectionError:
            return False
        self.buffer += chunk
        return bool(chunk)

    def read(self):
        """Opcode and payload; `None` at the end of the connection."""
        head = self.need(0, 2)
        if head is None:
            return None
        assert not head[0] & 0x70 and head[0] & 0x80 and not head[1] & 0x80
        start = {126: 4, 127: 10}.get(head[1], 2)
        if start > 2:
            length = int.from_bytes(self.need(2, start), "big")
            assert length > (125 if start == 4 else 65_535)
        else:
            length = head[1]
        payload = bytes(self.need(start, start + length))
        del self.buffer[:start + length]
        return head[0] & 0xF, payload

    def need(self, start, end):
        while len(self.buffer) < end:
            if not self.fill():
                return None
        return self.buffer[start:end]


def send(connection, pieces, failed, done, turn):
    """Until everything is sent or the server has had enough."""
    try:
        for number, piece in enumerate(pieces):
            if isinstance(piece, float):
                failed.wait(piece)
            else:
                connection.socket.sendall(piece)
                done.append(number)
            if turn:
                turn.acquire()
    except OSError:
        """The server has closed: what it heard last decides."""


def play(port, case):
    """What a case shows, in one word: ok or late. Raises otherwise."""
    connection = Connection(port)
    failed, done = threading.Event(), []
    turn = threading.Semaphore(0) if case.in_turn else None
    sender = threading.Thread(
        target=send, args=(connection, case.pieces, failed, done, turn), daemon=True)
    sender.start()
    heard = []
    if case.ending == CLEAN:
        while len(heard) < len(case.hears):
            heard.append(connection.read())
            assert heard[-1] == case.hears[len(heard) - 1]
            if turn:
                turn.release()
        sender.join(60)
        connection.socket.sendall(goodbye())
    while (item := connection.read()) is not None and item[0] != CLOSE:
        heard.append(item)
    assert item is not None, "no close frame"
    sent = len(done)
    failed.set()
    code = int.from_bytes(item[1][:2], "big")
    if case.ending in (CLEAN, ANSWERED):
        assert (heard, code) == (case.hears, 1000)
    else:
        # A server may fail before it has answered what came before.
        assert heard == case.hears[:len(heard)] and code in case.ending
        try:
            connection.socket.sendall(goodbye(code))
        except OSError:
            """It was quicker."""
    assert connection.read() is None, "the server ends the connection"
    connection.socket.close()
    return "late" if case.fails_after and sent > case.fails_after else "ok"


def test_all_301_cases_are_here():
    assert counts(CASES) == COUNTS
    assert len({case.number for case in CASES}) == sum(COUNTS.values()) == 301


@pytest.mark.parametrize("section", ["1", "2", "3", "4", "5", "6", "7", "9", "10"])
def test_a_section_of_the_suite(port, section):
    cases = [case for case in CASES if case.section == section]
    late = set()
    for case in cases:
        try:
            if play(port, case) == "late":
                late.add(case.number)
        except Exception as error:
            raise AssertionError(f"case {case.number}: {error!r}") from error
    assert late <= LATE
    scale = f", sizes and counts divided by {SCALE}" if section == "9" and SCALE > 1 else ""
    print(f"section {section}: {len(cases)} cases, {len(late)} of them late{scale}")


@pytest.mark.parametrize("case", lacking(), ids=lambda case: case.number)
def test_what_the_suite_lacks(port, case):
    play(port, case)


@pytest.mark.parametrize("offer", [
    "permessage-deflate", "permessage-deflate; client_max_window_bits; server_max_window_bits=15",
    "permessage-bzip2", "permessage-snappy", "x-webkit-deflate-frame"])
def test_compression_is_refused(port, offer):
    """Sections 12 and 13, 216 cases, are for servers that take such an offer."""
    answer = Connection(port, f"Sec-WebSocket-Extensions: {offer}\r\n").answer
    assert "sec-websocket-extensions" not in answer.lower()


def test_a_case_can_fail(port):
    wrong = next(case for case in CASES if case.number == "1.1.2")
    wrong.hears = [(1, b"something else")]
    with pytest.raises(AssertionError):
        play(port, wrong)
