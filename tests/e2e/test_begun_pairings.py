# SPDX-License-Identifier: MIT
"""The program ends in the middle of a pairing: the next start goes on with it, on every face."""
import re
import signal
import time

from by_http import Visitor
from parts import APPROVE_DELAY, Running, picture_of
from scenario import NAME, PASSWORD, Scenario

PIN = "246802"


class BegunPairings(Scenario):
    def setUp(self):
        super().setUp()
        self.proxy, self.portal_behind = self.behind_proxy()
        self.phone = self.device()
        self.desk = Visitor(self.portal_behind.origin)
        self.desk.log_in(NAME, PASSWORD)

    def begin(self):
        """`pair`, up to the yes to the host."""
        picture = picture_of(self.desk.pairing_code(), self.folder / "pairing.png")
        running = Running(*self.phone.start("pair", "--json", "--source", f"image:{picture}"))
        running.event(state="pair-asking")
        running.answer("yes")
        return running

    def kill(self, running):
        running.process.send_signal(signal.SIGKILL)
        running.process.wait()

    def killed_at_the_digits(self):
        running = self.begin()
        digits = running.event(state="typing-code")["pairing_code"]
        self.kill(running)
        return digits

    def start_again(self, command="scan"):
        code = picture_of(self.desk.new_code(), self.folder / "login.png")
        return Running(*self.phone.start(command, "--json", "--source", f"image:{code}", "--timeout", "20"))

    def keep_and_sign_in(self, running):
        """The scan that was started for goes on, and the pairing works."""
        self.assertEqual(running.event(state="confirming")["account"], NAME)
        running.answer("yes")
        running.event(state="paired")
        running.event(state="asking")
        time.sleep(APPROVE_DELAY)
        running.answer("approve")
        running.event(state="done")
        self.assertEqual(running.wait(), 0)
        self.assertNotIn("pairing.begun", self.phone.run("doctor", "--json").stdout)

    def active_devices(self):
        return len(re.findall(r'data-revoked="no"', self.desk.call("/devices")))

    def files(self):
        return sorted(p.name for p in (self.phone.home / "data" / "qrconfirm").iterdir()
                      if p.suffix in (".enrol", ".key", ".pairing"))

    def test_killed_before_the_reply_came(self):
        self.proxy.lose_reply("/enrol")
        running = self.begin()
        self.proxy.wait_lost()
        self.kill(running)
        self.proxy.wait_quiet()
        self.proxy.lose_nothing()
        again = self.start_again()
        asked = again.event(state="enrolling")
        self.assertEqual((asked["resumed"], asked["origin"]), (True, self.portal_behind.origin))
        self.desk.confirm_pairing(again.event(state="typing-code")["pairing_code"])
        self.keep_and_sign_in(again)

    def test_killed_while_the_digits_stand(self):
        digits = self.killed_at_the_digits()
        self.assertIn("pairing.begun", self.phone.run("doctor", "--json").stdout)
        self.assertIn('"begun-pairing"', self.phone.run("portals", "--json").stdout)
        again = self.start_again()
        self.assertEqual(again.event(state="typing-code")["pairing_code"], digits)
        self.desk.confirm_pairing(digits)
        self.keep_and_sign_in(again)

    def test_killed_after_the_browser_confirmed(self):
        self.desk.confirm_pairing(self.killed_at_the_digits())
        self.keep_and_sign_in(self.start_again())

    def test_killed_at_the_question(self):
        running = self.begin()
        self.desk.confirm_pairing(running.event(state="typing-code")["pairing_code"])
        running.event(state="confirming")
        self.kill(running)
        self.keep_and_sign_in(self.start_again())

    def test_pair_finishes_it_and_is_done(self):
        self.desk.confirm_pairing(self.killed_at_the_digits())
        process, lines = self.phone.start("pair", "--headless", "--source", "image:" + str(self.folder / "pairing.png"))
        lines.wait_for("yes or no")
        self.phone.answer(process, "yes")
        self.assertEqual(process.wait(30), 0)
        self.assertEqual(self.active_devices(), 1)

    def test_with_a_pin_it_is_asked_for_first(self):
        self.phone.run("pin", "set", input=PIN + "\n", check=True)
        running = self.begin()
        running.event(state="unlocking")
        running.answer(PIN)
        self.desk.confirm_pairing(running.event(state="typing-code")["pairing_code"])
        running.event(state="confirming")
        self.kill(running)
        again = self.start_again()
        again.event(state="unlocking")
        again.answer(PIN)
        again.event(state="confirming")
        again.answer("no")
        again.event(state="refused")
        self.kill(again)
        self.assertEqual(self.active_devices(), 0)
        self.assertEqual(self.files(), [])

    def test_given_up_after_the_browser_confirmed_leaves_no_device(self):
        self.desk.confirm_pairing(self.killed_at_the_digits())
        again = self.start_again()
        again.event(state="confirming")
        self.assertEqual(self.active_devices(), 1)
        again.answer("no")
        again.event(state="refused")
        again.event(state="failed")  # and on to the scan, of a portal it is not paired with
        again.wait()
        self.assertEqual(self.active_devices(), 0)
        self.assertEqual(self.files(), [])

    def test_given_up_while_the_digits_stand(self):
        self.killed_at_the_digits()
        again = self.start_again()
        again.event(state="typing-code")
        again.answer("no")
        self.assertEqual(again.event(state="refused")["given_up"], "untyped")
        again.wait()
        self.assertEqual(self.active_devices(), 0)
        self.assertEqual(self.files(), [])

    def test_forget_gives_it_up(self):
        self.desk.confirm_pairing(self.killed_at_the_digits())
        begun = re.search(r'"event":"begun-pairing","id":"([0-9a-f]+)"', self.phone.run("portals", "--json").stdout)
        told = self.phone.run("forget", begun.group(1), "--yes", "--json", check=True).stdout
        self.assertIn('"portal_told":true', told)
        self.assertEqual(self.active_devices(), 0)
        self.assertEqual(self.files(), [])

    def test_portal_that_does_not_answer_holds_up_no_scan(self):
        self.killed_at_the_digits()
        self.portal_behind.stop()
        again = Running(*self.phone.start("scan", "--json", "--source", f"image:{self.folder / 'pairing.png'}"))
        self.assertEqual(again.event(state="failed")["code"][:4], "net.")
        again.event(state="aiming")
        again.wait()
        self.assertIn("pairing.begun", self.phone.run("doctor", "--json").stdout)

    def test_nobody_there_leaves_it_begun(self):
        self.desk.confirm_pairing(self.killed_at_the_digits())
        again = self.start_again("pair")
        again.event(state="confirming")
        again.process.stdin.close()  # nobody is there: it stays
        self.assertEqual(again.wait(), 6)
        self.assertEqual(self.active_devices(), 1)
        self.assertIn("pending.enrol", self.files())
