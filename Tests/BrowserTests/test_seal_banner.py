"""What a provider's console says of a relay that is not whole: at once, by name, on every console."""

import re

import pytest
from playwright.sync_api import expect

import axe
from people import DESKTOP

PARTIAL = {"seal": "best-effort", "user": None, "allow_log_file": "true"}


def banner(page):
    return page.locator(".topbar__seal")


def console(clinic, name, **seal):
    """A console whose `room.json` says this of the seal besides what the relay says."""
    page = clinic.watch(clinic.context(DESKTOP).new_page())

    def changed(route):
        room = route.fetch().json()
        room["seal"] |= seal
        route.fulfill(json=room)

    page.route("**/room.json", changed)
    page.goto(clinic.relay.invite(name))
    expect(page.get_by_text("Connected")).to_be_visible()
    return page


@pytest.mark.relay(**PARTIAL)
def test_every_console_names_what_the_relay_lacks(clinic):
    missing = clinic.relay.status()["missing"]
    if "user" not in missing:
        pytest.skip("this relay lacks no user of its own")
    for name in ("rivera", "lee"):
        page = clinic.provider(name).page
        expect(banner(page)).to_be_visible()
        expect(banner(page)).to_contain_text("a user of its own")
        # Nothing is left out: as many as the relay counts.
        said = re.split(r", | and ", banner(page).inner_text().split("without ")[1])
        assert len([part for part in said if part]) == len(missing), said


def test_what_is_missing_is_loud_with_a_clinics_certificate(clinic):
    """Development is calm; a service that patients use is not, and says whom to tell."""
    page = console(clinic, "rivera", state="partial", missing=["seccomp", "landlock"],
                   development=False)
    expect(banner(page)).to_have_text(
        "This service runs without closed system calls and closed files. Tell whoever runs it.")
    expect(banner(page)).not_to_have_class(re.compile("calm"))
    red, plain = (page.evaluate(
        "place => getComputedStyle(document.querySelector(place)).color", place)
        for place in (".topbar__seal", ".topbar"))
    assert red != plain
    assert axe.violations(page) == []


def test_a_whole_seal_needs_no_words(clinic):
    page = console(clinic, "rivera", state="strict", missing=[], development=False)
    expect(banner(page)).to_be_hidden()
