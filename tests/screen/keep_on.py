# SPDX-License-Identifier: MIT
"""The screen stays on while somebody aims at a code, reads a question or digits, and at no other time.

The display itself is asked: the screen saver of the X server, and what sway is kept from.
usage: keep_on.py FOLDER-OF-PROGRAMS x11|wayland
"""
import sys
import tempfile
from pathlib import Path

from displays import KINDS, shown, wait_for
from hear import film_of
from walk import HEIGHT, WIDTH, Visitor, pair, start_portal
from walk_forms import Device, empty_film, environment_of


def expect(display, dark, when):
    """Once the display has heard what the window asks for with a screen that was told."""
    wait_for(f"{when}: a screen that {'goes dark' if dark else 'stays on'}", lambda: display.goes_dark() == dark)


def aiming_is_left(device, display):
    expect(display, True, "on the instructions")
    device.press("Return", to=["aiming"])
    expect(display, False, "while aiming")
    device.press("Escape", to=["instructions"])
    expect(display, True, "back on the instructions")
    device.stop()


def a_question_is_denied(device, display, browser):
    device.press("Return")
    got = browser.state("waiting")["state"]
    assert got == "scanned", got
    device.shows("asking")
    expect(display, False, "while asked")
    device.press("Return", to=["refused"])
    got = browser.state("scanned")["state"]
    assert got == "denied", got
    expect(display, True, "at the outcome")
    device.stop()


def digits_are_read(device, display, browser):
    device.press("Return")
    got = browser.state("waiting")["state"]
    assert got == "scanned", got
    device.shows("asking")
    device.window.is_ready("asking")
    device.press("Tab", "Return", to=["done"])
    got = browser.state("scanned")["state"]
    assert got == "approved", got
    expect(display, False, "while the browser wants the code")
    device.stop()


def main():
    with tempfile.TemporaryDirectory(prefix="qrconfirm-keep-on-") as name:
        folder = Path(name)
        portal, origin = start_portal(folder)
        try:
            with shown(KINDS[sys.argv[2]](WIDTH, HEIGHT)) as display:
                environment = environment_of(folder, display, "")
                environment.pop("DBUS_SESSION_BUS_ADDRESS", None)  # a desktop's screen saver is not this display's
                pair(folder, origin, environment)
                aiming_is_left(Device(folder, display, environment, empty_film(folder)), display)
                for step in (a_question_is_denied, digits_are_read):
                    browser = Visitor(origin)
                    step(Device(folder, display, environment, film_of(folder, browser)), display, browser)
        finally:
            portal.terminate()
            portal.wait()


if __name__ == "__main__":
    main()
