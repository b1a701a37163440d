# SPDX-License-Identifier: MIT
"""One life of a machine whose power goes: what the last life left is judged, then the next begins.

usage: power.py BUILD SOURCE SHOW...     as signin.py; ROUNDS: how many there are;
       PART: what this one does: device, person, or both with a comma
Portal and devices are on the disk /dev/vda, which stays. Each round has a device of its own, which is
provisioned by a file and then signs in for the first time, or a person, who uses his badge for the first time
at a kiosk that all share. What is printed is read by power_cuts.py: "# provisioning" and "# signing in" as each
begins, "# signed in", "# first use" at the person's first touch, "# keeping" at his last one, "# done" when the
round is.
"""
import json
import os
import time

import signin
from power_device import DISK, ORIGIN, Provisioned, lasting, prepare_files, run
from power_people import Kiosk, Person
from signin import BUILD, NAME, PASSWORD, Program

ROUNDS = int(os.environ.get("ROUNDS", "0"))
PARTS = os.environ.get("PART", "device,person").split(",")
STATE = DISK / "round"  # the last round that was begun: its number, its parts, and whose badge was used before it


def mount():
    DISK.mkdir()
    run("modprobe", "-a", "virtio_blk", "ext4")
    run("mount", "-t", "ext4", "/dev/vda", DISK)
    run("mount", "-o", "remount,ro", "/")  # the program needs no more of a disk than its folder
    os.chdir(DISK)  # where signin.py has its portal


def serve():
    server = Program(BUILD / "qrportal", "serve", "--data", "portal", "--listen", "127.0.0.1:8443",
                     "--base-url", ORIGIN)
    server.wait_for(r"(https://\S+)")
    return server


def prepare():
    """The first life: a portal, with a token for each round, and a kiosk for people."""
    signin.portal("user", "add", NAME, input=PASSWORD + "\n")
    signin.portal("config", "set", "allow-qr", "on")
    prepare_files(ROUNDS)
    Kiosk().prepare()
    signin.show("a code that is none")
    lasting(STATE, json.dumps({"number": 0, "parts": [], "person": 0, "before": 0}))


def judge(last):
    found = []
    if "device" in last["parts"]:
        found.append(Provisioned(last["number"]).judge())
    if "person" in last["parts"]:
        kiosk = Kiosk()
        before = Person(kiosk, last["before"]) if last["before"] else None
        found.append(Person(kiosk, last["person"]).judge(before))
    if found:
        print(f"# judged {last['number']}: {'; '.join(found)}", flush=True)


def live(last):
    number = last["number"] + 1
    has_person = "person" in PARTS
    person = Person(Kiosk(), number) if has_person else None
    lasting(STATE, json.dumps({"number": number, "parts": PARTS, "person": number if has_person else last["person"],
                               "before": last["person"] if has_person else last["before"]}))
    if "device" in PARTS:
        device = Provisioned(number)
        print("# provisioning", flush=True)
        device.provision()
        print("# signing in", flush=True)
        device.sign_in()
        print("# signed in", flush=True)
    if person:
        person.first_use()
    print("# done", flush=True)


def main():
    os.environ["LANG"] = os.environ["LC_ALL"] = "C.UTF-8"
    mount()
    os.makedirs("portal", mode=0o700, exist_ok=True)
    server = serve()
    if not STATE.exists():
        prepare()
    last = json.loads(STATE.read_text())
    judge(last)
    if last["number"] < ROUNDS:
        live(last)
        time.sleep(600)  # until the power goes
    server.process.terminate()
    server.process.wait(10)


main()
