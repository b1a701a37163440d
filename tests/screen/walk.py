# SPDX-License-Identifier: MIT
"""Walks through sign-ins in the real window, by keys and by mouse, against a real portal.

The window runs on a display of displays.py. What happened is read from the portal: what the
browser would see, and nothing from inside the device.
usage: walk.py FOLDER-OF-PROGRAMS x11|wayland
"""
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "e2e"))
from by_http import Visitor
from displays import KINDS, run, shown
from window import Window

BUILD = Path(sys.argv[1])
WIDTH, HEIGHT = 420, 780
SCALE = WIDTH / 360  # pixels a unit, as ui/window/stage.c has it
ANSWERS = 24 + 28 + 28  # units from the lower edge to the middle of a question's buttons
PASSWORD = "correct horse battery"


def start_portal(folder, *where, called=()):
    """`called`: what people see of the account, and of the portal."""
    data = ("--data", folder / "portal")
    run(BUILD / "qrportal", "user", "add", "anna", *data, *(("--display-name", called[0]) if called else ()),
        input=PASSWORD + "\n")
    if called:
        run(BUILD / "qrportal", "config", *data, "set", "portal.name", called[1])
    portal = subprocess.Popen([BUILD / "qrportal", "serve", *map(str, data), *(where or ("--listen", "127.0.0.1:0"))],
                              stdout=subprocess.PIPE, text=True)
    origin = re.search(r"https://\S+", portal.stdout.readline()).group(0)
    run(BUILD / "qrportal", "config", *data, "set", "allow-qr", "on")
    return portal, origin


def environment_of(folder, display, name=""):
    """Of a device whose folders begin with the name. No desktop chooses its colours."""
    return dict(os.environ, **display.environment, LANGUAGE="en", SDL_AUDIODRIVER="dummy",
                DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent",
                XDG_CONFIG_HOME=str(folder / f"{name}config"), XDG_DATA_HOME=str(folder / f"{name}data"),
                XDG_STATE_HOME=str(folder / f"{name}state"))


