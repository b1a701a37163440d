#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A pairing and a sign-in from a camera of PipeWire, with a daemon of its own.

usage: sign_in.py NODE     NODE: the camera, built of node.c

Exit code 77: there is no PipeWire on this machine.
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
sys.path.insert(0, str(HERE.parent / "faults"))
sys.path.insert(0, str(HERE.parent / "screen"))

from displays import PATIENCE, is_listening, wait_for        # noqa: E402
from parts import APPROVE_DELAY, BUILD, Device, Portal, run  # noqa: E402
from stage import end_of, is_asked                           # noqa: E402
from visitor import Visitor                                  # noqa: E402

NAME, PASSWORD = "anna", "correct horse battery staple"


class Film:
    """A camera of PipeWire that sees a code."""

    def __init__(self, folder, node, name, code):
        out = folder / f"{name}.mjpeg"
        run(BUILD / "camsim", "--code", code, "--size", "1280x720", "--shake", "1", "--frames", "5",
            "--out", out)
        self.process = subprocess.Popen([node, "qr-camera", "YUY2", "1", "daemon", "back", out],
                                        stdin=subprocess.PIPE)

    def __enter__(self):
        wait_for("the camera", lambda: "qr-camera" in run("pw-cli", "ls", "Node").stdout)
        return self

    def __exit__(self, *_):
        self.process.stdin.close()  # it ends with its standard input
        self.process.wait(PATIENCE)


def is_listed(device):
    """In the list of both ways, and by doctor."""
    lines = [json.loads(line) for line in device.run("cameras", "--json").stdout.splitlines()]
    mine = [line for line in lines if line.get("pipewire") == "qr-camera"]
    assert len(mine) == 1 and mine[0]["facing"] == "back" and mine[0]["rotation"] == 270, lines
    kernels = [line for line in lines if line["usable"] and line["driver"] != "pipewire"]
    assert mine[0]["chosen"] == (not kernels), lines
    assert kernels or mine[0]["way"] == "pipewire", lines

    checks = [json.loads(line) for line in device.run("doctor", "--json").stdout.splitlines()]
    camera = next(check for check in checks if check.get("name") == "camera")
    assert camera["ok"], camera
    assert kernels or camera["detail"] == "pipewire:qr-camera (without a session manager)", camera


def is_tried(device):
    """By name: what it offers, how it is mounted, and that its frames come."""
    tried = device.run("cameras", "qr-camera", "--json", "--seconds", "3")
    offers, *_, result = [json.loads(line) for line in tried.stdout.splitlines()]
    assert offers["event"] == "camera-offers" and offers["id"] == "qr-camera", tried.stdout
    assert (offers["facing"], offers["rotation"]) == ("back", 270), offers
    assert offers["formats"] == [{"format": "YUYV", "width": 1280, "height": 720}], offers
    assert result["event"] == "camera-tried" and result["frames"] > 0, tried.stdout
    assert (result["format"], result["width"]) == ("YUYV", 1280), result
    assert (result["focus"], result["exposure"]) == ("not-offered", "not-offered"), result


def is_connected_while_aiming(folder, node, device, portal):
    """Before there is a code: its reader need not wait for the connection."""
    before = len(portal.request_lines())
    with Film(folder, node, "poster", "no code of any portal"):
        scan = device.scan("pipewire:back")
        wait_for("the connection", lambda: len(portal.request_lines()) > before)
        scan.process.send_signal(signal.SIGINT)
        assert scan.wait() == 130, scan.lines.text()
    asked = [json.loads(line)["path"] for line in portal.request_lines()[before:]]
    assert asked == ["/.well-known/qr-login"], asked


def sign_in(folder, node, portal):
    portal.add_user(NAME, PASSWORD)
    port = int(portal.origin.rsplit(":", 1)[1])
    desk, browser = Visitor(port, portal.origin), Visitor(port, portal.origin)
    desk.sign_in(NAME, PASSWORD)
    device = Device(folder / "device")

    with Film(folder, node, "pairing", desk.add_device(PASSWORD)):
        is_listed(device)
        is_tried(device)
        device.pair("pipewire:qr-camera", desk.confirm_device)
    is_connected_while_aiming(folder, node, device, portal)
    with Film(folder, node, "login", browser.open_window()):
        scan = device.scan("pipewire:back")
        assert is_asked(scan), scan.lines.text()
        time.sleep(APPROVE_DELAY)
        scan.answer("approve")
        ended = end_of(scan)

    assert ended.state == "done" and ended.exit == 0, ended
    assert browser.claim(ended.pickup_code) == "done"
    assert browser.is_signed_in()


def main():
    if not shutil.which("pipewire"):
        print("SKIPPED: there is no daemon pipewire on this machine")
        return 77
    # A socket's path is at most 107 bytes long.
    with tempfile.TemporaryDirectory(prefix="pw-", dir="/tmp") as folder:
        os.environ["PIPEWIRE_RUNTIME_DIR"] = folder
        daemon = subprocess.Popen(["pipewire", "-c", HERE / "pipewire.conf"])
        try:
            wait_for("the daemon", lambda: is_listening(Path(folder) / "pipewire-0"))
            portal = Portal(Path(folder) / "portal")
            try:
                sign_in(Path(folder), sys.argv[1], portal)
            finally:
                portal.stop()
        finally:
            daemon.kill()
            daemon.wait()
    print("signed in")
    return 0


sys.exit(main())
