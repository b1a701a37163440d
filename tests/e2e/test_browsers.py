# SPDX-License-Identifier: MIT
"""What a browser brings, loses and types on the portal's pages."""
import pages
from parts import BUILD, Portal, one_time_code, run
from proxy import Proxy
from scenario import NAME, PASSWORD, Scenario

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


class ShortFault(Scenario):
    """The line is away for a moment; what the person approved is not."""

    def cut(self, browser, away):
        browser.driver.set_network_conditions(offline=away, latency=0, throughput=-1)

    def lose_the_next_claim(self, browser, arrives):
        """The page's next claim gets no answer; where it arrives, only the answer is lost. What the page would
        then do again by itself, in two seconds, waits for go_on()."""
        browser.driver.execute_script("""
          const real = window.fetch, arrives = arguments[0]; let lost = false;
          const later = window.setTimeout, held = [];
          window.setTimeout = (act) => { held.push(act); };
          window.goOn = () => { window.setTimeout = later; held.forEach((act) => act()); };
          window.fetch = (url, options) => {
            if (lost || !String(url).endsWith('/claim')) return real(url, options);
            lost = true;
            return (arrives ? real(url, options) : Promise.resolve())
              .then(() => Promise.reject(new TypeError('Failed to fetch')));
          };""", arrives)

    def go_on(self, browser):
        browser.driver.execute_script("goOn();")

    def approved(self):
        portal, device, desk = self.paired()
        pages.log_out(desk, portal)
        code = self.approve_scan(device, desk, portal)
        pages.wait_qr_state(desk, "approved")
        return portal, desk, code

    def new_codes(self, portal):
        return sum('"POST"' in line and "/challenge" in line for line in portal.request_lines())

    def test_digits_typed_while_the_line_is_away_count_when_it_is_back(self):
        portal, desk, code = self.approved()
        before = self.new_codes(portal)
        self.cut(desk, True)
        pages.type_pickup_code(desk, code)
        pages.wait_qr_state(desk, "offline")
        self.cut(desk, False)
        self.assertEqual(pages.wait_signed_in(desk), NAME)
        self.assertEqual(self.new_codes(portal), before, "the sign-in was thrown away")

    def test_try_again_shows_the_sign_in_that_was_approved(self):
        portal, desk, code = self.approved()
        self.lose_the_next_claim(desk, False)
        pages.type_pickup_code(desk, code)
        pages.wait_qr_state(desk, "offline")
        desk.click("#qr-new-after-offline")
        self.assertEqual(pages.wait_signed_in(desk), NAME)

    def test_claim_whose_answer_was_lost_is_repeated(self):
        portal, desk, code = self.approved()
        self.lose_the_next_claim(desk, True)
        pages.type_pickup_code(desk, code)
        pages.wait_qr_state(desk, "offline")
        desk.driver.delete_cookie("__Host-qrs")  # it was in that answer
        self.go_on(desk)
        self.assertEqual(pages.wait_signed_in(desk), NAME)
        desk.open(portal.origin + "/devices")
        self.assertEqual(len(desk.driver.find_elements("css selector", "#sessions .session")), 1)
        self.devices_are_told_in_words(portal, desk)

    def devices_are_told_in_words(self, portal, desk):
        def words():
            return desk.driver.find_element("css selector", ".device .what").text
        self.assertRegex(words(), r"(?s)last used today .*version qrconfirm/\d.*"
                                  r"when it was paired: key in a file of the device, with(out)? a PIN")
        desk.open(portal.origin + "/devices?lang=ru")
        self.assertRegex(words(), r"(?s)версия qrconfirm/\d.*при привязке: ключ в файле на устройстве, (с|без) PIN")

    def test_portal_that_restarts_loses_no_approved_sign_in(self):
        portal, desk, code = self.approved()
        portal.stop()
        pages.type_pickup_code(desk, code)
        pages.wait_qr_state(desk, "offline")
        portal.serve()
        self.assertEqual(pages.wait_signed_in(desk), NAME)

    def test_portal_that_is_killed_knows_the_code_that_is_shown(self):
        """Nobody had scanned it, so it was in memory: the device comes first, then the page."""
        portal, device, desk = self.paired()
        pages.log_out(desk, portal)
        text, film = self.film_of_qr(desk, portal)
        portal.process.kill()
        portal.process.wait(10)
        portal.process = None
        portal.serve()
        scan = device.scan(f"replay:{film}")
        scan.wait_asked()
        self.assertEqual(desk.find("#qr").get_attribute("data-text"), text)
        scan.answer("approve")
        pages.type_pickup_code(desk, scan.event(state="done")["pickup_code"])
        self.assertEqual(pages.wait_signed_in(desk), NAME)


