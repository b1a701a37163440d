# SPDX-License-Identifier: MIT
"""The relay drill: a page that forwards a genuine code of somebody else's browser."""
import http.server
import threading
import urllib.request

from by_http import Visitor
from parts import picture_of
from scenario import NAME, PASSWORD, Scenario, pair

ATTACKER = "127.0.0.9"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0"
MALLORY = "mallory"


class Lure:
    """Shows whoever comes the code of the attacker's own browser, fresh each time: "scan to win"."""

    def __init__(self, attacker, folder):
        class Page(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                picture = picture_of(attacker.new_code(), folder / "forwarded.png").read_bytes()
                self.send_response(200)
                self.send_header("Content-Type", "image/png")
                self.end_headers()
                self.wfile.write(picture)

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def seen(self, out):
        """What the person before the page photographs."""
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(self.url, timeout=30) as reply:
            out.write_bytes(reply.read())
        return out


class Relay(Scenario):
    def setUp(self):
        super().setUp()
        self.site, self.phone = self.portal_and_device()
        self.attacker = Visitor(self.site.origin, ATTACKER, FIREFOX)
        self.lure = Lure(self.attacker, self.folder)
        self.addCleanup(self.lure.stop)

    def fall_for_it(self):
        """The person scans and approves; what was asked, and what the device said at the end."""
        scan = self.phone.scan(f"image:{self.lure.seen(self.folder / 'seen.png')}")
        question = scan.wait_asked()
        scan.answer("approve")
        done = scan.event(state="done")
        self.assertEqual(scan.wait(), 0, scan.lines.text())
        return question, done

    def expect_nobody_is_signed_in(self):
        self.assertNotIn(f'data-name="{NAME}"', self.attacker.call("/"))

    def expect_digits(self, question):
        self.assertEqual(question["address"], ATTACKER)
        self.assertIn("Firefox", question["browser"])
        self.assertIs(question["same_network"], False)
        self.assertIs(question["known_browser"], False)
        self.assertIs(question["pickup_code_follows"], True)
        self.assertTrue(question["warnings"])

    def test_question_shows_the_attacker_and_an_approval_alone_gives_nothing(self):
        question, done = self.fall_for_it()
        self.expect_digits(question)
        state = self.attacker.state()
        self.assertEqual((state["state"], state["code_required"]), ("approved", True))
        self.assertNotIn(done["pickup_code"], str(state))

        self.assertEqual(self.attacker.refusal("/qr-login/v1/claim", {}), "malformed")
        wrong = "000000" if done["pickup_code"] != "000000" else "111111"
        for _ in range(3):
            self.assertEqual(self.attacker.refusal("/qr-login/v1/claim", {"code": wrong}), "wrong-code")
        self.assertEqual(self.attacker.refusal("/qr-login/v1/claim", {"code": done["pickup_code"]}),
                         "challenge-decided")
        self.expect_nobody_is_signed_in()

    def test_mark_of_the_attacker_does_not_cancel_the_digits(self):
        self.site.add_user(MALLORY, PASSWORD)
        own = self.device("own")
        pair(own, self.site, self.folder, MALLORY)
        scan = own.scan(f"image:{picture_of(self.attacker.new_code(), self.folder / 'own.png')}")
        scan.wait_asked()
        scan.answer("approve")
        self.attacker.call("/qr-login/v1/claim", {"code": scan.event(state="done")["pickup_code"]})
        self.attacker.call("/devices/mark", {"mark": "on"}, form=True)
        self.attacker.call("/logout", {}, form=True)

        question, _ = self.fall_for_it()
        self.expect_digits(question)
        self.assertEqual(self.attacker.refusal("/qr-login/v1/claim", {}), "malformed")
        self.expect_nobody_is_signed_in()
