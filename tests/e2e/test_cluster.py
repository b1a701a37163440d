# SPDX-License-Identifier: MIT
"""Several instances of one portal: any of them serves any request of a sign-in, and one that is
killed, or a database that goes away, in the middle of any step loses none."""
import threading
import time

import pages
from cluster import Cluster, Database
from parts import PartFailed
from scenario import NAME, PASSWORD, Scenario, pair

STEPS = ("opened", "asked", "approved", "typed")
AWAY = 3.0  # seconds that the database is away


class Clustered(Scenario):
    def setUp(self):
        super().setUp()
        self.database = Database()
        self.addCleanup(self.database.remove)
        self.cluster = Cluster(self.folder, self.database)
        self.addCleanup(self.cluster.stop)
        self.cluster.add_user(NAME, PASSWORD)

    def sign_in(self, device, browser, between=lambda step: None):
        """Once; `between` is called after each step with its name."""
        _, film = self.film_of_qr(browser, self.cluster)
        between("opened")
        scan = device.scan(f"replay:{film}")
        scan.wait_asked()
        pages.wait_qr_state(browser, "scanned")
        between("asked")
        scan.answer("approve")
        code = scan.event(state="done")["pickup_code"]
        between("approved")
        pages.type_pickup_code(browser, code)
        self.assertEqual(pages.wait_signed_in(browser), NAME)
        between("typed")
        self.assertTrue(pages.is_signed_in(browser, self.cluster))
        self.assertEqual(scan.wait(), 0, scan.lines.text())


class TwoInstances(Clustered):
    def test_any_instance_serves_any_request(self):
        device, browser = self.device(), self.browser()
        pair(device, self.cluster, self.folder)
        for _ in range(2):
            self.sign_in(device, browser)
            browser.leave("#log-out")
        for each in self.cluster.instances():
            for part in ("/qr-login/v1/challenge", "/qr-login/v1/"):
                self.assertGreater(len(self.cluster.requests(each, part)), 0,
                                   f"{each.data.name} saw no {part}")
            self.assertEqual(each.lines.text("err"), "")

    def test_window_at_one_hears_what_the_other_was_told(self):
        """The device speaks to the other instance alone; the window hears of it at once."""
        device, browser = self.device(), self.browser()
        pair(device, self.cluster, self.folder)
        _, film = self.film_of_qr(browser, self.cluster)
        self.cluster.two.kill()  # now the window is at the first
        scan = device.scan(f"replay:{film}")
        scan.wait_asked()
        pages.wait_qr_state(browser, "scanned")
        self.cluster.two.serve()
        self.cluster.wait_all_up()
        scan.answer("approve")
        pages.type_pickup_code(browser, scan.event(state="done")["pickup_code"])
        self.assertEqual(pages.wait_signed_in(browser), NAME)


class OneKilled(Clustered):
    def killed_after(self, wanted):
        device, browser = self.device(), self.browser()
        pair(device, self.cluster, self.folder)
        for victim in self.cluster.instances():
            def between(step, victim=victim):
                if step == wanted:
                    victim.kill()
            self.sign_in(device, browser, between)
            victim.serve()
            self.cluster.wait_all_up()
            browser.leave("#log-out")

    def test_after_the_window_opened(self):
        self.killed_after("opened")

    def test_while_the_person_is_asked(self):
        self.killed_after("asked")

    def test_after_the_approval(self):
        self.killed_after("approved")

    def test_after_the_code_was_typed(self):
        self.killed_after("typed")


class DatabaseAway(Clustered):
    def away(self):
        self.database.stop()
        threading.Timer(AWAY, self.database.start).start()

    def test_in_the_middle_of_a_sign_in(self):
        device, browser = self.device(), self.browser()
        pair(device, self.cluster, self.folder)

        def between(step):
            if step == "asked":
                self.away()
            elif step == "approved":
                for each in self.cluster.instances():
                    self.assertTrue(each.is_up())
        self.sign_in(device, browser, between)
