# SPDX-License-Identifier: MIT
"""The portal in Python of docs/examples/portal, with the real device, and browsers by plain HTTP."""
import base64
import concurrent.futures
import http.client
import json
import re
import signal
import ssl
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from by_http import PATIENCE, Visitor
from parts import TOP, Device, PartFailed, Running, own_address, picture_of, run, start
from proxy import Heard, Proxy
from scenario import NAME, PASSWORD, Scenario

SERVER = TOP / "docs" / "examples" / "portal" / "server.py"
PYTHON = ("/usr/bin/python3", "-B")
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
# The same program with another constant: nobody waits 120 seconds in a test.
WITH = "import sys; sys.path.insert(0, {folder!r}); import portal; portal.{change}; import server; server.main()"


class PythonPortal:
    """It is what a developer starts: a program, with a certificate of its own."""

    program = (SERVER,)

    def __init__(self, folder, base_url=None):
        self.folder, self.listen = folder, own_address()
        self.origin = base_url or "https://localhost:" + self.listen.rpartition(":")[2]

    def command(self, *words, input=""):
        run(*PYTHON, SERVER, "--data", self.folder, *words, input=input)

    def serve(self, *options, change=None):
        program = ("-c", WITH.format(folder=str(SERVER.parent), change=change)) if change else self.program
        self.process, self.lines = start("python portal", *PYTHON, *program, "serve", "--data", self.folder,
                                         "--listen", self.listen, "--base-url", self.origin, *options)
        self.lines.wait_for("listening on " + re.escape(self.origin))

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        if code != 0 or self.lines.text("err"):
            raise PartFailed(f"python portal: exit code {code}:\n{self.lines.text()}")

    def asked(self, path_end):
        """How many such requests it has logged."""
        return len(re.findall(re.escape(path_end) + " ", self.lines.text("out")))


class Page(Visitor):
    """A browser with the login page open."""

    base = ""  # path of the base URL

    def __init__(self, portal):
        super().__init__(portal.origin, calls_itself=FIREFOX)

    def open(self, folder):
        """The very picture that the page shows, as a file."""
        state = json.loads(self.call(self.base + "/qr-login/v1/challenge", {"new": True}))
        picture = folder / "login.png"
        picture.write_bytes(base64.b64decode(state["picture"].partition(",")[2]))
        return f"image:{picture}"

    def claim(self, code):
        return json.loads(self.call(self.base + "/qr-login/v1/claim", {"code": code}))

    def claim_refused(self, code):
        return self.refusal("/qr-login/v1/claim", {"code": code})

    def signed_in_as(self):
        found = re.search('id="signed-in-as">([^<]*)<', self.call("/"))
        return found and found.group(1)


class PythonScenario(Scenario):
    def portal(self, *options, change=None, name="portal", base_url=None):
        portal = PythonPortal(self.folder / name, base_url)
        portal.command("add-user", NAME, input=PASSWORD + "\n")
        portal.serve(*options, change=change)
        self.addCleanup(portal.stop)
        return portal

    def desk(self, portal, name=NAME):
        """A browser that is signed in by password."""
        desk = Page(portal)
        desk.log_in(name, PASSWORD)
        return desk

    def pairing_picture(self, desk):
        picture = self.folder / "pairing.png"
        self.camera.draw(desk.pairing_code(), picture)
        return f"image:{picture}"

    def paired(self, portal, name="device", account=NAME):
        device, desk = self.device(name), self.desk(portal, account)
        device.pair(self.pairing_picture(desk), desk.confirm_pairing)
        return device

    def portal_and_device(self, *options, **named):
        portal = self.portal(*options, **named)
        return portal, self.paired(portal)

    def asked(self, device, page):
        """The device, at its question."""
        scan = device.scan(page.open(self.folder))
        scan.question = scan.wait_asked()
        return scan

    def answer(self, scan, word, state, code):
        scan.answer(word)
        end = scan.event(state=state)
        self.assertEqual(scan.wait(), code, scan.lines.text())
        return end

    def approve(self, device, page):
        """The pickup code of a whole sign-in."""
        return self.answer(self.asked(device, page), "approve", "done", 0)["pickup_code"]

    def deny(self, device, page):
        self.answer(self.asked(device, page), "deny", "refused", 6)


