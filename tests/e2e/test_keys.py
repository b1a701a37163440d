# SPDX-License-Identifier: MIT
"""The device's keys: sealed by a PIN, and renewed before they end."""
import json
import time

import pages
from parts import BUILD, run
from scenario import NAME, Scenario

PIN, WRONG = "246802", "135791"


class Keys(Scenario):
    def set_pin(self, device):
        self.assertEqual(device.run("pin", "set", input=PIN + "\n").returncode, 0)

    def scan_unlocking(self, device, film):
        """As far as the PIN."""
        scan = device.scan(f"replay:{film}")
        scan.event(state="unlocking")
        return scan

    def approve_with_pin(self, device, browser, portal):
        """A whole sign-in; returns what the device says at its end."""
        _, film = self.film_of_qr(browser, portal)
        scan = self.scan_unlocking(device, film)
        scan.answer(PIN)
        scan.wait_asked()
        scan.answer("approve")
        done = scan.event(state="done")
        pages.type_pickup_code(browser, done["pickup_code"])
        self.assertEqual(pages.wait_signed_in(browser), NAME)
        self.assertEqual(scan.wait(), 0, scan.lines.text())
        return done


class Pin(Keys):
    def test_pin_opens_the_way_into_a_portal_that_wants_one(self):
        portal, device = self.portal_and_device(config={"policy.user-verification": "on"})
        browser = self.browser()
        _, film = self.film_of_qr(browser, portal)
        scan = device.scan(f"replay:{film}")
        scan.wait_asked()
        scan.answer("approve")
        self.assertEqual(scan.failure(), "portal.uv-required")
        self.set_pin(device)
        self.approve_with_pin(device, self.browser("another"), portal)
        self.assertNotIn(PIN, "".join(portal.request_lines()))

    def test_wrong_pin_is_asked_again_and_nothing_is_sent(self):
        portal, device = self.portal_and_device()
        self.set_pin(device)
        browser = self.browser()
        _, film = self.film_of_qr(browser, portal)
        scan = self.scan_unlocking(device, film)
        scan.answer(WRONG)
        refused = scan.event(event="pin-refused")
        self.assertEqual((refused["code"], refused["wait_s"]), ("key.wrong-pin", 0))
        scan.process.stdin.close()
        self.assertEqual(scan.failure(), "key.wrong-pin")
        self.assertEqual(scan.wait(), 9)
        self.assertFalse(any("/resolve" in line for line in portal.request_lines()))
        self.assertFalse(pages.is_signed_in(browser, portal))

    def test_too_many_wrong_pins_wait_over_a_restart(self):
        portal, device = self.portal_and_device()
        # Before the wait of 30 s begins, which would be over on a slow machine.
        _, film = self.film_of_qr(self.browser(), portal)
        self.set_pin(device)
        for _ in range(3):
            self.assertEqual(device.run("pin", "remove", input=WRONG + "\n").returncode, 9)
        result = device.run("pin", "remove", "--json", input=PIN + "\n")
        self.assertEqual(result.returncode, 9)
        self.assertIn("key.wait", result.stdout)
        scan = self.scan_unlocking(device, film)
        scan.answer(PIN)
        self.assertEqual(scan.failure(), "key.wait")
        self.assertEqual(scan.wait(), 9)

    def test_device_with_a_pin_pairs_and_leaves(self):
        portal = self.portal()
        portal.add_user(NAME, "correct horse battery staple")
        device, desk = self.device(), self.browser("desk")
        self.set_pin(device)
        self.pair(device, portal, desk, pin=PIN)
        listed = json.loads(device.run("portals", "--json", check=True).stdout)
        result = device.run("forget", listed["id"], "--yes", input=WRONG + "\n")
        self.assertEqual(result.returncode, 9)
        self.assertTrue(device.run("portals", "--json").stdout, "a wrong PIN erases nothing")
        result = device.run("forget", listed["id"], "--yes", "--json", input=PIN + "\n", check=True)
        self.assertTrue(json.loads(result.stdout)["portal_told"])

        self.pair_again(device, portal, desk, pin=PIN)
        listed = json.loads(device.run("portals", "--json", check=True).stdout)
        result = device.run("forget", listed["id"], "--yes", "--json", input="\n", check=True)
        self.assertFalse(json.loads(result.stdout)["portal_told"])
        self.assertEqual(device.run("portals", "--json").stdout, "")

    def test_pin_is_changed_and_removed(self):
        portal, device = self.portal_and_device()
        self.set_pin(device)
        self.assertEqual(device.run("pin", "set", input=PIN + "\n").returncode, 2)
        self.assertEqual(device.run("pin", "change", input=f"{WRONG}\n1{PIN}\n").returncode, 9)
        device.run("pin", "change", input=f"{PIN}\n1{PIN}\n", check=True)
        self.assertEqual(device.run("pin", "remove", input=PIN + "\n").returncode, 9)
        device.run("pin", "remove", input=f"1{PIN}\n", check=True)
        browser = self.browser()
        code = self.approve_scan(device, browser, portal)
        pages.type_pickup_code(browser, code)
        self.assertEqual(pages.wait_signed_in(browser), NAME)


