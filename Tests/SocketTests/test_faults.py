"""Real clients, the real relay, and a wire between them that does harm (Tests/Faults): nothing lost,
nothing doubled, nothing out of order, and every state true.

`make faults` runs a million messages; `LETHE_FAULTS` says how many."""

import json
import os
import subprocess

import pytest

from relay import ROOT, environment, free_port

pytestmark = pytest.mark.flaky(reruns=0)  # What is left or lost once is a fault.

BINARY = ROOT / ".build" / os.environ.get("LETHE_FAULTS_BUILD", "debug") / "FaultDriver"
MESSAGES = int(os.environ.get("LETHE_FAULTS", "1200"))
ROOMS = int(os.environ.get("LETHE_FAULTS_ROOMS", "3"))
SEED = int(os.environ.get("LETHE_SEED", "20261121"))


def run(start, messages=MESSAGES, rooms=ROOMS, patients=6, per_round=100, seed=SEED, pause=8,
        mutant=None, limit=240):
    """The verdict on a run. A room carries 20 messages a second, and one for each patient."""
    # No grace ends during a fault: what is lost then would be lost by rule.
    wire = free_port()
    relay = start(rooms=rooms, graces={"provider": "5m", "patient": "5m", "rejoin": "10m"},
                  origins=[f"https://localhost:{wire}"]).relay
    names = [f"room{number}" for number in range(rooms)]
    order = {
        "port": relay.port, "wire": wire, "ca": str(relay.directory / "certs/development-ca.pem"),
        "rooms": {name: relay.token("rivera", name) for name in names}, "patients": patients,
        "messages": messages, "perRound": per_round, "seed": seed, "pause": pause,
        "mutant": mutant, "limit": limit}
    driver = subprocess.Popen(
        [BINARY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment())
    driver.stdin.write(json.dumps(order) + "\n")
    driver.stdin.flush()
    line = ""
    for line in driver.stdout:
        print(line, end="", flush=True)
    code = driver.wait()
    assert code in (0, 1), f"the driver ended with {code} and no verdict; its last line: {line}"
    verdict = json.loads(line)
    assert (code == 0) == verdict["isClean"]
    status = relay.status()
    table(verdict, status)
    return verdict, status


def table(verdict, status):
    tally = verdict["tally"]
    rows = [("sent", tally["sent"]), ("received", tally["received"]), ("lost", tally["lost"]),
            ("doubled", tally["duplicated"]), ("out of order", tally["disordered"]),
            ("states that were not true", tally["falseStates"]), ("broken chats", tally["broken"]),
            ("chats erased", tally["erasedConversations"]),
            ("connections", verdict["connections"]), ("lost connections", tally["disconnections"]),
            ("faults", sum(verdict["faults"].values()))]
    rows += [(f"  {name}", count) for name, count in sorted(verdict["faults"].items())]
    rows += [(f"relay: {name}", status[name]) for name in (
        "messages_relayed", "messages_erased", "protocol_errors", "messages")]
    rows += [("seconds", round(verdict["seconds"])), ("seed", SEED)]
    print("\n".join(f"{name:28}{count:>12,}" for name, count in rows))
    for complaint in tally["complaints"]:
        print("complaint:", complaint)


@pytest.mark.slow
def test_nothing_is_lost_doubled_or_told_falsely(start):
    limit = max(240, MESSAGES / 100)
    verdict, status = run(start, per_round=25 if MESSAGES < 100_000 else 600, limit=limit)
    tally = verdict["tally"]
    assert verdict["isClean"], tally
    assert tally["sent"] == tally["received"] >= MESSAGES
    assert tally["lost"] == tally["duplicated"] == tally["disordered"] == 0
    assert status["protocol_errors"] == 0
    # It was a bad wire.
    assert sum(verdict["faults"].values()) >= 20 and tally["disconnections"] >= 3
    assert tally["erasedConversations"] > 0


def test_without_faults_it_is_clean_too(start):
    verdict, _ = run(start, messages=200, rooms=1, per_round=20, pause=0)
    assert verdict["isClean"] and verdict["faults"] == {}
    assert verdict["tally"]["disconnections"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("mutant", ["drop-after-acknowledge", "drop-after-accept", "no-dedup"])
def test_a_mutant_is_found(start, mutant):
    verdict, _ = run(start, messages=4_000, rooms=2, pause=4, mutant=mutant, limit=60)
    tally = verdict["tally"]
    assert not verdict["isClean"]
    wrong = {"drop-after-acknowledge": ["lost", "falseStates"],
             "drop-after-accept": ["lost", "broken"], "no-dedup": ["duplicated", "disordered"]}
    assert any(tally[name] > 0 for name in wrong[mutant]), tally
