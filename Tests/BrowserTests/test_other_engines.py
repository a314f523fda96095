"""The main flow in the engines that are not Chromium: Debian's Firefox and WebKitGTK."""

import re

import pytest

from firefox import Firefox
from relay import Relay
from webkit import WebKit


def running(browser):
    yield browser
    browser.close()
    assert list(browser.complaints) == []


@pytest.fixture(scope="module")
def firefox():
    yield from running(Firefox())


@pytest.fixture(scope="module")
def webkit():
    yield from running(WebKit())


@pytest.fixture(params=["firefox", "webkit"])
def engine(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def relay():
    with Relay() as relay:
        yield relay


def provider(engine, relay):
    tab = engine.tab()
    tab.go(relay.invite())
    tab.sees("Connected")
    return tab


def patient(engine, relay, name):
    tab = engine.tab()
    tab.go(f"{relay.origin}/r/demo")
    tab.press("", kind="#name")
    tab.type(name)
    tab.press("Check in")
    tab.sees("You're checked in", "waiting-place")
    return tab


def act(provider, name, action):
    """Three dots, then an action of the patient information window."""
    provider.press(f"Patient information for {name}")
    provider.press(action, kind="patient-information button")


def code(tab):
    """The six digits of the safety code."""
    return tab.until(lambda: re.sub(r"\D", "", tab.text(".safety__code")), "waited for the safety code")


def test_the_main_flow(engine, relay):
    rivera, ada = provider(engine, relay), patient(engine, relay, "Ada")
    rivera.sees("Ada", "waiting-queue")

    # A chat, both ways.
    ada.look()
    ada.write("Is the dose 5 mg?")
    ada.sees("Delivered", "[role=log]")
    rivera.has_title("(1) Queue")
    rivera.look()
    rivera.press("Ada, 1 unread message, open chat")
    rivera.sees("Is the dose 5 mg?", "[role=log]")
    rivera.has_title("Queue")
    ada.sees("Seen", "[role=log]")
    rivera.write("Yes, once a day")
    ada.sees("Yes, once a day", "[role=log]")
    assert code(rivera) == code(ada)

    # Unread while it is minimised.
    rivera.press("Minimise")
    ada.look()
    ada.write("And with food?")
    rivera.has_title("(1) Queue")
    # The box of the same patient has opened by itself; seen is what somebody looks at.
    rivera.look()
    rivera.sees("And with food?", "[role=log]")
    rivera.has_title("Queue")
    assert rivera.text("[role=log]").count("And with food?") == 1

    # Closing erases.
    rivera.press("Close and erase")
    relay.wait_for_status(messages=0)
    ada.sees("exists only on this screen")
    rivera.does_not_see("5 mg")

    # Refreshing erases, and the patient stays in the queue.
    ada.look()
    ada.write("Still here")
    rivera.has_title("(1) Queue")
    rivera.reload()
    rivera.sees("Connected")
    relay.wait_for_status(messages=0)
    rivera.sees("Ada", "waiting-queue")
    rivera.does_not_see("Still here")

    # The next call erases the chat of the one before.
    ben = patient(engine, relay, "Ben")
    ada.look()
    ada.write("Before the call")
    rivera.has_title("(1) Queue")
    rivera.look()
    act(rivera, "Ada", "Chat")
    rivera.sees("Before the call", "[role=log]")
    act(rivera, "Ada", "Start call")
    rivera.press("Finish visit", kind="call-stage button")
    ada.sees("Your visit has ended")
    rivera.press("Start call with Ben", kind="call-stage button")
    relay.wait_for_status(messages=0)
    rivera.does_not_see("Before the call")

    # A chat that has ended stays readable, and nothing can be sent.
    act(rivera, "Ben", "Chat")
    ben.look()
    ben.write("I have to go")
    rivera.sees("I have to go", "[role=log]")
    ben.press("Leave the waiting room")
    rivera.sees("You can't send messages")
    rivera.sees("I have to go", "[role=log]")
    rivera.look()
    rivera.press("Close and erase")
    relay.assert_holds_nothing()


def test_the_patients_page_stores_nothing(engine, relay):
    ada = patient(engine, relay, "Ada")
    ada.write("Hello")
    assert ada.call("""async () => [
        sessionStorage.length, localStorage.length, document.cookie,
        (await indexedDB.databases()).length, (await caches.keys()).length, history.state]""") == [
            0, 0, "", 0, 0, None]


def test_keys_cannot_be_taken_out_of_the_page(engine, relay):
    """The sealing rests on it, and each browser has its own WebCrypto."""
    ada = patient(engine, relay, "Ada")
    assert ada.call("""async () => {
        const {PageKey} = await import('/assets/relay/cipher.js')
        const {privateKey} = await PageKey.make()
        return crypto.subtle.exportKey('pkcs8', privateKey).then(() => 'exported', error => error.name)
    }""") == "InvalidAccessError"


@pytest.mark.parametrize("providers,patients", [("firefox", "webkit"), ("webkit", "firefox")])
def test_one_engine_opens_what_another_has_sealed(request, relay, providers, patients):
    rivera = provider(request.getfixturevalue(providers), relay)
    ada = patient(request.getfixturevalue(patients), relay, "Ada")
    rivera.sees("Ada", "waiting-queue")
    ada.look()
    ada.write("Does it hurt? ¿Duele? هل يؤلم؟")
    rivera.look()
    rivera.press("Ada, 1 unread message, open chat")
    rivera.sees("Does it hurt? ¿Duele? هل يؤلم؟", "[role=log]")
    rivera.write("No")
    ada.look()
    ada.sees("No", "[role=log]")
    assert code(rivera) == code(ada)
