# SPDX-License-Identifier: MIT
"""One portal as two instances of qrportal on one PostgreSQL, behind HAProxy, as docs/portal.md
describes it: each in a folder of its own, with the same keys."""
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from by_http import PATIENCE
from parts import BUILD, PartFailed, Portal, own_address, run
from reverse_proxies import haproxy

STARTS = 60.0  # seconds until a server of PostgreSQL listens, or has ended


class Database:
    """A server of PostgreSQL in a folder of its own, reached by a Unix socket."""

    def __init__(self):
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
        if not found:
            raise PartFailed("there is no PostgreSQL here")
        self.programs, self.owner = found[-1], self.not_root()
        self.folder = Path(tempfile.mkdtemp(prefix="portal-postgresql-"))
        if self.owner:
            os.chown(self.folder, self.owner.pw_uid, self.owner.pw_gid)
        self.folder.chmod(0o711)
        self.do("initdb", "-D", self.folder / "data", "-U", "portal", "-A", "trust", "--no-sync",
                "--no-locale", "-E", "UTF8")
        self.place = f"host={self.folder} user=portal dbname=postgres"
        self.start()

    @staticmethod
    def not_root():
        """Whom the server runs as, as it does not run as root; None: as who runs the test."""
        if os.geteuid() != 0:
            return None
        try:
            return pwd.getpwnam("postgres")
        except KeyError:
            return pwd.getpwnam("nobody")

    def do(self, program, *arguments):
        ids = {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []} if self.owner else {}
        done = subprocess.run([str(self.programs / program), *map(str, arguments)], cwd=self.folder,
                              stdin=subprocess.DEVNULL, capture_output=program == "initdb", text=True,
                              timeout=STARTS + 30, **ids)
        if done.returncode != 0:
            raise PartFailed(f"{program}: exit code {done.returncode}\n{done.stdout}{done.stderr}")

    def ctl(self, *arguments):
        self.do("pg_ctl", "-D", self.folder / "data", "-s", "-w", "-t", int(STARTS), *arguments)

    def start(self):
        self.ctl("-l", self.folder / "log", "-o", f"-k {self.folder} -c listen_addresses= -c fsync=off", "start")

    def stop(self):
        """As where its machine loses power."""
        self.ctl("-m", "immediate", "stop")

    def remove(self):
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


class Instance(Portal):
    """One of several that serve the same portal."""

    def kill(self):
        self.process.kill()
        self.process.wait(10)

    def is_up(self):
        return self.process.poll() is None

    def stop(self):
        """An instance that was killed is no failure."""
        if self.is_up():
            super().stop()


def place(folder, database):
    folder.mkdir(mode=0o700)
    conn = folder / "postgresql.conn"
    conn.touch(mode=0o600)
    conn.write_text(database.place + "\n")


class Cluster:
    """Looks like a portal to the pages and the device: its origin is HAProxy's."""

    def __init__(self, folder, database):
        self.folder, self.database = folder, database
        address = own_address()
        listens = [own_address(), own_address()]
        self.proxy, pin = haproxy(folder, "haproxy-cluster.cfg", address, {
            "server one 127.0.0.1:8080": f"server one {listens[0]}",
            "server two 127.0.0.1:8081": f"server two {listens[1]}"})
        self.origin = f"https://localhost:{address.split(':')[1]}"
        options = {"options": ["--plain-http"], "base_url": self.origin, "allow_qr": False}

        place(folder / "one", database)
        self.one = Instance(folder / "one", listen=listens[0],
                            before={"proxy.trusted": "127.0.0.1", "portal.pins": pin, "allow-qr": "on"},
                            **options)
        place(folder / "two", database)
        for key in (folder / "one").glob("*.key"):
            shutil.copy2(key, folder / "two" / key.name)
        self.two = Instance(folder / "two", listen=listens[1], **options)
        self.running = self.proxy()
        self.add_user, self.config = self.one.add_user, self.one.config

    def instances(self):
        return self.one, self.two

    def stop(self):
        self.running.stop()
        for each in self.instances():
            each.stop()

    def requests(self, instance, part):
        return [line for line in instance.request_lines() if part in line]

    def wait_all_up(self):
        """Until HAProxy has both again."""
        end = time.monotonic() + PATIENCE
        for each in self.instances():
            before = len(each.request_lines())
            while len(each.request_lines()) < before + 2:  # its checks
                if time.monotonic() > end:
                    raise PartFailed(f"{each.data.name}: HAProxy does not look at it")
                time.sleep(0.05)
