# SPDX-License-Identifier: MIT
"""The processes of a program, and what is in their memory. Root alone may look there."""
import array
import contextlib
import itertools
import os
import pathlib
import re
import time

RANGE = r"^([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ \S+ *(.*)$"
OF_RANGES = re.compile(RANGE + r"|^(Rss|Swap|Anonymous): +([0-9]+) kB$", re.MULTILINE)
PAGE = os.sysconf("SC_PAGE_SIZE")
TOO_LARGE = 1 << 28  # bytes, of a sanitizer: nothing of ours
ENDS = 5.0  # seconds until one whose memory is gone is seen to be


def all_children_of(pid):
    """The processes that this program has begun, by name."""
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            named, rest = folder.joinpath("stat").read_text().rsplit(")", 1)
            state, parent = rest.split()[:2]
            if int(parent) == pid and state != "Z":
                yield named.split("(", 1)[1], int(folder.name)


def children_of(pid, name):
    return [child for called, child in all_children_of(pid) if called == name]


class Gone(Exception):
    """The process has ended."""


def has_ended(pid):
    """Now, or in a moment: its memory goes first."""
    end = time.monotonic() + ENDS
    while time.monotonic() < end:
        try:
            if pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


class Range:
    def __init__(self, begin, end, rights, name):
        self.begin, self.end, self.rights, self.name = int(begin, 16), int(end, 16), rights, name
        self.kib = {}  # Rss, Swap, Anonymous

    def may_hold(self, program):
        """Whether anything may lie in it but what stands in the file of the program, or of a library."""
        if self.name.startswith("[v") or self.end - self.begin > TOO_LARGE:  # [v...: the kernel's, the same for all
            return False
        if self.rights[1] == "-" and self.name.startswith(("/usr/", "/lib", program)):
            return self.kib["Anonymous"] > 0
        return self.kib["Rss"] + self.kib["Swap"] > 0


def ranges_of(pid):
    ranges = []
    for *place, name, size in OF_RANGES.findall(pathlib.Path(f"/proc/{pid}/smaps").read_text()):
        if name:
            ranges[-1].kib[name] = int(size)
        else:
            ranges.append(Range(*place))
    return ranges


def runs_of(pagemap, part):
    """What is there of a range: of a file all, else the pages that were ever used."""
    if part.name.startswith("/"):
        yield part.begin, part.end
        return

    pagemap.seek(part.begin // PAGE * 8)
    entries = array.array("Q", pagemap.read((part.end - part.begin) // PAGE * 8))
    begin = part.begin
    for used, pages in itertools.groupby(entries, lambda entry: entry >> 62 != 0):  # present, or in a swap area
        end = begin + PAGE * sum(1 for _ in pages)
        if used:
            yield begin, end
        begin = end


def is_there(pid, part):
    return any((part.begin, part.end) == (other.begin, other.end) for other in ranges_of(pid))


def memory_of(pid):
    """All that it may have written, piece by piece. What is there and cannot be read is an error."""
    program = os.readlink(f"/proc/{pid}/exe")
    with (open(f"/proc/{pid}/mem", "rb", buffering=0) as memory,
          open(f"/proc/{pid}/pagemap", "rb", buffering=0) as pagemap):
        for part in (part for part in ranges_of(pid) if part.may_hold(program)):
            for begin, end in runs_of(pagemap, part):
                content = b""
                with contextlib.suppress(OSError):
                    memory.seek(begin)
                    content = memory.read(end - begin)
                if len(content) < end - begin and is_there(pid, part):
                    raise AssertionError(f"{pid}: {begin:x}-{end:x} {part.rights} {part.name} cannot be read")
                yield content


def found_in(pid, pieces):
    """Those of the pieces that are in its memory. That it is seen shows by its own words of command, which lie
    on its stack: an error where they are not found, and Gone once it has ended."""
    try:
        mark = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
        wanted = {mark, *pieces}
        found = {piece for content in memory_of(pid) for piece in wanted if piece in content}
    except (OSError, AssertionError):
        if has_ended(pid):
            raise Gone from None
        raise
    if not mark or mark not in found:
        if has_ended(pid):
            raise Gone
        raise AssertionError(f"{pid}: the look sees nothing")
    return found & set(pieces)
