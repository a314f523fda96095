"""Without a valid token nobody becomes a provider; certificates and keys are read again."""

import shutil
import time

import pytest

from client import MESSAGE, Closed, Patient, Provider, connect, credential
from tokens import claims, encoded, new_key, signed


def answer(room, token):
    """The close code that a token gets; `None` if it signs in."""
    page = room.provider(token=token, greet=False)
    try:
        page.notice("signed_in")
    except Closed as closed:
        assert closed.reason == "sign_in_refused"
        return closed.code


@pytest.fixture
def clinic(start):
    return start()


def test_an_invite_signs_a_provider_in(room):
    provider = room.provider()
    welcome = provider.welcome
    assert (welcome["provider"], welcome["display_name"], welcome["room"]) == (
        "rivera", "Dr Rivera", room.name)
    assert (welcome["resumed"], welcome["status"], welcome["grace_ms"]) == (
        False, "available", 90_000)


@pytest.mark.parametrize("token", [
    "", "x", "a.b.c", "...", "a.b", "\0", "Dr Rivera", "eyJhbGciOiJFUzI1NiJ9..", "ä" * 100,
    "A" * 4096])
def test_garbage_is_no_token(room, token):
    assert answer(room, token) == 4101


def test_a_sign_in_without_a_token_is_a_protocol_error(room):
    page = room.socket()
    page.command("sign_in", **credential())
    assert page.closing() == 4100


def test_a_longer_token_than_any_is_refused_as_a_token(room):
    """docs/protocol.md: malformed tokens get 4101."""
    assert answer(room, "A" * 4097) == 4101


def test_an_own_valid_token_is_taken(clinic):
    assert answer(clinic, signed(clinic.relay, claims())) is None


@pytest.mark.parametrize("changes", [
    {"exp": -10, "iat": -3600}, {"exp": 0, "iat": -10}, {"exp": None}, {"iat": None},
    {"iss": "other"}, {"iss": None}, {"sub": "park"}, {"sub": "nobody"}, {"sub": None},
    {"sub": ""}, {"sub": "RIVERA"}, {"room": "nurse"}, {"room": None}, {"room": "Demo"},
    {"nbf": 600}, {"iat": 600}, {"exp": 31 * 86_400}, {"exp": 1e300}, {"exp": -1e300},
], ids=str)
def test_a_token_whose_claims_are_wrong_is_refused(clinic, changes):
    now = int(time.time())
    changes = {name: now + value if name in ("exp", "iat", "nbf") and value is not None
               and abs(value) < 1e12 else value for name, value in changes.items()}
    assert answer(clinic, signed(clinic.relay, claims(**changes))) == 4101


def test_other_claims_are_ignored(clinic):
    assert answer(clinic, signed(clinic.relay, claims(aud="clinic", roles=["admin"]))) is None


def test_a_token_of_another_room_is_refused(shared, room):
    token = shared.token("park", "nurse")
    assert answer(room, token) == 4101
    page = Provider(shared, "park", room="nurse", token=token)
    assert page.welcome["provider"] == "park"


@pytest.mark.parametrize("header", [
    {"alg": "none", "kid": "development"}, {"alg": "HS256", "kid": "development"},
    {"alg": "ES256", "kid": "other"}, {"alg": "ES256"}, {"alg": "ES256", "kid": "../development"},
    {"alg": "ES256", "kid": "development", "crit": ["exp"]}, {"alg": "ES384", "kid": "development"},
    {"alg": "es256", "kid": "development"}, {"alg": "ES256", "kid": 1},
], ids=str)
def test_a_token_whose_header_is_wrong_is_refused(clinic, header):
    assert answer(clinic, signed(clinic.relay, claims(), header)) == 4101


def test_a_token_signed_with_another_key_is_refused(clinic, tmp_path):
    new_key(tmp_path / "other.key")
    assert answer(clinic, signed(clinic.relay, claims(), key=tmp_path / "other.key")) == 4101


def test_every_part_of_a_token_is_signed(clinic):
    token = signed(clinic.relay, claims())
    head, body, signature = token.split(".")
    forged = signed(clinic.relay, claims(provider="lee")).split(".")[1]
    for other in (f"{head}.{forged}.{signature}", f"{head}.{body}.{signature[:-4]}AAAA",
                  f"{head}.{body}.", f"{head}.{body}", f"{head}.{body}.{signature}=",
                  f"{head}.{body}.{encoded(bytes(64))}", f" {token}", f"{token}.x"):
        assert answer(clinic, other) == 4101


def test_an_expired_token_begins_nothing_but_resumes_what_it_began(clinic):
    now = int(time.time())
    token = signed(clinic.relay, claims(exp=now + 3))
    provider = clinic.provider(token=token)
    patient = clinic.patient()
    patient.message(patient.conversation, "one")
    provider.incoming(MESSAGE)
    time.sleep(max(0, now + 4.2 - time.time()))
    provider.sync()  # The session goes on.
    provider.drop()
    again = provider.again({patient.conversation["conversation"]: 0})
    assert again.welcome["resumed"] is True
    assert again.texts() == ["one"]
    assert answer(clinic, token) == 4101


