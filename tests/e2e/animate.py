# SPDX-License-Identifier: MIT
"""A sign-in as one sees it, browser and device side by side, as an animation for the documents.

The browser is marked as its owner's, so that no digits are typed: nobody but a person reads them.
usage: animate.py FILE.gif      called by scripts/screens --portal
"""
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "screen"))
import pages
from demo import DEVICE_WIDTH, NAME, PASSWORD, Demo
from displays import X11, shown
from parts import APPROVE_DELAY, BUILD, Browser

BROWSER = (620, 800)  # pixels; the device stands beside it
SCREEN = (2 * BROWSER[0] + DEVICE_WIDTH, BROWSER[1])
SCALE, COLOURS = "75%", "32"
DEVICE_HEIGHT = 780            # its window stands in the middle of the screen
UNIT = DEVICE_WIDTH / 360      # pixels, as ui/window/stage.c has it
MAIN, ANSWERS = 24 + 28, 24 + 28 + 28  # units from the lower edge to the middle of the buttons


class Animation:
    def __init__(self, folder, display):
        self.folder, self.display = Path(folder), display
        self.pictures = []  # (file, seconds)

    def show(self, seconds, after=0.5):
        """What stands on the screen `after` so many seconds is shown so long."""
        time.sleep(after)
        path = self.folder / f"{len(self.pictures):02}.png"
        self.display.picture(path)
        self.pictures.append((path, seconds))

    def write(self, path):
        command = ["convert", "-loop", "0"]
        for picture, seconds in self.pictures:
            command += ["-delay", str(round(seconds * 100)), picture]
        width = BROWSER[0] + DEVICE_WIDTH
        command += ["-crop", f"{width}x{BROWSER[1]}+0+0", "+repage", "-resize", SCALE, "+dither",
                    "-colors", COLOURS, "-layers", "optimize", path]
        subprocess.run([str(c) for c in command], check=True)


class Animated(Demo):
    def mark(self, browser):
        """Signs in once with the digits of the device, marks the browser, and leaves."""
        self.sign_in_headless(browser)
        pages.mark_this_browser(browser)
        pages.log_out(browser, self.portal)

    def animate(self, display, out):
        browser = self.started(Browser(self.folder / "browser", headless=False, size=BROWSER))
        browser.driver.set_window_rect(0, 0, *BROWSER)
        self.mark(browser)

        animation = Animation(self.folder, display)
        device = subprocess.Popen([BUILD / "qrconfirm", "--source", "-", "--loop", "--theme", "light"],
                                  stdin=subprocess.PIPE,
                                  env=dict(self.device.env, **display.environment))
        self.stops.append(device.kill)
        threading.Thread(target=self.film_for_ever, args=(browser, device.stdin), daemon=True).start()

        def press(share, units):
            display.click(BROWSER[0] + DEVICE_WIDTH * share, (SCREEN[1] + DEVICE_HEIGHT) // 2 - units * UNIT)

        animation.show(1.6, after=3)
        browser.click("#qr-open")
        pages.wait_qr_state(browser, "waiting")
        animation.show(1.2)
        press(0.5, MAIN)                     # Scan QR code
        animation.show(0.7, after=0.8)
        pages.wait_qr_state(browser, "scanned")
        animation.show(1.0, after=0.6)
        animation.show(1.6, after=APPROVE_DELAY)
        press(0.75, ANSWERS)                 # Approve
        pages.wait_signed_in(browser)
        animation.show(3.5, after=0.8)
        animation.write(out)


def main(out):
    with tempfile.TemporaryDirectory(prefix="qrconfirm-animation-") as folder, \
            shown(X11(*SCREEN)) as display:
        os.environ.update(display.environment)
        with Animated(folder, False, "qr-login") as demo:
            demo.pair()
            demo.animate(display, out)
    print(out)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
