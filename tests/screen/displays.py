# SPDX-License-Identifier: MIT
"""Displays without a screen, and who presses on them: X11 by Xvfb and xdotool, Wayland by sway.

Both have `environment` for the programs shown there, press(KEY...), click(X, Y), picture(FILE), watch(),
goes_dark() and stop(). Keys are named as X11 names them.
"""
import contextlib
import ctypes
import json
import operator
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


def wait_for(what, condition, patience=PATIENCE):
    """What it has become."""
    end = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < end, f"it did not come: {what}"
        time.sleep(0.1)
    return found


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
    OPTIONS = ("--allow-program-presses",)  # xdotool is a program; presses.py goes without

    def __init__(self, width, height):
        read, write = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-noreset", "-screen", "0",
                                        f"{width}x{height}x24"], pass_fds=(write,), stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            self.environment = {"DISPLAY": f":{pipe.readline().strip()}", "SDL_VIDEODRIVER": "x11"}
        self.caller = dict(os.environ, **self.environment)

    def watch(self):
        """Call it before a window is begun, and what it returns once the window has told its first screen:
        that waits until the display has it, and what is pressed goes there. Here it has it by then."""
        return lambda: None

    def press(self, *keys):
        run("xdotool", "key", "--delay", "100", *keys, env=self.caller)

    def type(self, text):
        run("xdotool", "type", "--delay", "50", text, env=self.caller)

    def click(self, x, y):
        run("xdotool", "mousemove", int(x), int(y), "click", "1", env=self.caller)

    def hide_and_show(self):
        """The window that has the focus goes away for a moment, and comes back with it."""
        window = run("xdotool", "getwindowfocus", env=self.caller).stdout.strip()
        run("xdotool", "windowunmap", "--sync", window, env=self.caller)
        run("xdotool", "windowmap", "--sync", window, "windowfocus", "--sync", window, env=self.caller)

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
        self.pointer = self.keyboard = self.empty = None
        self.server = subprocess.Popen(command, stdout=self.log, stderr=self.log, cwd="/", start_new_session=True, env={
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "XDG_RUNTIME_DIR": str(self.folder),
            "WLR_BACKENDS": self.BACKEND, "WLR_RENDERER": "pixman", "WLR_LIBINPUT_NO_DEVICES": "1",
            **(backend_environment or {})})
        try:
            socket_name = self.wait_for_socket()
            self.environment = {"WAYLAND_DISPLAY": socket_name, "XDG_RUNTIME_DIR": str(self.folder),
                                "SDL_VIDEODRIVER": "wayland"}
            self.caller = dict(os.environ, **self.environment)
            if self.BACKEND == "headless":
                # Before there is a window: one that finds them there has them from its first screen on.
                self.pointer = WaylandPointer(self.folder / socket_name)
                self.keyboard = WaylandKeyboard(self.folder / socket_name)
        except BaseException:
            self.stop()
            raise

    def command(self):
        return ["sway", "--config", str(self.folder / "config")]

    def wait_for_socket(self):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.server.poll() is None:
            for path in filter(is_listening, self.folder.glob("wayland-?")):
                return path.name
            time.sleep(0.05)
        raise AssertionError(f"{self.command()[0]} does not start: " + (self.folder / "log").read_text()[-2000:])

    def look(self):
        """Every hundredth byte or so of what is shown, of all columns and colours."""
        return subprocess.run(["grim", "-t", "ppm", "-"], env=self.caller, check=True, capture_output=True).stdout[::101]

    def is_empty(self):
        """A window fills the display, and a cursor does not."""
        return sum(map(operator.ne, self.look(), self.empty)) < len(self.empty) / 2

    def watch(self):
        """As X11 has it. The compositor shows a picture some time after it was handed over, and one of a
        program that has ended for some time longer."""
        self.empty = self.empty or self.look()
        wait_for("a display without a window", self.is_empty)
        return lambda: wait_for("a window on the display", lambda: not self.is_empty())

    def press(self, *keys):
        self.keyboard.press(*keys)

    def click(self, x, y):
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
        if self.keyboard:
            self.keyboard.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.server.pid, signal.SIGTERM)  # with what the compositor has begun
        self.server.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class WaylandDevice:
    """Speaks to a compositor as a client without a window, written by hand: what is there for it unplugs what it
    has plugged in when it ends. Numbers of requests and events are those of the protocols' XML files."""

    DISPLAY = 1

    def __init__(self, path, manager):
        self.last = self.DISPLAY
        self.names = {}
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(str(path))
        self.registry = self.new()
        self.send(self.DISPLAY, 1, struct.pack("=I", self.registry))   # get_registry
        self.await_answer()
        self.seat, self.manager = self.bind(b"wl_seat"), self.bind(manager)

    def new(self):
        """The number of the next object: they follow one another."""
        self.last += 1
        return self.last

    def send(self, target, opcode, body=b"", files=()):
        message = struct.pack("=IHH", target, opcode, 8 + len(body)) + body
        if files:
            socket.send_fds(self.socket, [message], files)
        else:
            self.socket.sendall(message)

    def read(self, count):
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            assert part, "the compositor closed the connection"
            data += part
        return data

    def await_answer(self):
        """Until the compositor has done all that it was asked for. Its globals are noted."""
        done = self.new()
        self.send(self.DISPLAY, 0, struct.pack("=I", done))            # sync
        while True:
            target, opcode, size = struct.unpack("=IHH", self.read(8))
            body = self.read(size - 8)
            assert (target, opcode) != (self.DISPLAY, 0), body         # error
            if target == self.registry and opcode == 0:                # global
                name, length = struct.unpack_from("=II", body)
                self.names[body[8:8 + length - 1]] = name
            if target == done:
                return

    def bind(self, interface):
        assert interface in self.names, f"the compositor has no {interface.decode()}"
        text = interface + b"\0"
        bound = self.new()
        self.send(self.registry, 0, struct.pack("=II", self.names[interface], len(text))
                  + text.ljust(-len(text) % 4 + len(text), b"\0") + struct.pack("=II", 1, bound))
        return bound

    def now(self):
        return int(time.monotonic() * 1000) & 0xffffffff

    def close(self):
        self.socket.close()


