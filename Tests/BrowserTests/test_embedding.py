"""The patient's page in somebody else's page: `docs/embedding.md`."""

import pathlib
import re
import shutil

import pytest
from playwright.sync_api import expect

import axe
from embedder import Site, Visitor
from people import DESKTOP, PHONE, Clinic
from relay import Relay, free_port

DOCUMENT = (pathlib.Path(__file__).resolve().parents[2] / "docs/embedding.md").read_text()
PAGE = re.search(r"```html\n(.*?)```", DOCUMENT, re.S).group(1)
POLICY = re.search(r"```http\nContent-Security-Policy: (.*?)\n```", DOCUMENT).group(1)
RELAY, SITE = "https://chat.clinic.example", "https://www.clinic.example"
NAME = "Chat with the clinic"


# A site's script that comes first: it hears what its window hears, and opens the closed shadow tree.
CURIOUS = """
    window.heard = []
    addEventListener('message', event => heard.push(event.data))
    const attach = Element.prototype.attachShadow
    Element.prototype.attachShadow = function (options) { return (window.tree = attach.call(this, options)) }"""


class Embedded(Clinic):
    """A clinic whose patients come through its site."""

    def __init__(self, browser):
        port = free_port()
        super().__init__(browser, Relay(frame_ancestors=[f"https://127.0.0.1:{port}"]))
        self.relay.start()
        self.sites = []
        self.site = self.add_site(port)

    def add_site(self, port=None, page=PAGE):
        site = Site(self.relay, port or free_port(), page.replace(RELAY, self.relay.origin),
                    POLICY.replace(RELAY, self.relay.origin))
        self.sites.append(site)
        return site

    def visitor(self, site=None, viewport=DESKTOP):
        page = self.watch(self.context(viewport).new_page())
        # What its scripts could hear of the frame.
        page.add_init_script(CURIOUS)
        page.goto((site or self.site).origin)
        return Visitor(page)

    def leave(self):
        # What a frame may not do, the browser says each time it is tried.
        self.complaints = [said for said in self.complaints if "Permissions policy violation" not in said]
        try:
            super().leave()
        finally:
            for site in self.sites:
                site.close()
            self.relay.__exit__()


@pytest.fixture
def clinic(chromium):
    clinic = Embedded(chromium)
    yield clinic
    clinic.leave()


def test_the_example_works_as_it_stands(playwright_names):
    """Under the names that are in it, and the policy: the relay and the site each have their own."""
    browser, relay = playwright_names
    clinic = Clinic(browser, relay)
    rivera = clinic.provider(origin=RELAY)
    page = clinic.watch(clinic.context(DESKTOP).new_page())
    page.goto(SITE)
    frame = Visitor(page).check_in("Ada")
    rivera.has_row("Ada")
    frame.locator("message-composer textarea").fill("Hello from the site")
    frame.locator("message-composer textarea").press("Enter")
    rivera.unread("Ada", 1)
    clinic.leave()


@pytest.fixture
def playwright_names(chromium):
    port = free_port()
    with Relay(origins=[RELAY], frame_ancestors=[SITE]) as relay:
        site = Site(relay, port, PAGE, POLICY)
        rules = f"MAP chat.clinic.example:443 127.0.0.1:{relay.port}, MAP www.clinic.example:443 127.0.0.1:{port}"
        browser = chromium.browser_type.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", f"--host-resolver-rules={rules}"])
        yield browser, relay
        browser.close()
        site.close()


def test_the_configuration_in_the_document_is_what_the_example_needs():
    assert re.search(r"```yaml\n(.*?)\n```", DOCUMENT).group(1) == f'frame-ancestors: ["{SITE}"]'


def test_nobody_connects_before_it_is_opened(clinic):
    visitor = clinic.visitor()
    visitor.launcher_is(NAME, False)
    assert visitor.frame is None and len(visitor.page.frames) == 1
    assert clinic.relay.status()["connections"] == 0


def test_a_chat_through_the_site_both_ways(clinic):
    rivera, visitor = clinic.provider(), clinic.visitor()
    frame = visitor.check_in("Ada")
    frame.locator("message-composer textarea").fill("Is the dose 5 mg?")
    frame.locator("message-composer textarea").press("Enter")
    rivera.unread("Ada", 1)
    rivera.open_chat("Ada")
    rivera.write("Yes, once a day")
    expect(frame.get_by_role("log")).to_contain_text("Yes, once a day")


