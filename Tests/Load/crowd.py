"""The relay that is measured, `wsload` beside it, a crowd of pages that stay (`wsload hold`), and what
the kernel says of the relay that holds them."""

import json
import os
import pathlib
import resource
import subprocess
import time

import figures as page
import tokens

WSLOAD = pathlib.Path(__file__).resolve().parent / "wsload/wsload"
ROOMS, CROWD = 250, 10_000
# Bounds for one address, and for all: everybody here has the same few.
LIMITS = {"connections": 50_000, "connections-per-address": 100_000,
          "new-connections-per-second": 10_000, "visits-per-address": 1_000}


def prepare(wanted):
    """Builds the generator, and lets this process and its children have so many descriptors."""
    subprocess.run(["make", "-s", "-C", WSLOAD.parent], check=True)
    allow_descriptors(wanted)


def allow_descriptors(wanted):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), max(hard, wanted)))


def relay(rooms=ROOMS, **settings):
    """A relay as `figures.relay` makes it, with a sign-in token for each room in a file."""
    found = page.relay(rooms=rooms, limits=LIMITS, **settings)
    signed = [tokens.signed(found, tokens.claims(f"room{number}", exp=int(time.time()) + 36_000))
              for number in range(rooms)]
    tokens_of(found).write_text("\n".join(signed) + "\n")
    return found


def tokens_of(relay):
    return relay.directory / "tokens"


def wsload(relay, mode, *arguments):
    """The command line."""
    return [
        WSLOAD, mode, "--proto", "lethe", "--port", str(relay.port), "--size", "256",
        "--tokens", tokens_of(relay), "--pid", str(relay.process.pid), *map(str, arguments)]


class Crowd:
    """Pages in the relay's rooms, a provider's and 39 patients' in each, unless told otherwise."""

    def __init__(self, relay, count=CROWD, rooms=ROOMS):
        self.process = subprocess.Popen(
            wsload(relay, "hold", "--conns", count, "--rooms", rooms),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.first = self.answer()

    def tell(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"the crowd is gone: exit {self.process.wait()}")
        return json.loads(line)

    def ask(self, command):
        self.tell(command)
        return self.answer()

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