class Shared(PythonScenario):
    """One portal and one paired device for all tests of a class; none of them ends the pairing."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="qrconfirm-e2e-")
        cls.addClassCleanup(folder.cleanup)
        cls.shared = Path(folder.name)
        cls.site = PythonPortal(cls.shared / "portal")
        cls.site.command("add-user", NAME, input=PASSWORD + "\n")
        cls.site.serve()
        cls.addClassCleanup(lambda: cls.site.stop())
        cls.phone = cls.pair_one("device", NAME)

    @classmethod
    def pair_one(cls, name, account):
        device, desk = Device(cls.shared / name), Page(cls.site)
        cls.addClassCleanup(device.stop)
        desk.log_in(account, PASSWORD)
        device.pair(f"image:{picture_of(desk.pairing_code(), cls.shared / 'pairing.png')}", desk.confirm_pairing)
        return device

    def started_anew(self, *options, change=None):
        """The portal, for this test, with other options or another constant."""
        def start(*options, change=None):
            self.site.stop()
            self.site.serve(*options, change=change)

        self.addCleanup(start)
        start(*options, change=change)


class SignIn(Shared):
    def test_pairs_and_signs_a_browser_in(self):
        portal, device = self.site, self.phone
        listed = json.loads(device.run("portals", "--json", check=True).stdout)
        self.assertEqual((listed["origin"], listed["account"]), (portal.origin, NAME))

        page = Page(portal)
        scan = self.asked(device, page)
        for what, value in (("portal", "Python portal"), ("account", NAME), ("browser", "Firefox on Linux"),
                            ("address", "127.0.0.1"), ("same_network", True), ("pickup_code_follows", True)):
            self.assertEqual(scan.question[what], value)
        self.assertEqual(page.state(seen="waiting")["state"], "scanned")
        self.assertEqual(page.claim_refused("123456"), "not-approved")
        code = self.answer(scan, "approve", "done", 0)["pickup_code"]

        self.assertEqual(page.state(seen="scanned")["state"], "approved")
        self.assertIsNone(page.signed_in_as())
        self.assertEqual(page.claim_refused("12345"), "malformed")
        self.assertEqual(page.claim_refused(f"{(int(code) + 1) % 10**6:06}"), "wrong-code")
        self.assertEqual(page.claim(code), {"next": "done"})
        self.assertEqual(page.signed_in_as(), NAME)
        self.assertRegex(page.call("/"), r">journal: \d+ lines<")
        self.assertEqual(page.claim_refused(code), "challenge-claimed")
        self.assertIsNone(Page(portal).signed_in_as())

    def test_signs_in_by_a_code_that_changes(self):
        self.started_anew("--frames")
        portal, device = self.site, self.phone
        page = Page(portal)
        code = self.approve(device, page)
        page.claim(code)
        self.assertEqual(page.signed_in_as(), NAME)

    def test_denial_signs_nobody_in(self):
        portal, device = self.site, self.phone
        page = Page(portal)
        self.deny(device, page)
        state = page.state()
        self.assertEqual((state["state"], state["reason"]), ("denied", "refused"))
        self.assertEqual(page.claim_refused("123456"), "challenge-decided")

    def test_of_fifty_claims_at_once_one_gets_in(self):
        portal, device = self.site, self.phone
        page = Page(portal)
        code = self.approve(device, page)
        with concurrent.futures.ThreadPoolExecutor(10) as crowd:
            said = list(crowd.map(lambda _: page.claim_refused(code), range(50)))
        self.assertEqual((said.count(None), said.count("challenge-claimed")), (1, 49))

    def test_what_waits_and_what_is_approved_outlives_a_restart(self):
        portal, device = self.site, self.phone
        page, waiting = Page(portal), Page(portal)
        waiting.new_code()
        code = self.approve(device, page)
        portal.stop()
        portal.serve()
        self.assertEqual(waiting.state()["state"], "waiting")
        page.claim(code)
        self.assertEqual(page.signed_in_as(), NAME)


class BelowAPath(PythonScenario):
    """A portal that is not at the root of its host, and whose keys end soon."""

    def test_signs_in_and_renews_the_key(self):
        address = own_address()
        portal = PythonPortal(self.folder / "portal", f"https://localhost:{address.rpartition(':')[2]}/sub/app")
        portal.listen = address
        portal.command("add-user", NAME, input=PASSWORD + "\n")
        portal.serve(change="KEY_LIFE = 20 * portal.DAY")
        self.addCleanup(lambda: portal.stop())
        desk, origin = Page(portal), portal.origin.removesuffix("/sub/app")
        desk.origin = origin
        desk.log_in(NAME, PASSWORD)
        device = self.device()
        device.pair(self.pairing_picture(desk), desk.confirm_pairing)
        portal.stop()
        portal.serve()
        for renewals in (1, 1):  # at the first sign-in; not again at the second
            page = Page(portal)
            page.origin, page.base = origin, "/sub/app"
            page.claim(self.approve(device, page))
            self.assertEqual(page.signed_in_as(), NAME)
            self.assertEqual(portal.asked("/rotate"), renewals)
        self.assertRegex(desk.call("/"), r"key renewed: \d{4}-\d\d-\d\d \d\d:\d\d UTC")


class Refusals(Shared):
    def test_expired_code(self):
        self.started_anew(change="CHALLENGE, portal.READING = 1, 2")
        portal, device = self.site, self.phone
        page = Page(portal)
        picture = page.open(self.folder)
        self.assertEqual(page.state(seen="waiting")["state"], "expired")
        scan = device.scan(picture)
        self.assertEqual(scan.failure(), "challenge.expired")
        self.assertEqual(page.claim_refused("123456"), "challenge-expired")

    def test_pickup_code_that_comes_too_late(self):
        self.started_anew(change="CLAIM = 1")
        portal, device = self.site, self.phone
        page = Page(portal)
        code = self.approve(device, page)
        self.assertEqual(page.state(seen="approved")["state"], "expired")
        self.assertEqual(page.claim_refused(code), "challenge-expired")

    def test_second_device_denies_and_is_revoked_at_a_question(self):
        portal, first = self.site, self.phone
        portal.command("add-user", "boris", input=PASSWORD + "\n")
        second, page = self.paired(portal, "second", "boris"), Page(portal)
        picture = page.open(self.folder)
        scan = first.scan(picture)
        scan.wait_asked()
        self.assertEqual(second.scan(picture).failure(), "challenge.taken")
        self.assertEqual(page.state()["reason"], "two-devices")
        scan.answer("approve")
        self.assertEqual(scan.failure(), "challenge.decided")
        self.assertEqual(page.claim_refused("123456"), "challenge-decided")

        page, desk = Page(portal), self.desk(portal, "boris")
        scan = self.asked(second, page)
        id = re.search('name="device" value="([0-9a-f]{32})"', desk.call("/")).group(1)
        desk.call("/devices/revoke", {"device": id}, form=True)
        scan.answer("approve")
        self.assertEqual(scan.failure(), "portal.device-revoked")
        self.assertEqual(page.state()["reason"], "ended")
        self.assertEqual(second.run("portals", "--json").stdout, "", "the signed word erases the pairing")

    def test_account_disabled_before_the_claim(self):
        portal, device = self.site, self.phone
        page, waiting = Page(portal), Page(portal)
        waiting.new_code()
        code = self.approve(device, page)
        portal.command("disable-user", NAME)
        self.addCleanup(portal.command, "enable-user", NAME)
        self.assertEqual(waiting.state()["state"], "waiting", "a command beside the portal ends nothing else")
        self.assertEqual(page.claim_refused(code), "challenge-decided")
        self.assertEqual(device.scan(Page(portal).open(self.folder)).failure(), "portal.account-disabled")

    def test_device_leaves(self):
        portal = self.site
        portal.command("add-user", "clara", input=PASSWORD + "\n")
        device = self.paired(portal, "leaving", "clara")
        self.assertIn("/devices/revoke", self.desk(portal, "clara").call("/"))
        device.run("forget", device.run("portals", check=True).stdout.split()[0], "--yes", check=True)
        self.assertEqual(portal.asked("/unpair"), 1)
        self.assertNotIn("/devices/revoke", self.desk(portal, "clara").call("/"))

    def test_third_wrong_pairing_code_pairs_nobody(self):
        portal = self.site
        desk, device = self.desk(portal), self.device()
        pairing = Running(*device.start("pair", "--json", "--source", self.pairing_picture(desk)))
        pairing.event(state="pair-asking")
        pairing.answer("yes")
        code = pairing.event(state="typing-code")["pairing_code"]
        said = [desk.refusal("/devices/confirm", {"code": f"{(int(code) + n) % 10**6:06}"}) for n in (1, 2, 3)]
        self.assertEqual(said, ["wrong-code", "wrong-code", "enrolment-refused"])
        self.assertEqual(pairing.failure(), "portal.enrolment-refused")
        self.assertEqual(device.run("portals", "--json").stdout, "")

    def test_certificate_of_no_authority_is_not_trusted_unless_pinned(self):
        portal = self.site
        self.started_anew("--certificate", portal.folder / "tls.crt", "--key", portal.folder / "tls.key")
        pairing = Running(*self.device().start("pair", "--json", "--source",
                                               self.pairing_picture(self.desk(portal))))
        pairing.event(state="pair-asking")
        pairing.answer("yes")
        self.assertRegex(pairing.failure(), "^net[.]")
        self.assertEqual(portal.asked("/enrol"), 0)


class OnTheWay(PythonScenario):
    """Somebody between device and portal, who holds the portal's TLS key."""

    def setUp(self):
        super().setUp()
        first = self.portal(name="first")
        self.proxy = Proxy(first.folder / "tls.crt", first.folder / "tls.key")
        self.addCleanup(self.proxy.stop)
        first.stop()
        self.site = PythonPortal(first.folder, self.proxy.origin)
        self.site.serve()
        self.addCleanup(self.site.stop)
        host, _, port = self.site.listen.rpartition(":")
        self.proxy.upstream = host, int(port)
        self.phone = self.paired(self.site)

    def test_lost_replies_and_a_replay_make_one_decision(self):
        lost = []

        def lose_three(heard):
            if heard.path.endswith("/decision") and len(lost) < 4:
                lost.append(heard)
                return (503, [], b"") if len(lost) < 4 else (403, [("Content-Type", "text/html")], b"<h1>No</h1>")
            return None

        self.proxy.change = lose_three
        page = Page(self.site)
        page.claim(self.approve(self.phone, page))
        sent = self.proxy.replies_to("/decision")
        self.assertEqual(len(sent), 5)
        self.assertEqual({(h.status, h.body, h.reply) for h in sent}, {(200, sent[0].body, sent[0].reply)})

        self.assertEqual(self.proxy.send(sent[0], sent[0].body), (200, sent[0].reply))
        self.assertIsNone(Page(self.site).signed_in_as())
        changed = json.loads(sent[0].body)
        body = bytearray(base64.b64decode(changed["payload"]))
        body[106] = 2  # approve becomes deny
        changed["payload"] = base64.b64encode(body).decode()
        status, problem = self.proxy.send(sent[0], json.dumps(changed))
        self.assertEqual((status, json.loads(problem)["code"]), (403, "bad-signature"))

        # A statement at another address is none.
        for heard in (self.proxy.replies_to("/resolve")[0], sent[0]):
            for name in ("enrol", "resolve", "decision", "rotate", "endsession", "unpair"):
                if heard.path.endswith(name):
                    continue
                other = Heard(heard.method, f"/qr-login/v1/{name}", heard.headers, heard.body)
                status, problem = self.proxy.send(other, heard.body)
                self.assertEqual((status, json.loads(problem)["code"]), (400, "malformed"))


