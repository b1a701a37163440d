# SPDX-License-Identifier: MIT
"""People with badges at one kiosk: the window full screen by KMS, touched, before a live camera.

usage: people.py BUILD PICTURES     (PICTURES: folder on the host; the machine may only read it)
Two people have an account, a badge and a PIN each, and sign in as themselves; then come a wrong badge, another's
PIN, a third person, for whom the longest unused leaves, and a badge that was lost. After each the display shows
the first screen as the gallery has it: nothing of whoever was there.
"""
import atexit
import base64
import os
import re
import secrets
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "screen"))
import walk
from display import HEIGHT, WIDTH, Monitor, TouchScreen, await_screen, step
from window import Window

BUILD, PICTURES = Path(sys.argv[1]), Path(sys.argv[2])
# As the gallery has them.
PORTAL = "portal.example.com"
ORIGIN = f"https://{PORTAL}"
CALLED = "Lifts", "Example Portal"
PLACE = "For the PC beside the lift control, hall 2"
KEPT = 2  # people at the kiosk
BACK = (48, 36)
KEYPAD = (*"0123456789", "Continue")
TAPPED = {"badge-kiosk": ("Begin",), "badge-confirm": ("Keep",), "asking": ("Approve",), "badge-pin": KEYPAD,
          "badge-pin-wrong": KEYPAD, "badge-pin-again": KEYPAD, "badge-full": KEYPAD}
PATIENCE = 180  # seconds
LOOKED_AT = 6   # seconds


def find_places():
    """The middle of each text that is tapped, on screens of the gallery."""
    places = {}
    for screen, texts in TAPPED.items():
        told = walk.run(BUILD / "screen_where", f"{screen}-{WIDTH}x{HEIGHT}-en-light", *texts).stdout.splitlines()
        places |= {(screen, text): tuple(map(int, line.split())) for text, line in zip(texts, told)}
    return places


def qrportal(*command, **options):
    return walk.run(BUILD / "qrportal", *command, "--data", Path.cwd() / "portal", **options).stdout


class Camera:
    """A camera of the USB driver, which sees a code from now on."""

    def __init__(self):
        self.process = subprocess.Popen([BUILD / "tests" / "usbcam", "640x480", "5", "YUYV", "no code", "usbcam"])
        atexit.register(self.process.kill)
        while not (Path("/dev/video0").exists() and Path("usbcam").exists()):
            time.sleep(0.2)

    def show(self, text):
        Path("usbcam").write_text(f"show {text}\n")


class Person:
    def __init__(self, name, called, pin):
        self.name, self.called, self.pin = name, called, pin
        qrportal("user", "add", name, "--display-name", called, input=walk.PASSWORD + "\n")
        self.number, self.badge = qrportal("badges", "add", name).split("\t")[:2]

    def types_digits(self, digits):
        """In a browser of his own, which names the kiosk."""
        desk = walk.Visitor(ORIGIN)
        desk.log_in(self.name, walk.PASSWORD)
        page = desk.call("/badges")
        if not re.search(r'id="first-use-kiosk">Hall 2<', page):
            sys.exit("the portal's page does not name the kiosk:\n" + page)
        row = re.search(r'name="first-use" value="([0-9]+)"', page).group(1)
        desk.call("/badges/confirm", {"first-use": row, "code": digits}, form=True)


