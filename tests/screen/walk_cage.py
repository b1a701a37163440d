# SPDX-License-Identifier: MIT
"""The kiosk in the compositor of data/kiosk/qrconfirm-kiosk-wayland.service, by fingers; see walk.py.

usage: walk_cage.py FOLDER-OF-PROGRAMS
"""
from displays import PATIENCE
from touch_displays import TouchCage
from walk import walk_all

WIDTH, HEIGHT = 1024, 768
SCALE = HEIGHT / 720
MIDDLE = 32 + 24 + 34  # units from the lower edge to the middle of a card's buttons
ANSWERS = MIDDLE + 38  # ... of a question's, above the time left
IDLE = 30              # seconds
KIOSK = ("scan", "--loop", "--fullscreen")


def touch(walk, units_from_middle, units_from_bottom):
    walk.display.touch(WIDTH / 2 + units_from_middle * SCALE, HEIGHT - units_from_bottom * SCALE)


def scan(walk):
    """Where the attract screen has its button, and a result does not have its own."""
    touch(walk, 0, 32 + 10)
    walk.window.wait_for_line("first preview after the button")


def a_sign_in_and_then_another_scan(walk):
    scan(walk)
    walk.is_asked()
    walk.may_approve()
    touch(walk, 150, ANSWERS)        # Approve, on the card
    walk.expect("approved", "scanned")
    walk.shows("done")
    touch(walk, 0, MIDDLE)           # Done
    walk.shows("instructions")
    scan(walk)
    walk.end(130)


def after_a_refusal_it_returns_by_itself(walk):
    scan(walk)
    walk.is_asked()
    touch(walk, -150, ANSWERS)       # Deny
    walk.expect("denied", "scanned")
    walk.shows("refused")
    walk.shows("instructions", patience=IDLE + PATIENCE)
    scan(walk)
    walk.end(130)


if __name__ == "__main__":
    walk_all(TouchCage, (a_sign_in_and_then_another_scan, after_a_refusal_it_returns_by_itself), KIOSK)