def test_the_launcher_counts_what_is_unread_while_it_is_closed(clinic):
    rivera, visitor = clinic.provider(), clinic.visitor()
    frame = visitor.check_in("Ada")
    rivera.open_chat("Ada")
    visitor.page.keyboard.press("Escape")
    visitor.launcher_is(NAME, False)
    rivera.write("Hello")
    visitor.launcher_is(f"{NAME}, 1 unread message", False)
    rivera.write("Are you there?")
    visitor.launcher_is(f"{NAME}, 2 unread messages", False)
    expect(rivera.log).not_to_contain_text("Seen")
    visitor.open()
    visitor.launcher_is(NAME, True)
    expect(rivera.log).to_contain_text("Seen")
    expect(frame.get_by_role("log")).to_contain_text("Are you there?")


def test_it_speaks_the_language_of_the_site(clinic):
    site = clinic.add_site(page=PAGE.replace('lang="en"', 'lang="es-MX"'))
    visitor = clinic.visitor(site)
    assert visitor.control("button", "^Chat con la clínica$")


def test_focus_goes_in_and_escape_brings_it_back(clinic):
    visitor = clinic.visitor()
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Enter")
    visitor.launcher_is(NAME, True)
    visitor.until(visitor.page, "document.activeElement.localName === 'lethe-chat'")
    frame = visitor.arrived()
    visitor.until(frame, "document.hasFocus() && document.activeElement.localName === 'h1'")
    frame.get_by_label("Your name or an alias").focus()
    visitor.page.keyboard.press("Escape")
    visitor.launcher_is(NAME, False)
    visitor.until(frame, "!document.hasFocus()")
    # It is the button that has it: the same key opens it again.
    visitor.page.keyboard.press("Enter")
    visitor.launcher_is(NAME, True)
    visitor.until(frame, "document.hasFocus() && document.activeElement.localName === 'h1'")


def test_escape_first_closes_what_is_open_in_the_page(clinic):
    visitor = clinic.visitor()
    frame = visitor.check_in("Ada")
    button = frame.locator(".keeps__button")
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    visitor.page.keyboard.press("Escape")
    expect(button).to_have_attribute("aria-expanded", "false")
    visitor.launcher_is(NAME, True)
    visitor.page.keyboard.press("Escape")
    visitor.launcher_is(NAME, False)


def test_a_closed_panel_takes_no_focus_from_the_site(clinic):
    rivera, visitor = clinic.provider(), clinic.visitor()
    visitor.check_in("Ada")
    visitor.page.keyboard.press("Escape")
    visitor.launcher_is(NAME, False)
    visitor.page.evaluate("""() => {
        const field = document.body.appendChild(document.createElement('input'))
        field.id = 'field'
        field.focus()
    }""")
    # The visit ends, and its page puts the focus on the words that say so.
    rivera.press("Ada", "Start call")
    rivera.press_in_call("Finish visit")
    expect(visitor.frame.locator("body")).to_contain_text("Visit finished")
    visitor.page.keyboard.type("typed")
    assert visitor.page.evaluate("[document.activeElement.id, document.activeElement.value]") == ["field", "typed"]


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_on_the_site_with_the_chat_closed_or_open(clinic, viewport):
    """A closed tree is closed to axe too: for this once it is an open one."""
    clinic.scripts.append("""
        const close = Element.prototype.attachShadow
        Element.prototype.attachShadow = function () { return close.call(this, {mode: 'open'}) }""")
    rivera, visitor = clinic.provider(), clinic.visitor(viewport=viewport)
    page = visitor.page
    page.emulate_media(reduced_motion="reduce")
    rings = "document.querySelector('lethe-chat').shadowRoot.querySelector('dialog').open"
    assert not page.evaluate(rings)

    def found(state):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for where in [page] + ([visitor.frame] if visitor.frame else []):
                yield from (f"{state}, {scheme}: {each}" for each in axe.violations(where, colours_only=scheme == "dark"))
        page.emulate_media(color_scheme="light")

    problems = list(found("closed"))
    frame = visitor.check_in("Ada")
    assert page.evaluate(rings)
    problems += found("open")
    rivera.open_chat("Ada")
    page.evaluate("document.querySelector('lethe-chat').close()")
    rivera.write("Hello")
    visitor.launcher_is("Chat with the clinic, 1 unread message", False)
    problems += found("closed, unread")
    assert problems == [], "\n".join(problems)
    assert frame.evaluate("() => 'axe' in window")


