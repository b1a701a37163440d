# SPDX-License-Identifier: MIT
"""A question that somebody could not see for a while is not approved as soon as it is back.

Another window of the same display lies over the real one, or takes the focus; see walk.py.
usage: walk_away.py FOLDER-OF-PROGRAMS
"""
import ctypes
import time

from displays import X11, run
from walk import ANSWERS, HEIGHT, SCALE, WIDTH, walk_all

REVERT_TO_POINTER_ROOT, CURRENT_TIME = 1, 0
APPROVE = (WIDTH * 0.75, HEIGHT - ANSWERS * SCALE)


class Cover:
    """A window of somebody else's, as large as the screen."""

    def __init__(self, display):
        self.x11 = ctypes.CDLL("libX11.so.6")
        self.x11.XOpenDisplay.restype = ctypes.c_void_p
        self.x11.XDefaultRootWindow.restype = self.x11.XCreateSimpleWindow.restype = ctypes.c_ulong
        self.display = ctypes.c_void_p(self.x11.XOpenDisplay(display.environment["DISPLAY"].encode()))
        root = ctypes.c_ulong(self.x11.XDefaultRootWindow(self.display))
        self.window = ctypes.c_ulong(self.x11.XCreateSimpleWindow(self.display, root, 0, 0, WIDTH, HEIGHT, 0, 0, 0))

    def lie_over(self):
        self.x11.XMapRaised(self.display, self.window)
        self.x11.XSync(self.display, 0)

    def take_focus(self):
        self.x11.XSetInputFocus(self.display, self.window, REVERT_TO_POINTER_ROOT, ctypes.c_ulong(CURRENT_TIME))
        self.x11.XSync(self.display, 0)

    def lie_below(self):
        self.x11.XLowerWindow(self.display, self.window)
        self.x11.XSync(self.display, 0)

    def close(self):
        self.x11.XCloseDisplay(self.display)


def asked(walk):
    walk.press("Return")
    walk.is_asked()
    walk.may_approve()
    return Cover(walk.display)


def is_approved_after_a_while(walk, press):
    walk.too_early(press)
    walk.may_approve()
    walk.display.click(*APPROVE)
    walk.is_answered("approved")
    walk.end(130)


def what_lay_below_another_window_is_read_again(walk):
    cover = asked(walk)
    cover.lie_over()
    cover.close()
    is_approved_after_a_while(walk, lambda: walk.display.click(*APPROVE))


def without_the_focus_nothing_ripens(walk):
    cover = asked(walk)
    cover.lie_over()
    cover.take_focus()
    cover.lie_below()                # seen, but the person is at the other window
    time.sleep(2)                    # longer than it takes to ripen
    is_approved_after_a_while(walk, lambda: walk.display.click(*APPROVE))
    cover.close()


def with_the_focus_back_it_begins_again(walk):
    cover = asked(walk)
    cover.lie_over()
    cover.take_focus()
    time.sleep(2)                    # longer than it takes to ripen
    cover.close()
    run("xdotool", "search", "--name", "^QR Confirm$", "windowfocus", "--sync", env=walk.display.caller)
    is_approved_after_a_while(walk, lambda: walk.press("Tab", "Return"))  # as in too_early_does_not_approve


if __name__ == "__main__":
    walk_all(lambda: X11(WIDTH, HEIGHT),
             (what_lay_below_another_window_is_read_again, without_the_focus_nothing_ripens,
              with_the_focus_back_it_begins_again))
