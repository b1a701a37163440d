# SPDX-License-Identifier: MIT
"""Displays without a screen, and who presses on them: X11 by Xvfb and xdotool, Wayland by sway.

Both have `environment` for the programs shown there, press(KEY...), click(X, Y), picture(FILE),
goes_dark() and stop(). Keys are named as X11 names them.
"""
import contextlib
import ctypes
import json
import os
import pwd
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from pathlib import Path

PATIENCE = 30  # seconds


def run(*command, **options):
    return subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True, **options)


def wait_for(what, condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"it did not come: {what}"
        time.sleep(0.1)


def is_listening(path):
    """True once a program answers at its socket, which is there a moment before."""
    with socket.socket(socket.AF_UNIX) as connection:
        return connection.connect_ex(str(path)) == 0


def on_panel(degrees, width, height, x, y):
    """Where a point is on a panel that shows its picture turned clockwise; all else as one sees it."""
    return {90: (height - y, x), 180: (width - x, height - y), 270: (y, width - x)}[degrees]


@contextlib.contextmanager
def shown(display):
    """Stops the display at the end. WALK_PICTURE names a file for what it showed when a walk failed."""
    try:
        yield display
    except BaseException:
        if os.environ.get("WALK_PICTURE"):
            display.picture(os.environ["WALK_PICTURE"])
        raise
    finally:
        display.stop()


class X11:
    def __init__(self, width, height):
        read, write = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-noreset", "-screen", "0",
                                        f"{width}x{height}x24"], pass_fds=(write,), stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            self.environment = {"DISPLAY": f":{pipe.readline().strip()}", "SDL_VIDEODRIVER": "x11"}
        self.caller = dict(os.environ, **self.environment)

    def press(self, *keys, settle=0):
        time.sleep(settle)
        run("xdotool", "key", "--delay", "100", *keys, env=self.caller)

    def type(self, text):
        run("xdotool", "type", "--delay", "50", text, env=self.caller)

    def click(self, x, y):
        run("xdotool", "mousemove", int(x), int(y), "click", "1", env=self.caller)

    def hide_and_show(self):
        """The window that has the focus goes away for a moment, and comes back with it."""
        window = run("xdotool", "getwindowfocus", env=self.caller).stdout.strip()
        run("xdotool", "windowunmap", "--sync", window, env=self.caller)
        time.sleep(0.5)
        run("xdotool", "windowmap", "--sync", window, "windowfocus", window, env=self.caller)
        time.sleep(0.2)

    def picture(self, path):
        run("import", "-window", "root", path, env=self.caller)

    def goes_dark(self):
        """True if the screen saver of the server comes when nobody does anything."""
        saver = X11Saver(self.environment["DISPLAY"])
        try:
            saver.set_timeout(1)
            end = time.monotonic() + 4
            while not saver.is_on() and time.monotonic() < end:
                time.sleep(0.1)
            return saver.is_on()
        finally:
            saver.set_timeout(0)
            saver.close()

    def stop(self):
        self.server.terminate()
        self.server.wait()


class X11Saver:
    """The server's own screen saver, by the libraries that SDL itself uses."""

    class Info(ctypes.Structure):
        _fields_ = [("window", ctypes.c_ulong), ("state", ctypes.c_int), ("kind", ctypes.c_int),
                    ("since", ctypes.c_ulong), ("idle", ctypes.c_ulong), ("mask", ctypes.c_ulong)]

    ON = 1

    def __init__(self, name):
        self.x11, self.xss = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXss.so.1")
        self.x11.XOpenDisplay.restype = ctypes.c_void_p
        self.x11.XDefaultRootWindow.restype = ctypes.c_ulong
        self.display = ctypes.c_void_p(self.x11.XOpenDisplay(name.encode()))
        self.root = ctypes.c_ulong(self.x11.XDefaultRootWindow(self.display))

    def set_timeout(self, seconds):
        self.x11.XResetScreenSaver(self.display)
        self.x11.XSetScreenSaver(self.display, seconds, 0, 1, 1)
        self.x11.XSync(self.display, 0)

    def is_on(self):
        info = self.Info()
        assert self.xss.XScreenSaverQueryInfo(self.display, self.root, ctypes.byref(info))
        return info.state == self.ON

    def close(self):
        self.x11.XCloseDisplay(self.display)