def test_it_is_56_pixels_and_opens_380_by_600(clinic):
    visitor = clinic.visitor()
    left, top, width, height = visitor.box("button", NAME)
    assert (width, height) == (56, 56)
    assert (left + width, top + height) == (DESKTOP["width"] - 16, DESKTOP["height"] - 16)
    visitor.open()
    left, top, width, height = visitor.box("dialog", NAME)
    assert (width, height) == (380, 600)
    assert (left + width, top + height) == (DESKTOP["width"] - 16, DESKTOP["height"] - 16 - 56 - 12)


def test_it_stands_at_the_other_side_where_people_read_from_the_right(clinic):
    site = clinic.add_site(page=PAGE.replace('lang="en"', 'lang="ar" dir="rtl"'))
    visitor = clinic.visitor(site)
    left, *_ = visitor.box("button", "الدردشة")
    assert left == 16


def test_on_a_phone_it_fills_the_screen_and_has_a_button_to_hide(clinic):
    visitor = clinic.visitor(viewport=PHONE)
    visitor.open()
    assert visitor.box("dialog", NAME) == (0, 0, PHONE["width"], PHONE["height"])
    left, top, width, height = visitor.box("button", "^Hide chat$")
    assert height >= 44
    visitor.press("^Hide chat$")
    visitor.launcher_is(NAME, False)


def test_no_message_is_within_reach_of_the_site(clinic):
    rivera, visitor = clinic.provider(), clinic.visitor()
    frame = visitor.check_in("Ada Lovelace")
    rivera.open_chat("Ada Lovelace")
    rivera.write("Take the amlodipine")
    expect(frame.get_by_role("log")).to_contain_text("amlodipine")
    reached = visitor.page.evaluate("""() => {
        const tried = (work) => { try { return String(work()) } catch (error) { return error.name } }
        return {
            markup: document.documentElement.outerHTML + document.body.innerText,
            shadow: tried(() => document.querySelector('lethe-chat').shadowRoot),
            inside: document.body.innerText + tree.querySelector('iframe').outerHTML + tree.textContent,
            frame: [tried(() => frames.length), tried(() => tree.querySelector('iframe').contentDocument),
                    tried(() => tree.querySelector('iframe').contentWindow.document)],
            storage: [localStorage.length, sessionStorage.length, document.cookie],
            title: document.title,
            heard,
        }
    }""")
    assert "amlodipine" not in str(reached) and "Lovelace" not in str(reached)
    assert reached["shadow"] == "null" and reached["frame"] == ["0", "null", "SecurityError"]
    assert reached["storage"] == [0, 0, ""]
    assert reached["heard"] and all(
        set(said) == {"type", "unread"} and said["type"] == "lethe.unread" and type(said["unread"]) is int
        for said in reached["heard"]), reached["heard"]


HOSTILE = """
    null, 0, '', 'lethe.open', [], ['lethe.close'], {}, {type: null}, {type: 'lethe.clear'},
    {type: 'lethe.unread', unread: '7'}, {type: 'lethe.unread', unread: -1}, {type: 'lethe.unread', unread: 1.5},
    {type: 'lethe.unread', unread: Infinity}, {type: 'lethe.unread', unread: NaN}, {type: 'lethe.unread'},
    {type: 'lethe.unread', unread: {valueOf: 7}}, {type: 'lethe.unread', unread: [7]},
    {type: 'lethe.unread', unread: 2n ** 80n}, {type: ['lethe.close']}, {type: new String('lethe.close')},
    new Map([['type', 'lethe.close']]), new ArrayBuffer(1_000_000), {type: 'LETHE.CLOSE'}"""


def test_the_launcher_ignores_what_the_page_in_it_would_never_say(clinic):
    visitor = clinic.visitor()
    # The page's own first word, that nothing is unread, comes when it has read its room.
    visitor.page.evaluate("addEventListener('message', ({data}) => { window.said = data })")
    frame = visitor.open()
    visitor.page.wait_for_function("window.said?.type === 'lethe.unread'")
    visitor.launcher_is(NAME, True)
    frame.evaluate(f"for (const said of [{HOSTILE}]) parent.postMessage(said, '{clinic.site.origin}')")
    frame.evaluate(f"parent.postMessage({{type: 'lethe.unread', unread: 3}}, '{clinic.site.origin}')")
    visitor.launcher_is(f"{NAME}, 3 unread messages", True)