class TypedDigits(Scenario):
    """Digits as the device shows them, as people copy them, as their keyboards make them."""

    def spaced(self, code):
        return f" {code[:3]}\u00a0{code[3:]} "

    def wide(self, code):
        return "".join(chr(0xff10 + int(digit)) for digit in code[:3]) + " " + code[3:]

    def test_gap_and_wide_digits_are_taken_in_every_field(self):
        portal = self.portal()
        secret = portal.add_user(NAME, PASSWORD, otp=True)
        device, desk = self.device(), self.browser("desk")
        pages.sign_in_by_password(desk, portal, NAME, PASSWORD)
        pages.type_one_time_code(desk, self.wide(one_time_code(secret)))
        self.assertEqual(pages.wait_signed_in(desk), NAME)

        pages.add_device(desk, portal, PASSWORD)
        picture = desk.photograph(self.folder / "pairing.png")
        device.pair(f"image:{picture}", lambda digits: pages.type_pairing_digits(
            desk, f"{digits[:3]} - {digits[3:]}"))

        pages.log_out(desk, portal)
        code = self.approve_scan(device, desk, portal, two_step=True)
        pages.type_pickup_code(desk, self.spaced(code))
        pages.type_one_time_code(desk, self.spaced(one_time_code(secret, fresh=True)))
        self.assertEqual(pages.wait_signed_in(desk), NAME)


class Tabs(Scenario):
    def test_second_tab_follows_a_renewal(self):
        portal, browser = self.portal(), self.browser()
        first = pages.open_qr_window(browser, portal)
        one = browser.driver.current_window_handle
        browser.driver.switch_to.new_window("tab")
        self.assertEqual(pages.open_qr_window(browser, portal), first, "tabs share the code")
        renewed = self.renewal_after(browser, first)
        browser.driver.switch_to.window(one)
        browser.wait("the new code in the first tab",
                     lambda: browser.find("#qr").get_attribute("data-text") == renewed)
        pages.wait_qr_state(browser, "waiting")

    def renewal_after(self, browser, first):
        """The code that the page asks for when the first one is about to end."""
        pages.let_code_run_out(browser)
        return browser.wait("the renewal", lambda: browser.find("#qr").get_attribute("data-text") != first
                            and browser.find("#qr").get_attribute("data-text"))

    def test_window_that_nobody_uses_asks_for_no_more_codes(self):
        portal, browser = self.portal(config={"time.unattended": "300"}), self.browser()
        first = pages.open_qr_window(browser, portal)
        self.renewal_after(browser, first)
        pages.let_time_pass(browser, 300)
        pages.wait_qr_state(browser, "unattended")
        self.assertEqual(browser.find("#qr").get_attribute("data-text"), "")

        browser.click("#qr-new-after-unattended")
        pages.wait_qr_state(browser, "waiting")
        self.assertNotIn(browser.find("#qr").get_attribute("data-text"), ("", first))

    def test_pairing_page_loaded_again_shows_the_pairing_that_was_taken(self):
        portal = self.portal()
        portal.add_user(NAME, PASSWORD)
        device, desk = self.device(), self.browser("desk")
        pages.sign_in_by_password(desk, portal, NAME, PASSWORD)
        pages.wait_signed_in(desk)
        text = pages.add_device(desk, portal, PASSWORD)
        desk.driver.refresh()
        self.assertEqual(desk.wait_shown("#pairing-qr").get_attribute("data-text"), text)
        picture = desk.photograph(self.folder / "pairing.png")

        def load_again_and_type(digits):
            desk.driver.refresh()
            desk.wait_shown("#pairing-taken")
            pages.type_pairing_digits(desk, digits)

        device.pair(f"image:{picture}", load_again_and_type)


class BehindAProxy(Scenario):
    """A server with a certificate of its own stands before the portal."""

    def test_first_pairing_says_what_is_wrong_and_speaks_of_no_earlier_one(self):
        other, first = self.portal("other"), self.portal()
        other.stop()
        first.stop()
        proxy = Proxy(other.data / "tls.crt", other.data / "tls.key")
        self.addCleanup(proxy.stop)
        portal = Portal(first.data, listen=first.listen, base_url=proxy.origin)
        self.addCleanup(portal.stop)
        proxy.upstream = tuple(first.listen.split(":"))
        portal.add_user(NAME, PASSWORD)
        device, desk = self.device(), self.browser("desk")
        pages.sign_in_by_password(desk, portal, NAME, PASSWORD)
        pages.wait_signed_in(desk)
        pages.add_device(desk, portal, PASSWORD)
        picture = desk.photograph(self.folder / "pairing.png")
        process, lines = device.start("pair", "--source", f"image:{picture}", "--headless")
        lines.wait_for(r"yes.*no")
        device.answer(process, "yes")
        self.assertEqual(process.wait(60), 8, lines.text())
        self.assertIn("net.pin-pairing:", lines.text())
        self.assertNotIn("when it was paired", lines.text())
        self.assertFalse(proxy.replies_to("/enrol"), "something was sent")
