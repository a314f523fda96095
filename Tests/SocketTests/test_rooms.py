"""Who has whom: claims, calls, the queue, and that nobody reaches what is not theirs."""

import pytest

from client import (
    ACCEPTED, DELIVERED, MESSAGE, SEEN, TYPING, UNREAD, Patient, Provider, base64url,
    sealed_card)


@pytest.fixture
def pair(room):
    """Two providers on duty and a patient whom nobody has."""
    one, two = room.provider("rivera"), room.provider("lee")
    patient = room.patient()
    visit = one.told("visit")["visit"]
    two.told("visit")
    return one, two, patient, visit


# Claims


def test_with_two_on_duty_a_patient_belongs_to_nobody(pair):
    one, two, patient, visit = pair
    for provider in (one, two):
        row = provider.latest("visit", visit=visit)
        assert (row["held_by"], row["provider"], row["conversation"]) == ("nobody", None, None)
    assert patient.conversation is None
    assert patient.latest("provider")["name"] is None
    assert len(patient.all("duty")) == 2


def test_the_first_to_open_a_chat_has_the_patient(pair):
    one, two, patient, visit = pair
    one.command("open_chat", visit=visit)
    chat = patient.notice("conversation", session=one.welcome["session"])
    one.notice("box", state="open", conversation=chat["conversation"])
    row = two.notice("visit", held_by="other")
    assert (row["provider"], row["conversation"]) == ("Dr Rivera", None)
    two.command("open_chat", visit=visit)
    assert two.notice("refused", command="open_chat")["reason"] == "taken"
    two.command("start_call", visit=visit, ends=None)
    assert two.notice("refused", command="start_call")["reason"] == "taken"
    two.command("remove_visit", visit=visit)
    assert two.notice("refused", command="remove_visit")["reason"] == "taken"
    assert patient.told("provider", name="Dr Rivera")["status"] == "available"


def test_when_two_open_the_same_chat_at_once_one_gets_it(room):
    one, two = room.provider("rivera"), room.provider("lee")
    for turn in range(5):
        patient = room.patient()
        visit = one.notice("visit")["visit"]
        one.command("open_chat", visit=visit)
        two.command("open_chat", visit=visit)
        one.sync()
        two.sync()
        winners = [page for page in (one, two) if page.latest("visit", visit=visit)["held_by"]
                   == "you"]
        assert len(winners) == 1
        patient.sync()
        assert len(patient.all("conversation")) == 1


def test_a_call_claims_too(pair):
    one, two, patient, visit = pair
    two.command("start_call", visit=visit, ends=None)
    assert patient.notice("conversation", phase="in_call")["session"] == two.welcome["session"]
    assert one.notice("visit", in_call=True)["held_by"] == "other"


def test_a_session_that_ends_gives_its_patients_back(pair):
    one, two, patient, visit = pair
    one.command("open_chat", visit=visit)
    chat = patient.notice("conversation")
    patient.message(chat, "one")
    one.incoming(MESSAGE)
    one.command("sign_out")
    patient.notice("erased", conversation=chat["conversation"], cause="refreshed")
    # The only one left on duty has everybody.
    fresh = patient.told("conversation", session=two.welcome["session"])
    assert (fresh["epoch"], fresh["phase"]) == (0, "waiting")
    patient.message(fresh, "two")
    two.incoming(MESSAGE)
    assert two.texts() == ["two"]


def test_unclaimed_typing_is_only_counted(pair):
    one, two, patient, visit = pair
    patient.command("pending", count=3)
    for provider in (one, two):
        assert provider.notice("visit", pending=3)["visit"] == visit


@pytest.mark.parametrize("count", [-1, 21, 10**6])
def test_more_pending_than_a_page_keeps_is_a_protocol_error(room, count):
    patient = room.patient()
    patient.command("pending", count=count)
    assert patient.closing() == 4100


def test_cards_go_to_their_session_only(pair):
    one, two, patient, visit = pair
    patient.command("card", session=one.welcome["session"], revision=1, card=sealed_card("B"))
    assert one.notice("card")["card"] == sealed_card("B")
    two.sync()
    assert two.all("card") == []


def test_an_older_card_does_not_replace_a_newer(room):
    patient, provider, _ = room.chat()
    session = provider.welcome["session"]
    for revision, card in ((2, "C"), (1, "B"), (2, "D"), (3, "E")):
        patient.command("card", session=session, revision=revision, card=sealed_card(card))
    provider.notice("card", revision=3)
    assert [notice["card"] for notice in provider.all("card")] == [
        sealed_card("C"), sealed_card("E")]