class Wayland:
    """sway without outputs of its own. It refuses to run as root, so it gets another user then."""

    BACKEND = "headless"
    OUTPUT = "HEADLESS-1"
    CONFIG = """
output {output} resolution {width}x{height}
default_border none
xwayland disable
seat * hide_cursor 0
"""

    def __init__(self, width, height, backend_environment=None):
        self.width, self.height = width, height
        self.folder = Path(tempfile.mkdtemp(prefix="qrconfirm-wayland-"))
        (self.folder / "config").write_text(self.CONFIG.format(output=self.OUTPUT, width=width, height=height))
        command = self.command()
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            command = ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}",
                       "--clear-groups", *command]
        self.log = open(self.folder / "log", "w")
        self.pointer = None
        self.server = subprocess.Popen(command, stdout=self.log, stderr=self.log, cwd="/", start_new_session=True, env={
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "XDG_RUNTIME_DIR": str(self.folder),
            "WLR_BACKENDS": self.BACKEND, "WLR_RENDERER": "pixman", "WLR_LIBINPUT_NO_DEVICES": "1",
            **(backend_environment or {})})
        try:
            socket_name = self.wait_for_socket()
        except BaseException:
            self.stop()
            raise
        self.environment = {"WAYLAND_DISPLAY": socket_name, "XDG_RUNTIME_DIR": str(self.folder),
                            "SDL_VIDEODRIVER": "wayland"}
        self.caller = dict(os.environ, **self.environment)

    def command(self):
        return ["sway", "--config", str(self.folder / "config")]

    def wait_for_socket(self):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.server.poll() is None:
            for path in filter(is_listening, self.folder.glob("wayland-?")):
                return path.name
            time.sleep(0.05)
        raise AssertionError(f"{self.command()[0]} does not start: " + (self.folder / "log").read_text()[-2000:])

    def press(self, *keys, settle=0.3):
        # The keyboard is there only while wtype runs: the window needs a moment to notice it, and has the
        # focus only from then on.
        run("wtype", "-s", str(int(settle * 1000)), *(part for key in keys for part in ("-k", key, "-s", "100")), env=self.caller)

    def click(self, x, y):
        if not self.pointer:
            self.pointer = WaylandPointer(self.folder / self.environment["WAYLAND_DISPLAY"])
            time.sleep(0.3)  # the seat has a mouse only now: the window needs a moment to notice it
        self.pointer.click(int(x), int(y), self.width, self.height)

    def picture(self, path):
        run("grim", path, env=self.caller)

    def goes_dark(self):
        """True if no window that is shown keeps the compositor from it."""
        (control,) = self.folder.glob("sway-ipc.*.sock")
        tree = json.loads(run("swaymsg", "--socket", control, "-t", "get_tree").stdout)

        def inhibits(node):
            return node.get("inhibit_idle", False) or any(map(inhibits, node["nodes"] + node["floating_nodes"]))
        return not inhibits(tree)

    def stop(self):
        if self.pointer:
            self.pointer.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.server.pid, signal.SIGTERM)  # with what the compositor has begun
        self.server.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class WaylandPointer:
    """A mouse by the protocol wlr-virtual-pointer-unstable-v1, written by hand: no program of
    Debian 12 speaks it. Numbers of requests and events are those of the protocols' XML files."""

    DISPLAY, REGISTRY, CALLBACK, MANAGER, POINTER = 1, 2, 3, 4, 5
    LEFT_BUTTON = 0x110

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(str(path))
        self.send(self.DISPLAY, 1, struct.pack("=I", self.REGISTRY))   # get_registry
        self.send(self.DISPLAY, 0, struct.pack("=I", self.CALLBACK))   # sync
        name = self.find_manager(b"zwlr_virtual_pointer_manager_v1")
        interface = b"zwlr_virtual_pointer_manager_v1\0"
        self.send(self.REGISTRY, 0, struct.pack("=II", name, len(interface)) + interface.ljust(-len(interface) % 4 + len(interface), b"\0")
                  + struct.pack("=II", 1, self.MANAGER))               # bind
        self.send(self.MANAGER, 0, struct.pack("=II", 0, self.POINTER))  # create_virtual_pointer

    def send(self, target, opcode, body=b""):
        self.socket.sendall(struct.pack("=IHH", target, opcode, 8 + len(body)) + body)

    def read(self, count):
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            assert part, "the compositor closed the connection"
            data += part
        return data

    def find_manager(self, wanted):
        found = None
        while True:
            target, opcode, size = struct.unpack("=IHH", self.read(8))
            body = self.read(size - 8)
            if target == self.REGISTRY and opcode == 0:                # global
                name, length = struct.unpack_from("=II", body)
                if body[8:8 + length - 1] == wanted:
                    found = name
            if target == self.CALLBACK:
                assert found is not None, "the compositor has no virtual pointer"
                return found

    def button(self, down):
        now = int(time.monotonic() * 1000) & 0xffffffff
        self.send(self.POINTER, 2, struct.pack("=III", now, self.LEFT_BUTTON, down))
        self.send(self.POINTER, 4)                                     # frame

    def click(self, x, y, width, height):
        now = int(time.monotonic() * 1000) & 0xffffffff
        self.send(self.POINTER, 1, struct.pack("=IIIII", now, x, y, width, height))  # motion_absolute
        self.send(self.POINTER, 4)
        time.sleep(0.05)
        self.button(1)
        time.sleep(0.05)
        self.button(0)

    def close(self):
        self.socket.close()


KINDS = {"x11": X11, "wayland": Wayland}
