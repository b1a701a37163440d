#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes a provisioning file of each row that `qrportal tokens add --csv` prints.

usage: provisioning_files.py [--administrator-pin HASH] [--settings JSON] FOLDER <tokens.csv

The table is read from standard input. FOLDER is made if it is not there; the file of a row is
NUMBER.json in it, for its owner alone. HASH is what `qrconfirm pin hash` prints, JSON an object
of settings such as '{"lang": "ru"}'. Both are the same for every device. A file that is there is
not overwritten: it may hold a token that is shown nowhere else.
"""
import argparse
import csv
import json
import os
import sys
from pathlib import Path

COLUMNS = ["number", "label", "portal", "portal-key", "pin", "account", "token", "expires"]


def provisioning(row, administrator_pin, settings):
    """What docs/provisioning.md tells of the file."""
    content = {"version": 1, "portal": row["portal"], "portal-key": row["portal-key"],
               "account": row["account"], "token": row["token"], "label": row["label"]}
    if row["pin"]:
        content["pins"] = [row["pin"]]
    if administrator_pin:
        content["administrator-pin"] = administrator_pin
    if settings:
        content["settings"] = settings
    return content


def write(path, content):
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=2)
        file.write("\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--administrator-pin", metavar="HASH")
    parser.add_argument("--settings", metavar="JSON", type=json.loads, default={})
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()

    table = csv.DictReader(sys.stdin)
    if table.fieldnames != COLUMNS:
        sys.exit(f"the first line must be {','.join(COLUMNS)}")
    options.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for row in table:
        write(options.folder / f"{int(row['number'])}.json",
              provisioning(row, options.administrator_pin, options.settings))


if __name__ == "__main__":
    main()
