# SPDX-License-Identifier: MIT
"""The kiosk in the compositor of data/kiosk/qrconfirm-kiosk-wayland.service, by fingers; see walk.py.

usage: walk_cage.py FOLDER-OF-PROGRAMS
"""
import time

from touch_displays import TouchCage
from walk import walk_all

WIDTH, HEIGHT = 1024, 768
SCALE = HEIGHT / 720
MIDDLE = 32 + 24 + 34  # units from the lower edge to the middle of a card's buttons
ANSWERS = MIDDLE + 38  # ... of a question's, above the time left
KIOSK = ("scan", "--loop", "--fullscreen")


def touch(walk, units_from_middle, units_from_bottom):
    walk.display.touch(WIDTH / 2 + units_from_middle * SCALE, HEIGHT - units_from_bottom * SCALE)


def scan(walk):
    """Where the attract screen has its button, and a result does not have its own."""
    touch(walk, 0, 32 + 10)
    walk.wait_for_line("first preview after the button")


def a_sign_in_and_then_another_scan(walk):
    scan(walk)
    walk.expect("scanned", "waiting")
    time.sleep(2)
    touch(walk, 150, ANSWERS)        # Approve, on the card
    walk.expect("approved", "scanned")
    time.sleep(1)
    touch(walk, 0, MIDDLE)           # Done
    time.sleep(1)
    scan(walk)
    walk.end(130)


def after_a_refusal_it_returns_by_itself(walk):
    scan(walk)
    walk.expect("scanned", "waiting")
    time.sleep(1)
    touch(walk, -150, ANSWERS)       # Deny
    walk.expect("denied", "scanned")
    time.sleep(32)                   # of thirty idle seconds
    scan(walk)
    walk.end(130)


if __name__ == "__main__":
    walk_all(TouchCage, (a_sign_in_and_then_another_scan, after_a_refusal_it_returns_by_itself), KIOSK)
