# SPDX-License-Identifier: MIT
"""Displays that can be touched, without a screen and without a touch device.

Xorg draws into memory by its driver "dummy" and takes fingers from its driver "inputtest", through
a socket. The compositors run inside it: wlroots hands the fingers of X11 on to its clients.
All have what displays.py promises, and touch(X, Y) and drag(X, Y, X, Y).
"""
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import time
from pathlib import Path

from displays import PATIENCE, X11, Wayland, on_panel, run

CONFIG = """
Section "ServerFlags"
  Option "AutoAddDevices" "false"
EndSection
Section "Device"
  Identifier "memory"
  Driver "dummy"
EndSection
Section "Monitor"
  Identifier "monitor"
  HorizSync 1-10000
  VertRefresh 1-1000
  Modeline "only" {clock} {width} {w1} {w2} {w3} {height} {h1} {h2} {h3}
EndSection
Section "Screen"
  Identifier "screen"
  Device "memory"
  Monitor "monitor"
  DefaultDepth 24
  SubSection "Display"
    Modes "only"
    Virtual {width} {height}
  EndSubSection
EndSection
Section "InputDevice"
  Identifier "finger"
  Driver "inputtest"
  Option "SocketPath" "{socket}"
  Option "DeviceType" "Touch"
  Option "TouchCount" "5"
EndSection
Section "ServerLayout"
  Identifier "layout"
  Screen "screen"
  InputDevice "finger"
EndSection
"""


class Finger:
    """The protocol of xf86-input-inputtest-protocol.h, version 1: one finger of the touch screen."""

    VERSION, SYNC, TOUCH = 0, 1, 6           # events
    BEGIN, UPDATE, END = 18, 19, 20          # as XInput 2 numbers them
    VALUATORS, AXIS_MAX = 64, 0xffff

    def __init__(self, path, width, height):
        self.width, self.height = width, height
        self.id = 0
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(str(path))
        self.send(self.VERSION, struct.pack("=HH", 1, 0))
        self.socket.recv(64)

    def send(self, kind, body=b""):
        self.socket.sendall(struct.pack("=II", 8 + len(body), kind) + body)

    def put(self, kind, x, y):
        axes = [x / self.width * self.AXIS_MAX, y / self.height * self.AXIS_MAX]
        values = struct.pack(f"={self.VALUATORS}d", *axes, *[0.0] * (self.VALUATORS - 2))
        mask = bytes([3]).ljust(self.VALUATORS // 8, b"\0")
        self.send(self.TOUCH, struct.pack("=III", self.id, kind, 0) + mask + bytes(4) + values
                  + bytes(len(values)))
        self.send(self.SYNC)
        self.socket.recv(64)

    def touch(self, x, y, hold=0.05):
        self.put(self.BEGIN, x, y)
        time.sleep(hold)
        self.put(self.END, x, y)
        self.id += 1

    def drag(self, x, y, to_x, to_y):
        self.put(self.BEGIN, x, y)
        for step in range(1, 11):
            self.put(self.UPDATE, x + (to_x - x) * step / 10, y + (to_y - y) * step / 10)
            time.sleep(0.02)
        self.put(self.END, to_x, to_y)
        self.id += 1


class TouchX11(X11):
    def __init__(self, width, height):
        self.folder = Path(tempfile.mkdtemp(prefix="qrconfirm-xorg-"))
        config, self.log = self.folder / "xorg.conf", self.folder / "log"
        config.write_text(CONFIG.format(
            socket=self.folder / "finger", width=width, height=height, clock=width * height * 60 // 900000,
            w1=width + 8, w2=width + 16, w3=width + 32, h1=height + 4, h2=height + 8, h3=height + 16))
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["/usr/lib/xorg/Xorg", "-displayfd", str(write), "-config", config, "-logfile", self.log, "-noreset",
             "-nolisten", "tcp", "-novtswitch", "-sharevts", "-keeptty", "-ac"],
            pass_fds=(write,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        try:
            with os.fdopen(read) as pipe:
                name = pipe.readline().strip()
            assert name, "Xorg does not start: " + self.log.read_text()[-2000:]
            self.environment = {"DISPLAY": f":{name}", "SDL_VIDEODRIVER": "x11"}
            self.caller = dict(os.environ, **self.environment)
            finger = Finger(self.folder / "finger", width, height)
        except BaseException:
            self.stop()
            raise
        self.touch, self.drag = finger.touch, finger.drag

    def stop(self):
        super().stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class TouchWayland(Wayland):
    """sway in a window of TouchX11 that fills it."""

    BACKEND = "x11"
    OUTPUT = "X11-1"

    def __init__(self, width, height):
        self.below = TouchX11(width, height)
        try:
            super().__init__(width, height, {"DISPLAY": self.below.environment["DISPLAY"]})
        except BaseException:
            self.below.stop()
            raise
        self.touch, self.drag = self.below.touch, self.below.drag

    def stop(self):
        super().stop()
        self.below.stop()


class TouchCage(TouchWayland):
    """The kiosk's compositor. On X11 it makes its output 1024x768, and it ends with its program:
    the one shown here comes later, as a client like any other."""

    def __init__(self):
        super().__init__(1024, 768)

    def command(self):
        return ["cage", "--", "sleep", "infinity"]


class TouchPhoc(TouchWayland):
    """A phone's own shell: Phosh's compositor at a scale of two, and its on-screen keyboard."""

    CONFIG = "[core]\nxwayland = false\n\n[output:{output}]\nmode = {width}x{height}\nscale = 2\n"
    SETTINGS = "[org/gnome/desktop/a11y/applications]\nscreen-keyboard-enabled=true\n"

    def __init__(self, width, height):
        super().__init__(width, height)
        self.environment["XDG_CURRENT_DESKTOP"] = "Phosh:GNOME"
        self.turned = 0
        self.old = "0.24" in run("phoc", "--version").stdout  # Debian 12's

    def command(self):
        settings = self.folder / ".config" / "glib-2.0" / "settings"
        settings.mkdir(parents=True)
        (settings / "keyfile").write_text(self.SETTINGS)
        return ["env", "GSETTINGS_BACKEND=keyfile", "dbus-run-session", "--", "phoc",
                "--config", str(self.folder / "config"), "--exec", "squeekboard"]

    def turn(self, degrees):
        """As a phone's shell does when the phone is turned: the compositor turns what it shows."""
        run("wlr-randr", "--output", self.OUTPUT, "--transform", "normal" if degrees == 0 else degrees,
            env=self.caller)
        self.turned = degrees

    def touch_upright(self, x, y):
        """A place in the picture as one sees it. Of a window of X11 the older wlroots takes it for the same
        shares of what is shown there, however that is turned."""
        wide, high = self.width, self.height
        if self.turned % 180:
            wide, high = high, wide
        if self.old or self.turned == 0:
            self.touch(x * self.width / wide, y * self.height / high)
        else:                             # the transform is counter-clockwise
            self.touch(*on_panel(360 - self.turned, wide, high, x, y))


KINDS = {"x11": TouchX11, "wayland": TouchWayland}
