# SPDX-License-Identifier: MIT
"""A panel that is mounted sideways, and one that is partly covered, in the real window; see walk.py.

The panel is a display whose picture is turned back before it is looked at, as one sees it who stands
before it, and who touches what he sees there.
usage: walk_turned.py FOLDER-OF-PROGRAMS x11|wayland
"""
import contextlib
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import displays
import touch_displays
from displays import on_panel, run, shown, wait_for
from walk import BUILD, HEIGHT, WIDTH, deny_by_mouse, environment_of, walk_all
from walk_touch import (BUTTONS, a_finger_that_slides_off_presses_nothing,
                        a_list_scrolls_and_a_keypad_types, approve_by_touch, deny_by_touch)
from window import Window

COVERED = 40  # units of the lower edge
FOUND, FRAME = "#5de39b", 500  # the colour of the frame around a code, and the least pixels of it
NOISE = 500   # pixels at a quarter of the size: a picture that is moved by one pixel; another has thousands


class Turned:
    """A display of displays.py or touch_displays.py, `width` by `height` for who looks at it."""

    def __init__(self, kind, degrees, width, height):
        self.degrees, self.width, self.height = degrees, width, height
        self.panel = kind(width, height) if degrees == 180 else kind(height, width)

    def __getattr__(self, name):
        return getattr(self.panel, name)

    def place(self, x, y):
        return on_panel(self.degrees, self.width, self.height, x, y)

    def touch(self, x, y):
        self.panel.touch(*self.place(x, y))

    def drag(self, x, y, to_x, to_y):
        self.panel.drag(*self.place(x, y), *self.place(to_x, to_y))

    def click(self, x, y):
        self.panel.click(*self.place(x, y))

    def picture(self, path):
        self.panel.picture(path)
        run("mogrify", "-rotate", str(-self.degrees), path)


def approve_beside_what_is_covered(walk):
    """The buttons stand above the covered edge, and beneath them nothing is."""
    walk.touch(0.5, COVERED / 2)
    walk.stays("waiting")
    walk.display.touch(WIDTH / 2, HEIGHT - (BUTTONS + COVERED) * WIDTH / 360)
    walk.expect("scanned", "waiting")
    walk.end(130)


def shows(display, path):
    display.picture(path)
    return subprocess.run([BUILD / "screen_shows", path, "welcome-1280x800-en-light"],
                          stdout=subprocess.DEVNULL).returncode == 0


def looks_as_upright(kind, degrees):
    """The first screen on a wide panel, as the gallery has it."""
    with tempfile.TemporaryDirectory(prefix="qrconfirm-turned-") as name:
        folder = Path(name)
        with shown(Turned(kind, degrees, 1280, 800)) as display:
            device = subprocess.Popen(
                [BUILD / "qrconfirm", "--fullscreen", "--rotate", str(degrees)],
                env=environment_of(folder, display))
            try:
                wait_for(f"the first screen turned by {degrees}", lambda: shows(display, folder / "seen.png"))
            finally:
                device.terminate()
                device.wait()
    print(f"turned by {degrees} it looks as upright: as it should be", flush=True)


def feed(device, film):
    """One frame again and again, as a camera that is held still."""
    head, frame = film.read_bytes().split(b"\n", 1)
    with contextlib.suppress(OSError, ValueError):
        device.stdin.buffer.write(head + b"\n")
        while True:
            device.stdin.buffer.write(frame)
            device.stdin.buffer.flush()
            time.sleep(0.1)


def differ(one, other, **where):
    return float(run("convert", one, other, "-resize", "25%", "-fuzz", "16%", "-metric", "AE", "-compare",
                     "-format", "%[distortion]", "info:", **where).stdout)


def is_framed(path):
    """The frame has its colour from the moment a code is seen."""
    return float(run("convert", path, "-fuzz", "2%", "-fill", "black", "+opaque", FOUND, "-fill", "white",
                     "-opaque", FOUND, "-format", "%[fx:mean*w*h]", "info:").stdout) > FRAME


def frame_around(path):
    """Left, top, width and height of what is seen of the frame around a code: the texts lie over its foot."""
    size, left, top = run("convert", path, "-fuzz", "2%", "-fill", "black", "+opaque", FOUND, "-format", "%@",
                          "info:").stdout.split("+")
    return (int(left), int(top), *map(int, size.split("x")))


