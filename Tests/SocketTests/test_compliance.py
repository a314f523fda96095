"""The reviewer's report: who gets it, what is in it, what never is, and whether it is signed."""

import hashlib
import json
import pathlib
import subprocess

import pytest

from client import ACCEPTED, sealed_card
from http_raw import ask, get
from relay import BINARY, ROOT, environment
from tokens import claims, signed


def invite(relay):
    return relay._command(
        "invite", "--reviewer", "auditor", "--key",
        str(relay.directory / "certs/invite/development.key"), "--origin", relay.origin)


def report(relay, token=None, method="GET", path="/compliance/report", field=None):
    headers = [("Authorization", field or f"Bearer {token}")] if token or field else []
    return ask(relay, get(relay, path, method, headers=headers))


@pytest.fixture
def relay(start):
    return start().relay


def token_of(relay):
    link, token = invite(relay).split("#")
    assert link == f"{relay.origin}/compliance"
    return token


def read(answer):
    assert answer.status == 200, answer
    return json.loads(json.loads(answer.body)["report"])


def test_a_reviewer_gets_the_report_and_it_is_kept_nowhere(relay):
    answer = report(relay, token_of(relay))
    assert answer.headers["content-type"] == ["application/json"]
    assert answer.headers["cache-control"] == ["no-store"]
    found = read(answer)
    assert found["format"] == "lethe-report-1"
    assert found["process"] == relay.process.pid
    assert found["evidence"]["audit"] is None
    assert found["evidence"]["executable"] == hashlib.sha256(BINARY.read_bytes()).hexdigest()
    assert {check["name"] for check in found["enforced"]} >= {"core-dumps", "seccomp", "landlock"}


def test_the_pages_are_hashed_as_sha256sum_does(relay):
    pages = read(report(relay, token_of(relay)))["evidence"]["pages"]
    root = pathlib.Path(ROOT / "Sources/Web")
    lines = ""
    for path in sorted(pages["files"]):
        digest = hashlib.sha256((root / path).read_bytes()).hexdigest()
        assert pages["files"][path] == digest, path
        lines += f"{digest}  {path}\n"
    assert {"provider.html", "compliance.html", "pages/provider.js"} <= set(pages["files"])
    assert pages["all"] == hashlib.sha256(lines.encode()).hexdigest()


@pytest.mark.parametrize("field, error", [
    (None, "no_token"), ("Basic eDp4", "no_token"), ("Bearer", "no_token"),
    ("Bearer x", "refused"), ("bearer a.b.c", "refused"), ("Bearer " + "A" * 4097, "refused"),
])
def test_nobody_else_gets_it(relay, field, error):
    answer = report(relay, field=field)
    assert (answer.status, json.loads(answer.body)) == (401, {"error": error})
    assert answer.headers["www-authenticate"] == ["Bearer"]
    assert answer.headers["cache-control"] == ["no-store"]


def test_a_link_opens_its_own_page_only(start):
    room = start()
    relay = room.relay
    provider = report(relay, relay.token())
    assert (provider.status, json.loads(provider.body)["error"]) == (401, "refused")
    page = room.provider(token=token_of(relay), greet=False)
    assert page.closing() == 4101


def test_an_expired_link_says_so(relay):
    token = signed(relay, claims(room=None, role="reviewer", iat=1_700_000_000, exp=1_700_000_100))
    answer = report(relay, token)
    assert (answer.status, json.loads(answer.body)["error"]) == (401, "expired")


def test_a_removed_key_takes_its_reviewers_with_it(relay):
    token = token_of(relay)
    assert report(relay, token).status == 200
    (relay.directory / "certs/sign-in/development.pem").unlink()
    relay.hang_up()
    assert json.loads(report(relay, token).body)["error"] == "refused"


def test_the_report_is_only_read(relay):
    assert report(relay, token_of(relay), method="POST").status == 405
    head = report(relay, token_of(relay), method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert report(relay, token_of(relay), path="/compliance/report?x").status == 404


def test_it_counts_and_says_nothing_of_anybody(start):
    room = start()
    relay = room.relay
    token = token_of(relay)
    before = read(report(relay, token))["now"]
    assert (before["conversations"], before["bytes"], "oldest_seconds" in before) == (0, 0, False)

    patient, provider, chat = room.chat()
    patient.command("card", session=provider.welcome["session"], revision=1, card=sealed_card())
    patient.message(chat, "canary-of-a-text")
    patient.incoming(ACCEPTED)
    provider.sync()
    answer = report(relay, token)
    now = read(answer)["now"]
    assert (now["conversations"], now["messages"], now["cards"]) == (1, 1, 1)
    assert now["bytes"] > 0 and now["oldest_seconds"] >= 0

    text = answer.body.decode()
    secrets = [token, relay.token(), "canary", "auditor", "rivera", "Rivera", room.name,
               "127.0.0.1", "localhost", "conversation\":", "visit\":"]
    assert [each for each in secrets if each in text] == []

    provider.command("close_chat", conversation=chat["conversation"])
    provider.notice("erased")
    after = read(report(relay, token))
    # The patient still waits, with an empty chat and a card.
    assert (after["now"]["messages"], "oldest_seconds" in after["now"]) == (0, False)
    closed = after["evidence"]["ledger"]["totals"]["closed"]
    assert (closed["erasures"], closed["messages"]) == (1, 1)
    assert after["evidence"]["ledger"]["entries"] == 1


def verify(*arguments):
    return subprocess.run(
        [BINARY, "verify", *map(str, arguments)], capture_output=True, text=True,
        env=environment())


def test_an_exported_report_is_checked_offline_and_a_changed_one_is_found(relay):
    path = relay.directory / "report.json"
    body = report(relay, token_of(relay)).body
    path.write_bytes(body)
    key = json.loads(body)["key"]
    assert f"ledger-key {key}" in relay.log_path.read_text()
    checked = verify("--report", path, "--key", key)
    assert checked.returncode == 0, checked.stderr
    assert f"signed by the key {key}" in checked.stdout

    ledger = relay.directory / "ledger.json"
    ledger.write_text(relay._command("ledger", "--control-socket", relay.control) + "\n")
    assert verify(ledger, "--report", path).returncode == 0
    assert verify("--report", path, "--key", "0" * 64).returncode == 1

    path.write_bytes(body.replace(b'\\"bytes\\":0', b'\\"bytes\\":1', 1))
    assert "was changed" in verify("--report", path).stderr
