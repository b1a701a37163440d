# SPDX-License-Identifier: MIT
"""What a camera sees, without an end: frames in a pipe, for `--source replay:FIFO`."""
import contextlib
import os
import threading
import time

from parts import picture_of

FRAME = b"FRAME\n"


class Film:
    """Each frame begins with a mark, by which it is known in memory."""

    def __init__(self, folder):
        self.folder, self.path = folder, folder / "film"
        self.mark = os.urandom(64)
        self.header, picture = self._drawn("of its size")
        self.blank = self._marked(b"\xc8" * len(picture))
        self.frame = self.blank
        os.mkfifo(self.path)
        threading.Thread(target=self._run, daemon=True).start()

    def _drawn(self, code):
        header, frame = picture_of(code, self.folder / "frame.y4m").read_bytes().split(b"\n", 1)
        return header + b"\n", frame[len(FRAME):]

    def _marked(self, picture):
        return FRAME + self.mark + picture[len(self.mark):]

    def show(self, code):
        self.frame = self._marked(self._drawn(code)[1])

    def show_nothing(self):
        self.frame = self.blank

    def _run(self):
        while True:  # for one program after the other
            with contextlib.suppress(BrokenPipeError), open(self.path, "wb", buffering=0) as pipe:
                pipe.write(self.header)
                while True:
                    pipe.write(self.frame)
                    time.sleep(0.05)
