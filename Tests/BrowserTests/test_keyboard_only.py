"""A visit from both sides with the keyboard alone; where the focus is, by the table of ux.md 4.5."""

import re

import pytest
from playwright.sync_api import expect

from people import DESKTOP, PHONE, Patient, Provider

# Anything that would be a hand on a mouse, unless a key was pressed for it.
NO_MOUSE = """
for (const type of ['mousedown', 'pointerdown', 'touchstart'])
    addEventListener(type, () => { throw new Error('no mouse here') }, true)"""

RING = """() => {
    const node = document.activeElement
    const frames = [node, node.closest('.composer__box')].filter(Boolean)
    return frames.some(each => {
        const {outlineStyle, outlineWidth} = getComputedStyle(each)
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2
    })
}"""
SHOWN = """() => {
    const box = document.activeElement.getBoundingClientRect()
    return [.2, .5, .8].some(part => document.activeElement.contains(
        document.elementFromPoint(box.left + box.width / 2, box.top + part * box.height)))
}"""


@pytest.fixture
def clinic(clinic):
    clinic.scripts.append(NO_MOUSE)
    return clinic


class Keys:
    """Two hands on a keyboard."""

    def __init__(self, page):
        self.page = page

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text):
        self.page.keyboard.type(text)

    @property
    def here(self):
        return self.page.locator(":focus")

    def on(self, locator):
        """The focus is there, shows it, and nothing lies over it."""
        expect(locator).to_be_focused()
        if not locator.evaluate("node => node.matches('h1, [tabindex=\"-1\"]:not(.row, .m)')"):
            assert self.page.evaluate(RING), f"no ring: {locator}"
        assert self.page.evaluate(SHOWN), f"covered: {locator}"

    def to(self, locator, key="Tab", most=40):
        """Goes on with Tab until the focus is there; every stop shows where one is."""
        for _ in range(most):
            self.press(key)
            if self.page.evaluate("document.activeElement === document.body"):
                continue  # The browser's own controls, between the last and the first of the page.
            assert self.page.evaluate(RING), self.page.evaluate("document.activeElement.outerHTML")[:200]
            if locator.evaluate("node => node === document.activeElement"):
                return self.on(locator)
        raise AssertionError(f"{most} times {key} do not lead to {locator}")


    def to_row(self, rivera, name):
        """The list is one stop, with arrows inside."""
        self.to(self.page.locator(".row[tabindex='0']"))
        self.press("Home")
        while not rivera.row(name).evaluate("node => node === document.activeElement"):
            self.press("ArrowDown")
        self.on(rivera.row(name))

    def to_region(self, heading):
        for _ in range(4):
            self.press("F6")
            if heading.evaluate("node => node === document.activeElement"):
                return self.on(heading)
        raise AssertionError(f"F6 does not lead to {heading}")


def button(within, name):
    return within.get_by_role("button", name=name)