@pytest.mark.parametrize("size", [577, 1089, 2113, 4161])
def test_a_card_of_each_length_goes_through_unchanged(room, size):
    patient, provider, _ = room.chat()
    card = sealed_card("Z", size)
    patient.command("card", session=provider.welcome["session"], revision=1, card=card)
    assert provider.notice("card")["card"] == card


@pytest.mark.parametrize("size", [0, 1, 576, 578, 2112, 4096, 4162])
def test_a_card_of_another_length_is_a_protocol_error(room, size):
    patient, provider, _ = room.chat()
    session = provider.welcome["session"]
    patient.command("card", session=session, revision=1, card=base64url(bytes(size)))
    assert patient.closing() == 4100


# Calls


def test_a_chat_flows_into_the_call_and_back_to_the_queue(room):
    patient, provider, chat = room.chat()
    visit = room.visit_of(provider, chat)
    patient.message(chat, "before")
    provider.command("start_call", visit=visit, ends=None)
    assert patient.notice("conversation", phase="in_call")["conversation"] == chat["conversation"]
    patient.told("position", position=None)
    patient.message(chat, "during")
    provider.command("end_call", conversation=chat["conversation"], outcome="queue")
    patient.notice("conversation", phase="waiting", conversation=chat["conversation"])
    patient.told("position", position=1)
    patient.message(chat, "after")
    provider.incoming(MESSAGE, sequence=3)
    assert provider.texts() == ["before", "during", "after"]


def test_a_running_call_must_be_named_by_who_ends_it(room):
    patient, provider, chat = room.chat()
    other = room.patient()
    visit, second = room.visit_of(provider, chat), room.visit_of(provider, other.conversation)
    provider.command("start_call", visit=visit, ends=None)
    patient.notice("conversation", phase="in_call")
    for ends in (None, other.conversation["conversation"], 4_000_000_000):
        provider.command("start_call", visit=second, ends=ends)
        assert provider.notice("refused", command="start_call")["reason"] == "call_running"
    assert other.notice("provider", status="on_another_call")["name"] == "Dr Rivera"
    provider.command("start_call", visit=second, ends=chat["conversation"])
    other.notice("conversation", phase="in_call")


def test_the_others_see_that_the_provider_is_on_another_call(room):
    patient, provider, chat = room.chat()
    other = room.patient()
    provider.command("start_call", visit=room.visit_of(provider, chat), ends=None)
    other.notice("provider", status="on_another_call")
    patient.sync()
    assert patient.latest("provider")["status"] == "available"
    provider.command("end_call", conversation=chat["conversation"], outcome="finish")
    other.notice("provider", status="available")
    patient.told("visit_over", reason="finished")


def test_a_call_that_is_not_running_cannot_end(room):
    _, provider, chat = room.chat()
    provider.command("end_call", conversation=chat["conversation"], outcome="finish")
    assert provider.notice("refused")["reason"] == "not_in_call"


def test_ending_a_chat_keeps_the_place_and_begins_an_empty_one(room):
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    provider.command("end_chat", conversation=chat["conversation"])
    ended = patient.notice("conversation", conversation=chat["conversation"])
    assert ended["phase"] == "ended"
    fresh = patient.notice("conversation", phase="waiting")
    patient.message(chat, "more", number=2)
    assert patient.notice("refused", number=2)["reason"] == "ended"
    patient.message(fresh, "new")
    assert provider.incoming(MESSAGE)[0].conversation == fresh["conversation"]
    assert patient.latest("position")["position"] == 1


def test_in_a_call_there_is_no_end_chat(room):
    _, provider, chat = room.chat()
    provider.command("start_call", visit=room.visit_of(provider, chat), ends=None)
    provider.command("end_chat", conversation=chat["conversation"])
    assert provider.notice("refused", command="end_chat")["reason"] == "not_allowed"


@pytest.mark.parametrize("command,members", [
    ("open_chat", {}), ("start_call", {"ends": None}), ("remove_visit", {})])
def test_a_visit_that_is_over_is_gone(room, command, members):
    patient, provider, chat = room.chat()
    visit = room.visit_of(provider, chat)
    patient.command("leave")
    patient.closing()
    provider.command(command, visit=visit, **members)
    assert provider.notice("refused", command=command)["reason"] == "visit_gone"


