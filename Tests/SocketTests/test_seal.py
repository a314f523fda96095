"""The seal: what the process can no longer do, seen from outside, and how it refuses to start."""

import ctypes
import fcntl
import json
import os
import pathlib
import platform
import re
import resource
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

import pytest

from client import ACCEPTED, MESSAGE, Patient
from http_raw import ask, get
from relay import BINARY, USER, Relay, environment

AS_ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not AS_ROOT, reason="needs root, to give something up")


def status_of(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return dict(re.split(r":\s+", line, maxsplit=1) for line in lines if ":" in line)


def limits_of(pid):
    lines = pathlib.Path(f"/proc/{pid}/limits").read_text().splitlines()[1:]
    return {line[:26].strip(): line[26:].split()[:2] for line in lines}


def test_the_kernel_says_that_it_is_sealed(strict):
    relay = strict()
    pid = relay.process.pid
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            status = status_of(task.name)
        except FileNotFoundError:  # A thread of the pool that has ended.
            continue
        assert (status["Seccomp"], status["NoNewPrivs"]) == ("2", "1")
        lock = 1 << 14  # CAP_IPC_LOCK may stay where the limit on locked memory is low.
        for kind in ("CapPrm", "CapEff", "CapInh", "CapAmb"):
            assert int(status[kind], 16) & ~lock == 0
        assert "0" not in status["Uid"].split()
    assert int(status_of(pid)["VmLck"].split()[0]) > 0
    limits = limits_of(pid)
    assert limits["Max file size"] == ["0", "0"]
    assert all(int(limit) <= 1 for limit in limits["Max core file size"])
    # Not dumpable: what shows the inside belongs to root, whoever the relay is.
    assert os.stat(f"/proc/{pid}/mem").st_uid == 0
    assert relay.status()["seal"] == "strict" and relay.status()["missing"] == []
    room = json.loads(ask(relay, get(relay, "/r/demo/room.json")).body)
    assert room["seal"] == {"state": "strict", "missing": [], "development": True}
    assert "sealed (strict)" in relay.log_path.read_text()


def test_chatting_reloading_and_stopping_work_under_the_seal(strict, tmp_path):
    from conftest import Room

    relay = strict()
    room = Room(relay, "demo")
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    other = strict()
    for name in ("localhost.pem", "localhost.key"):
        shutil.copy(other.directory / "certs" / name, relay.directory / "certs" / name)
    relay.hang_up()
    Patient(relay).sync()
    patient.message(chat, "two")
    patient.incoming(ACCEPTED, sequence=2)
    assert relay.stop() == 0
    assert "stopped" in relay.log_path.read_text()


@needs_root
def test_a_file_that_the_user_cannot_read_keeps_the_old_one_and_is_said(strict):
    relay = strict()
    path = relay.directory / "certs/localhost.key"
    os.chown(path, 0, 0)
    path.chmod(0o600)
    relay.process.send_signal(signal.SIGHUP)
    relay.wait_for_log("kept the old")
    assert f"no readable file at {path}" in relay.log_path.read_text()
    Patient(relay).sync()


@pytest.fixture
def core_pattern(tmp_path):
    """Sets the machine's core_pattern for a test. There is one for all tests that run at the same
    time: without the lock one would take another's for what was there before."""
    setting = pathlib.Path("/proc/sys/kernel/core_pattern")
    with open(pathlib.Path(tempfile.gettempdir()) / "lethe-core-pattern.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        former = setting.read_text()
        try:
            yield setting.write_text
        finally:
            setting.write_text(former)


@needs_root
@pytest.mark.parametrize("kind", ["file", "pipe"])
def test_a_crash_leaves_no_core(strict, core_pattern, tmp_path, kind):
    tmp_path.chmod(0o777)
    for parent in tmp_path.parents[:3]:
        parent.chmod(parent.stat().st_mode | 0o755)
    core = tmp_path / "core"
    helper = tmp_path / "helper"
    helper.write_text(f"#!/bin/sh\ncat > {core}\n")
    helper.chmod(0o755)
    try:
        core_pattern(f"|{helper}" if kind == "pipe" else str(core))
    except OSError as error:
        pytest.skip(f"core_pattern cannot be set here: {error}")
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]

    def crash(arguments):
        process = subprocess.Popen(
            arguments, stdout=subprocess.DEVNULL, env=environment(),
            preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_CORE, unlimited if hard == unlimited[1] else (hard, hard)))
        time.sleep(0.2)
        process.send_signal(signal.SIGABRT)
        process.wait(20)
        time.sleep(0.5)
        found = core.exists() and core.stat().st_size > 0
        core.unlink(missing_ok=True)
        return found

    if not crash(["sleep", "20"]):
        pytest.skip("nothing leaves a core here, so that this would show nothing")
    relay = strict()
    relay.process.send_signal(signal.SIGABRT)
    assert relay.process.wait(20) == -signal.SIGABRT
    time.sleep(0.5)
    assert not core.exists() or core.stat().st_size == 0


