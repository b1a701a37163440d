# SPDX-License-Identifier: MIT
"""The portal's half of a badge, with a kiosk that this test plays by the messages of the protocol."""
import html
import json
import re
import urllib.error

from by_http import Visitor
from parts import BUILD, picture_of, run
from played_kiosk import KIOSK, PIN_ENTERED, Keyholder, unbase32
from scenario import NAME, PASSWORD, Scenario


class Badges(Scenario):
    def qrportal(self, *words, **options):
        return run(BUILD / "qrportal", *words, "--data", self.served.data, **options)

    def begin(self):
        """A portal, a kiosk of an account of its own, and anna with a badge."""
        self.served = self.portal()
        self.served.add_user(NAME, PASSWORD)
        self.served.add_user("hall", PASSWORD)
        token = self.qrportal("tokens", "add", "hall").stdout.split("\t")[1]
        kiosk = Keyholder(self.served.origin)
        self.assertEqual(kiosk.enrol(unbase32(token.split(":")[2]), KIOSK, "Hall 3")["state"], 2)
        number, badge, label = self.qrportal("badges", "add", NAME, "--label", "Card").stdout.strip().split("\t")
        self.assertEqual((number, label), ("1", "Card"))
        return kiosk, badge

    def first_use(self, kiosk, badge):
        person = Keyholder(self.served.origin, kiosk)
        return person, person.enrol(unbase32(badge.split(":")[3]), KIOSK | PIN_ENTERED, "Hall 3")

    def page(self, visitor, path, form):
        """The page after it, whatever its status."""
        try:
            return visitor.call(path, form, form=True)
        except urllib.error.HTTPError as error:
            return error.read().decode()

    def test_person_signs_in_by_a_badge_that_the_portal_gave(self):
        kiosk, badge = self.begin()
        self.administrator_types_the_digits(kiosk, badge)
        read = json.loads(run(BUILD / "qrconfirm", "decode", "--json",
                              picture_of(badge, self.folder / "badge.png")).stdout.splitlines()[0])
        self.assertEqual(read["kind"], "badge", read)

        # A picture of the badge alone begins nothing.
        self.assertEqual(self.first_use(None, badge)[1], "policy-denied")
        person, told = self.first_use(kiosk, badge)
        self.assertEqual((told["state"], told["account_name"]), (1, ""))

        desk = Visitor(self.served.origin)
        desk.log_in(NAME, PASSWORD)
        self.assertIn('id="devices-waits"', desk.call("/devices"))
        page = desk.call("/badges")
        self.assertRegex(page, r'id="first-use-kiosk">Hall 3<')
        self.assertRegex(page, r'id="first-use-owner">hall<')
        row = re.search(r'name="first-use" value="([0-9]+)"', page).group(1)

        # Another account cannot touch it, and wrong digits are counted.
        other = Visitor(self.served.origin)
        other.log_in("hall", PASSWORD)
        self.page(other, "/badges/confirm", {"first-use": row, "code": told["pairing_code"]})
        self.assertEqual(person.ask_again()["state"], 1)
        wrong = "000000" if told["pairing_code"] != "000000" else "000001"
        self.assertIn('id="first-use-tries-left">2<',
                      self.page(desk, "/badges/confirm", {"first-use": row, "code": wrong}))
        devices = desk.call("/badges/confirm", {"first-use": row, "code": told["pairing_code"]}, form=True)
        self.assertIn("device-badge", devices)
        self.assertEqual(person.ask_again()["account_name"], NAME)

        self.signs_in(person)
        self.lost_badge_is_withdrawn(desk, person)

    def signs_in(self, person):
        window = Visitor(self.served.origin)
        context = person.resolve(window.new_code())
        self.assertTrue(context["flags"] & 8, "the PIN is asked for")
        shown = person.body
        self.assertEqual(person.approve(pin_entered=False), "uv-required")
        person.body = shown
        receipt = person.approve(pin_entered=True)
        self.assertEqual(receipt["result"], 3)
        window.call("/qr-login/v1/claim", {"code": receipt["pickup_code"]})
        self.assertRegex(window.call("/"), f'id="signed-in-as" data-name="{NAME}"')

    def lost_badge_is_withdrawn(self, desk, person):
        window = Visitor(self.served.origin)
        person.resolve(window.new_code())
        self.assertIn('data-live="no"', desk.call("/badges/revoke", {"badge": "1"}, form=True))
        self.assertEqual(person.approve(pin_entered=True), "device-revoked")
        self.assertRegex(self.qrportal("badges", "list", NAME).stdout, f"^1\t{NAME}\twithdrawn\t.*\t0\tCard\n$")

    def administrator_types_the_digits(self, kiosk, badge):
        nobody = self.qrportal("badges", "confirm", NAME, "123456", check=False)
        self.assertEqual((nobody.returncode, "waits" in nobody.stderr), (2, True))
        person, told = self.first_use(kiosk, badge)
        digits = told["pairing_code"]
        wrong = self.qrportal("badges", "confirm", NAME, "000000" if digits != "000000" else "000001", check=False)
        self.assertEqual((wrong.returncode, wrong.stderr), (2, 'qrportal: other digits than the kiosk "Hall 3" of '
                                                               "hall shows: 2 tries left\n"))
        self.served.config("allow-qr", "off")
        off = self.qrportal("badges", "confirm", NAME, digits, check=False)
        self.assertEqual((off.returncode, "allow-qr" in off.stderr), (2, True))
        self.served.config("allow-qr", "on")
        done = self.qrportal("badges", "confirm", NAME, f"{digits[:3]} {digits[3:]}")
        self.assertEqual(done.stdout, f'qrportal: {NAME} may sign in at the kiosk "Hall 3" of hall\n')
        self.assertEqual(person.ask_again()["state"], 2)

        # She says no to the next one, which is not she.
        thief, told = self.first_use(kiosk, badge)
        desk = Visitor(self.served.origin)
        desk.log_in(NAME, PASSWORD)
        row = re.search(r'name="first-use" value="([0-9]+)"', desk.call("/badges")).group(1)
        desk.call("/badges/refuse", {"first-use": row}, form=True)
        self.assertEqual(thief.ask_again(), "enrolment-refused")
        self.badges_are_printed()

    def badges_are_printed(self):
        # The page holds a code that a kiosk can read, and the name as it is written.
        self.qrportal("user", "add", "eve", "--display-name", "<b>Eve & \"Co\"</b>", input=PASSWORD + "\n")
        page = self.qrportal("badges", "add", "eve", "--page").stdout
        self.assertNotIn("<b>", page)
        self.assertIn(html.escape('<b>Eve & "Co"</b>', quote=False).replace('"', "&quot;"), page)
        self.assertRegex(page, r'<svg viewBox="0 0 37 37"')
        table = self.qrportal("badges", "add", "eve", "--csv", "--expires", "12h").stdout
        self.assertRegex(table, r'(?s)^number,account,name,label,badge,expires\n3,eve,"<b>Eve & ""Co""</b>",badge,'
                                r'QRB:1:[A-Z2-7]{13}:[A-Z2-7]{26},[0-9T:Z-]+\n$')
        self.assertEqual(self.qrportal("badges", "revoke-all", "eve").stdout, "qrportal: 2 badges of eve are withdrawn\n")
