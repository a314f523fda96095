"""What strangers send, changed a little and read again (Tests/Fuzz): seconds here, hours with
`make fuzz`."""

import os
import pathlib
import random
import re
import signal
import struct
import subprocess

import pytest

from relay import ROOT

BINARY = ROOT / ".build/debug/Fuzz"
CORPUS = ROOT / "Tests/Fuzz/Corpus"
SECONDS = os.environ.get("LETHE_FUZZ_SECONDS", "4")
SEED = os.environ.get("LETHE_SEED", str(random.randrange(2**32)))


def fuzz(tape, *targets, seconds=SECONDS):
    run = subprocess.run(
        [BINARY, CORPUS, str(seconds), SEED, tape, *targets], capture_output=True, text=True,
        cwd=ROOT)
    print(f"LETHE_SEED={SEED}\n{run.stdout}")
    return run


def taped(tape):
    """The input that was being read last."""
    data = pathlib.Path(tape).read_bytes()
    return data[4:4 + struct.unpack(">I", data[:4])[0]]


@pytest.mark.parametrize("target", ["frames", "upgrade", "json", "token", "resume"])
def test_nothing_that_is_nearly_right_traps(tmp_path, target):
    run = fuzz(tmp_path / "tape", target)
    assert run.returncode == 0, (run.stderr[-2_000:], taped(tmp_path / "tape").hex())
    assert int(re.search(rf"{target}: (\d+) inputs", run.stdout)[1]) > 100


def test_a_planted_mistake_is_found(tmp_path):
    run = fuzz(tmp_path / "tape", "planted", seconds=120)
    assert run.returncode in (-signal.SIGILL, -signal.SIGTRAP), run
    # The input is kept, and is one: a goodbye of 1011.
    found = taped(tmp_path / "tape")
    again = tmp_path / "corpus" / "frames"
    again.mkdir(parents=True)
    (again / "found").write_bytes(found)
    run = subprocess.run([BINARY, again.parent, "0", "1", tmp_path / "other", "planted"], cwd=ROOT,
                         capture_output=True)
    assert run.returncode in (-signal.SIGILL, -signal.SIGTRAP)
