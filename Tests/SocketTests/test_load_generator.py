"""The load generator of `make bench-peers` believes no relay: what is lost, repeated or changed ends it."""

import fcntl
import json
import pathlib
import subprocess

import pytest
from changing_wire import ChangingWire, nothing, on_message
from relay import BINARY, ROOT

UNTHROTTLED = pathlib.Path(BINARY).parent / "UnthrottledRelay"
FOLDER = ROOT / "Tests/Load/wsload"


@pytest.fixture(scope="module")
def wsload():
    """Built once: the compiler of one worker must not write what another is running."""
    with open(FOLDER / "Makefile") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        subprocess.run(["make", "-s", "-C", FOLDER], check=True)
    return FOLDER / "wsload"


@pytest.fixture
def fast(start):
    relay = start(binary=UNTHROTTLED, rooms=4).relay
    tokens = [relay.token(room=f"room{number}") for number in range(4)]
    (relay.directory / "tokens").write_text("\n".join(tokens) + "\n")
    return relay


def load(wsload, relay, *arguments, mode="relay", port=None):
    return subprocess.run(
        [wsload, mode, "--proto", "lethe", "--port", str(port or relay.port), "--size", "256",
         "--tokens", relay.directory / "tokens", "--pid", str(relay.process.pid), *arguments],
        capture_output=True, text=True, timeout=120)


RELAY = ["--conns", "8", "--duration", "0.5", "--warmup", "0.2", "--bidir"]


@pytest.mark.parametrize("options", [["--window", "1"], ["--window", "8", "--receipts", "100"],
                                     ["--rate", "500", "--poisson"]], ids=["one", "eight", "paced"])
def test_closes_and_begins_anew(wsload, fast, options):
    run = load(wsload, fast, *RELAY, "--renew", "20", *options)
    assert run.returncode == 0, run.stdout + run.stderr
    found = json.loads(run.stdout)
    assert found["ok"] and found["missing"] == 0
    assert found["erased"] >= 2  # Both pages of each.
    assert found["accepted"] >= found["sent"] - 16
    assert fast.status()["messages_relayed"] == found["sent"]
    assert fast.status()["erasures"]["closed"] >= found["erased"] / 2
    assert (found["receipts"] > 0) == ("--receipts" in options)


def test_many_patients_share_a_provider(wsload, fast):
    run = load(wsload, fast, "--conns", "40", "--rooms", "4", "--duration", "0.5", "--warmup", "0.2",
               "--rate", "200", "--renew", "10")
    assert run.returncode == 0, run.stdout + run.stderr


def test_measures_idle_connections_and_handshakes(wsload, fast):
    run = load(wsload, fast, "--conns", "40", "--rooms", "4", "--touch", "--settle", "0.5", mode="idle")
    assert run.returncode == 0, run.stdout + run.stderr
    found = json.loads(run.stdout)
    assert found["delivered"] == 36 and found["touched_rss_per_conn"] > 0
    run = load(wsload, fast, "--par", "4", "--rooms", "4", "--duration", "0.5", "--warmup", "0.2",
               mode="handshake")
    assert run.returncode == 0, run.stdout + run.stderr
    assert json.loads(run.stdout)["server_sched_us"] > 0
    fast.wait_for_status(connections=0)


@pytest.mark.parametrize("change", [
    lambda frame: [], lambda frame: [frame, frame], lambda frame: [frame[:-1] + b"!"],
], ids=["dropped", "repeated", "changed"])
def test_fails_on_a_message_that_is(wsload, fast, change):
    with ChangingWire(fast, on_message(5, change)) as wire:
        run = load(wsload, fast, *RELAY, port=wire.port)
    assert run.returncode == 1, run.stdout


def test_passes_over_a_wire_that_changes_nothing(wsload, fast):
    with ChangingWire(fast, nothing) as wire:
        run = load(wsload, fast, *RELAY, port=wire.port)
    assert run.returncode == 0, run.stdout + run.stderr


def test_fails_where_an_erasure_tells_another_size(wsload, fast):
    def change(frame, payload):
        return [frame.replace(b'"messages":20,', b'"messages":21,')]

    with ChangingWire(fast, change) as wire:
        run = load(wsload, fast, *RELAY, "--renew", "20", port=wire.port)
    assert run.returncode == 1 and "of another size" in run.stderr
