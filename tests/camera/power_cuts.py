#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The power of a machine goes at random moments, and it is switched on again.

usage: power_cuts.py BUILD CUTS [SEED [WHAT...]]
       (WHAT: what is cut, each in turn, instead of all: provisioning, signing-in, first-use, keeping)
A virtual machine with a disk of its own (tests/camera/vm) provisions a device, signs in by it for the first
time, or has a person use his badge for the first time; "keeping" is the end of that, from the last touch to the
receipt. The time that each takes has as many slices as it is cut: a cut falls into each, at a random moment of
it, and their order is random. A cut is SIGKILL of the machine's process: what its kernel had not written is gone.
After each cut the next life judges what is left (guest/power.py); what was done before the cut must be there. The
first life is not cut before its end: it tells how long each takes.
"""
import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
# What is cut: the mark at which it begins, that at which it ends, and the part of a round that it belongs to.
CUT = {"provisioning": ("# provisioning", "# signing in", "device"),
       "signing-in": ("# signing in", "# signed in", "device"),
       "first-use": ("# first use", "# done", "person"),
       "keeping": ("# keeping", "# done", "person")}
NO_ANSWER = 125  # of tests/camera/vm, where its machine was killed
SECONDS = 900  # of one life, or something hangs


class Life:
    """The machine from its boot to its end."""

    def __init__(self, build, disk, rounds, part="device,person"):
        self.disk = disk
        environment = dict(os.environ, RIG_DISK=str(disk), RIG_SECONDS=str(SECONDS))
        self.process = subprocess.Popen(
            [HERE / "vm", "/usr/bin/env", f"ROUNDS={rounds}", f"PART={part}", "/usr/bin/python3",
             HERE / "guest" / "power.py", build, "image:code.png", "qrencode", "-o", "code.png"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=environment)
        self.lines = []

    def until(self, mark):
        """The moment at which it printed this; None where it ended without."""
        for line in self.process.stdout:
            self.lines.append(line)
            if line.startswith(mark):
                return time.monotonic()
        return None

    def cut(self, delay, ends):
        """Takes the power away then; how long it lasted until `ends` was printed, if it was before."""
        began, ended = time.monotonic(), None
        cut = threading.Event()

        def kill():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has fallen before
                os.kill(int(Path(f"{self.disk}.pid").read_text()), signal.SIGKILL)
                cut.set()

        # What comes meanwhile is read, or the machine would wait for its reader.
        timer = threading.Timer(delay, kill)
        timer.start()
        if self.until(ends):
            ended = time.monotonic() - began
            self.until("nothing more")
        status = self.process.wait()
        timer.join()
        if status != NO_ANSWER or not cut.is_set():  # what ran in it has failed, or the machine
            self.fail(f"it ended by itself, with {status}")
        return ended

    def fail(self, why):
        sys.exit(f"power_cuts: {why}\n{''.join(self.lines)}")

    def tell(self, moment, was_done):
        """What this life found of the cut before it."""
        if was_done and not all(found.startswith("after") for found in self.judged().split("; ")):
            self.fail(f"{moment}: it was done, and is not: {self.judged()}")
        print(f"{moment}: {self.judged()}", flush=True)

    def judged(self):
        found = re.search(r"^# judged \d+: (.*)$", "".join(self.lines), re.MULTILINE)
        return found.group(1) if found else None


def measure(life):
    """How long each takes, uncut."""
    marks = "# provisioning", "# signing in", "# signed in", "# first use", "# keeping", "# done"
    moments = {mark: life.until(mark) for mark in marks}
    if None in moments.values():
        life.fail("the first life did not come to its end")
    life.cut(0, "nothing more")
    return {what: moments[ends] - moments[begins] for what, (begins, ends, _) in CUT.items()}


def choose_moments(chance, cuts, wanted):
    """Of each cut: what it falls into, and after which share of that."""
    chosen = [wanted[cut % len(wanted)] for cut in range(cuts)]
    shares = {}
    for what in wanted:
        slices = chosen.count(what)
        shares[what] = [(at + chance.random()) / slices for at in range(slices)]
        chance.shuffle(shares[what])
    return [(what, shares[what].pop()) for what in chosen]


def main():
    build, cuts = Path(sys.argv[1]).resolve(), int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(2**32)
    wanted = sys.argv[4:] or list(CUT)
    chance = random.Random(seed)
    print(f"power cuts: {cuts}, seed {seed}", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        disk = Path(folder) / "disk"
        subprocess.run(["truncate", "-s", "256M", disk], check=True)
        subprocess.run(["/sbin/mkfs.ext4", "-q", disk], check=True)
        rounds = cuts + 1
        takes = measure(Life(build, disk, rounds))
        print("uncut: " + ", ".join(f"{what} {seconds:.1f} s" for what, seconds in takes.items()), flush=True)

        before = "no cut", True  # what the next life judges, and whether it was done
        for cut, (what, share) in enumerate(choose_moments(chance, cuts, wanted)):
            begins, ends, part = CUT[what]
            life = Life(build, disk, rounds, part)
            if life.until(begins) is None:
                life.fail(f"cut {cut + 1}: '{begins}' does not come")
            life.tell(*before)
            delay = share * takes[what]
            ended = life.cut(delay, ends)
            before = (f"cut {cut + 1}: {what}, after {delay:.2f} s" +
                      (f", {delay - ended:.2f} s behind its end" if ended else ""),
                      what == "signing-in" or ended is not None)
            takes[what] = min(takes[what], ended or takes[what])  # a machine that has more time is faster

        last = Life(build, disk, rounds)
        last.until("nothing more")
        if last.process.wait() != 0 or not last.judged():
            last.fail("the last life did not end well")
        last.tell(*before)
    print(f"power cuts: {cuts}, each before or after", flush=True)


if __name__ == "__main__":
    main()
