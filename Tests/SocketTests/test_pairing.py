"""What the pages say to each other before they can seal (docs/protocol.md, "Pairing")."""

import pytest

from client import MESSAGE, base64url, credential, page_key


def b(count, fill=0xA5):
    return base64url(bytes([fill] * count))


def commit(session, **members):
    return {"session": session, "pairing": b(16), "commit": b(32), **members}


def wrap(conversation, epoch=0, **members):
    return {"conversation": conversation, "commit": b(32), "nonce": b(32, 1), "first": epoch,
            "last": epoch, "check": b(32, 2), "sealed": b(113, 3), **members}


def test_each_page_is_told_the_other_ones_key(room):
    patient, provider, chat = room.chat()
    session = provider.welcome["session"]
    assert patient.latest("duty", session=session) == {
        "type": "duty", "session": session, "suite": 1, "key": provider.key}
    assert provider.latest("visit", visit=room.visit_of(provider, chat))["key"] == patient.key


def test_a_run_goes_through_unchanged_addressed_as_its_reader_knows_the_other(room):
    patient, provider, chat = room.chat()
    session, visit = provider.welcome["session"], room.visit_of(provider, chat)
    patient.command("commit", **commit(session))
    assert provider.notice("commit") == {
        "type": "commit", "visit": visit, "pairing": b(16), "commit": b(32)}
    offer = {"commit": b(32), "nonce": b(32, 7)}
    provider.command("offer", visit=visit, **offer)
    assert patient.notice("offer") == {"type": "offer", "session": session, **offer}
    patient.command("wrap", **wrap(chat["conversation"]))
    assert provider.notice("wrap") == {"type": "wrap", **wrap(chat["conversation"])}


def test_a_message_comes_behind_the_wrap_before_it(room):
    patient, provider, chat = room.chat()
    patient.command("wrap", **wrap(chat["conversation"]))
    patient.message(chat, "after")
    provider.pump(lambda item: isinstance(item, tuple) and item[0].kind == MESSAGE)
    assert provider.all("wrap")


def test_nobody_else_hears_of_it(start):
    room = start()
    one, two = room.provider("rivera"), room.provider("lee")
    patient = room.patient()
    visit = one.told("visit")["visit"]
    one.command("open_chat", visit=visit)
    chat = one.notice("conversation")
    patient.sync()
    patient.command("commit", **commit(two.welcome["session"]))
    two.command("offer", visit=visit, commit=b(32), nonce=b(32))
    two.command("pair", visit=visit)
    patient.command("wrap", **wrap(chat["conversation"]))
    one.notice("wrap")
    for page in (patient, one, two):
        page.sync()
    assert two.all("commit") == two.all("wrap") == one.all("commit") == patient.all("offer") == []


def test_a_stranger_has_no_part_in_it(room):
    patient, provider, chat = room.chat()
    stranger = room.patient()
    stranger.command("wrap", **wrap(chat["conversation"]))
    stranger.sync()
    provider.sync()
    assert provider.all("wrap") == []


def test_a_console_that_lacks_a_key_asks_for_the_claim_again(room):
    patient, provider, chat = room.chat()
    before = len(patient.all("conversation"))
    provider.command("pair", visit=room.visit_of(provider, chat))
    provider.sync()
    patient.sync()
    claims = patient.all("conversation")
    assert len(claims) == before + 1 and claims[-1] == claims[-2]


def test_nothing_of_it_is_kept(room):
    patient, provider, chat = room.chat()
    before = room.relay.status()
    patient.command("commit", **commit(provider.welcome["session"]))
    patient.command("wrap", **wrap(chat["conversation"]))
    provider.notice("wrap")
    after = room.relay.status()
    assert [after[name] for name in ("messages", "bytes", "cards")] == [
        before[name] for name in ("messages", "bytes", "cards")]


@pytest.mark.parametrize("type, members", [
    ("commit", commit(1, pairing=b(15))), ("commit", commit(1, commit=b(31))),
    ("commit", commit(0)), ("commit", commit(1, nonce=b(32))),
    ("wrap", wrap(1, sealed=b(112))), ("wrap", wrap(1, check=b(33))),
    ("wrap", wrap(1, first=-1)), ("wrap", wrap(1, last=65536)), ("wrap", wrap(1, nonce=None)),
    ("offer", {"visit": 1, "commit": b(32), "nonce": b(32)}), ("pair", {"visit": 1})],
    ids=str)
def test_a_malformed_step_closes_the_socket(room, type, members):
    patient = room.patient()
    patient.command(type, **members)
    if type in ("offer", "pair"):  # Well formed, and not a patient's.
        assert patient.notice("refused")["reason"] == "not_allowed"
    else:
        assert patient.closing() == 4100


@pytest.mark.parametrize("members", [
    {"suite": 2}, {"suite": 0}, {"suite": "1"}, {"suite": None}, {"key": b(64)}, {"key": b(66)},
    {"key": b(65, 3)}, {"key": base64url(b"\2" + bytes(32))}, {"key": None}, {"key": 4}], ids=str)
def test_another_suite_or_no_key_is_refused(room, members):
    page = room.socket()
    page.command("check_in", **credential(**members))
    assert page.closing() == 4100


@pytest.mark.parametrize("role", ["patient", "provider"])
def test_a_page_cannot_come_back_with_another_key(room, role):
    patient, provider, _ = room.chat()
    page = patient if role == "patient" else provider
    page.key = page_key()
    assert page.again(greet=False).closing() == 4100
