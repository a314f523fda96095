"""The states of both pages, one after another, reached as people reach them."""

import re

from playwright.sync_api import expect

from middle import FullRoom
from people import Patient, Provider

QUICK = {"provider": "5s", "patient": "5s", "rejoin": "60s"}


def door(clinic, viewport, path):
    page = clinic.context(viewport).new_page()
    page.goto(clinic.relay.origin + path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def doors(clinic, viewport):
    """Everything that is one card on an empty page."""
    yield door(clinic, viewport, "/r/nowhere"), "no such room"
    yield door(clinic, viewport, "/r/demo/provider"), "no sign-in link"
    page = door(clinic, viewport, "/r/demo/provider#v4.public.AAAA")
    expect(page.locator("h1")).not_to_contain_text("Connecting")
    yield page, "a link that is not valid"
    for path, name in (("/r/demo", "patient"), ("/r/demo/provider#x.y.z", "provider")):
        page = clinic.watch(clinic.context(viewport).new_page())
        page.add_init_script(
            "Object.defineProperty(Crypto.prototype, 'subtle', {value: undefined})")
        page.goto(clinic.relay.origin + path)
        expect(page.get_by_role("heading", name="cannot protect")).to_be_visible()
        yield page, f"a browser without cryptography, {name}"


def check_ins(clinic, viewport):
    page = door(clinic, viewport, "/r/demo")
    yield page, "check-in"
    page.get_by_role("button", name="Check in").click()
    expect(page.locator("#name-error")).to_be_visible()
    page.locator("summary").click()
    yield page, "no name"
    ada = Patient(clinic, page, "Ada Lovelace")
    page.get_by_label("Rejoin code").fill("ZZZZ")
    page.get_by_label("Your name or an alias").fill(ada.name)
    page.get_by_role("button", name="Check in").click()
    expect(page.locator("#code-error")).to_be_visible()
    yield page, "an unknown rejoin code"
    page.get_by_label("Rejoin code").fill("")
    ada.check_in()
    yield page, "waiting, nobody here"


def patient(clinic, viewport):
    """A patient's visit from the waiting to its end."""
    ada = clinic.patient("Ada Lovelace", viewport)
    page = ada.page
    rivera = clinic.provider()
    ada.is_told("1st in line")
    yield page, "waiting"
    status = rivera.page.locator("status-choice select")
    for value, told in (("away", "is away"), ("closed", "is not seeing patients now")):
        status.select_option(value)
        ada.is_told(told)
        yield page, value
    status.select_option("available")
    ada.keeps_button.click()
    expect(page.locator(".keeps__panel")).to_be_visible()
    yield page, "what the service keeps"
    ada.keeps_button.click()
    rivera.open_chat("Ada Lovelace")
    rivera.composer.press_sequentially("Pl")
    expect(page.locator(".typing__who")).not_to_be_empty()
    yield page, "somebody types"
    rivera.write("Please have your tablets beside you: https://clinic.example/tablets")
    ada.sees("tablets")
    ada.write("They are here")
    ada.write("All of them " + "and the " * 12)
    yield page, "chatting"
    page.locator(".m").first.click()
    expect(ada.tools).to_be_visible()
    yield page, "a message is chosen"
    ada.open_safety()
    yield page, "the safety code"
    ada.safety_panel.get_by_role("button", name="They are different").click()
    yield page, "are they different?"
    ada.safety_panel.get_by_role("button", name="Back").click()
    ada.safety_panel.get_by_role("button", name="They are the same").click()
    yield page, "compared"
    page.keyboard.press("Escape")
    ada.composer.fill(f"It is {ada.safety_code}")
    ada.composer.press("Enter")
    expect(page.get_by_role("button", name="Send anyway")).to_be_visible()
    yield page, "a draft with the safety code"
    ada.composer.fill("Half a sentence " + "x" * 3600)
    expect(page.locator(".composer__count")).to_be_visible()
    yield page, "a long draft"
    ada.composer.fill("")
    rivera.press("Ada Lovelace", "Start call")
    ada.is_told("You're in a call")
    yield page, "in a call"
    rivera.press_in_call("Finish visit")
    ada.is_told("Your visit has ended")
    yield page, "ended, what was said is still there"
    page.get_by_role("button", name="Clear my screen").click()
    ada.is_told("Visit finished")
    yield page, "finished"
    rivera.close_chat()
    page.get_by_role("button", name="Check in again").click()
    ada.check_in()
    rivera.open_chat("Ada Lovelace")
    rivera.write("Here you are again")
    ada.sees("Here you are again")
    rivera.close_chat()
    ada.is_told("exists only on this screen")
    yield page, "cleared"
    rivera.press("Ada Lovelace", re.compile("^Remove"))
    rivera.page.locator("patient-information").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("button", name="Check in again").first).to_be_visible()
    yield page, "removed"


def refused_patient(clinic, viewport):
    """What was not sent can be tried again."""
    page = clinic.watch(clinic.context(viewport).new_page())
    FullRoom(page)
    page.goto(f"{clinic.relay.origin}/r/demo")
    ada, rivera = Patient(clinic, page, "Ada"), clinic.provider()
    ada.check_in()
    rivera.open_chat("Ada")
    rivera.write("Hello")
    ada.sees("Hello")
    ada.write("How long does it take?")
    expect(ada.tools.get_by_role("button", name="Retry")).to_be_visible()
    yield page, "not sent"


