"""Pages and `/health`, and what is not quite HTTP."""

import json
import socket
import ssl
import time

import pytest

from client import connect, tls_context
from http_raw import ask, get, read_answer, upgrade

SECURITY = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


def assert_secure(answer, **others):
    for name, value in {**SECURITY, **others}.items():
        assert answer.headers[name] == [value], name
    policy = answer.headers["content-security-policy"]
    assert len(policy) == 1
    directives = dict(part.split(" ", 1) for part in policy[0].split("; "))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == "'self'"
    assert directives["base-uri"] == directives["form-action"] == "'none'"
    assert directives["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in policy[0] and "*" not in policy[0]
    for absent in ("server", "date", "set-cookie", "x-powered-by", "etag", "last-modified"):
        assert absent not in answer.headers
    return directives


ROUTES = [
    ("/r/demo", 200, "text/html; charset=utf-8"),
    ("/r/demo/provider", 200, "text/html; charset=utf-8"),
    ("/r/demo/room.json", 200, "application/json"),
    ("/health", 200, "text/plain; charset=utf-8"),
    ("/favicon.svg", 200, "image/svg+xml"),
    ("/r/nowhere", 404, "text/html; charset=utf-8"),
    ("/nowhere", 404, "text/plain; charset=utf-8"),
]


@pytest.mark.parametrize("path,status,type", ROUTES)
def test_every_answer_carries_the_security_headers(shared, path, status, type):
    answer = ask(shared, get(shared, path))
    assert (answer.status, answer.headers["content-type"][0]) == (status, type)
    directives = assert_secure(answer)
    assert directives["frame-ancestors"] == "'none'"
    assert len(answer.body) == int(answer.headers["content-length"][0]) > 0


@pytest.mark.parametrize("path,status,type", ROUTES)
def test_head_is_get_without_the_body(shared, path, status, type):
    whole = ask(shared, get(shared, path))
    answer = ask(shared, get(shared, path, method="HEAD"))
    assert (answer.status, answer.headers, answer.body) == (status, whole.headers, b"")


def test_refusals_carry_the_security_headers_too(shared):
    for request in (upgrade(shared, origin="null"), get(shared, "/health", method="POST"),
                    get(shared, "/health", host="evil.example"), b"GARBAGE\r\n\r\n"):
        assert_secure(ask(shared, request))


def test_the_patient_page_may_be_framed_by_those_who_are_configured(start):
    relay = start(frame_ancestors=["https://clinic.example"]).relay
    for path, ancestors in (("/r/demo", "https://clinic.example"), ("/r/demo/provider", "'none'"),
                            ("/health", "'none'")):
        assert assert_secure(ask(relay, get(relay, path)))["frame-ancestors"] == ancestors


def test_several_sites_may_be_configured_and_the_room_names_them(start):
    sites = ["https://clinic.example", "https://portal.example:8443"]
    relay = start(frame_ancestors=sites).relay
    assert assert_secure(ask(relay, get(relay, "/r/demo")))["frame-ancestors"] == " ".join(sites)
    assert json.loads(ask(relay, get(relay, "/r/demo/room.json")).body)["frame_ancestors"] == sites


def test_no_site_may_frame_the_patient_page_unless_it_is_configured(shared):
    assert assert_secure(ask(shared, get(shared, "/r/demo")))["frame-ancestors"] == "'none'"
    assert "frame_ancestors" not in json.loads(ask(shared, get(shared, "/r/demo/room.json")).body)


def test_being_framed_by_a_site_lets_the_site_open_no_socket(start):
    relay = start(frame_ancestors=["https://clinic.example"]).relay
    assert ask(relay, upgrade(relay, origin="https://clinic.example")).status == 403


def test_other_sites_may_load_the_launcher_and_nothing_else(shared):
    answer = ask(shared, get(shared, "/lethe-chat.js"))
    assert (answer.status, answer.headers["content-type"]) == (200, ["text/javascript; charset=utf-8"])
    assert_secure(answer, **{"cross-origin-resource-policy": "cross-origin"})
    assert "access-control-allow-origin" not in answer.headers
    for path in ("/r/demo", "/r/demo/provider", "/r/demo/room.json", "/favicon.svg", "/health",
                 "/assets/pages/patient.js", "/assets/styles/base.css"):
        assert_secure(ask(shared, get(shared, path)))
    assert ask(shared, get(shared, "/assets/lethe-chat.js")).status == 404


def test_there_is_no_transport_security_on_a_development_machine(shared):
    assert "strict-transport-security" not in ask(shared, get(shared, "/r/demo")).headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"])
def test_only_get_and_head(shared, method):
    answer = ask(shared, get(shared, "/r/demo", method=method))
    assert (answer.status, answer.headers["allow"]) == (405, ["GET, HEAD"])


def test_a_room_describes_itself(shared):
    room = json.loads(ask(shared, get(shared, "/r/demo/room.json")).body)
    assert room["display_name"] == "Dr Rivera's waiting room"
    assert room["emergency"] == {"text": "Not for emergencies. Call 911.", "phone": "911"}
    assert room["build"] == shared.status()["build"]


def test_health_says_ok_and_counts_nothing(shared):
    answer = ask(shared, get(shared, "/health"))
    assert (answer.status, answer.body.strip()) == (200, b"ok")


def test_a_query_on_a_page_leaves_the_address_bar_and_is_not_echoed(shared):
    answer = ask(shared, get(shared, "/r/demo?fbclid=sekret"))
    assert (answer.status, answer.headers["location"]) == (303, ["/r/demo"])
    assert "sekret" not in str(answer)
    for path in ("/health?x", "/r/demo/room.json?x", "/favicon.svg?x"):
        assert ask(shared, get(shared, path)).status == 404


@pytest.mark.parametrize("path", [
    "/../etc/passwd", "/assets/../../Package.swift", "/assets/%2e%2e/%2e%2e/Package.swift",
    "/assets/..%2f..%2fPackage.swift", "//etc/passwd", "/assets//etc/passwd", "/assets/",
    "/assets", "/r/demo/../../etc/passwd", "/%00", "/r/demo%00", "/assets/patient.html",
    "/.git/config", "/lethe.yaml", "/r/demo/provider/x", "/R/demo", "/r/demo;x", "/\\..\\..",
    "/assets/%252e%252e/"])
def test_a_path_is_a_name_and_nothing_is_climbed(shared, path):
    assert ask(shared, get(shared, path)).status == 404


def test_the_files_of_the_pages_are_served(shared):
    from relay import ROOT
    page = ask(shared, get(shared, "/r/demo")).body.decode()
    import re
    names = re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)
    assert names
    for name in names:
        answer = ask(shared, get(shared, name))
        assert answer.status == 200
        assert answer.body == (ROOT / "Sources/Web" / name.removeprefix("/assets/")).read_bytes()


