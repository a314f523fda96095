"""Real pages in Debian's Chromium against the real binary."""

import pathlib
import shutil
import sys

import pytest
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Harness"))
from people import Clinic  # noqa: E402
from relay import Relay  # noqa: E402


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright):
    # Without a window of its own around it, a page is there in a third of the time.
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert path, "chromium is not installed: make test-dependencies"
    browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
    yield browser
    browser.close()


@pytest.fixture
def clinic(chromium, request):
    """A relay and the people in front of it. `@pytest.mark.relay(graces=…)` changes its settings."""
    marker = request.node.get_closest_marker("relay")
    with Relay(**(marker.kwargs if marker else {})) as relay:
        clinic = Clinic(chromium, relay)
        yield clinic
        clinic.leave()


def pytest_configure(config):
    config.addinivalue_line("markers", "relay(**settings): settings of the relay of this test")