class WaylandPointer(WaylandDevice):
    """A mouse by the protocol wlr-virtual-pointer-unstable-v1."""

    LEFT_BUTTON = 0x110

    def __init__(self, path):
        super().__init__(path, b"zwlr_virtual_pointer_manager_v1")
        self.device = self.new()
        self.send(self.manager, 0, struct.pack("=II", self.seat, self.device))  # create_virtual_pointer
        self.await_answer()

    def button(self, down):
        self.send(self.device, 2, struct.pack("=III", self.now(), self.LEFT_BUTTON, down))
        self.send(self.device, 4)                                      # frame

    def click(self, x, y, width, height):
        self.send(self.device, 1, struct.pack("=IIIII", self.now(), x, y, width, height))  # motion_absolute
        self.send(self.device, 4)
        self.button(1)
        self.button(0)
        self.await_answer()


class WaylandKeyboard(WaylandDevice):
    """A keyboard of some keys by the protocol virtual-keyboard-unstable-v1."""

    KEYS = {"Escape": 1, "BackSpace": 14, "Tab": 15, "Return": 28, "space": 57}  # as Linux numbers them
    KEYMAP = """xkb_keymap {{
xkb_keycodes {{ minimum = 8; maximum = 255; {codes} }};
xkb_types {{ include "complete" }};
xkb_compatibility {{ include "complete" }};
xkb_symbols {{ {symbols} }};
}};
"""

    def __init__(self, path):
        super().__init__(path, b"zwp_virtual_keyboard_manager_v1")
        self.device = self.new()
        self.send(self.manager, 0, struct.pack("=II", self.seat, self.device))  # create_virtual_keyboard
        codes = " ".join(f"<K{code}> = {code + 8};" for code in self.KEYS.values())
        symbols = " ".join(f"key <K{code}> {{ [ {name} ] }};" for name, code in self.KEYS.items())
        keymap = self.KEYMAP.format(codes=codes, symbols=symbols).encode() + b"\0"
        with tempfile.TemporaryFile() as file:
            file.write(keymap)
            file.flush()
            self.send(self.device, 0, struct.pack("=II", 1, len(keymap)), [file.fileno()])
            self.await_answer()

    def press(self, *keys):
        for key in keys:
            for down in 1, 0:
                self.send(self.device, 1, struct.pack("=III", self.now(), self.KEYS[key], down))
        self.await_answer()


KINDS = {"x11": X11, "wayland": Wayland}
