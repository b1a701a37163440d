# SPDX-License-Identifier: MIT
"""Devices that nobody stands before: provisioned from one table, watched, and one told no."""
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

from by_http import Visitor
from parts import BUILD, TOP, Device, run
from scenario import PASSWORD, Scenario

COUNT = int(os.environ.get("QRCONFIRM_FLEET", "5"))  # by hand: any number up to 1000
ACCOUNT = "lift"
FILES = TOP / "docs" / "examples" / "fleet" / "provisioning_files.py"


class Fleet(Scenario):
    def tokens(self, *words):
        return run(BUILD / "qrportal", "tokens", *words, "--data", self.portal_there.data).stdout

    def make_files(self):
        table = self.tokens("add", ACCOUNT, "--count", str(COUNT), "--label", 'Lift "A", north', "--csv")
        digits = run(BUILD / "qrconfirm", "pin", "hash", input="246802\n").stdout.strip()
        made = run(sys.executable, FILES, "--administrator-pin", digits, "--settings", '{"lang": "ru"}',
                   self.folder / "files", input=table)
        self.assertEqual(made.stderr, "")
        return sorted((self.folder / "files").iterdir())

    def provision(self, path):
        device = Device(self.folder / "devices" / path.stem)
        return device, device.run("provision", path, "--json")

    def states(self):
        return [line.split("\t")[2] for line in self.tokens("list", ACCOUNT).splitlines()]

    def test_many_devices_are_provisioned_from_one_table_and_watched(self):
        self.portal_there = self.portal()
        self.portal_there.add_user(ACCOUNT, PASSWORD)
        files = self.make_files()
        self.assertEqual(len(files), COUNT)
        self.assertEqual(files[0].stat().st_mode & 0o777, 0o600)

        self.tokens("revoke", "1")
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            ended = list(pool.map(self.provision, files))
        refused = [result for _, result in ended if result.returncode != 0]
        self.assertEqual([json.loads(result.stdout.splitlines()[0])["code"] for result in refused],
                         ["provision.token-withdrawn"])
        self.assertEqual(sorted(self.states()), ["used"] * (COUNT - 1) + ["withdrawn"])

        visitor = Visitor(self.portal_there.origin)
        visitor.log_in(ACCOUNT, PASSWORD)
        self.assertEqual(visitor.call("/devices").count("data-revoked"), COUNT - 1)
        for device, result in ended:
            if result.returncode == 0:
                self.watched(device)

    def watched(self, device):
        textfile = device.home / "qrconfirm.prom"
        told = json.loads(device.run("status", "--json", "--textfile", textfile, check=True).stdout)
        self.assertEqual((len(told["pairings"]), told["pairings"][0]["portal"]), (1, "none"))
        self.assertTrue(told["administrator_pin"])
        self.assertIn("\nqrconfirm_pairings 1\n", textfile.read_text())
        self.assertIn("lang = ru", (device.home / "config" / "qrconfirm" / "config.ini").read_text())
