"""The process: what it opens, writes, says, and how it refuses to start."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
from pathlib import Path

import pytest

from client import ACCEPTED, MESSAGE, Patient, sealed_card
from http_raw import ask, get
from relay import BINARY, Relay, environment, free_port


def run(*arguments, **more):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True,
                          env={**environment(), **more}, timeout=20)


@pytest.fixture
def idle():
    """A relay that was prepared and not started."""
    relay = Relay()
    yield relay
    relay.__exit__()


def serve(relay, *arguments, **more):
    return run("serve", "--configuration", relay.directory / "lethe.yaml", *arguments, **more)


# What it touches


def descriptors(pid):
    """Target, file type and access flags of everything that a process has open.

    Sockets come and go while one looks: a descriptor that was closed in between is left out.
    """
    try:
        numbers = os.listdir(f"/proc/{pid}/fd")
    except PermissionError:
        pytest.skip("needs root: nobody else can look into the relay")
    for number in numbers:
        link = f"/proc/{pid}/fd/{number}"
        try:
            mode, target = os.stat(link).st_mode, os.readlink(link)
            info = Path(f"/proc/{pid}/fdinfo/{number}").read_text()
        except FileNotFoundError:
            continue
        yield target, mode, int(re.search(r"flags:\s*(\d+)", info)[1], 8)


def open_files(pid):
    return {target for target, mode, _ in descriptors(pid) if stat.S_ISREG(mode)}


def open_for_writing(pid):
    return {target for target, mode, flags in descriptors(pid)
            if stat.S_ISREG(mode) and flags & os.O_ACCMODE != os.O_RDONLY}


def chat_for_a_while(room):
    provider = room.provider()
    patients = [room.patient() for _ in range(5)]
    for patient in patients:
        patient.command("card", session=provider.welcome["session"], revision=1, card=sealed_card())
        for number in range(10):
            patient.message(patient.conversation, "", content=os.urandom(16_384))
        patient.incoming(ACCEPTED, sequence=10)
    for patient in patients:
        provider.command("close_chat", conversation=patient.conversation["conversation"])
        patient.notice("erased")
    return provider, patients


def test_no_file_is_open_for_writing(start):
    room = start()
    chat_for_a_while(room)
    assert open_for_writing(room.relay.process.pid) == set()


def test_nothing_of_the_configuration_stays_open(start):
    """Only the sight of its own memory does, for reading: its check of itself needs it."""
    room = start()
    pid = room.relay.process.pid
    assert open_files(pid) == {f"/proc/{pid}/{name}" for name in ("mem", "maps", "pagemap")}


def test_chatting_writes_nothing_to_any_disk(idle):
    from conftest import Room

    def written(pid):
        try:
            lines = open(f"/proc/{pid}/io").read().splitlines()
        except PermissionError:
            pytest.skip("needs root: nobody else can look into the relay")
        return int(dict(line.split(": ") for line in lines)["write_bytes"])

    idle.start()
    before = written(idle.process.pid)
    chat_for_a_while(Room(idle, "demo"))
    assert written(idle.process.pid) == before


def test_nothing_that_was_said_is_logged(start):
    room = start()
    patient, provider, chat = room.chat()
    patient.message(chat, "sekret words")
    provider.incoming(MESSAGE)
    patient.send_text('{"type":"sekret"}')
    patient.closing()
    room.relay.stop()
    log = room.relay.log_path.read_text()
    for told in ("sekret", patient.secret, provider.secret, provider.token, "127.0.0.1",
                 patient.welcome["rejoin"]):
        assert told not in log


def test_it_listens_on_both_families_where_it_was_told_and_nowhere_else(start):
    relay = start().relay
    for address in ("127.0.0.1", "::1"):
        assert ask(relay, get(relay, "/health"), address=address).status == 200
    inodes = {target for target, _, _ in descriptors(relay.process.pid)}
    listening = []
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in open(f"/proc/{relay.process.pid}/net/{table}").read().splitlines()[1:]:
            fields = line.split()
            if f"socket:[{fields[9]}]" in inodes and fields[3] in ("0A", "07"):
                listening.append((table, int(fields[1].split(":")[1], 16)))
    assert sorted(listening) == [("tcp", relay.port), ("tcp6", relay.port)]


def test_the_control_socket_is_the_owners_alone(start):
    relay = start().relay
    mode = os.stat(relay.control).st_mode
    assert (stat.S_ISSOCK(mode), stat.S_IMODE(mode)) == (True, 0o600)


def test_the_control_socket_answers_counts_only(start):
    room = start()
    patient, provider, chat = room.chat()
    patient.message(chat, "sekret")
    provider.incoming(MESSAGE)
    status = room.relay.status()
    for name, value in status.items():
        assert name in ("build", "seal", "missing") or isinstance(value, (int, bool)) or all(
            isinstance(count, int) for count in value.values())


@pytest.mark.parametrize("line", [b"\n", b"erase\n", b"status \n", b"x" * 1_000 + b"\n",
                                  b"\xff\n", b"status\0\n", b"drain\n", b"drain -1\n",
                                  b"drain 05\n", b"drain 86401\n", b"drain 5 5\n"])
def test_the_control_socket_knows_one_question(start, line):
    relay = start().relay
    with socket.socket(socket.AF_UNIX) as control:
        control.settimeout(5)
        control.connect(relay.control)
        control.sendall(line)
        answer = b""
        try:
            while chunk := control.recv(65536):
                answer += chunk
        except ConnectionError:
            pass
    assert answer in (b"", b'{"error":"unknown command"}\n')
    assert relay.status()["connections"] == 0


def test_lethe_status_asks_the_control_socket(start):
    relay = start().relay
    asked = run("status", "--control-socket", relay.control)
    assert (asked.returncode, json.loads(asked.stdout)) == (0, relay.status())


def test_lethe_status_says_when_nobody_answers(tmp_path):
    asked = run("status", "--control-socket", tmp_path / "nothing.sock")
    assert asked.returncode != 0
    assert str(tmp_path / "nothing.sock") in asked.stderr


def test_another_users_question_is_not_answered(start):
    if os.geteuid() != 0 or not os.path.exists("/usr/bin/setpriv"):
        pytest.skip("needs root, to become somebody else")
    relay = start().relay
    os.chmod(relay.directory, 0o755)
    os.chmod(relay.control, 0o666)
    ask = ("import socket; s = socket.socket(socket.AF_UNIX); s.settimeout(5); "
           f"s.connect({relay.control!r}); s.sendall(b'status\\n'); print(s.recv(9999))")
    asked = subprocess.run(
        ["/usr/bin/setpriv", "--reuid", "65533", "--clear-groups", "/usr/bin/env", "python3", "-c",
         ask], capture_output=True, text=True, timeout=20)
    assert "messages" not in asked.stdout


# What it is


def test_the_command_line_and_the_pages_name_the_same_build(shared):
    version = run("--version")
    assert version.returncode == 0
    build = version.stdout.strip().removeprefix("lethe ")
    assert re.fullmatch(r"\d+\.\d+\.\d+ \([0-9a-f]{12}\)", build)
    room = json.loads(ask(shared, get(shared, "/r/demo/room.json")).body)
    assert room["build"] == shared.status()["build"] == build
    digest = subprocess.run(["sha256sum", BINARY], capture_output=True, text=True).stdout
    assert digest[:12] in build


# Refusing to start


def configured(relay, text):
    (relay.directory / "lethe.yaml").write_text(text)
    return serve(relay)


def good_yaml(relay):
    return "\n".join([
        f'listen: ["127.0.0.1:{relay.port}"]', "certificate: certs/localhost.pem",
        "private-key: certs/localhost.key", "sign-in-keys: certs/sign-in",
        "rooms:", "  demo:", '    name: "Demo"', "    providers:", '      rivera: "Dr Rivera"', ""])


def test_an_unknown_key_names_line_found_and_expected(idle):
    refused = configured(idle, good_yaml(idle) + "certifcate: x\n")
    assert refused.returncode == 78
    assert "lethe.yaml:10" in refused.stderr
    assert "certifcate" in refused.stderr and "certificate" in refused.stderr
    assert "expected" in refused.stderr


@pytest.mark.parametrize("line,words", [
    ("graces: {provider: 301s}", ["graces.provider", "301s", "5m"]),
    ("graces: {patient: 90}", ["graces.patient", "90"]),
    ("graces: {patient: 10m, rejoin: 1m}", ["graces.rejoin", "graces.patient"]),
    ("idle: 1m", ["idle", "1m"]),
    ("idle: yes", ["idle", "yes"]),
    ("maximum-age: 1m", ["maximum-age"]),
    ("limits: {queue: 0}", ["limits.queue", "0"]),
    ("limits: {queue: 1001}", ["limits.queue", "1001"]),
    ("limits: {held-bytes: 1KiB}", ["limits.held-bytes"]),
    ("origins: [http://localhost]", ["origins", "http://localhost"]),
    ("origins: [https://localhost/]", ["origins"]),
    ("origins: ['*']", ["origins"]),
    ("frame-ancestors: ['*']", ["frame-ancestors"]),
    ("frame-ancestors: [http://clinic.example]", ["frame-ancestors", "http://clinic.example"]),
    ("frame-ancestors: ['https://*.clinic.example']", ["frame-ancestors"]),
    ("frame-ancestors: [https://clinic.example/chat]", ["frame-ancestors"]),
    ("frame-ancestors: [\"https://clinic.example; script-src *\"]", ["frame-ancestors"]),
    ("frame-ancestors: https://clinic.example", ["frame-ancestors"]),
    ("patient-copy: forever", ["patient-copy", "forever", "keep-until-leave"]),
    ("check-in: sometimes", ["check-in"]),
    ("tls-1.2: perhaps", ["tls-1.2", "perhaps"]),
    ("hosts: nowhere", ["hosts"]),
    ("Pages: x", ["Pages"]),
])
def test_a_bad_value_names_its_line_and_what_was_expected(idle, line, words):
    refused = configured(idle, good_yaml(idle) + line + "\n")
    assert refused.returncode == 78
    for word in [*words, "lethe.yaml:10", "expected"]:
        assert word in refused.stderr


def test_all_mistakes_are_named_at_once(idle):
    refused = configured(idle, good_yaml(idle) + "idle: 1s\nnonsense: 1\ncheck-in: x\n")
    assert refused.returncode == 78
    for line in (10, 11, 12):
        assert f"lethe.yaml:{line}" in refused.stderr


@pytest.mark.parametrize("text", ["", "null", "[]", "rooms: {}", "{", "a: b: c", "\0", "\xff",
                                  "rooms: *x", "a: 1\na: 2\n", "- " * 5_000])
def test_what_is_no_configuration_is_refused(idle, text):
    refused = configured(idle, text)
    assert refused.returncode == 78
    assert refused.stderr.startswith("lethe: ")


def test_a_configuration_that_is_not_there_is_refused(idle, tmp_path):
    assert run("serve").returncode == 78
    for path in (tmp_path / "none.yaml", tmp_path, "/dev/zero"):
        refused = run("serve", "--configuration", path)
        assert refused.returncode == 78
        assert str(path) in refused.stderr


def test_a_port_in_use_is_refused(start):
    relay = start().relay
    refused = serve(relay, "--control-socket", relay.control + "2")
    assert refused.returncode == 69
    assert str(relay.port) in refused.stderr
    Patient(relay).sync()


def test_a_control_socket_in_use_is_refused_and_still_answers(start):
    relay = start().relay
    refused = serve(relay, "--listen", f"127.0.0.1:{free_port()}")
    assert refused.returncode == 69
    assert "control.sock" in refused.stderr
    assert relay.status()["connections"] == 0


def test_a_file_in_the_control_sockets_place_is_not_replaced(idle):
    path = idle.directory / "control.sock"
    path.write_text("mine")
    refused = serve(idle)
    assert refused.returncode == 69
    assert path.read_text() == "mine"


@pytest.mark.parametrize("missing", ["localhost.pem", "localhost.key"])
def test_a_missing_certificate_or_key_is_refused(idle, missing):
    path = idle.directory / "certs" / missing
    path.unlink()
    refused = serve(idle)
    assert refused.returncode == 66
    assert str(path) in refused.stderr


@pytest.mark.parametrize("broken", ["localhost.pem", "localhost.key"])
def test_a_broken_certificate_or_key_is_refused(idle, broken):
    (idle.directory / "certs" / broken).write_text("nothing of the kind")
    refused = serve(idle)
    assert refused.returncode == 66
    assert broken in refused.stderr and "nothing of the kind" not in refused.stderr


def test_a_key_of_another_certificate_is_refused(idle):
    other = Relay()
    (idle.directory / "certs/localhost.key").write_text(
        (other.directory / "certs/localhost.key").read_text())
    other.__exit__()
    refused = serve(idle)
    assert refused.returncode == 66
    assert "not the key" in refused.stderr


def test_no_sign_in_keys_are_refused_and_private_ones_too(idle):
    keys = idle.directory / "certs/sign-in"
    (keys / "development.pem").rename(idle.directory / "away.pem")
    assert serve(idle).returncode == 66
    (keys / "development.pem").write_text(
        (idle.directory / "certs/invite/development.key").read_text())
    refused = serve(idle)
    assert refused.returncode == 66
    assert "private" in refused.stderr


def test_missing_pages_are_refused(idle, tmp_path):
    assert serve(idle, "--pages", tmp_path / "nothing").returncode == 66
    assert serve(idle, "--pages", tmp_path).returncode == 66


def test_variables_and_flags_take_precedence(idle):
    refused = serve(idle, "--idle", "1s", LETHE_IDLE="2s")
    assert refused.returncode == 78 and "--idle" in refused.stderr
    refused = serve(idle, LETHE_IDLE="2s")
    assert refused.returncode == 78 and "LETHE_IDLE" in refused.stderr
    refused = serve(idle, LETHE_IDEL="2m")
    assert refused.returncode == 78 and "LETHE_IDEL" in refused.stderr


def test_an_invite_is_refused_for_what_cannot_be(idle):
    key = ["--key", idle.directory / "certs/invite/development.key"]
    for arguments in (["--provider", "Dr Rivera", "--room", "demo"],
                      ["--provider", "rivera", "--room", "../demo"],
                      ["--provider", "rivera", "--room", "demo", "--valid", "31d"],
                      ["--provider", "rivera", "--room", "demo", "--valid", "0s"],
                      ["--provider", "rivera", "--room", "demo", "--origin", "http://x"]):
        refused = run("invite", *arguments, *key)
        assert refused.returncode != 0 and refused.stdout == ""


def test_the_certificates_keys_are_nobody_elses_to_read(idle):
    for path in (idle.directory / "certs").rglob("*.key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_a_hang_up_right_after_the_start_reads_again_and_ends_nothing(idle):
    idle.log = None
    idle.process = subprocess.Popen(
        [BINARY, "serve", "--configuration", idle.directory / "lethe.yaml"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment())
    lines = iter(idle.process.stdout.readline, b"")
    next(line for line in lines if b"listening" in line)
    idle.process.send_signal(signal.SIGHUP)
    assert b"read again" in next(lines)
