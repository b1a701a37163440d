# SPDX-License-Identifier: MIT
"""The pages of the portal in Python, its page.js included, in a real browser."""
from scenario import NAME, PASSWORD
from test_python_portal import PythonScenario


class InABrowser(PythonScenario):
    def test_browser_pairs_a_device_and_is_signed_in_by_it(self):
        portal, browser, device = self.portal(), self.browser(), self.device()
        browser.open(portal.origin + "/login")
        browser.type("[name=name]", NAME)
        browser.type("[name=password]", PASSWORD)
        browser.leave("#login-form button")
        browser.leave("form[action='/devices/add'] button")
        shown = browser.photograph(self.folder / "pairing.png")

        def type_digits(digits):
            browser.type("#pairing-code", digits)
            browser.click("#pairing-form button")
            browser.wait("the pairing to be done", lambda: "Paired." in browser.find("#pairing-says").text)

        device.pair(f"image:{shown}", type_digits)
        browser.open(portal.origin + "/")
        browser.leave("form[action='/logout'] button")

        browser.click("#qr-open")
        browser.wait("the code", lambda: browser.find("#qr-dialog").get_attribute("data-state") == "waiting"
                     and browser.find("#qr").get_property("naturalWidth") > 20)
        scan = device.scan(f"image:{browser.photograph(self.folder / 'login.png')}")
        self.assertEqual(scan.wait_asked()["browser"], "Chrome on Linux")
        browser.wait("the page to hear of the scan", lambda: "Answer on the device" in browser.text())
        scan.answer("approve")
        browser.type("#pickup-code", scan.event(state="done")["pickup_code"])
        browser.leave("#pickup-form button")
        self.assertEqual(browser.wait_shown("#signed-in-as").text, NAME)
        self.assertEqual(browser.find("#signed-in-how").text, "QR")
