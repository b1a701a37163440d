# SPDX-License-Identifier: MIT
"""Types into the real window what a Bitrix24 portal asks before it lets a device in.

The portal is a real `qrportal --mode bitrix24`. That a question has come is read from its request
log, the word of a picture from its store, a one-time code from an authenticator, and that the
pairing stands from the device's own lists.
usage: walk_bitrix24.py FOLDER-OF-PROGRAMS x11 [LATE_LOOK.so]
"""
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from displays import KINDS, run, shown, wait_for
from walk import BUILD, HEIGHT, PASSWORD, WIDTH, environment_of
from walk_forms import Device, empty_film, serve_bitrix24

WRONG = ("guessed once", "guessed twice")


class Box:
    """The portal, seen by whoever administers it."""

    def __init__(self, folder):
        self.data = ("--data", folder / "portal-bitrix24")
        self.log = folder / "portal-bitrix24" / "requests.log"
        self.process, self.origin = serve_bitrix24(folder)
        run(BUILD / "qrportal", "config", *self.data, "set", "bitrix24.captcha-after", "2")

    def add_user(self, name, *options):
        told = run(BUILD / "qrportal", "user", "add", name, *options, *self.data, input=PASSWORD + "\n")
        secret = re.search(r"otp-secret: (\S+)", told.stdout)
        return secret and secret.group(1)

    def asked(self, action):
        whole, _, _ = self.log.read_text().rpartition("\n")  # of the line behind it only a part may be there
        return sum(json.loads(line)["action"] == action for line in whole.splitlines())

    def word(self):
        listed = run(BUILD / "qrportal", "bitrix24", "captcha", *self.data).stdout.splitlines()
        return listed[-1].split("\t")[1]

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Pairing:
    """One window on its way through the questions of one portal."""

    def __init__(self, folder, box, display, source, name, **around):
        self.box, self.name = box, name
        self.environment = environment_of(folder, display, f"{name}-")
        self.device = Device(folder, display, dict(self.environment, **around), source)
        self.device.press("Tab", "Return", to=["by-address"])  # Pair with a Bitrix24 portal
        self.device.type(box.origin, "Return", to=["certificate"])
        self.device.press("Tab", "Return", to=["login"])       # trust its key, which it made itself

    def answer(self, action, *texts, to="login"):
        """Types texts, each followed by Return, and waits until the portal has been asked and what comes then."""
        before = self.box.asked(action)
        for text in texts:
            self.device.type(text, "Return")
        wait_for(f"{action} of {self.name}", lambda: self.box.asked(action) > before)
        self.device.shows(to)

    def log_in(self, password, action="checkout"):
        self.answer(action, self.name, password)

    def keep(self):
        assert not self.pairings(), "paired before it was asked"
        self.device.press("Tab", "Return", to=["paired"])
        self.device.stop()
        (paired,) = self.pairings()
        assert paired["origin"] == self.box.origin, paired
        checked = subprocess.run([BUILD / "qrconfirm", "doctor", "--json"], env=self.environment,
                                 capture_output=True, text=True, check=False).stdout
        found = [json.loads(line) for line in checked.splitlines()]
        password = [line for line in found if line.get("name") == "password"]
        assert password and password[0]["ok"] and password[0]["detail"] == "is taken", checked

    def pairings(self):
        listed = run(BUILD / "qrconfirm", "portals", "--json", env=self.environment).stdout
        return [json.loads(line) for line in listed.splitlines() if "origin" in line]


def one_time_code(secret):
    if time.time() % 30 > 25:
        time.sleep(30.5 - time.time() % 30)        # a code that ends before it is typed
    return run("oathtool", "--totp", "--base32", secret).stdout.strip()


def reach_captcha(pairing):
    """Two wrong passwords; from the third try on the portal wants its word too."""
    for wrong in WRONG:
        pairing.log_in(wrong)
    pairing.log_in(PASSWORD, "captcha")


def the_word_of_a_picture(folder, box, display, source):
    box.add_user("boris")
    pairing = Pairing(folder, box, display, source, "boris")
    reach_captcha(pairing)
    pairing.answer("checkout", "nothing")
    assert not pairing.pairings(), "a wrong word was taken"
    pairing.log_in(PASSWORD, "captcha")            # a wrong word: both once more
    pairing.answer("checkout", box.word(), to="confirming")
    pairing.keep()


def a_one_time_code(folder, box, display, source):
    secret = box.add_user("vera", "--otp")
    pairing = Pairing(folder, box, display, source, "vera")
    pairing.log_in(PASSWORD)
    pairing.answer("checkout", "000000")
    assert not pairing.pairings(), "a wrong one-time code was taken"
    pairing.answer("checkout", one_time_code(secret), to="confirming")
    pairing.keep()


def both(folder, box, display, source):
    secret = box.add_user("gleb", "--otp")
    pairing = Pairing(folder, box, display, source, "gleb")
    reach_captcha(pairing)
    pairing.answer("checkout", box.word())
    pairing.answer("checkout", one_time_code(secret), to="confirming")
    pairing.keep()


def answers_before_one_moment_is_drawn(folder, box, display, source):
    """The same kind of question comes once more, and nothing else was on the screen between them."""
    secret = box.add_user("dina", "--otp")
    pairing = Pairing(folder, box, display, source, "dina", LD_PRELOAD=sys.argv[3])
    pairing.log_in(PASSWORD)
    for code in ("000000", "111111"):
        pairing.answer("checkout", code)           # the field is empty again for the next
    pairing.answer("checkout", one_time_code(secret), to="confirming")
    pairing.keep()


def nothing_keeps_a_password(folder):
    secrets = [text.encode() for text in (PASSWORD, *WRONG)]
    for path in folder.rglob("*"):
        if path.is_file() and "portal" not in path.parts[len(folder.parts)]:
            assert not any(secret in path.read_bytes() for secret in secrets), f"{path} holds a secret"


def main():
    with tempfile.TemporaryDirectory(prefix="qrconfirm-walk-") as name:
        folder = Path(name)
        box = Box(folder)
        try:
            with shown(KINDS[sys.argv[2]](WIDTH, HEIGHT)) as display:
                source = empty_film(folder)
                late = [answers_before_one_moment_is_drawn] * (len(sys.argv) > 3)
                for step in (the_word_of_a_picture, a_one_time_code, both, *late):
                    step(folder, box, display, source)
                    print(f"{step.__name__}: as it should be", flush=True)
            nothing_keeps_a_password(folder)
        finally:
            box.stop()


if __name__ == "__main__":
    main()
