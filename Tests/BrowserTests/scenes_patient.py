"""The patient's page in each of its states. Each scene has a clinic of its own."""

from playwright.sync_api import expect

from studio import PHONE


def to_end(patient):
    """On a phone: down to where one writes."""
    patient.page.evaluate("scrollTo(0, document.querySelector('.talk').getBoundingClientRect().bottom + scrollY - innerHeight)")


def to_messages(patient):
    patient.page.evaluate("document.querySelector('.talk').scrollIntoView()")


def to_top(patient):
    patient.page.evaluate("scrollTo(0, 0)")


def talk(studio, rivera, ada):
    """A short exchange over five minutes; the last word is hers."""
    rivera.open_chat("Ada")
    rivera.write("Good morning, Ada. Can you talk in private where you are?")
    rivera.write("I have one patient before you, about ten minutes.")
    ada.look()
    expect(rivera.log.locator(".m__sent").last).to_have_text("Seen")
    studio.advance(2)
    ada.write("Yes, I am parked, and on my own.")
    ada.write("While I wait: how do I spell the new tablet for the pharmacy? And is the dose 5 mg?")
    rivera.look()
    expect(ada.log.locator(".m__sent").last).to_have_text("Seen")
    studio.advance(1)
    rivera.write("Yes, 5 mg, once a day. It is spelled amlodipine.")
    ada.look()
    expect(rivera.log.locator(".m__sent").last).to_have_text("Seen")


def close(studio, rivera):
    """The first X is explained, the second closes."""
    rivera.close_chat()
    studio.pause(1_000)
    if rivera.chat.is_visible():
        rivera.close_chat()


def check_in(studio):
    page = studio.watch(studio.context(PHONE).new_page())
    page.goto(f"{studio.relay.origin}/r/demo")
    name = page.get_by_label("Your name or an alias")
    name.wait_for()
    studio.draw(page, "patient-check-in")
    page.get_by_role("button", name="Check in").click()
    studio.draw(page, "patient-check-in-error", desktop=name.focus, phone=name.focus, focus=True)


def waiting(studio):
    ada = studio.arrival("Ada L.")
    studio.draw(ada.page, "patient-arrived")
    rivera = studio.console()
    choice = rivera.page.locator("status-choice select")
    choice.select_option("away")
    ada.is_told("Dr Rivera is away")
    studio.draw(ada.page, "patient-away")
    choice.select_option("closed")
    ada.is_told("is not seeing patients now")
    studio.draw(ada.page, "patient-closed")


def devices(studio):
    """The stand-in's picture moves: each drawing of it would be another. So what was found is drawn."""
    ada = studio.arrival("Ada L.")
    studio.console()
    ada.is_told("Available")
    ada.page.context.grant_permissions(["camera", "microphone"], origin=studio.relay.origin)
    check = ada.page.get_by_role("region", name="Camera and microphone")
    check.get_by_role("button").click()
    expect(check).to_contain_text("Microphone works")
    check.get_by_role("button", name="Done").click()

    def shown():
        check.scroll_into_view_if_needed()

    studio.draw(ada.page, "patient-devices", desktop=shown, phone=shown)


def estimate(studio):
    ahead = [studio.arrival(name) for name in ("Sam O.", "Jo P.", "Li")]
    ada = studio.arrival("Ada L.", "Follow-up, blood pressure")
    rivera = studio.console()
    rivera.has_row("Ada L.")
    for minutes, patient in ((6, ahead[0]), (5, ahead[1])):
        studio.advance(minutes)
        patient.leave()
        rivera.has_no_row(patient.name)
        studio.pause()
    rivera.press("Li", "Start call")
    ada.is_told("on another call")
    expect(ada.page.locator(".place__estimate dd")).to_contain_text("min")
    studio.draw(ada.page, "patient-estimate")


