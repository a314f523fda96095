"""Draws the pictures of the README: `make screenshots`."""

import pathlib
import shutil
import sys

from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Harness"))
from people import DESKTOP, PHONE, Clinic  # noqa: E402
from relay import Relay  # noqa: E402

TARGET = ROOT / "docs/screenshots"


def main():
    with Relay() as relay, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        clinic = Clinic(browser, relay)
        rivera = clinic.provider(viewport=DESKTOP)
        ada, cy, sam = (clinic.patient(name, PHONE) for name in ("Ada L.", "Cy", "Sam O."))
        clinic.patient("مريم حسن")
        rivera.press("Sam O.", "Start call")
        rivera.open_chat("Ada L.")
        rivera.write("Can you talk in private where you are?")
        ada.write("Yes, I am parked. How do I spell the new tablet for the pharmacy?")
        ada.write("And is the dose 5 mg?")
        rivera.write("5 mg, once a day: amlodipine")
        cy.write("The fever is back")
        assert rivera.safety_code == ada.safety_code
        ada.look()
        ada.sees("amlodipine")
        ada.composer.press_sequentially("Thank you")
        rivera.look()
        rivera.unread("Cy", 1)
        rivera.page.wait_for_timeout(500)
        TARGET.mkdir(parents=True, exist_ok=True)
        rivera.page.screenshot(path=TARGET / "console.png")
        ada.page.screenshot(path=TARGET / "patient.png")
        browser.close()


main()
