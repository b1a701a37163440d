#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The power of a machine goes at random moments, and it is switched on again.

usage: power_cuts.py BUILD CUTS [SEED]
A virtual machine with a disk of its own (tests/camera/vm) provisions a device and uses it for the
first time; half of the cuts fall into the one, half into the other. A cut is SIGKILL of the machine's
process: what its kernel had not written is gone. After each cut the next life judges what is left
(guest/power.py); what was done before the cut must be there. The first life is not cut before its end:
it tells how long both take.
"""
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
MARKS = "# provisioning", "# using", "# used"
SECONDS = 900  # of one life, or something hangs


class Life:
    """The machine from its boot to its end."""

    def __init__(self, build, disk, rounds):
        self.disk = disk
        environment = dict(os.environ, RIG_DISK=str(disk), RIG_SECONDS=str(SECONDS))
        self.process = subprocess.Popen(
            [HERE / "vm", "/usr/bin/env", f"ROUNDS={rounds}", "/usr/bin/python3", HERE / "guest" / "power.py", build,
             "image:code.png", "qrencode", "-o", "code.png"],
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
        # What comes meanwhile is read, or the machine would wait for its reader.
        timer = threading.Timer(delay, lambda: os.kill(int(Path(f"{self.disk}.pid").read_text()), signal.SIGKILL))
        timer.start()
        if self.until(ends):
            ended = time.monotonic() - began
            self.until("nothing more")
        self.process.wait()
        timer.join()
        return ended

    def fail(self, why):
        sys.exit(f"power_cuts: {why}\n{''.join(self.lines)}")

    def tell(self, moment, was_done):
        """What this life found of the cut before it."""
        if was_done and not self.judged().startswith("after"):
            self.fail(f"{moment}: it was provisioned, and is not: {self.judged()}")
        print(f"{moment}: {self.judged()}", flush=True)

    def judged(self):
        found = re.search(r"^# judged \d+: (.*)$", "".join(self.lines), re.MULTILINE)
        return found.group(1) if found else None


def measure(life):
    """How long the two parts of a round take, uncut."""
    moments = [life.until(mark) for mark in MARKS]
    if None in moments:
        life.fail("the first life did not come to its end")
    life.cut(0, "nothing more")
    return [moments[1] - moments[0], moments[2] - moments[1]]


def main():
    build, cuts = Path(sys.argv[1]).resolve(), int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(2**32)
    chance = random.Random(seed)
    print(f"power cuts: {cuts}, seed {seed}", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        disk = Path(folder) / "disk"
        subprocess.run(["truncate", "-s", "256M", disk], check=True)
        subprocess.run(["/sbin/mkfs.ext4", "-q", disk], check=True)
        rounds = cuts + 1
        takes = measure(Life(build, disk, rounds))
        print(f"uncut: provisioning {takes[0]:.1f} s, first use {takes[1]:.1f} s", flush=True)

        before = None  # the cut that the next life judges, and whether its provisioning was done
        for cut in range(cuts):
            part = cut % 2
            life = Life(build, disk, rounds)
            if life.until(MARKS[part]) is None:
                life.fail(f"cut {cut + 1}: '{MARKS[part]}' does not come")
            if before:
                life.tell(*before)
            delay = chance.uniform(0, takes[part])
            ended = life.cut(delay, MARKS[part + 1])
            before = (f"cut {cut + 1}: {MARKS[part][2:]}, after {delay:.2f} s" +
                      (f", {delay - ended:.2f} s behind its end" if ended else ""), part == 1 or ended is not None)
            takes[part] = min(takes[part], ended or takes[part])  # a machine that has more time is faster

        last = Life(build, disk, rounds)
        last.until("nothing more")
        if last.process.wait() != 0 or not last.judged():
            last.fail("the last life did not end well")
        last.tell(*before)
    print(f"power cuts: {cuts}, each before or after", flush=True)


if __name__ == "__main__":
    main()
