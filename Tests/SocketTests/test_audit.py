"""`lethe audit` on real relays: one that forgets, and those that leak on purpose."""

import json
import os
import subprocess

import pytest

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


@needs_root
def test_what_is_waited_for_in_vain_is_said_not_to_be_run():
    with Relay() as relay:
        run = audit(relay, "--wait", "1", "--causes", "idle")
        assert run.returncode == 0
        assert "not run  erasure: idle" in run.stdout and "1 not run." in run.stdout


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
