# SPDX-License-Identifier: MIT
"""How far a program has come, by what the kernel tells of it: to wait for that, and for no time."""
import os
import time
from pathlib import Path

from parts import PATIENCE, PartFailed


def await_process(pid, what, reached, *more):
    """Until `reached(pid, *more)`, which `what` describes."""
    end = time.monotonic() + PATIENCE
    while not reached(pid, *more):
        if time.monotonic() > end:
            raise PartFailed(f"{what}: not within {PATIENCE:.0f} s")
        time.sleep(0.01)


def runs(pid, program):
    """Whether it is that program by now, and no longer the one that began it."""
    return os.readlink(f"/proc/{pid}/exe") == os.path.realpath(program)


def takes_signals(pid, numbers):
    """Whether none of them ends it unasked: each is caught, or blocked and then read."""
    status = Path(f"/proc/{pid}/status").read_text()
    masks = [int(line.split()[1], 16) for line in status.splitlines() if line.startswith(("SigBlk:", "SigCgt:"))]
    return all(any(mask >> (number - 1) & 1 for mask in masks) for number in numbers)


def _open_files(pid):
    folder = Path(f"/proc/{pid}/fd")
    for name in os.listdir(folder):
        try:
            yield os.readlink(folder / name)
        except FileNotFoundError:  # closed meanwhile
            continue


def has_open(pid, path):
    return str(path) in _open_files(pid)


def is_connected(pid, port):
    """Whether it has a connection to that port of this machine; the other side need not know of it."""
    rows = [row.split() for row in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    established = "01"
    ours = {f"socket:[{row[9]}]" for row in rows
            if row[3] == established and int(row[2].split(":")[1], 16) == port}
    return not ours.isdisjoint(_open_files(pid))


def waits_to_print(pid):
    """Whether it hangs in a call of the system on its standard output."""
    words = Path(f"/proc/{pid}/syscall").read_text().split()
    return len(words) > 1 and int(words[1], 16) == 1
