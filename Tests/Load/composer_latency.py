"""How soon a letter is on the screen while fifty patients write: `python3 Tests/Load/composer_latency.py`,
in the project's venv, after `swift build` (the patients are the example of docs/client.md).

Fifty patients send ten messages a second in all. Meanwhile a provider types into the open chat. Each
letter is timed from its `keydown` to the second frame after it; the Event Timing API tells the same as
the browser sees it, in steps of 8 ms.

It is over within 90 seconds: where the machine is busy with something else, fewer letters are typed, and
it says how many. What it prints then is about that machine."""

import argparse
import os
import pathlib
import shutil
import statistics
import sys
import threading
import time

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Harness"))
from people import Clinic  # noqa: E402
from relay import Relay  # noqa: E402
from swift_client import SwiftClient  # noqa: E402

TIMING = """
    window.letters = []
    window.events = []
    window.long = []
    addEventListener('keydown', () => {
        const began = performance.now()
        requestAnimationFrame(() => requestAnimationFrame(() => window.letters.push(performance.now() - began)))
    }, {capture: true})
    new PerformanceObserver(list => window.events.push(...list.getEntries()
        .filter(({name}) => name === 'keydown').map(({duration}) => duration)))
        .observe({type: 'event', durationThreshold: 16})
    new PerformanceObserver(list => window.long.push(...list.getEntries().map(({duration}) => duration)))
        .observe({type: 'longtask'})
"""


def share(times, part):
    return sorted(times)[int(len(times) * part)] if times else 0


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--patients", type=int, default=50)
    options.add_argument("--rate", type=float, default=10, help="messages a second in all")
    options.add_argument("--letters", type=int, default=200)
    options.add_argument("--seconds", type=float, default=80, help="for all of it, less the end")
    given = options.parse_args()
    end = time.monotonic() + given.seconds
    with Relay() as relay, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        clinic = Clinic(browser, relay)
        clinic.scripts.append(TIMING)
        rivera = clinic.provider()
        patients = [SwiftClient(relay, name=f"P{number}") for number in range(given.patients)]
        try:
            for patient in patients:
                patient.says("checked in", timeout=max(1, end - time.monotonic()))
            rivera.has_row("P0")
            rivera.open_chat("P0")
            rivera.composer.click()
            measure(given, rivera.page, patients, end)
        finally:
            for patient in patients:
                patient.__exit__()
            browser.close()


def measure(given, page, patients, end):
    is_over = threading.Event()
    sent = [0]

    def write():
        due = time.monotonic()
        while not is_over.is_set():
            try:
                patients[sent[0] % len(patients)].write(f"Message {sent[0]}")
            except OSError:
                return  # The patient was stopped in the middle of it.
            sent[0] += 1
            due += 1 / given.rate
            is_over.wait(max(0, due - time.monotonic()))

    writer = threading.Thread(target=write, daemon=True)
    began_all = time.monotonic()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} for {os.cpu_count()} processors")
    for name, is_loaded, share_of_time in (("idle", False, 0.5), ("loaded", True, 1)):
        until = began_all + (end - began_all) * share_of_time
        page.evaluate("() => { letters.length = events.length = long.length = 0 }")
        if is_loaded:
            writer.start()
        began = time.monotonic()
        for number in range(given.letters):
            if time.monotonic() > until:
                break
            page.keyboard.press("abcdefgh "[number % 9])
            page.wait_for_timeout(60)
        page.wait_for_timeout(200)
        letters, events, long = page.evaluate("[letters, events, long]")
        seconds = time.monotonic() - began
        if not letters:
            print(f"{name}: no letter was drawn in {seconds:.0f} s; the machine is too busy to measure on")
            continue
        rate = sent[0] / seconds if is_loaded else 0
        print(f"{name}: {len(letters)} letters, {rate:.1f} messages/s; keydown to second frame: "
              f"median {statistics.median(letters):.1f} ms, p95 {share(letters, 0.95):.1f} ms, "
              f"most {max(letters):.1f} ms; event timing over 16 ms: {len(events)}, p95 {share(events, 0.95):.0f} ms; "
              f"long tasks: {len(long)}, longest {max(long, default=0):.0f} ms")
    is_over.set()
    writer.join(timeout=2)


if __name__ == "__main__":
    main()
