"""A phone in a pocket: a page behind others, its socket cut, that comes back (ux.md 4.7)."""

import json

import pytest
from playwright.sync_api import expect

from people import PHONE, Patient
from test_alerts import until

# New sockets fail while the network is away. Five attempts follow each other at once; the sixth would
# come in fifteen seconds, unless something wakes the page.
NO_NETWORK = """
window.attempts = 0
window.isAway = false
const Real = WebSocket
window.WebSocket = function (url, protocol) {
  if (window.isAway) window.attempts += 1
  return new Real(window.isAway ? `wss://${location.host}/nowhere` : url, protocol)
}
const random = Math.random
Math.random = () => (window.isAway ? (window.attempts > 5 ? 0.999 : 0) : random())
"""

RETURNS = {
    "visibilitychange": "",
    "pageshow": "window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))",
    "online": "window.dispatchEvent(new Event('online'))",
}


@pytest.mark.relay(graces=None)
@pytest.mark.parametrize("event", RETURNS)
def test_a_page_that_comes_back_has_its_place_and_its_chat_at_once(clinic, event):
    """With the relay's own times: a place is kept for two minutes or more."""
    rivera = clinic.provider()
    page = clinic.watch(clinic.context(PHONE).new_page())
    page.add_init_script(NO_NETWORK)
    heard = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: heard.append(data)))
    page.goto(f"{clinic.relay.wire.origin}/r/demo")
    ada = Patient(clinic, page, "Ada")
    ada.check_in()
    # Before the rejoin code was on the screen, and after.
    welcome = next(json.loads(each) for each in heard if isinstance(each, str) and "checked_in" in each)
    assert welcome["grace_ms"] >= 120_000 and welcome["rejoin_ms"] >= welcome["grace_ms"]
    clinic.patient("Ben")
    rivera.open_chat("Ada")
    ada.write("I wait outside")
    rivera.write("Good")
    ada.sees("Good")
    code = ada.rejoin_code
    if event == "pageshow":
        page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    ada.hide(True)
    page.evaluate("window.isAway = true")
    clinic.relay.wire.cut()
    clinic.relay.wire.drop()
    expect(rivera.row("Ada")).to_contain_text("reconnecting")
    expect(page.locator("connection-line")).to_contain_text("your place is kept for 10 minutes", timeout=10_000)
    rivera.write("Are you there?")
    clinic.relay.wire.mend()
    until(ada, "window.attempts > 5")
    page.wait_for_timeout(500)
    page.evaluate("window.isAway = false")
    if event == "visibilitychange":
        ada.hide(False)
    page.evaluate(RETURNS[event])
    expect(page.locator("#link-fact")).to_contain_text("Connected", timeout=6_000)
    ada.sees("Are you there?")
    ada.sees("I wait outside")
    ada.is_told("1st in line")
    assert ada.rejoin_code == code
    ada.write("Here I am")
    rivera.sees("Here I am")
    assert clinic.relay.status()["visits"] == 2
    assert clinic.relay.status()["messages"] == 4
