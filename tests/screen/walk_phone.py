# SPDX-License-Identifier: MIT
"""Walks through sign-ins by touch in a phone's own shell, upright and on its side; see walk.py.

The shell is phoc, Phosh's compositor, with squeekboard, its on-screen keyboard. What is pressed is found
in pictures of the display, as a person finds it.
usage: walk_phone.py FOLDER-OF-PROGRAMS
"""
import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from displays import is_listening, run, shown, wait_for
from touch_displays import TouchPhoc
from walk import BUILD, Visitor, environment_of, pair, start_portal
from window import Window

WIDTH, HEIGHT = 720, 1440                # pixels, two a point
ACCENT, GROUND = "#0a4fb4", "#f7f7f5"    # of the light theme: a main button, and behind everything
KEYS = ("qwertyuiop", "asdfghjkl")       # of the first rows of squeekboard, each in the middle
ENTER, POINT = (0.91, 0.875), (0.76, 0.875)  # shares of its sides
KEYBOARD = 200                           # pixels: it is higher
LARGE, FIELD = 200, 50                   # a button or a field is wider, a field is higher
MIDDLE, DIFFERS = 240, 0.02              # pixels of the panel that are compared; shares of them
PIPEWIRE = Path(__file__).resolve().parent.parent / "pipewire"
BLACK = ("gray(0)", "srgb(0,0,0)", "srgba(0,0,0,1)", "black")


class Phone:
    def __init__(self, display, folder, environment, *arguments):
        self.display, self.path = display, folder / "seen.png"
        self.window = Window([BUILD / "qrconfirm", *arguments], environment, display)
        self.shows = self.window.shows

    def picture(self):
        self.display.picture(self.path)
        keep = os.environ.get("WALK_PICTURES")   # a folder for all of them
        if keep:
            run("cp", self.path, Path(keep) / f"{time.monotonic():.1f}.png")
        return self.path

    def sides(self):
        told = run("identify", "-format", "%w %h", self.picture()).stdout
        return tuple(map(int, told.split()))

    def looks_as(self, sample):
        """The gallery's picture of it, in every pixel of the panel."""
        wait_for(f"a picture of {sample}", lambda: subprocess.run(
            [BUILD / "screen_shows", self.picture(), f"{sample}-{WIDTH}x{HEIGHT}-en-light"],
            stdout=subprocess.DEVNULL).returncode == 0)

    def accented(self):
        """The boxes of what is large and has the colour of main buttons, and of the border of a field: x, y,
        width, height, and how much of the box is of that colour."""
        told = run("convert", self.picture(), "-fill", "black", "+opaque", ACCENT, "-fill", "white", "-opaque",
                   ACCENT, "-define", "connected-components:verbose=true", "-connected-components", "8", "null:")
        for line in told.stdout.splitlines()[1:]:
            box, _, pixels, colour = line.split()[1:5]
            width, height, x, y = map(int, re.split(r"[x+]", box))
            if width > LARGE and colour not in BLACK:
                yield x, y, width, height, int(pixels) / (width * height)

    def button(self):
        """None: there is none."""
        return next((box[:4] for box in self.accented() if box[4] > 0.5), None)

    def field(self):
        """The one that has the focus; None: none is to be seen whole."""
        return next((box[:4] for box in self.accented() if box[4] < 0.5 and box[3] > FIELD), None)

    def fills_the_display(self):
        """It reaches into each corner, which it does not while the shell lets it come, or turns the display."""
        width, height = self.sides()
        seen = subprocess.run(["convert", self.path, "-depth", "8", "rgb:-"], check=True, capture_output=True).stdout
        corners = [3 * (y * width + x) for x in (2, width - 3) for y in (2, height - 3)]
        return all(seen[at:at + 3] == bytes.fromhex(GROUND[1:]) for at in corners)

    def press_button(self):
        x, y, width, height = wait_for("a button", lambda: self.fills_the_display() and self.button())
        self.touch(x + width / 2, y + height / 2)

    def touch(self, x, y):
        self.display.touch_upright(x, y)

    def keyboard(self):
        """Where squeekboard begins, from above; None: it is not there."""
        width, height = self.sides()
        column = run("convert", self.path, "-crop", f"1x{height}+2+0", "-depth", "8", "txt:-").stdout
        rows = [int(y) for y, colour in re.findall(r"^0,(\d+):.*(#\w{6})", column, re.MULTILINE)
                if colour.lower() == GROUND]
        top = max(rows, default=0) + 1
        return top if height - top > KEYBOARD else None

    def touch_key(self, right, down):
        width, height = self.sides()
        top = self.keyboard()
        self.touch(width * right, top + (height - top) * down)
        time.sleep(0.2)

    def type(self, text):
        for letter in text:
            if letter == ".":
                self.touch_key(*POINT)
                continue
            row = next(number for number, keys in enumerate(KEYS) if letter in keys)
            self.touch_key(0.5 + (KEYS[row].index(letter) - (len(KEYS[row]) - 1) / 2) / 10, (row + 0.5) / 4)
        self.picture()

    def turn(self, degrees):
        self.display.turn(degrees)
        sides = (HEIGHT, WIDTH) if degrees % 180 else (WIDTH, HEIGHT)
        wait_for(f"a display of {sides}", lambda: self.sides() == sides)