def chat(studio):
    ada, rivera = studio.arrival("Ada L.", "Follow-up, blood pressure"), studio.console()
    studio.advance(4)
    talk(studio, rivera, ada)
    ada.composer.press_sequentially("Thank you")
    studio.types(rivera, "Please")
    expect(ada.page.locator(".typing__who")).to_contain_text("typing")
    studio.draw(ada.page, "patient-chat", phone=lambda: to_end(ada))
    ada.composer.fill("")
    rivera.composer.fill("")
    ada.keeps_button.click()
    studio.draw(ada.page, "patient-keeps", desktop=lambda: to_top(ada), phone=lambda: to_messages(ada))
    ada.keeps_button.click()
    ada.open_safety()
    studio.draw(ada.page, "patient-safety-code", desktop=lambda: to_top(ada), phone=lambda: to_messages(ada))
    ada.safety_panel.get_by_role("button", name="They are the same").click()
    if ada.safety_panel.is_visible():
        ada.safety_panel.get_by_role("button", name="Close").click()
    rivera.press("Ada", "Start call")
    ada.is_told("You're in a call with Dr Rivera.")
    studio.draw(ada.page, "patient-in-call", desktop=lambda: to_top(ada), phone=lambda: to_top(ada))
    rivera.press_in_call("Finish visit")
    ada.is_told("Your visit has ended")
    studio.draw(ada.page, "patient-ended", desktop=lambda: to_top(ada), phone=lambda: to_end(ada))
    ada.page.get_by_role("button", name="Clear my screen").click()
    ada.is_told("Visit finished")
    studio.draw(ada.page, "patient-finished")


def cleared(studio):
    ada, rivera = studio.arrival("Ada L."), studio.console()
    studio.advance(4)
    talk(studio, rivera, ada)
    close(studio, rivera)
    ada.is_told("exists only on this screen")
    studio.draw(ada.page, "patient-cleared", phone=lambda: to_end(ada))
    ada.page.get_by_role("button", name="Leave the waiting room").click()
    ada.is_told("You left the waiting room")
    studio.draw(ada.page, "patient-left")


def reconnecting(studio):
    ada, rivera = studio.arrival("Ada L."), studio.console()
    studio.advance(4)
    talk(studio, rivera, ada)
    ada.page.context.set_offline(True)
    studio.relay.kill()
    studio.pause(500)
    studio.advance(0, seconds=4)
    expect(ada.page.locator("connection-line")).to_contain_text("Connection lost", timeout=30_000)
    ada.write("And can I take it with grapefruit juice?")
    studio.draw(ada.page, "patient-reconnecting", phone=lambda: to_end(ada))


def different(studio):
    ada, rivera = studio.arrival("Ada L."), studio.console()
    studio.advance(4)
    talk(studio, rivera, ada)
    ada.compare(matches=False)
    expect(ada.stopped).to_be_visible()
    studio.draw(ada.page, "patient-codes-differ", phone=lambda: to_end(ada))


SCENES = [
    (check_in, {
        "patient-check-in": "Check-in: one screen, one required field",
        "patient-check-in-error": "Check-in without a name",
    }),
    (waiting, {
        "patient-arrived": "Checked in, and nobody is here yet",
        "patient-away": "The provider is away",
        "patient-closed": "The room is closed",
    }),
    (devices, {"patient-devices": "Camera and microphone work; the provider is told"}),
    (estimate, {"patient-estimate": "A place, and an estimate from how it moved; no chat yet"}),
    (chat, {
        "patient-chat": "The chat",
        "patient-keeps": "What this service keeps",
        "patient-safety-code": "The safety code",
        "patient-in-call": "Called: in a call",
        "patient-ended": "The visit has ended; the chat is on this screen only",
        "patient-finished": "Finished, and cleared",
    }),
    (cleared, {
        "patient-cleared": "The provider has closed the chat",
        "patient-left": "Left",
    }),
    (reconnecting, {"patient-reconnecting": "Without a connection"}),
    (different, {"patient-codes-differ": "The codes are different: sending has stopped"}),
]