# Hosts that lack something, made with a filter as container runtimes use them


CALLS = {"x86_64": {"landlock": 444, "seccomp": 317, "mlockall": 151,
                    "signalfd4": 289},
         "aarch64": {"landlock": 444, "seccomp": 277, "mlockall": 230,
                     "signalfd4": 74}}.get(platform.machine())
needs_filters = pytest.mark.skipif(
    not AS_ROOT or CALLS is None, reason="needs root and a known machine, to take calls away")


def without(*calls):
    """What to do before a process starts: these calls do not exist in it."""
    libc = ctypes.CDLL(None, use_errno=True)
    program = b"".join([
        struct.pack("HBBI", 0x20, 0, 0, 0),  # The number of the call.
        *(struct.pack("HBBI", 0x15, len(calls) - index, 0, CALLS[call])
          for index, call in enumerate(calls)),
        struct.pack("HBBI", 0x06, 0, 0, 0x7FFF0000),  # Allowed.
        struct.pack("HBBI", 0x06, 0, 0, 0x00050000 | 38),  # ENOSYS.
    ])

    def take_away():
        kept = ctypes.create_string_buffer(program)
        filter = struct.pack("HP", len(program) // 8, ctypes.addressof(kept))
        if libc.prctl(22, 2, filter, 0, 0) != 0:  # PR_SET_SECCOMP
            raise OSError(ctypes.get_errno(), "no filter")

    return take_away


def refusal(relay, *arguments, before=None, **more):
    relay.give_to_user()
    return subprocess.run(
        [BINARY, "serve", "--configuration", relay.directory / "lethe.yaml", *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**environment(), **more}, preexec_fn=before, timeout=30)


@needs_filters
@pytest.mark.parametrize("calls,name,words", [
    (["landlock"], "landlock", ["found none in this kernel", "Linux 5.13", "lsm="]),
    (["seccomp"], "seccomp", ["no filter", "CONFIG_SECCOMP_FILTER"]),
    (["mlockall"], "memory-lock", ["LimitMEMLOCK=infinity"]),
])
def test_a_host_without_one_part_is_refused_in_a_sentence(strict, calls, name, words):
    refused = refusal(strict(start=False), before=without(*calls))
    assert refused.returncode == 78
    assert refused.stderr.startswith("lethe: ")
    line = next(line for line in refused.stderr.splitlines() if f"seal: {name}: " in line)
    for word in [*words, "expected"]:
        assert word in line
    assert "best-effort" in refused.stderr


@needs_filters
@pytest.mark.parametrize("calls,names", [
    (["landlock"], {"landlock", "self-test"}),
    (["seccomp"], {"seccomp", "self-test"}),
    (["mlockall"], {"memory-lock"}),
    (["landlock", "seccomp", "mlockall"], {"landlock", "seccomp", "memory-lock", "self-test"}),
])
def test_best_effort_starts_and_says_everywhere_what_is_missing(calls, names):
    relay = Relay(seal="best-effort", user=USER)
    try:
        relay.start(preexec_fn=without(*calls))
        status = relay.status()
        assert status["seal"] == "partial"
        assert set(status["missing"]) == names
        room = json.loads(ask(relay, get(relay, "/r/demo/room.json")).body)
        assert room["seal"] == {
            "state": "partial", "missing": status["missing"], "development": True}
        assert "sealed in part (best-effort), without " in relay.log_path.read_text()
        # A hole is found by trying, not by asking what was switched on.
        assert ("self-test" in status["missing"]) == ("self-test" in names)
        patient = Patient(relay)
        patient.sync()
        assert relay.stop() == 0
    finally:
        relay.__exit__()


@needs_filters
def test_a_relay_that_no_signal_reaches_is_refused(strict):
    """It sends itself a SIGHUP before it serves."""
    strict()  # Skips where the machine cannot seal.
    refused = refusal(strict(start=False), before=without("signalfd4"))
    assert refused.returncode == 73
    assert "cannot do what it needs: hang-up (Function not implemented)" in refused.stderr


@needs_root
def test_root_without_a_user_is_refused(strict):
    relay = strict(start=False)
    relay.settings["user"] = None
    relay.write_configuration()
    refused = refusal(relay)
    assert refused.returncode == 78
    assert "seal: user: found root, and no `user` to become" in refused.stderr
    relay.settings["user"] = "nobody-of-that-name"
    relay.write_configuration()
    refused = subprocess.run(
        [BINARY, "serve", "--configuration", relay.directory / "lethe.yaml"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment(), timeout=30)
    assert refused.returncode == 78
    assert "no user nobody-of-that-name on this machine" in refused.stderr


@needs_root
@pytest.mark.skipif(not os.path.exists("/usr/bin/setpriv"), reason="needs setpriv")
def test_a_low_limit_on_locked_memory_is_refused(strict):
    relay = strict(start=False)
    relay.give_to_user()
    relay.settings["user"] = None
    relay.write_configuration()
    os.chmod(relay.directory / "lethe.yaml", 0o644)
    refused = subprocess.run(
        ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
         "--bounding-set", "-all", "/bin/sh", "-c",
         f"ulimit -l 8192; exec {BINARY} serve --configuration {relay.directory}/lethe.yaml"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment(), timeout=30)
    if "Permission denied" in refused.stderr:
        pytest.skip("the binary lies where nobody else may go")
    assert refused.returncode == 78
    assert "seal: memory-lock: found a limit of 8 MiB" in refused.stderr
    assert "LimitMEMLOCK=infinity" in refused.stderr


def test_output_into_a_file_is_refused(tmp_path):
    relay = Relay()
    relay.give_to_user()
    try:
        with open(tmp_path / "log", "wb") as log:
            arguments = [BINARY, "serve", "--configuration", relay.directory / "lethe.yaml"]
            refused = subprocess.run(
                arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.PIPE, text=True,
                env=environment(), timeout=30)
            assert refused.returncode == 78
            assert f"is the file {tmp_path / 'log'}, expected a pipe" in refused.stderr
            assert (tmp_path / "log").read_bytes() == b""
    finally:
        relay.__exit__()


def test_a_log_file_needs_best_effort_and_is_said(tmp_path):
    relay = Relay(seal="strict", allow_log_file="true")
    relay.settings["user"] = None
    relay.write_configuration()
    try:
        refused = refusal(relay)
        assert refused.returncode == 78
        assert "`allow-log-file` is true, expected `seal: best-effort`" in refused.stderr
        relay.settings["seal"] = "best-effort"
        relay.write_configuration()
        with open(tmp_path / "log", "wb") as log:
            process = subprocess.Popen(
                [BINARY, "serve", "--configuration", relay.directory / "lethe.yaml"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment())
            deadline = time.monotonic() + 20
            while "listening" not in (tmp_path / "log").read_text():
                assert process.poll() is None and time.monotonic() < deadline
                time.sleep(0.05)
            assert {"output", "file-size"} <= set(relay.status()["missing"])
            process.terminate()
            assert process.wait(30) == 0
    finally:
        relay.__exit__()


def test_something_else_that_is_open_is_refused_and_named(strict):
    probe = strict()  # Skips where the machine cannot seal.
    relay = strict(start=False)
    relay.give_to_user()
    mine, theirs = socket.socketpair()
    number = theirs.fileno()
    refused = subprocess.run(
        [BINARY, "serve", "--configuration", relay.directory / "lethe.yaml"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment(), timeout=30,
        pass_fds=[number])
    mine.close()
    theirs.close()
    assert refused.returncode == 71
    assert f"seal: descriptors: found {number} (socket:[" in refused.stderr
    assert probe.process.poll() is None


def test_preloaded_code_is_refused(strict):
    relay = strict(start=False)
    refused = refusal(relay, LD_PRELOAD="libm.so.6")
    assert refused.returncode == 78
    assert "seal: preloaded-code: found LD_PRELOAD set" in refused.stderr


# What it says


EVENTS = [
    r"notice: sealed \(strict\), \d+ checks",
    r"warning: sealed in part \(best-effort\), without [a-z]+(-[a-z]+)*(, [a-z]+(-[a-z]+)*)*",
    r"notice: listening, build \d+\.\d+\.\d+ \([0-9a-f]{12}\), rooms \d+, ledger-key [0-9a-f]{64}",
    r"warning: the secure heap fills, \d+ of \d+ bytes; at 90 % new sessions are refused",
    r"notice: sign-in refused: the [ -~]+",
    r"notice: certificates and keys read again, keys \d+, removed \d+",
    r"error: kept the old certificates and keys: [a-z-]+: [ -~]+",
    r"warning: a proxy ends TLS in front of this relay; what it says of addresses is not believed",
    r"error: a socket's handlers could not be installed",
    r"notice: stopping(, after chats are copied)?",
    r"notice: draining: no new check-ins, and the end when nobody is left",
    r"notice: stopped",
]


def test_everything_that_a_busy_relay_says_is_one_of_a_few_events(start):
    from conftest import Room

    room = start()
    relay = room.relay
    canary = "CANARY-4711"
    patient, provider, chat = room.chat()
    for number in range(5):
        patient.message(chat, f"{canary} {number}")
        provider.message(chat, f"{canary} {number}")
    provider.incoming(MESSAGE)
    patient.send_text(json.dumps({"type": canary}))
    patient.closing()
    for path in (f"/{canary}", f"/r/{canary}", f"/r/demo?{canary}=1"):
        ask(relay, get(relay, path, headers=[("X-Forwarded-For", canary), ("Cookie", canary)]))
    refused = room.socket()
    refused.send_text(json.dumps(
        {"type": "provider", "version": 1, "token": f"{canary}.{canary}.{canary}"}))
    try:
        refused.closing()
    except Exception:
        pass
    (relay.directory / "certs/sign-in/broken.pem").write_text(canary)
    relay.process.send_signal(signal.SIGHUP)
    relay.wait_for_log("kept the old")
    assert relay.stop() == 0
    log = relay.log_path.read_text()
    assert canary not in log
    for told in (patient.secret, provider.secret, provider.token, "127.0.0.1", "rivera", "Rivera"):
        assert told not in log
    for line in log.splitlines():
        assert any(re.fullmatch(event, line) for event in EVENTS), line


def test_a_log_that_nobody_reads_does_not_stop_the_relay():
    relay = Relay()
    relay.give_to_user()
    try:
        relay.process = subprocess.Popen(
            [BINARY, "serve", "--configuration", relay.directory / "lethe.yaml"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=environment())
        while b"listening" not in relay.process.stdout.readline():
            assert relay.process.poll() is None
        # One page: full after a few dozen lines, at the latest.
        fcntl.fcntl(relay.process.stdout, 1031, 4_096)  # F_SETPIPE_SZ
        for _ in range(100):
            relay.process.send_signal(signal.SIGHUP)
            time.sleep(0.02)
        relay.status()
        Patient(relay).sync()
    finally:
        relay.kill()
        relay.__exit__()
