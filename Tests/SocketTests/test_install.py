"""What `make install` puts where, and the unit for systemd."""

import os
import shutil
import subprocess

import pytest

from relay import BINARY, ROOT

UNIT = ROOT / "docs/examples/lethe.service"
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")


def place(root, prefix="/usr"):
    return subprocess.run(
        [ROOT / ".ci/place", BINARY, root, prefix], cwd=ROOT, capture_output=True, text=True,
        timeout=60)


def test_it_puts_everything_below_its_root_and_keeps_what_is_there(tmp_path):
    assert place(tmp_path).returncode == 0
    assert os.access(tmp_path / "usr/bin/lethe", os.X_OK)
    web = tmp_path / "usr/share/lethe/web"
    for page in ("patient.html", "provider.html", "lethe-chat.js", "relay/frames.js"):
        assert (web / page).read_bytes() == (ROOT / "Sources/Web" / page).read_bytes()
    unit = (tmp_path / "usr/lib/systemd/system/lethe.service").read_text()
    assert "ExecStart=/usr/bin/lethe serve --configuration /etc/lethe/lethe.yaml" in unit
    assert (tmp_path / "usr/lib/sysusers.d/lethe.conf").read_text().startswith("u lethe ")
    configuration = tmp_path / "etc/lethe/lethe.yaml"
    assert "\npages: /usr/share/lethe/web\n" in configuration.read_text()
    configuration.write_text("mine")
    assert place(tmp_path).returncode == 0
    assert configuration.read_text() == "mine"


@needs_systemd
def test_the_unit_is_well_protected():
    analysed = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", UNIT],
        capture_output=True, text=True, timeout=60)
    assert analysed.returncode == 0, analysed.stdout[-2_000:] + analysed.stderr


@needs_systemd
def test_the_unit_says_nothing_that_systemd_does_not_understand():
    verified = subprocess.run(
        ["systemd-analyze", "verify", UNIT], capture_output=True, text=True, timeout=60)
    # Newer than some: ignored there. And the relay is not installed here.
    newer = ("MemoryZSwapMax", "CoredumpReceive", "is not executable")
    for line in (verified.stdout + verified.stderr).splitlines():
        if "lethe.service" in line:
            assert any(word in line for word in newer), line
