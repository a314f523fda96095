"""The reviewer's page, of a made-up machine: what a real relay reports, with the numbers of one story."""

import hashlib
import json

from playwright.sync_api import expect

from scenes_patient import close, talk
from studio import DESKTOP

MISSING = {"user": "root, and no `user` to become"}


def fingerprint(name):
    return hashlib.sha256(name.encode()).hexdigest()


class Machine:
    """Stands between the page and the relay, and retells what is of one process or one machine."""

    def __init__(self, studio):
        self.studio = studio
        self.missing = {}
        self.page = studio.watch(studio.context(DESKTOP).new_page())
        self.page.route("**/compliance/report", self._answer)

    def open(self):
        relay = self.studio.relay
        self.page.goto(relay._command(
            "invite", "--reviewer", "auditor", "--key",
            str(relay.directory / "certs/invite/development.key"), "--origin", relay.origin))
        expect(self.page.locator(".check").first).to_be_visible()

    def _answer(self, route):
        given = route.fetch()
        file = given.json()
        file["report"] = json.dumps(self._retell(json.loads(file["report"])))
        route.fulfill(response=given, json=file)

    def _retell(self, report):
        now = self.studio.story.now // 1000
        report |= {"time": now, "started": now - 26 * 3600, "process": 4217, "build": "1.0"}
        report["now"]["oldest_seconds"] = 14 * 60
        for check in report["enforced"]:
            if check["name"] == "user":
                check |= {"state": "holds", "found": "user 996"}
            elif check["state"] == "missing":
                check["state"] = "holds"
            if check["name"] in self.missing:
                check |= {"state": "missing", "found": self.missing[check["name"]]}
        evidence = report["evidence"]
        evidence |= {"key": fingerprint("key"), "executable": fingerprint("program")}
        evidence["ledger"]["head"] = fingerprint("head")
        evidence["pages"]["all"] = fingerprint("pages")
        return report


def compliance(studio):
    rivera = studio.console()
    ben = studio.arrival("Ben K.")
    rivera.has_row("Ben K.")
    rivera.open_chat("Ben K.")
    ben.write("Is my refill ready?")
    rivera.sees("Is my refill ready?")
    close(studio, rivera)
    studio.relay.wait_for_status(messages=0)
    ada = studio.arrival("Ada")
    rivera.has_row("Ada")
    talk(studio, rivera, ada)

    machine = Machine(studio)
    page = machine.page
    machine.open()
    studio.draw(page, "compliance-now", desktop=lambda: top(page), phone=lambda: top(page))

    def to(locator):
        return lambda: locator.evaluate("node => scrollTo(0, node.getBoundingClientRect().top + scrollY - 12)")

    evidence = to(page.locator("#evidence-h"))
    studio.draw(page, "compliance-evidence", desktop=evidence, phone=evidence)
    machine.missing = MISSING
    ask_again(page)
    missing = page.locator(".check", has=page.locator(".check__state--missing"))
    expect(missing).to_have_count(1)
    studio.draw(page, "compliance-missing", desktop=to(page.locator("#enforced-h")), phone=to(page.locator("#enforced-h")))


def top(page):
    page.evaluate("scrollTo(0, 0)")


def ask_again(page):
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


SCENES = [
    (compliance, {
        "compliance-now": "What the relay holds now",
        "compliance-missing": "A control that is missing",
        "compliance-evidence": "Evidence, and what it does not prove",
    }),
]
