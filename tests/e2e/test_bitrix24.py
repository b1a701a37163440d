# SPDX-License-Identifier: MIT
"""Sign-ins at a boxed Bitrix24, as `qrportal --mode bitrix24` imitates it, in both generations.

The numbers are those of docs/protocol/bitrix24.md: C of the device, B of the portal.
"""
import contextlib
import json
import sqlite3
import time
import urllib.parse

import pages
from parts import APPROVE_DELAY, Portal, one_time_code
from proxy import Proxy
from scenario import NAME, PASSWORD, Scenario

OLDER = {"module.main": "21.900.0", "module.mobile": "22.0.0"}
NEWER = {}
PUSH_TOKEN = "main.qrcodeauth.pushToken"


class Bitrix24(Scenario):
    def boxed(self, name="portal", *, otp=False, config=(), **options):
        portal = self.portal(name, mode="bitrix24", config=config, **options)
        self.secret = portal.add_user(NAME, PASSWORD, otp=otp)
        return portal

    def pair_boxed(self, device, portal, password=PASSWORD):
        login = device.pair_by_address(portal)
        self.assertEqual(login.trust()["need"], "password")
        state = login.log_in(NAME, password)
        if state["state"] == "login" and state["need"] == "otp":
            login.answer(one_time_code(self.secret))
            state = login.next_state()
        self.assertEqual(state["state"], "confirming", login.lines.text())
        self.assertEqual(login.keep()["state"], "paired")
        self.assertEqual(login.wait(), 0, login.lines.text())

    def paired_boxed(self, *, language="en", **options):
        portal, device = self.boxed(**options), self.device(language=language)
        self.pair_boxed(device, portal)
        return portal, device

    def scan_of(self, device, browser, portal, *options):
        _, film = self.film_of_qr(browser, portal)
        return device.scan(f"replay:{film}", *options)

    def approve(self, device, browser, portal):
        scan = self.scan_of(device, browser, portal)
        question = scan.wait_asked()
        scan.answer("approve")
        return scan, question


class Overheard(Bitrix24):
    """What passes is heard by somebody who holds the portal's TLS key."""

    def setUp(self):
        super().setUp()
        first = self.boxed()
        first.stop()
        self.proxy = Proxy(first.data / "tls.crt", first.data / "tls.key")
        self.addCleanup(self.proxy.stop)
        self.heard = Portal(first.data, mode="bitrix24", listen=first.listen,
                            base_url=self.proxy.origin)
        self.addCleanup(self.heard.stop)
        self.proxy.upstream = tuple(first.listen.split(":"))
        self.holder = self.device()
        self.pair_boxed(self.holder, self.heard)


