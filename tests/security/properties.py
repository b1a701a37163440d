#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The tests behind the 18 properties of the protocol, as the tables of docs/security.md name them.

usage: properties.py --list          a line "NUMBER CTEST-NAME" for each test of the table
       properties.py --check BUILD   the tables are whole and name what is there
"""
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
TABLE = TOP / "docs" / "security.md"
MUTATIONS = TOP / "tests" / "security" / "mutations.toml"
FUZZ_TARGETS = TOP / "tests" / "fuzz" / "CMakeLists.txt"
HEADING = "## The 18 properties of the protocol"
COUNT = 18
TEST_THEN_FUNCTIONS = re.compile(r"`([a-z0-9_.-]+)`")


def rows():
    """number -> the cell of its tests"""
    part = TABLE.read_text().split(HEADING, 1)[1].split("\n##", 1)[0]
    cells = [line.split("|") for line in part.splitlines() if re.match(r"\| [0-9]+ \|", line)]
    return {int(each[1]): each[3] for each in cells}


def functions_by_test(cell):
    """ctest name -> the functions named after it"""
    found, test = {}, None
    for word in TEST_THEN_FUNCTIONS.findall(cell):
        if "." in word:
            test = word
            found.setdefault(test, [])
        elif test:
            found[test].append(word)
    return found


def labelled(build):
    """ctest name -> its labels, of those that have the label `security`; ctest lists what sets them up too"""
    out = subprocess.run(["ctest", "--test-dir", build, "-L", "^security$", "--show-only=json-v1"],
                         capture_output=True, text=True, check=True).stdout
    labels = {test["name"]: next((p["value"] for p in test.get("properties", []) if p["name"] == "LABELS"), [])
              for test in json.loads(out)["tests"]}
    return {name: each for name, each in labels.items() if "security" in each}


def faults(build):
    table = rows()
    there = labelled(build)
    named = {number: functions_by_test(cell) for number, cell in table.items()}
    if sorted(table) != list(range(1, COUNT + 1)):
        yield f"the table has the rows {sorted(table)}"
    for number, tests in sorted(named.items()):
        if not tests:
            yield f"{number}: no test"
        for test, functions in tests.items():
            if f"security.{number:02}" not in there.get(test, []):
                yield f"{number}: ctest knows no {test} with the label security.{number:02}"
            if not test.startswith("unit."):
                continue
            source = TOP / "tests" / Path(*test.split(".")).with_suffix(".c")
            text = source.read_text() if source.exists() else ""
            if not functions:
                yield f"{number}: {test}: none of its functions is named"
            # Once where it is written, and once where it is run.
            yield from (f"{number}: {test} does not run {function}" for function in functions
                        if len(re.findall(rf"\b{function}\b", text)) < 2)
    for test in there:
        if not any(test in tests for tests in named.values()):
            yield f"{test} has the label security, and no row names it"


def faults_of_mutations():
    """Each change of scripts/mutate applies, breaks what the tests of its property show, and has its row."""
    table = rows()
    document = TABLE.read_text()
    for mutation in tomllib.loads(MUTATIONS.read_text())["mutation"]:
        name, number, test = mutation["name"], mutation["property"], mutation["test"]
        if (TOP / mutation["file"]).read_text().count(mutation["was"]) != 1:
            yield f"{name}: what it changes is not in {mutation['file']} once"
        if f"| {number or '-'} | `{name}` | {mutation['breaks']} | `{test}`" not in document:
            yield f"{name}: no row of {TABLE.name} tells of it"
        if number and test not in functions_by_test(table.get(number, "")):
            yield f"{name}: {test} is no test of property {number}"


def faults_of_fuzzing():
    """Each target has a row of what it ran, and is named where its bytes are."""
    part = TABLE.read_text().split("## Readers of foreign bytes", 1)[1].split("\n##", 1)[0]
    targets = re.findall(r"^qrconfirm_fuzz\((\w+)", FUZZ_TARGETS.read_text(), re.MULTILINE)
    rows_of_runs = re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)
    yield from (f"fuzz.{name}: rows of {TABLE.name} that tell its runs: {rows_of_runs.count(name)}, not 1"
                for name in sorted({*targets, *rows_of_runs}) if rows_of_runs.count(name) != 1)
    yield from (f"{TABLE.name} tells runs of fuzz.{name}, which is not there"
                for name in rows_of_runs if name not in targets)
    yield from (f"{TABLE.name} does not say what fuzz.{name} reads" for name in targets if f"`fuzz.{name}`" not in part)


def main(arguments):
    if arguments == ["--list"]:
        for number, cell in sorted(rows().items()):
            for test in functions_by_test(cell):
                print(number, test)
        return 0
    if len(arguments) == 2 and arguments[0] == "--check":
        found = [*faults(arguments[1]), *faults_of_mutations(), *faults_of_fuzzing()]
        print("\n".join(found) or f"{COUNT} properties, each with tests that are there")
        return 1 if found else 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
