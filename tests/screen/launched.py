# SPDX-License-Identifier: MIT
"""The desktop's launcher starts the program by the session bus, raises it, and hands it a code.

The bus is real, the service file is the one that is installed, and gapplication calls as a launcher does.
usage: launched.py FOLDER-OF-PROGRAMS x11
"""
import contextlib
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from displays import KINDS, PATIENCE, run, shown, wait_for
from walk import BUILD, HEIGHT, WIDTH, Visitor, environment_of, pair, start_portal
from walk_forms import BUS, DARK, LIGHT, Device, empty_film, ground
from window import Window

ID = "example.qrconfirm.qrconfirm"
DESKTOP = Path(__file__).resolve().parents[2] / "data" / f"{ID}.desktop"


@contextlib.contextmanager
def bus_that_starts(folder, program, environment):
    """A session bus with the service file of the build, which starts `program` in place of what is installed."""
    services = folder / "services"
    services.mkdir()
    service = (BUILD / "data" / f"{ID}.service").read_text()
    (services / f"{ID}.service").write_text(re.sub("^Exec=.*$", f"Exec={program}", service, flags=re.MULTILINE))
    config = folder / "bus.conf"
    config.write_text(BUS.read_text().replace("</listen>", f"</listen><servicedir>{services}</servicedir>"))
    bus = subprocess.Popen(["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"], env=environment,
                           stdout=subprocess.PIPE, text=True)
    try:
        yield bus.stdout.readline().strip()
    finally:
        bus.terminate()
        bus.wait()


class Launched:
    """What the bus starts: all that it says is kept, and where it is the only one of its kind."""

    def __init__(self, folder, environment):
        self.said, self.pid, self.environment = folder / "said", folder / "pid", environment
        self.said.touch()
        self.script = folder / "start"
        words = [BUILD / "qrconfirm", "--verbose", "--fullscreen", "--theme", "dark", "--source", empty_film(folder)]
        self.script.write_text(f"#!/bin/sh\necho $$ >{self.pid}\n"
                               f"exec {' '.join(shlex.quote(str(word)) for word in words)} 2>>{self.said}\n")
        self.script.chmod(0o755)

    def call(self, *words, fails=False):
        done = subprocess.run(["gapplication", *words], env=self.environment, capture_output=True, text=True)
        assert (done.returncode != 0) == fails, done.stderr

    def call_by_hand(self, method, *arguments):
        """What no launcher would call: it is refused."""
        done = subprocess.run(["gdbus", "call", "--session", "--timeout", str(PATIENCE), "--dest", ID, "--object-path",
                               "/" + ID.replace(".", "/"), "--method", f"org.freedesktop.Application.{method}",
                               *arguments], env=self.environment, capture_output=True, text=True)
        assert re.search("UnknownMethod|InvalidArgs", done.stderr), done.stderr

    def screens(self):
        return re.findall(r"^qrconfirm: screen: ([a-z-]+)$", self.said.read_text(), re.MULTILINE)

    def shows(self, name):
        wait_for(f"the screen '{name}'", lambda: self.screens()[-1:] == [name])

    def stop(self):
        pid = int(self.pid.read_text())
        os.kill(pid, signal.SIGTERM)
        wait_for("its end", lambda: not os.path.exists(f"/proc/{pid}"))


def short_code(browser):
    """The code of a sign-in in the form that a desktop knows as an address of this program."""
    return "qrl:1:" + browser.new_code().split("/Q/1/")[1].replace("/", ":").lower()


def starts_and_is_raised(folder, display, launched):
    launched.call("launch", ID)
    launched.shows("instructions")
    wait_for("the window", lambda: ground(folder, display) == DARK)

    cover = Device(folder, display, launched.environment, empty_film(folder), "--theme", "light")
    wait_for("a window over it", lambda: ground(folder, display) == LIGHT)
    launched.call("launch", ID)
    wait_for("the window above", lambda: ground(folder, display) == DARK)
    cover.stop()


def is_handed_a_code(origin, launched):
    browser, another = Visitor(origin), short_code(Visitor(origin))
    launched.call("launch", ID, short_code(browser))
    assert browser.state("waiting")["state"] == "scanned"
    launched.shows("asking")

    # A question that stands is answered by nobody but the person.
    launched.call("action", ID, "pair")
    launched.call("launch", ID, another)
    launched.call("launch", ID, another, another, fails=True)
    launched.call("launch", ID, "qrl:" + "A" * 600, fails=True)
    launched.call("action", ID, "approve", fails=True)
    for method, *arguments in (("Open", "5"), ("Open", "[]", "{}"), ("ActivateAction", "[]"), ("Quit",)):
        launched.call_by_hand(method, *arguments)
    got = browser.state()["state"]
    assert got == "scanned", f"{got}: {launched.said.read_text()}"
    assert launched.screens()[-1] == "asking"
    launched.stop()
    assert browser.state("scanned")["state"] != "approved"


def is_started_with_a_code(origin, launched):
    browser = Visitor(origin)
    launched.said.write_text("")
    launched.call("launch", ID, short_code(browser))
    assert browser.state("waiting")["state"] == "scanned"
    launched.shows("asking")
    launched.stop()


def is_started_with_a_code_as_an_argument(folder, display, origin, environment):
    """As desktops do that know only the command of the desktop file."""
    browser = Visitor(origin)
    exec_line = re.search("^Exec=qrconfirm (.*)$", DESKTOP.read_text(), re.MULTILINE)
    words = exec_line[1].replace("%u", short_code(browser)).split()
    device = Window([BUILD / "qrconfirm", *words, "--source", empty_film(folder)], environment, display)
    device.shows("asking")
    assert browser.state("waiting")["state"] == "scanned"
    device.stop()


def main():
    with tempfile.TemporaryDirectory(prefix="qrconfirm-launched-") as name:
        folder = Path(name)
        portal, origin = start_portal(folder)
        try:
            with shown(KINDS[sys.argv[2]](WIDTH, HEIGHT)) as display:
                environment = environment_of(folder, display)
                pair(folder, origin, environment)
                launched = Launched(folder, environment)
                with bus_that_starts(folder, launched.script, environment) as address:
                    environment["DBUS_SESSION_BUS_ADDRESS"] = address
                    starts_and_is_raised(folder, display, launched)
                    is_handed_a_code(origin, launched)
                    is_started_with_a_code(origin, launched)
                    is_started_with_a_code_as_an_argument(folder, display, origin, environment)
        finally:
            portal.terminate()
            portal.wait()


if __name__ == "__main__":
    main()