def is_mirror_image(one, other):
    """Both show the frame, as far from the left in one as from the right in the other, and the same code in it."""
    if not is_framed(other):
        return False
    (left, top, width, height), at = frame_around(one), frame_around(other)
    seen = [WIDTH - left - width, top, width, height]
    if any(abs(want - got) > 3 for want, got in zip(seen, at)):
        return False
    inner = f"{width - 40}x60"             # the upper part of the code
    run("convert", one, "-crop", f"{inner}+{left + 20}+{top + 20}", "+repage", "-flop", "one.png", cwd=other.parent)
    run("convert", other, "-crop", f"{inner}+{at[0] + 20}+{at[1] + 20}", "+repage", "other.png", cwd=other.parent)
    return differ("one.png", "other.png", cwd=other.parent) < NOISE / 10


def is_seen(display, path, film, degrees, is_it, *options):
    """The camera's picture with a code of another kind in it, and the frame around that."""
    with shown(display):
        window = Window([BUILD / "qrconfirm", "--fullscreen", "--rotate", str(degrees), "--source", "-", "--still", *options],
                        environment_of(path.parent, display), display, stdin=subprocess.PIPE)
        try:
            threading.Thread(target=feed, args=(window.device, film), daemon=True).start()
            display.touch(WIDTH / 2, HEIGHT - BUTTONS * WIDTH / 360)
            window.wait_for_line("first preview")

            def look():
                display.picture(path)
                return is_it(path)
            wait_for(f"the camera's picture turned by {degrees}", look)
        finally:
            window.device.kill()
            window.device.wait()


def film_of_wifi(film):
    run(BUILD / "camsim", "--code", "WIFI:S:guest;T:WPA;P:secret;;", "--module", "5", "--aim", "100,80",
        "--frames", "1", "--out", film)


def aims_as_upright(kind):
    with tempfile.TemporaryDirectory(prefix="qrconfirm-turned-") as name:
        folder = Path(name)
        film, upright = folder / "film.y4m", folder / "upright.png"
        film_of_wifi(film)
        is_seen(kind(WIDTH, HEIGHT), upright, film, 0, is_framed)
        for degrees in (90, 180, 270):
            is_seen(Turned(kind, degrees, WIDTH, HEIGHT), folder / "turned.png", film, degrees,
                    lambda path: differ(upright, path) < NOISE)
    print("the code is framed however the panel is turned: as it should be", flush=True)


def is_mirrored_as_the_setting_says(kind):
    """The recording says nothing of where its camera faced."""
    with tempfile.TemporaryDirectory(prefix="qrconfirm-mirrored-") as name:
        folder = Path(name)
        film, plain = folder / "film.y4m", folder / "plain.png"
        film_of_wifi(film)
        is_seen(kind(WIDTH, HEIGHT), plain, film, 0, is_framed, "--mirror", "no")
        is_seen(kind(WIDTH, HEIGHT), folder / "mirrored.png", film, 0,
                lambda path: is_mirror_image(plain, path), "--mirror", "yes")
    print("picture and frame are mirrored where that is set: as it should be", flush=True)


def walk_turned(kind, degrees, steps, *more):
    walk_all(lambda: Turned(kind, degrees, WIDTH, HEIGHT), steps,
             ("--fullscreen", "--rotate", str(degrees), *more))


if __name__ == "__main__":
    display_kind = touch_displays.KINDS[sys.argv[2]]
    for turned in (90, 180, 270):
        looks_as_upright(display_kind, turned)
    aims_as_upright(display_kind)
    is_mirrored_as_the_setting_says(display_kind)
    walk_turned(display_kind, 90, (approve_by_touch, deny_by_touch, a_finger_that_slides_off_presses_nothing,
                                   a_list_scrolls_and_a_keypad_types))
    walk_turned(displays.KINDS[sys.argv[2]], 90, (deny_by_mouse,))
    walk_turned(display_kind, 180, (approve_by_touch,))
    walk_turned(display_kind, 270, (approve_by_touch,))
    walk_turned(display_kind, 90, (approve_beside_what_is_covered,),
                "--safe-area", f"0,0,{COVERED},0")
