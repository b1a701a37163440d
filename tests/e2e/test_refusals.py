# SPDX-License-Identifier: MIT
"""What must not sign anybody in, does not; and the person is told why."""
import json
import ssl
import urllib.error
import urllib.request

import pages
from by_http import Visitor
from parts import picture_of
from scenario import NAME, PASSWORD, Scenario


def post(url, body, origin, cookie=None):
    """Status and JSON of a POST as the login page makes it."""
    headers = {"Content-Type": "application/json", "Origin": origin}
    if cookie:
        headers["Cookie"] = cookie
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, context=ssl._create_unverified_context()) as reply:
            return reply.status, json.loads(reply.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


class OptionOff(Scenario):
    def test_option_off_hides_the_button_and_refuses_every_endpoint(self):
        portal = self.portal(allow_qr=False)
        browser = self.browser()
        browser.open(portal.origin + "/")
        browser.wait_shown("#sign-in")
        self.assertIsNone(browser.shown("#qr-open"))
        for endpoint in ("challenge", "claim", "resolve", "decision", "enrol", "rotate",
                         "endsession", "unpair"):
            status, problem = post(f"{portal.origin}/qr-login/v1/{endpoint}", {}, portal.origin)
            if endpoint in ("challenge", "claim"):
                self.assertEqual((status, problem["code"]), (403, "qr-disabled"), endpoint)
            else:  # the signature is judged first
                self.assertIn(problem["code"], ("malformed", "qr-disabled"), endpoint)

    def test_option_switched_off_after_the_scan_refuses_the_answer(self):
        portal, device = self.portal_and_device()
        browser = self.browser()
        _, film = self.film_of_qr(browser, portal)
        scan = device.scan(f"replay:{film}")
        scan.wait_asked()
        portal.config("allow-qr", "off")
        scan.answer("approve")
        self.assertEqual(scan.failure(), "portal.qr-disabled")
        self.assertEqual(scan.wait(), 7)
        self.assertFalse(pages.is_signed_in(browser, portal))

    def test_option_switched_off_before_the_claim_refuses_the_pickup_code(self):
        portal, device = self.portal_and_device()
        browser = self.browser()
        code = self.approve_scan(device, browser, portal)
        portal.config("allow-qr", "off")
        pages.wait_qr_state(browser, "disabled")
        cookie = browser.driver.get_cookie("__Host-qrl")
        status, problem = post(portal.origin + "/qr-login/v1/claim", {"code": code}, portal.origin,
                               f"{cookie['name']}={cookie['value']}")
        self.assertEqual((status, problem["code"]), (403, "qr-disabled"))
        self.assertFalse(pages.is_signed_in(browser, portal))

    def test_option_cannot_be_switched_on_while_a_module_falls_short(self):
        portal = self.portal(allow_qr=False, config={"module.pull": "21.200.0"})
        portal.add_user("chief", PASSWORD, admin=True)
        browser = self.browser()
        pages.sign_in_by_password(browser, portal, "chief", PASSWORD)
        pages.wait_signed_in(browser)
        browser.open(portal.origin + "/admin")
        browser.wait_shown("#allow-qr")
        self.assertFalse(browser.find("#allow-qr").is_enabled())
        self.assertIn("21.300.0", browser.text())
        portal.config("module.pull", "21.300.0")
        browser.open(portal.origin + "/admin")
        browser.click("#allow-qr")
        browser.leave("#admin-save")
        self.assertTrue(browser.find("#allow-qr").is_selected())
        guest = self.browser("guest")
        guest.open(portal.origin + "/")
        guest.wait_shown("#qr-open")


class Refusals(Scenario):
    def test_expired_code_is_refused(self):
        portal, device = self.portal_and_device()
        portal.config("time.challenge", "2")
        visitor = Visitor(portal.origin)  # asks for no other code
        picture = picture_of(visitor.new_code(), self.folder / "code.png")
        self.assertEqual(visitor.state(seen="waiting")["state"], "expired")
        scan = device.scan(f"image:{picture}")
        self.assertEqual(scan.wait(), 5, scan.lines.text())
        self.assertEqual(scan.failure(), "challenge.expired")

    def test_approval_typed_before_it_can_have_been_read_is_not_taken(self):
        portal, device = self.portal_and_device()
        browser = self.browser()
        _, film = self.film_of_qr(browser, portal)
        scan = device.scan(f"replay:{film}")
        scan.event(state="asking")
        scan.answer("approve")  # at once
        scan.lines.wait_for("Read it first", tag="err")
        pages.wait_qr_state(browser, "scanned")
        scan.answer("deny")
        self.assertEqual(scan.wait(), 6, scan.lines.text())
        pages.wait_qr_state(browser, "denied")

    def test_unpaired_device_is_told_to_pair_and_sends_nothing(self):
        portal = self.portal()
        browser = self.browser()
        _, film = self.film_of_qr(browser, portal)
        before = len(portal.request_lines())
        scan = self.device().scan(f"replay:{film}")
        self.assertEqual(scan.wait(), 9, scan.lines.text())
        self.assertEqual(scan.failure(), "pairing.none")
        self.assertFalse([line for line in portal.request_lines()[before:] if "/resolve" in line])

    def test_code_of_another_portal_is_refused_and_nothing_is_sent(self):
        own, other = self.portal("own"), self.portal("other")
        own.add_user(NAME, PASSWORD)
        device, desk = self.device(), self.browser("desk")
        self.pair(device, own, desk)
        desk.stop()

        browser = self.browser()
        _, film = self.film_of_qr(browser, other)
        at_own = own.request_lines()
        scan = device.scan(f"replay:{film}")
        self.assertEqual(scan.wait(), 5, scan.lines.text())
        self.assertEqual(scan.failure(), "challenge.other-portal")
        self.assertEqual(own.request_lines(), at_own, "the own portal heard something")
        self.assertFalse([line for line in other.request_lines() if "/resolve" in line
                          or "/.well-known" in line], "the other portal heard something")

    def test_revoked_device_is_refused(self):
        portal, device, desk = self.paired()
        pages.revoke_only_device(desk, portal)

        browser = self.browser()
        _, film = self.film_of_qr(browser, portal)
        scan = device.scan(f"replay:{film}")
        self.assertEqual(scan.wait(), 7, scan.lines.text())
        self.assertEqual(scan.failure(), "portal.device-revoked")

    def test_second_device_takes_the_code_away_from_both(self):
        portal, first, desk = self.paired()
        second = self.device("second")
        self.pair_again(second, portal, desk)

        browser = self.browser()
        _, film = self.film_of_qr(browser, portal)
        scan = first.scan(f"replay:{film}")
        scan.wait_asked()
        thief = second.scan(f"replay:{film}")
        self.assertEqual(thief.wait(), 5, thief.lines.text())
        self.assertEqual(thief.failure(), "challenge.taken")
        pages.wait_qr_state(browser, "denied")
        scan.answer("approve")
        self.assertEqual(scan.failure(), "challenge.decided")
        self.assertFalse(pages.is_signed_in(browser, portal))