def pair(folder, origin, environment, program=(BUILD / "qrconfirm",)):
    visitor = Visitor(origin)
    visitor.log_in("anna", PASSWORD)
    picture = folder / "pair.png"
    run(BUILD / "camsim", "--code", visitor.pairing_code(), "--frames", "1", "--out", picture)
    device = subprocess.Popen([*program, "pair", "--headless", "--source", f"image:{picture}"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    for line in device.stdout:
        if re.fullmatch(r"\d{6}\n", line):
            visitor.confirm_pairing(line.strip())
        if "yes or no" in line:
            device.stdin.write("yes\n")
            device.stdin.flush()
    assert device.wait() == 0, "the device is not paired"


class TooSlow(Exception):
    """Approve was full before what was to come too early had been pressed: that tells nothing."""


class Walk:
    """One window and one browser that waits for it."""

    def __init__(self, folder, origin, display, environment, arguments):
        self.folder = folder
        self.display = display
        self.browser = Visitor(origin)
        film = folder / "film.y4m"
        run(BUILD / "camsim", "--code", self.browser.new_code(), "--module", "5", "--frames", "20",
            "--out", film)
        self.window = Window([BUILD / "qrconfirm", *arguments, "--source", f"replay:{film}"], environment, display)
        self.shows = self.window.shows

    def press(self, *keys):
        self.display.press(*keys)

    def click(self, share, units_from_bottom):
        """Clicks at a share of the width, so many units above the lower edge."""
        self.display.click(WIDTH * share, HEIGHT - units_from_bottom * SCALE)

    def touch(self, share, units_from_bottom):
        self.display.touch(WIDTH * share, HEIGHT - units_from_bottom * SCALE)

    def expect(self, state, seen):
        got = self.browser.state(seen)["state"]
        assert got == state, f"the browser sees '{got}', expected '{state}':\n{self.window.said()}"

    def is_asked(self):
        """The question stands, and all but Approve is taken."""
        self.expect("scanned", "waiting")
        self.shows("asking")

    def may_approve(self):
        self.window.is_ready("asking")

    def is_answered(self, state):
        """The browser knows, and the window shows it. One that is ended before that keeps the answer open, and
        its next start asks about it."""
        self.expect(state, "scanned")
        self.window.wait_for_line("result after the answer")

    def too_early(self, press):
        """Presses Approve in the 1.5 seconds in which it fills."""
        press()
        if self.window.has_become_ready():
            raise TooSlow
        try:
            self.stays("scanned")
        except AssertionError:
            if self.window.has_become_ready():  # before it came to what was pressed
                raise TooSlow from None
            raise

    def stays(self, state):
        time.sleep(1)                # what must not happen would have happened
        got = self.browser.state()["state"]
        assert got == state, f"the browser sees '{got}', expected '{state}' still:\n{self.window.said()}"

    def end(self, code):
        self.window.stop(code)


def too_early_does_not_approve(walk):
    walk.press("Return")             # the button has the focus
    walk.is_asked()
    walk.too_early(lambda: walk.press("Tab", "Return"))  # Approve has the focus, but is not full
    walk.end(130)


def approve_by_keys(walk):
    walk.press("Return")
    walk.is_asked()
    walk.may_approve()
    walk.press("Tab", "Return")
    walk.is_answered("approved")
    walk.end(130)                    # a signal, whatever was shown


def keys_that_come_at_once_are_taken_one_by_one(walk):
    walk.press("Return")
    walk.is_asked()
    walk.may_approve()
    with walk.window.stalled():
        walk.press("Tab", "Return")  # not Deny, which has the focus as long as nothing is drawn
    walk.is_answered("approved")
    walk.end(130)


def question_that_was_away_must_stand_again(walk):
    walk.press("Return")
    walk.is_asked()
    walk.may_approve()
    walk.display.hide_and_show()
    walk.too_early(lambda: walk.press("Tab", "Return"))  # read once, but not since it is back
    walk.may_approve()
    walk.press("Return")
    walk.is_answered("approved")
    walk.end(130)


def deny_by_mouse(walk):
    walk.click(0.5, 24 + 28)         # Scan QR code
    walk.is_asked()
    walk.click(0.25, ANSWERS)        # Deny
    walk.is_answered("denied")
    walk.end(130)


def press_on(walk, press):
    """Four times more where Approve will be, without looking: the first may be before the question stands."""
    for _ in range(4):
        press(0.75, 24 + 40)


def double_click_does_not_approve(walk):
    walk.click(0.75, 24 + 40)        # Scan QR code, where Approve will be
    walk.expect("scanned", "waiting")
    walk.too_early(lambda: press_on(walk, walk.click))
    walk.end(130)


def leaving_sends_nothing(walk):
    walk.press("Return")
    walk.is_asked()
    walk.may_approve()
    walk.press("Escape")
    walk.shows("instructions")
    walk.stays("scanned")
    walk.end(130)


def walk_step(step, begin):
    """Once more with another code where the machine was too slow for it."""
    for _ in range(3):
        walk = begin()
        try:
            step(walk)
            print(f"{step.__name__}: as it should be", flush=True)
            return
        except TooSlow:
            print(f"{step.__name__}: the machine was too slow for it", flush=True)
            walk.end(130)
    raise AssertionError("the machine is too slow to press Approve before its time")


def walk_all(display_kind, steps, arguments=("--fullscreen",)):
    """Walks the steps on one display, with one paired device."""
    with tempfile.TemporaryDirectory(prefix="qrconfirm-walk-") as name:
        folder = Path(name)
        portal, origin = start_portal(folder)
        try:
            with shown(display_kind()) as display:
                environment = environment_of(folder, display)
                pair(folder, origin, environment)
                for step in steps:
                    walk_step(step, lambda: Walk(folder, origin, display, environment, arguments))
        finally:
            portal.terminate()
            portal.wait()


if __name__ == "__main__":
    steps = (too_early_does_not_approve, approve_by_keys, keys_that_come_at_once_are_taken_one_by_one,
             deny_by_mouse, double_click_does_not_approve, leaving_sends_nothing)
    if sys.argv[2] == "x11":  # where another program may hide a window
        steps += (question_that_was_away_must_stand_again,)
    walk_all(lambda: KINDS[sys.argv[2]](WIDTH, HEIGHT), steps)
