# SPDX-License-Identifier: MIT
"""Runs the kiosk's units under the machine's systemd, and does to them what kiosks meet.

usage: units.py BUILD PICTURES FORM...     (FORM: kms, wayland or x11; the first is begun by the boot)
"""
import atexit
import os
import pwd
import re
import shutil
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "screen"))
import walk
from display import Monitor, TouchScreen, await_screen, step

BUILD, PICTURES, FORMS = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
USER = "qrconfirm"
STATE = Path("/var/lib/qrconfirm")
WRITTEN = Path("/run/rig-written")  # everything that was written to the root since the machine began
# As the gallery has them.
PORTAL = "portal.example.com"
CALLED = "Lifts", "Example Portal"
PLACE = "For the PC beside the lift control, hall 2"
PATIENCE = 120
FOLDERS = {f"XDG_{kind}_HOME": str(STATE / kind.lower()) for kind in ("CONFIG", "DATA", "STATE")}
# A console has few colours, and a screen of the program has hundreds.
COLOURS_LEAST = 200
CAP_NET_BIND_SERVICE = 1 << 10  # capabilities(7)

EMPTY, SCAN, APPROVE = (300, 620), (660, 712), (810, 680)


def run(*command, **options):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, **options).stdout


def journal(*which):
    return run("journalctl", "-b", "--no-pager", "-o", "short-monotonic", *which)


def fail(text):
    print(journal("_TRANSPORT=stdout", "+", "_TRANSPORT=journal", "+", "_TRANSPORT=syslog")[-6000:], file=sys.stderr)
    sys.exit(text)


def await_that(what, true):
    end = time.monotonic() + PATIENCE
    while not (found := true()):
        if time.monotonic() > end:
            fail(f"not within {PATIENCE} s: {what}")
        time.sleep(0.5)
    step(what)
    return found


def is_active(unit):
    return subprocess.run(["systemctl", "--quiet", "is-active", unit]).returncode == 0


def processes_of(user):
    uid, found = pwd.getpwnam(user).pw_uid, []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process.stat().st_uid == uid:
                found.append((process / "cmdline").read_text())
        except OSError:
            continue  # it has ended
    return found


def drop_in(unit, name, *lines):
    """More lines of a unit, from its next start on."""
    path = Path(f"/run/systemd/system/{unit}.d/{name}.conf")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["[Service]", *lines, ""]))
    run("systemctl", "daemon-reload")


