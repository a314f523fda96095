"""Draws real pages in a made-up clinic, with the same time and the same numbers each time."""

import array
import io
import pathlib
import re
import sys
import tempfile
import time

from PIL import Image
from playwright.sync_api import expect

from people import Clinic, Patient, Provider

DESKTOP = {"width": 1440, "height": 900}
DOCKED = {"width": 1120, "height": 800}
PHONE = {"width": 390, "height": 844}
SCHEMES = ("light", "dark")
MINUTE = 60_000
COLOURS = 256
# 12 March 2026, 10:20:05 in a clinic that keeps the world's time.
OPENING = 1_773_310_805_000

expect.set_options(timeout=30_000)

# What a page takes for its own clock leaps when the story does, and stands while it is drawn. A timer
# that was set before a leap looks again soon.
CLOCK = """
window.leap = 0
window.still = null
const real = performance.now.bind(performance)
performance.now = () => window.still ?? real() + window.leap
const later = window.setTimeout.bind(window)
window.setTimeout = (act, ms, ...given) => later(act, ms > 30_000 ? 1_000 : ms, ...given)"""

# What is random or belongs to one build reads the same in every picture.
SETTLE = """
const said = {'.safety__code': '419 207', '#build': 'Lethe 1.0'}
new MutationObserver(() => {
  for (const [selector, text] of Object.entries(said)) {
    for (const node of document.querySelectorAll(selector)) {
      if (node.textContent !== '' && node.textContent !== text) node.textContent = text
    }
  }
}).observe(document, {subtree: true, childList: true, characterData: true})"""

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <alias binding="strong"><family>system-ui</family><prefer><family>Inter</family></prefer></alias>
  <alias binding="strong"><family>sans-serif</family><prefer><family>Inter</family></prefer></alias>
</fontconfig>
"""


def fonts():
    """The environment of a browser whose system face is Inter, where it is installed."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="lethe-fonts-")) / "fonts.conf"
    path.write_text(FONTS)
    return {"FONTCONFIG_FILE": str(path)}


