"""While people chat, the relay's memory holds nothing that they said, and no key."""

import os
import secrets

import memory
from client import MESSAGE, Patient, Provider


def marker(word):
    """A word that is nowhere else in the world."""
    return f"{word}{secrets.token_hex(8)}"


def listen(page):
    """The binary frames that a page sends, as they go into its socket."""
    frames = []
    page.on("websocket", lambda socket: socket.on(
        "framesent", lambda data: frames.append(data) if isinstance(data, bytes) else None))
    return frames


# Keeps every AES key and every secret of 32 bytes that the page makes.
KEEP_KEYS = """() => {
  const hex = bytes => Array.from(new Uint8Array(bytes.buffer ?? bytes), b => b.toString(16).padStart(2, '0')).join('')
  window.keptKeys = []
  const importKey = crypto.subtle.importKey
  Object.getPrototypeOf(crypto.subtle).importKey = function (format, data, algorithm, ...rest) {
    if (algorithm.name === 'AES-GCM' || algorithm === 'AES-GCM') window.keptKeys.push(hex(data.slice()))
    return importKey.call(this, format, data, algorithm, ...rest)
  }
}"""


def test_the_relay_cannot_read_what_it_carries(clinic):
    name, reason = marker("Ada"), marker("chestpain")
    question, answer, unsent = marker("Does-it-hurt"), marker("Yés-very"), marker("unsent")
    rivera = clinic.provider()
    page = clinic.watch(clinic.context({"width": 360, "height": 740}).new_page())
    sent = listen(page)
    page.goto(f"{clinic.relay.origin}/r/demo")
    page.evaluate(KEEP_KEYS)
    page.get_by_label("Your name or an alias").fill(name)
    page.get_by_label("Why are you here?").fill(reason)
    page.get_by_role("button", name="Check in").click()
    rivera.has_row(name)
    rivera.open_chat(name)
    rivera.write(question)
    composer = page.locator("message-composer textarea")
    composer.fill(answer)
    composer.press("Enter")
    rivera.sees(answer)
    composer.press_sequentially(unsent, delay=5)
    assert any(frame[1] == 0x04 for frame in sent), "the page said that somebody types"

    pid = clinic.relay.process.pid
    texts = [name, reason, question, answer, unsent]
    assert memory.find_texts(pid, texts) == {}

    # The search can find: what the relay holds sealed is there, and so is a text of its own.
    message = next(frame for frame in sent if frame[1] == 0x10)
    found = memory.search(pid, {"sealed": message[24:], "own": b"Dr Rivera"})
    assert found["sealed"] >= 1 and found["own"] >= 1

    keys = page.evaluate("() => window.keptKeys")
    assert len(keys) >= 2, "the page made keys, and the test saw them"
    raw = {key: bytes.fromhex(key) for key in keys}
    spelled = {f"{key} spelled": key.encode() for key in keys}
    assert not any(memory.search(pid, {**raw, **spelled}).values())


def test_the_search_finds_every_spelling(clinic):
    """The control of the search itself: this process holds the text in each of them."""
    text = marker("Zürich ")
    held = list(memory.spellings(text).values())
    found = memory.find_texts(os.getpid(), [text])
    assert {spelling for _, spelling in found} == set(memory.spellings(text)), held


def test_the_search_would_find_a_message_that_is_not_sealed(clinic):
    """A client of our own that seals nothing: the relay does not know the difference."""
    text = marker("clear")
    patient = Patient(clinic.relay)
    provider = Provider(clinic.relay)
    chat = patient.told("conversation")
    patient.message(chat, text)
    provider.incoming(MESSAGE)
    found = memory.find_texts(clinic.relay.process.pid, [text])
    assert (text, "UTF-8") in found