def test_a_provider_needs_no_mouse(clinic):
    page = clinic.watch(clinic.context(DESKTOP).new_page())
    page.goto(clinic.relay.invite())
    expect(page.get_by_text("Connected")).to_be_visible()
    rivera, keys = Provider(clinic, page, "rivera"), Keys(page)
    ada, ben = (by_keys(clinic, name) for name in ("Ada", "Ben"))
    rivera.has_row("Ada")
    rivera.has_row("Ben")
    # In by the skip link, which leads past the header.
    keys.press("Tab")
    keys.on(page.get_by_role("link", name="Skip to the queue"))
    keys.to(rivera.row("Ada"))
    keys.press("ArrowDown")
    keys.on(rivera.row("Ben"))
    keys.press("Home")
    keys.on(rivera.row("Ada"))
    # Three dots, information, Escape, and again to Chat.
    more = button(page, "Patient information for Ada")
    keys.to(more)
    information = page.locator("patient-information")
    keys.press("Enter")
    keys.on(button(information, "Chat"))
    keys.press("Escape")
    keys.on(more)
    keys.press("Enter", "ArrowDown")
    keys.on(button(information, "Start call"))
    keys.press("ArrowUp", "Enter")
    rivera.has_open("Ada")
    keys.on(rivera.composer)
    keys.type("Good morning")
    keys.press("Enter")
    rivera.sees("Good morning")
    keys.on(rivera.composer)
    Keys(ada.page).type("Hello doctor")
    ada.page.keyboard.press("Enter")
    rivera.sees("Hello doctor")
    keys.on(rivera.composer)
    # Into the log and through it, and out again.
    keys.to(rivera.log, "Shift+Tab")
    keys.press("ArrowUp")
    keys.on(page.locator(".m").last)
    keys.press("Home")
    keys.on(page.locator(".m").first)
    keys.to(rivera.composer)
    # Minimised by Escape, opened again by Enter; by itself it takes no focus.
    keys.press("Escape")
    keys.on(rivera.restore_button("Ada"))
    keys.press("Enter")
    keys.on(rivera.composer)
    keys.press("Escape")
    keys.on(rivera.restore_button("Ada"))
    keys.press("F6")
    keys.on(page.locator("#queue-h"))
    Keys(ada.page).type("Are you there?")
    ada.page.keyboard.press("Enter")
    rivera.has_open("Ada")
    keys.on(page.locator("#queue-h"))
    # Next unread; each patient has a draft and a composer of their own.
    Keys(ben.page).type("Ben here")
    ben.page.keyboard.press("Enter")
    rivera.unread("Ben", 1)
    keys.press("Alt+u")
    rivera.has_open("Ben")
    keys.on(rivera.composer)
    keys.type("A draft for Ben")
    keys.press("F6")
    keys.on(page.locator("#queue-h"))
    keys.to_row(rivera, "Ada")
    keys.press("c")
    rivera.has_open("Ada")
    keys.on(rivera.composer)
    expect(rivera.composer).to_have_value("")
    # The safety code, which keeps nobody in.
    keys.to(rivera.safety_chip, "Shift+Tab")
    keys.press("Enter")
    keys.to(button(rivera.safety_panel, "They are the same"))
    keys.press("Escape")
    keys.on(rivera.safety_chip)
    # Settings, keys and the question before everything is erased: each gives the focus back.
    for name in ("Account settings", "Keys of this page", "Erase all chats"):
        opener = button(page, name)
        keys.to(opener, "Shift+Tab", most=60)
        keys.press("Enter", "Escape")
        keys.on(opener)
    # A call, and the end of it.
    queue, stage, chat = (page.locator(each) for each in ("#queue-h", "#call-h", "#chat-h"))
    keys.to_region(queue)
    keys.to_row(rivera, "Ada")
    keys.press("i", "ArrowDown", "Enter")
    call = page.locator("call-stage")
    expect(button(call, "Finish visit")).to_be_visible()
    keys.to_region(stage)
    keys.to(button(call, re.compile("Back to")))
    keys.press("Enter")
    expect(button(call, "Finish visit")).to_have_count(0)
    # Who writes when the patient leaves is taken to what stands in the composer's place.
    keys.to_region(chat)
    keys.to(rivera.composer)
    keys.type("I was about to say")
    leave = button(ada.page, "Leave the waiting room")
    Keys(ada.page).to(leave)
    ada.page.keyboard.press("Enter")
    expect(page.locator("ended-banner")).to_be_focused()
    keys.to(button(page.locator("ended-banner"), "Close and erase"))
    keys.press("Enter")
    rivera.has_no_row("Ada")
    keys.on(rivera.row("Ben"))
    # And the last: closed by its keys, the focus stays with its row.
    keys.press("Enter")
    keys.on(rivera.composer)
    expect(rivera.composer).to_have_value("A draft for Ben")
    keys.press("Control+Shift+X")
    rivera.has_no_box()
    keys.on(button(page, "Patient information for Ben"))
    keys.to(button(page, "Sign out"), "Shift+Tab", most=60)
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def by_keys(clinic, name):
    """A patient who checks in without a mouse and begins to write."""
    page = clinic.watch(clinic.context(PHONE).new_page())
    page.goto(f"{clinic.relay.origin}/r/demo")
    page.get_by_label("Your name or an alias").wait_for()
    keys = Keys(page)
    # Past the header by the first stop; the second is the choice of a language.
    keys.press("Tab")
    keys.on(page.get_by_role("link", name="Skip to check-in"))
    keys.press("Tab")
    keys.on(page.get_by_label("Language"))
    keys.press("Shift+Tab", "Enter")
    keys.on(page.get_by_label("Your name or an alias"))
    keys.press("Enter")
    keys.on(page.get_by_label("Your name or an alias"))
    expect(page.get_by_label("Your name or an alias")).to_have_attribute("aria-invalid", "true")
    keys.type(name)
    keys.press("Enter")
    ada = Patient(clinic, page, name)
    ada.is_told("You're checked in")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_be_focused()
    keys.press("Shift+Tab", "Shift+Tab")
    keys.on(page.get_by_role("link", name="Skip to messages"))
    keys.press("Enter")
    keys.to(ada.composer)
    return ada


def test_a_patient_needs_no_mouse(clinic):
    rivera = clinic.provider()
    ada = by_keys(clinic, "Ada")
    page, keys = ada.page, Keys(ada.page)
    rivera.row("Ada").focus()
    rivera.page.keyboard.press("Enter")
    rivera.has_open("Ada")
    rivera.write("Good morning")
    ada.sees("Good morning")
    keys.on(ada.composer)
    keys.type("Hello")
    keys.press("Enter")
    rivera.sees("Hello")
    keys.on(ada.composer)
    for text in ("I can't hear you", "I need more time"):
        keys.to(button(page, text))
        keys.press("Enter")
        rivera.sees(text)
        keys.on(button(page, text))
        # Two presses in a second are one.
        page.wait_for_timeout(1_100)
    keys.to(ada.log, "Shift+Tab")
    keys.press("End")
    keys.on(page.locator(".m").last)
    # The code is compared by voice and said with two keys.
    keys.to(ada.safety_chip, "Shift+Tab")
    keys.press("Enter")
    keys.to(button(ada.safety_panel, "They are the same"))
    keys.press("Enter")
    ada.safety_is("compared")
    keys.press("Escape")
    keys.on(ada.safety_chip)
    keys.to(ada.keeps_button, "Shift+Tab")
    keys.press("Enter", "Escape")
    keys.on(ada.keeps_button)
    # All the way round: no stop keeps anybody, and every stop can be seen.
    stops = set()
    for _ in range(40):
        keys.press("Tab")
        stops.add(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))
        if page.evaluate("document.activeElement === document.body"):
            break
    assert len(stops) >= 9
    keys.to(button(page, "Leave the waiting room"))
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(rivera.page.locator("ended-banner")).to_be_visible()
