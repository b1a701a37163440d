# SPDX-License-Identifier: MIT
"""A browser is signed in, or is not, exactly as the person at the device says."""
import pages
from parts import one_time_code
from scenario import NAME, PASSWORD, Scenario


class SignIn(Scenario):
    def test_approved_scan_signs_the_browser_in(self):
        portal, device = self.portal_and_device()
        browser = self.browser()
        text, film = self.film_of_qr(browser, portal)
        scan = device.scan(f"replay:{film}")
        asked = scan.wait_asked()
        pages.wait_qr_state(browser, "scanned")
        self.assertEqual(asked["origin"], portal.origin)
        self.assertEqual(asked["account"], NAME)
        self.assertNotIn(NAME, browser.text(), "the page must not name the account yet")
        scan.answer("approve")
        code = scan.event(state="done")["pickup_code"]
        pages.type_pickup_code(browser, code)
        self.assertEqual(pages.wait_signed_in(browser), NAME)
        self.assertEqual(scan.wait(), 0)
        self.assertTrue(pages.is_signed_in(browser, portal))

    def test_russian_pages_and_device_sign_in_too(self):
        portal, device = self.portal_and_device(language="ru")
        browser = self.browser(language="ru")
        browser.open(portal.origin + "/")
        self.assertEqual(browser.wait_shown("#qr-open").text, "Вход по QR")
        _, film = self.film_of_qr(browser, portal)
        scan = device.scan(f"replay:{film}")
        self.assertEqual(scan.wait_asked()["place"], "компьютер самого портала")
        scan.answer("approve")
        pages.type_pickup_code(browser, scan.event(state="done")["pickup_code"])
        self.assertEqual(pages.wait_signed_in(browser), NAME)

    def test_text_of_each_code_can_be_copied_and_follows_the_code(self):
        portal = self.portal()
        portal.add_user(NAME, PASSWORD)
        browser = self.browser()
        text = pages.open_qr_window(browser, portal)
        self.assertEqual(pages.copy_code_text(browser, "#qr-copy"), (text, text))
        pages.let_code_run_out(browser)
        browser.wait("a new code and its text", lambda: text != browser.find(
            "#qr-copy-text").get_attribute("value") == browser.find("#qr").get_attribute("data-text"))
        self.assertIsNone(browser.shown("#qr-copied"), "what was copied is an old code")
        pages.sign_in_by_password(browser, portal, NAME, PASSWORD)
        pages.wait_signed_in(browser)
        text = pages.add_device(browser, portal, PASSWORD)
        self.assertEqual(pages.copy_code_text(browser, "#pairing-copy"), (text, text))

    def test_wrong_pickup_code_three_times_ends_the_sign_in(self):
        portal, device = self.portal_and_device()
        browser = self.browser()
        code = self.approve_scan(device, browser, portal)
        wrong = f"{(int(code) + 1) % 1000000:06d}"
        for left in ("2", "1"):
            pages.type_pickup_code(browser, wrong)
            browser.wait(f"{left} tries left", lambda: pages.pickup_tries_left(browser) == left)
        pages.type_pickup_code(browser, wrong)
        pages.wait_qr_state(browser, "denied")
        self.assertFalse(pages.is_signed_in(browser, portal))

    def sign_in(self, portal, device, browser):
        """Once, by an approved scan; returns the question."""
        _, film = self.film_of_qr(browser, portal)
        scan = device.scan(f"replay:{film}")
        question = scan.wait_asked()
        scan.answer("approve")
        pages.type_pickup_code(browser, scan.event(state="done")["pickup_code"])
        pages.wait_signed_in(browser)
        self.assertEqual(scan.wait(), 0, scan.lines.text())
        browser.leave("#log-out")
        return question

    def test_unmarked_browser_is_no_warning_and_another_one_is(self):
        portal, device = self.portal_and_device()
        browser = self.browser()
        for _ in range(2):
            question = self.sign_in(portal, device, browser)
            self.assertEqual(question["warnings"], [])
            self.assertEqual(question["note"], "This browser is not marked as yours.")
        self.assertIn(question["browser"], question["last_use"])
        other = self.browser("other", calls_itself="Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0")
        question = self.sign_in(portal, device, other)
        self.assertEqual(question["warnings"], ["It is another browser than at your last sign-in."])

    def test_denied_request_leaves_the_browser_signed_out(self):
        portal, device = self.portal_and_device()
        browser = self.browser()
        _, film = self.film_of_qr(browser, portal)
        scan = device.scan(f"replay:{film}")
        scan.wait_asked()
        scan.answer("deny")
        self.assertEqual(scan.wait(), 6, scan.lines.text())
        pages.wait_qr_state(browser, "denied")
        self.assertFalse(pages.is_signed_in(browser, portal))

    def test_question_left_unanswered_signs_nobody_in(self):
        portal, device = self.portal_and_device()
        browser = self.browser()
        _, film = self.film_of_qr(browser, portal)
        scan = device.scan(f"replay:{film}")
        scan.wait_asked()
        scan.process.terminate()
        self.assertEqual(scan.wait(), 130, scan.lines.text())
        self.assertFalse(any("/decision" in line for line in portal.request_lines()))
        self.assertFalse(pages.is_signed_in(browser, portal))


class TwoStep(Scenario):
    def signed_in_by_qr(self):
        """As far as the form for the one-time code; returns portal, browser, secret."""
        portal = self.portal()
        secret = portal.add_user(NAME, PASSWORD, otp=True)
        device, desk = self.device(), self.browser("desk")
        self.pair(device, portal, desk, otp=lambda: one_time_code(secret))
        browser = self.browser()
        code = self.approve_scan(device, browser, portal, two_step=True)
        pages.type_pickup_code(browser, code)
        browser.wait_shown("#otp-code")
        return portal, browser, secret

    def test_two_step_account_with_the_right_code_is_signed_in(self):
        portal, browser, secret = self.signed_in_by_qr()
        # Portals take a one-time code once: the one that paired the device is spent.
        pages.type_one_time_code(browser, one_time_code(secret, fresh=True))
        self.assertEqual(pages.wait_signed_in(browser), NAME)

    def test_two_step_account_with_the_wrong_code_stays_out(self):
        portal, browser, secret = self.signed_in_by_qr()
        wrong = f"{(int(one_time_code(secret)) + 1) % 1000000:06d}"
        pages.type_one_time_code(browser, wrong)
        browser.wait_shown("#otp-error")
        self.assertFalse(pages.is_signed_in(browser, portal))

    def test_two_step_form_cannot_be_walked_around(self):
        portal, browser, _ = self.signed_in_by_qr()
        for path in ("/", "/devices", "/admin"):
            browser.open(portal.origin + path)
            self.assertIsNone(browser.shown("#signed-in-as"), path)
            self.assertNotIn(NAME, browser.text(), path)
