# SPDX-License-Identifier: MIT
"""Keys that a TPM seals, a whole one in software: what the portal is told of them, and that they sign in."""
import json
import os
import pty
import shutil
import subprocess
import tty
import unittest

from by_http import Visitor
from parts import BUILD, picture_of, run
from scenario import NAME, PASSWORD, PIN, Scenario, pair


class SoftwareTpm:
    """swtpm, behind one side of a terminal, as the kernel's is behind a device; its state is in a folder."""

    def __init__(self, folder):
        folder.mkdir(mode=0o700)
        line, self.end = pty.openpty()
        tty.setraw(self.end)
        self.where = f"device:{os.ttyname(self.end)}"
        self.process = subprocess.Popen(["swtpm", "chardev", "--tpm2", "--tpmstate", f"dir={folder}",
                                         "--fd", str(line), "--flags", "not-need-init,startup-clear"],
                                        pass_fds=[line], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(line)

    def stop(self):
        self.process.kill()
        self.process.wait()
        os.close(self.end)


@unittest.skipUnless(shutil.which("swtpm"), "there is no TPM to begin")
class Hardware(Scenario):
    def sign_in(self, pin=None):
        visitor = Visitor(self.portal_.origin)
        scan = self.device_.scan(f"image:{picture_of(visitor.new_code(), self.folder / 'code.png')}")
        if pin:
            scan.event(state="unlocking")
            scan.answer(pin)
        scan.wait_asked()
        scan.answer("approve")
        code = scan.event(state="done")["pickup_code"]
        self.assertEqual(scan.wait(), 0, scan.lines.text())
        visitor.call("/qr-login/v1/claim", {"code": code})
        self.assertIn(NAME, visitor.call("/"))

    def test_keys_sign_in_and_the_portal_is_told_of_hardware(self):
        self.portal_, self.device_ = self.portal(), self.device()
        self.portal_.add_user(NAME, PASSWORD)
        tpm = SoftwareTpm(self.folder / "tpm")
        self.addCleanup(tpm.stop)
        self.device_.env["QRCONFIRM_TPM"] = tpm.where

        self.device_.run("seal", "tpm", input="\n", check=True)
        pair(self.device_, self.portal_, self.folder)
        told = run(BUILD / "qrportal", "devices", "list", "--json", "--data", self.portal_.data).stdout
        self.assertEqual(json.loads(told)["protection"], "hardware")
        self.sign_in()
        self.device_.run("pin", "set", input=PIN + "\n", check=True)
        self.sign_in(PIN)
