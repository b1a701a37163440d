# SPDX-License-Identifier: MIT
"""The administrator PIN of a kiosk, by fingers and by keys in the real window; see walk.py.

Without one the kiosk is not paired, whatever is touched, typed or held before it; with one only who knows it
pairs and changes it, and the first screen shuts it again.
usage: walk_kiosk.py FOLDER-OF-PROGRAMS
"""
import json
import re
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from displays import PATIENCE, run, shown, wait_for
from touch_displays import TouchX11
from walk import BUILD, PASSWORD, Visitor, environment_of, pair
from walk_forms import empty_film, two_portals
from window import SETTLE, Window

WIDTH, HEIGHT = 1280, 800
SCALE = HEIGHT / 720
IDLE = 30  # seconds
WAIT = 30  # seconds, after the third wrong PIN: wait_after in net/pairings/pin_tries.c
PIN, WRONG = "24680135", "97531086"
ADMINISTRATOR = (80, 32)  # units from the left and the top
MIDDLE = (WIDTH / 2 / SCALE, 300)
BUTTON = (WIDTH / 2 / SCALE, 632)    # of the first screen
RUSSIAN = (WIDTH / SCALE - 36, 32)   # the last of the languages
CONTINUE = (WIDTH / 2 / SCALE, 630)  # of the keypad


