# SPDX-License-Identifier: MIT
"""The process that reads frames has no key, whatever the program does."""
import os
import pathlib
import signal
import time

from memory import children_of, found_in
from parts import PATIENCE
from scenario import Paired

WIDTH, HEIGHT = 160, 120
PIECE = 16  # bytes: a key of 32 holds one whole piece, wherever it lies in its file


def pieces_of(path):
    content = path.read_bytes()
    pieces = {content[at:at + PIECE] for at in range(0, len(content) - PIECE + 1)}
    return {piece for piece in pieces if len(set(piece)) > PIECE // 2}


class Eye(Paired):
    def keys(self):
        files = list((self.plain.home / "data" / "qrconfirm").glob("*.key"))
        self.assertTrue(files, "no key is on disk")
        return set().union(*(pieces_of(file) for file in files))

    def wait_for_eyes(self, pid, mark):
        """The processes that read for it, once each has seen the frame with that mark."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            eyes = children_of(pid, "qrconfirm-eye")
            if len(eyes) == 2 and all(found_in(eye, {mark}) for eye in eyes):
                return eyes
            time.sleep(0.2)
        self.fail("no two processes have seen the frame")

    def test_no_key_is_in_its_memory(self):
        if os.geteuid() != 0:
            self.skipTest("only root may look into its memory")
        film = self.folder / "film"
        os.mkfifo(film)
        scan = self.plain.scan(f"replay:{film}")
        mark = os.urandom(WIDTH)
        with open(film, "wb", buffering=0) as frames:
            frames.write(b"YUV4MPEG2 W%d H%d F30:1 Cmono\n" % (WIDTH, HEIGHT))
            frames.write(b"FRAME\n" + mark + b"\xc8" * (WIDTH * (HEIGHT - 1)))
            eyes = self.wait_for_eyes(scan.process.pid, mark)
            for eye in eyes:
                self.assertEqual(found_in(eye, self.keys()), set())

            scan.process.send_signal(signal.SIGINT)
            self.assertEqual(scan.wait(), 130)
            self.assertEqual([eye for eye in eyes if pathlib.Path(f"/proc/{eye}").exists()], [])