def test_what_follows_a_sign_in_at_once_waits_for_it(room):
    """The signature is being checked: the frame behind it is neither lost nor too early."""
    page = room.provider(greet=False)
    page.command("set_status", status="away")
    page.command("ping")
    page.notice("pong")
    assert page.latest("signed_in")["status"] == "available"


def test_a_socket_that_goes_away_during_sign_in_leaves_nothing(clinic):
    for _ in range(20):
        clinic.provider(greet=False).drop()
    patient = clinic.patient()
    patient.sync()
    clinic.relay.wait_for_status(connections=1)


# SIGHUP


def test_removing_a_key_ends_its_sessions_and_refuses_its_tokens(clinic):
    relay = clinic.relay
    patient, provider, chat = clinic.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    (relay.directory / "certs/sign-in/development.pem").unlink()
    relay.hang_up()
    with pytest.raises(Closed) as closed:
        provider.pump(lambda _: False)
    assert (closed.value.code, closed.value.reason) == (4101, "sign_in_refused")
    patient.notice("erased", conversation=chat["conversation"])
    patient.told("provider", status="nobody")
    relay.assert_holds_nothing()
    assert answer(clinic, provider.token) == 4101
    assert provider.again({chat["conversation"]: 1}, greet=False).closing() == 4101
    patient.sync()


def test_removing_a_key_ends_a_session_whose_socket_is_lost(clinic):
    relay = clinic.relay
    patient, provider, chat = clinic.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    provider.drop()
    patient.notice("provider", status="reconnecting")
    (relay.directory / "certs/sign-in/development.pem").unlink()
    relay.hang_up()
    patient.notice("erased")
    relay.assert_holds_nothing()
    assert relay.status()["sessions"] == 0


def test_another_keys_sessions_stay(clinic, tmp_path):
    relay = clinic.relay
    public = new_key(tmp_path / "desk.key")
    (relay.directory / "certs/sign-in/desk.pem").write_text(public)
    relay.hang_up()
    header = {"alg": "ES256", "kid": "desk"}
    token = signed(relay, claims(provider="lee"), header, tmp_path / "desk.key")
    lee = clinic.provider("lee", token=token)
    rivera = clinic.provider()
    (relay.directory / "certs/sign-in/development.pem").unlink()
    relay.hang_up()
    assert rivera.closing() == 4101
    lee.sync()


def test_a_replaced_key_of_the_same_name_ends_the_sessions_of_the_former(clinic, tmp_path):
    relay = clinic.relay
    provider = clinic.provider()
    public = new_key(tmp_path / "new.key")
    (relay.directory / "certs/sign-in/development.pem").write_text(public)
    relay.hang_up()
    assert provider.closing() == 4101
    assert answer(clinic, provider.token) == 4101
    fresh = signed(relay, claims(), key=tmp_path / "new.key")
    assert answer(clinic, fresh) is None


def test_a_broken_key_file_keeps_the_old_keys(clinic):
    relay = clinic.relay
    provider = clinic.provider()
    (relay.directory / "certs/sign-in/broken.pem").write_text("not a key")
    relay.process.send_signal(1)
    relay.wait_for_log("kept the old")
    provider.sync()
    lee = clinic.provider("lee")
    lee.sync()


def certificate(relay):
    with connect(relay) as tls:
        return tls.getpeercert(binary_form=True)


def test_an_unreadable_certificate_keeps_the_old_one_and_is_logged(clinic):
    relay = clinic.relay
    patient, provider, chat = clinic.chat()
    before = certificate(relay)
    path = relay.directory / "certs/localhost.pem"
    kept = path.read_bytes()
    for damage in (None, b"", b"not a certificate"):
        count = relay.log_path.read_text().count("kept the old")
        path.unlink() if damage is None else path.write_bytes(damage)
        relay.process.send_signal(1)
        relay.wait_for_log("kept the old", count=count + 1)
        assert certificate(relay) == before
    path.write_bytes(kept)
    relay.hang_up()
    patient.message(chat, "still here")
    provider.incoming(MESSAGE)


def test_a_certificate_that_is_not_the_keys_keeps_the_old_one(clinic, start):
    relay = clinic.relay
    other = start().relay
    before = certificate(relay)
    shutil.copy(other.directory / "certs/localhost.pem", relay.directory / "certs/localhost.pem")
    relay.process.send_signal(1)
    relay.wait_for_log("kept the old")
    assert certificate(relay) == before


def test_a_new_certificate_is_served_and_open_chats_go_on(clinic, start):
    relay = clinic.relay
    other = start().relay
    patient, provider, chat = clinic.chat()
    for name in ("localhost.pem", "localhost.key"):
        shutil.copy(other.directory / "certs" / name, relay.directory / "certs" / name)
    relay.hang_up()
    assert certificate(relay) == certificate(other)
    patient.message(chat, "still here")
    provider.incoming(MESSAGE)
    Patient(relay).sync()


def test_nothing_of_a_refused_token_is_logged(clinic):
    token = signed(clinic.relay, claims(provider="sekret-name-in-a-token"))
    assert answer(clinic, token) == 4101
    clinic.relay.wait_for_log("sign-in refused")
    log = clinic.relay.log_path.read_text()
    assert "sekret" not in log and token[:40] not in log
