# SPDX-License-Identifier: MIT
"""The browser's half of the protocol at the portal in Python, as fixtures/protocol/browser.json has it."""
from browser_vectors import VECTORS, Dialogue
from test_python_portal import Shared as SharedPortal


class BrowserHalf(SharedPortal):
    """Without marks, which it has none of."""

    def test_dialogues_of_a_page(self):
        for dialogue in VECTORS["dialogue"]:
            with self.subTest(dialogue["name"]):
                Dialogue(self, self.site.origin, self.phone, self.folder).play(dialogue["steps"])
