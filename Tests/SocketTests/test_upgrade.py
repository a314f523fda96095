"""The way to a socket: everything but one exact request is refused."""

import pytest

from client import Patient
from http_raw import ask, get, read_answer, upgrade


def status(relay, **changes):
    answer = ask(relay, upgrade(relay, **changes))
    return answer and answer.status


def test_the_request_that_these_tests_change_is_welcome(shared):
    answer = ask(shared, upgrade(shared))
    assert answer.status == 101
    # The example of RFC 6455, section 1.3.
    assert answer.headers["sec-websocket-accept"] == ["s3pPLMBiTxaQ9kYGzzhZRbK+xOo="]
    assert answer.headers["sec-websocket-protocol"] == ["lethe.v1"]
    assert answer.headers["upgrade"] == ["websocket"]
    assert answer.headers["connection"] == ["Upgrade"]


def test_on_loopback_the_three_names_of_this_machine_are_welcome(start):
    shared = start(origins=None).relay
    for name in ("localhost", "127.0.0.1", "[::1]"):
        host = f"{name}:{shared.port}"
        assert status(shared, origin=f"https://{host}", host=host) == 101


def test_the_listed_origins_and_hosts_are_welcome_and_no_others(start):
    relay = start(origins=["https://clinic.example"], hosts=["relay.internal:8443"]).relay
    clinic = {"origin": "https://clinic.example"}
    assert status(relay, **clinic, host="clinic.example") == 101
    assert status(relay, **clinic, host="relay.internal:8443") == 101
    assert status(relay, **clinic) == 403
    assert status(relay, host="clinic.example") == 403
    for evil in ("https://clinic.example.evil.com", "https://clinic.example:8443",
                 "https://clinic.example.", "https://Clinic.example", "https://clinic.example:443",
                 "https://xn--clinc-yza.example"):
        assert status(relay, origin=evil, host="clinic.example") == 403


ORIGINS = [
    "null", "*", "https://evil.example", "http://localhost:{port}", "https://localhost",
    "https://localhost:{other}", "https://localhost:{port}.", "https://localhost.:{port}",
    "https://LOCALHOST:{port}", "HTTPS://localhost:{port}", "https://localhost:{port}/",
    "https://localhost:{port}.evil.example", "https://evil.example:{port}",
    "https://xlocalhost:{port}", "https://localhost:{port}@evil.example",
    "https://evil.example/https://localhost:{port}",
    "https://localhost:{port},https://evil.example",
    "https://localhost:{port} https://evil.example", "wss://localhost:{port}",
    "https://127.0.0.2:{port}", "https://127.1:{port}", "https://0x7f000001:{port}",
    "https://[0:0:0:0:0:0:0:1]:{port}", "https://l\u043ecalhost:{port}",
    "https://localhost:0{port}",
    "file://", "https://", "", "localhost:{port}"]


@pytest.mark.parametrize("origin", ORIGINS)
def test_another_origin_is_refused(shared, origin):
    origin = origin.format(port=shared.port, other=shared.port - 1)
    # A value that is not ASCII is no header at all.
    assert status(shared, origin=origin or " ") == (400 if not origin.isascii() else 403)


def test_an_upgrade_without_an_origin_is_refused(shared):
    assert status(shared, origin=False) == 403


@pytest.mark.parametrize("second", ["{same}", "https://evil.example", "null"])
def test_two_origins_are_refused(shared, second):
    second = second.format(same=shared.origin)
    assert status(shared, more=[("Origin", second)]) == 403
    assert status(shared, origin=second, more=[("Origin", shared.origin)]) == 403


@pytest.mark.parametrize("host", [
    "evil.example", "evil.example:{port}", "localhost", "localhost:{other}", "LOCALHOST:{port}",
    "localhost.:{port}", "127.0.0.2:{port}", "localhost:{port}, evil.example", "localhost:{port}/",
    "user@localhost:{port}", "[::2]:{port}", "::1:{port}", "localhost:0{port}"])
def test_another_host_is_refused(shared, host):
    host = host.format(port=shared.port, other=shared.port - 1)
    assert status(shared, host=host) == 403
    assert ask(shared, get(shared, "/health", host=host)).status == 421


def test_host_stands_exactly_once(shared):
    own = ("Host", f"localhost:{shared.port}")
    assert status(shared, host=False) == 400
    for second in (own, ("Host", "evil.example"), ("host", "")):
        assert status(shared, more=[second]) == 400
        assert ask(shared, get(shared, "/health", headers=[second])).status == 400
    assert ask(shared, get(shared, "/health", host=False)).status == 400


@pytest.mark.parametrize("name", ["Upgrade", "Connection"])
def test_a_request_that_is_no_upgrade_gets_426(shared, name):
    answer = ask(shared, upgrade(shared, without=[name]))
    assert answer.status == 426
    assert answer.headers["upgrade"] == ["websocket"]
    assert answer.headers["sec-websocket-version"] == ["13"]


@pytest.mark.parametrize("value", ["websocket, h2c", "h2c, websocket", "h2c", "websocket2", "",
                                   "websocket/13", "TLS/1.0"])
def test_any_other_upgrade_gets_426(shared, value):
    assert status(shared, upgrade=value) == 426


@pytest.mark.parametrize("value", ["WebSocket", "WEBSOCKET"])
def test_the_word_websocket_has_no_case(shared, value):
    assert status(shared, upgrade=value) == 101


@pytest.mark.parametrize("value,expected", [
    ("keep-alive, Upgrade", 101), ("upgrade", 101), ("keep-alive", 426), ("Upgradex", 426),
    ("close", 426), ("", 426), ("Upgrade,,", 426), (", ".join(["x"] * 8 + ["Upgrade"]), 426)])
