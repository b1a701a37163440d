# SPDX-License-Identifier: MIT
"""Two people with badges at one kiosk: each signs in as himself, by his own PIN."""
from by_http import Visitor
from parts import BUILD, run
from scenario import PASSWORD, Scenario, pair

PINS = {"anna": "246802", "boris": "975310"}


class People(Scenario):
    def setUp(self):
        super().setUp()
        self.at_portal = self.portal()
        for name in ("hall", *PINS):
            self.at_portal.add_user(name, PASSWORD)
        self.kiosk = self.device("kiosk")
        settings = self.kiosk.home / "config" / "qrconfirm" / "config.ini"
        settings.parent.mkdir(parents=True)
        settings.write_text("badges = 1\n")
        pair(self.kiosk, self.at_portal, self.folder, "hall")

    def manage(self, *command):
        return run(BUILD / "qrportal", *command, "--data", self.at_portal.data).stdout

    def badge(self, name):
        """Its number and its text."""
        return self.manage("badges", "add", name).split("\t")[:2]

    def show(self, *codes):
        """The kiosk, and before it one code after the other."""
        film = self.folder / "shown.mjpeg"
        parts = []
        for code in codes:
            part = self.folder / "part.mjpeg"
            run(BUILD / "camsim", "--code", code, "--frames", "6", "--out", part)
            parts.append(part.read_bytes())
        film.write_bytes(b"".join(parts))
        return self.kiosk.scan(f"replay:{film}")

    def choose_pin(self, scan, pin):
        scan.event(state="unlocking")
        scan.answer(pin)
        scan.event(state="badge-pin-again")
        scan.answer(pin)

    def first_use(self, name, badge):
        scan = self.show(badge)
        self.choose_pin(scan, PINS[name])
        digits = scan.event(state="typing-code")["pairing_code"]
        self.manage("badges", "confirm", name, digits)
        self.assertEqual(scan.event(state="confirming")["account"], name)
        scan.answer("yes")
        scan.event(state="paired")
        self.assertEqual(scan.wait(), 0, scan.lines.text())

    def begin(self, name, badge, *, code_first=False):
        """As far as the PIN of this person; the scan, and the browser that waits."""
        page = Visitor(self.at_portal.origin)
        code = page.new_code()
        scan = self.show(*((code, badge) if code_first else (badge, code)))
        scan.event(state="unlocking")
        scan.answer(PINS[name])
        return scan, page

    def sign_in(self, name, badge, **order):
        scan, page = self.begin(name, badge, **order)
        self.assertEqual(scan.wait_asked()["account"], name)
        scan.answer("approve")
        scan.event(state="done")
        self.assertEqual(scan.wait(), 0, scan.lines.text())
        self.assertEqual(page.state()["state"], "approved")

    def test_each_signs_in_as_himself_and_a_lost_badge_ends(self):
        _, anna = self.badge("anna")
        number, boris = self.badge("boris")
        self.first_use("anna", anna)
        self.sign_in("anna", anna)

        scan, page = self.begin("boris", anna)  # her badge, and another's PIN
        self.assertEqual(scan.event(event="pin-refused")["code"], "key.wrong-pin")
        scan.process.stdin.close()
        self.assertEqual(scan.failure(), "key.wrong-pin")
        self.assertEqual(page.state()["state"], "waiting")

        self.first_use("boris", boris)  # the kiosk keeps one person: she leaves
        scan = self.show(anna)
        self.choose_pin(scan, PINS["anna"])  # as for the first time
        scan.event(state="typing-code")
        scan.process.kill()

        self.sign_in("boris", boris, code_first=True)
        self.assertNotIn("boris", self.kiosk.run("portals").stdout + self.kiosk.run("log").stdout)
        self.manage("badges", "revoke", number)
        scan, _ = self.begin("boris", boris)
        self.assertEqual(scan.failure(), "badge.ended")
        scan = self.show(boris)
        self.choose_pin(scan, PINS["boris"])
        self.assertEqual(scan.failure(), "badge.refused")
