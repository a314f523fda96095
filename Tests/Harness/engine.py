"""What a test does in a page of any browser: W3C actions and a little script.

Playwright drives the browsers that it builds itself, not those that people get from Debian. A driver
gives `go`, `reload`, `call`, `act` and `close`; the rest is the same for all of them."""

import json
import time

ENTER = "\ue007"

# Gives where to press the one visible element of a kind whose name or text has these words in it.
FIND = """(kind, words) => {
    const name = element => (element.getAttribute('aria-label') ?? element.textContent).replace(/\\s+/g, ' ').trim()
    const isShown = element => element.getClientRects().length > 0 && getComputedStyle(element).visibility === 'visible'
    const found = [...document.querySelectorAll(kind)].find(element => isShown(element) && name(element).includes(words))
    if (!found) return null
    found.scrollIntoView({block: 'nearest'})
    const {x, y, width, height} = found.getBoundingClientRect()
    return [Math.round(x + width / 2), Math.round(y + height / 2)]
}"""

# What a person can read: the text of what is drawn.
READ = "selector => [...document.querySelectorAll(selector)].map(element => element.innerText).join('\\n')"


class Tab:
    def go(self, url):
        raise NotImplementedError

    def reload(self):
        raise NotImplementedError

    def call(self, function, *arguments):
        """The value of a function of the page, awaited if it is a promise."""
        raise NotImplementedError

    def act(self, sources):
        """Performs the actions of keyboards and pointers: WebDriver 17.5."""
        raise NotImplementedError

    def close(self):
        raise NotImplementedError

    def until(self, wanted, what, timeout=20):
        deadline = time.monotonic() + timeout
        while True:
            value = wanted()
            if value:
                return value
            if time.monotonic() > deadline:
                raise AssertionError(f"{what}; the page says: {self.text()}")
            time.sleep(0.1)

    def text(self, selector="body"):
        return self.call(READ, selector)

    def sees(self, text, selector="body"):
        self.until(lambda: text in self.text(selector), f"waited for {text!r} in {selector}")

    def does_not_see(self, text, selector="body"):
        self.until(lambda: text not in self.text(selector), f"{text!r} stays in {selector}")

    def has_title(self, title):
        self.until(lambda: self.call("() => document.title") == title, f"waited for title {title!r}")

    def press(self, words, kind="button"):
        """A real click with a real pointer, at the middle of what is pressed."""
        x, y = self.until(lambda: self.call(FIND, kind, words), f"no {kind} has {words!r}")
        self.act([{"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": [
            {"type": "pointerMove", "x": x, "y": y, "duration": 0},
            {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]}])

    def type(self, text):
        self.act([{"type": "key", "id": "keyboard", "actions": [
            {"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]}])

    def write(self, text):
        self.press("", kind="message-composer textarea")
        self.type(text + ENTER)
        self.sees(text, "[role=log]")


def decoded(text):
    return None if text is None else json.loads(text)
