# SPDX-License-Identifier: MIT
"""What a person waits for, and what the screens cost: the real window under Xvfb, from outside.

usage: screens.py BUILD [ROUNDS]
prints, each the median of the rounds and the worst: process start to the first screen, button to
the first preview frame, decision to the result; then the processor time of ten seconds of the
instruction screen, and uploads and draws for each camera frame while aiming.
"""
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "screen"))
import displays
import walk

BUILD = Path(sys.argv[1])
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 7
IDLE_S, AIM_S, FPS = 10, 10, 30
TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


class Window:
    def __init__(self, environment, *arguments, **options):
        begin = time.monotonic()
        self.process = subprocess.Popen([BUILD / "qrconfirm", *arguments, "--verbose"], env=environment,
                                        stderr=subprocess.PIPE, text=True, **options)
        self.wait_for("first screen")
        self.start_ms = 1000 * (time.monotonic() - begin)

    def wait_for(self, text):
        """The milliseconds at the end of the line."""
        for line in self.process.stderr:
            if text in line:
                return int(re.search(r"(\d+) ms", line).group(1))
        sys.exit(f"the window ended without '{text}'")

    def processor_ms(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) * TICK_MS

    def end(self):
        self.process.terminate()
        rest = self.process.stderr.read()
        self.process.wait()
        return rest


def tell(what, values):
    print(f"{what}: median {statistics.median(values):.0f} ms, worst {max(values):.0f} ms of {len(values)}")


def sign_in(display, environment, folder, origin):
    browser = walk.Visitor(origin)
    film = folder / "film.y4m"
    walk.run(BUILD / "camsim", "--code", browser.new_code(), "--module", "5", "--frames", "20", "--out", film)
    window = Window(environment, "--source", f"replay:{film}")
    display.press("Return")
    preview = window.wait_for("first preview")
    browser.state("waiting")
    time.sleep(2)  # Approve works 1.5 s after the question stands
    display.press("Tab", "Return")
    result = window.wait_for("result after the answer")
    window.end()
    return window.start_ms, preview, result


def idle(environment):
    window = Window(environment)
    time.sleep(1)
    before = window.processor_ms()
    time.sleep(IDLE_S)
    spent = window.processor_ms() - before
    window.end()
    print(f"instruction screen: {spent:.0f} ms of processor time in {IDLE_S} s")


def aim(display, environment, folder):
    film = folder / "aim.y4m"
    walk.run(BUILD / "camsim", "--module", "8", "--shake", "2", "--size", "1280x720", "--frames", "16", "--out", film)
    header, _, rest = film.read_bytes().partition(b"\n")
    size = len(b"FRAME\n") + 1280 * 720
    frames = [rest[at:at + size] for at in range(0, len(rest), size)]
    counted = dict(environment, LD_PRELOAD=str(BUILD / "bench" / "libcounted.so"))
    window = Window(counted, "--source", "-", stdin=subprocess.PIPE)
    display.press("Return")
    pipe = window.process.stdin.buffer
    pipe.write(header + b"\n")
    due = time.monotonic()
    for number in range(AIM_S * FPS):
        pipe.write(frames[number % len(frames)])
        pipe.flush()
        due += 1 / FPS
        time.sleep(max(0, due - time.monotonic()))
    told = re.search(r"counted: (\d+) camera uploads, (\d+) overlay uploads, (\d+) presents", window.end())
    uploads, overlays, presents = map(int, told.groups())
    print(f"aiming, {AIM_S * FPS} camera frames: {uploads} frames uploaded, {presents} draws, "
          f"{overlays} of them with the screen over the picture drawn anew")


def main():
    with tempfile.TemporaryDirectory(prefix="qrconfirm-bench-") as name:
        folder = Path(name)
        display = displays.X11(420, 780)
        environment = dict(os.environ, **display.environment, LANGUAGE="en", XDG_CONFIG_HOME=str(folder / "config"),
                           XDG_DATA_HOME=str(folder / "data"), XDG_STATE_HOME=str(folder / "state"))
        portal, origin = walk.start_portal(folder)
        try:
            walk.pair(folder, origin, environment)
            starts, previews, results = zip(*(sign_in(display, environment, folder, origin) for _ in range(ROUNDS)))
            tell("process start to first screen", starts)
            tell("button to first preview frame", previews)
            tell("decision to result", results)
            idle(environment)
            aim(display, environment, folder)
        finally:
            display.stop()
            portal.terminate()
            portal.wait()


main()
