# SPDX-License-Identifier: MIT
"""`scan --loop` without a window: one question a sighting, and an end with the stream."""
import subprocess
import threading
import time

from by_http import PATIENCE, Visitor
from parts import BUILD, picture_of
from scenario import Paired


class Loop(Paired):
    def frames_of(self, code):
        """One frame of the code, as Y4M: its header, and the frame itself."""
        film = self.folder / "code.y4m"
        picture_of(code, film)
        header, frame = film.read_bytes().split(b"\n", 1)
        return header + b"\n", frame

    def resolves(self):
        return sum("/resolve" in line for line in self.portal.request_lines())

    def used_code(self):
        """A code that the portal refuses: its challenge is decided."""
        visitor = Visitor(self.portal.origin)
        code = visitor.new_code()
        picture = picture_of(code, self.folder / "used.png")
        self.assertEqual(self.plain.run("scan", "--headless", "--source", f"image:{picture}", input="deny\n").returncode, 6)
        return code

    def show(self, process, frame, seconds, until=lambda: False):
        """Again and again, as a camera that is held still."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not until():
            process.stdin.write(frame)
            process.stdin.flush()
            time.sleep(0.05)

    def test_code_that_stays_in_view_is_asked_about_once(self):
        header, frame = self.frames_of(self.used_code())
        for face in ("--headless", "--json"):
            with self.subTest(face=face):
                before = self.resolves()
                process = subprocess.Popen([BUILD / "qrconfirm", "scan", "--loop", face, "--source", "-"],
                                           env=self.plain.env, stdin=subprocess.PIPE,
                                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                said = []
                threading.Thread(target=lambda: said.extend(process.stdout), daemon=True).start()
                process.stdin.write(header)
                self.show(process, frame, PATIENCE, lambda: self.resolves() > before)
                self.show(process, frame, 5)
                self.assertEqual(self.resolves() - before, 1)
                said = [line for line in said if b'"event":"code"' not in line]  # one a frame
                self.assertLess(len(said), 20, "it says the same over and over")
                process.stdin.close()  # the end of the stream is the end of the loop
                self.assertEqual(process.wait(PATIENCE), 5)

    def test_picture_and_recording_end_the_loop(self):
        code = self.used_code()
        header, frame = self.frames_of(code)
        film = self.folder / "film.y4m"
        film.write_bytes(header + frame * 30)
        picture = picture_of(code, self.folder / "one.png")
        for source in (f"replay:{film}", f"image:{picture}"):
            with self.subTest(source=source):
                before = self.resolves()
                result = self.plain.run("scan", "--loop", "--headless", "--source", source)
                self.assertEqual(result.returncode, 5)
                self.assertEqual(self.resolves() - before, 1)

    def test_stream_that_is_none_ends_the_loop(self):
        junk = self.folder / "junk"
        junk.write_bytes(b"not a picture")
        for source in (f"replay:{junk}", f"image:{junk}", str(self.folder / "missing")):
            with self.subTest(source=source):
                result = self.plain.run("scan", "--loop", "--headless", "--source", source)
                self.assertEqual(result.returncode, 3)

    @staticmethod
    def spent(process):
        """Seconds that it has computed so far."""
        with open(f"/proc/{process.pid}/stat") as stat:
            return sum(map(float, stat.read().split()[13:15])) / 100

    def test_without_a_camera_it_waits_and_says_so_once(self):
        process = subprocess.Popen([BUILD / "qrconfirm", "scan", "--loop", "--headless", "--source",
                                    "camera:none-of-this-name"], env=self.plain.env,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        first = process.stdout.readline()  # now it takes signals, and what it computes to begin is over
        before = self.spent(process)
        time.sleep(4)
        spent = self.spent(process) - before
        process.terminate()
        said = [first.rstrip("\n"), *process.communicate()[0].splitlines()]
        self.assertEqual(process.returncode, 130)
        self.assertEqual(len(said), len(set(said)), said)
        self.assertLess(spent, 1.0, "it does not rest")