def few_colours(picture):
    """The same picture with a palette. What is common or bright stays as it is; the rest are edges
    of letters, and go to the nearest."""
    counted = {colour: count for count, colour in picture.getcolors(1 << 24)}
    common = sorted(counted, reverse=True, key=lambda colour: (counted[colour], colour))
    # Of those that look alike, the most common one.
    unlike = {tuple(value >> 3 for value in colour): colour for colour in reversed(common)}
    bright = sorted(unlike.values(), reverse=True, key=lambda colour: (
        counted[colour] * (8 + max(colour[:3]) - min(colour[:3])), colour))
    kept = list(dict.fromkeys(common[:COLOURS // 8] + bright))[:COLOURS]

    def nearest(colour):
        return min(range(len(kept)), key=lambda index: sum(
            (one - other) ** 2 for one, other in zip(colour, kept[index])))

    places = {int.from_bytes(bytes(colour), sys.byteorder): nearest(colour) for colour in counted}
    pixels = array.array("I", picture.tobytes())
    small = Image.frombytes("P", picture.size, bytes(map(places.__getitem__, pixels)))
    small.putpalette([value for colour in kept for value in colour[:3]])
    return small


class Story:
    """The relay's time, retold: it stands still between two scenes."""

    def __init__(self):
        self.turns = [(0, OPENING)]

    @property
    def now(self):
        return self.turns[-1][1]

    def advance(self, minutes):
        self.turns.append((time.time() * 1000, self.now + minutes * MINUTE))

    def retell(self, real):
        """A time of the relay in the story. What is still to come keeps its distance."""
        ahead = real - time.time() * 1000
        if ahead > 1000:
            return self.now + round(ahead / 1000) * 1000
        return next(story for begin, story in reversed(self.turns) if begin <= real)


class Studio(Clinic):
    """A clinic whose pages are drawn at each size and in each scheme."""

    def __init__(self, browser, relay, target):
        super().__init__(browser, relay)
        self.target = target
        self.story = Story()
        self.scripts = [CLOCK, f"{{{SETTLE}}}"]

    def context(self, viewport):
        context = self.browser.new_context(
            ignore_https_errors=True, viewport=viewport, locale="en-US", timezone_id="UTC",
            reduced_motion="reduce")
        context.set_default_timeout(15_000)
        context.route_web_socket("**/socket", self._carry)
        for script in self.scripts:
            context.add_init_script(script)
        self.contexts.append(context)
        return context

    def _carry(self, page):
        relay = page.connect_to_server()

        def hear(message):
            if isinstance(message, str):
                message = re.sub(r"\b1[78]\d{11}\b",
                                 lambda found: str(self.story.retell(int(found[0]))), message)
                message = re.sub(r'"rejoin":"\w{4}"', '"rejoin":"K7PM"', message)
            page.send(message)

        relay.on_message(hear)

    @property
    def pages(self):
        return [page for context in self.contexts for page in context.pages]

    def advance(self, minutes, *, seconds=0):
        """Lets time go by on the relay and in all pages, and waits until they know."""
        minutes += seconds / 60
        self.story.advance(minutes)
        for page in self.pages:
            for frame in page.frames:
                frame.evaluate("""leap => {
                    window.leap = (window.leap ?? 0) + leap
                    document.dispatchEvent(new Event('visibilitychange'))
                }""", minutes * MINUTE)
        self.pause()

    def pause(self, ms=250):
        self.pages[0].wait_for_timeout(ms)

    def arrival(self, name, reason="", code=""):
        page = self.watch(self.context(PHONE).new_page())
        page.goto(f"{self.relay.origin}/r/demo")
        page.get_by_label("Your name or an alias").wait_for()
        patient = Patient(self, page, name)
        page.get_by_label("Your name or an alias").fill(name)
        page.get_by_label("Why are you here?").fill(reason)
        page.get_by_role("button", name="Check in").click()
        expect(page.locator("waiting-place")).to_contain_text("You're checked in")
        return patient

    def console(self, name="rivera", viewport=DESKTOP, origin=None):
        page = self.watch(self.context(viewport).new_page())
        page.goto(self.relay.invite(name, origin=origin))
        expect(page.get_by_text("Connected")).to_be_visible()
        return Provider(self, page, name)

    def types(self, person, text):
        """As somebody does whose page has said nothing of it for a while."""
        self.pause(3_100)
        person.composer.press_sequentially(text)

    def draw(self, page, name, *, desktop=None, phone=None, also=None, focus=False, sizes=("desktop", "phone")):
        """Pictures of a page as it stands: `name-size-scheme.png`.

        `desktop` and `phone` are done at that size first. Unless `focus` is what it shows, nothing has it."""
        page.evaluate("window.still = performance.now()")
        given = {"desktop": (DESKTOP, desktop), "docked": (DOCKED, also), "phone": (PHONE, phone)}
        for size in sizes:
            viewport, prepare = given[size]
            self.fit(page, viewport, size == "phone")
            if prepare:
                prepare()
            if not focus:
                page.evaluate("document.activeElement?.blur()")
            page.mouse.move(viewport["width"] / 2, 1)
            page.wait_for_timeout(200)
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                self.save(page.screenshot(animations="disabled", caret="hide"), f"{name}-{size}-{scheme}")
        page.evaluate("window.still = null")
        page.emulate_media(color_scheme="light")
        self.fit(page, DESKTOP if "desktop" in sizes else PHONE, False)

    def fit(self, page, viewport, is_touched):
        page.set_viewport_size(viewport)
        tools = page.context.new_cdp_session(page)
        tools.send("Emulation.setTouchEmulationEnabled", {"enabled": is_touched, "maxTouchPoints": 5})
        page.wait_for_timeout(100)

    def save(self, png, name):
        picture = Image.open(io.BytesIO(png)).convert("RGBA")
        small = few_colours(picture)
        self.target.mkdir(parents=True, exist_ok=True)
        small.save(self.target / f"{name}.png", optimize=True)
        print(name, flush=True)

    def close(self):
        for context in self.contexts:
            context.close()
        self.contexts = []
