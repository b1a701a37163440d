# SPDX-License-Identifier: MIT
"""The processes of a program, and what is in their memory. Root alone may look there."""
import pathlib


def children_of(pid, name):
    """The processes of that name that this program has begun."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            comm = folder.joinpath("comm").read_text().strip()
            state, parent = folder.joinpath("stat").read_text().rsplit(")", 1)[1].split()[:2]
        except OSError:
            continue
        if comm == name and int(parent) == pid and state != "Z":
            found.append(int(folder.name))
    return found


def memory_of(pid):
    """All that the process can read, range by range."""
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
            place, rights = line.split()[:2]
            begin, end = (int(part, 16) for part in place.split("-"))
            if rights[0] != "r" or end - begin > 1 << 28:  # of a sanitizer: nothing of ours
                continue
            try:
                memory.seek(begin)
                yield memory.read(end - begin)
            except (OSError, ValueError):
                continue


def found_in(pid, pieces):
    """Those of the pieces that are in its memory."""
    return {piece for content in memory_of(pid) for piece in pieces if piece in content}
