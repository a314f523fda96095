"""Alerts of the console: heard and seen, never with a name or a text in them."""

import json
import re
import time

import pytest
from playwright.sync_api import expect

from swift_client import SwiftClient

# Records what is heard and shown. Headless browsers have neither a speaker nor a desktop.
LISTEN = """
window.heard = []
window.notices = []
const start = OscillatorNode.prototype.start
OscillatorNode.prototype.start = function (...given) {
  window.heard.push(Math.round(this.frequency.value))
  return start.apply(this, given)
}
window.Notification = class extends EventTarget {
  static permission = window.name || 'granted'
  static async requestPermission() { return (this.permission = 'granted') }
  constructor(title, options) {
    super()
    this.shown = {title, ...options, isOpen: true}
    window.notices.push(this.shown)
  }
  close() { this.shown.isOpen = false }
}
"""
ARRIVAL, MESSAGE = [587, 880], [784, 523]
KEY = "lethe.prefs.v1"


@pytest.fixture
def listening(clinic):
    """A console whose sounds and notifications can be asked for, with notifications switched on."""
    clinic.scripts.append(LISTEN)
    return clinic


def heard(person):
    return person.page.evaluate("window.heard")


def until(person, condition):
    """Playwright's own waiting would evaluate a string in the page, which the page forbids."""
    deadline = time.monotonic() + 10
    while not person.page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        person.page.wait_for_timeout(50)


def hears(person, *sounds):
    wanted = [note for sound in sounds for note in sound]
    until(person, f"window.heard.length >= {len(wanted)}")
    assert heard(person) == wanted


def notices(person):
    return person.page.evaluate("window.notices")


def settings(person):
    person.page.get_by_role("button", name="Account settings").click()
    return person.page.get_by_role("group", name="Account settings")


def allow_sound(person):
    """Any press on the page lets the browser play."""
    person.page.get_by_role("heading", name="No call").click()
    expect(person.page.get_by_role("button", name="Sound on")).to_be_visible()


def with_notifications(listening):
    rivera = listening.provider()
    panel = settings(rivera)
    panel.get_by_role("switch", name="Desktop notification").check()
    panel.get_by_role("button", name="Close").click()
    expect(rivera.page.get_by_role("button", name="Sound on")).to_be_visible()
    rivera.page.evaluate("document.hasFocus = () => window.isLookedAt === true")
    return rivera


def test_every_arrival_rises_and_every_message_falls(listening):
    rivera = listening.provider()
    allow_sound(rivera)
    ada = listening.patient("Ada")
    hears(rivera, ARRIVAL)
    listening.patient("Ben")
    hears(rivera, ARRIVAL, ARRIVAL)
    ada.write("Hello")
    hears(rivera, ARRIVAL, ARRIVAL, MESSAGE)


def test_who_came_during_a_lost_connection_is_one_alert(listening):
    relay = listening.relay
    rivera = listening.provider(origin=relay.wire.origin)
    allow_sound(rivera)
    relay.wire.cut()
    relay.wire.drop()
    expect(rivera.page.get_by_text("Not connected")).to_be_visible()
    clients = [SwiftClient(relay, name=name) for name in ("Ada", "Ben", "Cy", "Di", "Eve")]
    try:
        for client in clients:
            client.says("checked in", timeout=60)
        relay.wire.mend()
        rivera.page.evaluate("window.dispatchEvent(new Event('online'))")
        for name in ("Ada", "Ben", "Cy", "Di", "Eve"):
            expect(rivera.row(name)).to_have_count(1, timeout=15_000)
        hears(rivera, ARRIVAL)
        rivera.page.wait_for_timeout(1_500)
        hears(rivera, ARRIVAL)
    finally:
        for client in clients:
            client.__exit__()


def test_a_message_in_the_open_chat_of_somebody_who_looks_makes_no_sound(listening):
    rivera = listening.provider()
    allow_sound(rivera)
    ada = listening.patient("Ada")
    hears(rivera, ARRIVAL)
    rivera.look()
    rivera.open_chat("Ada")
    ada.write("Hello")
    expect(ada.log).to_contain_text("Seen")
    rivera.page.wait_for_timeout(500)
    hears(rivera, ARRIVAL)


def test_a_notification_has_no_name_and_no_text_and_one_takes_the_place_of_another(listening):
    rivera = with_notifications(listening)
    ada = listening.patient("Ada Lovelace")
    until(rivera, "window.notices.length === 1")
    ada.write("I have a cough")
    until(rivera, "window.notices.length === 2")
    shown = notices(rivera)
    assert [notice["title"] for notice in shown] == ["Someone is waiting", "New message in your queue"]
    assert {notice["tag"] for notice in shown} == {"lethe"}
    for notice in shown:
        assert set(notice) == {"title", "tag", "renotify", "silent", "lang", "isOpen"}
    assert not re.search("Ada|cough", json.dumps(shown))


@pytest.mark.parametrize("end", ["read", "erased", "left"])
def test_a_notification_is_closed_when_its_message_is_gone(listening, end):
    rivera = with_notifications(listening)
    ada = listening.patient("Ada")
    rivera.open_chat("Ada")
    rivera.minimise()
    listening.patient("Ben")
    rivera.open_chat("Ben")
    ada.write("Hello")
    until(rivera, "window.notices.at(-1)?.title.startsWith('New message')")
    assert notices(rivera)[-1]["isOpen"]
    if end == "read":
        rivera.page.evaluate("window.isLookedAt = true")
        rivera.look()
        rivera.open_chat("Ada")
        expect(ada.log).to_contain_text("Seen")
    elif end == "erased":
        rivera.open_chat("Ada")
        rivera.close_chat()
    else:
        ada.leave()
    until(rivera, "!window.notices.at(-1).isOpen")


