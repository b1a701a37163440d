# SPDX-License-Identifier: MIT
"""On X11 nothing that another program presses answers a question, and what a device presses does.

xdotool has the server press (XTEST), or sends events itself (--window). There is no keyboard here that could be
pressed: XTestFakeDeviceKeyEvent has the server take the keys for those of its own keyboard. So no program can be
told that does the same; docs/security.md says so.
usage: presses.py FOLDER-OF-PROGRAMS
"""
import ctypes

from displays import X11, run
from walk import ANSWERS, HEIGHT, SCALE, WIDTH, walk_all

KEYBOARD = 7  # Xvfb's own: behind the masters, their devices of XTEST, and its mouse
TAB, RETURN = 23, 36
REFUSED = "Another program pressed here"


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


if __name__ == "__main__":
    walk_all(lambda: Devices(WIDTH, HEIGHT), (what_programs_press_is_refused_and_a_device_taken,))
