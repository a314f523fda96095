"""Row, title, icon, launcher and total say the same number at every step of a long shift.

A seeded script of at least 200 events in real pages. The test keeps its own books by the rules of the
box, of unread and of erasure; after every event the pages must agree with them, and a watch inside the
console sees that its counters never disagree with each other in between. `LETHE_SEED=42` plays
another shift."""

import dataclasses
import os
import random
import time

import pytest
from playwright.sync_api import expect

from test_embedding import NAME, Embedded

EVENTS = 200
# So tall that whatever is unread is on the screen once its chat is open.
TALL, TALL_PHONE = {"width": 1440, "height": 2600}, {"width": 360, "height": 2000}

# The focus and the visibility of a page are the test's to say.
EYES = """
    let isLooked = true
    Object.defineProperty(document, 'visibilityState', {get: () => isLooked ? 'visible' : 'hidden'})
    const hasFocus = document.hasFocus
    document.hasFocus = () => isLooked && hasFocus.call(document)
    window.look = isOn => {
        isLooked = isOn
        document.dispatchEvent(new Event('visibilitychange'))
        window.dispatchEvent(new Event(isOn ? 'focus' : 'blur'))
    }
"""

COUNTERS = """
    // What was written on each icon.
    const drawn = new Map()
    const {fillText} = CanvasRenderingContext2D.prototype
    CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
        this.canvas.drawn = text
        return fillText.call(this, text, ...rest)
    }
    const {toDataURL} = HTMLCanvasElement.prototype
    HTMLCanvasElement.prototype.toDataURL = function (...given) {
        const url = toDataURL.apply(this, given)
        drawn.set(url, Number(this.drawn))
        return url
    }
    window.counters = () => {
        const number = node => !node || node.hidden || node.textContent === '' ? 0 : Number(node.textContent)
        const rows = [...document.querySelectorAll('waiting-queue .row:not(.row--gone)')].map(row => ({
            name: row.querySelector('bdi').textContent,
            isEnded: row.closest('ul').dataset.section === 'ended',
            unread: number(row.querySelector('.badge')),
            label: row.querySelector('.badge').getAttribute('aria-label'),
        }))
        const icon = document.querySelector('link[rel=icon]')
        return {
            rows,
            title: document.title === 'Queue' ? 0 : Number(/^\\((\\d+)\\) Queue$/.exec(document.title)?.[1]),
            icon: icon.getAttribute('href') === '/favicon.svg' ? 0 : drawn.get(icon.href),
            total: number(document.querySelector('view-bar .badge')),
            // Rows that wait until the pointer has left the list: the chip says what is in them.
            unshown: Number(/\\d+/.exec(document.querySelector('.queue__unshown').textContent)?.[0] ?? 0),
        }
    }
    window.disagreements = []
    const check = () => {
        if (!document.querySelector('waiting-queue [data-filter]')) return
        const {rows, title, icon, total, unshown} = window.counters()
        const sum = rows.reduce((sum, {unread}) => sum + unread, unshown)
        if (sum !== title || sum !== icon || sum !== total) window.disagreements.push({rows, title, icon, total})
    }
    document.addEventListener('DOMContentLoaded', () => new MutationObserver(check).observe(document, {
        subtree: true, childList: true, attributes: true, characterData: true}))
"""


@dataclasses.dataclass(eq=False)
class Talk:
    """A conversation, by the relay's rules."""
    visit: "Visit"
    is_live: bool = True
    is_empty: bool = True
    unread: int = 0
    told: int = 0  # What its patient has not read.

    def __str__(self):
        return f"ended {self.visit}"


@dataclasses.dataclass(eq=False)
class Visit:
    name: str
    live: Talk = None
    is_present: bool = True
    in_call: bool = False
    is_named: bool = True

    def __str__(self):
        return self.name


@dataclasses.dataclass(eq=False)
class Seat:
    """A patient's page, and whose visit it shows now."""
    page: object
    frame: object
    visitor: object = None
    visit: Visit = None
    looks: bool = True

    def __str__(self):
        return f"{'embedded' if self.visitor else 'direct'} {self.visit and self.visit.name} {self.looks}"