def test_connection_names_the_upgrade(shared, value, expected):
    assert status(shared, connection=value) == expected


@pytest.mark.parametrize("value", ["12", "8", "0", "14", "13, 13", "13,8", "013", "+13", "13.0", "",
                                   "thirteen", "255"])
def test_another_version_gets_426_and_is_told_which(shared, value):
    answer = ask(shared, upgrade(shared, sec_websocket_version=value))
    assert answer.status == 426
    assert answer.headers["sec-websocket-version"] == ["13"]


def test_version_stands_exactly_once(shared):
    assert status(shared, without=["Sec-WebSocket-Version"]) == 426
    assert status(shared, more=[("Sec-WebSocket-Version", "13")]) == 426


@pytest.mark.parametrize("value", [
    "", "x", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZR==", "dGhlIHNhbXBsZSBub25j",
    "dGhlIHNhbXBsZSBub25jZQ= =", "dGhlIHNhbXBsZSBub25jZQ===", "dGhlIHNhbXBsZSBub25jZ!==",
    "A" * 43 + "=", "A" * 44, "d-hlIHNhbXBsZSBub25jZQ==", "A" * 1_000])
def test_a_key_is_sixteen_bytes_in_base64(shared, value):
    assert status(shared, sec_websocket_key=value) == 400


def test_the_key_stands_exactly_once(shared):
    assert status(shared, without=["Sec-WebSocket-Key"]) == 400
    assert status(shared, more=[("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")]) == 400


@pytest.mark.parametrize("value,expected", [
    ("lethe.v1", 101), ("other, lethe.v1", 101), ("lethe.v2", 426), ("lethe", 426), ("", 426),
    ("LETHE.V1", 426), ("lethe.v1;x", 426), (" " * 4_000, 426),
    (", ".join(f"p{n}" for n in range(8)) + ", lethe.v1", 426)])
def test_the_subprotocol_is_offered(shared, value, expected):
    answer = ask(shared, upgrade(shared, sec_websocket_protocol=value))
    assert answer.status == expected
    if expected == 101:
        assert answer.headers["sec-websocket-protocol"] == ["lethe.v1"]


def test_no_subprotocol_gets_426(shared):
    assert status(shared, without=["Sec-WebSocket-Protocol"]) == 426


@pytest.mark.parametrize("name", ["Cookie", "Authorization", "Proxy-Authorization", "cookie"])
def test_credentials_in_a_header_are_refused_and_not_ignored(shared, name):
    assert status(shared, more=[(name, "Bearer x")]) == 400
    assert status(shared, more=[(name, "")]) == 400


@pytest.mark.parametrize("path", [
    "/r/demo/socket?", "/r/demo/socket?token=x", "/r/demo/socket?a=b&c=d", "/r/demo/socket#x"])
def test_a_query_is_refused(shared, path):
    assert status(shared, path=path) == 400


@pytest.mark.parametrize("path", [
    "/r/nowhere/socket", "/r//socket", "/socket", "/r/demo/other/socket", "/r/DEMO/socket",
    "//r/demo/socket", "/r/demo//socket", "/r/%64emo/socket", "/r/demo/./socket",
    "/r/demo/../demo/socket", "/r/" + "a" * 41 + "/socket", "/demo/socket", "/r/demo%2fsocket",
    "/r/demo/socket/", "/r/demo/sockets", "/", "/ws"])
def test_a_room_that_does_not_exist_gets_404_and_is_not_made(shared, path):
    assert status(shared, path=path) == 404


def test_a_stranger_does_not_learn_which_rooms_exist(shared):
    for path in ("/r/demo/socket", "/r/nowhere/socket"):
        assert status(shared, path=path, origin="https://evil.example") == 403


@pytest.mark.parametrize("target", ["https://localhost:{port}/r/demo/socket",
                                    "https://evil.example/r/demo/socket", "r/demo/socket", "*"])
def test_the_target_is_a_path(shared, target):
    assert status(shared, path=target.format(port=shared.port)) == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH", "TRACE"])
def test_a_socket_is_opened_with_get(shared, method):
    answer = ask(shared, upgrade(shared, method=method))
    assert (answer.status, answer.headers.get("allow")) == (405, ["GET"])


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/2.0", "HTTP/1.2", "HTTP/0.9"])
def test_a_socket_is_opened_with_http_1_1(shared, version):
    assert status(shared, version=version) == 505


@pytest.mark.parametrize("field", [
    ("Content-Length", "5"), ("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "identity"),
    ("Content-Length", "0, 0"), ("Content-Length", "-1"), ("Content-Length", "+5")])
def test_an_upgrade_has_no_body(shared, field):
    assert status(shared, more=[field]) == 400


@pytest.mark.parametrize("value,expected", [
    ("same-origin", 101), ("cross-site", 403), ("same-site", 403), ("none", 403), ("x", 403)])
def test_fetch_metadata_that_disagrees_is_refused(shared, value, expected):
    assert status(shared, more=[("Sec-Fetch-Site", value)]) == expected


def test_a_refusal_says_nothing_of_the_request(shared):
    for changes in ({"origin": "https://sekret.example"}, {"path": "/r/sekret/socket"},
                    {"more": [("Cookie", "sekret=1")]}):
        answer = ask(shared, upgrade(shared, **changes))
        assert "sekret" not in str(answer)


def test_after_a_refusal_the_connection_ends(shared):
    from client import connect
    with connect(shared) as tls:
        tls.sendall(upgrade(shared, origin="null"))
        assert read_answer(tls).status == 403
        assert tls.recv(100) == b""


def test_ipv6_and_ipv4_lead_to_the_same_rooms(room):
    patient = Patient(room.relay, room=room.name, address="::1")
    other = room.patient()
    assert other.latest("position")["position"] == 2
    patient.sync()