class Kiosk:
    def __init__(self, monitor, touch, environment):
        self.monitor, self.touch, self.environment = monitor, touch, environment
        self.camera, self.places = Camera(), find_places()
        self.people = Path(environment["XDG_DATA_HOME"]) / "qrconfirm" / "people"
        self.window = Window([BUILD / "qrconfirm", "scan", "--loop", "--fullscreen", "--source", "camera"],
                             environment, None, patience=PATIENCE)
        atexit.register(self.window.device.kill)
        self.shows = self.window.shows

    def looks(self, picture, name):
        """The display is that screen of the gallery."""
        try:
            await_screen(BUILD, self.monitor, f"{picture}-en", name)
        except SystemExit:
            print(self.window.said(), file=sys.stderr)
            raise

    def picture(self, name):
        """Of what the gallery cannot have: it is looked at by people."""
        time.sleep(2)
        return self.monitor.picture(name)

    def tap(self, screen, text, *to):
        self.touch.tap(self.places[screen, text])
        self.shows(*to)

    def leave(self, picture):
        """To the first screen, on which there is nothing of whoever was there."""
        self.touch.tap(BACK)
        self.is_free(picture)

    def is_free(self, picture):
        self.shows("instructions")
        self.looks(f"{picture}-left", "badge-kiosk")

    def aim(self, code):
        self.camera.show(code)
        self.tap("badge-kiosk", "Begin", "aiming")

    def rests(self, before=None):
        """What the display shows, once that is another thing than before, and stays."""
        end, last = time.monotonic() + PATIENCE, before
        while True:
            now = self.monitor.picture("typing").read_bytes()
            if now == last != before:
                return now
            if time.monotonic() > end:
                print(self.window.said(), file=sys.stderr)
                sys.exit("the display stays as it was")
            last = now
            time.sleep(0.3)  # whoever takes pictures all the time stops the machine

    def type(self, pin, picture, screen):
        """As many digits as the gallery has on this screen, each when the one before it is seen."""
        seen = self.rests()
        for digit in pin:
            self.touch.tap(self.places[screen, digit])
            seen = self.rests(seen)
        self.looks(picture, screen)

    def enter(self, pin, picture, screen):
        self.type(pin, picture, screen)
        self.touch.tap(self.places[screen, "Continue"])

    def enter_first(self, pin, picture):
        """The screen is the same, whoever it is."""
        self.shows("unlocking")
        self.enter(pin, f"{picture}-pin", "badge-pin")

    def choose(self, pin, picture, again="badge-pin-again"):
        self.enter_first(pin, picture)
        self.shows("badge-pin-again")
        self.enter(pin, f"{picture}-again", again)
        self.shows("enrolling")

    def first_use(self, person, again="badge-pin-again"):
        self.aim(person.badge)
        self.choose(person.pin, person.name, again)
        self.shows("typing-code")
        person.types_digits(self.read(f"{person.name}-code", "badge-code"))
        self.shows("confirming")
        self.picture(f"{person.name}-confirm")
        self.tap("badge-confirm", "Keep", "paired")
        self.looks(f"{person.name}-known", "badge-known")
        self.leave(person.name)
        step(f"{person.name} has used the badge for the first time")

    def read(self, picture, name):
        """The six digits on the display."""
        end = time.monotonic() + PATIENCE
        while True:
            told = subprocess.run([BUILD / "screen_reads", self.monitor.picture(picture),
                                   f"{name}-{WIDTH}x{HEIGHT}-en-light"], capture_output=True, text=True)
            if told.returncode == 0:
                return told.stdout.strip()
            if time.monotonic() > end:
                sys.exit(told.stderr)

    def badge_then_code(self, person, code):
        self.aim(person.badge)
        self.enter_first(person.pin, f"{person.name}-here")
        self.shows("aiming")
        self.camera.show(code)

    def aim_in_vain(self, code):
        """At what leads to no other screen."""
        self.aim(code)
        self.window.wait_for_line("first preview after the button")
        time.sleep(LOOKED_AT)

    def code_then_badge(self, person, code):
        self.aim_in_vain(code)
        self.picture(f"{person.name}-badge-wanted")
        self.camera.show(person.badge)
        self.enter_first(person.pin, f"{person.name}-here")

    def sign_in(self, person, show):
        """The browser before the kiosk is signed in as whoever has the badge."""
        browser = walk.Visitor(ORIGIN)
        show(person, browser.new_code())
        self.shows("asking")
        self.picture(f"{person.name}-asking")
        self.window.is_ready("asking")
        self.tap("asking", "Approve", "done")
        browser.call("/qr-login/v1/claim", {"code": self.read(f"{person.name}-pickup", "pickup-code")})
        who = re.search(r'id="signed-in-as" data-name="(\w+)"', browser.call("/")).group(1)
        if who != person.name:
            sys.exit(f"by the badge of {person.name} the browser is signed in as {who}")
        self.leave(f"{person.name}-in")
        step(f"the browser is signed in as {who}: {show.__name__}")

    def known(self):
        return sorted(path.name for path in self.people.iterdir() if path.is_dir())

    def tells_of(self, people):
        """What the administrator's commands tell of them: nothing."""
        told = "".join(walk.run(BUILD / "qrconfirm", command, env=self.environment).stdout
                       for command in ("portals", "log"))
        if found := [person.name for person in people if person.name in told or person.called in told]:
            sys.exit(f"the kiosk tells of {found}:\n{told}")


