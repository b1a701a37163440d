#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""debian/control names what scripts/packages.txt names, as Debian's own tools read only the former.

usage: needs.py TOP"""
import pathlib
import re
import sys

# What every build has, and what only a run needs.
NOT_NAMED = {"build-essential"}
CROSS_COMPILERS = {"crossbuild-essential-arm64"}  # comes with the question for the architecture
OF_DEBIAN = {"debhelper-compat", "dh-sequence-installsysusers"}


def listed(top, kind):
    rows = (line.split() for line in (top / "scripts/packages.txt").read_text().splitlines())
    return {row[1] for row in rows if len(row) > 1 and row[0] == kind}


def named(top, field):
    control = (top / "debian/control").read_text()
    found = re.search(rf"^{field}:((?:\n .*|.*)+)", control, re.MULTILINE)
    return set(re.findall(r"[a-z][a-z0-9.+-]+", re.sub(r"\(.*?\)|[a-z0-9-]+ <cross>", "", found.group(1))))


def named_for_others(top):
    """What a build for another architecture needs besides."""
    return set(re.findall(r"([a-z0-9.+-]+) <cross>", (top / "debian/control").read_text()))


def main():
    top = pathlib.Path(sys.argv[1])
    fonts = {name for name in listed(top, "build") if name.startswith("fonts-")}
    needs = listed(top, "build") - fonts - NOT_NAMED
    wrong = 0
    for what, expected, found in (("<cross>", listed(top, "arm64") - CROSS_COMPILERS, named_for_others(top)),
                                  ("Build-Depends", needs, named(top, "Build-Depends") - OF_DEBIAN),
                                  ("fonts in Depends", fonts,
                                   {name for name in named(top, "Depends") if name.startswith("fonts-")})):
        if expected != found:
            print(f"debian/control: {what}: missing {sorted(expected - found)}, "
                  f"not in scripts/packages.txt {sorted(found - expected)}")
            wrong = 1
    return wrong


if __name__ == "__main__":
    sys.exit(main())
