"""Bytes to the relay's HTTP side and its answers, without a library that would repair them."""

import collections
import time

from client import connect

Answer = collections.namedtuple("Answer", "status headers body")


def ask(relay, request, address="127.0.0.1", pause=0, context=None):
    """Sends one or more pieces, reads until the relay closes or the answers are complete."""
    with connect(relay, address, context=context) as tls:
        try:
            for piece in [request] if isinstance(request, bytes) else request:
                tls.sendall(piece)
                time.sleep(pause)
        except OSError:
            pass  # It has answered and closed already.
        return read_answer(tls, request if isinstance(request, bytes) else b"".join(request))


def read_answer(tls, request=b"GET"):
    """One answer; `None` if the connection ends without one."""
    data = b""
    while b"\r\n\r\n" not in data:
        try:
            chunk = tls.recv(65536)
        except ConnectionError:
            chunk = b""
        if not chunk:
            return None
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("ascii").split("\r\n")
    headers = collections.defaultdict(list)
    for line in lines[1:]:
        name, _, value = line.partition(": ")
        headers[name.lower()].append(value)
    status = int(lines[0].split(" ")[1])
    length = int(headers.get("content-length", ["0"])[0])
    while len(body) < length and status != 101 and not request.startswith(b"HEAD"):
        chunk = tls.recv(65536)
        if not chunk:
            break
        body += chunk
    return Answer(status, dict(headers), body)


def get(relay, path, method="GET", version="HTTP/1.1", headers=(), host=None, body=b""):
    """A request with the relay's own Host first; `host=False` leaves it out."""
    lines = [f"{method} {path} {version}"]
    if host is not False:
        lines.append(f"Host: {host or f'localhost:{relay.port}'}")
    lines += [f"{name}: {value}" for name, value in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


UPGRADE = [
    ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Sec-WebSocket-Protocol", "lethe.v1"),
]


def upgrade(relay, path="/r/demo/socket", without=(), more=(), origin=None, host=None,
            method="GET", version="HTTP/1.1", **changes):
    """An upgrade with some fields changed, left out or added."""
    fields = [] if origin is False else [("Origin", origin or relay.origin)]
    fields += [(name, changes.get(name.lower().replace("-", "_"), value))
               for name, value in UPGRADE if name not in without]
    return get(relay, path, method, version, fields + list(more), host)
