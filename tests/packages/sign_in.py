#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Pairs and signs in once with the programs that packages have installed; the browser is plain HTTP.
Then the portal's figures have counted it, and a backup is the portal again.

usage: QRCONFIRM_BUILD=/usr/bin sign_in.py"""
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

from by_http import Visitor
from parts import BUILD, Device, Portal, run

NAME, PASSWORD = "anna", "correct horse battery staple"


def picture_of(code, out):
    """camsim, which the other tests draw with, is in no package."""
    run("qrencode", "--output", out, code)
    return f"image:{out}"


def check_figures(visitor):
    if 'qrportal_sign_ins_total{by="qr",outcome="done"} 1' not in visitor.call("/metrics"):
        sys.exit("the figures of the portal do not count the sign-in")


def check_backup(folder, portal):
    backup, again = folder / "backup", folder / "again"
    run(BUILD / "qrportal", "backup", backup, "--data", portal.data)
    run(BUILD / "qrportal", "restore", backup, "--data", again)
    if NAME not in run(BUILD / "qrportal", "user", "list", "--data", again).stdout:
        sys.exit("a backup is not the portal again")


def sign_in(folder):
    portal = Portal(folder / "portal", config={"metrics.from": "127.0.0.1"})
    device = Device(folder / "device")
    try:
        portal.add_user(NAME, PASSWORD)
        desk = Visitor(portal.origin)
        desk.log_in(NAME, PASSWORD)
        device.pair(picture_of(desk.pairing_code(), folder / "pairing.png"), desk.confirm_pairing)

        browser = Visitor(portal.origin)
        scan = device.scan(picture_of(browser.new_code(), folder / "sign-in.png"))
        scan.wait_asked()
        scan.answer("approve")
        digits = scan.event(state="done")["pickup_code"]
        browser.call("/qr-login/v1/claim", {"code": digits})
        if scan.wait() != 0 or NAME not in browser.call("/"):
            sys.exit(f"nobody is signed in:\n{scan.lines.text()}")
        check_figures(browser)
        check_backup(folder, portal)
    finally:
        device.stop()
        portal.stop()
    print(f"signed in: {NAME} at {portal.origin}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        sign_in(Path(folder))


if __name__ == "__main__":
    main()
