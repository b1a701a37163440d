# SPDX-License-Identifier: MIT
"""The people of a kiosk whose power goes (power.py): each uses his badge for the first time, and signs in."""
import base64
import hashlib
import time

import signin
from power_device import DISK, ORIGIN, Device, lasting, paired, qrportal, run
from signin import APPROVE_DELAY, BUILD, PASSWORD, Browser, Program

KEPT = 2  # people at the kiosk: each new one but the first two sends one away
PIN = "975310"


class Kiosk(Device):
    def __init__(self):
        super().__init__("kiosk")
        self.people = self.home / "data" / "qrconfirm" / "people"

    def prepare(self):
        """Paired while badges are on: only then may it take them."""
        self.settings().parent.mkdir(parents=True)
        self.settings().write_text(f"badges = {KEPT}\nlabel = Hall 3\n")
        self.become()
        signin.pair(ORIGIN)

    def folders(self):
        """What lies there of people, and how many files each has."""
        return {path.name: sum(1 for file in path.rglob("*") if file.is_file())
                for path in sorted(self.people.glob("*")) if path.is_dir()}


class Person:
    def __init__(self, kiosk, number):
        self.kiosk, self.name = kiosk, f"person-{number}"
        self.file = DISK / "badges" / self.name
        if not self.file.exists():
            qrportal("user", "add", self.name, input=PASSWORD + "\n")
            self.file.parent.mkdir(exist_ok=True)
            lasting(self.file, qrportal("badges", "add", self.name).split("\t")[1])
        self.badge = self.file.read_text()

    def folder(self):
        """Its name at the kiosk: protocol, section 6.2."""
        secret = self.badge.split(":")[-1]
        raw = base64.b32decode(secret + "=" * (-len(secret) % 8))
        return hashlib.sha256(b"qrlogin badge v1" + raw).hexdigest()[:32]

    def come(self, *codes):
        """The kiosk sees his badge, and what else he holds before it, and asks for his PIN."""
        for index, text in enumerate((self.badge, *codes)):
            run("qrencode", "-o", f"{index}.png", text)
        run("convert", *(f"{index}.png" for index in range(1 + len(codes))), "+append", "shown.png")
        self.kiosk.become()
        program = Program(BUILD / "qrconfirm", "scan", "--json", "--source", "image:shown.png")
        program.wait_for(r'"state":"unlocking"')
        return program

    def choose(self, program):
        """He has entered a new PIN, and enters it again; the portal has his digits confirmed."""
        program.answer(PIN)
        digits = program.wait_for(r'"pairing_code":"([0-9]{6})"').group(1)
        qrportal("badges", "confirm", self.name, digits)
        program.wait_for(r'"state":"confirming".*"account":"' + self.name)

    def keep(self, program):
        """The account is his: the kiosk keeps him."""
        program.answer("yes")
        program.wait_for(r'"state":"paired"')
        if program.process.wait(60) != 0:
            self.kiosk.fail(f"first use of {self.name}: exit code {program.process.returncode}")

    def first_use(self):
        program = self.come()
        print("# first use", flush=True)
        program.answer(PIN)
        program.wait_for(r'"state":"badge-pin-again"')
        self.choose(program)
        print("# keeping", flush=True)
        self.keep(program)

    def sign_in(self):
        """By badge, PIN and code. False: the kiosk does not know him, and he has used it for the first time."""
        browser = Browser(ORIGIN)
        program = self.come(browser.json("/qr-login/v1/challenge", {})["qr"])
        program.answer(PIN)
        seen = program.wait_for(r'"state":"(badge-pin-again)"|"state":"asking".*"word":"([a-z]+)"')
        if seen.group(1):
            self.choose(program)
            self.keep(program)
            return False

        time.sleep(APPROVE_DELAY)
        program.answer(seen.group(2))
        code = program.wait_for(r'"pickup_code":"([0-9]{6})"').group(1)
        program.process.wait(60)
        browser.json("/qr-login/v1/claim", {"code": code})
        if f'data-name="{self.name}"' not in browser.ask("/"):
            self.kiosk.fail(f"the browser is not signed in as {self.name}")
        return True

    def listed(self):
        return len(paired(account=self.name))

    def judge(self, other):
        """After the cut: before or after; he and whoever was here before him sign in as themselves."""
        left, listed = self.kiosk.folders(), self.listed()
        if other and not other.sign_in():
            self.kiosk.fail(f"{other.name} was here before {self.name}, and has gone")
        is_new = not self.sign_in()
        if is_new and not self.sign_in():
            self.kiosk.fail(f"{self.name} has used his badge for the first time, and is not known")

        wanted, folders = {person.folder() for person in (self, other) if person}, self.kiosk.folders()
        if set(folders) != wanted or self.listed() != 1:
            self.kiosk.fail(f"{self.name}: {folders}, and the portal has {paired()}")
        return f"{'before' if is_new else 'after'}, {self.tell(left)}, the portal had listed {listed}"

    def tell(self, left):
        """What of him lay there when the power had gone."""
        own = [f"{count} files in NAME{name.removeprefix(self.folder())}" for name, count in left.items()
               if name.startswith(self.folder())]
        others = [name[32:] or "kept" for name in left if not name.startswith(self.folder())]
        return f"left {' and '.join(own) or 'nothing'}, of others {'/'.join(others) or 'nothing'}"
