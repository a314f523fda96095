"""A wire between browsers and the relay. A test can cut it (nothing passes, nothing is closed) or drop
what runs over it (all connections end, without a word of the protocol, and new ones can be made)."""

import queue
import socket
import threading
import time


class Wire:
    def __init__(self, relay):
        self.relay = relay
        self.whole = threading.Event()
        self.whole.set()
        self.delay = 0  # Seconds that each direction takes.
        self.ends = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.origin = f"https://localhost:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        self.whole.clear()

    def mend(self):
        self.whole.set()

    def drop(self):
        ends, self.ends = self.ends, []
        for end in ends:
            hang_up(end)

    def close(self):
        self.listener.close()
        self.mend()

    def _accept(self):
        while True:
            try:
                browser, _ = self.listener.accept()
            except OSError:
                return
            relay = socket.create_connection(("127.0.0.1", self.relay.port))
            self.ends += [browser, relay]
            for source, target in ((browser, relay), (relay, browser)):
                threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source, target):
        waiting = queue.Queue()
        threading.Thread(target=self._deliver, args=(waiting, source, target), daemon=True).start()
        try:
            while data := source.recv(65536):
                waiting.put((time.monotonic() + self.delay, data))
        except OSError:
            pass
        waiting.put((time.monotonic() + self.delay, b""))

    def _deliver(self, waiting, source, target):
        while True:
            due, data = waiting.get()
            time.sleep(max(0, due - time.monotonic()))
            self.whole.wait()
            try:
                if data:
                    target.sendall(data)
                    continue
            except OSError:
                pass
            for end in (source, target):
                hang_up(end)
            return


def hang_up(end):
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        """The other side was quicker."""