class Kiosk:
    def __init__(self, display, environment, source, *options):
        self.display, self.environment = display, environment
        self.window = Window([BUILD / "qrconfirm", "scan", "--loop", "--fullscreen", "--source", source, *options],
                             environment, display)
        self.shows = self.window.shows
        time.sleep(SETTLE)  # a tap anywhere on a first screen that has just come does not count, as in window.py

    def scans(self):
        return self.window.count("first preview after the button")

    def scan_begins(self):
        self.window.wait_for_line("first preview after the button")

    def touch(self, *places, to=()):
        """Touches places, and waits for the screens that this leads to."""
        for x, y in places:
            self.display.touch(x * SCALE, y * SCALE)
        self.shows(*to)

    def press(self, *keys, to=()):
        self.display.press(*keys)
        self.shows(*to)

    def type(self, text, *keys, to=()):
        self.display.type(text)
        self.press(*keys, to=to)

    def enter_by_touch(self, digits):
        """On the keypad of a wide screen, which has no text above it yet."""
        for digit in digits:
            column, row = ((int(digit) - 1) % 3, (int(digit) - 1) // 3) if digit != "0" else (1, 3)
            self.display.touch((468 + 108 * column) * SCALE, (301 + 76 * row) * SCALE)
        self.touch(CONTINUE)

    def enter_by_keys(self, digits):
        self.type(digits, "Return")

    def wrong_tries(self):
        """While digits are judged they count as wrong."""
        try:
            text = (data_of(self.environment) / "administrator.tries").read_text()
        except FileNotFoundError:
            return 0
        return int(json.loads(text)["wrong"])

    def is_refused(self):
        """What was entered has been judged, and other digits are taken."""
        self.window.is_ready("gate-asks")

    def portals(self):
        listed = run(BUILD / "qrconfirm", "portals", "--json", env=self.environment).stdout
        return [json.loads(line)["origin"] for line in listed.splitlines()]

    def end(self):
        self.window.stop()
        said = self.window.said()
        assert PIN not in said and WRONG not in said, "a PIN was told on standard error"


def data_of(environment):
    return Path(environment["XDG_DATA_HOME"]) / "qrconfirm"


def set_pin(environment, verb="set", typed=PIN):
    run(BUILD / "qrconfirm", "pin", verb, "--administrator", env=environment, input=typed + "\n")


def film_of_pairing(folder, origin):
    browser = Visitor(origin)
    browser.call("/login", {"name": "anna", "password": PASSWORD}, form=True)
    page = browser.call("/devices/add", {}, form=True)
    film = folder / "pairing.y4m"
    run(BUILD / "camsim", "--code", re.search(r'data-text="(HTTPS[^"]+)"', page).group(1), "--module", "5",
        "--frames", "20", "--out", film)
    return f"replay:{film}"


def touch_and_press_everything(kiosk):
    for y in range(30, 720, 115):
        for x in range(60, 1140, 180):
            kiosk.touch((x, y))
            time.sleep(SETTLE)             # so that each counts, whatever has just come
    kiosk.press("Return", "space", "Tab", "Return", "Tab", "Return", "Tab", "Return", "Tab", "Return")
    kiosk.press("Escape", "Return")
    kiosk.type("000000", "Return")
    kiosk.press("Escape")
    time.sleep(2)                          # what must not happen would have happened


def without_a_pin_it_is_not_paired(folder, origins, display, environment):
    kiosk = Kiosk(display, environment, film_of_pairing(folder, origins[0]))
    touch_and_press_everything(kiosk)
    assert kiosk.scans() == 0, "the camera of a kiosk without an administrator PIN looks for a pairing code"
    assert kiosk.portals() == [], "a kiosk without an administrator PIN was paired"
    set_pin(environment)
    kiosk.shows("instructions")            # it looks by itself whether there is one
    kiosk.press("Return", to=["gate-asks"])
    kiosk.enter_by_keys(PIN)
    kiosk.scan_begins()
    kiosk.end()


def paired_from_a_shell_it_is_ready(folder, origins, display, environment):
    environment = environment_of(folder, display, "shell-")
    kiosk = Kiosk(display, environment, empty_film(folder))
    kiosk.press("Return")
    time.sleep(1)                          # it would have begun
    assert kiosk.scans() == 0, "an unpaired kiosk looks for a code"
    pair(folder, origins[0], environment)
    kiosk.shows("instructions")            # it looks by itself
    kiosk.press("Return")
    kiosk.scan_begins()
    kiosk.end()


def with_a_pin_too_it_notices_that_it_was_paired(folder, origins, display, environment):
    environment = environment_of(folder, display, "both-")
    set_pin(environment)
    kiosk = Kiosk(display, environment, empty_film(folder))
    unpaired = screen_of(kiosk, folder)
    pair(folder, origins[0], environment)
    wait_for("the first screen of a paired kiosk", lambda: screen_of(kiosk, folder) != unpaired)
    kiosk.press("Return")                  # no PIN is asked for a sign-in
    kiosk.scan_begins()
    kiosk.end()


def a_pin_of_nobody_does_not_open_it(folder, origins, display, environment):
    file = data_of(environment) / "administrator.pin"
    whole = file.read_text()
    file.write_text(whole.replace("t=3", "t=4000000"))
    kiosk = Kiosk(display, environment, film_of_pairing(folder, origins[0]))
    kiosk.touch(BUTTON, to=["gate-asks"])
    kiosk.enter_by_keys(PIN)
    kiosk.is_refused()
    touch_and_press_everything(kiosk)
    assert kiosk.scans() == 0 and kiosk.portals() == [], "a damaged PIN has opened the kiosk"
    kiosk.end()
    file.write_text(whole)


def only_the_right_pin_opens_it(folder, origins, display, environment):
    kiosk = Kiosk(display, environment, film_of_pairing(folder, origins[0]))
    kiosk.touch(BUTTON, to=["gate-asks"])
    kiosk.enter_by_touch(WRONG)
    kiosk.is_refused()
    assert kiosk.wrong_tries() == 1
    kiosk.press("Escape", "Return", to=["instructions", "gate-asks"])  # back, and asked for anew
    assert kiosk.scans() == 0, "a wrong PIN has opened the kiosk"
    kiosk.enter_by_touch(PIN)
    kiosk.scan_begins()                    # of the pairing code
    kiosk.end()
    assert kiosk.wrong_tries() == 0


def it_is_paired_and_shuts_again(folder, origins, display, environment):
    kiosk = Kiosk(display, environment, empty_film(folder))
    kiosk.press("Tab", "Return", to=["gate-asks"])  # Pair with a Bitrix24 portal
    kiosk.enter_by_keys(PIN)
    kiosk.shows("by-address")
    kiosk.type(origins[1], "Return", to=["certificate"])
    kiosk.press("Tab", "Return", to=["login"])      # trust its key, which it made itself
    kiosk.type("anna", "Return")
    kiosk.type(PASSWORD, "Return", to=["confirming"])
    kiosk.press("Tab", "Return", to=["paired"])     # keep it
    assert kiosk.portals() == [origins[1]]
    kiosk.press("Escape", to=["instructions"])
    the_menu_is_shut(kiosk)
    kiosk.end()


def config_file(environment):
    return Path(environment["XDG_CONFIG_HOME"]) / "qrconfirm" / "config.ini"


def config_of(kiosk):
    file = config_file(kiosk.environment)
    return file.read_text() if file.exists() else ""


SETTINGS, COLOURS = (570, 410), (570, 314)


def the_menu_is_shut(kiosk):
    before = config_of(kiosk)
    kiosk.touch(ADMINISTRATOR, to=["gate-asks"])
    kiosk.touch(SETTINGS, COLOURS)         # where they are, if the menu is open
    kiosk.press("Escape", to=["instructions"])
    assert config_of(kiosk) == before, "the settings of a kiosk were changed without the PIN"


def open_menu(kiosk):
    kiosk.touch(ADMINISTRATOR, to=["gate-asks"])
    kiosk.enter_by_touch(PIN)
    kiosk.shows("menu")


def the_menu_opens_by_the_pin_and_shuts_when_it_is_left(folder, origins, display, environment):
    kiosk = Kiosk(display, environment, empty_film(folder))
    the_menu_is_shut(kiosk)
    open_menu(kiosk)
    kiosk.touch(SETTINGS, to=["settings"])
    kiosk.touch(COLOURS)
    wait_for("the theme", lambda: "theme = dark" in config_of(kiosk))
    kiosk.press("Escape", "Escape", to=["menu", "instructions"])
    the_menu_is_shut(kiosk)
    open_menu(kiosk)
    kiosk.shows("instructions", patience=IDLE + PATIENCE)  # nobody is there any more
    the_menu_is_shut(kiosk)
    kiosk.end()


def at(clock, environment):
    """The environment in a zone where it is this time of the day now: hours, minutes, seconds."""
    now = datetime.now(timezone.utc)
    ahead = (timedelta(hours=clock[0] - now.hour, minutes=clock[1] - now.minute, seconds=clock[2] - now.second)
             % timedelta(days=1)).seconds
    return dict(environment, TZ=f"HERE-{ahead // 3600:02}:{ahead // 60 % 60:02}:{ahead % 60:02}")


def busy(kiosk):
    """Hundredths of a second that the program has computed so far."""
    fields = Path(f"/proc/{kiosk.window.device.pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def rests(kiosk):
    before = busy(kiosk)
    time.sleep(1)
    return busy(kiosk) - before <= 3


def is_black(kiosk, folder):
    return not any(screen_of(kiosk, folder).split(b"\n", 3)[3])  # the lines before say how large it is


def in_quiet_hours_it_is_dark_until_it_is_touched(folder, origins, display, environment):
    """And the language of who was there before has gone with him."""
    by_day = Kiosk(display, environment, empty_film(folder))
    own = screen_of(by_day, folder)
    by_day.end()
    kiosk = Kiosk(display, at((23, 0, 0), environment), empty_film(folder), "--quiet-hours", "22:00-06:00")
    assert is_black(kiosk, folder), "a kiosk that nobody is at shows something in its quiet hours"
    wait_for("a dark kiosk that does not compute", lambda: rests(kiosk))  # what it begins with takes a while
    kiosk.touch(RUSSIAN, to=["instructions"])  # where nothing is shown, a touch presses nothing
    wait_for("its own first screen", lambda: screen_of(kiosk, folder) == own)
    time.sleep(SETTLE)
    kiosk.touch(RUSSIAN)
    wait_for("the language that was chosen", lambda: screen_of(kiosk, folder) != own)
    kiosk.shows("dark", patience=IDLE + PATIENCE)  # nobody is there any more
    assert is_black(kiosk, folder)
    kiosk.press("Return", to=["instructions"])
    wait_for("its own language", lambda: screen_of(kiosk, folder) == own)
    time.sleep(1)                          # a scan would have begun
    assert kiosk.scans() == 0, "what wakes it begins a scan"
    kiosk.touch(MIDDLE)
    kiosk.scan_begins()                    # at night as in the day
    kiosk.end()


def it_is_light_again_when_they_end(folder, origins, display, environment):
    for seconds in 8, 30:                  # a machine that is busy may need longer to begin
        kiosk = Kiosk(display, at((5, 59, 60 - seconds), environment), empty_film(folder),
                      "--quiet-hours", "22:00-06:00")
        black = is_black(kiosk, folder)
        if kiosk.window.count("screen: instructions") == 0:
            break
        kiosk.end()
    assert black, "a kiosk that nobody is at shows something in its quiet hours"
    kiosk.shows("instructions")
    wait_for("the first screen", lambda: not is_black(kiosk, folder))
    kiosk.end()


def screen_of(kiosk, folder):
    kiosk.display.picture(f"ppm:{folder / 'screen.ppm'}")
    return (folder / "screen.ppm").read_bytes()


def they_wait_over_a_restart(folder, display, environment):
    """False: the wait was over before the PIN was entered for the last time, which tells nothing."""
    kiosk = Kiosk(display, environment, empty_film(folder))
    kiosk.touch(ADMINISTRATOR, to=["gate-asks"])
    for count in 1, 2:
        kiosk.enter_by_keys(WRONG)
        kiosk.is_refused()
        assert kiosk.wrong_tries() == count
    begun = time.monotonic()               # the wait begins later
    kiosk.enter_by_keys(WRONG)
    wait_for("the third try", lambda: kiosk.wrong_tries() == 3)
    time.sleep(2)                          # it is judged, and no digits are taken for a while
    kiosk.enter_by_keys(PIN)               # in the wait
    kiosk.touch(SETTINGS, COLOURS)
    time.sleep(2)                          # the right one would have been taken
    kiosk.end()
    kiosk = Kiosk(display, environment, empty_film(folder))
    kiosk.touch(ADMINISTRATOR, to=["gate-asks"])
    kiosk.enter_by_keys(PIN)
    time.sleep(2)                          # it would have been taken
    if time.monotonic() - begun > WAIT:
        kiosk.end()
        return False
    kiosk.touch(SETTINGS, COLOURS)
    kiosk.press("Escape", to=["instructions"])
    assert "theme = contrast" not in config_of(kiosk), "the wait is over with a restart"
    assert kiosk.wrong_tries() == 3, "a PIN was tried in the wait"
    kiosk.end()
    return True


def wrong_ones_wait_over_a_restart(folder, origins, display, environment):
    config = config_file(environment)
    before = config.read_text()
    for _ in range(3):
        if they_wait_over_a_restart(folder, display, environment):
            return
        print("the machine was slower than the wait: once more", flush=True)
        config.write_text(before)
        (data_of(environment) / "administrator.tries").unlink(missing_ok=True)
    raise AssertionError("the machine is too slow to enter a PIN in the wait")


def a_tap_anywhere_and_keys_begin_a_scan(folder, origins, display, environment):
    kiosk = Kiosk(display, environment, empty_film(folder))
    for begin in (lambda: kiosk.touch(MIDDLE), lambda: kiosk.touch((30, 600)), lambda: kiosk.press("Return"),
                  lambda: kiosk.press("space"), lambda: kiosk.touch(BUTTON)):
        begin()
        kiosk.scan_begins()
        kiosk.press("Escape", to=["instructions"])
        time.sleep(SETTLE)                 # a tap anywhere would not count
    before = kiosk.scans()
    kiosk.display.drag(300, 300, 700, 300)  # a wipe is no tap
    time.sleep(1)                          # it would have begun
    assert kiosk.scans() == before
    kiosk.end()


STEPS = (without_a_pin_it_is_not_paired, paired_from_a_shell_it_is_ready,
         with_a_pin_too_it_notices_that_it_was_paired, a_pin_of_nobody_does_not_open_it, only_the_right_pin_opens_it,
         it_is_paired_and_shuts_again, the_menu_opens_by_the_pin_and_shuts_when_it_is_left,
         in_quiet_hours_it_is_dark_until_it_is_touched, it_is_light_again_when_they_end,
         wrong_ones_wait_over_a_restart, a_tap_anywhere_and_keys_begin_a_scan)


def main():
    with two_portals() as (folder, *origins), shown(TouchX11(WIDTH, HEIGHT)) as display:
        environment = environment_of(folder, display)
        for step in STEPS:
            step(folder, origins, display, environment)
            print(f"{step.__name__}: as it should be", flush=True)


if __name__ == "__main__":
    main()
