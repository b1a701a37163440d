#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How long doctor and log take over a long journal.

usage: journal.py QRCONFIRM [LINES]
"""
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def write(path, lines):
    before = "0" * 64
    with path.open("w") as file:
        for i in range(lines):
            line = json.dumps({"time": 1790000000 + i, "event": "decision", "pairing": "00112233445566aa",
                               "portal": "https://portal.example.com", "account": "Anna Example",
                               "decision": "approve", "browser": "Firefox on Linux", "before": before},
                              separators=(",", ":"))
            before = hashlib.sha256(line.encode()).hexdigest()
            file.write(line + "\n")
    path.chmod(0o600)


def main():
    program, lines = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1000000
    with tempfile.TemporaryDirectory() as home:
        state = Path(home) / ".local" / "state" / "qrconfirm"
        state.mkdir(mode=0o700, parents=True)
        write(state / "journal.jsonl", lines)
        environment = {"HOME": home, "PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": home}
        for command in (["doctor", "--json"], ["log", "--json"], ["log", "--all", "--json"]):
            begin = time.monotonic()
            result = subprocess.run([program, *command], env=environment, capture_output=True, text=True)
            took = time.monotonic() - begin
            if "journal.broken" in result.stdout:
                sys.exit(f"{command}: the journal is not whole")
            print(f"{' '.join(command)}: {took:.1f} s, {len(result.stdout.splitlines())} lines printed")


main()
