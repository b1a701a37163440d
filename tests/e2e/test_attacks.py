# SPDX-License-Identifier: MIT
"""Somebody on the way, who even holds the portal's TLS key, gains nothing by it."""
import base64
import json
import re

import pages
from scenario import NAME, Scenario, pair
from test_refusals import post


class Attacks(Scenario):
    def setUp(self):
        super().setUp()
        self.proxy, portal = self.behind_proxy()
        self.attacked = portal
        self.holder = self.device()
        pair(self.holder, portal, self.folder)
        self.victim = self.browser()

    def scan_with(self, change):
        _, film = self.film_of_qr(self.victim, self.attacked)
        self.proxy.change = change
        return self.holder.scan(f"replay:{film}", "--timeout", "20")

    def assert_nothing_approved(self):
        self.assertFalse(self.proxy.replies_to("/decision"), "an answer was sent")
        self.assertFalse(pages.is_signed_in(self.victim, self.attacked))

    def test_decision_sent_again_gives_the_same_receipt_and_no_second_session(self):
        code = self.approve_scan(self.holder, self.victim, self.attacked)
        pages.type_pickup_code(self.victim, code)
        pages.wait_signed_in(self.victim)
        sent = self.proxy.replies_to("/decision")[0]
        status, again = post(self.attacked.origin + "/qr-login/v1/decision", json.loads(sent.body),
                             self.attacked.origin)
        self.assertEqual(status, 200)
        self.assertEqual(again, json.loads(sent.reply), "not the stored receipt, byte for byte")
        stranger = self.browser("stranger")
        self.assertFalse(pages.is_signed_in(stranger, self.attacked))
        # The code is spent: typing it at another page of the victim's gains nothing.
        cookie = next(h.headers["Cookie"] for h in self.proxy.replies_to("/claim"))
        status, problem = post(self.attacked.origin + "/qr-login/v1/claim", {"code": code},
                               self.attacked.origin, cookie)
        self.assertEqual((status, problem["code"]), (409, "challenge-claimed"))

    def test_decision_changed_on_its_way_is_refused(self):
        code = self.approve_scan(self.holder, self.victim, self.attacked)
        self.assertTrue(code)
        envelope = json.loads(self.proxy.replies_to("/decision")[0].body)
        body = bytearray(base64.b64decode(envelope["payload"]))
        body[106] = 2  # approve becomes deny
        envelope["payload"] = base64.b64encode(bytes(body)).decode()
        status, problem = post(self.attacked.origin + "/qr-login/v1/decision", envelope,
                               self.attacked.origin)
        self.assertEqual((status, problem["code"]), (403, "bad-signature"))

    def test_context_with_a_wrong_signature_is_not_shown(self):
        def flip(heard):
            if not heard.path.endswith("/resolve") or heard.status != 200:
                return None
            envelope = json.loads(heard.reply)
            signature = bytearray(base64.b64decode(envelope["signatures"][0]["sig"]))
            signature[0] ^= 1
            envelope["signatures"][0]["sig"] = base64.b64encode(bytes(signature)).decode()
            return 200, [("Content-Type", "application/json")], json.dumps(envelope).encode()

        scan = self.scan_with(flip)
        self.assertEqual(scan.wait(90), 8, scan.lines.text())
        self.assertEqual(scan.failure(), "net.reply")
        self.assertFalse(re.search('"state": ?"asking"', scan.lines.text("out")))
        self.assert_nothing_approved()

    def test_context_with_another_account_is_not_shown(self):
        def rename(heard):
            if not heard.path.endswith("/resolve") or heard.status != 200:
                return None
            envelope = json.loads(heard.reply)
            body = base64.b64decode(envelope["payload"]).replace(NAME.encode(), b"boss")
            envelope["payload"] = base64.b64encode(body).decode()
            return 200, [("Content-Type", "application/json")], json.dumps(envelope).encode()

        scan = self.scan_with(rename)
        self.assertEqual(scan.wait(90), 8, scan.lines.text())
        self.assertEqual(scan.failure(), "net.reply")
        self.assertNotIn("boss", scan.lines.text("out"))
        self.assert_nothing_approved()

    def test_hostile_replies_end_in_one_clear_failure(self):
        kind = [("Content-Type", "application/json")]
        replies = [
            (200, [("Content-Type", "text/html")], b"<h1>It works</h1>"),
            (200, kind, b'{"payloadType":"application/vnd.qrlog'),
            (200, kind, b"[" * 100000),
            (200, kind, b""),
            (302, [("Location", "https://attacker.example/")], b""),
            (403, [("Content-Type", "application/problem+json")], b'{"code":"\\u0000"}'),
        ]
        given = []

        def another_each_time(heard):
            if not heard.path.endswith("/resolve"):
                return None
            given.append(replies[len(given) % len(replies)])
            return given[-1]

        scan = self.scan_with(another_each_time)
        self.assertEqual(scan.wait(90), 8, scan.lines.text())
        self.assertTrue(scan.failure().startswith("net."))
        self.assertGreaterEqual(len(given), len(replies), "not every reply was heard")
        self.assertEqual(len(scan.lines.text("err").splitlines()), 1, scan.lines.text("err"))
        self.assert_nothing_approved()
