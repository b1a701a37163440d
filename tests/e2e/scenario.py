# SPDX-License-Identifier: MIT
"""The stage of every end-to-end test: one portal, one paired technician, one camera."""
import contextlib
import tempfile
import unittest
from pathlib import Path

import pages
from by_http import Visitor
from parts import Browser, Camera, Device, Portal, picture_of
from proxy import Proxy

NAME, PASSWORD, PIN = "anna", "correct horse battery staple", "246802"


def pair(device, portal, folder, name=NAME):
    """As the person does at the pages, without a window: the pages' requests alone."""
    visitor = Visitor(portal.origin)
    visitor.log_in(name, PASSWORD)
    device.pair(f"image:{picture_of(visitor.pairing_code(), Path(folder) / 'pairing.png')}",
                visitor.confirm_pairing)


class Scenario(unittest.TestCase):
    """Stops in reverse order whatever a test has started."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="qrconfirm-e2e-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.camera = Camera(self.folder)

    def portal(self, name="portal", **options):
        portal = Portal(self.folder / name, **options)
        self.addCleanup(portal.stop)
        return portal

    def browser(self, name="browser", **options):
        browser = Browser(self.folder / name, **options)
        self.addCleanup(browser.stop)
        return browser

    def device(self, name="device", **options):
        device = Device(self.folder / name, **options)
        self.addCleanup(device.stop)
        return device

    def paired(self, *, language="en", config=()):
        """A portal, a device paired with it, and the browser in which that was done."""
        portal = self.portal(config=config)
        portal.add_user(NAME, PASSWORD)
        device, desk = self.device(language=language), self.browser("desk", language=language)
        self.pair(device, portal, desk)
        return portal, device, desk

    def portal_and_device(self, *, language="en", config=()):
        """The same where no test looks at how they were paired: it takes no browser."""
        portal = self.portal(config=config)
        portal.add_user(NAME, PASSWORD)
        device = self.device(language=language)
        pair(device, portal, self.folder)
        return portal, device

    def behind_proxy(self):
        """A portal that is reached through somebody who holds its TLS key: both."""
        first = self.portal()
        first.stop()  # it has made its certificate and keys
        proxy = Proxy(first.data / "tls.crt", first.data / "tls.key")
        self.addCleanup(proxy.stop)
        portal = Portal(first.data, listen=first.listen, base_url=proxy.origin)
        self.addCleanup(portal.stop)
        proxy.upstream = tuple(first.listen.split(":"))
        portal.add_user(NAME, PASSWORD)
        return proxy, portal

    def pair(self, device, portal, browser, password=PASSWORD, otp=None, pin=None):
        """What a technician does once: signed in by password, adds the device, types the digits."""
        pages.sign_in_by_password(browser, portal, NAME, password)
        if otp:
            pages.type_one_time_code(browser, otp())
        pages.wait_signed_in(browser)
        self.pair_again(device, portal, browser, password, pin)

    def pair_again(self, device, portal, browser, password=PASSWORD, pin=None):
        """The same in a browser that is signed in."""
        pages.add_device(browser, portal, password)
        picture = browser.photograph(self.folder / "pairing.png")
        device.pair(f"image:{picture}",
                    lambda digits: pages.type_pairing_digits(browser, digits), pin)

    def film_of_qr(self, browser, portal):
        """Presses Sign in by QR and films the window with a hand-held camera."""
        text = pages.open_qr_window(browser, portal)
        picture = browser.photograph(self.folder / "login.png")
        return text, self.camera.film(picture, "--frames", "20")

    def approve_scan(self, device, browser, portal, *, two_step=False):
        """A person scans and approves; returns the pickup code, if one is asked."""
        _, film = self.film_of_qr(browser, portal)
        scan = device.scan(f"replay:{film}")
        scan.wait_asked()
        scan.answer("approve")
        done = scan.event(state="done")
        self.assertEqual(done["otp_follows"], two_step)
        self.assertEqual(scan.wait(), 0, scan.lines.text())
        return done.get("pickup_code") or None


class Paired(unittest.TestCase):
    """A portal and two devices, one of them with a PIN, shared by the tests of a class."""

    @classmethod
    def setUpClass(cls):
        cls.stack = contextlib.ExitStack()
        cls.folder = Path(cls.stack.enter_context(tempfile.TemporaryDirectory(prefix="qrconfirm-e2e-")))
        cls.portal = Portal(cls.folder / "portal")
        cls.stack.callback(cls.portal.stop)
        cls.portal.add_user(NAME, PASSWORD)
        cls.plain, cls.sealed = Device(cls.folder / "plain"), Device(cls.folder / "sealed")
        for device in (cls.plain, cls.sealed):
            cls.stack.callback(device.stop)
            pair(device, cls.portal, cls.folder)
            device.id = device.run("portals", check=True).stdout.split()[0]
        cls.sealed.run("pin", "set", input=PIN + "\n", check=True)
        cls.sealed.run("pin", "set", "--administrator", input=PIN + "\n", check=True)

    @classmethod
    def tearDownClass(cls):
        cls.stack.close()
