# SPDX-License-Identifier: MIT
"""The portal in Python of docs/examples/portal, with the real device, and browsers by plain HTTP."""
import base64
import concurrent.futures
import http.client
import json
import re
import signal
import ssl
import urllib.error
import urllib.request

from by_http import Visitor
from parts import TOP, PartFailed, Running, own_address, run, start
from proxy import Heard, Proxy
from scenario import NAME, PASSWORD, Scenario

SERVER = TOP / "docs" / "examples" / "portal" / "server.py"
PYTHON = ("/usr/bin/python3", "-B")
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
# The same program with another constant: nobody waits 120 seconds in a test.
WITH = "import sys; sys.path.insert(0, {folder!r}); import portal; portal.{change}; import server; server.main()"


class PythonPortal:
    """It is what a developer starts: a program, with a certificate of its own."""

    def __init__(self, folder, base_url=None):
        self.folder, self.listen = folder, own_address()
        self.origin = base_url or "https://localhost:" + self.listen.rpartition(":")[2]

    def command(self, *words, input=""):
        run(*PYTHON, SERVER, "--data", self.folder, *words, input=input)

    def serve(self, *options, change=None):
        program = ("-c", WITH.format(folder=str(SERVER.parent), change=change)) if change else (SERVER,)
        self.process, self.lines = start("python portal", *PYTHON, *program, "serve", "--data", self.folder,
                                         "--listen", self.listen, "--base-url", self.origin, *options)
        self.lines.wait_for("listening on " + re.escape(self.origin))

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(10)
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


class SignIn(PythonScenario):
    def test_pairs_and_signs_a_browser_in(self):
        portal, device = self.portal_and_device()
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
        self.assertEqual(page.claim_refused(code), "challenge-claimed")
        self.assertIsNone(Page(portal).signed_in_as())

    def test_signs_in_by_a_code_that_changes(self):
        portal, device = self.portal_and_device("--frames")
        page = Page(portal)
        code = self.approve(device, page)
        page.claim(code)
        self.assertEqual(page.signed_in_as(), NAME)

    def test_signs_in_at_a_portal_below_a_path(self):
        address = own_address()
        portal = PythonPortal(self.folder / "portal", f"https://localhost:{address.rpartition(':')[2]}/sub/app")
        portal.listen = address
        portal.command("add-user", NAME, input=PASSWORD + "\n")
        portal.serve()
        self.addCleanup(portal.stop)
        page = Page(portal)
        page.origin, page.base = portal.origin.removesuffix("/sub/app"), "/sub/app"
        desk = Page(portal)
        desk.origin = page.origin
        desk.log_in(NAME, PASSWORD)
        device = self.device()
        device.pair(self.pairing_picture(desk), desk.confirm_pairing)
        page.claim(self.approve(device, page))
        self.assertEqual(page.signed_in_as(), NAME)

    def test_denial_signs_nobody_in(self):
        portal, device = self.portal_and_device()
        page = Page(portal)
        self.deny(device, page)
        state = page.state()
        self.assertEqual((state["state"], state["reason"]), ("denied", "refused"))
        self.assertEqual(page.claim_refused("123456"), "challenge-decided")

    def test_of_fifty_claims_at_once_one_gets_in(self):
        portal, device = self.portal_and_device()
        page = Page(portal)
        code = self.approve(device, page)
        with concurrent.futures.ThreadPoolExecutor(10) as crowd:
            said = list(crowd.map(lambda _: page.claim_refused(code), range(50)))
        self.assertEqual((said.count(None), said.count("challenge-claimed")), (1, 49))

    def test_approval_outlives_a_restart(self):
        portal, device = self.portal_and_device()
        page, waiting = Page(portal), Page(portal)
        waiting.new_code()
        code = self.approve(device, page)
        portal.stop()
        portal.serve()
        self.assertEqual(waiting.state()["state"], "expired")
        page.claim(code)
        self.assertEqual(page.signed_in_as(), NAME)

    def test_key_is_renewed(self):
        portal, device = self.portal_and_device(change="KEY_LIFE = 20 * portal.DAY")
        portal.stop()
        portal.serve()
        for renewals in (1, 1):  # at the first sign-in; not again at the second
            page = Page(portal)
            page.claim(self.approve(device, page))
            self.assertEqual(page.signed_in_as(), NAME)
            self.assertEqual(portal.asked("/rotate"), renewals)
        self.assertRegex(self.desk(portal).call("/"), r"key renewed: \d{4}-\d\d-\d\d \d\d:\d\d UTC")


