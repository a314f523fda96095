"""The reviewer's page: what a reviewer sees, takes away, and is told when there is nothing to see."""

import json
import subprocess

import pytest
from playwright.sync_api import expect

import axe
import layout
from people import DESKTOP, PHONE
from relay import ROOT, environment

# Beside the relay that is tested there may be neither `lethe-tools` nor a broken relay.
BUILT = ROOT / ".build/debug"


def link_of(relay, reviewer="auditor"):
    return relay._command(
        "invite", "--reviewer", reviewer, "--key",
        str(relay.directory / "certs/invite/development.key"), "--origin", relay.origin)


def open_page(clinic, viewport=DESKTOP, link=None):
    page = clinic.watch(clinic.context(viewport).new_page())
    page.goto(link or link_of(clinic.relay))
    return page


def count(page, name):
    return page.locator(f'[data-put="{name}"]')


def test_it_shows_the_running_relay_and_follows_it(clinic):
    page = open_page(clinic)
    expect(page.get_by_role("heading", name="Enforced by")).to_be_visible()
    assert page.url == f"{clinic.relay.origin}/compliance"
    assert page.evaluate("() => [localStorage.length, sessionStorage.length]") == [0, 0]
    expect(count(page, "visits")).to_have_text("0")
    clinic.patient("Ada Lovelace")
    expect(count(page, "visits")).to_have_text("1")
    assert "Ada" not in page.content()

    row = page.locator(".check", has=page.get_by_text("core-dumps", exact=True))
    expect(row).to_contain_text("Holds")
    expect(row.locator("code").last).to_have_text(
        f"grep core /proc/{clinic.relay.process.pid}/limits")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    row.get_by_role("button", name="Copy the line for core-dumps").click()
    expect(page.locator("#said")).to_have_text("Copied")


@pytest.mark.relay(seal="best-effort", user=None, allow_log_file="true")
def test_what_is_missing_stands_first(clinic):
    """Whoever has a minute sees what is not as it should be; the others keep their order."""
    if not clinic.relay.status()["missing"]:
        pytest.skip("nothing is missing on this machine")
    page = open_page(clinic)
    expect(page.locator(".check").first).to_contain_text("Missing")
    classes = page.locator(".check__state").evaluate_all("all => all.map(each => each.className)")
    states = ["missing" in each for each in classes]
    assert states == sorted(states, reverse=True) and False in states
    missing = page.locator(".check", has=page.locator(".check__state--missing"))
    names = missing.locator(".check__name").all_inner_texts()
    assert names == clinic.relay.status()["missing"]


def test_what_is_exported_is_signed(clinic):
    page = open_page(clinic)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export signed JSON").click()
    path = clinic.relay.directory / "report.json"
    download.value.save_as(path)
    assert json.loads(path.read_text())["key"] == count(page, "key").inner_text()
    checked = subprocess.run([BUILT / "lethe", "verify", "--report", path], capture_output=True, text=True,
                             env=environment())
    assert checked.returncode == 0, checked.stderr


def test_a_click_makes_the_relay_check_itself(clinic):
    """The button says what it does, the page says how far it is, and a reader hears the end."""
    page = open_page(clinic)
    spoken = page.locator('page-announcer [role="status"]')
    expect(count(page, "audit")).to_have_text("Not since the start.")
    expect(count(page, "scheduled")).to_have_text("By itself every 60 minutes.")
    button = page.get_by_role("button", name="Check now")
    button.click()
    expect(spoken).to_have_text("The check has begun.")
    expect(count(page, "audit")).to_contain_text("It runs:")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(count(page, "audit")).to_contain_text("PASS at", timeout=300_000)
    expect(spoken).to_contain_text("PASS at")
    expect(count(page, "audited")).to_have_text("1 check since the start, 0 failed.")
    rows = page.locator("#checks tbody tr")
    expect(rows).to_have_count(9)
    for row in rows.all():
        found, left, _, result = row.locator("td").all_inner_texts()
        assert int(found.replace(",", "")) > 600 and (left, result) == ("0", "Pass")
    assert axe.violations(page) == []
    assert layout.clipped(page) == []


