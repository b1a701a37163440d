# SPDX-License-Identifier: MIT
"""The desktop tells whoever is at another window that a sign-in waits, and takes it back when the window is in front.

The bus is real; what shows notices on it is tests/unit/ui/notification_server.c, which says what it was told.
usage: told.py FOLDER-OF-PROGRAMS
"""
import contextlib
import functools
import os
import queue
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from displays import PATIENCE, X11, run, shown, wait_for
from walk import BUILD, HEIGHT, WIDTH, Walk, environment_of, pair, start_portal
from walk_away import Cover
from walk_forms import BUS, LIGHT, ground

SIGN_IN, DIGITS = "A sign-in waits for your answer", "The browser waits for the digits on this device"


class Desktop:
    def __init__(self):
        self.bus = subprocess.Popen(["dbus-daemon", f"--config-file={BUS}", "--nofork", "--print-address"],
                                    stdout=subprocess.PIPE, text=True)
        self.address = self.bus.stdout.readline().strip()
        self.server = subprocess.Popen([BUILD / "tests" / "notification_server"], text=True,
                                       env=dict(os.environ, DBUS_SESSION_BUS_ADDRESS=self.address),
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.said = queue.Queue()
        threading.Thread(target=lambda: [self.said.put(line.rstrip("\n")) for line in self.server.stdout],
                         daemon=True).start()
        self.is_told("ready")

    def is_told(self, expected):
        try:
            said = self.said.get(timeout=PATIENCE)
        except queue.Empty:
            said = "nothing"
        assert said == expected, f"it was told '{said}', not '{expected}'"

    def press(self, number):
        print(f"press {number} default", file=self.server.stdin, flush=True)

    def end(self):
        for program in (self.server, self.bus):
            program.terminate()
            program.wait()


@contextlib.contextmanager
def left_for_another_window(walk):
    cover = Cover(walk.display)
    cover.lie_over()
    cover.take_focus()
    try:
        yield
    finally:
        cover.close()


def come_back(walk):
    run("xdotool", "search", "--name", "^QR Confirm$", "windowfocus", "--sync", env=walk.display.caller)


def asked(walk):
    walk.press("Return")
    walk.is_asked()
    walk.may_approve()


def nothing_is_told(walk):
    asked(walk)
    with left_for_another_window(walk):
        time.sleep(1)                # what must not come would have come: the next one has the number 1
    walk.end(130)


def names_are_told(desktop, origin, walk):
    asked(walk)
    with left_for_another_window(walk):
        desktop.is_told(f"shows 1 in place of 0: {origin.removeprefix('https://')} as anna / {SIGN_IN}")
        walk.end(130)
        desktop.is_told("closes 1")


def the_decision_waits_and_then_the_digits(desktop, walk):
    asked(walk)
    with left_for_another_window(walk):
        desktop.is_told(f"shows 2 in place of 0: {SIGN_IN} / ")
        wait_for("the other window", lambda: ground(walk.folder, walk.display) != LIGHT)
        desktop.press(2)
        wait_for("the window above", lambda: ground(walk.folder, walk.display) == LIGHT)
        come_back(walk)
        desktop.is_told("closes 2")
    come_back(walk)
    walk.may_approve()
    walk.press("Tab", "Return")
    walk.is_answered("approved")
    with left_for_another_window(walk):
        desktop.is_told(f"shows 3 in place of 0: {DIGITS} / ")
        walk.end(130)
        desktop.is_told("closes 3")


def main():
    with tempfile.TemporaryDirectory(prefix="qrconfirm-told-") as name:
        folder = Path(name)
        portal, origin = start_portal(folder)
        desktop = Desktop()
        try:
            with shown(X11(WIDTH, HEIGHT)) as display:
                environment = dict(environment_of(folder, display), DBUS_SESSION_BUS_ADDRESS=desktop.address)
                pair(folder, origin, environment)

                def walk(step, *options):
                    step(Walk(folder, origin, display, environment, ("--fullscreen", "--theme", "light", *options)))

                walk(nothing_is_told, "--notifications", "no")
                walk(nothing_is_told, "--loop")
                walk(functools.partial(names_are_told, desktop, origin), "--notifications", "names")
                walk(functools.partial(the_decision_waits_and_then_the_digits, desktop))
        finally:
            desktop.end()
            portal.terminate()
            portal.wait()


if __name__ == "__main__":
    main()
