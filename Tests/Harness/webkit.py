"""Debian's WebKitGTK over WebDriver, on a screen that nobody sees."""

import glob
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from engine import Tab, decoded
from relay import free_port


class WebKit:
    name = "webkit"
    # Its driver does not tell what the console says.
    complaints = ()

    def __init__(self):
        assert shutil.which("WebKitWebDriver") and shutil.which("Xvfb"), (
            "webkit2gtk-driver or xvfb is not installed: make test-dependencies")
        self.tabs = []

    def tab(self):
        self.tabs.append(WebKitTab())
        return self.tabs[-1]

    def close(self):
        for tab in self.tabs:
            tab.close()


class WebKitTab(Tab):
    """A browser of its own on a screen of its own: a driver has one session, a screen one focus."""

    def __init__(self):
        self.home = tempfile.mkdtemp(prefix="lethe-webkit-")
        reading, writing = os.pipe()
        self.screen = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1200x24", "-nolisten", "tcp"],
            pass_fds=[writing], stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as number:
            display = ":" + number.readline().strip()
        self.driver = f"http://127.0.0.1:{(port := free_port())}"
        environment = {
            **os.environ, "DISPLAY": display, "HOME": self.home, "XDG_RUNTIME_DIR": self.home,
            "GDK_BACKEND": "x11", "LIBGL_ALWAYS_SOFTWARE": "1", "NO_AT_BRIDGE": "1", "LC_ALL": "C.UTF-8"}
        self.process = subprocess.Popen(
            ["WebKitWebDriver", f"--port={port}"], env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait()
        binary, = glob.glob("/usr/lib/*/webkit2gtk-4.1/MiniBrowser")
        session = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": {
            "acceptInsecureCerts": True, "unhandledPromptBehavior": "accept",
            "webkitgtk:browserOptions": {"binary": binary, "args": ["--automation"]}}}})
        self.session = f"/session/{session['sessionId']}"

    def _wait(self):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                self.ask("GET", "/status")
                return
            except OSError:
                assert self.process.poll() is None, "WebKitWebDriver ended"
                time.sleep(0.1)
        raise AssertionError("WebKitWebDriver does not answer")

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.driver + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{path}: {error.read().decode()}") from None

    def go(self, url):
        self.ask("POST", f"{self.session}/url", {"url": url})

    def reload(self):
        self.ask("POST", f"{self.session}/refresh", {})

    def look(self):
        """The only window of its screen always has the focus."""

    def call(self, function, *arguments):
        script = ("const done = arguments[arguments.length - 1]; const given = [...arguments].slice(0, -1);"
                  f"Promise.resolve(({function})(...given)).then(value => done(JSON.stringify(value) ?? null))")
        return decoded(self.ask("POST", f"{self.session}/execute/async", {
            "script": script, "args": list(arguments)}))

    def act(self, sources):
        self.ask("POST", f"{self.session}/actions", {"actions": sources})

    def close(self):
        try:
            self.ask("DELETE", self.session)
        finally:
            for process in (self.process, self.screen):
                process.terminate()
                process.wait()
            shutil.rmtree(self.home, ignore_errors=True)
