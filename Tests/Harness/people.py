"""People in front of real pages: what they see and press, in the words on the screen."""

import pathlib
import re

from playwright.sync_api import expect

TESTS = pathlib.Path(__file__).resolve().parents[1]


def nonce_watch():
    """A script for every page: no nonce may come twice under one key. See nonces.js."""
    source = (TESTS / "WebTests/support/nonces.js").read_text()
    return source.replace("export function", "function") + "\nwindow.nonces = watchNonces()\n"


DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}


class Clinic:
    """Browsers of a provider or two and of patients, each with its own storage."""

    def __init__(self, browser, relay):
        self.browser = browser
        self.relay = relay
        self.complaints = []
        self.contexts = []
        # What runs in every page before its own scripts.
        self.scripts = [nonce_watch()]

    def context(self, viewport):
        context = self.browser.new_context(
            ignore_https_errors=True, viewport=viewport, locale="en-US")
        context.set_default_timeout(10_000)
        for script in self.scripts:
            context.add_init_script(script)
        self.contexts.append(context)
        return context

    def watch(self, page):
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self.complaints.append(message.text)
                if message.type in ("error", "warning")
                and "WebSocket" not in message.text and "ERR_" not in message.text else None)
        return page

    def provider(self, name="rivera", viewport=DESKTOP, origin=None):
        page = self.watch(self.context(viewport).new_page())
        provider = Provider(self, page, name)
        page.goto(self.relay.invite(name, origin=origin))
        expect(page.get_by_text("Connected")).to_be_visible()
        return provider

    def patient(self, name, viewport=PHONE):
        page = self.watch(self.context(viewport).new_page())
        page.goto(f"{self.relay.origin}/r/demo")
        patient = Patient(self, page, name)
        patient.check_in()
        return patient

    def leave(self):
        repeats = [repeat for context in self.contexts for page in context.pages
                   for repeat in page.evaluate("() => window.nonces?.repeats ?? []")]
        for context in self.contexts:
            context.close()
        assert self.complaints == [], self.complaints
        assert repeats == [], "a nonce came twice under one key"


class Person:
    def __init__(self, clinic, page, name):
        self.clinic = clinic
        self.page = page
        self.name = name

    @property
    def composer(self):
        return self.page.locator("message-composer textarea")

    @property
    def log(self):
        return self.page.get_by_role("log")

    @property
    def tools(self):
        """What can be done with one message."""
        return self.page.locator("message-log .tools")

    def write(self, text):
        self.composer.fill(text)
        self.composer.press("Enter")
        expect(self.log).to_contain_text(text)

    def sees(self, text):
        expect(self.log).to_contain_text(text)

    def does_not_see(self, text):
        expect(self.page.locator("body")).not_to_contain_text(text)

    @property
    def safety(self):
        return self.page.locator("safety-code")

    @property
    def safety_chip(self):
        return self.safety.get_by_role("button", name="Safety code")

    @property
    def safety_panel(self):
        return self.page.get_by_role("group", name="Safety code")

    @property
    def safety_code(self):
        """The six digits on the chip, once the two pages are paired."""
        digits = self.safety_chip.locator(".safety__code")
        expect(digits).to_have_text(re.compile(r"^\d{3} \d{3}$"))
        return digits.inner_text().replace(" ", "")

    def safety_is(self, state):
        expect(self.safety_chip).to_contain_text(state)

    def open_safety(self):
        self.safety_chip.click()
        expect(self.safety_panel).to_be_visible()
        return self.safety_panel

    def compare(self, matches):
        """Says in the panel what came of comparing the codes."""
        panel = self.open_safety()
        if matches:
            panel.get_by_role("button", name="They are the same").click()
        else:
            panel.get_by_role("button", name="They are different").click()
            panel.get_by_role("button", name="Yes, they are different").click()

    @property
    def keeps_button(self):
        return self.page.locator("keeps-panel").get_by_role("button", name="Not stored.")

    def fact_is(self, text):
        expect(self.keeps_button).to_have_text(text)

    @property
    def stopped(self):
        """What stands in the composer's place when nothing may be sent."""
        return self.page.locator("stopped-banner")

    def is_alerted(self, text):
        expect(self.page.get_by_role("alert").filter(has_text=text)).to_have_count(1)

    def look(self):
        """The page is in front and has the focus: what is on the screen is seen."""
        self.page.bring_to_front()

    def hide(self, is_hidden=True):
        """The page's tab is in the background, or in front again."""
        self.page.evaluate("""isHidden => {
            Object.defineProperty(document, 'visibilityState',
                {value: isHidden ? 'hidden' : 'visible', configurable: true})
            document.dispatchEvent(new Event('visibilitychange'))
        }""", is_hidden)

    def look_away(self):
        """Another window has the focus."""
        self.page.evaluate("""() => {
            Object.defineProperty(document, 'hasFocus', {value: () => false, configurable: true})
            window.dispatchEvent(new Event('blur'))
        }""")

    def look_back(self):
        self.page.evaluate("""() => {
            delete document.hasFocus
            window.dispatchEvent(new Event('focus'))
        }""")


