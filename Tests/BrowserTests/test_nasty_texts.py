"""Four hundred nasty texts (`Tests/Vectors/nasty-texts.json`): each is text and nothing else, wherever it
is shown, and breaks neither the row above it nor the width of a phone."""

import json
import pathlib

import pytest
from playwright.sync_api import expect

NASTY = json.loads((pathlib.Path(__file__).resolve().parents[1] / "Vectors/nasty-texts.json").read_text())
NARROW = {"width": 320, "height": 640}
# A patient may write ten at once and then one in a second; a provider forty.
FROM_PATIENT, FROM_PROVIDER = NASTY[3::40], NASTY[7::13][:30]

# Renders each text through the page's own elements, between two plain ones.
RENDER = """async texts => {
    const [{messageNode}, {makeRow, updateRow}, {cleanName}] = await Promise.all([
        import('/assets/elements/message-node.js'), import('/assets/elements/queue-row.js'),
        import('/assets/relay/names.js')])
    const log = document.querySelector('.log__inner')
    const message = text => messageNode({
        message: {key: 'k', isOwn: false, body: {what: 'text', text}, text, time: 0, sequence: 1, failure: null, reason: null},
        delivery: null, by: 'Ada', side: 'patient', continues: false})
    const found = []
    const expected = new Set(['DIV', 'P', 'B', 'BDI', 'TIME', 'SPAN', 'A'])
    const isWider = node => node.getBoundingClientRect().right > innerWidth || node.getBoundingClientRect().left < 0
    for (const text of texts) {
        const wrong = []
        const [above, node, below] = [message('above'), message(text), message('below')]
        log.replaceChildren(above, node, below)
        const shown = node.querySelector('.m__text > span')
        const links = [...shown.querySelectorAll('a')]
        const notes = links.map(link => link.nextSibling?.textContent ?? '').join('')
        if (shown.textContent !== text && !notes.includes(' (')) wrong.push('text')
        if (links.length === 0 && shown.childElementCount > 0) wrong.push('elements')
        if ([...node.querySelectorAll('*')].some(each => !expected.has(each.tagName))) wrong.push('elements')
        if (links.some(link => !/^(https?|tel|mailto):$/.test(link.protocol))) wrong.push('scheme')
        if (links.some(link => link.rel !== 'noopener noreferrer nofollow' || link.target !== '_blank')) wrong.push('rel')
        if (document.documentElement.scrollWidth > innerWidth || isWider(node) || isWider(shown)) wrong.push('width')
        if (node.scrollWidth > node.clientWidth + 1) wrong.push('overflow')
        const [top, middle, bottom] = [above, node, below].map(each => each.getBoundingClientRect())
        if (top.bottom > middle.top || middle.bottom > bottom.top || top.height !== bottom.height) wrong.push('neighbours')
        if (wrong.length > 0) found.push(['message', text.slice(0, 60), wrong])
    }
    log.replaceChildren()
    const list = document.querySelector('ul[data-section=waiting]')
    if (list) for (const text of texts) {
        const wrong = []
        const row = makeRow()
        list.replaceChildren(row)
        const name = cleanName(text)
        updateRow(row, {key: 'v1', section: 'waiting', visit: 1, conversation: 1, name, reason: '', arrived: 0,
            inCallSince: 0, presence: 'here', since: 0, hasRejoined: false, heldBy: 'you', provider: null, pending: 0,
            unread: 3, isTyping: false, unansweredSince: null, ended: null, isCopied: false, isSelected: false,
            cost: [name], callCost: []}, 0)
        if (row.querySelector('bdi').textContent !== name || row.querySelector('bdi').childElementCount > 0) wrong.push('text')
        if (row.scrollWidth > row.clientWidth || document.documentElement.scrollWidth > innerWidth) wrong.push('width')
        const {right} = row.querySelector('.badge').getBoundingClientRect()
        if (right > row.querySelector('.row__more').getBoundingClientRect().left) wrong.push('badge')
        if (wrong.length > 0) found.push(['name', name.slice(0, 60), wrong])
    }
    list?.replaceChildren()
    return found
}"""

LISTEN = """
    window.copied = []
    Object.defineProperty(navigator, 'clipboard', {value: {writeText: async text => void window.copied.push(text)}})
    window.notices = []
    window.Notification = class extends EventTarget {
        static permission = 'granted'
        constructor(title, options) { super(); window.notices.push([title, options]) }
        close() {}
    }
"""


