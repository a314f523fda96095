"""The provider's pages in each of their states, and the patient's page in somebody else's site."""

import re

from playwright.sync_api import expect

from embedder import Site, Visitor
from relay import free_port
from scenes_patient import close, talk
from studio import DESKTOP

DAY = [  # who comes when, with what
    ("Ada L.", 2, "Follow-up, blood pressure"),
    ("Cy", 3, "Fever since Sunday"),
    ("مريم حسن", 1, "نتائج الفحص"),
    ("Ben K.", 2, ""),
    ("Guadalupe Montserrat Fernández", 3, "Refill"),
    ("Noor A.", 1, "Rash on the left arm"),
    ("Tomasz W.", 2, ""),
    ("Ines", 1, "Test results"),
    ("Li", 1, "Sleep"),
    ("Wren", 1, ""),
]


def morning(studio, count=len(DAY), first="Sam O."):
    """A console, somebody in a call, and a queue that has grown for a while."""
    sam = studio.arrival(first, "Knee, after the fall")
    studio.advance(1)
    rivera = studio.console()
    here = {first: sam}
    for name, minutes, reason in DAY[:count]:
        here[name] = studio.arrival(name, reason)
        studio.advance(minutes)
    rivera.press(first, "Start call")
    expect(rivera.page.locator("call-stage")).to_contain_text("Call with")
    return rivera, here


def flag(rivera, name, flag, note=""):
    window = rivera.information(name)
    window.get_by_role("button", name=flag).click()
    if note:
        window.get_by_label("Private note").fill(note)
    rivera.page.keyboard.press("Escape")


def view(rivera, name):
    """On a phone: one of the three views."""
    rivera.page.locator("view-bar").get_by_role("button", name=re.compile(f"^{name}")).click()


def allow_sound(rivera):
    """What was pressed has let the browser play; it takes its time."""
    expect(rivera.page.locator("#sound")).to_contain_text("Sound on", timeout=30_000)


def doors(studio):
    page = studio.watch(studio.context(DESKTOP).new_page())
    page.goto(f"{studio.relay.origin}/r/demo/provider")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    studio.draw(page, "console-signed-out")
    page.goto(f"{studio.relay.origin}/r/nowhere")
    studio.draw(page, "not-found")


def empty(studio):
    rivera = studio.console()
    studio.draw(rivera.page, "console-empty")


def queue(studio):
    rivera, here = morning(studio)
    allow_sound(rivera)
    flag(rivera, "Cy", "Urgent")
    flag(rivera, "مريم حسن", "Interpreter")
    flag(rivera, "Ada L.", "ID confirmed")
    here["Cy"].write("The fever is back, 39.2 since this morning.")
    here["مريم حسن"].write("هل وصلت النتائج؟")
    here["مريم حسن"].write("شكرا")
    rivera.unread("مريم حسن", 2)
    rivera.unread("Cy", 1)
    studio.advance(4, seconds=30)
    here["Noor A."].write("It does not itch.")
    rivera.unread("Noor A.", 1)
    here["Ben K."].page.close()
    expect(rivera.row("Ben K.")).to_contain_text(re.compile("reconnecting|left the page"))
    studio.draw(rivera.page, "console-queue", phone=lambda: view(rivera, "Queue"))
    studio.draw(rivera.page, "console-call", sizes=["phone"], phone=lambda: view(rivera, "Call"))
    view(rivera, "Queue") if rivera.page.locator("view-bar").is_visible() else None

    def inform():
        if rivera.page.locator("view-bar").is_visible():
            view(rivera, "Queue")
        rivera.information("Ada L.").get_by_label("Private note").fill("Ask about the cough at night.")

    studio.draw(rivera.page, "console-information", desktop=inform, phone=inform, focus=True)
    rivera.page.keyboard.press("Escape")

    button = rivera.page.get_by_role("button", name=re.compile("Account settings"))

    def settings():
        if button.get_attribute("aria-expanded") == "false":
            button.click()

    studio.draw(rivera.page, "console-settings", desktop=settings, phone=settings)
    button.click()

    keys = rivera.page.get_by_role("button", name="Keys of this page")
    keys.click()
    studio.draw(rivera.page, "console-keys", sizes=["desktop"])
    rivera.page.keyboard.press("Escape")
    keeps = rivera.keeps_button
    keeps.click()
    studio.draw(rivera.page, "console-keeps")
    keeps.click()

    def ask():
        if not rivera.page.locator("#wipe").is_visible():
            rivera.page.keyboard.press("Alt+Shift+W")

    studio.draw(rivera.page, "console-wipe", desktop=ask, phone=ask, focus=True)