class Refusals(PythonScenario):
    def test_expired_code(self):
        portal, device = self.portal_and_device(change="CHALLENGE, portal.READING = 1, 2")
        page = Page(portal)
        picture = page.open(self.folder)
        self.assertEqual(page.state(seen="waiting")["state"], "expired")
        scan = device.scan(picture)
        self.assertEqual(scan.failure(), "challenge.expired")
        self.assertEqual(page.claim_refused("123456"), "challenge-expired")

    def test_pickup_code_that_comes_too_late(self):
        portal, device = self.portal_and_device(change="CLAIM = 1")
        page = Page(portal)
        code = self.approve(device, page)
        self.assertEqual(page.state(seen="approved")["state"], "expired")
        self.assertEqual(page.claim_refused(code), "challenge-expired")

    def test_second_device_denies(self):
        portal, first = self.portal_and_device()
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

    def test_revoked_at_the_question(self):
        portal, device = self.portal_and_device()
        page, desk = Page(portal), self.desk(portal)
        scan = self.asked(device, page)
        id = re.search('name="device" value="([0-9a-f]{32})"', desk.call("/")).group(1)
        desk.call("/devices/revoke", {"device": id}, form=True)
        scan.answer("approve")
        self.assertEqual(scan.failure(), "portal.device-revoked")
        self.assertEqual(page.state()["reason"], "ended")
        self.assertEqual(device.run("portals", "--json").stdout, "", "the signed word erases the pairing")

    def test_account_disabled_before_the_claim(self):
        portal, device = self.portal_and_device()
        page, waiting = Page(portal), Page(portal)
        waiting.new_code()
        code = self.approve(device, page)
        portal.command("disable-user", NAME)
        self.assertEqual(waiting.state()["state"], "waiting", "a command beside the portal ends nothing else")
        self.assertEqual(page.claim_refused(code), "challenge-decided")
        self.assertEqual(device.scan(Page(portal).open(self.folder)).failure(), "portal.account-disabled")

    def test_device_leaves(self):
        portal, device = self.portal_and_device()
        self.assertIn("/devices/revoke", self.desk(portal).call("/"))
        device.run("forget", device.run("portals", check=True).stdout.split()[0], "--yes", check=True)
        self.assertEqual(portal.asked("/unpair"), 1)
        self.assertNotIn("/devices/revoke", self.desk(portal).call("/"))

    def test_third_wrong_pairing_code_pairs_nobody(self):
        portal = self.portal()
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
        portal = self.portal()
        portal.stop()
        portal.serve("--certificate", portal.folder / "tls.crt", "--key", portal.folder / "tls.key")
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

    def test_statement_at_another_address_is_none(self):
        page = Page(self.site)
        self.deny(self.phone, page)
        for heard in (self.proxy.replies_to("/resolve")[0], self.proxy.replies_to("/decision")[0]):
            for name in ("enrol", "resolve", "decision", "rotate", "endsession", "unpair"):
                if heard.path.endswith(name):
                    continue
                other = Heard(heard.method, f"/qr-login/v1/{name}", heard.headers, heard.body)
                status, problem = self.proxy.send(other, heard.body)
                self.assertEqual((status, json.loads(problem)["code"]), (400, "malformed"))


class Requests(PythonScenario):
    """What a browser may send, and what a stranger."""

    def setUp(self):
        super().setUp()
        self.site = self.portal()

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
        self.site.stop()
        self.assertNotIn(code, self.site.lines.text())
        self.assertIn("GET /Q/... 200", self.site.lines.text())
