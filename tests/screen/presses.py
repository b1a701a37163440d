# SPDX-License-Identifier: MIT
"""On X11 nothing that another program presses answers a question, and what a device presses does.

xdotool has the server press (XTEST), or sends events itself (--window). There is no keyboard here that could be
pressed: XTestFakeDeviceKeyEvent has the server take the keys for those of its own keyboard. So no program can be
told that does the same; docs/security.md says so.
usage: presses.py FOLDER-OF-PROGRAMS
"""
import ctypes
import tempfile
import time
from pathlib import Path

from displays import X11, run, shown
from walk import ANSWERS, HEIGHT, PASSWORD, SCALE, WIDTH, environment_of, walk_all
from walk_bitrix24 import Box
from walk_forms import Device, empty_film

KEYBOARD = 7  # Xvfb's own: behind the masters, their devices of XTEST, and its mouse
TAB, RETURN = 23, 36
REFUSED = "Another program pressed here"
REFUSED_LINE = "Press with your own keyboard, mouse or finger."


class Devices(X11):
    OPTIONS = ()  # as a person starts it

    def press_device(self, *keys):
        x11, xi, xtst = (ctypes.CDLL(name) for name in ("libX11.so.6", "libXi.so.6", "libXtst.so.6"))
        x11.XOpenDisplay.restype = xi.XOpenDevice.restype = ctypes.c_void_p
        display = ctypes.c_void_p(x11.XOpenDisplay(self.environment["DISPLAY"].encode()))
        keyboard = ctypes.c_void_p(xi.XOpenDevice(display, ctypes.c_ulong(KEYBOARD)))
        assert keyboard, "the server has no keyboard"
        for key in keys:
            for down in 1, 0:
                xtst.XTestFakeDeviceKeyEvent(display, keyboard, key, down, None, 0, ctypes.c_ulong(0))
                x11.XSync(display, 0)
        x11.XCloseDisplay(display)


def what_programs_press_is_refused_and_a_device_taken(walk):
    walk.press("Return")             # a button that trusts nobody
    walk.is_asked()
    walk.may_approve()

    walk.press("Tab", "Return")      # XTEST
    walk.window.wait_for_line(REFUSED)
    walk.display.click(WIDTH * 0.75, HEIGHT - ANSWERS * SCALE)
    window = run("xdotool", "getwindowfocus", env=walk.display.caller).stdout.strip()
    run("xdotool", "key", "--window", window, "Tab", "Return", env=walk.display.caller)  # XSendEvent
    walk.stays("scanned")
    assert walk.window.count(REFUSED) == 1, "said more than once"

    walk.display.press_device(TAB, RETURN)
    walk.is_answered("approved")
    walk.end(130)


def is_the_devices_to_answer(device, asked, to):
    """Whether to trust a key, or to keep a pairing; a program has pressed before."""
    refused = device.window.count(REFUSED)
    device.press("Tab", "Return")
    device.window.wait_for_line(REFUSED)
    time.sleep(1)                    # what must not happen would have happened
    assert device.window.said().endswith(REFUSED_LINE), device.window.said()
    assert device.window.count(REFUSED) == refused + 1, f"said more than once at '{asked}'"
    device.display.press_device(TAB, RETURN)
    device.shows(to)


def what_programs_press_pairs_with_nobody(folder, display):
    box = Box(folder)
    try:
        box.add_user("boris")
        device = Device(folder, display, environment_of(folder, display), empty_film(folder))
        device.press("Tab", "Return", to=["by-address"])
        device.type(box.origin, "Return", to=["certificate"])
        is_the_devices_to_answer(device, "certificate", to="login")
        device.type("boris", "Return")
        device.type(PASSWORD, "Return", to=["confirming"])
        is_the_devices_to_answer(device, "confirming", to="paired")
        device.stop()
    finally:
        box.stop()


if __name__ == "__main__":
    walk_all(lambda: Devices(WIDTH, HEIGHT), (what_programs_press_is_refused_and_a_device_taken,))
    with tempfile.TemporaryDirectory(prefix="qrconfirm-walk-") as name, shown(Devices(WIDTH, HEIGHT)) as display:
        what_programs_press_pairs_with_nobody(Path(name), display)
    print("what_programs_press_pairs_with_nobody: as it should be", flush=True)
