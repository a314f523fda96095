"""A client of `lethe.v1` written from docs/protocol.md alone, on Python's sockets; it can break
every rule, which a well-kept library cannot."""

import base64
import collections
import functools
import json
import os
import socket
import ssl
import struct
import time

Header = collections.namedtuple(
    "Header", "version kind slot flags epoch zero number conversation sequence")
HEADER = struct.Struct(">BBBBHHQII")
ACCEPTED, DELIVERED, SEEN, TYPING, UNREAD, MESSAGE = 1, 2, 3, 4, 5, 0x10
PATIENT, PROVIDER = 0, 1
CLASSES = [256, 512, 1024, 2048, 4096, 8192, 16384]


class Closed(Exception):
    def __init__(self, code, reason=""):
        super().__init__(f"closed with {code} {reason}")
        self.code = code
        self.reason = reason


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def secret():
    return base64url(os.urandom(32))


def page_key():
    """65 bytes that begin as a public key does. The relay does not ask whether it is one."""
    return base64url(b"\4" + os.urandom(64))


def credential(**members):
    """What every first frame says of its page."""
    return {"session": secret(), "suite": 1, "key": page_key(), **members}


def sealed_card(letter="A", size=577):
    """A card that nobody sealed, of a length that one may have."""
    return letter * ((size * 4 + 2) // 3 - 1) + "A"


def points(after):
    """The member `resume`."""
    return [{"conversation": handle, "after": last} for handle, last in after.items()]


def body(text):
    """The padded body of a text, as the pages make it before sealing."""
    inner = b"\x01\x00" + text.encode() + b"\x80"
    size = next(size for size in CLASSES if len(inner) <= size - 16)
    return inner.ljust(size, b"\0")


def text_of(data):
    inner = data[:-16].rstrip(b"\0")
    assert inner[:2] == b"\x01\x00" and inner[-1:] == b"\x80"
    return inner[2:-1].decode()


@functools.cache
def tls_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def connect(relay, address="127.0.0.1", receive_buffer=None, source=None, context=None):
    """A TLS connection. `source` is the client's own address, such as 127.0.0.2."""
    raw = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    if receive_buffer:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        # Loopback segments are huge, and with them the buffers of the other end.
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1024)
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    raw.settimeout(10)
    if source:
        raw.bind((source, 0))
    raw.connect((address, relay.port))
    return (context or tls_context()).wrap_socket(raw, server_hostname="localhost")