# The box


def test_a_minimised_box_opens_for_its_own_patient_only(room):
    patient, provider, chat = room.chat()
    other = room.patient()
    provider.command("open_chat", visit=room.visit_of(provider, chat))
    provider.command("minimise_chat", conversation=chat["conversation"])
    provider.notice("box", state="minimised")
    other.message(other.conversation, "me too")
    provider.incoming(UNREAD, conversation=other.conversation["conversation"])
    provider.sync()
    assert provider.latest("box")["state"] == "minimised"
    patient.message(chat, "hello?")
    assert provider.notice("box", state="open")["conversation"] == chat["conversation"]


def test_an_open_box_stays_when_another_patient_writes(room):
    patient, provider, chat = room.chat()
    other = room.patient()
    provider.command("open_chat", visit=room.visit_of(provider, chat))
    provider.notice("box", state="open")
    other.message(other.conversation, "me too")
    provider.incoming(UNREAD, number=1)
    provider.sync()
    assert provider.latest("box")["conversation"] == chat["conversation"]


def test_only_the_shown_chat_can_be_minimised(room):
    _, provider, chat = room.chat()
    provider.command("minimise_chat", conversation=chat["conversation"])
    assert provider.notice("refused")["reason"] == "unknown_conversation"


# What patients see


def test_patients_see_their_place_and_that_it_moves(room):
    patients = [room.patient() for _ in range(3)]
    assert [patient.latest("position")["position"] for patient in patients] == [1, 2, 3]
    patients[0].command("leave")
    patients[0].closing()
    assert patients[1].notice("position")["position"] == 1
    assert patients[2].notice("position")["position"] == 2


def test_the_place_can_be_hidden(start):
    room = start(show_position="false")
    patient = room.patient()
    assert patient.all("position") in ([], [{"type": "position", "position": None}])


def test_patients_see_the_status(room):
    patient, provider, _ = room.chat()
    for status in ("away", "closed", "available"):
        provider.command("set_status", status=status)
        assert patient.notice("provider")["status"] == status
    provider.drop()
    assert patient.notice("provider")["status"] == "reconnecting"


def test_the_provider_sees_whether_the_page_is_in_front(room):
    patient, provider, _ = room.chat()
    patient.command("presence", visible=False)
    assert provider.notice("visit", presence="background")
    patient.command("presence", visible=True)
    assert provider.notice("visit", presence="here")


def test_nobody_checks_in_before_a_provider_if_the_room_says_so(start):
    room = start(check_in="provider-present")
    assert room.patient(greet=False).closing() == 4116
    room.provider()
    room.patient()


# Isolation


@pytest.fixture
def strangers(room):
    """Two patients of one provider, and what each says."""
    patient, provider, chat = room.chat()
    other = room.patient()
    patient.message(chat, "private")
    provider.incoming(MESSAGE)
    return patient, other, provider, chat


def test_a_message_into_anothers_chat_is_refused_and_reaches_nobody(strangers):
    patient, other, provider, chat = strangers
    other.message(chat, "let me in")
    refusal = other.notice("refused")
    assert (refusal["reason"], refusal["number"]) == ("erased", 1)
    for page in (patient, provider):
        page.sync()
        assert "let me in" not in page.texts()


@pytest.mark.parametrize("kind", [DELIVERED, SEEN])
def test_a_receipt_for_anothers_chat_is_dropped(strangers, kind):
    patient, other, provider, chat = strangers
    other.receipt(kind, chat, 1)
    other.typing(chat, True)
    other.sync()
    patient.sync()
    provider.sync()
    assert patient.of_kind(kind) == provider.of_kind(TYPING) == []


def test_anothers_chat_is_answered_as_one_that_never_was(strangers):
    _, other, _, chat = strangers
    answers = []
    for handle in (chat["conversation"], chat["conversation"] + 1_000):
        other.message({"conversation": handle, "epoch": 0}, "hello", number=1)
        answers.append(other.notice("refused"))
    for answer in answers:
        answer.pop("conversation")
    assert answers[0] == answers[1]


def test_a_wrong_epoch_for_anothers_chat_tells_nothing(strangers):
    _, other, _, chat = strangers
    other.message({**chat, "epoch": 77}, "hello", number=1)
    assert other.notice("refused")["reason"] == "erased"