def wrong_badges(kiosk, tag):
    """One of another portal sends nothing; one that nobody has is asked for a PIN alike, and refused."""
    def made(tag):
        return f"QRB:1:{tag}:{base64.b32encode(secrets.token_bytes(16)).decode().rstrip('=')}"

    kiosk.aim_in_vain(made("A" * len(tag)))
    kiosk.picture("wrong-other-portal")
    kiosk.leave("wrong-other")
    kiosk.aim(made(tag))
    kiosk.choose("135790", "wrong", "badge-full")
    kiosk.shows("failed")
    kiosk.picture("wrong-unknown")
    kiosk.leave("wrong")
    step("a wrong badge is refused")


def anothers_pin(kiosk, person, other):
    kiosk.aim(person.badge)
    kiosk.enter_first(other.pin, "another")
    kiosk.window.is_ready("unlocking")
    kiosk.type(person.pin, "another-wrong", "badge-pin-wrong")
    kiosk.leave("another")
    step(f"the badge of {person.name} does not open by the PIN of {other.name}")


def full(kiosk, third, longest):
    before = kiosk.known()
    kiosk.first_use(third, "badge-full")
    after = kiosk.known()
    if len(before) != KEPT or len(after) != KEPT or len(set(after) - set(before)) != 1:
        sys.exit(f"{before} were known, and now are {after}")
    kiosk.aim(longest.badge)
    kiosk.enter_first(longest.pin, "gone")
    kiosk.shows("badge-pin-again")
    kiosk.type(longest.pin, "gone-again", "badge-full")
    kiosk.leave("gone")
    step(f"{third.name} is here now, and {longest.name} begins anew")


def lost_badge(kiosk, person):
    qrportal("badges", "revoke", person.number)
    browser = walk.Visitor(ORIGIN)
    kiosk.badge_then_code(person, browser.new_code())
    kiosk.shows("failed")
    kiosk.picture("lost-ended")
    kiosk.leave("lost")
    if len(kiosk.known()) != KEPT - 1 or browser.state()["state"] != "waiting":
        sys.exit(f"{kiosk.known()} are known, and the browser is told {browser.state()}")
    kiosk.aim(person.badge)
    kiosk.choose(person.pin, "lost-again")
    kiosk.shows("failed")
    kiosk.picture("lost-refused")
    kiosk.leave("lost-again")
    step(f"the lost badge of {person.name} is worth nothing")


def prepare(folder):
    """A portal under the name that the gallery has, and a kiosk that is paired with it while badges are on."""
    environment = dict(os.environ, SDL_VIDEODRIVER="kmsdrm", LANGUAGE="en", XDG_RUNTIME_DIR=str(folder),
                       XDG_CONFIG_HOME=str(folder / "config"), XDG_DATA_HOME=str(folder / "data"),
                       XDG_STATE_HOME=str(folder / "state"))
    with open("/etc/hosts", "a") as hosts:
        hosts.write(f"127.0.0.1 {PORTAL}\n")
    portal, origin = walk.start_portal(folder, "--listen", "127.0.0.1:443", "--base-url", ORIGIN,
                                       called=CALLED)
    atexit.register(portal.kill)
    config = folder / "config" / "qrconfirm" / "config.ini"
    config.parent.mkdir(parents=True)
    config.write_text(f"badges = {KEPT}\nlabel = Hall 2\nplace = {PLACE}\n")
    walk.pair(folder, origin, environment)
    return environment


def main():
    environment = prepare(Path.cwd())
    monitor, touch = Monitor(PICTURES), TouchScreen(BUILD)
    boris, dina, vera = (Person("boris", "Boris Orlov", "246802"), Person("dina", "Dina Sokolova", "975310"),
                         Person("vera", "Vera Belova", "864208"))
    kiosk = Kiosk(monitor, touch, environment)
    kiosk.looks("first", "badge-kiosk")
    for person in boris, dina:
        kiosk.first_use(person)
    kiosk.sign_in(boris, kiosk.badge_then_code)
    kiosk.sign_in(dina, kiosk.code_then_badge)
    kiosk.tells_of((boris, dina))
    wrong_badges(kiosk, boris.badge.split(":")[2])
    anothers_pin(kiosk, boris, dina)
    full(kiosk, vera, boris)
    lost_badge(kiosk, dina)
    kiosk.tells_of((boris, dina, vera))
    kiosk.window.stop()
    print("the kiosk has served its people", flush=True)


main()
