"""A wire that ends TLS on its way and may change what the relay says, frame by frame: what a page
would hear from a relay that loses or repeats."""

import select
import socket
import ssl
import struct
import threading

from client import MESSAGE, tls_context
from wire import hang_up

HEAD_END = b"\r\n\r\n"


class ChangingWire:
    def __init__(self, relay, change):
        """`change`: a relay's frame and its payload to the frames that the page gets."""
        self.relay = relay
        self.change = change
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificates = relay.directory / "certs"
        self.context.load_cert_chain(certificates / "localhost.pem", certificates / "localhost.key")
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.origin = f"https://localhost:{self.port}"

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                page, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._run, args=(page,), daemon=True).start()

    def _run(self, page):
        relay = socket.create_connection(("127.0.0.1", self.relay.port))
        try:
            page = self.context.wrap_socket(page, server_side=True)
            relay = tls_context().wrap_socket(relay, server_hostname="localhost")
            self._upgrade(page, relay)
            self._pass(page, relay)
        except OSError:
            """One of the two has gone."""
        hang_up(page)
        hang_up(relay)

    def _upgrade(self, page, relay):
        """The relay knows itself by its own port only."""
        head = read_head(page)
        relay.sendall(head.replace(b":%d" % self.port, b":%d" % self.relay.port))
        page.sendall(read_head(relay))

    def _pass(self, page, relay):
        waiting = b""
        while True:
            ready = [end for end in (page, relay) if end.pending()]
            for end in ready or select.select([page, relay], [], [])[0]:
                data = end.recv(65_536)
                if not data:
                    return
                if end is page:
                    relay.sendall(data)
                    continue
                waiting += data
                while frame := first_frame(waiting):
                    waiting = waiting[len(frame[0]):]
                    page.sendall(b"".join(self.change(*frame)))


def nothing(frame, payload):
    """Changes nothing."""
    return [frame]


def on_message(number, change):
    """Changes the one with this number of all messages that pass, from 1."""
    seen = [0]

    def look(frame, payload):
        if frame[0] & 15 != 2 or payload[1] != MESSAGE:
            return [frame]
        seen[0] += 1
        return change(frame) if seen[0] == number else [frame]

    return look


def read_head(end):
    head = b""
    while not head.endswith(HEAD_END):
        byte = end.recv(1)
        if not byte:
            raise OSError("no head")
        head += byte
    return head


def first_frame(data):
    """A whole server frame and its payload, or nothing."""
    if len(data) < 2:
        return None
    length, start = data[1], 2
    if length == 126:
        if len(data) < 4:
            return None
        length, start = struct.unpack(">H", data[2:4])[0], 4
    if len(data) < start + length:
        return None
    return data[:start + length], data[start:start + length]