def test_the_launcher_listens_to_its_own_frame_only(clinic):
    """Not to the site's scripts, to a frame of a third origin, or to another window of the relay's."""
    third = clinic.add_site(page="<!doctype html><title>Third</title>")
    visitor = clinic.visitor()
    visitor.open()
    visitor.launcher_is(NAME, True)
    forged = "[{type: 'lethe.unread', unread: 9}, {type: 'lethe.close'}]"
    visitor.page.evaluate(f"for (const said of {forged}) window.postMessage(said, '*')")
    visitor.page.evaluate(f"for (const said of {forged}) dispatchEvent(new MessageEvent('message', "
                          f"{{data: said, origin: '{clinic.relay.origin}'}}))")
    other = visitor.page.context.new_page()
    for address in (third.origin, clinic.relay.origin + "/health"):
        other.goto(address)
        with other.context.expect_page() as opening:
            other.evaluate("address => { window.victim = open(address) }", clinic.site.origin)
        opened = opening.value
        victim = Visitor(opened)
        victim.launcher_is(NAME, False)
        other.evaluate(f"for (const said of {forged}) window.victim?.postMessage(said, '*')")
        opened.wait_for_timeout(100)
        victim.launcher_is(NAME, False)
        opened.close()
    visitor.launcher_is(NAME, True)


def test_the_page_ignores_everything_but_open_and_close(clinic):
    rivera, visitor = clinic.provider(), clinic.visitor()
    frame = visitor.check_in("Ada")
    before = frame.evaluate("[document.title, location.href, document.querySelector('[role=log]').innerText]")
    visitor.page.evaluate(f"for (const said of [{HOSTILE}, {{type: 'lethe.send', text: 'x'}}, "
                          "{type: 'message', text: 'x'}]) tree.querySelector('iframe').contentWindow.postMessage(said, '*')")
    frame.evaluate("() => new Promise(done => setTimeout(done))")
    assert frame.evaluate("[document.title, location.href, document.querySelector('[role=log]').innerText]") == before
    rivera.unread("Ada", 0)
    assert clinic.relay.status()["messages_relayed"] == 0


def test_the_page_says_nothing_to_a_window_that_is_not_in_the_list(clinic):
    """A browser that did not know `frame-ancestors` would show it; it keeps its counts to itself."""
    visitor = clinic.visitor()
    page = visitor.page
    # The room says that nobody may embed it, after the browser has let it through.
    page.route("**/room.json", lambda route: route.fulfill(json={
        "display_name": "x", "emergency": {"text": "x"}, "build": "x"}))
    frame = visitor.open()
    frame.get_by_label("Your name or an alias").press("Escape")
    page.wait_for_timeout(200)
    visitor.launcher_is(NAME, True)
    assert page.evaluate("heard") == []


def refusals(page, said):
    """What the browser says of a frame that it does not show."""
    for _ in range(200):
        if found := [text for text in said if "frame-ancestors" in text]:
            return found
        page.wait_for_timeout(50)
    raise AssertionError(said)


@pytest.mark.parametrize("ancestors", [[], ["https://elsewhere.example"]])
def test_a_site_that_is_not_in_the_list_is_shown_nothing(chromium, ancestors):
    with Relay(frame_ancestors=ancestors) as relay:
        site = Site(relay, free_port(), PAGE.replace(RELAY, relay.origin), POLICY.replace(RELAY, relay.origin))
        context = chromium.new_context(ignore_https_errors=True)
        page = context.new_page()
        page.goto(site.origin)
        visitor = Visitor(page)
        said = []
        page.on("console", lambda message: said.append(message.text))
        visitor.press(f"^{NAME}")
        visitor.launcher_is(NAME, True)
        refusals(page, said)
        assert all("Check in" not in frame.content() for frame in page.frames[1:])
        assert relay.status()["visits"] == 0
        context.close()
        site.close()


def test_the_console_is_not_shown_in_a_frame_even_of_a_site_in_the_list(clinic):
    page = clinic.context(DESKTOP).new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(clinic.site.origin)
    page.evaluate("""address => {
        const frame = document.createElement('iframe')
        frame.src = address
        document.body.append(frame)
    }""", f"{clinic.relay.origin}/r/demo/provider")
    assert any("frame-ancestors 'none'" in text for text in refusals(page, said))


def test_refused_powers_break_nothing(clinic):
    """The page in the frame has what a patient needs there, and does without the rest."""
    rivera, visitor = clinic.provider(), clinic.visitor()
    frame = visitor.check_in("Ada")
    expect(frame.get_by_role("switch", name="Keep my screen on")).to_be_checked()
    powers = {"camera": False, "microphone": False, "geolocation": False, "autoplay": False,
              "clipboard-write": True, "screen-wake-lock": True}
    for power, is_given in powers.items():
        assert frame.evaluate("power => document.featurePolicy.allowsFeature(power)", power) == is_given
    rivera.open_chat("Ada")
    rivera.write("Hello")
    expect(frame.get_by_role("log")).to_contain_text("Hello")