@pytest.fixture
def watched(clinic):
    """Nothing opens, asks or runs."""
    clinic.scripts.append(LISTEN)
    watch, opened = clinic.watch, []

    def watch_closely(page):
        page.on("dialog", lambda dialog: (opened.append(dialog.message), dialog.dismiss()))
        page.on("popup", lambda popup: opened.append(popup.url))
        return watch(page)

    clinic.watch = watch_closely
    yield clinic
    assert opened == []
    for context in clinic.contexts:
        for page in context.pages:
            assert page.evaluate("window.pwned") is None
            assert page.url.startswith(clinic.relay.origin)


def send(person, text):
    """Typed or pasted: whatever the text area makes of it is what is sent."""
    person.composer.evaluate("""(area, text) => {
        area.value = text
        area.dispatchEvent(new Event('input', {bubbles: true}))
    }""", text)
    written = person.composer.evaluate("area => area.value.trim()")
    person.composer.press("Enter")
    return written


def texts(person, selector):
    return person.log.locator(selector).evaluate_all("""spans => spans.map(span =>
        [...span.childNodes].map(node => node.nodeType === 3 && node.previousSibling?.nodeName === 'A'
            ? node.textContent.replace(/^ \\([^)]*\\)/, '') : node.textContent).join(''))""")


def well_formed(text):
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@pytest.mark.parametrize("side", ["provider", "patient"])
def test_all_four_hundred_are_text_on_a_narrow_screen(watched, side):
    ada = watched.patient("Ada", NARROW)
    if side == "patient":
        page = ada.page
    else:
        rivera = watched.provider(viewport=NARROW)
        rivera.open_chat("Ada")
        page = rivera.page
        page.evaluate("() => { document.querySelector('.panes').dataset.view = 'chat' }")
    assert page.evaluate(RENDER, NASTY) == []


def test_a_real_chat_both_ways(watched):
    rivera, ada = watched.provider(), watched.patient("Ada", NARROW)
    rivera.open_chat("Ada")
    patients = [send(ada, text) for text in FROM_PATIENT]
    patients = [text for text in patients if text]
    expect(rivera.log.locator(".m--patient")).to_have_count(len(patients), timeout=20_000)
    providers = [text for text in (send(rivera, text) for text in FROM_PROVIDER) if text]
    expect(ada.log.locator(".m--provider")).to_have_count(len(providers), timeout=20_000)
    assert len(patients) + len(providers) >= 38
    for person in (rivera, ada):
        assert texts(person, ".m--patient .m__text > span") == [well_formed(text) for text in patients]
        assert texts(person, ".m--provider .m__text > span") == [well_formed(text) for text in providers]
    assert ada.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    rivera.chat.get_by_role("button", name="Copy for chart").first.click()
    expect(rivera.chat.get_by_role("button", name="Copied for chart").first).to_be_visible()
    copied = rivera.page.evaluate("window.copied.at(-1)")
    for text in patients + providers:
        assert all(line in copied for line in well_formed(text).splitlines())
    for person in (rivera, ada):
        assert person.page.title() in ("Queue", "Waiting room")
        assert person.page.evaluate("window.notices") == []


@pytest.mark.parametrize("text", [NASTY[0], "<img src=x onerror=window.pwned=1>", "\u202e=1+1\u0000\u200b{{7*7}}",
                                  "W" * 300, "a" + "\u0301" * 200])
def test_a_name_a_reason_and_a_note(watched, text):
    rivera = watched.provider()
    page = watched.watch(watched.context(NARROW).new_page())
    page.goto(f"{watched.relay.origin}/r/demo")
    for label in ("Your name or an alias", "Why are you here?"):
        page.get_by_label(label).evaluate("(field, text) => { field.value = text }", text)
    page.get_by_role("button", name="Check in").click()
    expect(page.locator("waiting-place")).to_contain_text("You're checked in")
    row = rivera.page.locator("waiting-queue .row bdi")
    clean = "import('/assets/relay/names.js').then(names => [names.cleanName(text), names.cleanReason(text)])"
    name, reason = rivera.page.evaluate(f"text => {clean}", text)
    expect(row).to_have_count(1)
    expect(row).not_to_have_text("Patient, under 1 min")
    assert row.evaluate("node => [node.textContent, node.childElementCount]") == [name, 0]
    rivera.page.locator(".row__more").click()
    window = rivera.page.locator("patient-information")
    assert window.locator(".information__reason").evaluate("node => node.textContent") == reason
    note = window.get_by_role("textbox", name="Private note")
    note.evaluate("(area, text) => { area.value = text; area.dispatchEvent(new Event('input', {bubbles: true})) }", text)
    assert window.evaluate("node => node.scrollWidth <= node.clientWidth")
    rivera.page.keyboard.press("Escape")
    rivera.page.locator(".row__more").click()
    assert note.input_value() == note.evaluate("(_, text) => { const area = document.createElement('textarea'); area.value = text; return area.value }", text)
    assert rivera.page.title() == "Queue"
