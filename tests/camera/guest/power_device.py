# SPDX-License-Identifier: MIT
"""The devices of a machine whose power goes (power.py): each is provisioned by a file, and signs in."""
import json
import os
import subprocess
import sys
from pathlib import Path

import signin
from signin import BUILD, NAME, Program

DISK = Path("/run/rig/disk")
ORIGIN = "https://localhost:8443"
FILES = Path(__file__).resolve().parents[3] / "docs" / "examples" / "fleet" / "provisioning_files.py"
PIN = "246802"


def run(*command, check=True, **options):
    return subprocess.run([str(word) for word in command], check=check, text=True, stdout=subprocess.PIPE, **options)


def qrportal(*command, **options):
    return run(BUILD / "qrportal", *command, "--data", "portal", **options).stdout


def lasting(path, text):
    """A file that is there after the next cut, too."""
    path.write_text(text)
    run("sync")


def prepare_files(count):
    """A token of the portal for each device, and the file of each."""
    table = qrportal("tokens", "add", NAME, "--count", count, "--label", "Kiosk", "--csv")
    digest = run(BUILD / "qrconfirm", "pin", "hash", input=PIN + "\n").stdout.strip()
    run(sys.executable, FILES, "--administrator-pin", digest, "--settings", '{"lang": "ru", "mute": true}', "files",
        input=table)


def paired(**members):
    """What the portal lists of such devices."""
    rows = map(json.loads, qrportal("devices", "list", "--json").splitlines())
    return [row for row in rows if row["state"] == "paired" and members.items() <= row.items()]


class Device:
    """The folders of one, and its program."""

    def __init__(self, name):
        self.name, self.home = name, DISK / name
        self.environment = dict(os.environ, HOME=str(self.home), LANGUAGE="en",
                                **{f"XDG_{kind.upper()}_HOME": str(self.home / kind)
                                   for kind in ("config", "data", "state")})

    def fail(self, why):
        sys.exit(f"{self.name}: {why}")

    def become(self):
        """What signin.py runs is run by this device."""
        os.environ.update({key: self.environment[key] for key in self.environment if key.startswith("XDG_")})

    def run(self, *command, check=True):
        return run(BUILD / "qrconfirm", *command, check=check, env=self.environment)

    def lines(self, *command):
        return [json.loads(line) for line in self.run(*command, "--json").stdout.splitlines()]

    def settings(self):
        return self.home / "config" / "qrconfirm" / "config.ini"


class Provisioned(Device):
    def __init__(self, number):
        super().__init__(f"device-{number}")
        self.file = DISK / "files" / f"{number}.json"

    def provision(self):
        return self.run("provision", self.file)

    def sign_in(self):
        self.become()
        signin.sign_in(ORIGIN)

    def what_it_is(self):
        """"before": as if it was never provisioned; "after": all that the file says."""
        status = self.lines("status")[0]  # its start does what was still to be done
        settings = self.settings()
        text = settings.read_text() if settings.exists() else ""
        parts = (len(status["pairings"]) == 1, status["administrator_pin"], status["provisioned"] is not None,
                 "lang = ru" in text, "mute = yes" in text)
        if status["unusable_pairings"] or len(set(parts)) != 1:
            self.fail(f"between: {parts}, {status}")
        return "after" if parts[0] else "before"

    def answer(self):
        """What the journal and an answer that is still open say of the first sign-in."""
        entries = self.lines("log") if self.what_it_is() == "after" else []
        whole = [entry for entry in entries if entry["mark"] == "whole"]
        if [entry for entry in entries if entry["mark"] not in ("whole", "torn")]:
            self.fail(f"the journal was changed: {entries}")
        is_open = any("open_answer" in line for line in self.lines("portals"))
        return f"{len(whole)} entries, answer {'open' if is_open else 'not open'}"

    def judge(self):
        """After the cut: before or after; and the same file again, and a sign-in, end well."""
        was, answer = self.what_it_is(), self.answer()
        self.provision()
        if self.what_it_is() != "after":
            self.fail("not provisioned by the same file again")
        label = json.loads(self.file.read_text())["label"]
        if len(paired(label=label)) != 1:
            self.fail(f"the portal has {paired(label=label)}")

        if any("open_answer" in line for line in self.lines("portals")):  # a person says what is to become of it
            self.settle()
        self.sign_in()
        return f"{was}, {answer}"

    def settle(self):
        """The answer that was on its way when the power went is withdrawn, as the first screen asks."""
        self.become()
        program = Program(BUILD / "qrconfirm", "scan", "--json", "--timeout", "1", "--source", signin.SOURCE)
        program.wait_for(r'"state":"open-answer"')
        program.answer("withdraw")
        program.wait_for(r'"state":"(withdrawn|done|failed)"')
        program.process.terminate()
        program.process.wait(30)