# Heads


def head(shared, *fields):
    return get(shared, "/health", headers=fields)


def test_a_head_has_at_most_8_kibibytes_and_32_fields(shared):
    assert ask(shared, head(shared, *[(f"X-{n}", "1") for n in range(31)])).status == 200
    assert ask(shared, head(shared, *[(f"X-{n}", "1") for n in range(32)])).status == 431
    assert ask(shared, head(shared, *[(f"X-{n}", "1") for n in range(256)])).status == 431
    assert ask(shared, head(shared, ("X", "a" * 8_000))).status == 200
    assert ask(shared, head(shared, ("X", "a" * 8_192))).status == 431
    assert ask(shared, head(shared, ("X", "a" * 80_000))).status == 431
    assert ask(shared, head(shared, ("X" * 9_000, "a"))).status == 431


def test_a_long_target_gets_414(shared):
    assert ask(shared, get(shared, "/" + "a" * 2_047)).status == 404
    assert ask(shared, get(shared, "/" + "a" * 2_048)).status == 414
    assert ask(shared, get(shared, "/" + "a" * 65_536)).status == 414


@pytest.mark.parametrize("damage", [
    lambda request: request.replace(b"\r\n", b"\n"),
    lambda request: request.replace(b"\r\n\r\n", b"\r\nX: a\n\r\n"),
    lambda request: request.replace(b"\r\n\r\n", b"\r\nX: a\r\n folded\r\n\r\n"),
    lambda request: request.replace(b"\r\n\r\n", b"\r\nX\0Y: a\r\n\r\n"),
    lambda request: request.replace(b"\r\n\r\n", b"\r\nX: a\0b\r\n\r\n"),
    lambda request: request.replace(b"\r\n\r\n", b"\r\nX : a\r\n\r\n"),
    lambda request: request.replace(b"\r\n\r\n", b"\r\n: a\r\n\r\n"),
    lambda request: request.replace(b"\r\n\r\n", b"\r\nX\r\n\r\n"),
    lambda request: request.replace(b"\r\n\r\n", b"\r\nX: \xff\r\n\r\n"),
    lambda request: request.replace(b"\r\n\r\n", b"\r\nX: a\rb\r\n\r\n"),
    lambda request: b"\r\n" + request,
    lambda request: request.replace(b" HTTP/1.1", b""),
    lambda request: request.replace(b"GET ", b"GET  "),
    lambda request: request.replace(b"GET ", b"GET\t"),
    lambda request: request.replace(b"GET", b"G\xc3\x84T"),
    lambda request: request.replace(b"GET", b"A" * 30),
    lambda request: request.replace(b"/health", b"/he alth"),
    lambda request: request.replace(b"HTTP/1.1", b"http/1.1"),
    lambda request: request.replace(b"HTTP/1.1", b"HTTP/1.1 "),
    lambda request: request.replace(b"HTTP/1.1", b"HTTP/11"),
])
def test_what_is_not_plainly_http_gets_400(shared, damage):
    assert ask(shared, damage(get(shared, "/health"))).status == 400


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/2.0", "HTTP/1.2", "HTTP/3.0"])
def test_other_versions_get_505(shared, version):
    assert ask(shared, get(shared, "/health", version=version)).status == 505