def test_a_resume_of_anothers_chat_gets_nothing_of_it(strangers):
    patient, other, _, chat = strangers
    other.drop()
    again = other.again({chat["conversation"]: 0})
    assert again.texts() == []
    assert again.latest("conversation", conversation=chat["conversation"]) is None


def test_a_resume_does_not_tell_how_far_anothers_chat_has_come(strangers):
    """Whether `after` is too high must not depend on what a stranger's chat holds."""
    _, other, _, chat = strangers
    other.drop()
    again = other.again({chat["conversation"]: 2}, greet=False)
    assert again.notice("checked_in")["resumed"] is True


def test_a_resume_of_anothers_erased_chat_does_not_tell_its_end(strangers):
    patient, other, provider, chat = strangers
    provider.command("close_chat", conversation=chat["conversation"])
    provider.notice("erased")
    other.drop()
    assert other.again({chat["conversation"]: 0}).all("erased") == []


@pytest.mark.parametrize("command", [
    "show_chat", "close_chat", "minimise_chat", "end_chat", "copied", "keep_open"])
def test_a_providers_command_on_anothers_chat_finds_nothing(pair, command):
    one, two, patient, visit = pair
    one.command("open_chat", visit=visit)
    chat = patient.notice("conversation")
    patient.message(chat, "private")
    two.command(command, conversation=chat["conversation"])
    assert two.notice("refused", command=command)["reason"] == "unknown_conversation"
    one.incoming(MESSAGE)
    one.sync()
    assert one.all("erased") == []


def test_a_provider_neither_reads_nor_writes_in_anothers_chat(pair):
    one, two, patient, visit = pair
    one.command("open_chat", visit=visit)
    chat = patient.notice("conversation")
    patient.message(chat, "private")
    one.incoming(MESSAGE)
    two.message(chat, "hello from Lee")
    assert two.notice("refused")["reason"] == "erased"
    two.receipt(SEEN, chat, 1)
    two.drop()
    again = two.again({chat["conversation"]: 0})
    assert again.frames == []
    patient.sync()
    assert patient.frames[1:] == [] and patient.frames[0][0].kind == ACCEPTED


def test_a_chat_of_one_room_is_unknown_in_another(start):
    room = start(rooms=1)
    patient, provider, chat = room.chat()
    patient.message(chat, "private")
    provider.incoming(MESSAGE)
    stranger = Provider(room.relay, room="room0")
    stranger.command("close_chat", conversation=chat["conversation"])
    assert stranger.notice("refused")["reason"] == "unknown_conversation"
    other = Patient(room.relay, room="room0")
    other.message(chat, "hello")
    assert other.notice("refused")["reason"] == "erased"
    patient.sync()
    assert patient.of_kind(MESSAGE) == []


# Roles


PROVIDER_COMMANDS = [
    ("supersede", {}), ("open_chat", {"visit": 1}), ("show_chat", {"conversation": 1}),
    ("minimise_chat", {"conversation": 1}), ("close_chat", {"conversation": 1}),
    ("end_chat", {"conversation": 1}), ("start_call", {"visit": 1, "ends": None}),
    ("end_call", {"conversation": 1, "outcome": "finish"}), ("remove_visit", {"visit": 1}),
    ("set_status", {"status": "away"}), ("copied", {"conversation": 1}),
    ("keep_open", {"conversation": 1}), ("wipe", {}), ("bye", {}), ("sign_out", {}),
]
PATIENT_COMMANDS = [
    ("card", {"session": 1, "revision": 1, "card": sealed_card()}), ("pending", {"count": 1}),
    ("rejoin_shown", {}), ("presence", {"visible": True}), ("leave", {}),
]


def test_a_patient_may_not_do_what_providers_do(room):
    patient, provider, chat = room.chat()
    for command, members in PROVIDER_COMMANDS:
        members = {k: chat["conversation"] if k == "conversation" else v
                   for k, v in members.items()}
        patient.command(command, **members)
        answer = patient.notice("refused", command=command)
        assert answer == {"type": "refused", "command": command, "reason": "not_allowed",
                          "retry_ms": None}
    provider.sync()


def test_a_provider_may_not_do_what_patients_do(room):
    provider = room.provider()
    for command, members in PATIENT_COMMANDS:
        provider.command(command, **members)
        assert provider.notice("refused", command=command)["reason"] == "not_allowed"
    provider.sync()
