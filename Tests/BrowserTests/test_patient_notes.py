"""Flags and the private note: on this page, for its provider, and nowhere else."""

import base64

import pytest
from playwright.sync_api import expect

NOTE = "asked about heron twice"

# Everything that a page turns into bytes, seals or sends.
LISTEN = """
    window.told = []
    const hear = bytes => window.told.push(new TextDecoder().decode(bytes))
    const {encrypt} = SubtleCrypto.prototype
    SubtleCrypto.prototype.encrypt = function (algorithm, key, data) {
        hear(data)
        return encrypt.call(this, algorithm, key, data)
    }
    const {send} = WebSocket.prototype
    WebSocket.prototype.send = function (data) {
        typeof data === 'string' ? window.told.push(data) : hear(data)
        return send.call(this, data)
    }
"""


def spellings(text):
    """How a text would stand in bytes: as it is, in hexadecimal, and in Base64 at each offset."""
    raw = text.encode()
    yield raw
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    for offset in range(3):
        # Without what the neighbours decide too.
        begin = (offset * 8 + 5) // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(b"\0" * offset + raw)[begin:].rstrip(b"=")[:-1]


def note_of(rivera, name):
    return rivera.information(name).get_by_role("textbox", name="Private note")


def flag(rivera, name, label):
    rivera.information(name).get_by_role("button", name=label).click()
    rivera.page.keyboard.press("Escape")


@pytest.fixture
def listening(clinic):
    """Each page of this clinic keeps what it says, in the clear."""
    make = clinic.context

    def context(viewport):
        made = make(viewport)
        made.add_init_script(LISTEN)
        return made

    clinic.context = context
    return clinic


def test_no_byte_of_a_note_is_on_either_socket(listening):
    clinic = listening
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    note_of(rivera, "Ada").press_sequentially(NOTE)
    rivera.page.keyboard.press("Escape")
    rivera.write("What a page says is heard here")
    ada.sees("What a page says is heard here")
    rivera.end_chat()
    for page in (rivera.page, ada.page):
        told = "\n".join(page.evaluate("window.told"))
        for piece in (NOTE, "heron", NOTE[:6]):
            assert piece not in told
        ada.does_not_see("heron")
    assert "What a page says is heard here" in "\n".join(rivera.page.evaluate("window.told"))


def test_no_spelling_of_a_note_is_in_any_frame(clinic):
    frames, watch = [], clinic.watch

    def listen(socket):
        for event in ("framesent", "framereceived"):
            socket.on(event, lambda data: frames.append(data.encode() if isinstance(data, str) else data))

    def watching(page):
        page.on("websocket", listen)
        return watch(page)

    clinic.watch = watching
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    note_of(rivera, "Ada").press_sequentially(NOTE)
    rivera.page.keyboard.press("Escape")
    rivera.write("Hello")
    ada.sees("Hello")
    ada.write("Good morning")
    rivera.sees("Good morning")
    rivera.press("Ada", "Start call")
    rivera.press_in_call("Finish visit")
    ada.is_told("Your visit has ended")
    rivera.close_chat()
    clinic.relay.wait_for_status(messages=0)
    said = b"\n".join(frames)
    # Both sockets were heard, each way.
    for word in (b"sign_in", b"signed_in", b"check_in", b"checked_in"):
        assert word in said
    for spelling in spellings(NOTE):
        assert spelling not in said
    assert [part for part in spellings(NOTE) if part in b"x" + base64.b64encode(b"xy" + NOTE.encode())]


def test_a_note_stays_with_its_patient_and_goes_with_the_chat(clinic):
    rivera, _, _ = clinic.provider(), clinic.patient("Ada"), clinic.patient("Ben")
    rivera.open_chat("Ada")
    note = note_of(rivera, "Ada")
    expect(rivera.page.locator("patient-notes")).to_contain_text("Only you see this. Erased with the chat.")
    note.fill(NOTE)
    rivera.page.keyboard.press("Escape")
    expect(note_of(rivera, "Ben")).to_have_value("")
    rivera.page.keyboard.press("Escape")
    expect(note_of(rivera, "Ada")).to_have_value(NOTE)
    rivera.page.keyboard.press("Escape")
    rivera.close_chat()
    expect(rivera.page.locator(".toastline")).to_contain_text("erased")
    expect(note_of(rivera, "Ada")).to_have_value("")


def test_flags_are_on_the_row_in_words_and_gone_after_a_refresh(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.has_row("Ada")
    for label in ("Urgent", "Interpreter", "ID confirmed"):
        flag(rivera, "Ada", label)
        expect(rivera.row("Ada")).to_contain_text(label)
    # An urgent row wears its drawing as its mark.
    expect(rivera.row("Ada").locator(".flag svg, .row__mark use[href='#i-flag']")).to_have_count(3)
    ada.does_not_see("Urgent")
    flag(rivera, "Ada", "Interpreter")
    expect(rivera.row("Ada")).not_to_contain_text("Interpreter")
    rivera.refresh()
    rivera.has_row("Ada")
    expect(rivera.row("Ada")).not_to_contain_text("Urgent")
