"""The example of docs/client.md, a chat on the command line, as a test's partner."""

import queue
import subprocess
import threading
import time

from relay import ROOT, environment

BINARY = ROOT / ".build/debug/ChatExample"


class SwiftClient:
    def __init__(self, relay, room="demo", origin=None, **options):
        arguments = [str(BINARY), "--url", f"{origin or relay.origin}/r/{room}",
                     "--ca", str(relay.directory / "certs/development-ca.pem")]
        for name, value in options.items():
            arguments += [f"--{name}", value]
        self.process = subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
            env=environment())
        self.lines = []
        self.arriving = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def _read(self):
        for line in self.process.stdout:
            self.arriving.put(line.rstrip("\n"))

    def says(self, beginning, timeout=20):
        """The next line that begins like this."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                line = self.arriving.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no {beginning!r} in {self.lines}") from None
            self.lines.append(line)
            if line.startswith(beginning):
                return line

    def write(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
