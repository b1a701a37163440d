# SPDX-License-Identifier: MIT
"""A kiosk without a keyboard is paired with a Bitrix24 portal by fingers alone; see walk_kiosk.py.

Each letter is touched where the same screen of the gallery has its key. That the portal lets the device in
tells that address, login and password came as they were meant.
usage: walk_keys.py FOLDER-OF-PROGRAMS
"""
import functools

from displays import run, shown
from touch_displays import TouchX11
from walk import BUILD, PASSWORD, environment_of
from walk_forms import empty_film, two_portals
from walk_kiosk import HEIGHT, PIN, WIDTH, Kiosk, set_pin

# Keys without letters, in units: where they are as long as letters are Latin.
ROW = 720 - 4 - 32
SHIFT, ERASE = (134, ROW - 64), (1018, ROW - 64)
HIDE, BLANK, ENTER = (368, ROW), (628, ROW), (1018, ROW)
FIELD = (WIDTH / 2 * 720 / HEIGHT, 285)
BACKSPACE = "\b"


@functools.cache
def place(screen, text):
    """Where something with this text is, in units."""
    told = run(BUILD / "screen_where", f"{screen}-{WIDTH}x{HEIGHT}-en-light", text).stdout
    return tuple(int(pixels) * 720 / HEIGHT for pixels in told.split())


class Touched(Kiosk):
    def type(self, text, screen):
        for letter in text:
            self.touch(BLANK if letter == " " else ERASE if letter == BACKSPACE else place(screen, letter))

    def press_on(self, screen, text, to=()):
        self.touch(place(screen, text), to=to)

    def hold(self, key, seconds):
        x, y = key
        self.display.touch(x * HEIGHT / 720, y * HEIGHT / 720, hold=seconds)


def open_pairing(folder, origin, display, name):
    environment = environment_of(folder, display, name)
    set_pin(environment)
    kiosk = Touched(display, environment, empty_film(folder), "--on-screen-keyboard", "yes")
    kiosk.press_on("kiosk-unpaired", "Pair with a Bitrix24 portal", to=["gate-asks"])
    kiosk.enter_by_touch(PIN)
    kiosk.shows("by-address")
    return kiosk


def keep(kiosk, origin):
    kiosk.press_on("pair-confirm", "Keep", to=["paired"])
    assert kiosk.portals() == [origin], kiosk.portals()
    assert PASSWORD not in kiosk.window.said(), "a password was told on standard error"
    kiosk.end()


def by_touches_alone(folder, origin, display):
    kiosk = open_pairing(folder, origin, display, "touched-")
    kiosk.type("qqq", "keys-address")
    kiosk.hold(ERASE, 3)                        # it goes on by itself
    kiosk.type(origin + "x" + BACKSPACE, "keys-address")
    kiosk.touch(ENTER, to=["certificate"])
    kiosk.press_on("certificate", "Trust", to=["login"])
    kiosk.type("anna", "keys-login")
    kiosk.touch(ENTER)                          # to the password
    kiosk.type("u" + BACKSPACE + PASSWORD, "keys-login")
    kiosk.touch(ENTER, to=["confirming"])
    keep(kiosk, origin)


def beside_a_keyboard(folder, origin, display):
    """The keys are put away and fetched again; shift, signs and Russian are looked into and left."""
    kiosk = open_pairing(folder, origin, display, "beside-")
    display.type(origin[:12])
    kiosk.touch(HIDE, FIELD)
    kiosk.type(origin[12:], "keys-address")
    display.press("Return")
    kiosk.shows("certificate")
    kiosk.press_on("certificate", "Trust", to=["login"])
    display.type("an")
    kiosk.type("na", "keys-login")
    kiosk.touch(ENTER)
    kiosk.touch(SHIFT)
    kiosk.type("Q", "keys-by-hand")             # capitals stand there where they do here
    display.press("BackSpace")
    kiosk.press_on("keys-login", "123")
    kiosk.press_on("keys-password-symbols", "ABC")
    kiosk.press_on("keys-login", "АБВ")
    kiosk.press_on("keys-password", "ABC")      # the letters of another language, and back
    kiosk.type(PASSWORD[:8], "keys-login")
    display.type(PASSWORD[8:])
    kiosk.touch(ENTER, to=["confirming"])
    keep(kiosk, origin)


def main():
    with two_portals() as (folder, *origins), shown(TouchX11(WIDTH, HEIGHT)) as display:
        for step in (by_touches_alone, beside_a_keyboard):
            step(folder, origins[1], display)
            print(f"{step.__name__}: as it should be", flush=True)


if __name__ == "__main__":
    main()
