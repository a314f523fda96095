"""After a visit: nothing in storage, caches, history, titles and addresses, nothing on the disk, and
nothing that Back would bring again."""

import os
import pathlib
import shutil

import pytest
from playwright.sync_api import expect

from people import DESKTOP, PHONE, Patient, Provider
from memory import spellings

pytestmark = pytest.mark.flaky(reruns=0)  # What is left or lost once is a fault.

NAME, REASON = "Marigoldqx", "thistlereasonqx"
ASKED, ANSWERED, DRAFT, NOTE = "foxgloveaskedqx", "bluebellansweredqx", "snowdropdraftqx", "hemlocknoteqx"
MARKERS = (NAME, REASON, ASKED, ANSWERED, DRAFT, NOTE)

KEPT = """async () => ({
    local: {...localStorage}, session: Object.keys(sessionStorage), cookie: document.cookie,
    databases: await indexedDB.databases(), caches: await caches.keys(), history: history.state,
    workers: (await navigator.serviceWorker.getRegistrations()).length, name: window.name,
    files: await navigator.storage.getDirectory().then(async root => (await Array.fromAsync(root.keys())).length),
    url: location.href, referrer: document.referrer, titles: window.titles,
    entries: performance.getEntries().map(entry => `${entry.entryType} ${entry.name}`),
})"""

# Every title that a page ever had: the browser's history keeps them.
TITLES = """
    window.titles = []
    const {set, get} = Object.getOwnPropertyDescriptor(Document.prototype, 'title')
    Object.defineProperty(document, 'title', {get, set(title) { window.titles.push(title); set.call(document, title) }})
"""


def talk(clinic, rivera, page):
    """A visit in which every kind of field has been written in."""
    page.goto(f"{clinic.relay.origin}/r/demo")
    page.get_by_label("Why are you here?").fill(REASON)
    ada = Patient(clinic, page, NAME)
    ada.check_in()
    rivera.open_chat(NAME)
    ada.write(ASKED)
    rivera.write(ANSWERED)
    ada.sees(ANSWERED)
    ada.look_away()
    rivera.write("Hidden, so that the title counts")
    expect(page).to_have_title("(1) New message")
    rivera.composer.fill(DRAFT)
    rivera.information(NAME).get_by_role("textbox", name="Private note").fill(NOTE)
    rivera.page.keyboard.press("Escape")
    return ada


def nothing_of_it(page, session):
    kept = page.evaluate(KEPT)
    assert all(marker not in str(kept) for marker in MARKERS), kept
    assert kept["session"] == session and kept["workers"] == 0 and kept["files"] == 0
    assert [kept["cookie"], kept["databases"], kept["caches"], kept["history"], kept["name"], kept["local"]] == [
        "", [], [], None, "", {}]
    assert set(kept["titles"]) <= {
        "Queue", "(1) Queue", "(2) Queue", "Check in", "Waiting room", "(1) New message", "(2) New messages"}
    assert "#" not in kept["url"] and "?" not in kept["url"] and kept["referrer"] == ""


def test_neither_page_keeps_anything_during_the_visit_or_after_it(clinic):
    clinic.scripts.append(TITLES)
    rivera = clinic.provider()
    page = clinic.watch(clinic.context(PHONE).new_page())
    ada = talk(clinic, rivera, page)
    for each, session in ((page, []), (rivera.page, ["lethe.signin.v1"])):
        nothing_of_it(each, session)
    rivera.close_chat()
    ada.is_told("exists only on this screen")
    ada.leave()
    ada.is_told("Your place was given up.")
    rivera.has_no_row(NAME)
    expect(rivera.page.locator(".toastline")).to_be_hidden(timeout=15_000)
    # The last sentence for a screen reader stays until the next one.
    rivera.page.locator("page-announcer [role]").evaluate_all("regions => regions.forEach(region => region.remove())")
    for each, session in ((page, []), (rivera.page, ["lethe.signin.v1"])):
        nothing_of_it(each, session)
        for marker in MARKERS:
            assert marker not in each.content()


