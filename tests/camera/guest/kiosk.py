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
from display import PATIENCE, Monitor, TouchScreen, await_screen, step

BUILD, PICTURES = Path(sys.argv[1]), Path(sys.argv[2])

# Where things are on a kiosk, in pixels. The kernel tells a place only where it differs from the last,
# and SDL does not ask when it begins: so no two windows are tapped first and last at one x or y.
MENU, BACK, RUSSIAN, ENGLISH = (48, 36), (48, 36), (1240, 36), (1182, 36)
SETTINGS, SOUNDS = (640, 390), (640, 474)
SCAN, APPROVE = (660, 712), (810, 680)


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


def await_change(config, before):
    end = time.monotonic() + PATIENCE
    while setting(config, "mute") == before:
        if time.monotonic() > end:
            sys.exit("a tap on a setting changes nothing")
        time.sleep(0.2)
    time.sleep(2)  # whatever else the same tap does
    return setting(config, "mute")


def taps_count_once(monitor, touch, environment, config):
    device = start_window(environment)
    await_screen(BUILD, monitor, "kiosk-1-en", "welcome")
    touch.tap(RUSSIAN)
    await_screen(BUILD, monitor, "kiosk-2-ru", "welcome")
    touch.tap(ENGLISH)
    await_screen(BUILD, monitor, "kiosk-3-en", "welcome")
    touch.tap(MENU)
    time.sleep(3)
    touch.tap(SETTINGS)
    time.sleep(3)
    monitor.picture("kiosk-4-settings")
    values = [None]
    for _ in range(3):
        touch.tap(SOUNDS)
        values.append(await_change(config, values[-1]))
    if values[1] == values[2] or values[1] != values[3]:
        sys.exit(f"three taps on a setting made it {values[1:]}")
    step(f"three taps on a setting made it {values[1:]}")
    end_window(device)


def approves_by_touch(monitor, touch, folder, origin, environment):
    browser = walk.Browser(origin)
    film = folder / "film.y4m"
    walk.run(BUILD / "camsim", "--code", browser.new_code(), "--module", "4", "--frames", "6", "--out", film)
    device = start_window(environment, "--source", f"replay:{film}")
    monitor.picture("kiosk-5-instructions")
    time.sleep(3)
    touch.tap(SCAN)
    state = browser.state("waiting")["state"]
    step(f"Scan QR code is tapped, the browser sees: {state}")
    time.sleep(4)  # the question stands, and Approve is full
    monitor.picture("kiosk-6-asking")
    state = "scanned"
    for _ in range(3):  # a slow machine fills it later, and an early tap does not count
        if state == "scanned":
            touch.tap(APPROVE)
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
    taps_count_once(monitor, touch, environment, folder / "config" / "qrconfirm" / "config.ini")
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
