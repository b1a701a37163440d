# SPDX-License-Identifier: MIT
"""One life of a machine whose power goes: what the last life left is judged, then the next begins.

usage: power.py BUILD SOURCE SHOW...     as signin.py; ROUNDS: how many devices there are
Portal and devices are on the disk /dev/vda, which stays. Each round has a device of its own, which is
provisioned by a file and then used for the first time. What is printed is read by power_cuts.py:
"# provisioning" and "# using" as each begins, "# used" when the round is done.
"""
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import signin
from signin import BUILD, NAME, PASSWORD, Program

DISK = Path("/run/rig/disk")
ORIGIN = "https://localhost:8443"
FILES = Path(__file__).resolve().parents[3] / "docs" / "examples" / "fleet" / "provisioning_files.py"
ROUNDS = int(os.environ.get("ROUNDS", "0"))
PIN = "246802"


def run(*command, check=True, **options):
    return subprocess.run([str(word) for word in command], check=check, text=True, stdout=subprocess.PIPE, **options)


def mount():
    DISK.mkdir()
    run("modprobe", "-a", "virtio_blk", "ext4")
    run("mount", "-t", "ext4", "/dev/vda", DISK)
    run("mount", "-o", "remount,ro", "/")  # the program needs no more of a disk than its folder
    os.chdir(DISK)  # where signin.py has its portal


def lasting(path, text):
    """A file that is there after the next cut, too."""
    path.write_text(text)
    run("sync")


def serve():
    server = Program(BUILD / "qrportal", "serve", "--data", "portal", "--listen", "127.0.0.1:8443",
                     "--base-url", ORIGIN)
    server.wait_for(r"(https://\S+)")
    return server


def prepare():
    """The first life: a portal has a token for each round, and there is the file of each."""
    signin.portal("user", "add", NAME, input=PASSWORD + "\n")
    signin.portal("config", "set", "allow-qr", "on")
    table = run(BUILD / "qrportal", "tokens", "add", NAME, "--count", ROUNDS, "--label", "Kiosk", "--csv",
                "--data", "portal").stdout
    digest = run(BUILD / "qrconfirm", "pin", "hash", input=PIN + "\n").stdout.strip()
    run(sys.executable, FILES, "--administrator-pin", digest, "--settings", '{"lang": "ru", "mute": true}', "files",
        input=table)
    lasting(Path("round"), "0")


class Device:
    def __init__(self, number):
        self.number, self.file = number, DISK / "files" / f"{number}.json"
        self.home = DISK / f"device-{number}"
        self.environment = dict(os.environ, HOME=str(self.home), LANGUAGE="en",
                                **{f"XDG_{kind.upper()}_HOME": str(self.home / kind)
                                   for kind in ("config", "data", "state")})

    def run(self, *command, check=True):
        return run(BUILD / "qrconfirm", *command, check=check, env=self.environment)

    def lines(self, *command):
        return [json.loads(line) for line in self.run(*command, "--json").stdout.splitlines()]

    def provision(self):
        return self.run("provision", self.file)

    def sign_in(self):
        os.environ.update({key: self.environment[key] for key in self.environment if key.startswith("XDG_")})
        signin.sign_in(ORIGIN)

    def what_it_is(self):
        """"before": as if it was never provisioned; "after": all that the file says."""
        status = self.lines("status")[0]  # its start does what was still to be done
        settings = self.home / "config" / "qrconfirm" / "config.ini"
        text = settings.read_text() if settings.exists() else ""
        parts = (len(status["pairings"]) == 1, status["administrator_pin"], status["provisioned"] is not None,
                 "lang = ru" in text, "mute = yes" in text)
        if status["unusable_pairings"] or len(set(parts)) != 1:
            sys.exit(f"round {self.number}: between: {parts}, {status}")
        return "after" if parts[0] else "before"

    def answer(self):
        """What the journal and an answer that is still open say of the first use."""
        entries = self.lines("log") if self.what_it_is() == "after" else []
        whole = [entry for entry in entries if entry["mark"] == "whole"]
        if [entry for entry in entries if entry["mark"] not in ("whole", "torn")]:
            sys.exit(f"round {self.number}: the journal was changed: {entries}")
        is_open = any("open_answer" in line for line in self.lines("portals"))
        return f"{len(whole)} entries, answer {'open' if is_open else 'not open'}"


def listed(label):
    rows = run(BUILD / "qrportal", "devices", "list", "--json", "--data", "portal").stdout.splitlines()
    return [row for row in map(json.loads, rows) if row["label"] == label and row["state"] == "paired"]


def judge(device):
    """After the cut: before or after; and the same file again, and a sign-in, end well."""
    was, answer = device.what_it_is(), device.answer()
    device.provision()
    if device.what_it_is() != "after":
        sys.exit(f"round {device.number}: not provisioned by the same file again")
    label = json.loads(device.file.read_text())["label"]
    if len(listed(label)) != 1:
        sys.exit(f"round {device.number}: the portal has {listed(label)}")

    checks = device.lines("portals")
    if any("open_answer" in line for line in checks):  # a person says what is to become of it
        settle(device)
    device.sign_in()
    print(f"# judged {device.number}: {was}, {answer}", flush=True)


def settle(device):
    """The answer that was on its way when the power went is withdrawn, as the first screen asks."""
    os.environ.update({key: device.environment[key] for key in device.environment if key.startswith("XDG_")})
    program = Program(BUILD / "qrconfirm", "scan", "--json", "--timeout", "1", "--source", signin.SOURCE)
    program.wait_for(r'"state":"open-answer"')
    program.answer("withdraw")
    program.wait_for(r'"state":"(withdrawn|done|failed)"')
    program.process.terminate()
    program.process.wait(30)


def live(number):
    device = Device(number)
    lasting(DISK / "round", str(number))
    print("# provisioning", flush=True)
    device.provision()
    print("# using", flush=True)
    device.sign_in()
    print("# used", flush=True)


def main():
    os.environ["LANG"] = os.environ["LC_ALL"] = "C.UTF-8"
    mount()
    os.makedirs("portal", mode=0o700, exist_ok=True)
    server = serve()
    if not (DISK / "round").exists():
        prepare()
    number = int((DISK / "round").read_text())
    signin.show("a code that is none")
    if number > 0:
        judge(Device(number))
    if number < ROUNDS:
        live(number + 1)
        time.sleep(600)  # until the power goes
    server.process.terminate()
    server.process.wait(10)


main()
