# SPDX-License-Identifier: MIT
"""The portal's data folder: a half of what was there is not taken for a first start."""
import json
import re
import signal
import ssl
import subprocess
import time
import urllib.request

from by_http import PATIENCE
from parts import BUILD
from progress import has_open
from scenario import NAME, PASSWORD, Scenario


class Serving(Scenario):
    def wait_for(self, condition):
        end = time.monotonic() + PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)


class DataFolder(Serving):
    def contents(self, folder):
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}

    def refused(self, folder, *command):
        """What the program says, which must be one line, with exit code 1 and nothing written."""
        before = self.contents(folder)
        done = subprocess.run([BUILD / "qrportal", *command, "--data", folder], text=True,
                              input=PASSWORD + "\n", capture_output=True, timeout=30)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertEqual(self.contents(folder), before)
        return done.stderr

    def test_missing_file_of_a_used_portal_stops_it_and_nothing_is_written(self):
        portal = self.portal()
        portal.add_user(NAME, PASSWORD)
        portal.stop()
        for name in ("portal.key", "portal.db", "frame.key", "tls.key", "tls.crt"):
            kept = (portal.data / name).read_bytes()
            (portal.data / name).unlink()
            self.assertIn(name, self.refused(portal.data, "serve", "--listen", "127.0.0.1:0"))
            if name == "portal.db":
                self.assertIn(name, self.refused(portal.data, "user", "add", "boris"))
                self.assertIn(name, self.refused(portal.data, "config", "set", "push", "on"))
            if name == "portal.key":
                self.assertIn(name, self.refused(portal.data, "key", "announce"))
            (portal.data / name).write_bytes(kept)
            (portal.data / name).chmod(0o600)
        portal.serve()  # all is back, and it is the portal it was

    def check(self, folder):
        done = subprocess.run([BUILD / "qrportal", "check", "--data", folder], text=True,
                              capture_output=True, timeout=30)
        return done.returncode, [line.split("\t")[:2] for line in done.stdout.splitlines()], done.stderr

    def test_damaged_store_is_not_served_and_check_says_what_is_damaged(self):
        portal = self.portal()
        parts = ("file", "tables", "rows", "settings", "folder")
        self.assertEqual(self.check(portal.data), (0, [[part, "ok"] for part in parts], ""))
        portal.stop()
        self.assertEqual(self.check(portal.data), (0, [[part, "ok"] for part in parts], ""))

        with open(portal.data / "portal.db", "r+b") as store:
            store.seek(5 * 4096)
            store.write(b"\xa5" * 64)
        code, lines, said = self.check(portal.data)
        self.assertEqual(code, 1)
        self.assertIn(["file", "wrong"], lines)
        self.assertIn(["rows", "not-looked-at"], lines)
        self.assertIn("store.damaged", said)
        self.assertIn("qrportal restore", self.refused(portal.data, "serve", "--listen", "127.0.0.1:0"))
        self.assertIn("store.damaged", self.refused(portal.data, "serve", "--check"))

    def test_own_key_that_waits_for_its_certificate_is_not_overwritten(self):
        folder = self.folder / "own"
        folder.mkdir(mode=0o700)
        (folder / "tls.key").write_text("a key of one's own")
        (folder / "tls.key").chmod(0o600)
        said = self.refused(folder, "serve", "--listen", "127.0.0.1:0")
        self.assertIn("tls.crt", said)
        self.assertIn("tls.key", said)


class RequestLog(Serving):
    def ask(self, portal, path):
        context = ssl._create_unverified_context()
        urllib.request.urlopen(portal.origin + path, context=context, timeout=30).read()

    def paths(self, log):
        return [json.loads(line)["path"] for line in log.read_text().splitlines()]

    def test_log_that_was_moved_away_is_begun_anew_on_sighup(self):
        portal = self.portal()
        self.ask(portal, "/login")
        moved = portal.requests.rename(portal.data / "requests.log.1")
        self.ask(portal, "/login")
        self.assertEqual(self.paths(moved), ["/login", "/login"])
        portal.process.send_signal(signal.SIGHUP)
        # The new file is there before the old one is left for it.
        self.wait_for(lambda: not has_open(portal.process.pid, moved))
        self.ask(portal, "/.well-known/qr-login")
        self.assertEqual(self.paths(moved), ["/login", "/login"])
        self.assertEqual(self.paths(portal.requests), ["/.well-known/qr-login"])

    def test_log_that_cannot_be_begun_anew_goes_on(self):
        portal = self.portal()
        moved = portal.requests.rename(portal.data / "requests.log.1") \
            if portal.requests.exists() else None
        portal.requests.mkdir()
        portal.process.send_signal(signal.SIGHUP)
        portal.lines.wait_for("requests.log", tag="err")
        self.ask(portal, "/login")
        self.assertIsNone(portal.process.poll())
        if moved:
            self.assertIn("/login", self.paths(moved))


