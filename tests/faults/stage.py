# SPDX-License-Identifier: MIT
"""One portal, one line, one paired device: what every fault happens to."""
import json
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from line import Line, make_certificate, make_expired
from parts import APPROVE_DELAY, BUILD, PATIENCE, Device, PartFailed, Portal, own_address, run
from visitor import Visitor

NAME, PASSWORD = "anna", "correct horse battery staple"

# Seconds. A decision is sent until 60 s after its challenge has ended, so both are short.
CHALLENGE, READING = 12, 12
ENDLESS = CHALLENGE + 60 + 30  # longer than any sign-in goes on

OUTCOMES = ("done", "refused", "failed")


class Stage:
    """Built once a worker; `fresh` puts portal and device back to how they were when paired."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True)
        self.kept = self.folder / "kept"
        self.live = self.folder / "live"
        self.live.mkdir()
        self.line = Line(int(own_address().rpartition(":")[2]))
        # The portal chooses its port and makes its certificate at its first start.
        first = Portal(self.live / "portal", allow_qr=False)
        first.stop()
        self.listen = first.listen
        self.line.portal_port = int(self.listen.rsplit(":", 1)[1])
        self.own = (self.live / "portal" / "tls.crt", self.live / "portal" / "tls.key")
        self.line.trust(*self.own)

        self.portal = self._portal(config={"time.challenge": str(CHALLENGE),
                                           "time.reading": str(READING)})
        self.portal.add_user(NAME, PASSWORD)
        self._pair()
        self.portal.stop()
        shutil.copytree(self.live, self.kept)
        self.other = make_certificate(self.folder)
        self.expired = make_expired(self.folder, *self.own)

    def _portal(self, **options):
        return Portal(self.live / "portal", listen=self.listen, base_url=self.line.origin, **options)

    def _pair(self):
        desk = Visitor(self.line.portal_port, self.line.origin)
        desk.sign_in(NAME, PASSWORD)
        picture = self.picture("pairing", desk.add_device(PASSWORD))
        self.device = Device(self.live / "device")
        self.device.pair(f"image:{picture}", desk.confirm_device)

    def fresh(self):
        """Everything well, nothing under way."""
        shutil.rmtree(self.live)
        shutil.copytree(self.kept, self.live)
        self.line.fault = self.line.greeting = None
        self.line.tries.clear()
        self.line.trust(*self.own)
        self.portal = self._portal(allow_qr=False)
        self.device = Device(self.live / "device")
        self.disk = None

    def end(self):
        self.device.stop()
        if self.disk:
            self.disk.unmount()
        self.line.reset_all()
        if self.portal.process.poll() is None:
            self.portal.process.kill()
            self.portal.process.wait()

    def destroy(self):
        self.line.stop()

    def picture(self, name, text):
        """A still picture of a code, as a camera sees it."""
        out = self.live / f"{name}.png"
        run(BUILD / "camsim", "--code", text, "--out", out)
        return out

    def visitor(self):
        return Visitor(self.line.portal_port, self.line.origin)

    def restart_portal(self):
        """Killed as by a power cut, and started again."""
        self.portal.process.send_signal(signal.SIGKILL)
        self.portal.process.wait()
        self.portal.serve()

    def logins(self):
        """How many logins the portal has made, and how many sessions of sign-ins by QR."""
        store = sqlite3.connect(f"file:{self.live}/portal/portal.db?mode=ro", uri=True)
        try:
            return (store.execute("SELECT count(*) FROM logins").fetchone()[0],
                    store.execute("SELECT count(*) FROM sessions WHERE how = 'qr'").fetchone()[0])
        finally:
            store.close()

    def later(self, seconds, what):
        timer = threading.Timer(seconds, what)
        timer.daemon = True
        timer.start()

    # The person.

    def begin(self, browser, name, prefix=()):
        """A browser shows a code, and the device is started before it."""
        picture = self.picture(name, browser.open_window())
        return self.device.scan(f"image:{picture}", prefix=prefix)

    def sign_in(self, fault=None):
        """One sign-in from the window in the browser to what the device says at its end."""
        self.browser, self.another = self.visitor(), None
        if fault and fault.start:
            fault.start(self)
        self.scan = self.begin(self.browser, "login", fault.device if fault else ())
        if is_asked(self.scan):
            time.sleep(APPROVE_DELAY)
            if fault:
                self.line.fault = fault.at_line
                if fault.before:
                    fault.before(self)
            self.scan.answer(fault.answer if fault else "approve")
        return end_of(self.scan)

    def answer_another(self):
        """The same device, started a second time, answers another browser's question."""
        self.another = self.visitor()
        self.another_scan = self.begin(self.another, "another")
        is_asked(self.another_scan)
        time.sleep(APPROVE_DELAY)
        self.later(1, lambda: self.another_scan.answer("approve"))

    def heal(self):
        """The line is well again, and so is the disk."""
        self.line.fault = self.line.greeting = None
        self.line.trust(*self.own)
        if not self.line.listener:
            self.line.surface()
        if self.disk:
            self.disk.heal()

    # The disk of the state folder: set aside with the rest of the stage, so that it can be filled.

    def mount_disk(self):
        self.disk = Disk(self.device.home / "state")
        self.disk.mount()

    def fill_disk(self):
        self.disk.fill()

    def lock_disk(self):
        self.disk.remount("ro")


class Disk:
    """A small disk of its own for one folder."""

    def __init__(self, folder):
        self.folder, self.filler = folder, folder / "filler"

    def mount(self):
        """Puts it over the folder, with what was in there."""
        aside = self.folder.with_name("aside")
        shutil.copytree(self.folder, aside)
        run("mount", "-t", "tmpfs", "-o", "size=512k,mode=0700", "tmpfs", self.folder)
        shutil.copytree(aside, self.folder, dirs_exist_ok=True)
        shutil.rmtree(aside)

    def fill(self):
        with open(self.filler, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass

    def remount(self, how):
        run("mount", "-o", f"remount,{how}", self.folder)

    def heal(self):
        self.remount("rw")
        self.filler.unlink(missing_ok=True)

    def unmount(self):
        run("umount", self.folder)


@dataclass
class Ended:
    """What the device said at its end."""
    state: str
    code: str
    words: str
    pickup_code: str
    exit: int


def has_ended(process):
    """Its output is at an end: then it has ended too, or does soon."""
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        return False
    return True


def next_state(scan, *states):
    """The next of these states, or None where the program ended without."""
    while True:
        try:
            event = json.loads(scan.lines.wait_for(r"^\{.*\}$", patience=ENDLESS).group(0))
        except PartFailed:
            if not has_ended(scan.process):
                raise
            return None
        scan.events.append(event)
        if event.get("state") in states:
            return event


def is_asked(scan):
    """True once the question stands; false where the program ended before."""
    event = next_state(scan, "asking", *OUTCOMES)
    return bool(event) and event["state"] == "asking"


def end_of(scan):
    """Waits for the end of the program."""
    event = next((e for e in scan.events if e.get("state") in OUTCOMES), None)
    event = event or next_state(scan, *OUTCOMES) or {"state": "interrupted"}
    code = scan.wait(ENDLESS)
    words = " ".join(event[k] for k in ("title", "text", "next") if k in event and not (k == "title" and "text" in event))
    return Ended(event["state"], event.get("code", ""), words or scan.lines.text("err"),
                 event.get("pickup_code", ""), code)