@pytest.mark.relay(binary=BUILT / "LeakingRelay")
def test_a_relay_that_leaks_says_so(clinic):
    page = open_page(clinic)
    page.get_by_role("button", name="Check now").click()
    expect(count(page, "audit")).to_contain_text("FAIL at", timeout=300_000)
    expect(page.locator('page-announcer [role="status"]')).to_contain_text("FAIL at")
    expect(page.locator("#checks")).to_contain_text("FAIL")


def test_without_a_good_link_it_says_why(clinic):
    origin = clinic.relay.origin
    for link, words in ((f"{origin}/compliance", "Open your reviewer's link"),
                        (f"{origin}/compliance#x.y.z", "Your link was refused"),
                        (f"{origin}/compliance#{clinic.relay.token()}", "Your link was refused")):
        # Not watched: a browser calls each 401 an error of the page.
        page = clinic.context(PHONE).new_page()
        page.goto(link)
        expect(page.get_by_role("heading", name=words)).to_be_visible()
        expect(page.locator("#report")).to_be_hidden()
        assert list(axe.violations(page)) == []


def test_a_relay_that_is_gone_is_told_beside_what_it_said_last(clinic):
    page = open_page(clinic)
    expect(count(page, "visits")).to_have_text("0")
    clinic.relay.kill()
    expect(page.locator("#notice")).to_contain_text("cannot be reached", timeout=15_000)
    expect(page.get_by_role("heading", name="Evidence")).to_be_visible()
    clinic.relay.start()
    expect(page.locator("#notice")).to_contain_text("started anew", timeout=15_000)


@pytest.mark.parametrize("size", [DESKTOP, PHONE, layout.ZOOMED],
                         ids=["desktop", "phone", "zoomed"])
def test_nothing_is_wrong_with_it(clinic, size):
    page = open_page(clinic, size)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    expect(page.locator(".check").first).to_be_visible()
    page.locator("summary").click()
    found = [*layout.clipped(page), *layout.small(page, 24 if size == DESKTOP else 44)]
    if size != layout.ZOOMED:
        found += axe.violations(page)
        page.emulate_media(color_scheme="dark")
        found += axe.violations(page, colours_only=True)
        page.emulate_media(color_scheme="light", forced_colors="active")
        found += layout.unmarked(page)
    assert found == []


def test_it_speaks_spanish_and_prints_all_of_it(clinic):
    page = open_page(clinic)
    page.locator("language-choice select").select_option("es")
    expect(page.get_by_role("heading", name="Lo que no podemos probar")).to_be_visible()
    expect(page.locator(".check").first).to_contain_text("Encontrado")
    pdf = page.pdf()
    assert pdf.startswith(b"%PDF")
    page.emulate_media(media="print")
    for hidden in ("#print", "#export", "language-choice", ".check__look .button >> nth=0"):
        expect(page.locator(hidden)).to_be_hidden()


def test_a_control_that_is_missing_is_named_first(clinic):
    page = clinic.watch(clinic.context(PHONE).new_page())

    def lack(route):
        given = route.fetch()
        file = given.json()
        report = json.loads(file["report"])
        report["enforced"].append({"name": "swap-file", "state": "missing", "found": "one", "expected": "none"})
        file["report"] = json.dumps(report)
        route.fulfill(response=given, json=file)

    page.route("**/compliance/report", lack)
    page.goto(link_of(clinic.relay))
    expect(count(page, "summary")).to_contain_text("missing")
    names = page.locator(".check").evaluate_all(
        "rows => rows.map(row => [row.querySelector('.check__name').textContent, row.classList.contains('check--missing')])")
    missing = [name for name, lacks in names if lacks]
    assert missing[-1] == "swap-file"
    assert [name for name, _ in names][:len(missing)] == missing
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert [*layout.clipped(page), *axe.violations(page)] == []