class Camera:
    """A daemon of PipeWire with one camera, that of a phone's back, mounted on its side: it sees a code."""

    def __init__(self, folder, code):
        self.folder = folder
        film = folder / "film.mjpeg"
        run(BUILD / "camsim", "--code", code, "--module", "6", "--size", "1280x720", "--aim", "166,203", "--frames",
            "1", "--out", film)
        # A socket's path is at most 107 bytes long.
        self.runtime = tempfile.mkdtemp(prefix="pw-", dir="/tmp")
        self.environment = {"PIPEWIRE_RUNTIME_DIR": self.runtime}
        self.caller = dict(os.environ, **self.environment)
        self.daemon = subprocess.Popen(["pipewire", "-c", PIPEWIRE / "pipewire.conf"], env=self.caller)
        wait_for("PipeWire", lambda: is_listening(Path(self.runtime) / "pipewire-0"))
        self.node = subprocess.Popen([BUILD / "tests" / "pipewire_node", "qr-camera", "NV12", "1", "daemon", "back",
                                      film], stdin=subprocess.PIPE, env=self.caller)
        wait_for("the camera", lambda: "qr-camera" in self.ask("ls", "Node"))

    def ask(self, *words):
        return run("pw-cli", *words, env=self.caller).stdout

    def is_used(self):
        return "type PipeWire:Interface:Link" in self.ask("ls", "Link")

    def stop(self):
        self.node.stdin.close()              # it ends with its standard input
        self.node.wait()
        self.daemon.kill()
        self.daemon.wait()
        shutil.rmtree(self.runtime)


def a_field_calls_the_keyboard_of_the_shell(display, folder, origin):
    """The shell makes room for its keys, and what is typed on them comes in."""
    phone = Phone(display, folder, environment_of(folder, display, "new-"))
    phone.looks_as("welcome")
    place = run(BUILD / "screen_where", f"welcome-{WIDTH}x{HEIGHT}-en-light", "Pair with a Bitrix24 portal").stdout
    phone.touch(*map(int, place.split()))
    phone.shows("by-address")
    wait_for("the keyboard of the shell", phone.keyboard)
    wait_for("a button above the keys", phone.button)
    for degrees in 90, 270, 0:
        phone.turn(degrees)
        wait_for("the field above the keys", lambda: phone.keyboard() and phone.field())
    phone.type("q.p")
    phone.touch_key(*ENTER)
    phone.shows("enrolling", "failed")       # there is no such portal; an empty field is kept
    wait_for("the keyboard to go", lambda: not phone.keyboard())
    phone.window.stop()


def begin(display, folder, origin):
    """A window before a code that a browser shows."""
    browser = Visitor(origin)
    film = folder / "film.y4m"
    run(BUILD / "camsim", "--code", browser.new_code(), "--module", "5", "--frames", "20", "--out", film)
    phone = Phone(display, folder, environment_of(folder, display), "--source", f"replay:{film}")
    return browser, phone


