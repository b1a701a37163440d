# SPDX-License-Identifier: MIT
"""The portal's data folder: a half of what was there is not taken for a first start."""
import subprocess

from parts import BUILD
from scenario import NAME, PASSWORD, Scenario


class DataFolder(Scenario):
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

    def test_own_key_that_waits_for_its_certificate_is_not_overwritten(self):
        folder = self.folder / "own"
        folder.mkdir(mode=0o700)
        (folder / "tls.key").write_text("a key of one's own")
        (folder / "tls.key").chmod(0o600)
        said = self.refused(folder, "serve", "--listen", "127.0.0.1:0")
        self.assertIn("tls.crt", said)
        self.assertIn("tls.key", said)