def is_set_apart(pid):
    """The eye and the signer are of the same file, and outlive a killed program for a moment."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True  # it has ended
    return not words or b"\0--be-the-" in words  # without words it is about to end


class Unit:
    def __init__(self, form):
        self.name = f"qrconfirm-kiosk-{form}.service"
        self.began = time.time()

    def told(self, name):
        return run("systemctl", "show", "--value", "-p", name, self.name).strip()

    def processes(self):
        group = Path("/sys/fs/cgroup/system.slice", self.name, "cgroup.procs")
        for pid in group.read_text().split() if group.exists() else []:
            try:
                yield int(pid), os.readlink(f"/proc/{pid}/exe")
            except OSError:
                continue  # it has ended

    def program(self):
        """The process of qrconfirm itself, the oldest of the same file; None: not there."""
        own = (pid for pid, path in self.processes() if path.endswith("/bin/qrconfirm") and not is_set_apart(pid))
        return min(own, default=None)  # others have its words until they are what they will be

    def other_program(self, than):
        pid = self.program()
        return pid if pid != than else None

    def start(self):
        step(f"starting {self.name}")
        self.began = time.time()
        if subprocess.run(["systemctl", "start", self.name]).returncode != 0:
            fail("it does not start")
        step(f"{self.told('ActiveState')}: the program says it is ready")
        return self.program() or fail("the program is not among the unit's processes")

    def stop(self):
        run("systemctl", "stop", self.name)
        state = self.told("ActiveState"), self.told("Result")
        if state != ("inactive", "success"):
            fail(f"stopped it is {state}")
        if left := processes_of(USER):
            fail(f"stopped, there is still: {left}")
        step("stopped: inactive, success, and no process is left")

    def signalled(self, pid, number):
        """The process that there is instead of the one that was sent a signal."""
        count = int(self.told("NRestarts")) + 1
        os.kill(pid, number)
        after = await_that(f"begun again after {number.name}", lambda: self.other_program(pid))
        await_that("and ready", lambda: is_active(self.name))
        if self.program() != after or self.told("NRestarts") != str(count):
            fail("it is begun again more than once")
        return after

    def shorten_watchdog(self):
        """From the next start on: in the trial a hung program is not waited for so long."""
        drop_in(self.name, "sooner", "WatchdogSec=10")

    def said(self, text):
        return text in journal("-u", self.name, f"--since=@{self.began:.6f}")


def shows_program(monitor, name):
    return int(run("identify", "-format", "%k", monitor.picture(name))) >= COLOURS_LEAST


def begun_by_boot(unit, monitor):
    await_that(f"{unit.name} is begun by the boot", lambda: is_active(unit.name))
    if is_active("getty@tty1"):
        fail("a login prompt has the kiosk's terminal")
    await_that("the display shows a screen of the program", lambda: shows_program(monitor, "begun-by-boot"))


def only_program_is_heard(unit, pid):
    """An X server tells systemd of itself that it is ready, if it is let."""
    heard = [path for each, path in unit.processes() if each != pid and path.endswith("/Xorg") and
             b"NOTIFY_SOCKET=" in Path(f"/proc/{each}/environ").read_bytes()]
    if heard:
        fail(f"ready is told by {heard}, before there is a screen")


def confined(pid, user, capabilities):
    """Who it is, what it may do beyond any user, and that it can gain nothing."""
    status = Path(f"/proc/{pid}/status").read_text()
    uid = str(pwd.getpwnam(user).pw_uid)
    expected = [rf"Uid:\s+{uid}\s+{uid}\s", "NoNewPrivs:\t1", "Seccomp:\t2"]
    expected += [rf"{which}:\t{capabilities:016x}" for which in ("CapEff", "CapBnd", "CapAmb")]
    if lacks := [each for each in expected if not re.search(rf"^{each}", status, re.MULTILINE)]:
        fail(f"the program has other rights, {lacks}: {status}")
    step(f"the program runs as {user}, shut in, and can gain no rights")


def keeps_screen(form, monitor, touch):
    """Neither the kernel nor who has the display takes the keys that lead to a console."""
    for number in 2, 3:
        touch.press_console(number)
    time.sleep(3)
    if (shown := Path("/sys/class/tty/tty0/active").read_text().strip()) != "tty1":
        fail(f"Ctrl+Alt+F2 and F3 lead to {shown}")
    if not shows_program(monitor, f"{form}-keys"):
        fail("Ctrl+Alt+F2 and F3 take the program's screen away")
    step("Ctrl+Alt+F2 and F3 lead nowhere")


def answers(address):
    anybody = ssl.create_default_context()
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    try:
        return urllib.request.urlopen(address, context=anybody, timeout=10).status == 200
    except OSError:
        return False


def takes_certificate(unit, folder, user):
    """The files of another program, as credentials: see docs/portal.md."""
    names = "tls.key", "tls.crt"
    given = {name: (folder / name).read_bytes() for name in names}
    for name in names:
        shutil.move(folder / name, name)
        shutil.chown(name, "root", "root")
    drop_in(unit, "certificate", *(f"LoadCredential={name}:{Path.cwd()}/{name}" for name in names),
            "ExecStartPre=install -m 0600 %d/tls.key %d/tls.crt %S/qrportal/")
    run("systemctl", "start", unit)
    await_that("the portal's unit has its certificate by credentials", lambda: answers(f"https://{PORTAL}/login"))
    if any((folder / name).read_bytes() != given[name] or (folder / name).owner() != user for name in names):
        fail("the portal has another certificate")
    run("systemctl", "stop", unit)


def serves():
    """The portal's unit, which is not the kiosk's business: no other test has a systemd that was booted."""
    user, unit, folder = "qrportal", "qrportal.service", Path("/var/lib/qrportal")
    Path("/etc/default/qrportal").write_text(f"QRPORTAL_BASE_URL=https://{PORTAL}\n")
    run("systemctl", "start", unit)
    await_that("the portal's unit answers at port 443", lambda: answers(f"https://{PORTAL}/login"))
    pid = int(run("systemctl", "show", "--value", "-p", "MainPID", unit))
    confined(pid, user, CAP_NET_BIND_SERVICE)
    run("runuser", "-u", user, "--", "qrportal", "user", "add", "anna", "--data", folder, input="correct horse battery\n")
    run("systemctl", "reload", unit)
    if (mode := folder.stat().st_mode & 0o7777) != 0o700 or folder.owner() != user:
        fail(f"{folder}: mode {mode:o}, owner {folder.owner()}")
    run("systemctl", "stop", unit)
    if (result := run("systemctl", "show", "--value", "-p", "Result", unit).strip()) != "success":
        fail(f"the portal's unit ends with {result}")
    takes_certificate(unit, folder, user)
    if left := processes_of(user):
        fail(f"the portal's unit is stopped, there is still: {left}")
    print("the portal's unit works", flush=True)


def pair_it(folder, origin):
    command = ["runuser", "-u", USER, "--", "env", *(f"{name}={value}" for name, value in FOLDERS.items()), "qrconfirm"]
    walk.pair(folder, origin, dict(os.environ), command)
    step("paired, as the same user and with the same folders")


def names_its_place():
    config = STATE / "config" / "qrconfirm" / "config.ini"
    for folder in config.parent.parent, config.parent:
        folder.mkdir(mode=0o700, exist_ok=True)
        shutil.chown(folder, USER, USER)
    config.write_text(f"place = {PLACE}\n")
    shutil.chown(config, USER, USER)


def plug(code):
    camera = subprocess.Popen([BUILD / "tests" / "usbcam", "640x480", "5", "YUYV", code, "usbcam"])
    atexit.register(camera.kill)
    await_that("a camera is plugged in", lambda: Path("/dev/video0").exists() and Path("usbcam").exists())
    return camera


def unplug(camera):
    Path("usbcam").write_text("unplug\n")
    camera.wait()


def opens(pid, path):
    """Itself, or a process apart of its own; one that ends meanwhile opens nothing."""
    started = Path(f"/proc/{pid}/task").glob("*/children")
    try:
        apart = [child for children in started for child in children.read_text().split()]
        links = [link for each in (pid, *apart) for link in Path(f"/proc/{each}/fd").iterdir()]
        return any(os.path.realpath(link) == path for link in links)
    except (FileNotFoundError, ProcessLookupError):
        return False


def approves(touch, browser):
    """Until Approve is full a tap does not count, and a slow machine fills it later."""
    touch.tap(APPROVE)
    end = time.monotonic() + 3
    while (state := browser.state()["state"]) == "scanned" and time.monotonic() < end:
        time.sleep(0.3)
    if state not in ("scanned", "approved"):
        fail(f"Approve is tapped, the browser sees: {state}")
    return state == "approved"


def signs_in(form, monitor, touch, pid, origin):
    browser = walk.Visitor(origin)
    camera = plug(browser.new_code())
    touch.tap(SCAN)
    await_that("Scan QR code is tapped, the program has the camera", lambda: opens(pid, "/dev/video0"))
    await_that("the browser sees: scanned", lambda: browser.state("waiting")["state"] == "scanned")
    time.sleep(3)  # the question stands
    monitor.picture(f"{form}-asking")
    await_that("Approve is tapped, the browser sees: approved", lambda: approves(touch, browser))
    unplug(camera)


def writes_only_below_state():
    if (mode := STATE.stat().st_mode & 0o7777) != 0o700 or STATE.owner() != USER:
        fail(f"{STATE}: mode {mode:o}, owner {STATE.owner()}")
    places = (run("find", WRITTEN, "-user", USER) + run("find", "/run", "-xdev", "-user", USER)).split("\n")
    below = str(WRITTEN) + str(STATE)
    outside = [place for place in places if place and place != below and not place.startswith(below + "/")]
    if outside:
        fail(f"written elsewhere: {outside}")
    step(f"{STATE} is 0700, and nothing else is the program's: {len(places) - 1} files and folders")


def use(form, unit, monitor, touch, origin):
    pid = unit.start()
    only_program_is_heard(unit, pid)
    confined(pid, USER, 0)
    await_screen(BUILD, monitor, f"{form}-en", "kiosk")
    keeps_screen(form, monitor, touch)
    touch.tap(EMPTY)
    signs_in(form, monitor, touch, pid, origin)
    unit.shorten_watchdog()
    pid = unit.signalled(pid, signal.SIGKILL)
    await_screen(BUILD, monitor, f"{form}-killed-en", "kiosk")
    if unit.said("Watchdog timeout"):
        fail("the watchdog ended a program that works")
    unit.signalled(pid, signal.SIGSTOP)
    if not unit.said("Watchdog timeout"):
        fail("it was not the watchdog that ended it")
    await_screen(BUILD, monitor, f"{form}-hung-en", "kiosk")
    unit.stop()
    writes_only_below_state()
    print(f"the unit {form} works", flush=True)


def main():
    units = {form: Unit(form) for form in FORMS}
    monitor = Monitor(PICTURES)
    begun_by_boot(units[FORMS[0]], monitor)
    units[FORMS[0]].stop()
    touch = TouchScreen(BUILD)
    with open("/etc/hosts", "a") as hosts:
        hosts.write(f"127.0.0.1 {PORTAL}\n")
    serves()
    portal, origin = walk.start_portal(Path.cwd(), "--listen", "127.0.0.1:443", "--base-url", f"https://{PORTAL}",
                                       called=CALLED)
    atexit.register(portal.kill)
    pair_it(Path.cwd(), origin)
    names_its_place()
    for form, unit in units.items():
        use(form, unit, monitor, touch, origin)


main()
