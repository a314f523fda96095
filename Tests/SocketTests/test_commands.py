"""JSON commands: one way to write each, and no member that nobody reads."""

import json

import pytest

from client import credential, sealed_card


@pytest.fixture
def patient(room):
    return room.patient()


def assert_refused(page, text, code=4100):
    page.send_text(text)
    assert page.closing() == code


def session():
    return json.dumps(credential())[1:-1]


@pytest.mark.parametrize("text", [
    "[" * 4_000, "[" * 8_192, "[" * 4_000 + "]" * 4_000, '{"a":' * 1_300 + "1" + "}" * 1_300,
    '{"type":"ping","a":[[[[[[]]]]]]}'], ids=["open", "all open", "arrays", "objects", "few"])
def test_deep_nesting_is_refused(patient, text):
    assert_refused(patient, text)


@pytest.mark.parametrize("text", [
    '{"type":"ping","type":"ping"}', '{"type":"pending","count":1,"count":1}',
    '{"type":"pending","count":1,"co\\u0075nt":2}', '{"type":"leave","t\\u0079pe":"ping"}'])
def test_a_member_stands_once_however_it_is_written(patient, text):
    assert_refused(patient, text)


@pytest.mark.parametrize("text", [
    '{"type":"ping","note":"kept for nobody"}', '{"type":"ping","":0}', '{"type":"ping","x":null}',
    '{"type":"leave","conversation":1}', '{"type":"ping","__proto__":{}}',
    '{"__proto__":{"type":"ping"}}', '{"type":"ping","constructor":1}',
    '{"type":"presence","visible":true,"Visible":true}'])
def test_unknown_members_are_refused(patient, text):
    assert_refused(patient, text)


@pytest.mark.parametrize("text", [
    '{"type":"pending"}', '{"type":"presence"}', '{"type":"card","session":1,"revision":1}',
    '{"type":"open_chat"}', '{"type":"start_call","visit":1}',
    '{"type":"end_call","conversation":1}',
    '{"type":"set_status"}', "{}", '{"count":1}'])
def test_missing_members_are_refused(patient, text):
    assert_refused(patient, text)


@pytest.mark.parametrize("text", [
    '{"type":"hello"}', '{"type":""}', '{"type":"PING"}', '{"type":"ping "}', '{"type":1}',
    '{"type":null}', '{"type":["ping"]}', '{"type":"signal"}', '{"type":"checked_in"}',
    '{"type":"__proto__"}', '{"type":"ping\\u0000"}'])
def test_unknown_types_are_refused(patient, text):
    assert_refused(patient, text)


@pytest.mark.parametrize("number", [
    "1e400", "1e0", "1E2", "1.0", "1.5", "-0.0", "NaN", "Infinity", "-Infinity", "01", "+1", "0x1",
    "1_000", "--1", "-", "9007199254740992", "99999999999999999999", "1" * 400, '"1"', "true",
    "null", "[1]", "{}", ".5", "1.", "١"])
def test_what_is_not_a_whole_number_is_refused(patient, number):
    assert_refused(patient, '{"type":"pending","count":%s}' % number)


@pytest.mark.parametrize("number", ["0", "20", "-0"])
def test_whole_numbers_are_read(patient, number):
    patient.send_text('{"type":"pending","count":%s}' % number)
    patient.sync()


@pytest.mark.parametrize("handle", ["0", "-1", "4294967296", "9007199254740991"])
def test_handles_are_positive_and_have_32_bits(room, handle):
    provider = room.provider()
    assert_refused(provider, '{"type":"open_chat","visit":%s}' % handle)


@pytest.mark.parametrize("value", ["1", "0", '"true"', "null", "True", "TRUE", "tru", "truex"])
def test_what_is_not_a_boolean_is_refused(patient, value):
    assert_refused(patient, '{"type":"presence","visible":%s}' % value)


@pytest.mark.parametrize("text", [
    '{"type":"\\ud800"}', '{"type":"\\udc00"}', '{"type":"\\ud800\\ud800"}',
    '{"type":"ping","\\ud800":1}', '{"type":"\\ud83d"}', '{"type":"\\uD800\\u0041"}'])
def test_half_characters_are_refused(patient, text):
    assert_refused(patient, text)