class Shift:
    """What ought to be: the books of the test."""

    def __init__(self):
        self.visits, self.talks = [], []
        self.box, self.is_open = None, False
        self.looks = True

    def arrive(self, name):
        visit = Visit(name)
        self.visits.append(visit)
        self.begin(visit)
        return visit

    def begin(self, visit):
        visit.live = Talk(visit)
        self.talks.append(visit.live)

    def write(self, visit):
        talk = visit.live
        talk.unread += 1
        talk.is_empty = False
        if self.box is talk:
            self.is_open = True
        self.see()

    def see(self):
        if self.box and self.is_open and self.looks:
            self.box.unread = 0

    def show(self, talk):
        if self.box is talk and self.is_open:
            return self.see()
        self.box, self.is_open = talk, True
        self.erase_ended(talk.visit)
        self.see()

    def erase_ended(self, keeper):
        for talk in [*self.talks]:
            is_guarded = talk.visit.is_present and talk.unread > 0
            if not talk.is_live and talk.visit is not keeper and not is_guarded:
                self.erase(talk)

    def erase(self, talk):
        self.talks.remove(talk)
        if self.box is talk:
            self.box = None
        if talk.is_live:
            self.begin(talk.visit)

    def end(self, visit):
        """The live conversation ends; nobody's is withdrawn."""
        talk, visit.live = visit.live, None
        if talk.is_empty and self.box is not talk:
            self.talks.remove(talk)
        talk.is_live = False

    def over(self, visit):
        self.end(visit)
        visit.is_present = visit.in_call = False

    def call(self, visit):
        for other in self.visits:
            if other.in_call:
                self.over(other)
        visit.in_call = True
        self.erase_ended(visit)

    def refresh(self):
        self.talks, self.box = [], None
        self.visits = [visit for visit in self.visits if visit.is_present]
        for visit in self.visits:
            visit.in_call = False
            self.begin(visit)

    @property
    def present(self):
        return [visit for visit in self.visits if visit.is_present]

    @property
    def rows(self):
        """Who has how much unread: by name, and whether it is an ended chat."""
        rows = {}
        for talk in self.talks:
            if talk.unread:
                key = (talk.visit.name, not talk.is_live)
                rows[key] = rows.get(key, 0) + talk.unread
        return rows

    def told(self, visit):
        return sum(talk.told for talk in self.talks if talk.visit is visit)


