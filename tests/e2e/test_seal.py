# SPDX-License-Identifier: MIT
"""A part of what opens the keys is kept elsewhere: a copy of the files opens nothing, even with the right PIN.

The keyring is a real one, gnome-keyring, on a bus of its own; of systemd's credentials a folder with one is all that
a program sees.
"""
import json
import os
import shutil
import subprocess
import unittest

from by_http import Visitor
from parts import BUILD, picture_of, run
from scenario import NAME, PASSWORD, PIN, Scenario, pair

MISSING, OTHER = "key.part-missing", "key.part-other"


class Keyring:
    """A session bus, and a keyring on it that is unlocked."""

    def __init__(self, folder):
        folder.mkdir(mode=0o700)
        self.environment = {"XDG_RUNTIME_DIR": str(folder), "XDG_DATA_HOME": str(folder), "HOME": str(folder),
                            "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        self.bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE,
                                    stderr=subprocess.DEVNULL, text=True, env=self.environment)
        self.address = self.bus.stdout.readline().strip()
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self.address
        self.keyring = subprocess.Popen(["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
                                        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        env=self.environment)
        self.keyring.stdin.write(b"the password of the login")
        self.keyring.stdin.close()
        subprocess.run(["gdbus", "wait", "--session", "--timeout", "20", "org.freedesktop.secrets"], check=True,
                       env=self.environment)

    def entries(self):
        """How many entries of this program it has."""
        found = subprocess.run(["gdbus", "call", "--session", "--dest", "org.freedesktop.secrets", "--object-path",
                                "/org/freedesktop/secrets", "--method",
                                "org.freedesktop.Secret.Service.SearchItems",
                                "{'xdg:schema': 'example.qrconfirm.qrconfirm.Seal'}"],
                               env=self.environment, check=True, capture_output=True, text=True).stdout
        return found.count("/collection/login/")

    def stop(self):
        for process in (self.keyring, self.bus):
            process.kill()
            process.wait()
        self.bus.stdout.close()


@unittest.skipUnless(shutil.which("gnome-keyring-daemon"), "there is no keyring to begin")
class Seal(Scenario):
    def setUp(self):
        super().setUp()
        self.keyring = Keyring(self.folder / "keyring")
        self.addCleanup(self.keyring.stop)

    def credential(self, content):
        folder = self.folder / "credentials"
        folder.mkdir(exist_ok=True)
        (folder / "qrconfirm.seal").write_bytes(content)
        return {"CREDENTIALS_DIRECTORY": str(folder)}

    def reach(self, device, **environment):
        """From here on it reaches this bus and no other, and these variables."""
        device.env.pop("CREDENTIALS_DIRECTORY", None)
        device.env.update({"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent", **environment})

    def copied(self, device):
        """Whoever has a copy of the files, at a computer of his own."""
        thief = self.device(f"thief-{len(list(self.folder.iterdir()))}")
        shutil.copytree(device.home, thief.home, dirs_exist_ok=True)
        self.reach(thief)
        return thief

    def scan(self, device, pin=None):
        scan = device.scan(f"image:{picture_of(Visitor(self.portal_.origin).new_code(), self.folder / 'code.png')}")
        if pin:
            scan.event(state="unlocking")
            scan.answer(pin)
        return scan

    def assert_works(self, device, pin=None):
        scan = self.scan(device, pin)
        scan.wait_asked()
        scan.answer("deny")
        self.assertEqual(scan.wait(), 6)

    def assert_opens_nothing(self, device, code, pin=None):
        scan = self.scan(device, pin)
        self.assertEqual(scan.failure(), code, scan.lines.text())
        self.assertEqual(scan.wait(), 9)

    def seal(self, device, kind, pin=None):
        done = device.run("seal", kind, "--json", input=(pin or "") + "\n", check=True)
        self.assertEqual(json.loads(done.stdout)["by"], kind)

    def test_copied_folder_opens_nothing_even_with_the_right_pin(self):
        self.portal_, device = self.portal(), self.device()
        self.portal_.add_user(NAME, PASSWORD)
        self.reach(device, DBUS_SESSION_BUS_ADDRESS=self.keyring.address)

        self.seal(device, "keyring")
        self.assertEqual(self.keyring.entries(), 1)
        pair(device, self.portal_, self.folder)
        told = run(BUILD / "qrportal", "devices", "list", "--json", "--data", self.portal_.data).stdout
        self.assertEqual(json.loads(told)["protection"], "keyring")
        self.assertIn("+ Seal: a part of it is in the keyring", device.run("doctor").stdout)
        self.assert_works(device)
        self.assert_opens_nothing(self.copied(device), MISSING)

        device.run("pin", "set", input=PIN + "\n", check=True)
        self.assert_works(device, PIN)
        thief = self.copied(device)
        self.assert_opens_nothing(thief, MISSING, PIN)
        self.assertIn("! Seal: ", thief.run("doctor").stdout)

        # The entry goes with the seal that needs it.
        self.reach(device, DBUS_SESSION_BUS_ADDRESS=self.keyring.address, **self.credential(os.urandom(32)))
        self.seal(device, "credential", PIN)
        self.assertEqual(self.keyring.entries(), 0)
        self.assert_works(device, PIN)
        self.reach(device, **self.credential(os.urandom(32)))
        self.assert_opens_nothing(device, OTHER, PIN)

    def test_what_cannot_be_had_changes_nothing(self):
        self.portal_, device = self.portal_and_device()
        self.reach(device)
        for kind, environment in (("keyring", {}), ("credential", {}), ("credential", self.credential(b"short"))):
            self.reach(device, **environment)
            refused = device.run("seal", kind, input="\n")
            self.assertEqual(refused.returncode, 9)
            self.assertIn(MISSING, refused.stderr)
        self.assertIn("* Seal: in the files alone", device.run("doctor").stdout)

        self.reach(device, **self.credential(os.urandom(32)))
        self.seal(device, "credential")
        self.assert_works(device)
        self.seal(device, "file")
        self.reach(device)
        self.assert_works(device)
