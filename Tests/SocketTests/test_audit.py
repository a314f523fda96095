"""`lethe audit` on real relays: one that forgets, and those that leak on purpose."""

import json
import os
import pathlib
import subprocess
import time

import pytest

from clock import Clock
from relay import BINARY, ROOT, Relay, environment

CAUSES = ["closed", "viewed_other", "call_started", "refreshed", "wiped", "provider_lost", "stopped"]

needs_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="reading another process's memory needs root")


def audit(relay, *arguments, link=None):
    return subprocess.run(
        [BINARY, "audit", "--sign-in", "-", "--pid", str(relay.process.pid),
         "--ca", relay.directory / "certs/development-ca.pem", *arguments],
        input=f"{link or relay.invite()}\n", capture_output=True, text=True, timeout=240,
        env=environment())


def report(run):
    assert run.stdout, run.stderr
    return {row["name"]: row for row in json.loads(run.stdout)["rows"]}


@pytest.fixture
def leaking():
    def start(leak):
        relay = Relay(binary=ROOT / ".build/debug/LeakingRelay", variables={"LEAK": leak})
        started.append(relay)
        relay.start()
        return relay

    started = []
    yield start
    for relay in started:
        relay.__exit__()


@needs_root
def test_a_relay_that_forgets_passes():
    with Relay(graces={"provider": "2s"}) as relay:
        run = audit(relay, "--json", "--causes", ",".join(CAUSES))
        rows = report(run)
        for cause in CAUSES:
            row = rows[f"erasure: {cause}"]
            assert row["outcome"] == "pass", row
            # Otherwise it was not searched, or not for what was there.
            assert row["before"]["ciphertext"] >= 8 and "ciphertext" not in row["after"]
            assert not {"plaintext", "secret"} & {*row["before"], *row["after"]}
            assert row["searched_byte_count"] > 1 << 20
        assert {row["outcome"] for row in rows.values()} == {"pass"}, rows
        # All but the last one's, after which there is nobody to ask.
        count = len(CAUSES) - 1
        assert rows["receipts in the ledger"]["found"].startswith(
            f"{count} of {count}, in a whole chain of ")
        assert run.returncode == 0
        assert relay.process.wait(20) == 0


@needs_root
@pytest.mark.parametrize("leak, row", [
    ("memory", "erasure: closed"),
    ("file", "files open for writing"),
    ("fd", "files open for writing"),
    ("stdout", "files changed on this machine"),
])
def test_a_relay_that_leaks_is_found_out(leaking, leak, row):
    relay = leaking(leak)
    run = audit(relay, "--json", "--causes", "closed")
    rows = report(run)
    assert rows[row]["outcome"] == "fail", rows
    assert run.returncode == 1


def is_looking(process, relay):
    """Whether an audit has the relay's memory open at this moment."""
    try:
        return any(os.readlink(each) == f"/proc/{relay.process.pid}/mem"
                   for each in pathlib.Path(f"/proc/{process.pid}/fd").iterdir())
    except OSError:  # Closed while it was looked at.
        return False


@needs_root
@pytest.mark.slow
@pytest.mark.parametrize("cause, setting, seconds", [
    ("idle", {"idle": "2m"}, 130), ("maximum_age", {"maximum_age": "15m"}, 910)])
def test_what_time_erases_is_gone_too(cause, setting, seconds):
    """The relay's clock is moved on, once the audit has found its chat."""
    clock = Clock()
    with Relay(variables=clock.environment, **setting) as relay, subprocess.Popen(
            [BINARY, "audit", "--sign-in", relay.invite(), "--pid", str(relay.process.pid), "--ca",
             relay.directory / "certs/development-ca.pem", "--json", "--causes", cause],
            stdout=subprocess.PIPE, text=True, env=environment()) as process:
        deadline = time.monotonic() + 60
        while not is_looking(process, relay):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.001)
        while is_looking(process, relay):
            time.sleep(0.001)
        # In steps that no page is silent for.
        for _ in range(0, seconds, 10):
            clock.advance(10)
            relay.status()
            time.sleep(0.2)
        output, _ = process.communicate(timeout=180)
        rows = {row["name"]: row for row in json.loads(output)["rows"]}
        row = rows[f"erasure: {cause}"]
        assert row["outcome"] == "pass", row
        assert row["before"]["ciphertext"] >= 8 and "ciphertext" not in row["after"]
        assert rows["receipts in the ledger"]["outcome"] == "pass", \
            rows["receipts in the ledger"]["found"]
        ledger = json.loads(relay._command("ledger", "--control-socket", relay.control))
        assert cause in [entry["cause"] for entry in ledger["entries"]]


@needs_root
def test_a_ledger_that_nobody_can_ask_for_is_said():
    with Relay(control_socket=None) as relay:
        run = audit(relay, "--causes", "closed")
        assert run.returncode == 0, run.stdout
        assert "not run  receipts in the ledger" in run.stdout


@needs_root
def test_what_is_waited_for_in_vain_is_said_not_to_be_run():
    with Relay() as relay:
        run = audit(relay, "--wait", "1", "--causes", "idle")
        assert run.returncode == 0
        assert "not run  erasure: idle" in run.stdout and "2 not run." in run.stdout


@needs_root
def test_nothing_is_proved_where_nothing_can_be_tried():
    with Relay() as relay:
        for given, found in {
            f"{relay.origin}/r/demo": "not a link of `lethe invite`",
            f"{relay.origin}/r/demo/provider#nonsense": "refused --sign-in",
            "https://localhost:1/r/demo/provider#nonsense": "cannot be reached",
        }.items():
            run = audit(relay, link=given)
            assert run.returncode in (64, 69) and found in run.stderr, (given, run.stderr)
        assert "expected some of closed" in audit(relay, "--causes", "boredom").stderr
        assert audit(relay, "--wait", "0").returncode == 64
        relay.stop()
        gone = audit(relay, link=f"{relay.origin}/r/demo/provider#nonsense")
        assert gone.returncode == 69 and "there is no process" in gone.stderr