def answers(phone, browser):
    phone.shows("asking")
    phone.window.is_ready("asking")
    phone.press_button()                     # Approve
    assert browser.state("scanned")["state"] == "approved", phone.window.said()
    phone.window.wait_for_line("result after the answer")
    phone.window.stop()


def approve_upright(display, folder, origin):
    browser, phone = begin(display, folder, origin)
    phone.press_button()                     # Scan QR code
    answers(phone, browser)


def approve_on_its_side(display, folder, origin):
    for degrees in 90, 270:
        browser, phone = begin(display, folder, origin)
        phone.turn(degrees)
        phone.press_button()
        answers(phone, browser)
        phone.turn(0)


def turned_while_it_asks(display, folder, origin):
    browser, phone = begin(display, folder, origin)
    phone.press_button()
    phone.shows("asking")
    phone.turn(90)
    phone.window.is_ready("asking")
    phone.press_button()                     # Approve
    assert browser.state("scanned")["state"] == "approved", phone.window.said()
    phone.turn(0)
    phone.window.stop()


def panel(phone, name):
    """What the panel shows in its middle, where the camera's picture is and nothing lies over it."""
    path = phone.path.with_name(f"{name}.png")
    phone.display.below.picture(path)
    run("mogrify", "-gravity", "center", "-crop", f"{MIDDLE}x{MIDDLE}+0+0", "+repage", "-colorspace", "gray", path)
    return path


def is_busy(path):
    """A code stands in it."""
    return float(run("identify", "-format", "%[fx:standard_deviation]", path).stdout) > 0.1


def differ(one, other):
    told = run("convert", one, other, "-fuzz", "25%", "-metric", "AE", "-compare", "-format", "%[distortion]", "info:")
    return float(told.stdout) / MIDDLE ** 2


@contextlib.contextmanager
def aiming(display, folder):
    camera = Camera(folder, "WIFI:S:guest;T:WPA;P:secret;;")
    try:
        environment = dict(environment_of(folder, display, "new-"), **camera.environment)
        phone = Phone(display, folder, environment, "--source", "pipewire:qr-camera")
        phone.press_button()                 # Scan pairing code
        phone.window.wait_for_line("first preview")
        yield camera, phone
        phone.window.stop()
    finally:
        camera.stop()


def the_picture_stays_upright_when_the_phone_turns(display, folder):
    """A camera that is built in turns with the phone: on the panel its picture stays where it is."""
    with aiming(display, folder) as (_, phone):
        wait_for("the code on the panel", lambda: is_busy(panel(phone, "upright")))
        time.sleep(1)                        # the frame around the code is closed
        upright = panel(phone, "upright")
        for degrees in 90, 180, 270, 0:
            phone.turn(degrees)
            wait_for(f"the same picture at {degrees}", lambda: differ(upright, panel(phone, "turned")) < DIFFERS)


def a_camera_that_is_not_seen_is_let_go_of(display, folder):
    """Another program's window covers it, and goes."""
    with aiming(display, folder) as (camera, phone):
        assert camera.is_used()
        other = subprocess.Popen([BUILD / "qrconfirm"], env=environment_of(folder, display, "other-"))
        try:
            wait_for("the camera to be let go of", lambda: not camera.is_used())
        finally:
            other.terminate()
            other.wait()
        wait_for("the camera to be used again", camera.is_used)
        wait_for("its picture", lambda: is_busy(panel(phone, "again")))


def main():
    with tempfile.TemporaryDirectory(prefix="qrconfirm-phone-") as name:
        folder = Path(name)
        portal, origin = start_portal(folder)
        try:
            with shown(TouchPhoc(WIDTH, HEIGHT)) as display:
                a_field_calls_the_keyboard_of_the_shell(display, folder, origin)
                print("a field calls the keyboard of the shell: as it should be", flush=True)
                for step in (the_picture_stays_upright_when_the_phone_turns,
                             a_camera_that_is_not_seen_is_let_go_of):
                    step(display, folder)
                    print(f"{step.__name__}: as it should be", flush=True)
                pair(folder, origin, environment_of(folder, display))
                for step in approve_upright, approve_on_its_side, turned_while_it_asks:
                    step(display, folder, origin)
                    print(f"{step.__name__}: as it should be", flush=True)
        finally:
            portal.terminate()
            portal.wait()


main()