def chat(studio):
    rivera, here = morning(studio, 6)
    allow_sound(rivera)
    ada = here["Ada L."]
    talk(studio, rivera, ada)
    studio.advance(1)
    rivera.look_away()
    ada.write("Thank you. Once a day, in the morning?")
    rivera.unread("Ada L.", 1)
    flag(rivera, "Cy", "Urgent")
    here["Cy"].write("The fever is back, 39.2 since this morning.")
    rivera.unread("Cy", 1)
    studio.advance(4, seconds=30)
    studio.types(ada, "Or")
    expect(rivera.page.locator("conversation-view .typing__who")).to_contain_text("typing")

    def show_chat():
        view(rivera, "Chat")

    studio.draw(rivera.page, "console-chat", phone=show_chat, sizes=("desktop", "docked", "phone"))
    rivera.page.keyboard.press("Alt+Shift+B")
    expect(rivera.page.locator(".veil-line")).to_be_visible()
    studio.draw(rivera.page, "console-blur", phone=show_chat)
    rivera.page.get_by_role("button", name="Show again").click()

    def open_safety():
        if rivera.page.locator("view-bar").is_visible():
            view(rivera, "Chat")
        if not rivera.safety_panel.is_visible():
            rivera.open_safety()

    studio.draw(rivera.page, "console-safety-code", desktop=open_safety, phone=open_safety)
    rivera.safety_panel.get_by_role("button", name="They are the same").click()
    rivera.safety_is("compared")
    if rivera.safety_panel.is_visible():
        rivera.safety_panel.get_by_role("button", name="Close").click()
    ada.composer.fill("")
    rivera.minimise()
    rivera.has_minimised("Ada")
    studio.draw(rivera.page, "console-minimised", sizes=("desktop", "docked", "phone"),
                phone=lambda: view(rivera, "Queue"))
    rivera.restore_button("Ada").click()
    rivera.page.emulate_media(media="print")
    rivera.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    rivera.page.set_viewport_size({"width": 794, "height": 700})
    rivera.page.evaluate("document.body.style.margin = '48px'")
    studio.save(rivera.page.screenshot(), "console-paper")


def ended(studio):
    rivera, here = morning(studio, 4)
    ada = here["Ada L."]
    rivera.press_in_call("Finish visit")
    talk(studio, rivera, ada)
    studio.advance(1)
    rivera.composer.fill("And call us if you feel dizzy")
    here["Cy"].write("The fever is back, 39.2 since this morning.")
    rivera.unread("Cy", 1)
    ada.leave()
    expect(rivera.chat).to_contain_text("left at")

    def show_chat():
        view(rivera, "Chat")

    def show_queue():
        view(rivera, "Queue")

    studio.draw(rivera.page, "console-ended", phone=show_chat, sizes=("desktop", "docked", "phone"))
    studio.draw(rivera.page, "console-guard", phone=show_queue, sizes=["phone"])

    def inform():
        if rivera.page.locator("view-bar").is_visible():
            view(rivera, "Queue")
        rivera.information("Ben K.")

    studio.draw(rivera.page, "console-guard-information", desktop=inform, phone=inform, focus=True)
    rivera.page.keyboard.press("Escape")
    # The line stays for four seconds, and for as long as it is drawn.
    rivera.page.evaluate("""() => {
        const later = window.setTimeout
        window.setTimeout = (act, ms, ...given) => (ms === 4000 ? 0 : later(act, ms, ...given))
    }""")
    close(studio, rivera)
    expect(rivera.page.locator(".toastline")).to_be_visible()
    studio.draw(rivera.page, "console-erased", phone=show_chat)