class Patient(Person):
    def check_in(self):
        self.page.get_by_label("Your name or an alias").fill(self.name)
        self.page.get_by_role("button", name="Check in").click()
        expect(self.page.locator("waiting-place")).to_contain_text("You're checked in")

    @property
    def rejoin_code(self):
        return self.page.locator("waiting-place").get_by_text(
            re.compile(r"^[2-9A-HJ-NP-Z]{4}$")).first.inner_text()

    def is_told(self, text):
        expect(self.page.locator("body")).to_contain_text(text)

    def leave(self):
        self.page.get_by_role("button", name="Leave the waiting room").click()
        confirm = self.page.get_by_role("dialog").get_by_role("button", name="Leave")
        if confirm.count():
            confirm.click()

    def refresh(self):
        self.page.reload()
        self.page.get_by_label("Your name or an alias").wait_for()


class Provider(Person):
    def row(self, name):
        return self.page.locator("waiting-queue").get_by_role("listitem").filter(has_text=name)

    def has_row(self, name):
        expect(self.row(name)).to_have_count(1)

    def has_no_row(self, name):
        expect(self.row(name)).to_have_count(0)

    def badge(self, name):
        return self.row(name).get_by_role("button", name="open chat")

    def unread(self, name, count):
        if count == 0:
            expect(self.badge(name)).to_have_count(0)
        else:
            expect(self.badge(name)).to_have_text(str(count))

    def title_is(self, title):
        expect(self.page).to_have_title(title)

    def information(self, name):
        # A name that is written from the right is isolated.
        label = re.compile(f"^Patient information for \u2068?{re.escape(name)}")
        self.page.get_by_role("button", name=label).click()
        return self.page.locator("patient-information")

    def press(self, name, action):
        """Three dots, then an action of the patient information window."""
        self.information(name).get_by_role("button", name=action).click()

    def open_chat(self, name):
        self.press(name, re.compile("^Chat"))
        self.has_open(name)

    @property
    def chat(self):
        return self.page.locator("conversation-view")

    def has_open(self, name):
        expect(self.chat.get_by_role("heading", name=f"Chat with {name}")).to_be_visible()

    def has_minimised(self, name):
        expect(self.restore_button(name)).to_be_visible()
        expect(self.chat).to_be_hidden()

    def has_no_box(self):
        expect(self.chat).to_be_hidden()
        expect(self.page.locator("chat-bar")).to_be_hidden()

    def restore_button(self, name):
        return self.page.get_by_role("button", name=f"Restore chat with {name}")

    def minimise(self):
        self.chat.get_by_role("button", name="Minimise").click()

    def close_chat(self):
        self.chat.get_by_role("button", name="Close and erase").first.click()

    def end_chat(self):
        self.chat.get_by_role("button", name="End chat").click()

    def press_in_call(self, action):
        self.page.locator("call-stage").get_by_role("button", name=action).click()

    def refresh(self):
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.page.reload()
        expect(self.page.get_by_text("Connected")).to_be_visible()
