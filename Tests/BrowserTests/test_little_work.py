"""A letter and a message cost what they change, counted and not timed: so it holds on a slow machine too.

`Tests/Load/composer_latency.py` measures the same in milliseconds."""

import pytest
from playwright.sync_api import expect

from swift_client import SwiftClient

PATIENTS = 50

# Which parts of the page are written to, and how often.
COUNT = """() => {
    window.touched = new Map()
    const whose = node => {
        const element = node instanceof Element ? node : node.parentElement
        const row = element?.closest('.row')
        if (row) return 'row ' + row.querySelector('bdi')?.textContent
        const part = element?.closest('message-composer, .log, .tools, waiting-queue, conversation-view, call-stage, '
            + 'page-announcer, chat-bar, view-bar, keeps-panel, connection-line, head, main, body')
        return part?.localName + (part?.className ? '.' + part.className.split(' ')[0] : '')
    }
    window.counting?.disconnect()
    window.counting = new MutationObserver(changes => {
        for (const {target, type, attributeName, oldValue} of changes) {
            // Written again as it was: nothing to draw. In fifty rows it adds up, so there it counts.
            const isSame = type === 'attributes' && target.getAttribute(attributeName) === oldValue
            if (isSame && !target.closest('.row')) continue
            const what = `${type}:${attributeName ?? target.nodeName}`
            touched.set(whose(target), [...(touched.get(whose(target)) ?? []), what])
        }
    })
    window.counting.observe(document, {subtree: true, childList: true, characterData: true, attributes: true,
        attributeOldValue: true})
}"""


@pytest.fixture
def crowded(clinic):
    """A console with fifty rows, and the patients in them."""
    rivera = clinic.provider()
    clients = [SwiftClient(clinic.relay, name=f"P{number:02}") for number in range(PATIENTS)]
    try:
        for client in clients:
            client.says("checked in", timeout=60)
        expect(rivera.page.locator(".row")).to_have_count(PATIENTS, timeout=20_000)
        expect(rivera.page.locator("waiting-queue")).to_contain_text("P49")
        rivera.open_chat("P00")
        expect(rivera.safety_chip).to_be_visible()
        # Pairing and what an arrival leaves behind are over.
        rivera.page.wait_for_timeout(2_500)
        yield rivera, clients
    finally:
        for client in clients:
            client.__exit__()


def touched(page):
    return dict(page.evaluate("new Promise(done => setTimeout(() => done([...touched]), 300))"))


def test_a_letter_changes_the_composer_and_a_message_its_own_row(crowded):
    rivera, clients = crowded
    page = rivera.page
    rivera.composer.click()
    page.evaluate(COUNT)
    page.keyboard.type("Letters")
    written = touched(page)
    assert set(written) <= {"message-composer.composer"}, written
    assert sum(map(len, written.values())) <= 3 * len("Letters"), written
    page.evaluate(COUNT)
    clients[7].write("Hello")
    rivera.unread("P07", 1)
    written = touched(page)
    rows = {name for name in written if name.startswith("row ")}
    assert rows <= {"row P07"}, written
    assert sum(map(len, written.values())) <= 60, written
    # In the open chat: its message, and the row that may say so.
    page.evaluate(COUNT)
    rivera.look()
    clients[0].write("Good morning")
    rivera.sees("Good morning")
    written = touched(page)
    assert {name for name in written if name.startswith("row ")} <= {"row P00"}, written
    assert sum(map(len, written.values())) <= 80, written