def test_the_tab_counts_in_its_title_and_on_its_icon(listening):
    rivera, ada = listening.provider(), listening.patient("Ada")
    icon = rivera.page.locator("link[rel=icon]")
    expect(icon).to_have_attribute("href", "/favicon.svg")
    ada.write("One")
    ada.write("Two")
    rivera.title_is("(2) Queue")
    expect(icon).to_have_attribute("href", re.compile("^data:image/png;base64,"))
    expect(icon).to_have_attribute("data-unread", "2")
    rivera.look()
    rivera.open_chat("Ada")
    rivera.title_is("Queue")
    expect(icon).to_have_attribute("href", "/favicon.svg")
    panel = settings(rivera)
    panel.get_by_role("switch", name="Number on the tab").uncheck()
    rivera.look_away()
    ada.write("Three")
    rivera.unread("Ada", 1)
    rivera.title_is("Queue")


def test_the_sound_button_mutes_both_and_says_so(listening):
    rivera = listening.provider()
    expect(rivera.page.get_by_role("button", name="Sound blocked")).to_be_visible()
    button = rivera.page.locator("#sound")
    button.click()
    expect(button).to_have_text("Sound on")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(button).to_have_text("Sound off")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(rivera.page.get_by_text("Sound is off.")).to_be_visible()
    ada = listening.patient("Ada")
    ada.write("Hello")
    rivera.unread("Ada", 1)
    rivera.page.wait_for_timeout(600)
    assert heard(rivera) == []


def test_an_empty_queue_promises_a_chime_and_lets_one_hear_it(listening):
    rivera = listening.provider()
    queue = rivera.page.locator("waiting-queue")
    expect(queue).to_contain_text("No one is waiting.")
    expect(queue).to_contain_text("Your browser plays no sound until you press something")
    queue.get_by_role("button", name="Test chime").click()
    hears(rivera, ARRIVAL)
    expect(queue).to_contain_text("You'll hear a chime when someone checks in.")


def test_each_alert_has_a_test(listening):
    rivera = listening.provider()
    panel = settings(rivera)
    panel.get_by_role("button", name="Test arrival").click()
    hears(rivera, ARRIVAL)
    panel.get_by_role("button", name="Test message").click()
    hears(rivera, ARRIVAL, MESSAGE)
    panel.get_by_role("button", name="Test the repeat").click()
    hears(rivera, ARRIVAL, MESSAGE, MESSAGE, MESSAGE)
    panel.get_by_role("button", name="Test the number on the tab").click()
    rivera.title_is("(1) Queue")
    panel.get_by_role("button", name="Test desktop notification").click()
    expect(panel).to_contain_text("Sent. If you saw none")
    assert [notice["title"] for notice in notices(rivera)] == ["This is a test"]
    panel.get_by_role("button", name="Test in 5 seconds").click()
    hears(rivera, ARRIVAL, MESSAGE, MESSAGE, MESSAGE, ARRIVAL)
    rivera.title_is("Queue")


def test_what_the_browser_blocks_is_said(listening):
    rivera = listening.provider()
    rivera.page.evaluate("Notification.permission = 'denied'")
    panel = settings(rivera)
    switch = panel.get_by_role("switch", name="Desktop notification")
    switch.click()
    expect(switch).not_to_be_checked()
    expect(panel).to_contain_text("Blocked by your browser. Allow notifications for this address")
    panel.get_by_role("button", name="Test desktop notification").click()
    expect(panel).to_contain_text("Nothing was shown.")
    assert notices(rivera) == []


def test_choices_outlive_the_page_in_one_key_that_has_no_room_for_a_text(listening):
    rivera = listening.provider()
    panel = settings(rivera)
    panel.get_by_role("switch", name="Repeat until seen").uncheck()
    panel.get_by_label("Volume").fill("3")
    stored = rivera.page.evaluate("Object.entries({...localStorage})")
    assert [key for key, _ in stored] == [KEY]
    kept = json.loads(stored[0][1])
    assert kept == {"sound": True, "volume": 3, "notification": False, "badge": True,
                    "repeat": False, "onlyHidden": False, "enterSends": True, "theme": "",
                    "language": ""}
    rivera.page.evaluate("""key => localStorage.setItem(key, JSON.stringify(
        {...JSON.parse(localStorage.getItem(key)), sound: 'Ada', name: 'Ada has a cough'}))""", KEY)
    rivera.refresh()
    panel = settings(rivera)
    expect(panel.get_by_role("switch", name="Repeat until seen")).not_to_be_checked()
    expect(panel.get_by_role("switch", name="Sound", exact=True)).to_be_checked()
    panel.get_by_role("switch", name="Number on the tab").uncheck()
    assert "Ada" not in rivera.page.evaluate("key => localStorage.getItem(key)", KEY)


@pytest.mark.relay(client_storage=False)
def test_a_clinic_without_storage_in_browsers_has_none(listening):
    rivera = listening.provider()
    panel = settings(rivera)
    panel.get_by_role("switch", name="Sound", exact=True).uncheck()
    expect(panel).to_contain_text("These choices last until you leave this page.")
    assert rivera.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
