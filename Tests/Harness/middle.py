"""Sits on the socket of one page, on the page's side of TLS, and may change what runs over it."""

import json
import struct

MESSAGE = 0x10


class Middle:
    """Sits between a page and the relay, and may change what the page hears.

    `change` takes each message as it comes, text or bytes; `text` each notice, read, and `frame` each
    frame. What becomes None is dropped."""

    def __init__(self, page, change=lambda message: message, text=None, frame=None):
        self.sent = []
        self.change = change
        self.text = text
        self.frame = frame
        page.route_web_socket("**/socket", self._route)

    def tell(self, **notice):
        """As if the relay had said so."""
        self.page_end.send(json.dumps(notice))

    def _route(self, socket):
        server = socket.connect_to_server()
        self.page_end = socket

        def to_server(message):
            self.sent.append(message)
            server.send(message)

        def to_page(message):
            changed = self.change(message)
            if self.text and isinstance(changed, str):
                changed = self.text(json.loads(changed))
                changed = changed and json.dumps(changed)
            elif self.frame and isinstance(changed, bytes):
                changed = self.frame(changed)
            if changed is not None:
                socket.send(changed)

        socket.on_message(to_server)
        server.on_message(to_page)

    @property
    def messages(self):
        return [data for data in self.sent if isinstance(data, bytes) and data[1] == MESSAGE]


class FullRoom(Middle):
    """Refuses what the patient writes, as a relay whose conversation is full."""

    is_full = True

    def _route(self, socket):
        server = socket.connect_to_server()

        def to_server(data):
            if not self.is_full or not isinstance(data, bytes) or data[1] != MESSAGE:
                return server.send(data)
            number, conversation = struct.unpack_from(">II", data, 12)
            socket.send(json.dumps({"type": "refused", "conversation": conversation, "number": number,
                                    "reason": "conversation_full", "retry_ms": None}))

        socket.on_message(to_server)
        server.on_message(socket.send)
