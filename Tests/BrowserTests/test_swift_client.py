"""A real browser and `RelayClient`, both ways round: one protocol, two implementations."""

from playwright.sync_api import expect

from swift_client import SwiftClient


def digits(text):
    return "".join(character for character in text if character.isdigit())


def test_a_provider_in_the_browser_chats_with_a_patient_in_swift(clinic):
    rivera = clinic.provider()
    with SwiftClient(clinic.relay, name="Ada", reason="Cough") as ada:
        ada.says("checked in")
        rivera.has_row("Ada")
        expect(rivera.information("Ada")).to_contain_text("Cough")
        rivera.page.keyboard.press("Escape")
        ada.write("Does it hurt? À demain 👩‍⚕️")
        rivera.unread("Ada", 1)
        rivera.open_chat("Ada")
        rivera.sees("Does it hurt? À demain 👩‍⚕️")
        ada.says("message delivered")
        ada.says("message seen")
        rivera.write("Take one a day")
        assert ada.says("provider:") == "provider: Take one a day"
        code = [line for line in ada.lines if line.startswith("code")][-1]
        assert digits(code) == digits(rivera.safety_code)
        # X: the patient's client believes that it was the provider, because her page proved it.
        rivera.close_chat()
        assert ada.says("erased") == "erased closed, said by the provider"
        # The next conversation: new keys, the same code.
        ada.write("One more thing")
        rivera.unread("Ada", 1)
        rivera.open_chat("Ada")
        rivera.sees("One more thing")
        assert digits(rivera.safety_code) == digits(code)


def test_a_patient_in_the_browser_chats_with_a_provider_in_swift(clinic):
    with SwiftClient(clinic.relay, token=clinic.relay.token("rivera", "demo")) as rivera:
        rivera.says("signed in")
        ada = clinic.patient("Ada")
        while "Ada" not in rivera.says("visit"):
            pass
        ada.write("It began on Monday")
        assert rivera.says("patient:") == "patient: It began on Monday"
        expect(ada.page.get_by_text("Seen")).to_be_visible()
        rivera.write("Since when exactly?")
        ada.sees("Since when exactly?")
        code = [line for line in rivera.lines if line.startswith("code")][-1]
        assert digits(code) == digits(ada.safety_code)
        rivera.write("/close")
        ada.is_told("Your provider ended this chat")


def test_a_swift_client_survives_a_lost_connection(clinic):
    rivera = clinic.provider()
    with SwiftClient(clinic.relay, name="Ada", origin=clinic.relay.wire.origin) as ada:
        ada.says("checked in")
        rivera.open_chat("Ada")
        ada.write("Before")
        rivera.sees("Before")
        clinic.relay.wire.cut()
        ada.write("Meanwhile")
        rivera.write("From the dark")
        clinic.relay.wire.mend()
        assert ada.says("provider:") == "provider: From the dark"
        rivera.sees("Meanwhile")
        expect(rivera.log.get_by_text("Meanwhile", exact=True)).to_have_count(1)
