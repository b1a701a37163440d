# SPDX-License-Identifier: MIT
"""The browser's half of the protocol at qrportal, as fixtures/protocol/browser.json has it."""
import unittest

from browser_vectors import MARK, VECTORS, Dialogue, fault_of_state
from scenario import Scenario


class PageStates(unittest.TestCase):
    def test_page_states_are_told_apart(self):
        for vector in VECTORS["page_state"]:
            with self.subTest(vector["why"]):
                self.assertEqual(fault_of_state(vector["state"]) is None, vector["ok"])


class BrowserHalf(Scenario):
    def test_dialogues_of_a_page(self):
        portal, device = self.portal_and_device()
        for dialogue in VECTORS["dialogue"]:
            with self.subTest(dialogue["name"]):
                Dialogue(self, portal.origin, device, self.folder).play(dialogue["steps"])

    def test_dialogues_of_a_marked_browser(self):
        portal, device = self.portal_and_device()
        for dialogue in VECTORS["marked"]:
            with self.subTest(dialogue["name"]):
                page = Dialogue(self, portal.origin, device, self.folder)
                self.mark(page, portal)
                page.play(dialogue["steps"])

    def mark(self, page, portal):
        """As its owner does, with the box behind a sign-in by digits."""
        page.play([{"call": "POST challenge", "body": {}, "status": 201, "qr": "new", "state": "waiting"},
                   {"device": "approves"},
                   {"call": "POST claim", "body": {"code": "RIGHT"}, "status": 200, "next": "done"}])
        status, *_ = page.browser.send("POST /devices/mark", {"mark": "on"},
                                       {"type": "application/x-www-form-urlencoded"}, form=True)
        self.assertEqual(status, 303)
        self.assertIn(MARK, page.browser.cookies)
        page.browser.send("POST /logout", {}, {"type": "application/x-www-form-urlencoded"}, form=True)
        page.digits = None
