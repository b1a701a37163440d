# SPDX-License-Identifier: MIT
"""What aiming at nothing costs: the real window, looked at from outside, through /proc.

The window runs under Xvfb with SDL's software renderer, so what a graphics processor would do
counts too. Frames come from a camera, or from this program: a film of 1280x720 that it writes
to the window's standard input, 30 frames a second.
usage: idle.py BUILD SECONDS [camera:ID | FILM.y4m | pipewire FILM FORMAT ROTATION | v4l2 FILM FORMAT]
pipewire: the film is shown by a camera of PipeWire (tests/pipewire/node.c), with a daemon of its own,
whose processor time is not in the sum either
v4l2: the program's calls to a V4L2 camera are answered inside it (tests/bench/played_camera.c), with
the film's pictures in the buffers; of MJPG the film is an MJPEG
prints: one JSON object: processor time by thread, with the eye that reads frames ("eye"), that which
decompresses a JPEG ("converter") and, of a film, what the source takes: the process that opens it
("source"); and what the display server takes, which is not in the sum; memory
"""
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import played_camera

BUILD, SECONDS, SOURCE = Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
PIPEWIRE = Path(__file__).resolve().parents[1] / "pipewire" / "pipewire.conf"
SIZE = "420x780"
FPS = 30
SETTLE_S = 2  # the first frames grow the buffers
TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def start_display():
    read, write = os.pipe()
    display = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-noreset", "-screen", "0", SIZE + "x24"],
                               pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as pipe:
        return display, f":{pipe.readline().strip()}"


