# SPDX-License-Identifier: MIT
"""Types into the real window: a code by hand, settings, a PIN, also for the removal of a pairing, and
what a Bitrix24 portal asks.

What happened is read from outside: the portal, the configuration file, the programs' own lists.
usage: walk_forms.py FOLDER-OF-PROGRAMS x11
"""
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import walk
from displays import KINDS, run, shown, wait_for
from walk import BUILD, HEIGHT, PASSWORD, WIDTH, Visitor, environment_of, pair, start_portal
from window import Window

PIN = "1357924680"
ACCENT = bytes.fromhex("0a4fb4")  # of the light theme
LIGHT, DARK = bytes.fromhex("f7f7f5"), bytes.fromhex("121417")  # behind everything
BUS = Path(__file__).resolve().parent.parent / "pipewire" / "bus.conf"
SECRETS = (PASSWORD, PIN)


class Device:
    def __init__(self, folder, display, environment, source, *options):
        self.display = display
        self.window = Window([BUILD / "qrconfirm", "--fullscreen", "--source", source, *options], environment, display)
        self.shows = self.window.shows

    def press(self, *keys, to=()):
        """Presses keys, and waits for the screens that they lead to."""
        self.display.press(*keys)
        self.shows(*to)

    def type(self, text, *keys, to=()):
        self.display.type(text)
        self.press(*keys, to=to)

    def stop(self):
        self.window.stop()
        assert not any(secret in self.window.said() for secret in SECRETS), "a secret was told on standard error"


def steady_picture(display, path):
    """Once what was typed has come to the screen: nothing moves on it any more."""
    before = None
    while True:
        display.picture(path)
        now = run("identify", "-format", "%#", path).stdout  # of the pixels alone
        if now == before:
            return
        before = now
        time.sleep(0.3)


def click_before_the_text(folder, display):
    """The field that has the focus is the first thing from above with a border of that colour."""
    picture = folder / "field.png"
    steady_picture(display, picture)
    column = subprocess.run(["convert", picture, "-crop", f"1x{HEIGHT}+{WIDTH // 2}+0", "-depth", "8", "rgb:-"],
                            capture_output=True, check=True).stdout
    top = next(y for y in range(HEIGHT) if column[y * 3:][:3] == ACCENT)
    display.click(39 * walk.SCALE, top + 25 * walk.SCALE)


def empty_film(folder):
    """A recording of two minutes in which there is nothing."""
    film = folder / "empty.y4m"
    frame = b"FRAME\n" + bytes([128]) * (160 * 120)
    film.write_bytes(b"YUV4MPEG2 W160 H120 F5:1 Ip A1:1 Cmono\n" + frame * 600)
    return f"replay:{film}"


def a_code_is_entered_by_hand(folder, origin, display, environment, source):
    device = Device(folder, display, environment, source)
    browser = Visitor(origin)
    code = browser.new_code()
    device.press("Return", to=["aiming"])    # Scan QR code
    device.press("Return", to=["by-hand"])   # Enter the code by hand
    device.type("hello", "Return")           # is none
    device.press(*["BackSpace"] * 5)
    display.type(code[1:].lower())
    click_before_the_text(folder, display)
    device.type(code[0], "Return")
    got = browser.state("waiting")["state"]
    assert got == "scanned", got
    device.stop()


