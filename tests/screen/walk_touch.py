# SPDX-License-Identifier: MIT
"""Walks through sign-ins in the real window by fingers on a touch screen; see walk.py.

usage: walk_touch.py FOLDER-OF-PROGRAMS x11|wayland
"""
import sys
import time

from displays import wait_for
from touch_displays import KINDS
from walk import ANSWERS, HEIGHT, SCALE, WIDTH, press_on, walk_all

BUTTONS = 24 + 28  # units from the lower edge to the middle of the main buttons
BOTH = 24 + 40     # ... to where those of a question are too, as in press_on
PIN = "135792"


def units(walk, x, y, to=None):
    """A touch so many units from the upper left corner, and the screen that it leads to."""
    walk.display.touch(x * SCALE, y * SCALE)
    if to:
        walk.shows(to)


def approve_by_touch(walk):
    walk.touch(0.5, BUTTONS)         # Scan QR code
    walk.is_asked()
    walk.may_approve()
    walk.touch(0.75, ANSWERS)
    walk.is_answered("approved")
    walk.end(130)


def too_early_does_not_approve(walk):
    walk.touch(0.5, BUTTONS)
    walk.is_asked()
    walk.too_early(lambda: walk.touch(0.75, ANSWERS))
    walk.end(130)


def deny_by_touch(walk):
    walk.touch(0.5, BUTTONS)
    walk.is_asked()
    walk.touch(0.25, ANSWERS)
    walk.is_answered("denied")
    walk.end(130)


def touching_on_does_not_approve(walk):
    walk.touch(0.75, BOTH)           # Scan QR code, where Approve will be
    walk.expect("scanned", "waiting")
    walk.too_early(lambda: press_on(walk, walk.touch))
    walk.end(130)


def a_finger_that_slides_off_presses_nothing(walk):
    x, y = WIDTH / 2, HEIGHT - BUTTONS * SCALE
    walk.display.drag(x, y, x, y - 150 * SCALE)
    walk.stays("waiting")
    walk.touch(0.5, BUTTONS)
    walk.is_asked()
    walk.may_approve()
    x, y = WIDTH * 0.75, HEIGHT - ANSWERS * SCALE
    walk.display.drag(x, y, x, y - 150 * SCALE)
    walk.stays("scanned")
    walk.end(130)


def one_touch_is_one_press(walk):
    """Light, dark, contrast: pressed twice, the next but one would be kept."""
    config = walk.folder / "config" / "qrconfirm" / "config.ini"
    units(walk, 32, 32, "menu")      # its place is also that of the way back
    units(walk, 180, 340, "settings")
    units(walk, 180, 210)            # Colours
    wait_for("the theme", lambda: config.exists() and "theme = dark" in config.read_text())
    time.sleep(0.5)                  # a second press would have changed it again
    assert "theme = dark" in config.read_text()
    walk.end(130)


def a_list_scrolls_and_a_keypad_types(walk):
    """Sets a PIN; its row stands below the edge."""
    units(walk, 32, 32, "menu")
    units(walk, 180, 340, "settings")
    walk.display.drag(WIDTH / 2, 600 * SCALE, WIDTH / 2, 200 * SCALE)
    walk.touch(0.5, 60)              # PIN, now the last row
    walk.shows("pin-new")
    for after in "pin-again", "pin-done":
        for digit in PIN:
            column, row = (int(digit) - 1) % 3, (int(digit) - 1) // 3
            walk.display.touch((72 + 108 * column) * SCALE, (274 + 76 * row) * SCALE)
        walk.touch(0.5, BUTTONS)     # Continue
        walk.shows(after)
    assert (walk.folder / "data" / "qrconfirm" / "device.pin").exists()
    walk.end(130)


if __name__ == "__main__":
    walk_all(lambda: KINDS[sys.argv[2]](WIDTH, HEIGHT),
             (approve_by_touch, too_early_does_not_approve, deny_by_touch, touching_on_does_not_approve,
              a_finger_that_slides_off_presses_nothing, one_touch_is_one_press,
              a_list_scrolls_and_a_keypad_types))