class OtherServerBefore(Serving):
    WORDS = "proxy.trusted"

    def test_serve_says_that_what_stands_before_it_is_to_be_named(self):
        portal = self.portal("public", base_url="https://portal.example.com")
        self.wait_for(lambda: self.WORDS in portal.lines.text("err"))
        portal = self.portal()
        asked = urllib.request.Request(portal.origin + "/login")
        urllib.request.urlopen(asked, context=ssl._create_unverified_context(), timeout=30).read()
        self.assertNotIn(self.WORDS, portal.lines.text("err"))
        asked.add_header("X-Forwarded-For", "203.0.113.77")
        for _ in range(2):
            urllib.request.urlopen(asked, context=ssl._create_unverified_context(),
                                   timeout=30).read()
        self.wait_for(lambda: self.WORDS in portal.lines.text("err"))
        self.assertEqual(portal.lines.text("err").count(self.WORDS), 1)


    def check(self, data, *options):
        return subprocess.run([BUILD / "qrportal", "serve", "--check", "--data", data, *options], text=True,
                              capture_output=True, timeout=30)

    def test_check_says_what_does_not_go_together_and_makes_nothing(self):
        behind = ("--plain-http", "--listen", "127.0.0.1:8080", "--base-url", "https://portal.example.com/signin")
        done = self.check(self.folder / "new", *behind)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("config set proxy.trusted", done.stderr)
        self.assertFalse((self.folder / "new").exists())

        portal = self.portal(config={"proxy.trusted": "127.0.0.1"})
        done = self.check(portal.data, *behind)
        self.assertEqual(done.returncode, 2)
        self.assertIn("config set portal.pins", done.stderr)
        portal.config("portal.pins", "none")
        done = self.check(portal.data, *behind)  # beside the server that runs
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("X-Forwarded-For", done.stdout)


class Help(Serving):
    def said(self, *words):
        done = subprocess.run([BUILD / "qrportal", *words], text=True, capture_output=True, cwd=self.folder,
                              timeout=30)
        self.assertEqual((done.returncode, done.stderr), (0, ""), words)
        self.assertEqual([line for line in done.stdout.splitlines() if len(line) > 80], [], words)
        return done.stdout

    def rows(self, help):
        """The commands and the options that a help has, without what they take."""
        found = re.findall(r"^  (\S(?:\S| (?! ))*)", help, re.MULTILINE)
        return [re.match(r"--[a-z-]+|[a-z0-9-]+(?: [a-z0-9-]+(?=[ ]|$))?", row)[0] for row in found]

    def test_each_command_has_a_help_of_its_own_and_it_needs_nothing(self):
        every = self.said("--help")
        self.assertTrue(every.startswith("Usage: qrportal COMMAND"))
        for words in (["-h"], ["help"]):
            self.assertEqual(self.said(*words), every)

        rows = self.rows(every)
        commands = [row for row in rows if not row.startswith("-")]
        options = {row for row in rows if row.startswith("-")} - {"--help", "--version"}
        self.assertGreater(len(commands), 30)
        self.assertIn("badges confirm", commands)
        told = set()
        for command in commands + sorted({command.split()[0] for command in commands}):
            help = self.said(*command.split(), "--help")
            self.assertTrue(help.startswith("Usage: qrportal " + command), command)
            own = self.rows(help)
            for row in commands:
                of_it = (row + " ").startswith(command + " ")
                self.assertEqual(row in own, of_it, f"{row} in the help of {command}")
            told |= {row for row in own if row.startswith("-")}
        self.assertEqual(told, options, "an option is of no command")

        self.assertEqual(self.said("help", "badges", "add"), self.said("badges", "add", "-h"))
        unknown = subprocess.run([BUILD / "qrportal", "fly", "--help"], text=True, capture_output=True, timeout=30)
        self.assertEqual((unknown.returncode, unknown.stdout), (2, ""))
        self.assertRegex(self.said("--version"), r"^qrportal [0-9]+\.[0-9]+")
        with open("/dev/full", "w") as full:
            for words in (["--version"], ["--help"], ["config", "--help"]):
                kept = subprocess.run([BUILD / "qrportal", *words], text=True, stdout=full, stderr=subprocess.PIPE, timeout=30)
                self.assertEqual(kept.returncode, 1, words)
                self.assertIn("the output cannot be written", kept.stderr)
        self.assertEqual(list(self.folder.iterdir()), [], "something was made")
