"""What leaves a page is sealed; what was changed on its way is noticed; nothing is sealed twice."""

import base64

from playwright.sync_api import expect

from middle import MESSAGE, Middle
from people import PHONE, Patient

CLASSES = (256, 512, 1024, 2048, 4096, 8192, 16384)


def is_message(message):
    return isinstance(message, bytes) and message[1] == MESSAGE


def flip(message):
    return message[:100] + bytes([message[100] ^ 1]) + message[101:]


def patient_behind(clinic, change=lambda message: message, name="Ada"):
    page = clinic.watch(clinic.context(PHONE).new_page())
    middle = Middle(page, change)
    page.goto(f"{clinic.relay.origin}/r/demo")
    patient = Patient(clinic, page, name)
    patient.check_in()
    return patient, middle


def test_nothing_that_a_person_typed_leaves_the_page_unsealed(clinic):
    rivera = clinic.provider()
    ada, middle = patient_behind(clinic, name="Ada-of-the-marker")
    rivera.has_row("Ada-of-the-marker")
    ada.write("the-text-marker")
    rivera.open_chat("Ada-of-the-marker")
    rivera.sees("the-text-marker")
    assert {len(frame) - 24 for frame in middle.messages} <= set(CLASSES)
    for sent in middle.sent:
        raw = sent.encode() if isinstance(sent, str) else sent
        for text in (b"marker", b"Ada-of"):
            assert text not in raw
            for offset in range(3):
                spelled = base64.b64encode(bytes(offset) + text)[2 * (offset > 0) + 2:-4]
                assert len(spelled) < 4 or spelled not in raw


def test_the_same_text_is_never_the_same_bytes(clinic):
    rivera = clinic.provider()
    ada, middle = patient_behind(clinic)
    for _ in range(3):
        ada.write("yes")
    rivera.unread("Ada", 3)
    bodies = {frame[24:] for frame in middle.messages}
    assert len(bodies) == 3 and {len(body) for body in bodies} == {256}


def test_a_message_that_was_changed_on_its_way_is_asked_for_once_more(clinic):
    flips = []

    def change(message):
        if is_message(message) and not flips:
            flips.append(message)
            return flip(message)
        return message

    rivera = clinic.provider()
    ada, _ = patient_behind(clinic, change)
    rivera.open_chat("Ada")
    rivera.write("Take one a day")
    ada.sees("Take one a day")
    assert flips
    ada.write("Thank you")
    rivera.sees("Thank you")


def test_a_message_that_is_changed_each_time_breaks_the_chat_and_says_so(clinic):
    rivera = clinic.provider()
    ada, middle = patient_behind(
        clinic, lambda message: flip(message) if is_message(message) else message)
    rivera.open_chat("Ada")
    rivera.write("Take one a day")
    expect(ada.page.get_by_text("changed on its way")).to_be_visible()
    ada.does_not_see("Take one")
    expect(ada.composer).to_be_disabled()
    assert middle.messages == []


def test_a_receipt_that_the_other_page_did_not_make_is_not_believed(clinic):
    """The relay claims that the provider saw the message: only her page could prove it."""

    def change(message):
        if isinstance(message, bytes) and message[1] == 0x02:
            return message[:1] + b"\3" + message[2:]  # A proof of `delivered`, sent as `seen`.
        return message

    rivera = clinic.provider()
    ada, _ = patient_behind(clinic, change)
    ada.write("It hurts")
    rivera.unread("Ada", 1)
    expect(ada.page.get_by_text("two of you different chats")).to_be_visible()
    expect(ada.page.get_by_text("Seen")).to_have_count(0)


def test_a_message_that_never_arrives_is_missed(clinic):
    rivera = clinic.provider()
    ada, _ = patient_behind(
        clinic, lambda message: None if is_message(message) and message[23] == 1 else message)
    rivera.open_chat("Ada")
    rivera.write("One")
    rivera.write("Two")
    expect(ada.page.get_by_text("could not be delivered")).to_be_visible()
    ada.does_not_see("Two")


def test_a_blip_changes_no_key_and_repeats_the_same_bytes(clinic):
    rivera = clinic.provider(origin=clinic.relay.wire.origin)
    ada = clinic.patient("Ada")
    rivera.open_chat("Ada")
    ada.write("Before")
    rivera.sees("Before")
    clinic.relay.wire.cut()
    ada.write("Meanwhile")
    rivera.composer.fill("From the dark")
    rivera.composer.press("Enter")
    clinic.relay.wire.mend()
    ada.sees("From the dark")
    rivera.sees("Meanwhile")
    for person in (ada, rivera):
        for text in ("Before", "Meanwhile", "From the dark"):
            expect(person.log.get_by_text(text, exact=True)).to_have_count(1)


def test_after_an_erasure_the_chat_goes_on_under_new_keys(clinic):
    rivera = clinic.provider()
    ada, middle = patient_behind(clinic)
    for round in range(3):
        rivera.open_chat("Ada")
        ada.write(f"Round {round}")
        rivera.sees(f"Round {round}")
        rivera.close_chat()
        clinic.relay.wait_for_status(messages=0)
    # Every conversation numbers from 1, in its own epoch, and no two messages are alike.
    assert [(frame[5], frame[15]) for frame in middle.messages] == [(0, 1), (1, 1), (2, 1)]
    assert len({frame[24:] for frame in middle.messages}) == 3


def test_a_refreshed_provider_gets_new_keys_and_nothing_of_before(clinic):
    rivera = clinic.provider()
    ada, middle = patient_behind(clinic)
    rivera.open_chat("Ada")
    ada.write("Before the refresh")
    rivera.sees("Before the refresh")
    rivera.refresh()
    rivera.has_row("Ada")
    rivera.open_chat("Ada")
    expect(rivera.log).not_to_contain_text("Before the refresh")
    ada.write("After the refresh")
    rivera.sees("After the refresh")
    assert len([sent for sent in middle.sent if '"type":"commit"' in str(sent)]) == 2
