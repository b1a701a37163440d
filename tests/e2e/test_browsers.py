# SPDX-License-Identifier: MIT
"""What a browser brings, loses and types on the portal's pages."""
import pages
from parts import BUILD, run
from scenario import NAME, Scenario

MARK = "__Host-qrk"
PLANTED = "cGxhbnRlZC1wbGFudGVkLXBsYW50ZWQtcGxhbnRlZC0"


class PlantedMark(Scenario):
    """Somebody put a mark of his own choice into the browser before its owner marked it."""

    def plant(self, browser, value):
        browser.driver.add_cookie({"name": MARK, "value": value, "path": "/", "secure": True,
                                   "httpOnly": True, "sameSite": "Strict"})

    def mark_of(self, browser):
        cookie = browser.driver.get_cookie(MARK)
        return cookie["value"] if cookie else None

    def signed_in_and_marked(self, browser, portal, device):
        pages.type_pickup_code(browser, self.approve_scan(device, browser, portal))
        self.assertEqual(pages.wait_signed_in(browser), NAME)
        pages.mark_this_browser(browser)

    def test_planted_mark_does_not_cancel_the_pickup_code(self):
        portal, device, desk = self.paired()
        pages.log_out(desk, portal)
        self.plant(desk, PLANTED)
        self.signed_in_and_marked(desk, portal, device)
        self.assertNotIn(self.mark_of(desk), (None, PLANTED))
        pages.log_out(desk, portal)
        self.assertIsNone(self.approve_scan(device, desk, portal), "a known browser was asked")
        self.assertEqual(pages.wait_signed_in(desk), NAME)

        attacker = self.browser("attacker")
        attacker.open(portal.origin + "/")
        self.plant(attacker, PLANTED)
        self.assertIsNotNone(self.approve_scan(device, attacker, portal))
        self.assertFalse(pages.is_signed_in(attacker, portal))

    def test_removed_mark_is_gone_from_the_browser_and_from_every_copy(self):
        portal, device, desk = self.paired()
        pages.log_out(desk, portal)
        self.signed_in_and_marked(desk, portal, device)
        copy = self.mark_of(desk)
        desk.open(portal.origin + "/devices")
        desk.click(".mark-remove")
        desk.wait("the mark to be gone", lambda: not desk.shown("#marks"))
        self.assertIsNone(self.mark_of(desk))
        pages.log_out(desk, portal)
        self.plant(desk, copy)
        self.assertIsNotNone(self.approve_scan(device, desk, portal))


class NewPassword(Scenario):
    """An administrator resets a password that may have been stolen, beside the running portal."""

    def reset(self, portal, *options):
        run(BUILD / "qrportal", "user", "--data", portal.data, "password", NAME, *options,
            input="another password altogether\n")

    def test_new_password_signs_out_everywhere(self):
        portal, device, desk = self.paired()
        browser = self.browser()
        pages.type_pickup_code(browser, self.approve_scan(device, browser, portal))
        pages.wait_signed_in(browser)
        self.reset(portal)
        self.assertFalse(pages.is_signed_in(desk, portal))
        self.assertFalse(pages.is_signed_in(browser, portal))
        pages.type_pickup_code(browser, self.approve_scan(device, browser, portal))
        self.assertEqual(pages.wait_signed_in(browser), NAME, "the device stays paired")
        self.reset(portal, "--devices")
        self.assertFalse(pages.is_signed_in(browser, portal))
        pages.open_qr_window(browser, portal)
        scan = device.scan(f"image:{browser.photograph(self.folder / 'late.png')}")
        self.assertEqual(scan.failure(), "portal.device-revoked", scan.lines.text())

    def test_new_password_ends_the_sign_in_that_waits_for_its_digits(self):
        portal, device, desk = self.paired()
        pages.log_out(desk, portal)
        code = self.approve_scan(device, desk, portal)
        self.reset(portal)
        pages.wait_qr_state(desk, "denied")
        self.assertFalse(pages.is_signed_in(desk, portal))
        self.assertTrue(code)