def test_the_preface_of_http_2_is_refused(shared):
    assert ask(shared, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").status in (400, 505)


@pytest.mark.parametrize("fields", [
    [("Content-Length", "5"), ("Transfer-Encoding", "chunked")],
    [("Transfer-Encoding", "chunked"), ("Content-Length", "5")],
    [("Content-Length", "5"), ("Content-Length", "6")],
    [("Content-Length", "5")], [("Transfer-Encoding", "chunked")],
    [("Transfer-Encoding", "xchunked")], [("Transfer-Encoding", "chunked, identity")],
    [("Content-Length", "0x5")], [("Content-Length", "5 5")], [("Content-Length", "9" * 20)],
], ids=str)
def test_a_request_with_a_body_is_refused_and_what_follows_is_not_a_request(shared, fields):
    smuggled = get(shared, "/r/demo")
    with connect(shared) as tls:
        tls.sendall(get(shared, "/health", headers=fields, body=smuggled))
        assert read_answer(tls).status == 400
        rest = b""
        while chunk := tls.recv(65536):
            rest += chunk
        assert rest == b""


def test_requests_in_a_row_are_answered_in_their_order(shared):
    paths = ["/health", "/r/demo/room.json", "/nowhere", "/health"]
    with connect(shared) as tls:
        tls.sendall(b"".join(get(shared, path, method="HEAD") for path in paths))
        data = b""
        while data.count(b"\r\n\r\n") < 4:
            data += tls.recv(65536)
    assert [line.split(b" ")[1] for line in data.split(b"\r\n") if line.startswith(b"HTTP/")] == [
        b"200", b"200", b"404", b"200"]


def test_a_request_may_come_byte_by_byte(shared):
    request = get(shared, "/health")
    pieces = [request[place:place + 1] for place in range(len(request))]
    assert ask(shared, pieces).status == 200


def test_connect_and_trace_find_nothing(shared):
    for method in ("CONNECT", "TRACE"):
        assert ask(shared, get(shared, "/health", method=method)).status in (400, 405)


# TLS


def test_plain_http_on_the_tls_port_gets_nothing(shared):
    with socket.create_connection(("127.0.0.1", shared.port), timeout=5) as plain:
        plain.sendall(get(shared, "/health"))
        data = b""
        try:
            while chunk := plain.recv(100):
                data += chunk
        except ConnectionError:
            pass
    assert b"HTTP" not in data


def own_context(**settings):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    for name, value in settings.items():
        setattr(context, name, value)
    return context


def test_tls_1_2_is_refused_unless_it_is_allowed(shared, start):
    old = own_context(maximum_version=ssl.TLSVersion.TLSv1_2)
    with pytest.raises(OSError):
        ask(shared, get(shared, "/health"), context=old)
    relay = start(**{"tls-1.2": "true"}).relay
    assert ask(relay, get(relay, "/health"), context=own_context(
        maximum_version=ssl.TLSVersion.TLSv1_2)).status == 200


def test_http_2_is_not_negotiated(shared):
    context = own_context()
    context.set_alpn_protocols(["h2", "http/1.1"])
    with connect(shared, context=context) as tls:
        assert tls.selected_alpn_protocol() == "http/1.1"
    context = own_context()
    context.set_alpn_protocols(["h2"])
    try:
        with connect(shared, context=context) as tls:
            assert tls.selected_alpn_protocol() is None
    except ssl.SSLError:
        pass


def test_the_name_in_the_handshake_does_not_matter(shared):
    for name in (None, "evil.example", "localhost"):
        raw = socket.create_connection(("127.0.0.1", shared.port), timeout=5)
        with tls_context().wrap_socket(raw, server_hostname=name) as tls:
            tls.sendall(get(shared, "/health"))
            assert read_answer(tls).status == 200


def test_a_slow_small_handshake_is_a_handshake(shared):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = tls_context().wrap_bio(incoming, outgoing, server_hostname="localhost")
    with socket.create_connection(("127.0.0.1", shared.port), timeout=5) as raw:
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while True:
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                data = outgoing.read()
                for place in range(len(data)):
                    raw.send(data[place:place + 1])
                incoming.write(raw.recv(65536))
        tls.write(get(shared, "/health"))
        raw.sendall(outgoing.read())
        while True:
            try:
                assert tls.read(100).startswith(b"HTTP/1.1 200")
                break
            except ssl.SSLWantReadError:
                incoming.write(raw.recv(65536))


def test_garbage_instead_of_tls_ends_the_connection(shared):
    for garbage in (b"\0" * 64, b"\x16\x03\x01\xff\xff" + b"x" * 100, b"\x80" * 500):
        with socket.create_connection(("127.0.0.1", shared.port), timeout=12) as raw:
            raw.sendall(garbage)
            try:
                while raw.recv(1_000):
                    pass
            except ConnectionError:
                pass
    assert ask(shared, get(shared, "/health")).status == 200


# Time


@pytest.mark.slow
def test_a_head_that_does_not_end_gets_408_after_five_seconds(shared):
    with connect(shared) as tls:
        began = time.monotonic()
        tls.settimeout(0.5)
        data = b""
        tls.sendall(b"GET /health HTTP/1.1\r\n")
        while not data and time.monotonic() - began < 12:
            try:
                tls.sendall(b"X-A: b\r\n"[:4])
                data = tls.recv(1_000) or b"closed"
            except TimeoutError:
                pass
    assert data.startswith(b"HTTP/1.1 4")
    assert time.monotonic() - began < 8


@pytest.mark.slow
def test_a_connection_that_asks_nothing_is_closed(shared):
    began = time.monotonic()
    with connect(shared) as tls:
        assert tls.recv(100) == b""
    assert 4 < time.monotonic() - began < 8


@pytest.mark.slow
def test_a_handshake_that_does_not_end_is_closed_after_ten_seconds(shared):
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", shared.port), timeout=15) as raw:
        raw.sendall(b"\x16\x03\x01\x02\x00")
        try:
            assert raw.recv(100) == b""
        except ConnectionError:
            pass
    assert 9 < time.monotonic() - began < 13


@pytest.mark.slow
def test_a_connection_that_was_answered_is_closed_after_fifteen_seconds(shared):
    with connect(shared) as tls:
        tls.sendall(get(shared, "/health", method="HEAD"))
        read_answer(tls, b"HEAD")
        began = time.monotonic()
        tls.settimeout(20)
        assert tls.recv(100) == b""
    assert 13 < time.monotonic() - began < 18


def test_a_proxy_in_front_is_reported_once_and_not_believed(start):
    room = start()
    relay = room.relay
    for field in ("X-Forwarded-For", "Via", "Forwarded"):
        ask(relay, get(relay, "/health", headers=[(field, "sekret.example")]))
    relay.wait_for_log("proxy")
    log = relay.log_path.read_text()
    assert log.count("proxy") == 1 and "sekret" not in log
