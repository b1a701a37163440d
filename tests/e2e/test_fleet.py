# SPDX-License-Identifier: MIT
"""Devices that nobody stands before: provisioned from one table, watched, renewed and revoked by group."""
import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from by_http import PATIENCE, Visitor
from parts import BUILD, TOP, Device, picture_of, run, start
from scenario import PASSWORD, Scenario

COUNT = int(os.environ.get("QRCONFIRM_FLEET", "6"))  # by hand: any even number up to 1000
ACCOUNT = "lift"
GROUPS = "north", "south"
FILES = TOP / "docs" / "examples" / "fleet" / "provisioning_files.py"
WITHIN = 1.0  # second: how long a revoked device is still taken, at most


def rests(pid):
    """Waits until a process has slept for half a second: it cannot write on."""
    slept = 0
    while slept < 5:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
        slept = slept + 1 if state == "S" else 0
        time.sleep(0.1)


class Exporter:
    """Debian's prometheus-node-exporter over a folder of textfiles."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self.process, lines = start("prometheus-node-exporter", "prometheus-node-exporter", "--collector.disable-defaults",
                                    "--collector.textfile", f"--collector.textfile.directory={folder}",
                                    "--web.listen-address=127.0.0.1:0")
        self.port = lines.wait_for(r"[Ll]istening on.*127\.0\.0\.1:([0-9]+)", tag="err").group(1)

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENCE)

    def metrics(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=PATIENCE) as reply:
            return reply.read().decode()


class Fleet(Scenario):
    def qrportal(self, *words):
        return run(BUILD / "qrportal", *words, "--data", self.portal_there.data).stdout

    def listed(self, *words):
        """What the portal knows of its devices, by their labels."""
        rows = map(json.loads, self.qrportal("devices", "list", "--json", *words).splitlines())
        return {row["label"]: row for row in rows}

    def make_files(self):
        tables = [self.qrportal("tokens", "add", ACCOUNT, "--count", str(COUNT // 2), "--label", f'Lift "A", {group}',
                                "--group", group, "--csv") for group in GROUPS]
        rows = [table.splitlines(keepends=True) for table in tables]
        digits = run(BUILD / "qrconfirm", "pin", "hash", input="246802\n").stdout.strip()
        made = run(sys.executable, FILES, "--administrator-pin", digits, "--settings", '{"lang": "ru"}',
                   self.folder / "files", input="".join(rows[0] + rows[1][1:]))
        self.assertEqual(made.stderr, "")
        return sorted((self.folder / "files").iterdir())

    def provision(self, path):
        device = Device(self.folder / "devices" / path.stem)
        self.addCleanup(device.stop)
        device.label = json.loads(path.read_text())["label"]
        return device, device.run("provision", path, "--json")

    def states(self):
        return [line.split("\t")[2] for line in self.qrportal("tokens", "list", ACCOUNT).splitlines()]

    def begin(self):
        """All of them are provisioned beside each other, but the first, whose token was withdrawn."""
        self.portal_there = self.portal()
        self.portal_there.add_user(ACCOUNT, PASSWORD)
        files = self.make_files()
        self.assertEqual(len(files), COUNT)
        self.assertEqual(files[0].stat().st_mode & 0o777, 0o600)

        self.qrportal("tokens", "revoke", "1")
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            ended = list(pool.map(self.provision, files))
        refused = [result for _, result in ended if result.returncode != 0]
        self.assertEqual([json.loads(result.stdout.splitlines()[0])["code"] for result in refused],
                         ["provision.token-withdrawn"])
        self.assertEqual(sorted(self.states()), ["used"] * (COUNT - 1) + ["withdrawn"])
        return [device for device, result in ended if result.returncode == 0]

    def test_many_devices_are_provisioned_from_one_table_and_watched(self):
        devices = self.begin()
        visitor = Visitor(self.portal_there.origin)
        visitor.log_in(ACCOUNT, PASSWORD)
        self.assertEqual(visitor.call("/devices").count("data-revoked"), COUNT - 1)

        listed = self.listed()
        self.assertEqual(sorted(listed), sorted(device.label for device in devices))
        exporter = Exporter(self.folder / "textfiles") if shutil.which("prometheus-node-exporter") else None
        if exporter:
            self.addCleanup(exporter.stop)
        for device in devices:
            self.watched(device, listed[device.label], exporter)

    def watched(self, device, row, exporter):
        """The device, the portal and the exporter say the same of it."""
        textfile = exporter.folder / "qrconfirm.prom" if exporter else device.home / "qrconfirm.prom"
        told = json.loads(device.run("status", "--json", "--textfile", textfile, check=True).stdout)
        self.assertEqual((len(told["pairings"]), told["pairings"][0]["portal"]), (1, "none"))
        self.assertTrue(told["administrator_pin"])
        settings = device.home / "config" / "qrconfirm" / "config.ini"
        self.assertIn("lang = ru", settings.read_text())

        self.assertEqual(row["configuration"], told["configuration"])
        self.assertEqual(row["configuration"], hashlib.sha256(settings.read_bytes()).hexdigest())
        self.assertEqual((row["program"], row["state"], row["protection"], row["account"]),
                         (f"qrconfirm/{told['version']}", "paired", "file", ACCOUNT))
        self.assertIn(row["group"], GROUPS)
        self.assertLess(abs(row["seen_at"] - told["pairings"][0]["paired_at"]), 60)

        metrics = exporter.metrics() if exporter else textfile.read_text()
        self.assertIn("\nqrconfirm_pairings 1\n", metrics)
        self.assertIn(f'\nqrconfirm_info{{configuration="{told["configuration"]}",version="{told["version"]}"}} 1\n'
                      if exporter else "\nqrconfirm_info{", metrics)
        if exporter:
            self.assertIn("\nnode_textfile_scrape_error 0\n", metrics)

    def asked(self, device):
        """A sign-in by this device, up to its question."""
        visitor = Visitor(self.portal_there.origin)
        picture = picture_of(visitor.new_code(), self.folder / f"{device.home.name}.png")
        scan = device.scan(f"image:{picture}")
        return visitor, picture, scan

    def sign_in(self, device):
        visitor, _, scan = self.asked(device)
        scan.wait_asked()
        scan.answer("approve")
        code = scan.event(state="done")["pickup_code"]
        self.assertEqual(scan.wait(), 0, scan.lines.text())
        visitor.call("/qr-login/v1/claim", {"code": code})
        return visitor

    def of(self, devices, group):
        listed = self.listed("--group", group)
        return [device for device in devices if device.label in listed]

    def test_a_group_renews_its_keys_when_it_is_asked_to(self):
        devices = self.begin()
        north, south = (self.of(devices, group)[0] for group in GROUPS)
        self.assertEqual(self.qrportal("devices", "renew", "--group", "north", "--json"),
                         f'{{"done":"renew","devices":{COUNT // 2 - 1}}}\n')
        self.assertEqual(self.listed()[north.label]["state"], "renewal")

        before = self.keys_of(north), self.keys_of(south)
        self.sign_in(north)
        self.sign_in(south)
        listed = self.listed()
        self.assertEqual((listed[north.label]["state"], listed[north.label]["renewal_asked_at"]), ("paired", None))
        self.assertIsNotNone(listed[north.label]["key_renewed_at"])
        self.assertIsNone(listed[south.label]["key_renewed_at"])
        self.assertNotEqual(self.keys_of(north), before[0])
        self.assertEqual(self.keys_of(south), before[1])

        self.sign_in(north)  # by its new key, which takes over
        self.assertEqual(self.renewals(north), 1)

    def keys_of(self, device):
        record = json.loads(next((device.home / "data" / "qrconfirm").glob("*.pairing")).read_text())
        return json.dumps(record.get("keys", record), sort_keys=True)

    def renewals(self, device):
        """How many keys the portal has of it, but the first."""
        with sqlite3.connect(self.portal_there.data / "portal.db", timeout=PATIENCE) as store:
            return store.execute("SELECT count(*) - 1 FROM session_keys JOIN devices USING (device_id) "
                                 "WHERE label = ?", (device.label,)).fetchone()[0]

    def test_a_revoked_group_is_refused_within_a_second(self):
        devices = self.begin()
        north, south = (self.of(devices, group) for group in GROUPS)
        signed_in = self.sign_in(north[0])
        _, picture, scan = self.asked(north[0])
        scan.wait_asked()  # somebody reads the question meanwhile

        told = self.qrportal("devices", "revoke", "--group", "north")
        self.assertEqual(told, f"qrportal: {len(north)} devices are revoked\n")
        scan.answer("approve")
        self.assertEqual(scan.failure(), "portal.device-revoked")
        # By its portal; how long device and machine take besides tells nothing of that.
        refused = json.loads(next(line for line in self.portal_there.request_lines() if "/decision" in line
                                  and '"device-revoked"' in line))
        self.assertLess(refused["ms"], 1000 * WITHIN)

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            codes = list(pool.map(lambda device: device.scan(f"image:{picture}").failure(), north[1:]))
        self.assertEqual(codes, ["portal.device-revoked"] * (len(north) - 1))
        self.sign_in(south[0])

        self.assertIn("signed-in-as", signed_in.call("/"))
        self.qrportal("devices", "end", "--group", "north")
        self.assertNotIn("signed-in-as", signed_in.call("/"))
        self.assertEqual({row["state"] for row in self.listed("--group", "north").values()}, {"revoked"})

    def test_an_administrator_does_the_same_at_the_page(self):
        self.begin()
        self.portal_there.add_user("chief", PASSWORD, admin=True)
        visitor = Visitor(self.portal_there.origin)
        visitor.log_in("chief", PASSWORD)
        page = visitor.call("/admin/devices?group=north&sort=seen")
        self.assertEqual(page.count('data-group="north"'), COUNT // 2 - 1)
        self.assertNotIn('data-group="south"', page)

        self.assertIn("fleet-error", self.refused(visitor, group="north", what="revoke"))
        self.assertIn("fleet-error", self.refused(visitor, group="", what="revoke", sure="on"))
        self.assertEqual({row["state"] for row in self.listed().values()}, {"paired"})

        page = visitor.call("/admin/devices", {"group": "north", "what": "revoke", "sure": "on"}, form=True)
        self.assertIn("fleet-notice", page)
        self.assertEqual(page.count('data-state="revoked"'), COUNT // 2 - 1)
        self.assertEqual({row["state"] for row in self.listed("--group", "south").values()}, {"paired"})

    def refused(self, visitor, **fields):
        try:
            visitor.call("/admin/devices", fields, form=True)
        except urllib.error.HTTPError as error:
            return error.read().decode()
        return ""

    def test_nobody_but_an_administrator_sees_or_does_that(self):
        self.begin()
        visitor = Visitor(self.portal_there.origin)
        visitor.log_in(ACCOUNT, PASSWORD)
        with self.assertRaisesRegex(urllib.error.HTTPError, "403"):
            visitor.call("/admin/devices")
        self.assertNotIn("fleet-notice", self.refused(visitor, group="north", what="revoke", sure="on"))
        self.assertEqual({row["state"] for row in self.listed().values()}, {"paired"})

    def test_list_that_nobody_reads_on_holds_up_nobody(self):
        self.portal_there = self.portal()
        self.portal_there.add_user(ACCOUNT, PASSWORD)
        self.qrportal("tokens", "add", ACCOUNT, "--count", "200")
        for words in (("tokens", "list"), ("config", "list")):
            reads, writes = os.pipe()
            fcntl.fcntl(writes, fcntl.F_SETPIPE_SZ, 4096)
            os.write(writes, bytes(4096))  # as a pager is full
            lister = subprocess.Popen([BUILD / "qrportal", *words, "--data", self.portal_there.data], stdout=writes)
            os.close(writes)
            self.addCleanup(lister.kill)
            rests(lister.pid)
            self.qrportal("config", "set", "portal.name", "Held up by nobody")
            self.assertIsNone(lister.poll())
            os.close(reads)
            lister.wait(PATIENCE)