class SignIn(Bitrix24):
    def sign_in(self, config):
        portal, device = self.paired_boxed(config=config)
        browser = self.browser()
        scan, question = self.approve(device, browser, portal)
        done = scan.event(state="done")
        self.assertEqual(done["result"], "sent")
        self.assertEqual(scan.wait(), 0, scan.lines.text())
        self.assertEqual(pages.wait_signed_in(browser), NAME)
        self.assertTrue(pages.is_signed_in(browser, portal))
        return question

    def test_c3_c6_c14_newer_portal_signs_the_browser_in(self):
        question = self.sign_in(NEWER)
        self.assertFalse(question["tells_browser"])
        self.assertEqual(question["account"], NAME)
        self.assertTrue(question["warnings"])

    def test_c3_c6_c14_older_portal_signs_the_browser_in(self):
        self.sign_in(OLDER)

    def test_b16_code_stands_on_220_pixels_without_a_border_and_is_read(self):
        portal, device = self.boxed(), self.device()
        browser = self.browser()
        text = pages.open_qr_window(browser, portal)
        width, row = browser.driver.execute_script(
            "const canvas = document.getElementById('qr-picture'), paint = canvas.getContext('2d');"
            "const at = paint.getImageData(0, Math.floor(6.5 * canvas.height / 49), canvas.width, 1).data;"
            "return [canvas.getBoundingClientRect().width, Array.from(at).filter((_, i) => i % 4 === 0)]")
        self.assertEqual(width, 220)
        self.assertEqual(len(row), 220)

        # Row 7 has a finder pattern at both ends, and modules that alternate between them.
        edges = [x for x in range(1, 220) if (row[x] < 128) != (row[x - 1] < 128)]
        self.assertEqual(edges, [module * 220 // 49 for module in range(7, 43)])
        picture = browser.photograph(self.folder / "login.png")
        self.assertIn(text, device.run("decode", "--show-secrets", picture, check=True).stdout)

    def test_c14_success_is_told_as_sent_and_mentions_the_one_time_code(self):
        portal, device = self.paired_boxed()
        browser = self.browser()
        _, film = self.film_of_qr(browser, portal)
        process, lines = device.start("scan", "--source", f"replay:{film}", "--headless")
        lines.wait_for(r"^Answer: approve")
        time.sleep(APPROVE_DELAY)
        device.answer(process, "approve")
        lines.wait_for(r"^Sent\. Look at the browser")
        self.assertEqual(process.wait(30), 0, lines.text())
        self.assertRegex(lines.text("out"), r"may ask for a one-time code")
        self.assertNotIn("Signed in", lines.text())

    def test_russian_device_says_what_it_cannot_know(self):
        portal, device = self.paired_boxed(language="ru")
        browser = self.browser(language="ru")
        scan, question = self.approve(device, browser, portal)
        self.assertIn("не сообщает", question["warnings"][0])
        self.assertIn("браузер", scan.event(state="done")["title"])
        self.assertEqual(scan.wait(), 0)
        self.assertEqual(pages.wait_signed_in(browser), NAME)

    def test_b12_two_step_account_is_asked_for_its_code_in_the_browser(self):
        portal, device = self.paired_boxed(otp=True)
        browser = self.browser()
        scan, _ = self.approve(device, browser, portal)
        self.assertEqual(scan.wait(), 0, scan.lines.text())
        browser.wait_shown("#otp-code")
        browser.open(portal.origin + "/admin")
        self.assertIsNone(browser.shown("#signed-in-as"), "the one-time code can be walked around")
        browser.open(portal.origin + "/")
        pages.type_one_time_code(browser, one_time_code(self.secret, fresh=True))
        self.assertEqual(pages.wait_signed_in(browser), NAME)

    def test_c3_denied_question_sends_nothing(self):
        portal, device = self.paired_boxed()
        browser = self.browser()
        before = portal.asked()
        scan = self.scan_of(device, browser, portal)
        scan.wait_asked()
        scan.answer("deny")
        self.assertEqual(scan.wait(), 6, scan.lines.text())
        self.assertNotIn(PUSH_TOKEN, portal.asked())
        self.assertEqual(portal.asked().count("checkout"), before.count("checkout"))
        self.assertFalse(pages.is_signed_in(browser, portal))

    def test_c4_code_of_another_portal_is_refused_and_nothing_is_sent(self):
        own = self.boxed("own")
        device = self.device()
        self.pair_boxed(device, own)
        other = self.boxed("other")
        browser = self.browser()
        at_own = own.request_lines()
        scan = self.scan_of(device, browser, other)
        self.assertEqual(scan.wait(), 5, scan.lines.text())
        self.assertEqual(scan.failure(), "challenge.other-portal")
        self.assertEqual(own.request_lines(), at_own, "the own portal heard something")
        self.assertFalse([a for a in other.asked() if a in ("checkout", "servercheck", PUSH_TOKEN)])

    def test_c12_lost_session_is_mended_once_on_both_generations(self):
        portal, device = self.paired_boxed()
        for config in (NEWER, OLDER):
            for key, value in config.items():
                portal.config(key, value)
            for setting in ("bitrix24.lose-session", "bitrix24.lose-csrf"):
                portal.config(setting, "1")
                browser = self.browser(f"{setting}-{len(config)}")
                scan, _ = self.approve(device, browser, portal)
                self.assertEqual(scan.wait(), 0, scan.lines.text())
                self.assertEqual(pages.wait_signed_in(browser), NAME)
                browser.stop()

    def test_c13_each_refusal_has_its_own_code_and_exit(self):
        portal, device = self.paired_boxed()
        browser = self.browser()
        cases = [("allow-qr", "off", "on", "portal.qr-disabled"),
                 ("push", "off", "on", "portal.push-off"),
                 ("bitrix24.token-fails", "on", "off", "portal.token-not-made"),
                 ("bitrix24.lose-session", "1000000", "0", "portal.session-lost"),
                 ("module.main", "21.700.0", "25.100.0", "portal.not-offered"),
                 ("module.mobile", "absent", "25.100.0", "portal.no-mobile")]
        _, film = self.film_of_qr(browser, portal)
        for setting, broken, whole, code in cases:
            with self.subTest(code):
                portal.config(setting, broken)
                scan = device.scan(f"replay:{film}")
                scan.wait_asked()
                scan.answer("approve")
                self.assertEqual(scan.failure(), code, scan.lines.text())
                self.assertEqual(scan.wait(), 7)
                portal.config(setting, whole)
                if setting.startswith("module.") or setting == "push":
                    portal.config("allow-qr", "on")
        self.assertFalse(pages.is_signed_in(browser, portal))

    def test_c17_lost_reply_is_told_as_unknown_and_not_sent_again(self):
        portal, device = self.paired_boxed(config={"bitrix24.reply-bytes": "0"})
        browser = self.browser()
        scan, _ = self.approve(device, browser, portal)
        self.assertEqual(scan.failure(), "net.no-receipt")
        self.assertEqual(scan.wait(), 8)
        self.assertEqual(portal.asked().count(PUSH_TOKEN), 1)
        # The portal had published it: "look at the browser" is what helps.
        self.assertEqual(pages.wait_signed_in(browser), NAME)


class Pairing(Bitrix24):
    def test_c9_captcha_is_shown_and_no_password_is_tried_twice(self):
        portal, device = self.boxed(config={"bitrix24.captcha-after": "2"}), self.device()
        login = device.pair_by_address(portal)
        login.trust()
        state = login.log_in(NAME, "wrong")
        self.assertEqual((state["need"], state["code"]), ("password", "portal.wrong-password"))
        state = login.log_in(NAME, "wrong too")
        self.assertEqual(portal.asked().count("checkout"), 2)
        self.assertEqual(state["code"], "portal.wrong-password")
        state = login.log_in(NAME, PASSWORD)
        self.assertEqual(state["need"], "captcha")
        self.assertEqual(open(state["picture"], "rb").read(4), b"\x89PNG")
        login.answer(portal.bitrix24("captcha")[-1].split("\t")[1])
        self.assertEqual(login.next_state()["state"], "confirming")
        self.assertEqual(login.keep()["state"], "paired")
        self.assertEqual(login.wait(), 0)

    def test_c8_one_time_code_is_asked_and_a_wrong_one_told(self):
        portal, device = self.boxed(otp=True), self.device()
        login = device.pair_by_address(portal)
        login.trust()
        self.assertEqual(login.log_in(NAME, PASSWORD)["need"], "otp")
        login.answer("000000")
        state = login.next_state()
        self.assertEqual((state["need"], state["code"]), ("otp", "portal.wrong-code"))
        login.answer(one_time_code(self.secret))
        self.assertEqual(login.next_state()["state"], "confirming")
        self.assertEqual(login.keep()["state"], "paired")

    def test_c10_application_password_made_by_hand_pairs_even_with_push_otp(self):
        portal = self.boxed(otp=True, config={"bitrix24.push-otp": "on"})
        device = self.device()
        login = device.pair_by_address(portal)
        login.trust()
        state = login.log_in(NAME, PASSWORD)
        self.assertTrue(state["push_otp"])
        login.process.terminate()
        self.assertEqual(login.wait(), 130)
        self.pair_boxed(device, portal, portal.bitrix24("app-password", NAME, "mobile")[0])
        browser = self.browser()
        scan, _ = self.approve(device, browser, portal)
        self.assertEqual(scan.wait(), 0, scan.lines.text())

    def test_c7_c16_only_the_application_password_is_kept_and_nothing_is_logged(self):
        portal, device = self.paired_boxed()
        kept = b"".join(p.read_bytes() for p in device.home.rglob("*") if p.is_file())
        self.assertNotIn(PASSWORD.encode(), kept)
        record = next(device.home.rglob("*.pairing")).read_text()
        secret = next(device.home.rglob("*.password"))
        self.assertEqual(secret.stat().st_mode & 0o777, 0o600)
        self.assertNotIn(secret.read_bytes()[7:23].decode(), record)

    def test_c15_revoked_password_asks_to_pair_again_and_deletes_nothing(self):
        portal, device = self.paired_boxed()
        desk = self.browser("desk")
        pages.sign_in_by_password(desk, portal, NAME, PASSWORD)
        pages.wait_signed_in(desk)
        desk.open(portal.origin + "/personal/passwords")
        desk.click(".app-password-delete")
        desk.wait_shown("#no-app-passwords")
        browser = self.browser()
        scan, _ = self.approve(device, browser, portal)
        self.assertEqual(scan.failure(), "portal.password-revoked")
        self.assertEqual(scan.wait(), 7)
        self.assertTrue(list(device.home.rglob("*.pairing")))

    def test_b9_password_of_another_kind_is_told_by_its_scope(self):
        portal, device = self.boxed(), self.device()
        login = device.pair_by_address(portal)
        login.trust()
        state = login.log_in(NAME, portal.bitrix24("app-password", NAME, "dav")[0])
        self.assertEqual((state["state"], state["code"]), ("failed", "portal.password-scope"))
        self.assertEqual(login.wait(), 7)

    def test_pin_of_another_key_is_refused_before_anything_is_typed(self):
        portal, device = self.boxed(), self.device()
        login = device.pair_by_address(portal, "--pin", "sha256//" + "A" * 43 + "=")
        self.assertEqual(login.next_state()["code"], "net.pin")
        self.assertEqual(login.wait(), 8)
        self.assertNotIn("checkout", portal.asked())

    def test_certificate_that_is_not_trusted_sends_nothing_more(self):
        portal, device = self.boxed(), self.device()
        login = device.pair_by_address(portal)
        self.assertEqual(login.next_state()["state"], "certificate")
        login.answer("no")
        self.assertEqual(login.wait(), 6, login.lines.text())
        self.assertNotIn("checkout", portal.asked())


class OnTheWire(Overheard):
    def confirm(self):
        browser = self.browser()
        scan, _ = self.approve(self.holder, browser, self.heard)
        self.assertEqual(scan.wait(), 0, scan.lines.text())
        pages.wait_signed_in(browser)
        return browser

    def test_c5_push_token_has_exactly_its_fields(self):
        self.confirm()
        sent = self.proxy.requests("ajax.php?action=" + PUSH_TOKEN)
        self.assertEqual(len(sent), 1)
        self.assertEqual(sent[0].method, "POST")
        fields = urllib.parse.parse_qs(sent[0].body.decode(), keep_blank_values=True)
        self.assertEqual(set(fields), {"siteId", "uniqueId", "channelTag", "redirectUrl", "sessid",
                                       "statement"})
        self.assertEqual(fields["redirectUrl"], [""])
        self.assertNotIn("Authorization", sent[0].headers)

    def test_c6_c7_checkout_brings_basic_and_names_the_device(self):
        self.confirm()
        logins = [h for h in self.proxy.requests("mobile_action=checkout") if h.method == "POST"]
        uuids = {h.headers["BX-APP-UUID"] for h in logins}
        self.assertEqual(len(uuids), 1, "the UUID stays the same")
        self.assertEqual(*[u for u in uuids], *[u.upper() for u in uuids])
        for heard in logins:
            self.assertTrue(heard.headers["Authorization"].startswith("Basic "))
            self.assertEqual(heard.headers["BX-APP-PASS"], "mobile")
            self.assertTrue(heard.headers["BX-DEVICE-NAME"])

    def test_c2_b24_to_is_never_asked_and_no_other_host(self):
        self.confirm()
        for heard in self.proxy.heard:
            self.assertIn(heard.headers["Host"], self.proxy.origin)

    def test_b14_signed_confirmation_passes_the_handler_and_an_unsigned_one_does_not(self):
        told = json.loads(self.holder.run("portals", "--json").stdout)
        self.heard.config("bitrix24.handler", "on")
        browser = self.browser()
        scan, _ = self.approve(self.holder, browser, self.heard)
        self.assertEqual(scan.failure(), "portal.refused")
        self.assertEqual(scan.wait(), 7)
        browser.stop()
        self.heard.bitrix24("statement-key", NAME, told["session_key"])
        browser = self.confirm()
        # What was heard, without its signature, is refused.
        sent = self.proxy.requests("ajax.php?action=" + PUSH_TOKEN)[-1]
        self.proxy.change = lambda heard: None
        fields = urllib.parse.parse_qs(sent.body.decode(), keep_blank_values=True)
        del fields["statement"]
        status, answer = self.proxy.send(sent, urllib.parse.urlencode(fields, doseq=True).encode())
        self.assertEqual((status, json.loads(answer)["errors"][0]["code"]), (200, "ERR_FROM_EVENT"))


class Doctor(Bitrix24):
    def checked(self, device):
        """The codes of all that doctor finds wrong with the portal."""
        lines = device.run("doctor", "--json").stdout.splitlines()
        return [e.get("code") for e in map(json.loads, lines)
                if e.get("event") == "check" and not e["ok"] and e["name"] not in ("camera", "typeface")]

    def test_doctor_names_the_fault_of_each_broken_portal(self):
        portal, device = self.paired_boxed()
        self.assertEqual(self.checked(device), [])
        cases = [("allow-qr", "off", "on", "portal.qr-disabled"),
                 ("push", "off", "on", "portal.push-off"),
                 ("module.mobile", "absent", "25.100.0", "portal.no-mobile"),
                 ("module.main", "21.700.0", "25.100.0", "portal.not-offered"),
                 ("bitrix24.lose-session", "1000000", "0", "portal.session-lost")]
        for setting, broken, whole, code in cases:
            with self.subTest(code):
                portal.config(setting, broken)
                self.assertIn(code, self.checked(device))
                portal.config(setting, whole)
                portal.config("allow-qr", "on")
        portal.stop()
        self.assertIn("net.unreachable", self.checked(device))

    def test_doctor_tells_a_password_of_another_kind_by_its_scope(self):
        portal, device = self.paired_boxed()
        with contextlib.closing(sqlite3.connect(portal.data / "portal.db")) as store, store:
            store.execute("UPDATE app_passwords SET application = 'dav'")
        self.assertEqual(self.checked(device), ["portal.password-scope"])
