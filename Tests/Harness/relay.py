"""Starts the real relay for a test, and asks it what it holds."""

import itertools
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

from wire import Wire

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("LETHE_TEST_BINARY", ROOT / ".build/debug/lethe"))


# The relay's own default is strict, and not every machine on which tests run can give that:
# `LETHE_TEST_SEAL=strict` runs them all against a sealed relay.
SEAL = os.environ.get("LETHE_TEST_SEAL", "best-effort")
# Whom a sealed relay becomes that root has started.
USER = "nobody"


# Below the ports that the system gives to outgoing connections, and apart for each test worker.
_ports = itertools.count(
    20_000 + 500 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")))


def free_port():
    for port in _ports:
        try:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
            return port
        except OSError:
            continue


def environment():
    """Ours without the settings of a relay."""
    return {k: v for k, v in os.environ.items() if not k.startswith("LETHE_")}


class Process(subprocess.Popen):
    """A relay whose output is read as it comes. A sealed relay has no log file, so that the file is
    written here."""

    def __init__(self, arguments, log_path, **options):
        super().__init__(
            arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            **options)
        self._drain = threading.Thread(target=self._read, args=(log_path,), daemon=True)
        self._drain.start()

    def _read(self, log_path):
        with open(log_path, "ab", buffering=0) as log:
            while chunk := self.stdout.read1(65_536):
                log.write(chunk)

    def wait(self, timeout=None):
        code = super().wait(timeout)
        if threading.current_thread() is not self._drain:
            self._drain.join(5)
        return code


class Relay:
    """One running relay with its own certificates, keys and configuration."""

    def __init__(self, rooms=0, demo=None, binary=None, variables=None, **settings):
        self.more_rooms = rooms
        self.demo = demo or {}  # More settings of the room `demo`.
        self.binary = binary or BINARY
        self.variables = variables or {}
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="lethe-test-"))
        self.port = free_port()
        # Read at start, so the wires' origins have to be known before.
        self.wire = Wire(self)
        self.origin = f"https://localhost:{self.port}"
        self.control = str(self.directory / "control.sock")
        self.log_path = self.directory / "log"
        self.log_path.touch()
        self.process = None
        self.tokens = {}
        self.settings = {
            "seal": SEAL,
            "user": USER if SEAL == "strict" and os.geteuid() == 0 else None,
            "graces": {"provider": "90s", "patient": "120s", "rejoin": "10m"},
            "limits": {"visits-per-address": 1000, "new-connections-per-second": 1000,
                       "connections-per-address": 1000},
        }
        for key, value in settings.items():
            key = key.replace("_", "-")
            if isinstance(value, dict):
                self.settings.setdefault(key, {}).update(value)
            else:
                self.settings[key] = value
        self._command("certs", "--directory", str(self.directory / "certs"))
        self.write_configuration()

    def write_configuration(self):
        """A setting that is `None` is left out."""
        given = {k: v for k, v in self._configuration().items() if v is not None}
        (self.directory / "lethe.yaml").write_text(json.dumps(given))

    def _configuration(self):
        return {
            "listen": [f"127.0.0.1:{self.port}", f"[::1]:{self.port}"],
            "certificate": "certs/localhost.pem",
            "private-key": "certs/localhost.key",
            "sign-in-keys": "certs/sign-in",
            "control-socket": "control.sock",
            "pages": str(ROOT / "Sources/Web"),
            "origins": [self.origin, self.wire.origin],
            **self.settings,
            "rooms": {
                "demo": {
                    "name": "Dr Rivera's waiting room",
                    "providers": {"rivera": "Dr Rivera", "lee": "Dr Lee"},
                    "emergency": {"text": "Not for emergencies. Call 911.", "phone": "911"},
                    "languages": ["en"],
                    **self.demo,
                },
                "nurse": {
                    "name": "Nurse line",
                    "providers": {"park": "Nurse Park"},
                    "emergency": {"text": "Not for emergencies. Call 911."},
                },
                **{
                    f"room{number}": {
                        "name": f"Room {number}",
                        "providers": {"rivera": "Dr Rivera", "lee": "Dr Lee"},
                    }
                    for number in range(self.more_rooms)
                },
            },
        }

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()
        self.wire.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def start(self, **options):
        count = self.log_path.read_text().count("listening")
        self.give_to_user()
        self.process = Process(
            [self.binary, "serve", "--configuration", self.directory / "lethe.yaml"],
            self.log_path, env={**environment(), **self.variables}, **options)
        self.wait_for_log("listening", count=count + 1)

    def give_to_user(self):
        """What the relay reads again must belong to whom it becomes."""
        if not self.settings["user"]:
            return
        user = pwd.getpwnam(self.settings["user"])
        for path in (self.directory, *self.directory.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid)

    def wait_for_log(self, text, timeout=20, count=1):
        deadline = time.monotonic() + timeout
        while self.log_path.read_text().count(text) < count:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(
                    f"the relay did not say {text!r}: {self.log_path.read_text()}")
            time.sleep(0.02)

    def stop(self, timeout=45):
        """SIGTERM; gives the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout)

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def hang_up(self):
        """SIGHUP: reads certificates and keys again."""
        before = self.log_path.read_text().count("read again")
        self.give_to_user()
        self.process.send_signal(signal.SIGHUP)
        self.wait_for_log("read again", count=before + 1)

    def _command(self, *arguments):
        run = subprocess.run(
            [BINARY, *arguments], capture_output=True, text=True, env=environment())
        if run.returncode != 0:
            raise AssertionError(f"lethe {arguments}: {run.stderr}{run.stdout}")
        return run.stdout.strip()

    def invite(self, provider="rivera", room="demo", valid="12h", origin=None):
        """The sign-in link of a provider."""
        return self._command(
            "invite", "--provider", provider, "--room", room, "--valid", valid,
            "--key", str(self.directory / "certs/invite/development.key"),
            "--origin", origin or self.origin)

    def token(self, provider="rivera", room="demo"):
        """A token of a shift's length; the same each time."""
        known = self.tokens.get((provider, room))
        if known is None:
            known = self.tokens[provider, room] = self.invite(provider, room).split("#", 1)[1]
        return known

    def status(self):
        """What the relay holds, in counts, over its control socket."""
        with socket.socket(socket.AF_UNIX) as control:
            control.connect(self.control)
            control.sendall(b"status\n")
            answer = b""
            while chunk := control.recv(65536):
                answer += chunk
        return json.loads(answer)

    def wait_for_status(self, timeout=10, **wanted):
        deadline = time.monotonic() + timeout
        while True:
            status = self.status()
            if all(status[key] == value for key, value in wanted.items()):
                return status
            if time.monotonic() > deadline:
                raise AssertionError(f"wanted {wanted}, found {status}")
            time.sleep(0.05)

    def assert_holds_nothing(self):
        self.wait_for_status(messages=0, bytes=0, cards=0)