def stopped_patient(clinic, viewport):
    """A chat that this page would not trust, then no connection."""
    ada, rivera = clinic.patient("Ada", viewport), clinic.provider()
    rivera.open_chat("Ada")
    rivera.write("Hello")
    ada.sees("Hello")
    ada.write("Good morning")
    ada.composer.fill("Half a sentence")
    ada.compare(matches=False)
    expect(ada.stopped).to_be_visible()
    yield ada.page, "different codes"
    clinic.relay.kill()
    expect(ada.page.locator("connection-line")).to_contain_text("Connection lost")
    yield ada.page, "no connection"


def show(provider, view):
    """On a phone one sees the queue, the chat or the call."""
    button = provider.page.locator("view-bar").get_by_role("button", name=view)
    if button.is_visible():
        button.click()


def console(clinic, viewport):
    """A morning on the console."""
    rivera = clinic.provider(viewport=viewport)
    page = rivera.page
    page.evaluate("navigator.clipboard.writeText = async text => {}")
    yield page, "nobody waits"
    ada, ben = clinic.patient("Ada Lovelace-Byron of Marylebone"), clinic.patient("Ben")
    rivera.has_row("Ada")
    rivera.has_row("Ben")
    yield page, "two wait"
    ben.write("Hello")
    rivera.unread("Ben", 1)
    yield page, "unread"
    information = rivera.information("Ben")
    information.get_by_role("button", name="Urgent").click()
    information.get_by_label("Private note").fill("Look at the knee")
    yield page, "patient information"
    information.get_by_role("button", name="Remove").click()
    yield page, "remove?"
    page.keyboard.press("Escape")
    yield from panels(rivera)
    rivera.open_chat("Ada")
    ada.composer.press_sequentially("Is")
    expect(page.locator(".typing__who")).not_to_be_empty()
    rivera.write("Hello")
    ada.write("Is the dose 5 mg? https://clinic.example/dose")
    rivera.sees("Is the dose")
    yield page, "chatting"
    rivera.log.focus()
    page.keyboard.press("End")
    expect(rivera.tools).to_be_visible()
    yield page, "a message is chosen"
    rivera.open_safety()
    yield page, "the safety code"
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+Shift+B")
    expect(page.locator(".veil-line")).to_be_visible()
    yield page, "blurred"
    page.keyboard.press("Alt+Shift+B")
    page.keyboard.press("Alt+Shift+W")
    expect(page.get_by_role("dialog", name="Erase all chats?")).to_be_visible()
    yield page, "erase all chats?"
    page.keyboard.press("Escape")
    rivera.minimise()
    yield page, "minimised"
    show(rivera, "Queue")
    rivera.press("Ada", "Start call")
    show(rivera, "Call")
    expect(page.locator("call-stage").get_by_role("button", name="Finish visit")).to_be_visible()
    yield page, "in a call"
    page.locator("call-stage").get_by_role("button", name="Back to").first.click()
    rivera.restore_button("Ada").click()
    rivera.has_open("Ada")
    rivera.composer.fill("I was about to say")
    ada.leave()
    expect(page.locator("ended-banner")).to_be_visible()
    yield page, "ended, not copied, with a draft"
    show(rivera, "Queue")
    yield page, "what erases it says so"
    show(rivera, "Call")
    yield page, "what erases it says so, call"
    show(rivera, "Chat")
    page.locator("ended-banner").get_by_role("button", name="Copy").first.click()
    yield page, "ended, copied"
    rivera.close_chat()
    expect(page.locator(".toastline")).to_be_visible()
    yield page, "erased"
    show(rivera, "Queue")
    rivera.open_chat("Ben")
    rivera.compare(matches=False)
    expect(rivera.stopped).to_be_visible()
    yield page, "different codes"


def panels(rivera):
    page = rivera.page
    for name, state in (("Account settings", "settings"), ("Keys of this page", "keys")):
        page.get_by_role("button", name=name).click()
        yield page, state
        page.keyboard.press("Escape")
    rivera.keeps_button.click()
    yield page, "what the service keeps"
    page.keyboard.press("Escape")


def lost_console(clinic, viewport):
    """Another console, then no connection, then no session."""
    rivera, ada = clinic.provider(viewport=viewport), clinic.patient("Ada")
    rivera.open_chat("Ada")
    page = clinic.watch(clinic.context(viewport).new_page())
    page.goto(clinic.relay.invite())
    use_here = page.get_by_role("button", name="Use here")
    expect(use_here).to_be_visible()
    yield page, "open elsewhere"
    use_here.click()
    expect(page.get_by_text("Connected")).to_be_visible()
    expect(rivera.page.locator("h1")).to_contain_text("elsewhere")
    yield rivera.page, "taken over"
    again = Provider(clinic, page, "rivera")
    again.open_chat("Ada")
    ada.write("Hello")
    again.sees("Hello")
    clinic.relay.kill()
    expect(page.locator("connection-line")).to_contain_text("Reconnecting")
    again.composer.fill("Not sent yet")
    again.composer.press("Enter")
    yield page, "reconnecting"
    expect(page.locator("connection-line")).to_contain_text("was erased", timeout=20_000)
    yield page, "lost"


WALKS = [doors, check_ins, patient, refused_patient, stopped_patient, lost_console]
