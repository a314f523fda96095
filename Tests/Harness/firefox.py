"""Debian's Firefox over WebDriver BiDi: its own socket, no geckodriver."""

import contextlib
import itertools
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

from websockets.sync.client import connect

from engine import Tab, decoded

PREFERENCES = {
    # No visit to anybody but the relay.
    "app.update.enabled": False, "browser.safebrowsing.downloads.enabled": False,
    "browser.startup.page": 0, "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False, "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False, "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False, "extensions.update.enabled": False,
}


class Firefox:
    name = "firefox"

    def __init__(self):
        path = shutil.which("firefox-esr") or shutil.which("firefox")
        assert path, "firefox-esr is not installed: make test-dependencies"
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="lethe-firefox-"))
        (self.directory / "user.js").write_text("".join(
            f"user_pref({json.dumps(key)}, {json.dumps(value)});\n" for key, value in PREFERENCES.items()))
        self.log_path = self.directory / "log"
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [path, "--headless", "--no-remote", "--profile", self.directory, "--remote-debugging-port=0"],
                stdout=log, stderr=log)
        self.numbers = itertools.count(1)
        self.complaints = []
        self.closing = contextlib.ExitStack()
        self.socket = self.closing.enter_context(connect(self._address() + "/session", max_size=None))
        self.ask("session.new", capabilities={"alwaysMatch": {
            "acceptInsecureCerts": True, "unhandledPromptBehavior": {"default": "accept"}}})
        self.ask("session.subscribe", events=["log.entryAdded"])

    def _address(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            found = re.search(r"WebDriver BiDi listening on (ws://\S+)", self.log_path.read_text())
            if found:
                return found[1]
            assert self.process.poll() is None, self.log_path.read_text()
            time.sleep(0.1)
        raise AssertionError(f"Firefox does not listen: {self.log_path.read_text()}")

    def ask(self, method, **parameters):
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self.socket.recv(timeout=60))
            if answer.get("method") == "log.entryAdded":
                self._note(answer["params"])
            elif answer.get("id") == number:
                assert answer["type"] == "success", f"{method}: {answer}"
                return answer["result"]

    def _note(self, entry):
        """What the pages' scripts complain of; a lost socket is not theirs."""
        if entry["level"] in ("error", "warn") and "wss://" not in (entry.get("text") or ""):
            self.complaints.append(entry["text"])

    def tab(self):
        """A window with storage of its own."""
        context = self.ask("browser.createUserContext")["userContext"]
        window = self.ask("browsingContext.create", type="window", userContext=context)["context"]
        return FirefoxTab(self, window)

    def close(self):
        self.closing.close()
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


class FirefoxTab(Tab):
    def __init__(self, browser, context):
        self.browser = browser
        self.context = context

    def go(self, url):
        self.browser.ask("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def reload(self):
        self.browser.ask("browsingContext.reload", context=self.context, wait="complete")

    def look(self):
        self.browser.ask("browsingContext.activate", context=self.context)

    def call(self, function, *arguments):
        values = ", ".join(json.dumps(value) for value in arguments)
        result = self.browser.ask(
            "script.callFunction", target={"context": self.context}, awaitPromise=True,
            functionDeclaration=f"async () => JSON.stringify(await ({function})({values}))")
        assert result["type"] == "success", result
        return decoded(result["result"].get("value"))

    def act(self, sources):
        self.browser.ask("input.performActions", context=self.context, actions=sources)

    def close(self):
        self.browser.ask("browsingContext.close", context=self.context)
