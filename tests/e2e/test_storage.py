# SPDX-License-Identifier: MIT
"""What could not be stored is told before anybody is asked, and before the portal hears of it."""
import json
import os
import secrets
import shutil
import subprocess
import unittest

from by_http import Visitor
from parts import Device, picture_of, run
from scenario import NAME, PASSWORD, PIN, Paired, pair

LIMIT = 32


class Storage(Paired):
    def mounted(self):
        """A device whose whole home is a small disk of its own."""
        home = self.folder / self.id().rsplit(".", 1)[1]
        home.mkdir()
        if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", home],
                                               capture_output=True).returncode != 0:
            raise unittest.SkipTest("SKIPPED: no disk can be mounted here, so none was full or read-only")
        self.addCleanup(run, "umount", home)
        device = Device(home)
        self.addCleanup(device.stop)
        return device

    def faults(self, device):
        """The disk full, then as read-only; yields the code that each is to be told with."""
        fill = device.home / "fill"
        with open(fill, "wb", buffering=0) as out:
            try:
                while True:
                    out.write(b"0" * 4096)
            except OSError:
                pass
        yield "store.full"
        fill.unlink()
        run("mount", "-o", "remount,ro", device.home)
        yield "store.read-only"
        run("mount", "-o", "remount,rw", device.home)

    def refused(self, device, code, *arguments, input):
        """Ends with that fault, and the portal heard nothing; returns what was said."""
        before = self.portal.request_lines()
        result = device.run(*arguments, input=input)
        said = result.stdout + result.stderr
        self.assertNotEqual(result.returncode, 0, said)
        self.assertIn(code, said)
        self.assertEqual(self.portal.request_lines(), before)
        return said

    def test_scan_says_so_before_the_question(self):
        device = self.mounted()
        pair(device, self.portal, self.folder)
        picture = picture_of(Visitor(self.portal.origin).new_code(), self.folder / "scan.png")
        for code in self.faults(device):
            for face in ("--headless", "--json"):
                with self.subTest(code=code, face=face):
                    said = self.refused(device, code, "scan", face, "--source", f"image:{picture}",
                                        input="deny\n")
                    self.assertNotRegex(said, r"Answer:|asking")

    def test_pair_says_so_before_any_question(self):
        device = self.mounted()
        pair(device, self.portal, self.folder)  # the folders are there
        visitor = Visitor(self.portal.origin)
        visitor.log_in(NAME, PASSWORD)
        picture = picture_of(visitor.pairing_code(), self.folder / "pair.png")
        ways = [("--source", f"image:{picture}"), ("--url", self.portal.origin)]
        for code in self.faults(device):
            for way in ways:
                with self.subTest(code=code, way=way):
                    said = self.refused(device, code, "pair", "--headless", *way, input="yes\n" * 3)
                    self.assertNotRegex(said, r"yes.*no")

    def test_renew_says_so_before_the_pin(self):
        device = self.mounted()
        pair(device, self.portal, self.folder)
        device.run("pin", "set", input=PIN + "\n", check=True)
        for code in self.faults(device):
            with self.subTest(code=code):
                self.refused(device, code, "renew", input="")  # no PIN was asked for


class Limit(Paired):
    def crowded(self, order):
        """A device with 34 pairings, made in this order of their names; and its names."""
        device = Device(self.folder / self.id().rsplit(".", 1)[1] / order.__name__)
        self.addCleanup(device.stop)
        pair(device, self.portal, self.folder)
        folder = device.home / "data" / "qrconfirm"
        first = next(folder.glob("*.pairing")).stem
        files = [path for path in folder.iterdir() if path.name.startswith(first)]
        names = [first]
        for name in order([f"{i:02x}{secrets.token_hex(7)}" for i in range(0, 256, 7)][:33]):
            names.append(name)
            for path in files:
                copy = folder / path.name.replace(first, name)
                shutil.copy2(path, copy)
                if copy.suffix == ".pairing":
                    copy.write_text(copy.read_text().replace(first, name))
        return device, sorted(names)

    def test_first_by_name_count_and_the_rest_are_named(self):
        for order in (sorted, lambda names: sorted(names, reverse=True)):
            with self.subTest(order=order.__name__):
                device, names = self.crowded(order)
                listed = device.run("portals", "--json")
                counted = [line["id"] for line in map(json.loads, listed.stdout.splitlines())
                           if line["event"] == "portal"]
                self.assertEqual(sorted(counted), names[:LIMIT])
                for said in (listed.stdout + listed.stderr, device.run("doctor").stdout):
                    for name in names[LIMIT:]:
                        self.assertRegex(said, rf"{name}\.pairing: beyond the 32")
                    self.assertNotIn("damaged", said)

    def test_no_pairing_is_begun(self):
        device, _ = self.crowded(sorted)
        visitor = Visitor(self.portal.origin)
        visitor.log_in(NAME, PASSWORD)
        picture = picture_of(visitor.pairing_code(), self.folder / "limit.png")
        for way in (("--source", f"image:{picture}"), ("--url", self.portal.origin)):
            before = self.portal.request_lines()
            result = device.run("pair", "--headless", *way, input="yes\n" * 3)
            self.assertEqual(result.returncode, 9, result.stdout + result.stderr)
            self.assertIn("pairing.limit", result.stdout + result.stderr)
            self.assertNotRegex(result.stdout, r"yes.*no")
            self.assertEqual(self.portal.request_lines(), before)
