# SPDX-License-Identifier: MIT
"""A part of what opens the keys is kept elsewhere: a copy of the files opens nothing, even with the right PIN.

The keyring is a real one, gnome-keyring, on a bus of its own; of systemd's credentials a folder with one is all that
a program sees.
"""
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import time
import unittest

from by_http import PATIENCE, Visitor
from parts import BUILD, picture_of, run
from scenario import NAME, PASSWORD, PIN, Scenario, pair

MISSING, OTHER = "key.part-missing", "key.part-other"
AT_ONCE = 10  # seconds, on a busy machine


class Dialog:
    """Stands where the desktop asks for the keyring's password. Nobody answers it."""

    NAME = b"org.gnome.keyring.SystemPrompter"
    BUS = b"org.freedesktop.DBus"

    def __init__(self, address):
        way, _, place = address.split(",")[0].partition(":")[2].partition("=")
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(("\0" if way == "abstract" else "") + place)
        self.socket.sendall(b"\0AUTH EXTERNAL " + str(os.getuid()).encode().hex().encode() + b"\r\n")
        assert self.socket.recv(1000).startswith(b"OK")
        self.socket.sendall(b"BEGIN\r\n" + self.call(1, b"Hello") +
                            self.call(2, b"RequestName", b"su", self.string(self.NAME) + struct.pack("<I", 0)))
        self.asked = b""
        while self.NAME not in self.asked:  # NameAcquired
            self.asked += self.socket.recv(4096)

    @staticmethod
    def string(text):
        return (struct.pack("<I", len(text)) + text + b"\0").ljust(-(-(len(text) + 5) // 4) * 4, b"\0")

    def call(self, serial, method, signature=b"", body=b""):
        fields = [(1, b"o", b"/org/freedesktop/DBus"), (6, b"s", self.BUS), (2, b"s", self.BUS), (3, b"s", method)]
        header = b""
        for code, kind, text in fields:
            header = header.ljust(-(-len(header) // 8) * 8, b"\0")
            header += struct.pack("<BB", code, 1) + kind + b"\0" + struct.pack("<I", len(text)) + text + b"\0"
        if signature:
            header = header.ljust(-(-len(header) // 8) * 8, b"\0")
            header += struct.pack("<BB", 8, 1) + b"g\0" + struct.pack("<B", len(signature)) + signature + b"\0"
        whole = struct.pack("<cBBBIII", b"l", 1, 0, 1, len(body), serial, len(header)) + header
        return whole.ljust(-(-len(whole) // 8) * 8, b"\0") + body

    def stands(self):
        """Waits until it is asked for, once more."""
        while b"BeginPrompting" not in self.asked:
            self.asked += self.socket.recv(4096)
        self.asked = b""


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
        self.begin()

    def begin(self):
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

    def lock_anew(self):
        """Whoever wants an entry from here on waits until somebody has typed the keyring's password. It has one
        dialog at a time, so one that still stands goes with its keyring."""
        self.keyring.kill()
        self.keyring.wait()
        self.begin()
        subprocess.run(["gdbus", "call", "--session", "--dest", "org.freedesktop.secrets", "--object-path",
                        "/org/freedesktop/secrets", "--method", "org.freedesktop.Secret.Service.Lock",
                        "['/org/freedesktop/secrets/collection/login']"],
                       env=self.environment, check=True, capture_output=True)

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

    def test_nobody_has_to_answer_a_locked_keyring_before_the_program_ends(self):
        self.portal_, device = self.portal(), self.device()
        self.portal_.add_user(NAME, PASSWORD)
        self.reach(device, DBUS_SESSION_BUS_ADDRESS=self.keyring.address)
        self.seal(device, "keyring")
        pair(device, self.portal_, self.folder)

        dialog = Dialog(self.keyring.address)
        code = picture_of(Visitor(self.portal_.origin).new_code(), self.folder / "code.png")
        for command in (("scan", "--json", "--source", f"image:{code}"), ("doctor",), ("seal", "file")):
            self.keyring.lock_anew()
            process, lines = device.start(*command)
            dialog.stands()
            begun = time.monotonic()
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(60), 130, (command, lines.text()))
            self.assertLess(time.monotonic() - begun, AT_ONCE, command)

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
