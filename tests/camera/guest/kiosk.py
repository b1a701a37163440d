# SPDX-License-Identifier: MIT
"""Runs qrconfirm full screen by KMS, taps on it, and looks at what the display shows.

usage: kiosk.py BUILD PICTURES     (PICTURES: folder on the host; the machine may only read it)
"""
import atexit
import os
import re
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "screen"))
import walk
from display import HEIGHT, PATIENCE, WIDTH, Monitor, TouchScreen, await_screen, step
from displays import on_panel

BUILD, PICTURES = Path(sys.argv[1]), Path(sys.argv[2])

# Where things are on a kiosk, in pixels. The kernel tells a place only where it differs from the last,
# and SDL does not ask when it begins: so no two windows are tapped first and last at one x or y.
MENU, BACK, RUSSIAN, ENGLISH = (48, 36), (48, 36), (1240, 36), (1182, 36)
SCAN, APPROVE = (660, 712), (810, 680)
# The same on one that stands upright, in units of which 600 are its height.
TALL_MENU, TALL_SETTINGS, TALL_COLOURS = (32, 32), (187, 300), (187, 224)
DARK = 10000  # bytes of a picture of a display that is dark yet; of a screen it has many more


def where(screen, text):
    """The middle of a text on a screen of the gallery: rows come and go."""
    told = walk.run(BUILD / "screen_where", f"{screen}-{WIDTH}x{HEIGHT}-en-light", text)
    return tuple(int(each) for each in told.stdout.split())


def start_window(environment, *arguments):
    device = subprocess.Popen([BUILD / "qrconfirm", *arguments, "--fullscreen", "--verbose"], env=environment,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    atexit.register(device.kill)
    seen = ""
    for line in device.stderr:
        seen += line
        if "first screen" in line:
            step(line.strip())
            return device
    sys.exit(f"exit code {device.wait()}: {seen}")


def end_window(device):
    device.terminate()
    device.stderr.read()
    device.wait()


def setting(config, name):
    """As the file has it; None: not there."""
    text = config.read_text() if config.exists() else ""
    found = re.search(rf"^{name}\s*=\s*(\S+)", text, re.MULTILINE)
    return found and found.group(1)


def await_change(config, before, name="mute"):
    end = time.monotonic() + PATIENCE
    while setting(config, name) == before:
        if time.monotonic() > end:
            sys.exit("a tap on a setting changes nothing")
        time.sleep(0.2)
    time.sleep(2)  # whatever else the same tap does
    return setting(config, name)


def await_another(monitor, name, before):
    """Until the display shows something else, and goes on showing it."""
    end, last = time.monotonic() + PATIENCE, before
    while True:
        now = monitor.picture(name).read_bytes()
        if now == last != before and len(now) > DARK:
            return now
        if time.monotonic() > end:
            sys.exit(f"the display stays as it was: {name}")
        last = now
        time.sleep(1)


def taps_count_once(monitor, touch, environment, config):
    device = start_window(environment)
    await_screen(BUILD, monitor, "kiosk-1-en", "welcome")
    touch.tap(RUSSIAN)
    await_screen(BUILD, monitor, "kiosk-2-ru", "welcome")
    touch.tap(ENGLISH)
    await_screen(BUILD, monitor, "kiosk-3-en", "welcome")
    before = monitor.picture("kiosk-3-en").read_bytes()
    sounds = where("settings", "Sounds")
    for place in MENU, where("menu", "Settings"):
        touch.tap(place)
        before = await_another(monitor, "kiosk-4-settings", before)
    values = [None]
    for _ in range(3):
        touch.tap(sounds)
        values.append(await_change(config, values[-1]))
    if values[1] == values[2] or values[1] != values[3]:
        sys.exit(f"three taps on a setting made it {values[1:]}")
    step(f"three taps on a setting made it {values[1:]}")
    end_window(device)


class UpsideDown:
    """A display that is mounted so, for who stands before it."""

    def __init__(self, monitor, folder):
        self.monitor, self.folder = monitor, folder

    def picture(self, name):
        path = self.folder / f"{name}.png"
        walk.run("convert", self.monitor.picture(name), "-rotate", "180", path)
        return path


def turns_for_its_panel(monitor, touch, folder, environment, config):
    device = start_window(environment, "--rotate", "180")
    upside_down = UpsideDown(monitor, folder)
    await_screen(BUILD, upside_down, "kiosk-upside-down-en", "welcome")
    touch.tap(on_panel(180, WIDTH, HEIGHT, *RUSSIAN))
    await_screen(BUILD, upside_down, "kiosk-upside-down-ru", "welcome")
    end_window(device)
    before = monitor.picture("kiosk-sideways").read_bytes()
    device = start_window(environment, "--rotate", "90")
    for place in TALL_MENU, TALL_SETTINGS, TALL_COLOURS:
        before = await_another(monitor, "kiosk-sideways", before)
        touch.tap(on_panel(90, HEIGHT, WIDTH, *(side * WIDTH / 600 for side in place)))
    step(f"sideways the colours are tapped: {await_change(config, None, 'theme')}")
    await_another(monitor, "kiosk-sideways", before)
    end_window(device)
    config.unlink()


def approves_by_touch(monitor, touch, folder, origin, environment):
    browser = walk.Visitor(origin)
    film = folder / "film.y4m"
    walk.run(BUILD / "camsim", "--code", browser.new_code(), "--module", "4", "--frames", "6", "--out", film)
    device = start_window(environment, "--source", f"replay:{film}")
    monitor.picture("kiosk-5-instructions")
    time.sleep(3)
    touch.tap(SCAN)
    state, end = "waiting", time.monotonic() + PATIENCE
    while state == "waiting" and time.monotonic() < end:
        state = browser.state("waiting")["state"]  # after a while it answers though nothing has changed
    step(f"Scan QR code is tapped, the browser sees: {state}")
    time.sleep(4)  # the question stands, and Approve is full
    monitor.picture("kiosk-6-asking")
    state, end = "scanned", time.monotonic() + PATIENCE
    while state == "scanned" and time.monotonic() < end:
        touch.tap(APPROVE)  # a slow machine fills it later, and an early tap does not count
        state = browser.state("scanned")["state"]
    time.sleep(2)
    monitor.picture("kiosk-7-done")
    end_window(device)
    if state != "approved":
        sys.exit(f"Approve is tapped, the browser sees: {state}")
    step("Approve is tapped, the browser sees: approved")


def main():
    folder = Path.cwd() / "kiosk"
    folder.mkdir(mode=0o700)
    environment = dict(os.environ, SDL_VIDEODRIVER="kmsdrm", LANGUAGE="en", XDG_RUNTIME_DIR=str(folder),
                       XDG_CONFIG_HOME=str(folder / "config"), XDG_DATA_HOME=str(folder / "data"),
                       XDG_STATE_HOME=str(folder / "state"))
    monitor = Monitor(PICTURES)
    touch = TouchScreen(BUILD)
    config = folder / "config" / "qrconfirm" / "config.ini"
    taps_count_once(monitor, touch, environment, config)
    turns_for_its_panel(monitor, touch, folder, environment, config)
    portal, origin = walk.start_portal(folder)
    try:
        walk.pair(folder, origin, environment)
        step("paired")
        approves_by_touch(monitor, touch, folder, origin, environment)
    finally:
        portal.terminate()
        portal.wait()
    print("the kiosk works", flush=True)


main()