class Film:
    """Writes the frames of a recording, over and over, at their pace."""

    def __init__(self, path, pipe):
        self.header, _, rest = Path(path).read_bytes().partition(b"\n")
        words = self.header.split()
        width, height = (int(word[1:]) for word in words[1:3])
        chroma = 0 if b"Cmono" in words else 2 * ((width + 1) // 2) * ((height + 1) // 2)
        size = len(b"FRAME\n") + width * height + chroma
        self.frames = [rest[at:at + size] for at in range(0, len(rest), size)]
        self.pipe = pipe
        threading.Thread(target=self.play, daemon=True).start()

    def play(self):
        try:
            self.pipe.write(self.header + b"\n")
            due = time.monotonic()
            while True:
                for frame in self.frames:
                    self.pipe.write(frame)
                    self.pipe.flush()
                    due += 1 / FPS
                    time.sleep(max(0, due - time.monotonic()))
        except (BrokenPipeError, ValueError):
            pass  # the window is closed


class PipewireCamera:
    """Shows a film at its pace, as a camera does, through a daemon of its own."""

    def __init__(self, film, pixels, rotation, folder):
        environment = dict(os.environ, PIPEWIRE_RUNTIME_DIR=folder)
        self.daemon = subprocess.Popen(["pipewire", "-c", PIPEWIRE], env=environment)
        while not (Path(folder) / "pipewire-0").exists():
            time.sleep(0.02)
        self.node = subprocess.Popen([BUILD / "tests" / "pipewire_node", "bench", pixels, "1", "daemon", "back",
                                      film, rotation], env=environment, stdin=subprocess.PIPE)

    def close(self):
        for process in self.node, self.daemon:
            process.kill()
            process.wait()


def eye_of(pid, what):
    """The process that `reads` the frames, `converts` them, `opens` the film or `films`; None: there is none."""
    started = Path(f"/proc/{pid}/task").glob("*/children")
    return next((int(child) for children in started for child in children.read_text().split()
                 if f"eye-that-{what}" in Path(f"/proc/{child}/cmdline").read_text()), None)


def threads(pid):
    """Seconds of processor time by the name of the thread."""
    spent = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        name, _, rest = (task / "stat").read_text().partition("(")[2].rpartition(") ")
        fields = rest.split()
        spent[name] = spent.get(name, 0) + (int(fields[11]) + int(fields[12])) * TICK_S
    return spent


def all_of(pid, apart):
    """The same of the program, and of each process apart by its name."""
    return {**threads(pid), **{name: sum(threads(other).values()) for name, other in apart.items() if other}}


def table(path):
    """The lines `name: number kB` of a file of /proc."""
    lines = (line.split() for line in Path(path).read_text().splitlines())
    return {words[0].rstrip(":"): int(words[1]) for words in lines if words[-1] == "kB"}


def wait_for_line(pipe, text):
    seen = ""
    for line in pipe:
        seen += line
        if text in line:
            return line
    sys.exit(f"the window ended without '{text}':\n{seen}")


def memory(pid):
    rollup, status = table(f"/proc/{pid}/smaps_rollup"), table(f"/proc/{pid}/status")
    return {"peak_kib": status["VmHWM"], "resident_kib": status["VmRSS"], "proportional_kib": rollup["Pss"],
            "private_kib": rollup["Private_Dirty"] + rollup["Private_Clean"]}


def measure(pid, display):
    time.sleep(SETTLE_S)
    apart = {"eye": eye_of(pid, "reads"), "converter": eye_of(pid, "converts"),
             "source": eye_of(pid, "opens") or eye_of(pid, "films"), "display": display}
    before, begin = all_of(pid, apart), time.monotonic()
    time.sleep(SECONDS)
    after, took = all_of(pid, apart), time.monotonic() - begin
    percent = {name: 100 * (seconds - before.get(name, 0)) / took for name, seconds in after.items()}
    display_percent = percent.pop("display")
    return {"seconds": round(took, 1),
            "processor_percent": round(sum(percent.values()), 1),
            "by_thread_percent": {name: round(share, 1) for name, share in percent.items() if share >= 0.05},
            "display_server_percent": round(display_percent, 1),
            **memory(pid), **({"eye": memory(apart["eye"])} if apart["eye"] else {})}


def preload_camera(film, pixels, folder):
    """The environment in which a program finds a V4L2 camera that plays the film."""
    node = Path(folder) / "dev"
    node.mkdir()
    played_camera.write(film, pixels.encode(), node)
    return {"LD_PRELOAD": str(BUILD / "bench" / "libplayed_camera.so"), "PLAYED_CAMERA": str(node)}


def source_option():
    """What --source is to be."""
    named = {"pipewire": "pipewire:bench", "v4l2": "camera:video0"}
    return named.get(SOURCE, SOURCE if SOURCE.startswith("camera") else "-")


def main():
    live = source_option() != "-"
    with tempfile.TemporaryDirectory(prefix="qrconfirm-idle-") as folder:
        camera = PipewireCamera(*sys.argv[4:7], folder) if SOURCE == "pipewire" else None
        display, name = start_display()
        environment = dict(os.environ, DISPLAY=name, SDL_VIDEODRIVER="x11", SDL_RENDER_DRIVER="software", SDL_FRAMEBUFFER_ACCELERATION="0",
                           SDL_MOUSE_FOCUS_CLICKTHROUGH="1", LANG="C.UTF-8", LC_ALL="C.UTF-8", HOME=folder,
                           XDG_CONFIG_HOME=folder, XDG_DATA_HOME=folder, XDG_STATE_HOME=folder,
                           XDG_RUNTIME_DIR=folder, PIPEWIRE_RUNTIME_DIR=folder)
        preloaded = preload_camera(*sys.argv[4:6], folder) if SOURCE == "v4l2" else {}
        device = subprocess.Popen(
            [BUILD / "qrconfirm", "pair", "--fullscreen", "--verbose", "--timeout", "3600",
             "--source", source_option()],
            env={**environment, **preloaded}, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            lines = (line.decode() for line in device.stderr)
            wait_for_line(lines, "first screen")
            subprocess.run(["xdotool", "key", "Return"], env=environment, check=True)
            if not live:
                Film(SOURCE, device.stdin)
            first = wait_for_line(lines, "first preview")
            print(json.dumps({"first_preview": first.split(": ")[-1].strip(), **measure(device.pid, display.pid)}))
        finally:
            device.terminate()
            device.wait()
            for line in device.stderr.read().decode().splitlines():
                if line.startswith("played_camera"):
                    print(line, file=sys.stderr)
            display.terminate()
            display.wait()
            if camera:
                camera.close()


main()
