# SPDX-License-Identifier: MIT
"""The kiosk in its compositor: cage starts it as data/kiosk/qrconfirm-kiosk-wayland.service does,
and fingers do the rest. See walk.py.

usage: walk_cage.py FOLDER-OF-PROGRAMS
"""
import subprocess
import time

from touch_displays import TouchCage
from walk import Walk, walk_all

WIDTH, HEIGHT = 1024, 768
SCALE = HEIGHT / 720
KIOSK = ("scan", "--loop", "--fullscreen")


def touch(walk, units_from_middle, units_from_bottom):
    walk.display.touch(WIDTH / 2 + units_from_middle * SCALE, HEIGHT - units_from_bottom * SCALE)


def a_sign_in_and_back_again(walk):
    touch(walk, 0, 48 + 40)          # Scan QR code
    walk.expect("scanned", "waiting")
    time.sleep(2)
    touch(walk, 150, 48 + 32 + 28)   # Approve, on the card in the middle
    walk.expect("approved", "scanned")
    time.sleep(1)
    touch(walk, 0, 48 + 32 + 28)     # Done
    time.sleep(1)
    touch(walk, 0, 48 + 40)          # the next one scans the same film
    time.sleep(3)
    walk.end(130)


def denied(walk):
    touch(walk, 0, 48 + 40)
    walk.expect("scanned", "waiting")
    time.sleep(1)
    touch(walk, -150, 48 + 32 + 28)
    walk.expect("denied", "scanned")
    walk.end(130)


if __name__ == "__main__":
    walk_all(TouchCage, (a_sign_in_and_back_again, denied), KIOSK)
