"""Somebody else's site with a waiting room in it, and what its page shows and can reach."""

import http.server
import re
import ssl
import threading

from playwright.sync_api import expect

NAME = "Chat with the clinic"


class Site:
    """Serves one document at one origin, over TLS with the relay's certificate, and nothing else.

    By its address, so that it is another site to the browser than `localhost`, not just another port."""

    def __init__(self, relay, port, document, policy=None):
        self.origin = f"https://127.0.0.1:{port}"
        headers = {"Content-Type": "text/html; charset=utf-8"}
        if policy:
            headers["Content-Security-Policy"] = policy

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200 if self.path == "/" else 404)
                for header in headers.items():
                    self.send_header(*header)
                self.end_headers()
                if self.path == "/":
                    self.wfile.write(document.encode())

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                """A browser that looked at the certificate and hung up."""

        self.server = Server(("127.0.0.1", port), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(relay.directory / "certs/localhost.pem",
                                relay.directory / "certs/localhost.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True,
                                                 do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Visitor:
    """A person in front of such a page.

    The launcher's shadow tree is closed to scripts, those of tests too. What it shows is read from the
    accessibility tree, which is what a screen reader gets, and pressed where it is drawn."""

    def __init__(self, page, room="demo"):
        self.page = page
        self.room = room
        self.tree = page.context.new_cdp_session(page)
        self.tree.send("Accessibility.enable")

    def control(self, role, name):
        """The one control of the page with this role and name, or `None`. Frames are left out."""
        nodes = self.tree.send("Accessibility.getFullAXTree")["nodes"]
        found = [node for node in nodes if not node["ignored"]
                 and node["role"]["value"] == role and re.search(name, node["name"]["value"])]
        assert len(found) < 2, found
        return found[0] if found else None

    def launcher(self):
        """Its name and whether it says that the panel is open."""
        found = self.control("button", f"^{NAME}")
        if found is None:
            return None
        states = {each["name"]: each["value"].get("value") for each in found["properties"]}
        return found["name"]["value"], states["expanded"]

    def launcher_is(self, name, is_open):
        wanted = (name, is_open)
        for _ in range(200):
            if self.launcher() == wanted:
                return
            self.page.wait_for_timeout(50)
        assert self.launcher() == wanted

    def until(self, where, expression):
        """Waits for the site's page or the frame; Playwright's own waiting needs `eval`, which both forbid."""
        for _ in range(200):
            if where.evaluate(expression):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"waited for {expression}")

    def box(self, role, name):
        """Left, top, width and height on the screen."""
        quad = self.tree.send("DOM.getBoxModel", {
            "backendNodeId": self.control(role, name)["backendDOMNodeId"]})["model"]["border"]
        return quad[0], quad[1], quad[2] - quad[0], quad[5] - quad[1]

    def press(self, name):
        left, top, width, height = self.box("button", name)
        self.page.mouse.click(left + width / 2, top + height / 2)

    @property
    def frame(self):
        """The frame with the patient's page, or `None`."""
        return next((frame for frame in self.page.frames if f"/r/{self.room}" in frame.url), None)

    def open(self):
        self.press(f"^{NAME}")
        return self.arrived()

    def arrived(self):
        """The frame, once the launcher has made it and its page has an address."""
        for _ in range(200):
            if self.frame:
                return self.frame
            self.page.wait_for_timeout(50)
        raise AssertionError("the launcher made no frame")

    def check_in(self, name):
        frame = self.open()
        frame.get_by_label("Your name or an alias").fill(name)
        frame.get_by_role("button", name="Check in").click()
        expect(frame.locator("waiting-place")).to_contain_text("You're checked in")
        return frame

