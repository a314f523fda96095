"""A crowd of pages that stay: `wsload hold` in a process of its own, and what the kernel says of the
relay that holds them."""

import json
import os
import pathlib
import subprocess
import time

import figures as page
import tokens

WSLOAD = pathlib.Path(__file__).resolve().parent / "wsload/wsload"
ROOMS, CROWD = 250, 10_000
# Bounds for one address, and for all: everybody here has the same few.
LIMITS = {"connections": 50_000, "connections-per-address": 100_000,
          "new-connections-per-second": 10_000, "visits-per-address": 1_000}


def build():
    subprocess.run(["make", "-s", "-C", WSLOAD.parent], check=True)


def relay(binary="lethe", rooms=ROOMS, **settings):
    """A sealed relay, not started, with a sign-in token for each room in a file."""
    found = page.relay(binary=binary, rooms=rooms, limits=LIMITS, **settings)
    signed = [tokens.signed(found, tokens.claims(f"room{number}", exp=int(time.time()) + 36_000))
              for number in range(rooms)]
    (found.directory / "tokens").write_text("\n".join(signed) + "\n")
    return found


def wsload(relay, mode, *arguments, **options):
    """Beside the relay, and politer than anybody else."""
    return [
        WSLOAD, mode, "--proto", "lethe", "--port", str(relay.port), "--size", "256",
        "--tokens", relay.directory / "tokens", "--pid", str(relay.process.pid),
        *map(str, arguments)]


class Crowd:
    """Pages in the relay's rooms, a provider's and 39 patients' in each, unless told otherwise."""

    def __init__(self, relay, count=CROWD, rooms=ROOMS):
        self.process = subprocess.Popen(
            wsload(relay, "hold", "--conns", count, "--rooms", rooms),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.first = self._answer()

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"the crowd is gone: exit {self.process.wait()}")
        return json.loads(line)

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self._answer()

    def status(self):
        return self.ask("status")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.code = self.process.wait(60)


def resident(pid):
    """Bytes."""
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def threads(pid):
    return len(os.listdir(f"/proc/{pid}/task"))


def cpu(pid):
    """Seconds that the scheduler counted, all threads."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        total += int(open(f"/proc/{pid}/task/{task}/schedstat").read().split()[0])
    return total / 1e9
