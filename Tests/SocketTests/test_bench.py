"""`lethe bench`: measures a running relay, and notices what a relay loses or repeats."""

import json
import pathlib
import subprocess

import pytest
from changing_wire import ChangingWire, nothing, on_message
from relay import BINARY, environment

UNTHROTTLED = pathlib.Path(BINARY).parent / "UnthrottledRelay"
SMALL = ["--conversations", "2", "--seconds", "1", "--rate", "20", "--handshakes", "4",
         "--renew", "6", "--unpaced", "--json"]


@pytest.fixture
def fast(start):
    return start(binary=UNTHROTTLED).relay


def bench(relay, *arguments, origin=None):
    return subprocess.run(
        [BINARY, "bench", "--sign-in", relay.invite(origin=origin),
         "--ca", relay.directory / "certs/development-ca.pem", *arguments],
        capture_output=True, text=True, timeout=120, env=environment())


def test_reports_every_figure(fast):
    run = bench(fast, *SMALL, "--control-socket", fast.control)
    assert run.returncode == 0, run.stderr + run.stdout
    report = json.loads(run.stdout)
    assert report["pid"] == fast.process.pid
    assert report["failures"] == []
    assert report["connections"] == 3
    for loop in ("closed_loop", "open_loop"):
        found = report[loop]
        assert found["messages"] >= 10
        assert 0 < found["p50_microseconds"] <= found["p99_microseconds"] <= found["p999_microseconds"]
        assert found["server_cpu_seconds_per_million_messages"] > 0
    assert report["open_loop"]["asked_per_second"] == 20
    assert report["handshakes"]["per_second"] > 0
    assert report["handshakes"]["server_cpu_microseconds"] > 0
    assert report["bytes_per_idle_connection"] is not None
    # Chats were closed on the way, each with a last message of the page that closed it; so are those
    # that were open when it signed out, if anything was said in them.
    status = fast.status()
    assert status["erasures"]["closed"] >= 2
    last_words = status["messages_relayed"] - report["delivered"]
    assert 0 <= last_words - status["erasures"]["closed"] <= report["connections"]
    fast.wait_for_status(messages=0, visits=0)


def test_leaves_a_shipped_relay_its_rates(shared):
    run = bench(shared, "--conversations", "1", "--seconds", "1", "--handshakes", "0")
    assert run.returncode == 0, run.stderr + run.stdout
    assert "Every message arrived once, in order and intact." in run.stdout
    assert "closed loop" in run.stdout and "name the relay with --pid" in run.stdout
    assert '"version" : 1' in run.stdout


@pytest.mark.parametrize("change, said", [
    (lambda frame: [], "missing"),
    (lambda frame: [frame, frame], "twice"),
    (lambda frame: [frame[:-1] + bytes([frame[-1] ^ 1])], "connection was lost"),
], ids=["dropped", "repeated", "changed"])
def test_fails_on_a_message_that_is(fast, change, said):
    with ChangingWire(fast, on_message(5, change)) as wire:
        run = bench(fast, *SMALL, origin=wire.origin)
    assert run.returncode == 1, run.stderr + run.stdout
    assert said in run.stderr


def test_passes_over_a_wire_that_changes_nothing(fast):
    with ChangingWire(fast, nothing) as wire:
        run = bench(fast, *SMALL, origin=wire.origin)
    assert run.returncode == 0, run.stderr + run.stdout


def test_a_relay_without_rates_says_so(fast):
    assert "warning: RATES ARE LIFTED" in fast.log_path.read_text()


def test_the_product_has_its_rates(shared):
    assert "RATES ARE LIFTED" not in shared.log_path.read_text()


def test_says_what_is_wrong(start):
    relay = start(limits={"visits-per-address": 1}).relay
    run = bench(relay, "--conversations", "2", "--handshakes", "0")
    assert run.returncode == 69
    assert "limits.visits-per-address" in run.stderr
    run = bench(relay, "--conversations", "0")
    assert run.returncode == 64 and "expected 1 to 5000" in run.stderr
    run = bench(relay, "--pid", "4194303")
    assert run.returncode == 69 and "no process 4194303" in run.stderr
    link = relay.invite()
    relay.kill()
    run = subprocess.run([BINARY, "bench", "--sign-in", link], capture_output=True, text=True,
                         timeout=60, env=environment())
    assert run.returncode == 69 and "could not be reached" in run.stderr