class Play:
    def __init__(self, clinic, seed):
        self.clinic, self.chance = clinic, random.Random(seed)
        self.shift = Shift()
        self.names = iter(f"{name}{round}" for round in range(1, 99) for name in ("Ada", "Ben", "Cy", "Dee"))
        self.rivera = clinic.provider(viewport=TALL, origin=clinic.relay.wire.origin)
        self.page = self.rivera.page
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.seats = [self.direct(), self.direct(), self.embedded()]

    def direct(self):
        page = self.clinic.watch(self.clinic.context(TALL_PHONE).new_page())
        page.on("dialog", lambda dialog: dialog.accept())
        return Seat(page, page)

    def embedded(self):
        visitor = self.clinic.visitor(viewport=TALL_PHONE)
        visitor.open()
        seat = Seat(visitor.page, visitor.frame, visitor)
        visitor.page.on("dialog", lambda dialog: dialog.accept())
        return seat

    # What can happen.

    def arrive(self, seat, code=None):
        if seat.visit is None and seat.visitor is None:
            seat.page.goto(f"{self.clinic.relay.wire.origin}/r/demo")
        self.bring(seat)
        name = next(self.names)
        form = seat.frame
        if seat.visitor and form.get_by_role("button", name="Check in again").count():
            form.get_by_role("button", name="Check in again").first.click()
        form.get_by_label("Your name or an alias").fill(name)
        if code:
            form.get_by_text("Have a rejoin code?").click()
            form.get_by_label("Rejoin code").fill(code)
        form.get_by_role("button", name="Check in").click()
        expect(form.locator("waiting-place")).to_contain_text("checked in")
        if code is None:
            seat.visit = self.shift.arrive(name)
            return
        self.shift.end(seat.visit)
        seat.visit.name = name
        self.shift.begin(seat.visit)

    def leave(self, seat):
        self.bring(seat)
        seat.frame.get_by_role("button", name="Leave the waiting room").click()
        expect(seat.frame.get_by_text("Your place was given up.")).to_be_visible()
        self.shift.over(seat.visit)
        seat.visit = None

    def refresh_patient(self, seat):
        """With the code the place and the visit are the same; without it, another one."""
        code = seat.page.locator(".place__code .code").inner_text() if self.chance.random() < 0.6 else None
        if seat.visit.in_call:
            return
        seat.page.reload()
        seat.page.get_by_label("Your name or an alias").wait_for()
        self.arrive(seat, code)

    def write(self, seat):
        self.bring(seat)
        composer = seat.frame.locator("message-composer textarea")
        composer.fill(f"From {seat.visit.name} {self.step}")
        composer.press("Enter")
        self.shift.write(seat.visit)

    def open(self, visit):
        self.leave_list()
        badge = self.rivera.badge(visit.name)
        if badge.count() == 1 and visit.live.unread:
            badge.click()
        else:
            self.act(visit, "Chat")
        self.shift.show(visit.live)

    def leave_list(self):
        """While the pointer is in the list, who arrives above it is not shown."""
        self.page.mouse.move(0, 0)

    def act(self, visit, action):
        self.leave_list()
        rows = self.page.locator("ul[data-section=waiting], ul[data-section=in_call]")
        row = rows.get_by_role("listitem").filter(has_text=visit.name)
        row.get_by_role("button", name=f"Patient information for {visit.name}").click()
        window = self.page.locator("patient-information")
        window.locator(".popover__actions button").filter(has_text=action).first.click()
        expect(window).to_be_hidden()

    def open_ended(self, talk):
        row = self.page.locator("ul[data-section=ended]").get_by_role("listitem").filter(has_text=talk.visit.name)
        row.locator(".badge").first.click()
        self.shift.show(talk)

    def minimise(self):
        self.rivera.minimise()
        self.shift.is_open = False

    def restore(self):
        self.page.locator("chat-bar .minibar__open").click()
        self.shift.show(self.shift.box)

    def close(self):
        where = ".chat__close" if self.shift.is_open else ".minibar__close"
        self.page.locator(where).click()
        self.shift.erase(self.shift.box)

    def end_chat(self):
        talk = self.shift.box
        self.rivera.end_chat()
        self.shift.end(talk.visit)
        self.shift.begin(talk.visit)

    def answer(self):
        talk = self.shift.box
        self.rivera.composer.fill(f"To {talk.visit.name} {self.step}")
        self.rivera.composer.press("Enter")
        talk.is_empty = False
        seat = next(seat for seat in self.seats if seat.visit is talk.visit)
        talk.told = 0 if seat.looks else talk.told + 1

    def look(self):
        self.shift.looks = not self.shift.looks
        self.page.evaluate("isOn => window.look(isOn)", self.shift.looks)
        self.shift.see()

    def look_patient(self, seat):
        if seat.looks:
            seat.looks = False
            if seat.visitor:
                seat.visitor.page.keyboard.press("Escape")
            else:
                seat.page.evaluate("window.look(false)")
        else:
            self.bring(seat)

    def bring(self, seat):
        if not seat.looks and seat.visitor:
            seat.visitor.open()
        elif not seat.looks:
            seat.page.evaluate("window.look(true)")
        seat.looks = True
        for talk in self.shift.talks:
            if talk.visit is seat.visit:
                talk.told = 0

    def start_call(self, visit):
        self.act(visit, "Start call" if not any(other.in_call for other in self.shift.visits) else "and start")
        self.shift.call(visit)

    def end_call(self, is_finished):
        visit = next(visit for visit in self.shift.visits if visit.in_call)
        self.rivera.press_in_call("Finish visit" if is_finished else "Back to queue")
        if is_finished:
            self.shift.over(visit)
        visit.in_call = False

    def blip(self):
        # Cut too: on a fast machine the console is back before anybody could see that it was gone.
        self.clinic.relay.wire.cut()
        self.clinic.relay.wire.drop()
        expect(self.page.get_by_text("Not connected")).to_be_visible()
        self.clinic.relay.wire.mend()
        expect(self.page.get_by_text("Connected", exact=True)).to_be_visible()

    def refresh(self):
        self.page.reload()
        expect(self.page.get_by_text("Connected", exact=True)).to_be_visible()
        self.shift.looks = True
        self.shift.refresh()
        # Only the page of a visit can tell the new console who it is.
        for visit in self.shift.visits:
            visit.is_named = any(seat.visit is visit for seat in self.seats)

    # The script.

    def possible(self):
        """Each event that can happen now, with how often it should."""
        shift = self.shift
        for seat in self.seats:
            if seat.visit is not None and not seat.visit.is_present:
                seat.visit = None
            if seat.visit is None:
                yield 6, self.arrive, seat
                continue
            yield 6, self.write, seat
            yield 3, self.look_patient, seat
            yield 1, self.leave, seat
            if seat.visitor is None and seat.looks:
                yield 1, self.refresh_patient, seat
        for visit in shift.present:
            if visit.is_named and not (shift.box is visit.live and shift.is_open):
                yield 3, self.open, visit
            if not visit.in_call and any(seat.visit is visit for seat in self.seats):
                yield 1, self.start_call, visit
        for talk in shift.talks:
            if not talk.is_live and talk.unread and sum(each.visit is talk.visit and not each.is_live for each in shift.talks) == 1:
                yield 4, self.open_ended, talk
        if shift.box and shift.is_open:
            yield 4, self.minimise
            if shift.box.is_live and any(seat.visit is shift.box.visit for seat in self.seats):
                yield 5, self.answer
            if shift.box.is_live and not shift.box.is_empty and not shift.box.visit.in_call:
                yield 1, self.end_chat
        elif shift.box:
            yield 2, self.restore
        if shift.box:
            yield 3, self.close
        if any(visit.in_call for visit in shift.visits):
            yield 2, self.end_call, self.chance.random() < 0.5
        yield 4, self.look
        yield 1, self.blip
        yield 0.4, self.refresh

    def happen(self, step):
        self.step = step
        weights, events = zip(*((weight, rest) for weight, *rest in self.possible()))
        act, *given = self.chance.choices(events, weights)[0]
        print(step, act.__name__, *[str(one) for one in given])
        act(*given)
        self.agree()
        return act.__name__

    def agree(self):
        self.until(self.shown, lambda: self.shift.rows)
        for row in self.page.evaluate("window.counters()")["rows"]:
            plural = "" if row["unread"] == 1 else "s"
            said = f"{row['name']}, {row['unread']} unread message{plural}, open chat"
            assert (row["label"] or "").startswith(said if row["unread"] else ""), row
        for seat in self.seats:
            told = self.shift.told(seat.visit) if seat.visit and seat.visit.is_present else 0
            self.until(lambda: self.told(seat), lambda: told)

    def shown(self):
        """What each row says, once everything else says the sum of it."""
        shown = self.page.evaluate("window.counters()")
        rows = {}
        for row in shown["rows"]:
            if row["unread"]:
                key = (row["name"], row["isEnded"])
                rows[key] = rows.get(key, 0) + row["unread"]
        total = sum(rows.values()) + shown["unshown"]
        if (shown["title"], shown["icon"], shown["total"]) != (total, total, total):
            return shown
        # Who is not shown yet is in the chip's number, and comes when the pointer goes.
        if shown["unshown"]:
            self.page.mouse.move(0, 0)
        return rows

    def told(self, seat):
        """What the title says, and with it the launcher of the site around the page."""
        title = seat.frame.evaluate("document.title")
        told = int(title[1:title.index(")")]) if title.startswith("(") else 0
        if seat.visitor:
            plural = "" if told == 1 else "s"
            name = f"{NAME}, {told} unread message{plural}" if told else NAME
            launcher = seat.visitor.launcher()
            # On a phone the open panel covers the launcher.
            if (launcher is None) != seat.looks or (launcher and launcher[0] != name):
                return None
        return told

    def until(self, read, wanted):
        deadline = time.monotonic() + 10
        while (found := read()) != wanted():
            assert time.monotonic() < deadline, f"event {self.step}: {found} shown, {wanted()} wanted"
            self.page.wait_for_timeout(20)


@pytest.fixture
def clinic(chromium):
    clinic = Embedded(chromium)
    clinic.scripts += [EYES, COUNTERS]
    yield clinic
    clinic.leave()


def test_every_counter_says_the_same_through_two_hundred_events(clinic):
    seed = int(os.environ.get("LETHE_SEED", "1"))
    print("seed", seed)
    play = Play(clinic, seed)
    happened = {play.happen(step) for step in range(EVENTS)}
    assert play.page.evaluate("window.disagreements") == []
    assert {"write", "open", "minimise", "close", "look", "answer", "leave", "arrive"} <= happened