@contextlib.contextmanager
def desktop(colours):
    """A session bus with a portal that says 1, dark, or 2, light; told another number it says that."""
    bus = subprocess.Popen(["dbus-daemon", f"--config-file={BUS}", "--nofork", "--print-address"],
                           stdout=subprocess.PIPE, text=True)
    address = bus.stdout.readline().strip()
    portal = subprocess.Popen([BUILD / "tests" / "settings_portal", "one", str(colours)], text=True,
                              env=dict(os.environ, DBUS_SESSION_BUS_ADDRESS=address),
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert portal.stdout.readline() == "ready\n"
        yield address, portal
    finally:
        for program in (portal, bus):
            program.terminate()
            program.wait()


def ground(folder, display):
    """The colour at the foot of the screen."""
    picture = folder / "ground.png"
    display.picture(picture)
    return subprocess.run(["convert", picture, "-crop", f"1x1+2+{HEIGHT - 2}", "-depth", "8", "rgb:-"],
                          capture_output=True, check=True).stdout


def colours_follow_the_desktop(folder, origin, display, environment, source):
    with desktop(1) as (address, portal):
        device = Device(folder, display, dict(environment, DBUS_SESSION_BUS_ADDRESS=address), source)
        wait_for("the dark theme", lambda: ground(folder, display) == DARK)
        print("set 2", file=portal.stdin, flush=True)
        wait_for("the light theme", lambda: ground(folder, display) == LIGHT)
        device.stop()


def settings_are_kept(folder, origin, display, environment, source):
    config = folder / "config" / "qrconfirm" / "config.ini"
    device = Device(folder, display, environment, source)
    device.display.click(32 * walk.SCALE, 32 * walk.SCALE)
    device.shows("menu")
    device.press("Tab", "Tab", "Return", to=["settings"])         # the third of the list
    device.press("Tab", "Return")                                # Colours
    wait_for("the theme", lambda: config.exists() and "theme = dark" in config.read_text())
    device.press("shift+Tab", "shift+Tab", "shift+Tab", "shift+Tab", "shift+Tab", "Return",
                 to=["pin-new"])
    device.type(PIN, "Return", to=["pin-again"])
    device.type(PIN[::-1], "Return", to=["pin-new"])  # not the same: once more
    device.type(PIN, "Return", to=["pin-again"])
    device.type(PIN, "Return", to=["pin-done"])
    assert (folder / "data" / "qrconfirm" / "device.pin").exists()
    device.stop()


def a_sign_in_wants_the_pin(folder, origin, display, environment, source):
    browser = Visitor(origin)
    film = folder / "film.y4m"
    run(BUILD / "camsim", "--code", browser.new_code(), "--module", "5", "--frames", "20", "--out", film)
    device = Device(folder, display, environment, f"replay:{film}")
    device.press("Return", to=["unlocking"])
    time.sleep(2)                            # the portal would have heard of it
    assert browser.state()["state"] == "waiting", "the portal heard of the scan before the PIN"
    device.type("000000", "Return")
    device.window.is_ready("unlocking")      # they were tried
    time.sleep(2)
    assert browser.state()["state"] == "waiting", "a wrong PIN was taken"
    device.type(PIN, "Return")
    got = browser.state("waiting")["state"]
    assert got == "scanned", got
    device.stop()


def a_bitrix24_portal_is_paired(folder, origin, display, environment, source):
    device = Device(folder, display, environment, source)
    device.press("Tab", "Return", to=["by-address"])  # Pair with a Bitrix24 portal
    device.type(origin, "Return", to=["certificate"])
    device.press("Tab", "Return", to=["login"])       # trust its key, which it made itself
    device.type("anna", "Return")
    device.type("wrong", "Return", to=["login"])
    device.type("anna", "Return")
    device.type(PASSWORD, "Return", to=["confirming"])
    device.press("Tab", "Return", to=["paired"])      # keep it

    def is_paired():
        listed = run(BUILD / "qrconfirm", "portals", "--json", env=environment).stdout
        return any(json.loads(line).get("origin") == origin for line in listed.splitlines())

    assert is_paired()
    device.stop()


def a_pairing_is_removed_by_the_pin(folder, origin, display, environment, source):
    device = Device(folder, display, environment, source)

    def click(units_from_left, units_from_top, to):
        display.click(units_from_left * walk.SCALE, units_from_top * walk.SCALE)
        device.shows(to)

    def remove(pin, to):
        click(180, 558, "remove")            # Remove this pairing
        click(262, 621, "remove-pin")        # Remove
        device.type(pin, "Return", to=["removing", to])

    def devices():
        browser = Visitor(origin)
        browser.log_in("anna", PASSWORD)
        return re.findall(r'data-revoked="no"', browser.call("/devices"))

    def is_paired():
        return origin in run(BUILD / "qrconfirm", "portals", "--json", env=environment).stdout

    click(32, 32, "menu")
    click(180, 154, "portals")
    click(180, 154, "portal")                # the first of them
    remove("000000", "portal")
    assert is_paired() and devices(), "a wrong PIN has removed the pairing"
    remove(PIN, "removed")
    assert not is_paired()
    device.press("Return")                   # Done
    device.stop()
    assert not devices(), "the portal was not told"


def nothing_keeps_a_secret(folder):
    for path in folder.rglob("*"):
        if path.is_file() and "portal" not in path.parts[len(folder.parts)]:
            held = path.read_bytes()
            assert not any(secret.encode() in held for secret in SECRETS), f"{path} holds a secret"


def serve_bitrix24(folder):
    data = ("--data", folder / "portal-bitrix24")
    run(BUILD / "qrportal", "user", "add", "anna", *data, input=PASSWORD + "\n")
    portal = subprocess.Popen([BUILD / "qrportal", "serve", *map(str, data), "--listen", "127.0.0.1:0",
                               "--mode", "bitrix24"], stdout=subprocess.PIPE, text=True)
    return portal, re.search(r"https://\S+", portal.stdout.readline()).group(0)


def walk_all_forms(folder, origin, box_origin, display):
    environment = environment_of(folder, display)
    pair(folder, origin, environment)
    source = empty_film(folder)
    for step in (a_code_is_entered_by_hand, colours_follow_the_desktop, settings_are_kept,
                 a_sign_in_wants_the_pin, a_pairing_is_removed_by_the_pin):
        step(folder, origin, display, environment, source)
        print(f"{step.__name__}: as it should be", flush=True)
    a_bitrix24_portal_is_paired(folder, box_origin, display, environment_of(folder, display, "box-"), source)
    print("a_bitrix24_portal_is_paired: as it should be", flush=True)
    nothing_keeps_a_secret(folder)


@contextlib.contextmanager
def two_portals():
    """A folder, and the origins of a portal and of a boxed Bitrix24."""
    with tempfile.TemporaryDirectory(prefix="qrconfirm-walk-") as name:
        folder = Path(name)
        portal, origin = start_portal(folder)
        box, box_origin = serve_bitrix24(folder)
        try:
            yield folder, origin, box_origin
        finally:
            for server in (portal, box):
                server.terminate()
                server.wait()


def main():
    with two_portals() as (folder, origin, box_origin), shown(KINDS[sys.argv[2]](WIDTH, HEIGHT)) as display:
        walk_all_forms(folder, origin, box_origin, display)


if __name__ == "__main__":
    main()
