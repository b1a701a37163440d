# SPDX-License-Identifier: MIT
"""The main job, once, on real parts. Called by scripts/demo."""
import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pages
from parts import APPROVE_DELAY, BUILD, Browser, Camera, Device, PartFailed, Portal

NAME, PASSWORD = "anna", "correct horse battery staple"

DEVICE_WIDTH = 420  # pixels of the device's window


def say(text):
    print(text, flush=True)


class Demo:
    def __init__(self, folder, headless, dialect):
        self.folder, self.headless, self.dialect = Path(folder), headless, dialect
        self.stops = []

    def __enter__(self):
        self.portal = self.started(Portal(self.folder / "portal", mode=self.dialect))
        self.portal.add_user(NAME, PASSWORD)
        self.device = self.started(Device(self.folder / "device"))
        self.camera = Camera(self.folder)
        return self

    def __exit__(self, *_):
        for stop in reversed(self.stops):
            stop()

    def started(self, part):
        self.stops.append(part.stop)
        return part

    def pair(self):
        """What a technician does once. Always unattended: the demo is about signing in."""
        if self.dialect == "bitrix24":
            self.pair_by_address()
        else:
            self.pair_by_code()

    def pair_by_address(self):
        login = self.device.pair_by_address(self.portal)
        login.trust()
        login.log_in(NAME, PASSWORD)
        login.keep()
        if login.wait() != 0:
            raise PartFailed(f"qrconfirm pair: exit code {login.process.returncode}:\n{login.lines.text()}")

    def pair_by_code(self):
        desk = self.started(Browser(self.folder / "desk"))
        pages.sign_in_by_password(desk, self.portal, NAME, PASSWORD)
        pages.wait_signed_in(desk)
        pages.add_device(desk, self.portal, PASSWORD)
        picture = desk.photograph(self.folder / "pairing.png")
        self.device.pair(f"image:{picture}",
                         lambda digits: pages.type_pairing_digits(desk, digits))
        self.stops.remove(desk.stop)
        desk.stop()

    def sign_in_headless(self, browser=None):
        browser = browser or self.started(Browser(self.folder / "browser"))
        pages.open_qr_window(browser, self.portal)
        film = self.camera.film(browser.photograph(self.folder / "login.png"), "--frames", "60")
        say("The browser shows the code; a simulated camera has filmed it.")
        scan = self.device.scan(f"replay:{film}")
        payload = scan.event(event="code")
        found = time.monotonic()
        asked = scan.wait_asked()
        where = f", in {asked['browser']} at {asked['address']}" if asked["tells_browser"] else ""
        say(f"The device asks: sign in to {asked['portal']} as {asked['account']}{where}?")
        for warning in asked["warnings"]:
            say(f"It warns: {warning}")
        scan.answer("approve")
        done = scan.event(state="done")
        if "pickup_code" in done:
            say(f"Approved. The pickup code {done['pickup_code']} is typed in the browser.")
            pages.type_pickup_code(browser, done["pickup_code"])
        else:
            say(f"Approved. The device says: {done['title']}")
        account = pages.wait_signed_in(browser)
        signed_in = time.monotonic()
        if scan.wait() != 0:
            raise PartFailed(f"qrconfirm scan: exit code {scan.process.returncode}:\n{scan.lines.text()}")
        say(f"Signed in: {account} at {self.portal.origin}; first frame to payload "
            f"{payload['ms']} ms, payload to signed-in browser "
            f"{(signed_in - found) * 1000:.0f} ms "
            f"({APPROVE_DELAY * 1000:.0f} ms of them the question stands before an approval counts)")

    def sign_in_on_screen(self):
        browser = self.started(Browser(self.folder / "browser", headless=False))
        browser.open(self.portal.origin + "/")
        # The device's window opens in the middle: the browser takes what is left of it.
        screen = browser.driver.execute_script("return [screen.availWidth, screen.availHeight]")
        browser.driver.set_window_rect(0, 0, max(500, (screen[0] - DEVICE_WIDTH) // 2), screen[1])
        say("Browser: press Sign in by QR. Device: press Scan QR code, then approve.")
        if self.dialect == "qr-login":
            say("Then type the six digits of the device in the browser.")
        say("Close the device to end.")
        process = subprocess.Popen([BUILD / "qrconfirm", "scan", "--source", "-", "--loop"],
                                   stdin=subprocess.PIPE, env=self.device.env)
        self.stops.append(process.kill)
        threading.Thread(target=self.film_for_ever, args=(browser, process.stdin),
                         daemon=True).start()
        account = None
        while process.poll() is None:
            if not account and browser.shown("#signed-in-as"):
                account = browser.find("#signed-in-as").text
                say(f"Signed in: {account} at {self.portal.origin}")
            time.sleep(0.2)
        return account

    def film_for_ever(self, browser, out):
        """One endless film of what the browser shows: each picture a short film of camsim's,
        the stream header only once."""
        picture, first = self.folder / "screen.png", True
        try:
            while True:
                browser.photograph(picture)
                film = subprocess.run([BUILD / "camsim", "--picture", picture, "--frames", "8",
                                       "--out", "-"], stdout=subprocess.PIPE, check=True).stdout
                out.write(film if first else film[film.index(b"\n") + 1:])
                out.flush()
                first = False
        except (BrokenPipeError, ValueError):
            pass  # the device was closed


def main():
    parser = argparse.ArgumentParser(prog="scripts/demo")
    parser.add_argument("--headless", action="store_true", help="no display, answered by a script")
    parser.add_argument("--dialect", choices=("qr-login", "bitrix24"), default="qr-login",
                        help="the portal: our signed protocol, or a boxed Bitrix24")
    arguments = parser.parse_args()
    if not arguments.headless and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        parser.error("no display here; use --headless")
    with tempfile.TemporaryDirectory(prefix="qrconfirm-demo-") as folder:
        try:
            with Demo(folder, arguments.headless, arguments.dialect) as demo:
                say(f"The portal runs at {demo.portal.origin}; pairing the device with it.")
                demo.pair()
                if arguments.headless:
                    demo.sign_in_headless()
                else:
                    demo.sign_in_on_screen()
        except PartFailed as failed:
            sys.exit(f"demo: {failed}")


if __name__ == "__main__":
    main()
