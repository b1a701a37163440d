# SPDX-License-Identifier: MIT
"""The machine's display, its touch screen and its keyboard: looks at one, and uses the others."""
import json
import re
import select
import subprocess
import sys
import time
import tty

WIDTH, HEIGHT = 1280, 800
PATIENCE = 60  # seconds


class Monitor:
    """The second serial line leads to qemu's own monitor, which takes pictures of the display."""

    def __init__(self, pictures):
        self.pictures = pictures
        self.count = self.asked = 0
        self.line = open("/dev/ttyS1", "r+b", buffering=0)
        tty.setraw(self.line.fileno())
        # What qemu said first was echoed to it before the line was raw: it may complain of that.
        # Agreed once, qemu refuses to agree again: then it answers anything else.
        while not (self.try_to("qmp_capabilities", seconds=3) or self.try_to("query-status", seconds=3)):
            time.sleep(0.2)

    def read_line(self, seconds):
        """None: nothing comes."""
        text = b""
        while not text.endswith(b"\n"):
            if not select.select([self.line], [], [], seconds)[0]:
                return None
            text += self.line.read(1) or b""
        return text

    def try_to(self, command, seconds=PATIENCE, **arguments):
        # A number tells this answer from a late one to what was asked before.
        self.asked += 1
        request = {"execute": command, "arguments": arguments, "id": self.asked}
        # A byte that is no UTF-8 lets qemu forget what it took for the beginning of a request.
        self.line.write(b"\xff" + json.dumps(request).encode() + b"\n")
        while line := self.read_line(seconds):
            found = re.search(rb'\{"(return|error|id)".*\}', line)
            try:
                answer = json.loads(found.group(0)) if found else {}
            except ValueError:
                continue
            if answer.get("id") == self.asked:
                return "return" in answer
        return False

    def picture(self, name):
        # The host's files are cached: each picture gets a name of its own.
        self.count += 1
        path = self.pictures / f"{self.count:03}-{name}.png"
        if not self.try_to("screendump", filename=str(path), format="png"):
            sys.exit(f"qemu cannot write {path}")
        return path


class TouchScreen:
    def __init__(self, build):
        self.process = subprocess.Popen([build / "tests" / "touch", str(WIDTH), str(HEIGHT)], text=True,
                                        bufsize=1, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.expect("ready")

    def expect(self, word):
        got = self.process.stdout.readline().strip()
        if got != word:
            sys.exit(f"the touch screen says '{got}'")

    def tap(self, place):
        self.process.stdin.write("tap %d %d\n" % place)
        self.expect("done")

    def press_console(self, number):
        """Ctrl+Alt+F1 and so on, of the keyboard that is plugged in with it."""
        self.process.stdin.write(f"console {number}\n")
        self.expect("done")


def step(text):
    print(f"  {float(open('/proc/uptime').read().split()[0]):.0f} s: {text}", flush=True)


def await_screen(build, monitor, picture, name):
    """Until the display shows what the gallery has under this name."""
    end = time.monotonic() + PATIENCE
    while True:
        path = monitor.picture(picture)
        told = subprocess.run([build / "screen_shows", path, f"{name}-{WIDTH}x{HEIGHT}-{picture[-2:]}-light"],
                              capture_output=True, text=True)
        if told.returncode == 0:
            step(f"the display shows {name}: {picture}.png")
            return
        if time.monotonic() > end:
            sys.exit(f"the display does not show {name}: {told.stdout}{told.stderr}")
        time.sleep(1)
