"""What the pages claim is what is so: from live state, and visibly when it ends."""

import pytest
from middle import MESSAGE, Middle
from people import PHONE, Patient, Provider
from playwright.sync_api import expect

END_TO_END = "End-to-end encrypted. Not stored."
DELIVERED, SEEN = 0x02, 0x03


def chatting(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    ada.write("Hello")
    rivera.sees("Hello")
    return rivera, ada


def patient_through(clinic, name="Ada", **changes):
    page = clinic.watch(clinic.context(PHONE).new_page())
    relayed = Middle(page, **changes)
    page.goto(f"{clinic.relay.origin}/r/demo")
    patient = Patient(clinic, page, name)
    patient.check_in()
    return patient, relayed


def provider_through(clinic, **changes):
    page = clinic.watch(clinic.context({"width": 1440, "height": 900}).new_page())
    relayed = Middle(page, **changes)
    page.goto(clinic.relay.invite())
    expect(page.get_by_text("Connected")).to_be_visible()
    return Provider(clinic, page, "rivera"), relayed


# The fact


def test_end_to_end_is_claimed_only_while_the_shown_chat_is_sealed(clinic):
    ada = clinic.patient("Ada")
    ada.fact_is("Not stored.")
    ada.write("Is anybody there?")
    ada.fact_is("Not stored.")
    rivera = clinic.provider()
    rivera.fact_is(END_TO_END)
    rivera.open_chat("Ada")
    rivera.sees("Is anybody there?")
    for person in (ada, rivera):
        person.fact_is(END_TO_END)
    rivera.compare(matches=False)
    rivera.fact_is("Not stored.")
    ada.fact_is(END_TO_END)
    rivera.close_chat()
    rivera.fact_is(END_TO_END)


def test_it_is_not_claimed_before_check_in_nor_after_the_visit(clinic):
    page = clinic.watch(clinic.context(PHONE).new_page())
    page.goto(f"{clinic.relay.origin}/r/demo")
    expect(page.get_by_role("heading", name="Check in")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("End-to-end")
    rivera, ada = chatting(clinic)
    ada.leave()
    expect(ada.page.locator("body")).not_to_contain_text("End-to-end")


# What this service keeps


def kept(person):
    panel = person.page.locator("keeps-panel")
    return panel.locator(".keeps__held"), panel.locator(".keeps__readable")


def test_the_panel_counts_what_the_service_holds_now(clinic):
    rivera, ada = chatting(clinic)
    for person in (rivera, ada):
        person.keeps_button.click()
        held, readable = kept(person)
        expect(held).to_have_text("1")
        expect(readable).to_have_text("none")
    rivera.page.keyboard.press("Escape")
    rivera.write("How are you?")
    expect(kept(ada)[0]).to_have_text("2")
    expect(kept(rivera)[0]).to_have_text("2")
    clinic.relay.wait_for_status(messages=2)
    rivera.close_chat()
    expect(kept(ada)[0]).to_have_text("0")
    expect(kept(rivera)[0]).to_have_text("0")
    clinic.relay.wait_for_status(messages=0)


def test_the_panel_says_what_the_service_still_sees_and_what_the_provider_may_do(clinic):
    rivera, ada = chatting(clinic)
    ada.keeps_button.click()
    panel = ada.page.get_by_role("group", name="What this service keeps")
    for text in ("when you write", "the two of you are connected", "may write notes",
                 "A service that tampers", "are erased when"):
        expect(panel).to_contain_text(text)
    ada.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(ada.keeps_button).to_be_focused()
    rivera.keeps_button.click()
    panel = rivera.page.get_by_role("group", name="What this service keeps")
    expect(panel).to_contain_text("when you close it")
    rivera.composer.click()
    expect(panel).to_be_hidden()
    rivera.has_open("Ada")


def test_after_different_nobody_is_told_that_nothing_was_readable(clinic):
    _, ada = chatting(clinic)
    ada.compare(matches=False)
    expect(kept(ada)[1]).to_have_text("perhaps all")


# Nothing is ever sent unprotected


@pytest.mark.parametrize("side", ["patient", "provider"])
def test_a_browser_without_cryptography_says_so_and_opens_no_socket(clinic, side):
    page = clinic.watch(clinic.context(PHONE).new_page())
    page.add_init_script("Object.defineProperty(Crypto.prototype, 'subtle', {value: undefined})")
    sockets = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.goto(clinic.relay.invite() if side == "provider" else f"{clinic.relay.origin}/r/demo")
    expect(page.get_by_role("heading", name="This browser cannot protect the chat")).to_be_visible()
    expect(page.locator("body")).to_contain_text("current version of Chrome, Edge, Firefox or Safari")
    if side == "patient":
        expect(page.locator("body")).to_contain_text("911")
    expect(page.get_by_role("textbox")).to_have_count(0)
    assert sockets == []
    assert clinic.relay.status()["visits"] == clinic.relay.status()["sessions"] == 0


def another_suite(notice):
    return {**notice, "suite": 2} if notice["type"] == "duty" else notice


def another_key(notice):
    return {**notice, "key": "AA" + notice["key"][2:]} if notice["type"] == "duty" else notice


@pytest.mark.parametrize("change", [another_suite, another_key])
def test_a_key_that_this_page_cannot_use_stops_it_visibly_and_nothing_leaves(clinic, change):
    rivera = clinic.provider()
    ada, relayed = patient_through(clinic, text=change)
    expect(ada.stopped).to_contain_text("This page cannot protect a chat here.")
    expect(ada.stopped).to_contain_text("Reload this page.")
    ada.is_alerted("This page cannot protect a chat here.")
    expect(ada.composer).to_be_hidden()
    ada.fact_is("Not stored.")
    # The relay has nothing of this patient but a place in the queue.
    expect(rivera.page.locator("waiting-queue .row")).to_have_count(1)
    assert relayed.messages == []
    assert not any('"card"' in data for data in relayed.sent if isinstance(data, str))
    assert clinic.relay.status()["cards"] == clinic.relay.status()["messages"] == 0


def test_a_patients_page_that_cannot_protect_a_chat_is_named_and_has_no_chat(clinic):
    def change(notice):
        return {**notice, "key": "AA" + notice["key"][2:]} if notice["type"] == "visit" else notice

    rivera, _ = provider_through(clinic, text=change)
    clinic.patient("Ada")
    row = rivera.page.locator("waiting-queue .row")
    expect(row).to_contain_text("This patient's page cannot protect a chat.")
    row.locator(".row__more").click()
    information = rivera.page.locator("patient-information")
    expect(information).to_contain_text("This patient's page cannot protect a chat.")
    expect(information.get_by_role("button", name="Chat")).to_have_count(0)
    rivera.page.keyboard.press("Escape")
    row.focus()
    rivera.page.keyboard.press("Enter")
    rivera.has_no_box()
    # Even the way round the row leads to nothing that could be sent.
    rivera.page.get_by_role("button", name="Next").click()
    expect(rivera.stopped).to_contain_text("This patient's page cannot protect a chat.")
    expect(rivera.composer).to_be_hidden()


def test_a_card_that_was_changed_is_not_shown(clinic):
    def change(notice):
        if notice["type"] == "card":
            notice["card"] = notice["card"][:-8] + "AAAAAAAA"
        return notice

    rivera, _ = provider_through(clinic, text=change)
    clinic.patient("Ada")
    row = rivera.page.locator("waiting-queue .row")
    expect(row).to_contain_text("Details could not be verified.")
    expect(row).not_to_contain_text("Ada")
    row.locator(".row__more").click()
    expect(rivera.page.locator("patient-information")).to_contain_text(
        "Details could not be verified.")


# Breaches


def flipped(*kinds):
    return lambda data: data[:-1] + bytes([data[-1] ^ 1]) if data[1] in kinds else data


def test_a_changed_message_is_said_loudly_and_stops_the_chat(clinic):
    rivera = clinic.provider()
    ada, _ = patient_through(clinic, frame=flipped(MESSAGE))
    rivera.open_chat("Ada")
    ada.composer.fill("A draft")
    rivera.write("Take 5 mg")
    expect(ada.stopped).to_contain_text("A message was changed on its way.", timeout=20_000)
    expect(ada.stopped).to_contain_text("Reload this page to begin a new chat.")
    expect(ada.stopped).to_contain_text("A draft")
    ada.is_alerted("A message was changed on its way.")
    expect(ada.composer).to_be_hidden()
    ada.fact_is("Not stored.")
    ada.does_not_see("5 mg")


def test_a_receipt_that_proves_another_chat_is_said_loudly(clinic):
    rivera, _ = provider_through(clinic, frame=flipped(DELIVERED, SEEN))
    clinic.patient("Ada")
    rivera.open_chat("Ada")
    rivera.write("Take 5 mg")
    expect(rivera.stopped).to_contain_text("showed the two of you different chats.")
    expect(rivera.stopped).to_contain_text("close and erase this chat")
    rivera.fact_is("Not stored.")
    rivera.sees("Take 5 mg")
    expect(rivera.stopped.get_by_role("button", name="Copy for chart")).to_be_visible()


def test_a_message_that_never_comes_is_said_loudly_on_the_console(clinic):
    dropped = []

    def drop_first(data):
        if data[1] != MESSAGE or data[20:24] != b"\0\0\0\1":
            return data
        dropped.append(data)

    rivera, _ = provider_through(clinic, frame=drop_first)
    ada = clinic.patient("Ada")
    rivera.open_chat("Ada")
    ada.write("First")
    ada.write("Second")
    expect(rivera.stopped).to_contain_text("1 message could not be delivered.", timeout=20_000)
    assert dropped
    rivera.is_alerted("Chat with Ada. 1 message could not be delivered.")
    expect(rivera.composer).to_be_hidden()
    rivera.stopped.get_by_role("button", name="Close and erase").click()
    rivera.has_no_box()


# Who ended it


def test_the_provider_ended_it_is_said_only_if_the_providers_page_proved_it(clinic):
    rivera, ada = chatting(clinic)
    rivera.close_chat()
    ada.is_told("Your provider ended this chat. It exists only on this screen.")
    ada.does_not_see("The connection service ended this chat.")


def test_an_end_that_nobody_proved_is_the_connection_services(clinic):
    rivera, ada = chatting(clinic)
    clinic.relay.stop()
    ada.is_told("The connection service ended this chat. It exists only on this screen.")
    ada.does_not_see("Your provider ended this chat.")