class Socket:
    """TLS and a WebSocket upgrade; frames in and out, well-formed or not."""

    def __init__(self, relay, room="demo", headers=None, path=None, address="127.0.0.1",
                 glued=b"", receive_buffer=None, source=None):
        self.tls = connect(relay, address, receive_buffer, source)
        self.buffer = b""
        fields = {
            "Host": f"localhost:{relay.port}", "Origin": relay.origin, "Upgrade": "websocket",
            "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            "Sec-WebSocket-Protocol": "lethe.v1",
        }
        fields.update(headers or {})
        head = f"GET {path or f'/r/{room}/socket'} HTTP/1.1\r\n"
        head += "".join(f"{k}: {v}\r\n" for k, v in fields.items() if v is not None)
        self.tls.sendall(head.encode() + b"\r\n" + glued)
        while b"\r\n\r\n" not in self.buffer:
            chunk = self.tls.recv(65536)
            if not chunk:
                break
            self.buffer += chunk
        answer, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        self.status = int(answer.split(b" ")[1]) if answer else 0
        self.answer = answer.decode()

    # Writing

    @staticmethod
    def frame(opcode, payload, mask=None, final=True, masked=True, reserved=0):
        first = (0x80 if final else 0) | reserved << 4 | opcode
        bit = 0x80 if masked else 0
        if len(payload) < 126:
            head = struct.pack(">BB", first, bit | len(payload))
        elif len(payload) < 65536:
            head = struct.pack(">BBH", first, bit | 126, len(payload))
        else:
            head = struct.pack(">BBQ", first, bit | 127, len(payload))
        if not masked:
            return head + payload
        mask = os.urandom(4) if mask is None else mask
        repeated = (mask * (len(payload) // 4 + 1))[:len(payload)]
        number = int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")
        return head + mask + number.to_bytes(len(payload), "big")

    def send_raw(self, data):
        self.tls.sendall(data)

    def send_text(self, text):
        self.send_raw(self.frame(1, text if isinstance(text, bytes) else text.encode()))

    def send_binary(self, data):
        self.send_raw(self.frame(2, data))

    def command(self, type, **members):
        self.send_text(json.dumps({"type": type, **members}))

    def close(self, code=1001):
        """A goodbye, as a browser says it when a page goes away."""
        self.send_raw(self.frame(8, struct.pack(">H", code)))
        self.drop()

    def drop(self):
        """The network is gone: no close frame, no TLS goodbye."""
        self.tls.close()

    def reset(self):
        """The same with an RST, as a router does it."""
        self.tls.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.tls.close()

    # Reading

    def _need(self, count):
        while len(self.buffer) < count:
            try:
                chunk = self.tls.recv(65536)
            except (ConnectionResetError, BrokenPipeError) as error:
                raise Closed(None, "reset") from error
            if not chunk:
                raise Closed(None, "end of file")
            self.buffer += chunk

    def read_frame(self, timeout=10):
        self.tls.settimeout(timeout)
        self._need(2)
        opcode, length = self.buffer[0] & 0xF, self.buffer[1]
        assert not length & 0x80, "server frames are not masked"
        start = 2
        if length == 126:
            self._need(4)
            length, start = struct.unpack(">H", self.buffer[2:4])[0], 4
        self._need(start + length)
        payload = self.buffer[start:start + length]
        self.buffer = self.buffer[start + length:]
        return opcode, payload

    def read(self, timeout=10):
        """The next notice (a dictionary) or frame (header, body). Answers pings."""
        deadline = time.monotonic() + timeout
        while True:
            opcode, payload = self.read_frame(max(0.01, deadline - time.monotonic()))
            if opcode == 1:
                return json.loads(payload)
            if opcode == 2:
                return Header(*HEADER.unpack(payload[:24])), payload[24:]
            if opcode == 9:
                self.send_raw(self.frame(10, payload))
            if opcode == 8:
                code = struct.unpack(">H", payload[:2])[0] if payload else None
                raise Closed(code, payload[2:].decode())

    def closing(self, timeout=10):
        """Reads until the close frame; gives its code."""
        deadline = time.monotonic() + timeout
        try:
            while True:
                self.read(max(0.01, deadline - time.monotonic()))
        except Closed as closed:
            return closed.code


class Page(Socket):
    """A page: keeps what it is told, numbers what it sends."""

    slot = None

    def __init__(self, relay, first=None, **options):
        self.relay = relay
        self.notices = []
        self.frames = []
        self.numbers = {}
        self.secret = secret()
        self.key = page_key()
        self.room = options.get("room", "demo")
        super().__init__(relay, **options)
        assert self.status == 101, self.answer
        if first:
            self.command(**first)

    def pump(self, until, timeout=10):
        """Reads until `until(item)` is true for an item; gives it."""
        deadline = time.monotonic() + timeout
        while True:
            item = self.read(max(0.01, deadline - time.monotonic()))
            (self.notices if isinstance(item, dict) else self.frames).append(item)
            if until(item):
                return item

    def notice(self, type, timeout=10, **members):
        """The next notice of this type with these members."""
        return self.pump(
            lambda item: isinstance(item, dict) and item["type"] == type
            and all(item.get(k) == v for k, v in members.items()), timeout)

    def told(self, type, **members):
        """A notice that came already, or the next."""
        return self.latest(type, **members) or self.notice(type, **members)

    def incoming(self, kind, timeout=10, **fields):
        return self.pump(
            lambda item: not isinstance(item, dict) and item[0].kind == kind
            and all(getattr(item[0], k) == v for k, v in fields.items()), timeout)

    def sync(self):
        """Everything that was on its way has arrived."""
        self.command("ping")
        return self.notice("pong")

    def header(self, kind, conversation, number, flags=0, epoch=None):
        return HEADER.pack(1, kind, self.slot, flags, conversation["epoch"] if epoch is None
                           else epoch, 0, number, conversation["conversation"], 0)

    def message(self, conversation, text, number=None, content=None):
        """Sends a text, or a whole body as `content`; gives its number."""
        handle = conversation["conversation"]
        if number is None:
            number = self.numbers[handle] = self.numbers.get(handle, 0) + 1
        self.send_binary(self.header(MESSAGE, conversation, number) + (content or body(text)))
        return number

    def receipt(self, kind, conversation, watermark):
        self.send_binary(self.header(kind, conversation, watermark) + bytes(16))

    def typing(self, conversation, started):
        self.send_binary(self.header(TYPING, conversation, 0, flags=started) + bytes(16))

    def of_kind(self, kind, conversation=None):
        """The headers that came of this kind."""
        return [header for header, _ in self.frames if header.kind == kind
                and conversation in (None, header.conversation)]

    def places(self, conversation):
        """Every sequence that this page was sent of a conversation, in the order of arrival."""
        return [header.sequence for header, _ in self.frames
                if header.kind in (MESSAGE, ACCEPTED) and header.conversation == conversation]

    def texts(self):
        return [text_of(data) for header, data in self.frames if header.kind == MESSAGE]

    def all(self, type, **members):
        return [notice for notice in self.notices if notice["type"] == type
                and all(notice.get(k) == v for k, v in members.items())]

    def latest(self, type, **members):
        return next(reversed(self.all(type, **members)), None)


class Patient(Page):
    slot = PATIENT

    def __init__(self, relay, secret=None, key=None, resume=None, rejoin=None, greet=True,
                 **options):
        super().__init__(relay, **options)
        self.secret = secret or self.secret
        self.key = key or self.key
        first = {"type": "check_in", "session": self.secret, "suite": 1, "key": self.key}
        if resume is not None:
            first["resume"] = resume
        if rejoin is not None:
            first["rejoin"] = rejoin
        self.send_text(json.dumps(first))
        if greet:
            self.welcome = self.notice("checked_in")
            self.sync()

    @property
    def conversation(self):
        return self.latest("conversation")

    def again(self, after=None, **options):
        """The same page on a new socket. `after`: {conversation: last sequence}."""
        return Patient(self.relay, secret=self.secret, key=self.key, room=self.room,
                       resume=points(after or {}), **options)


class Provider(Page):
    slot = PROVIDER

    def __init__(self, relay, provider="rivera", secret=None, key=None, resume=None, token=None,
                 greet=True, **options):
        super().__init__(relay, **options)
        self.secret = secret or self.secret
        self.key = key or self.key
        self.token = relay.token(provider, self.room) if token is None else token
        first = {"type": "sign_in", "token": self.token, "session": self.secret, "suite": 1,
                 "key": self.key}
        if resume is not None:
            first["resume"] = resume
        self.send_text(json.dumps(first))
        if greet:
            self.welcome = self.notice("signed_in")
            self.notice("ready")
            self.sync()

    def conversation_with(self, visit):
        return self.latest("conversation", visit=visit)

    def again(self, after=None, **options):
        return Provider(self.relay, secret=self.secret, key=self.key, token=self.token,
                        room=self.room, resume=points(after or {}), **options)