@pytest.mark.parametrize("text", [
    '{"type":"p\\u0069ng"}', ' \t\r\n{ "type" : "ping" }\n ',
    '{"type":"\\u0070\\u0069\\u006e\\u0067"}'])
def test_json_has_escapes_and_space(patient, text):
    patient.send_text(text)
    patient.notice("pong")


@pytest.mark.parametrize("text", [
    b'\xef\xbb\xbf{"type":"ping"}', b'{"type":"ping"}\xef\xbb\xbf', b'{"type":"ping"}\0',
    b'{"type":"ping"}{"type":"ping"}', b'{"type":"ping"} x', b'{"type":"ping"},',
    b'{"type":"ping",}',
    b'{,"type":"ping"}', b"{'type':'ping'}", b'{type:"ping"}', b'{"type":"ping"', b'"type":"ping"',
    b'{"type":"ping"}]', b'[{"type":"ping"}]', b'{"type":"pi\nng"}', b'{"type":"pi\tng"}',
    b'{"type":"\\x70ing"}', b'{"type":"\\u12"}', b'{"type":"ping\\', b'/**/{"type":"ping"}',
    b'{"type":"ping"}//', b'{"type" "ping"}', b'{"type":"ping\x7f"}', b'\xc2\xa0{"type":"ping"}',
    b'\x0b{"type":"ping"}'])
def test_what_is_not_quite_json_is_refused(patient, text):
    assert_refused(patient, text)


def test_one_byte_more_than_a_command_may_have_is_refused(patient):
    assert_refused(patient, '{"type":"ping"' + " " * (8_193 - 15) + "}", 1009)


def test_binary_where_a_command_is_expected_is_refused(patient):
    patient.send_binary(b'{"type":"ping"}')
    assert patient.closing() == 4100


@pytest.mark.parametrize("text", [
    '{"type":"end_call","conversation":1,"outcome":"Finish"}',
    '{"type":"end_call","conversation":1,"outcome":""}',
    '{"type":"end_call","conversation":1,"outcome":null}',
    '{"type":"set_status","status":"reconnecting"}',
    '{"type":"set_status","status":"on_another_call"}',
    '{"type":"start_call","visit":1,"ends":0}', '{"type":"start_call","visit":1,"ends":false}'])
def test_a_choice_is_one_of_those_offered(room, text):
    assert_refused(room.provider(), text)


@pytest.mark.parametrize("card", [
    "A" * 770 + "==", "A" * 769, "A" * 769 + "R", "A" * 769 + "+", "A" * 769 + " ", "A" * 769 + "ä",
    "A" * 769 + "=", 1, None])
def test_a_card_is_base64url_in_one_spelling(room, card):
    patient, provider, _ = room.chat()
    patient.command("card", session=provider.welcome["session"], revision=1, card=card)
    assert patient.closing() == 4100
    provider.sync()
    assert provider.all("card") == []


def test_a_card_for_a_session_that_is_not_there_is_dropped(start):
    room = start()
    patient, _, _ = room.chat()
    patient.command("card", session=99, revision=1, card=sealed_card())
    patient.sync()
    assert room.relay.status()["cards"] == 0


@pytest.mark.parametrize("resume", [
    1, None, "[]", {}, [1], [[]], [{}], [{"conversation": 1}], [{"after": 1}],
    [{"conversation": 1, "after": 0, "x": 1}], [{"conversation": 0, "after": 0}],
    [{"conversation": "1", "after": 0}], [{"conversation": 1, "after": None}]], ids=str)
def test_a_resume_names_conversations_and_nothing_else(room, resume):
    page = room.socket()
    page.command("check_in", **credential(), resume=resume)
    assert page.closing() == 4100


def test_a_command_is_answered_in_json_that_any_reader_reads(room):
    page = room.socket()
    page.command("check_in", **credential())
    opcode, payload = page.read_frame()
    assert opcode == 1
    welcome = json.loads(payload, parse_float=pytest.fail)
    assert list(welcome)[0] == "type"
    assert set(welcome) == {"type", "resumed", "time", "rejoin", "grace_ms", "rejoin_ms"}
    assert set(welcome["rejoin"]) <= set("23456789ABCDEFGHJKLMNPQRSTUVWXYZ")
