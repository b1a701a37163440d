# SPDX-License-Identifier: MIT
"""A sign-in through nginx and HAProxy, set up by the examples of docs/examples/proxy: it works, each
is shown the other's real address, and nobody can say to be somebody else."""
import json
import ssl
import time
import urllib.error
import urllib.request

import pages
from by_http import PATIENCE, Visitor
from parts import PartFailed, own_address, picture_of
from reverse_proxies import haproxy, nginx
from scenario import NAME, PASSWORD, Scenario, pair

PROXY = "127.0.0.9"    # what the portal sees of HAProxy
ELSEWHERE = "127.0.0.7"  # a browser of another network than the device's
AT_ONCE = 10.0         # seconds: far less than the 15 after which a comment fills a buffer further


class Proxied(Scenario):
    def serve(self, proxy, **options):
        """The portal at the address of the proxy, which is started when the portal listens."""
        portal = self.portal(**options)
        running = proxy()
        self.addCleanup(running.stop)
        portal.add_user(NAME, PASSWORD)
        return portal

    def by_nginx(self):
        address, local = own_address(), self.folder / "portal.sock"
        proxy, pin = nginx(self.folder, address, local)
        return self.serve(proxy, listen=f"unix:{local}", options=["--plain-http"],
                          base_url=f"https://localhost:{address.split(':')[1]}/signin",
                          before={"proxy.trusted": "unix", "portal.pins": pin})

    def by_haproxy(self, name, server, before, options=()):
        address, listen = own_address(), own_address()
        proxy, pin = haproxy(self.folder, name, address,
                             {f"server one {server} ": f"server one {listen} source {PROXY} "})
        before = {key: value.replace("PIN", pin) for key, value in before.items()}
        return self.serve(proxy, listen=listen, options=options,
                          base_url=f"https://localhost:{address.split(':')[1]}",
                          before={"proxy.trusted": PROXY, **before})

    def by_haproxy_http(self):
        return self.by_haproxy("haproxy-http.cfg", "127.0.0.1:8080", {"portal.pins": "PIN"}, ["--plain-http"])

    def by_haproxy_tcp(self):
        return self.by_haproxy("haproxy-tcp.cfg", "10.0.0.6:8443", {"proxy.address": "proxy-protocol"})

    def addresses(self, portal, path=""):
        return {line["address"] for line in map(json.loads, portal.request_lines()) if path in line["path"]}

    def sign_in(self, portal):
        """By Chromium and the device; every request of theirs has their address in the log."""
        device, browser = self.device(), self.browser()
        pair(device, portal, self.folder)
        _, film = self.film_of_qr(browser, portal)
        scan = device.scan(f"replay:{film}")
        question = scan.wait_asked()
        pages.wait_qr_state(browser, "scanned")  # by the stream of events
        self.assertEqual((question["address"], question["same_network"]), ("127.0.0.1", True))
        scan.answer("approve")
        pages.type_pickup_code(browser, scan.event(state="done")["pickup_code"])
        self.assertEqual(pages.wait_signed_in(browser), NAME)
        self.assertEqual(scan.wait(), 0, scan.lines.text())
        self.assertTrue(browser.driver.current_url.startswith(portal.origin + "/"))
        self.assertEqual(self.addresses(portal, "qr-login"), {"127.0.0.1"})
        return device

    def is_asked_from_elsewhere(self, portal, device):
        """The device is told where the browser is, not where the proxy is."""
        visitor = Visitor(portal.origin, ELSEWHERE)
        picture = picture_of(visitor.new_code(), self.folder / "elsewhere.png")
        scan = device.scan(f"image:{picture}")
        question = scan.wait_asked()
        self.assertEqual((question["address"], question["same_network"]), (ELSEWHERE, False))
        scan.answer("deny")
        self.assertEqual(scan.wait(), 6, scan.lines.text())

    def events_come_at_once(self, portal, device):
        visitor = Visitor(portal.origin)
        picture = picture_of(visitor.new_code(), self.folder / "stream.png")
        asked = urllib.request.Request(portal.origin + "/qr-login/v1/challenge",
                                       headers={"Accept": "text/event-stream"})
        began = time.monotonic()
        with visitor.opener.open(asked, timeout=PATIENCE) as stream:
            self.next_event(stream, "waiting")
            self.assertLess(time.monotonic() - began, AT_ONCE)
            scan = device.scan(f"image:{picture}")
            scan.wait_asked()
            began = time.monotonic()
            self.next_event(stream, "scanned")
            self.assertLess(time.monotonic() - began, AT_ONCE)
            scan.answer("deny")
            self.next_event(stream, "denied")
        self.assertEqual(scan.wait(), 6, scan.lines.text())

    @staticmethod
    def next_event(stream, state):
        for line in stream:
            if f'"state":"{state}"' in line.decode():
                return
        raise PartFailed(f"the stream ended before the state {state}")

    def tell(self, url, header, value):
        """A page as a client asks for it that writes its own address."""
        asked = urllib.request.Request(url, headers={header: value})
        context = ssl._create_unverified_context()
        with urllib.request.urlopen(asked, context=context, timeout=PATIENCE) as reply:
            reply.read()

    def nobody_is_believed(self, portal, direct=None):
        """What a client writes about itself, through the proxy and (`direct`) beside it."""
        for url in filter(None, (portal.origin, direct)):
            for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
                value = "203.0.113.77" if header != "Forwarded" else "for=203.0.113.77"
                self.tell(url + "/login", header, value)
        self.assertNotIn("203.0.113.77", self.addresses(portal))

    def all_of_it(self, portal, direct=None):
        device = self.sign_in(portal)
        self.is_asked_from_elsewhere(portal, device)
        self.events_come_at_once(portal, device)
        self.nobody_is_believed(portal, direct)
        self.assertEqual(portal.lines.text("err"), "")


class BehindNginx(Proxied):
    def test_sign_in_under_a_path_by_nginx(self):
        portal = self.by_nginx()
        self.all_of_it(portal)
        self.assertNotIn("", self.addresses(portal), "a request had no address")

    def test_what_is_not_the_portals_is_not_passed_on(self):
        portal = self.by_nginx()
        root = portal.origin.removesuffix("/signin")
        for path in ("/login", "/signing", "/well-known/qr-login"):
            with self.assertRaises(urllib.error.HTTPError) as refused:
                self.tell(root + path, "Accept", "*/*")
            self.assertEqual(refused.exception.code, 404)
        self.assertEqual(portal.request_lines(), [])
        self.tell(root + "/.well-known/qr-login", "Accept", "*/*")
        self.tell(root + "/signin/login", "Accept", "*/*")


class BehindHAProxy(Proxied):
    def test_sign_in_by_haproxy_that_ends_tls(self):
        portal = self.by_haproxy_http()
        self.all_of_it(portal, f"http://{portal.listen}")

    def test_sign_in_by_haproxy_that_passes_connections_on(self):
        portal = self.by_haproxy_tcp()
        self.all_of_it(portal, f"https://{portal.listen}")
