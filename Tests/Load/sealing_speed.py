"""How long sealing takes in the page: `python3 Tests/Load/sealing_speed.py`, in the project's venv.

Seals and opens messages of 200 bytes with the page's own modules, in Chromium, one after the other;
then measures how much later the first message of a new conversation is seen than a later one.
"""

import pathlib
import shutil
import statistics
import sys
import time

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Harness"))
from relay import Relay  # noqa: E402

MEASURE = """async count => {
  const {PageKey} = await import('/assets/relay/cipher.js')
  const {ConversationCipher} = await import('/assets/relay/conversation-cipher.js')
  const [patient, provider] = [await PageKey.make(), await PageKey.make()]
  const keys = {patientKey: patient.publicKey, providerKey: provider.publicKey}
  const given = {...keys, pairing: new Uint8Array(16), epoch: 0}
  const make = slot => ConversationCipher.make({...given, slot, secret: new Uint8Array(32).fill(7)})
  const [writer, reader] = [await make(0), await make(1)]
  const body = {what: 'text', text: 'a'.repeat(200)}
  const times = {seal: [], open: [], prove: []}
  const frames = []
  // The page's clock ticks ten times a millisecond, so twenty are measured together.
  const measure = async (name, work) => {
    const began = performance.now()
    for (let n = 1; n <= 20; n += 1) await work(n)
    times[name].push((performance.now() - began) / 20)
  }
  for (let round = 0; round < count; round += 1) {
    await measure('seal', async n => (frames[n] = await writer.seal(7, body).bytes))
    const placed = frames.map((frame, n) => {
      const copy = frame.slice()
      new DataView(copy.buffer).setUint32(20, round * 20 + n)
      return copy
    })
    for (let n = 1; n <= 20; n += 1) await writer.place(frames[n], round * 20 + n)
    await measure('open', n => reader.open(placed[n]))
    await measure('prove', n => reader.prove('seen', round * 20 + n, 7))
  }
  return times
}"""

PAIR = """async count => {
  const {PageKey, sealCard} = await import('/assets/relay/cipher.js')
  const {PatientPairing} = await import('/assets/relay/pairing-patient.js')
  const {ProviderPairings} = await import('/assets/relay/pairing-provider.js')
  const times = []
  for (let n = 0; n < count; n += 1) {
    const [patient, provider] = [await PageKey.make(), await PageKey.make()]
    const began = performance.now()
    const one = new PatientPairing({pageKey: patient})
    const other = new ProviderPairings({pageKey: provider})
    other.see(1, patient.publicKey)
    const [commit] = (await one.claim({session: 2, key: provider.publicKey, conversation: 7, epoch: 0})).commands
    const [offer] = (await other.commit({...commit, visit: 1})).commands
    const [wrap] = (await one.offer({...offer, session: 2})).commands
    await other.wrap({...wrap, visit: 1, epoch: 0})
    times.push(performance.now() - began)
  }
  return times
}"""


def describe(name, times):
    times = sorted(times)
    print(f"{name:34} median {statistics.median(times):.3f} ms, "
          f"p99 {times[int(len(times) * 0.99)]:.3f} ms ({len(times)} samples)")


def main():
    with sync_playwright() as playwright, Relay() as relay:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(ignore_https_errors=True)
        page = context.new_page()
        page.goto(f"{relay.origin}/r/demo")
        print(f"Chromium {browser.version}")
        page.evaluate(MEASURE, 10)  # Warm.
        for name, times in page.evaluate(MEASURE, 200).items():
            describe(f"{name}, a message of 200 bytes", times)
        page.evaluate(PAIR, 20)
        describe("pairing, both pages' work", page.evaluate(PAIR, 200))
        first_message(browser, relay)
        browser.close()


def first_message(browser, relay):
    """A message that was written before anybody was on duty, over a wire of 100 ms there and back:
    how long after the conversation was announced does it leave the page? Not sealed, it would at once."""
    relay.wire.delay = 0.05
    page = browser.new_context(ignore_https_errors=True).new_page()
    at = {}

    def note(name, *words):
        """Keeps the moment at which a frame was first seen that has all these words."""
        def look(data):
            text = data if isinstance(data, str) else "a message" if data[1] == 0x10 else ""
            if all(word in text for word in words):
                at.setdefault(name, time.monotonic())
        return look

    def listen(socket):
        socket.on("framereceived", note("first", '"type":"conversation"', '"epoch":0'))
        socket.on("framereceived", note("second", '"type":"conversation"', '"epoch":1'))
        socket.on("framesent", note("wrap", '"type":"wrap"', '"first":1'))
        socket.on("framesent", note("message", "a message"))

    page.on("websocket", listen)
    page.goto(f"{relay.wire.origin}/r/demo")
    page.get_by_label("Your name or an alias").fill("Ada")
    page.get_by_role("button", name="Check in").click()
    page.locator("message-composer textarea").fill("Hello")
    page.locator("message-composer textarea").press("Enter")
    page.get_by_text("Hello").wait_for()
    provider = browser.new_context(ignore_https_errors=True).new_page()
    provider.goto(relay.invite("rivera"))
    provider.get_by_role("button", name="open chat").click()
    provider.get_by_role("log").get_by_text("Hello").wait_for()
    provider.get_by_role("button", name="Close and erase").first.click()
    provider.wait_for_timeout(1_000)
    print(f"first message, first conversation  {1000 * (at['message'] - at['first']):.0f} ms "
          "after the conversation was announced, on a wire of 100 ms there and back")
    print(f"keys of the next conversation      {1000 * (at['wrap'] - at['second']):.0f} ms "
          "after it was announced")


main()