def test_the_browsers_profile_on_the_disk_has_nothing_of_it(clinic, tmp_path):
    """Chromium with a profile, closed as a person closes it; then every byte of its directory is searched."""
    people = []
    for number, viewport in enumerate((DESKTOP, PHONE)):
        context = clinic.browser.browser_type.launch_persistent_context(
            tmp_path / str(number), executable_path=shutil.which("chromium"), args=["--no-sandbox"],
            ignore_https_errors=True, viewport=viewport, locale="en-US")
        context.set_default_timeout(10_000)
        people.append(context)
    provider, patient = (context.pages[0] for context in people)
    provider.on("dialog", lambda dialog: dialog.accept())
    provider.goto(clinic.relay.invite())
    expect(provider.get_by_text("Connected")).to_be_visible()
    rivera = Provider(clinic, provider, "rivera")
    talk(clinic, rivera, patient)
    # What a page of ours would have left, had it stored anything: the search must find it.
    patient.evaluate("localStorage.setItem('control', 'controlmarkerqx')")
    rivera.composer.fill("")
    rivera.close_chat()
    for context in people:
        context.close()
    found = {marker: search(tmp_path, marker) for marker in (*MARKERS, "controlmarkerqx")}
    assert found.pop("controlmarkerqx") != []
    assert found == {marker: [] for marker in MARKERS}


def search(directory, marker):
    return [str(path.relative_to(directory)) for folder, _, files in os.walk(directory) for file in files
            if (path := pathlib.Path(folder, file)).is_file()
            and any(spelling in path.read_bytes() for spelling in spellings(marker).values())]


@pytest.mark.parametrize("who", ["provider", "patient"])
def test_back_does_not_bring_a_chat_again(clinic, who):
    clinic.scripts.append("addEventListener('pageshow', event => { window.isFromCache = event.persisted })")
    rivera = clinic.provider()
    page = clinic.watch(clinic.context(PHONE).new_page())
    ada = talk(clinic, rivera, page)
    person = rivera if who == "provider" else ada
    person.page.on("dialog", lambda dialog: dialog.accept())
    answer = person.page.goto(f"{clinic.relay.origin}/r/nurse")
    assert answer.headers["cache-control"] == "no-store"
    expect(person.page.get_by_label("Your name or an alias")).to_be_visible()
    answer = person.page.go_back()
    assert answer is None or answer.headers["cache-control"] == "no-store"
    if who == "provider":
        rivera.has_row(NAME)
    else:
        expect(person.page.get_by_label("Your name or an alias")).to_have_value("")
    assert person.page.evaluate("window.isFromCache") is False
    for marker in (ASKED, ANSWERED, DRAFT, NOTE):
        person.does_not_see(marker)
    clinic.relay.wait_for_status(messages=0 if who == "provider" else 3)


def test_a_console_from_the_cache_shows_a_door_and_nothing_else(clinic):
    """Chromium keeps no page with an open socket; Safari may. The events are the same."""
    rivera = clinic.provider()
    page = clinic.watch(clinic.context(PHONE).new_page())
    ada = talk(clinic, rivera, page)
    rivera.page.evaluate("""() => {
        dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))
        document.body.dataset.between = document.body.innerText
        dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))
    }""")
    expect(rivera.page.get_by_role("heading", name="This session was erased.")).to_be_visible()
    for marker in MARKERS:
        assert marker not in rivera.page.content()
    clinic.relay.wait_for_status(messages=0)
    ada.is_told("exists only on this screen")
    # The patient's page from the cache goes on with the visit, without what was erased meanwhile.
    page.evaluate("""() => {
        dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))
        dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))
    }""")
    expect(ada.log).not_to_contain_text(ASKED)
    ada.is_told("You're checked in")
