# SPDX-License-Identifier: MIT
"""The program ends while an answer is on its way: what the person is told, and may do, next."""
import re
import signal
import time

import pages
from parts import BUILD, Running, start
from scenario import Scenario


class OpenAnswers(Scenario):
    def setUp(self):
        super().setUp()
        self.proxy, self.portal_behind = self.behind_proxy()
        self.phone = self.device()
        desk = self.browser("desk")
        self.pair(self.phone, self.portal_behind, desk)
        desk.stop()
        self.visitor = self.browser()

    def end_while_sending(self, how, *, arrives, face="--json", word="approve"):
        """One scan, answered and ended by that signal; `arrives`: only the receipt is lost."""
        _, self.film = self.film_of_qr(self.visitor, self.portal_behind)
        (self.proxy.lose_reply if arrives else self.proxy.lose)("/decision")
        scan = self.phone.scan(f"replay:{self.film}")
        scan.wait_asked()
        scan.answer(word)
        lost = self.proxy.wait_lost()
        scan.process.send_signal(how)
        code = scan.wait()
        self.proxy.wait_quiet()  # what it sent at its end is lost too
        self.proxy.lose_nothing()
        return scan, code, lost

    def start_again(self, *options):
        return self.phone.scan(f"replay:{self.film}", "--timeout", "5", *options)

    def decisions_passed_on(self):
        return [h for h in self.proxy.requests("/decision") if h.status]

    def test_ctrl_c_says_what_is_open_and_the_next_start_withdraws_it(self):
        scan, code, lost = self.end_while_sending(signal.SIGINT, arrives=False)
        self.assertEqual(code, 130)
        scan.event(event="left-open")
        self.assertIn("answer.open", self.phone.run("doctor", "--json").stdout)
        self.assertIn('"open_answer"', self.phone.run("portals", "--json").stdout)

        again = self.start_again()
        asked = again.event(state="open-answer")
        self.assertEqual((asked["decision"], asked["account"]), ("approve", "anna"))
        self.assertIn("Chromium", asked["browser"])
        time.sleep(2)
        self.assertEqual(self.decisions_passed_on(), [], "sent before anybody was told")
        again.answer("withdraw")
        self.assertEqual(again.event(state="withdrawn")["result"], "withdrawn")
        again.event(state="aiming")  # and on to what it was started for
        again.wait()

        sent = self.decisions_passed_on()
        self.assertEqual(len(sent), 1)
        self.assertNotEqual(sent[0].body, lost.body, "the approval was sent")
        self.assertFalse(pages.is_signed_in(self.visitor, self.portal_behind))
        self.assertEqual(self.proxy.send(lost, lost.body)[0], 409)  # not even afterwards

    def test_killed_after_the_portal_decided_the_code_is_fetched(self):
        self.end_while_sending(signal.SIGKILL, arrives=True)
        process, lines = self.phone.start("scan", "--source", f"replay:{self.film}", "--headless",
                                          "--timeout", "5")
        lines.wait_for("send or withdraw")
        time.sleep(1.6)
        self.phone.answer(process, "send")
        code = lines.wait_for(r"^([0-9]{6})$").group(1)
        process.wait(30)
        pages.type_pickup_code(self.visitor, code)
        pages.wait_signed_in(self.visitor)
        self.assertNotIn("answer.open", self.phone.run("doctor", "--json").stdout)

    def test_term_before_it_arrived_and_sent_at_the_next_start(self):
        _, code, _ = self.end_while_sending(signal.SIGTERM, arrives=False)
        self.assertEqual(code, 130)
        again = self.start_again()
        again.event(state="open-answer")
        time.sleep(1.6)
        again.answer("send")
        done = again.event(state="done")
        self.assertEqual(done["account"], "anna")
        pages.type_pickup_code(self.visitor, done["pickup_code"])
        pages.wait_signed_in(self.visitor)

    def test_what_the_portal_took_is_not_withdrawn_but_told_with_its_code(self):
        self.end_while_sending(signal.SIGKILL, arrives=True)
        again = self.start_again()
        again.event(state="open-answer")
        again.answer("withdraw")
        done = again.event(state="done")
        self.assertEqual((done["withdrawal"], done["result"]), ("taken", "pickup-code"))
        self.assertRegex(done["pickup_code"], r"^\d{6}$")

    # At a kiosk the next person is another one.

    def kiosk_starts(self):
        """What its window tells of its screens, until it is ready for the next person."""
        process, lines = start("qrconfirm", BUILD / "qrconfirm", "scan", "--loop", "--verbose", "--source",
                               f"replay:{self.film}", env=dict(self.phone.env, SDL_VIDEODRIVER="dummy"))
        self.phone.running.append(process)
        lines.wait_for("screen: instructions", tag="err")
        self.assertNotIn("answer.open", self.phone.run("doctor", "--json").stdout)
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        screens = set(re.findall(r"screen: (\S+)", lines.text()))
        self.assertLessEqual(screens, {"withdrawing", "instructions"})

    def test_kiosk_withdraws_it_by_itself(self):
        _, _, lost = self.end_while_sending(signal.SIGKILL, arrives=False)
        self.kiosk_starts()
        sent = self.decisions_passed_on()
        self.assertEqual(len(sent), 1)
        self.assertNotEqual(sent[0].body, lost.body, "the approval was sent")
        self.assertFalse(pages.is_signed_in(self.visitor, self.portal_behind))

    def test_kiosk_neither_shows_nor_ends_what_the_portal_took(self):
        self.end_while_sending(signal.SIGKILL, arrives=True)
        self.kiosk_starts()
        self.assertEqual(self.proxy.requests("/endsession"), [])

    def test_nobody_there_sends_nothing(self):
        self.end_while_sending(signal.SIGKILL, arrives=False)
        again = Running(*self.phone.start("scan", "--json", "--source", f"replay:{self.film}"))
        again.event(state="open-answer")
        again.process.stdin.close()
        self.assertEqual(again.wait(), 6)
        self.assertEqual(self.decisions_passed_on(), [])
        self.assertIn("answer.open", self.phone.run("doctor", "--json").stdout)  # still