class Requests(PythonScenario):
    """What a browser may send, and what a stranger."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="qrconfirm-e2e-")
        cls.addClassCleanup(folder.cleanup)
        cls.site = PythonPortal(Path(folder.name) / "portal")
        cls.site.command("add-user", NAME, input=PASSWORD + "\n")
        cls.site.serve()
        cls.addClassCleanup(lambda: cls.site.stop())

    def post(self, path, body=b"{}", **headers):
        """Status, headers and body of the reply."""
        headers = {"Origin": self.site.origin, "Content-Type": "application/json",
                   **{name.replace("_", "-"): value for name, value in headers.items()}}
        request = urllib.request.Request(self.site.origin + path, body,
                                         {name: value for name, value in headers.items() if value is not None})
        try:
            with urllib.request.urlopen(request, context=ssl._create_unverified_context(), timeout=30) as reply:
                return reply.status, reply.headers, reply.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def refused(self, status, code, path, body=b"{}", **headers):
        got, headers, problem = self.post(path, body, **headers)
        self.assertEqual((got, json.loads(problem)["code"]), (status, code))
        self.assertEqual(headers["Content-Type"], "application/problem+json")
        return json.loads(problem)

    def test_cookie_and_headers(self):
        status, headers, _ = self.post("/qr-login/v1/challenge")
        self.assertEqual((status, headers["Cache-Control"]), (201, "no-store"))
        self.assertRegex(headers["Set-Cookie"],
                         r"^__Host-qrl=[\w-]{43}; HttpOnly; Secure; SameSite=Strict; Path=/$")

    def test_pages_of_others_are_refused(self):
        for path in ("/qr-login/v1/challenge", "/qr-login/v1/claim", "/devices/confirm"):
            for origin in (None, "null", "https://evil.example", self.site.origin + "/"):
                self.refused(400, "malformed", path, Origin=origin)
            self.refused(400, "malformed", path, Content_Type="text/plain")
            for body in (b"", b"[]", b"{", b"\xff", b"[" * 16384, b" " * 16383 + b"{}"):
                self.refused(400, "malformed", path, body)
        for path in ("/login", "/logout", "/devices/add", "/devices/revoke"):
            self.refused(400, "malformed", path, b"", Origin="https://evil.example")

    def test_pages_let_their_own_forms_name_their_origin(self):
        """A browser sends `Origin: null` with the form of a page under "no-referrer"."""
        for path, policy in (("/login", "same-origin"), ("/Q/1/X/Y", "no-referrer")):
            with urllib.request.urlopen(self.site.origin + path, context=ssl._create_unverified_context()) as reply:
                self.assertEqual(reply.headers["Referrer-Policy"], policy)

    def test_cookie_alone_names_the_challenge(self):
        page = Page(self.site)
        id = page.new_code().rpartition("/")[2]
        for cookie in (None, "__Host-qrl=" + "x" * 43, "__Host-qrl=" + id, "qrl=x"):
            body = json.dumps({"code": "123456", "id": id}).encode()
            problem = self.refused(404, "unknown-challenge", f"/qr-login/v1/claim?id={id}", body, Cookie=cookie,
                                   X_Id=id)
            self.assertEqual(problem["type"], self.site.origin + "/qr-login/problem/unknown-challenge")
        self.assertEqual(page.state()["state"], "waiting")

    def test_envelopes_that_are_none(self):
        for name in ("enrol", "resolve", "decision", "rotate", "endsession", "unpair"):
            for body in (b"", b"{}", b"[" * 9000, b"x" * 16385):
                self.refused(400, "malformed", f"/qr-login/v1/{name}", body, Origin=None)

    def test_what_is_no_http_hurts_nobody(self):
        host, _, port = self.site.listen.rpartition(":")
        for sent in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01" + b"\xff" * 300):
            with http.client.socket.create_connection((host, int(port))) as line:
                line.sendall(sent)
        slow = http.client.socket.create_connection((host, int(port)))  # says nothing at all
        self.addCleanup(slow.close)
        self.assertEqual(self.post("/qr-login/v1/challenge")[0], 201)

    def test_passwords_are_limited(self):
        for _ in range(10):
            _, _, page = self.post("/login", b"name=anna&password=wrong")
            self.assertIn(b"Name or password is wrong", page)
        self.refused(429, "rate-limited", "/login", f"name={NAME}&password={PASSWORD}".replace(" ", "+").encode())

    def test_page_of_a_phone_that_opens_the_code(self):
        page = Page(self.site)
        code = page.new_code().partition(self.site.origin.upper())[2]
        self.assertIn("Pair this device first", page.call(code))
        self.site.lines.wait_for("GET /Q/[.]{3} 200")
        self.assertNotIn(code, self.site.lines.text())