class AdministratorPin(Scenario):
    def say(self, device, *arguments, typed, code=0):
        result = device.run("pin", *arguments, "--administrator", "--json", input=typed)
        self.assertEqual(result.returncode, code, result.stderr)
        return json.loads(result.stdout.splitlines()[0])

    def checked(self, device):
        lines = map(json.loads, device.run("doctor", "--json").stdout.splitlines())
        return next(line for line in lines if line["name"] == "administrator-pin")

    def test_administrator_pin_is_another_one_than_that_of_the_keys(self):
        device = self.device()
        self.assertIn("pin set --administrator", self.checked(device)["detail"])
        self.assertEqual(self.say(device, "change", typed=f"{PIN}\n{WRONG}\n", code=2)["code"],
                         "administrator.not-set")
        self.assertEqual(self.say(device, "set", typed=PIN[1:] + "\n", code=2)["code"], "pin.form")
        self.assertEqual(self.say(device, "set", typed=PIN + "\n"),
                         {"event": "pin", "administrator": True, "set": True})
        self.assertEqual(self.say(device, "set", typed=PIN + "\n", code=2)["code"], "administrator.is-set")
        self.assertEqual(device.run("pin", "remove", input=PIN + "\n").returncode, 2)
        self.assertTrue(self.checked(device)["ok"])
        self.assertEqual(self.say(device, "change", typed=f"{WRONG}\n1{PIN}\n", code=9)["code"], "key.wrong-pin")
        self.say(device, "change", typed=f"{PIN}\n1{PIN}\n")
        self.assertEqual(self.say(device, "remove", typed=PIN + "\n", code=9)["code"], "key.wrong-pin")
        file = device.home / "data" / "qrconfirm" / "administrator.pin"
        whole = file.read_text()
        file.write_text(whole.replace("m=65536", "m=4194304"))
        self.assertEqual(self.checked(device)["code"], "administrator.damaged")
        self.assertEqual(self.say(device, "remove", typed=f"1{PIN}\n", code=9)["code"], "administrator.damaged")
        file.write_text(whole)
        self.assertFalse(self.say(device, "remove", typed=f"1{PIN}\n")["set"])
        self.assertFalse(file.exists())


class Renewal(Keys):
    @staticmethod
    def end_of_key(device):
        return json.loads(device.run("portals", "--json", check=True).stdout)["key_ends_at"]

    @staticmethod
    def rotations(portal):
        return [line for line in portal.request_lines() if "/rotate" in line]

    def test_key_outlives_its_end(self):
        browser = self.browser()  # before the 60 s begin in which the first key is used
        portal, device = self.portal_and_device(config={"time.session-key": "60"})
        portal.config("time.session-key", "7776000")
        end = self.end_of_key(device)
        pages.type_pickup_code(browser, self.approve_scan(device, browser, portal))
        self.assertEqual(len(self.rotations(portal)), 1)
        self.assertGreater(self.end_of_key(device), end + 80 * 86400)
        time.sleep(max(0, end + 1 - time.time()))  # the first key is over now
        browser = self.browser("later")
        pages.type_pickup_code(browser, self.approve_scan(device, browser, portal))
        self.assertEqual(pages.wait_signed_in(browser), NAME)
        self.assertEqual(len(self.rotations(portal)), 1)

    def test_sealed_key_is_renewed_when_the_pin_is_entered(self):
        portal, device = self.portal_and_device(config={"time.session-key": "3600"})
        self.set_pin(device)
        done = self.approve_with_pin(device, self.browser(), portal)
        self.assertTrue(done["key_ends_soon"])
        self.assertEqual(self.rotations(portal), [])
        self.assertEqual(device.run("renew", input=WRONG + "\n").returncode, 9)
        self.assertEqual(device.run("renew", input="").returncode, 9)
        portal.config("time.session-key", "7776000")
        result = device.run("renew", "--json", input=PIN + "\n", check=True)
        self.assertEqual(json.loads(result.stdout), {"event": "renewed", "keys": 1})
        self.assertEqual(len(self.rotations(portal)), 1)
        done = self.approve_with_pin(device, self.browser("later"), portal)
        self.assertNotIn("key_ends_soon", done)

    def test_sealed_key_is_renewed_by_the_pin_when_the_portal_asks(self):
        portal, device = self.portal_and_device()
        self.set_pin(device)
        run(BUILD / "qrportal", "devices", "renew", "--account", NAME, "--data", portal.data)
        done = self.approve_with_pin(device, self.browser(), portal)
        self.assertTrue(done["key_ends_soon"] and done["renewal_asked"])
        self.assertEqual(self.rotations(portal), [])
        result = device.run("renew", "--json", input=PIN + "\n", check=True)
        self.assertEqual(json.loads(result.stdout), {"event": "renewed", "keys": 1})
        self.assertEqual(len(self.rotations(portal)), 1)
        done = self.approve_with_pin(device, self.browser("later"), portal)
        self.assertNotIn("key_ends_soon", done)
        self.assertNotIn("renewal_asked", done)
