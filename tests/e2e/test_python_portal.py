# SPDX-License-Identifier: MIT
"""The portal in Python of docs/examples/portal with the real device, and a browser by plain HTTP."""
import base64
import re
import signal

from by_http import Visitor
from parts import TOP, PartFailed, own_address, run, start
from scenario import NAME, PASSWORD, Scenario

SERVER = TOP / "docs" / "examples" / "portal" / "server.py"


class PythonPortal:
    """It is what a developer would start: a program of its own, with a certificate of its own."""

    def __init__(self, folder, *options):
        self.folder, self.listen = folder, own_address()
        self.origin = "https://localhost:" + self.listen.rpartition(":")[2]
        self.command("add-user", NAME, input=PASSWORD + "\n")
        self.serve(*options)

    def command(self, *words, input=""):
        run("/usr/bin/python3", "-B", SERVER, "--data", self.folder, "--base-url", self.origin, *words, input=input)

    def serve(self, *options):
        self.process, self.lines = start("python portal", "/usr/bin/python3", "-B", SERVER, "serve", "--data",
                                         self.folder, "--listen", self.listen, *options)
        self.lines.wait_for("listening on " + re.escape(self.origin))

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            if self.process.wait(10) != 0:
                raise PartFailed(f"python portal: {self.lines.text()}")

    def asked(self):
        return self.lines.text("out")


class PythonScenario(Scenario):
    def portal(self, *options):
        portal = PythonPortal(self.folder / "portal", *options)
        self.addCleanup(portal.stop)
        return portal

    def pair(self, device, portal):
        desk = Visitor(portal.origin)
        desk.log_in(NAME, PASSWORD)
        picture = self.folder / "pairing.png"
        self.camera.draw(desk.pairing_code(), picture)
        device.pair(f"image:{picture}", desk.confirm_pairing)
        return desk

    def portal_and_device(self, *options):
        portal, device = self.portal(*options), self.device()
        self.pair(device, portal)
        return portal, device

    def scan(self, device, browser):
        """Scans the very picture that the page shows."""
        state = browser.page_state({"new": True})
        picture = self.folder / "login.png"
        picture.write_bytes(base64.b64decode(state["picture"].partition(",")[2]))
        return device.scan(f"image:{picture}")


class Page(Visitor):
    """The login page, with the cookie that it was given."""

    def page_state(self, body):
        import json
        return json.loads(self.call("/qr-login/v1/challenge", body))


class SignIn(PythonScenario):
    def test_pairs_and_signs_a_browser_in(self):
        portal, device = self.portal_and_device()
        browser = Page(portal.origin, calls_itself="Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0")
        scan = self.scan(device, browser)
        question = scan.wait_asked()
        print(question)
        self.assertEqual(browser.state()["state"], "scanned")
        scan.answer("approve")
        done = scan.event(state="done")
        self.assertEqual(scan.wait(), 0, scan.lines.text())

        self.assertEqual(browser.state()["state"], "approved")
        self.assertNotIn("signed-in-as", browser.call("/"))
        browser.call("/qr-login/v1/claim", {"code": done["pickup_code"]})
        self.assertIn(f'id="signed-in-as">{NAME}<', browser.call("/"))
