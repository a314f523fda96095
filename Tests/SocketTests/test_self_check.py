"""The relay checks itself: what it finds where memory forgets, and where it does not; and that
nobody is bothered by the pages that it plays."""

import json
import threading
import time

import pytest

from client import ACCEPTED, MESSAGE
from clock import Clock
from http_raw import ask, get
from relay import BINARY, Relay
from test_compliance import read, report, token_of

CAUSES = ["closed", "viewed_other", "call_started", "refreshed", "wiped", "stopped",
          "provider_lost", "idle", "maximum_age"]
# Of 5,376 bytes of messages, those windows of eight that stand at multiples of eight anyhow.
HELD = 5_376 // 8 - 5


def click(relay, token=None, method="POST"):
    headers = [("Content-Length", "0")] + ([("Authorization", f"Bearer {token}")] if token else [])
    return ask(relay, get(relay, "/compliance/self-check", method, headers=headers))


def finished(relay, token, timeout=180):
    """What came of a check that was begun."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        audit = read(report(relay, token))["evidence"]["audit"]
        if audit and audit["outcome"] != "running":
            return audit
        time.sleep(0.2)
    raise AssertionError(audit)


def test_a_sealed_relay_that_forgets_passes(strict):
    relay = strict()
    token = token_of(relay)
    found = read(report(relay, token))
    assert found["self_check"] == {"available": True, "every_seconds": 3600}
    assert found["evidence"]["audit"] is None
    begun = click(relay, token)
    assert (begun.status, json.loads(begun.body)) == (202, {"self_check": "started"})
    assert json.loads(click(relay, token).body) == {"self_check": "running"}
    audit = finished(relay, token)
    assert (audit["kind"], audit["outcome"]) == ("self-check", "pass"), audit
    assert (audit["asked_by"], audit["planned"]) == ("reviewer", len(CAUSES))
    assert (audit["runs"], audit["failures"]) == (1, 0)
    assert [row["cause"] for row in audit["causes"]] == CAUSES
    for row in audit["causes"]:
        assert row["outcome"] == "pass", row
        # The positive control: all of it was there, and no secret of a page ever is.
        assert HELD <= row["before"]["messages"] <= 5_376 // 8 and row["before"]["cards"] > 0
        assert row["before"]["secrets"] == 0
        assert row["after"]["messages"] == row["after"]["secrets"] == 0
        assert row["over"]["messages"] == row["over"]["cards"] == row["over"]["secrets"] == 0
        assert row["after"]["searched_bytes"] > 1 << 20
    assert "notice: self-check passed, causes 9, nothing left" in relay.log_path.read_text()


@pytest.mark.parametrize("name", ["UnwipedRelay", "LeakingRelay"])
def test_a_relay_that_does_not_forget_fails(strict, name):
    """The search can find what is left; and the operator hears of it."""
    relay = strict(binary=BINARY.with_name(name), variables={"LEAK": "memory"})
    token = token_of(relay)
    assert click(relay, token).status == 202
    audit = finished(relay, token)
    assert (audit["outcome"], audit["failures"]) == ("fail", 1)
    assert {row["outcome"] for row in audit["causes"]} == {"fail"}, audit
    assert all(row["after"]["messages"] > 0 for row in audit["causes"]), audit
    assert "error: self-check FAILED, something was left after: closed," \
        in relay.log_path.read_text()


def test_played_pages_are_nobodys_patients(start):
    """They stand in no queue, count in no ledger, and cannot be reached; and chats go on."""
    room = start()
    relay = room.relay
    token = token_of(relay)
    patient, provider, chat = room.chat()
    before = relay.status()
    assert click(relay, token).status == 202
    seen = []
    while True:
        status = relay.status()
        seen.append((status["visits"], status["sessions"], status["connections"]))
        provider.message(chat, "still here")
        provider.incoming(ACCEPTED)
        patient.incoming(MESSAGE)
        now = read(report(relay, token))
        if now["evidence"]["audit"]["outcome"] != "running":
            break
        time.sleep(0.1)
    assert now["evidence"]["audit"]["outcome"] == "pass", now
    assert set(seen) == {(1, 1, 2)} and len(seen) > 5
    assert now["evidence"]["ledger"]["entries"] == 0
    assert {total["erasures"] for total in now["evidence"]["ledger"]["totals"].values()} == {0}
    after = relay.status()
    assert (before["messages_erased"], after["messages_erased"]) == (0, 0)
    assert after["messages_relayed"] == before["messages_relayed"] + len(seen)
    provider.sync()
    assert len({notice["visit"] for notice in provider.all("conversation")}) == 1
    assert ask(relay, get(relay, "/r/self-check")).status == 404
    assert ask(relay, get(relay, "/r/self-check/room.json")).status == 404


def test_it_is_a_reviewers_and_not_too_often(start):
    room = start()
    relay = room.relay
    token = token_of(relay)
    for other, error in ((None, "no_token"), ("x.y.z", "refused"), (relay.token(), "refused")):
        answer = click(relay, other)
        assert (answer.status, json.loads(answer.body)["error"]) == (401, error)
    answer = click(relay, token, method="GET")
    assert (answer.status, answer.headers["allow"]) == (405, ["POST"])
    assert read(report(relay, token))["evidence"]["audit"] is None
    assert click(relay, token).status == 202
    finished(relay, token)
    answer = click(relay, token)
    if answer.status == 202:  # A machine on which a check takes longer than the pause.
        return
    seconds = json.loads(answer.body)["seconds"]
    assert answer.status == 429 and 0 < seconds <= 30
    assert answer.headers["retry-after"] == [str(seconds)]


def test_it_runs_by_itself(start):
    clock = Clock()
    room = start(variables=clock.environment, self_check="10m")
    token = token_of(room.relay)
    assert read(report(room.relay, token))["self_check"]["every_seconds"] == 600
    clock.advance(601)
    audit = finished(room.relay, token)
    assert (audit["outcome"], audit["asked_by"]) == ("pass", "schedule"), audit


def test_a_relay_stops_while_it_checks_itself(start):
    relay = start().relay
    assert click(relay, token_of(relay)).status == 202
    began = time.monotonic()
    assert relay.stop() == 0
    assert time.monotonic() - began < 10