def connection(studio):
    rivera, here = morning(studio, 4)
    talk(studio, rivera, here["Ada L."])
    second = rivera.page.context.new_page()
    second.goto(studio.relay.invite("rivera"))
    expect(second.get_by_role("button")).to_be_visible()
    studio.draw(second, "console-elsewhere")
    second.get_by_role("button").click()
    expect(rivera.page.get_by_role("heading", level=1)).to_be_visible()
    studio.pause(500)
    studio.draw(rivera.page, "console-moved")
    second.close()


def lost(studio):
    rivera, here = morning(studio, 4)
    talk(studio, rivera, here["Ada L."])
    studio.relay.kill()
    studio.pause(500)
    studio.advance(0, seconds=4)
    line = rivera.page.locator("connection-line")
    expect(line).to_contain_text("Reconnecting", timeout=30_000)
    studio.draw(rivera.page, "console-reconnecting", phone=lambda: view(rivera, "Queue"))
    studio.advance(2)
    expect(line).to_contain_text("was erased", timeout=30_000)
    studio.draw(rivera.page, "console-lost", phone=lambda: view(rivera, "Queue"))


SITE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Cedar Clinic</title>
<style>body {{ font: 16px/1.6 system-ui; max-width: 44rem; margin: 4rem auto; padding: 0 1.25rem }} h1 {{ font-size: 2rem; margin: 0 0 .5rem }}</style>
<script src="{relay}/lethe-chat.js" async></script></head>
<body><h1>Cedar Clinic</h1><p>Family medicine on Mill Road. Open Monday to Friday, 9 to 5.</p>
<p>Your video visit begins in the waiting room: open it below, ten minutes before your time.</p>
<lethe-chat room="demo"></lethe-chat></body></html>"""


def embedded(studio):
    site = Site(studio.relay, studio.site_port, SITE.format(relay=studio.relay.origin))
    page = studio.watch(studio.context(DESKTOP).new_page())
    page.goto(site.origin)
    visitor = Visitor(page)
    visitor.launcher_is("Chat with the clinic", False)
    studio.draw(page, "embedded-closed")
    studio.fit(page, DESKTOP, False)
    frame = visitor.check_in("Ada L.")
    rivera = studio.console()
    rivera.open_chat("Ada")
    rivera.write("Good morning, Ada. Can you talk in private where you are?")
    expect(frame.get_by_role("log")).to_contain_text("private")
    studio.draw(page, "embedded-open")
    visitor.press(f"^{'Chat with the clinic'}")
    rivera.write("I have one patient before you.")
    rivera.write("About ten minutes.")
    visitor.launcher_is("Chat with the clinic, 2 unread messages", False)
    studio.draw(page, "embedded-unread")
    site.close()


SCENES = [
    (doors, {"console-signed-out": "Without a sign-in link", "not-found": "No such room"}),
    (empty, {"console-empty": "An empty queue, with the chime to test"}),
    (queue, {
        "console-queue": "A queue of ten",
        "console-call": "The call, on a phone",
        "console-information": "The patient information window",
        "console-settings": "Account settings: notifications",
        "console-keys": "Keys",
        "console-keeps": "What this service keeps",
        "console-wipe": "The question before everything is erased",
    }),
    (chat, {
        "console-chat": "The chat: a column, docked, and a view of its own",
        "console-blur": "Names and messages blurred",
        "console-safety-code": "The safety code",
        "console-minimised": "Minimised",
        "console-paper": "The chat on paper",
    }),
    (ended, {
        "console-ended": "Ended: what would erase it says so, and Copy first stands beside it",
        "console-guard": "The same queue on a phone",
        "console-guard-information": "What starting a call would erase",
        "console-erased": "Erased",
    }),
    (connection, {
        "console-elsewhere": "The console is open elsewhere",
        "console-moved": "It was opened elsewhere",
    }),
    (lost, {
        "console-reconnecting": "Reconnecting",
        "console-lost": "The connection was lost for too long",
    }),
    (embedded, {
        "embedded-closed": "In a clinic's site: the launcher",
        "embedded-open": "Open",
        "embedded-unread": "Hidden, with unread messages",
    }),
]
