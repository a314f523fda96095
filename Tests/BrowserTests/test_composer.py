"""Where one writes: a draft belongs to one person, and nothing is sent that nobody meant to send."""

import random

import pytest
from playwright.sync_api import expect


@pytest.fixture(params=["provider", "patient"])
def pair(request, clinic):
    """Somebody who writes, and the other side."""
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    return (rivera, ada) if request.param == "provider" else (ada, rivera)


def key(person, **options):
    person.composer.evaluate("""(area, options) => area.dispatchEvent(
        new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, cancelable: true, ...options}))""", options)


def test_enter_sends_and_shift_enter_begins_a_line(pair):
    one, other = pair
    one.composer.fill("First")
    one.composer.press("Shift+Enter")
    one.composer.press_sequentially("second")
    expect(one.composer).to_have_value("First\nsecond")
    one.composer.press("Enter")
    expect(one.composer).to_have_value("")
    other.sees("First\nsecond")


def test_a_provider_may_swap_enter_and_shift_enter_and_is_told_so_everywhere(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    settings = rivera.page.get_by_role("button", name="Account settings")
    settings.click()
    swap = rivera.page.get_by_role("switch", name="Enter sends")
    expect(swap).to_be_checked()
    swap.uncheck()
    expect(rivera.page.locator("account-settings")).to_contain_text("Shift+Enter sends, and Enter begins a new line.")
    settings.click()
    expect(rivera.chat.locator(".composer__hint")).to_have_text("Shift+Enter sends")
    rivera.composer.fill("First")
    rivera.composer.press("Enter")
    rivera.composer.press_sequentially("second")
    expect(rivera.composer).to_have_value("First\nsecond")
    rivera.composer.press("Shift+Enter")
    expect(rivera.composer).to_have_value("")
    ada.sees("First\nsecond")
    rivera.page.get_by_role("button", name="Keys of this page").click()
    keys = rivera.page.locator(".keys__list div")
    expect(keys.filter(has_text="Send").locator("kbd")).to_have_text(["Shift", "Enter"])
    expect(keys.filter(has_text="New line").locator("kbd")).to_have_text(["Enter"])
    # It is one of the choices that a refresh keeps; and it can be taken back.
    rivera.refresh()
    rivera.open_chat("Ada")
    expect(rivera.chat.locator(".composer__hint")).to_have_text("Shift+Enter sends")
    settings.click()
    swap.check()
    expect(rivera.chat.locator(".composer__hint")).to_have_text("Enter sends")


def test_enter_that_chooses_a_candidate_does_not_send(pair):
    one, other = pair
    one.composer.fill("にほん")
    key(one, isComposing=True)
    key(one, keyCode=229)
    expect(one.composer).to_have_value("にほん")
    expect(other.log).not_to_contain_text("にほん")
    key(one)
    other.sees("にほん")


def test_the_counter_comes_at_four_fifths_and_too_much_is_not_sent(pair):
    one, other = pair
    count = one.page.locator(".composer__count")
    one.composer.fill("a" * 3_199)
    expect(count).to_be_hidden()
    one.composer.fill("a" * 3_200)
    expect(count).to_have_text("800 characters left")
    one.composer.fill("a" * 4_001)
    expect(count).to_have_text("1 character too long")
    expect(one.composer).to_have_attribute("aria-invalid", "true")
    one.composer.press("Enter")
    expect(one.composer).to_have_value("a" * 4_001)
    expect(other.log.locator(".m")).to_have_count(0)


def test_a_reader_of_older_messages_is_not_pulled_away_and_hears_of_new_ones(pair):
    one, other = pair
    for number in range(16):
        one.write(f"Message {number}\nwith\nlines")
    other.sees("Message 15")
    log = one.page.locator("message-log")
    scroll = """log => { const first = log.querySelector('.m'); first.scrollIntoView(); }"""
    log.evaluate(scroll)
    one.page.wait_for_timeout(100)
    place = "log => log.querySelector('.m').getBoundingClientRect().top"
    before = log.evaluate(place)
    other.write("New one")
    pill = log.locator(".jump")
    expect(pill).to_have_text("1 new message")
    other.write("New two")
    expect(pill).to_have_text("2 new messages")
    assert log.evaluate(place) == before
    pill.click()
    expect(log.get_by_text("New two")).to_be_in_viewport()
    expect(pill).to_be_hidden()


def test_who_is_at_the_end_stays_at_the_end(pair):
    one, other = pair
    one.look()
    for number in range(12):
        other.write(f"Message {number}\nwith\nlines")
    expect(one.log.get_by_text("Message 11")).to_be_in_viewport()
    expect(one.page.locator(".jump")).to_be_hidden()


def test_what_was_on_its_way_when_its_chat_ended_arrives_in_the_next_once(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    ada.write("First")
    rivera.sees("First")
    # The message is still on its way when the chat ends.
    ada.page.evaluate("""() => {
        const send = WebSocket.prototype.send
        const late = []
        WebSocket.prototype.send = function (data) {
            if (typeof data === 'string') send.call(this, data)
            else late.push(() => send.call(this, data))
        }
        window.arrive = () => {
            WebSocket.prototype.send = send
            for (const go of late) go()
        }
    }""")
    ada.write("Second")
    expect(ada.log).to_contain_text("Sending…")
    rivera.end_chat()
    ada.is_told("Your provider ended this chat.")
    ada.page.evaluate("window.arrive()")
    expect(ada.log).to_contain_text("Delivered")
    expect(ada.log.locator(".m").filter(has_text="Second")).to_have_count(1)
    row = rivera.page.get_by_role("list", name="Waiting").get_by_role("listitem").filter(has_text="Ada")
    row.get_by_role("button", name="1 unread message").click()
    rivera.sees("Second")
    expect(rivera.log).not_to_contain_text("First")


def test_drafts_never_cross(clinic):
    """A random walk: whatever is opened, minimised, closed or left, a draft is its patient's alone."""
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    rivera = clinic.provider()
    patients = {name: clinic.patient(name) for name in ("Ada", "Ben", "Cy")}
    drafts = {name: "" for name in patients}
    opened = None
    for step in range(24):
        name = chance.choice(list(patients))
        act = chance.choice(["open", "type", "type", "send", "minimise", "arrive", "close"])
        if act == "open":
            rivera.open_chat(name)
            opened = name
        elif opened is None:
            continue
        elif act == "type":
            drafts[opened] = f"Draft {step} for {opened}"
            rivera.composer.fill(drafts[opened])
        elif act == "send":
            rivera.composer.press("Enter")
            if drafts[opened]:
                patients[opened].sees(drafts[opened])
            drafts[opened] = ""
        elif act == "minimise":
            rivera.minimise()
            opened = None
            continue
        elif act == "arrive":
            patients[name].write(f"Hello {step}")
        elif act == "close":
            rivera.close_chat()
            drafts[opened] = None
            opened = None
            continue
        if drafts[opened] is None:
            # Whether a closed chat's draft is kept is another rule; it is that patient's in any case.
            rivera.composer.fill("")
            drafts[opened] = ""
        expect(rivera.composer).to_have_value(drafts[opened])
    for name, patient in patients.items():
        for other in patients:
            if other != name:
                expect(patient.log).not_to_contain_text(f"for {other}")


def test_a_draft_for_somebody_who_left_goes_to_nobody_else(clinic):
    rivera, ada, ben = clinic.provider(), clinic.patient("Ada"), clinic.patient("Ben")
    rivera.open_chat("Ada")
    ada.write("Hello")
    rivera.sees("Hello")
    rivera.composer.fill("For Ada only")
    ada.leave()
    expect(rivera.page.locator("ended-banner .draft")).to_contain_text("For Ada only")
    rivera.open_chat("Ben")
    expect(rivera.composer).to_have_value("")
    rivera.page.keyboard.press("Enter")
    ben.does_not_see("For Ada only")
    again = clinic.patient("Ada")
    rivera.has_row("Ada")
    rivera.open_chat("Ada")
    expect(rivera.composer).to_have_value("")
    again.does_not_see("For Ada only")


def test_what_is_typed_while_the_next_chat_is_on_its_way_goes_to_nobody(clinic):
    """Alt+U from Ada's composer, and the provider types on: it is meant for Ben."""
    rivera = clinic.provider(origin=clinic.relay.wire.origin)
    ada, ben = clinic.patient("Ada"), clinic.patient("Ben")
    rivera.open_chat("Ada")
    ben.write("Hello")
    rivera.unread("Ben", 1)
    rivera.composer.fill("For Ada")
    clinic.relay.wire.cut()
    rivera.page.keyboard.press("Alt+U")
    rivera.page.keyboard.type("For Ben")
    rivera.page.keyboard.press("Enter")
    expect(rivera.composer).to_have_value("For Ada")
    clinic.relay.wire.mend()
    rivera.has_open("Ben")
    expect(rivera.composer).to_be_focused()
    expect(rivera.composer).to_have_value("")
    rivera.open_chat("Ada")
    expect(rivera.composer).to_have_value("For Ada")
    ada.does_not_see("For Ben")
    ada.does_not_see("For Ada")


def test_a_composition_does_not_go_over_to_the_next_chat(clinic):
    rivera, ada, ben = clinic.provider(), clinic.patient("Ada"), clinic.patient("Ben")
    rivera.open_chat("Ada")
    ben.write("Hello")
    rivera.unread("Ben", 1)
    rivera.composer.click()
    keys = rivera.page.context.new_cdp_session(rivera.page)
    keys.send("Input.imeSetComposition", {"text": "にほ", "selectionStart": 2, "selectionEnd": 2})
    expect(rivera.composer).to_have_value("にほ")
    rivera.badge("Ben").click()
    rivera.has_open("Ben")
    expect(rivera.composer).to_have_value("")
    rivera.composer.press("Enter")
    rivera.write("For Ben")
    ben.sees("For Ben")
    rivera.open_chat("Ada")
    expect(rivera.composer).to_have_value("にほ")
    for person in (ada, ben):
        person.does_not_see("に")


@pytest.mark.relay(graces={"provider": "90s", "patient": "1s", "rejoin": "2s"})
def test_a_row_that_dies_while_its_draft_is_typed_takes_it_to_nobody(clinic):
    rivera, ada, ben = clinic.provider(), clinic.patient("Ada"), clinic.patient("Ben")
    rivera.open_chat("Ada")
    ada.write("Hello")
    rivera.sees("Hello")
    rivera.composer.press_sequentially("For Ada")
    ada.page.close()
    expect(rivera.page.locator("ended-banner .draft")).to_contain_text("For Ada")
    rivera.page.keyboard.type(" only")
    rivera.page.keyboard.press("Enter")
    rivera.open_chat("Ben")
    expect(rivera.composer).to_have_value("")
    ben.does_not_see("For Ada")
