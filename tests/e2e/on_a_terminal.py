# SPDX-License-Identifier: MIT
"""A program at a terminal of its own, with somebody who reads and types there."""
import codecs
import fcntl
import io
import os
import pty
import re
import select
import signal
import termios
import time

from parts import PATIENCE, PartFailed


class Typist:
    """Starts a program as the foreground of a new terminal, as a shell does."""

    def __init__(self, *command, env=None, out=None):
        self.command = [str(word) for word in command]
        self.seen = ""
        # A letter, and the end of a line, may come in two pieces.
        self.decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder("utf-8")("replace"), translate=True)
        self.master, slave = pty.openpty()
        self.before = termios.tcgetattr(slave)
        self.code = None
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            for fd in (0, 1, 2):
                os.dup2(slave, fd)
            if out is not None:
                os.dup2(out, 1)
            os.closerange(3, 256)
            os.execve(self.command[0], self.command, dict(env if env is not None else os.environ))
        self.slave = slave

    def _read(self, patience):
        ready, _, _ = select.select([self.master], [], [], patience)
        if ready:
            try:
                self.seen += self.decoder.decode(os.read(self.master, 65536))
            except OSError:
                pass

    def wait_for(self, pattern, patience=PATIENCE):
        """The first match in what was not waited for before."""
        end = time.monotonic() + patience
        while True:
            match = re.search(pattern, self.seen)
            if match:
                self.seen = self.seen[match.end():]
                return match
            if time.monotonic() > end:
                raise PartFailed(f"{' '.join(self.command)}: nothing like /{pattern}/:\n{self.seen}")
            self._read(0.1)

    def type(self, text):
        os.write(self.master, text.encode())

    def echoes(self):
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def wait_silent(self):
        """Until the terminal does not show what is typed."""
        end = time.monotonic() + PATIENCE
        while self.echoes():
            if time.monotonic() > end:
                raise PartFailed(f"{' '.join(self.command)}: shows what is typed:\n{self.seen}")
            self._read(0.01)

    def send(self, number):
        os.kill(self.pid, number)

    def _wait(self, flags, patience):
        end = time.monotonic() + patience
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG | flags)
            if pid:
                return status
            if time.monotonic() > end:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                raise PartFailed(f"{' '.join(self.command)}: still runs after {patience:.0f} s:\n{self.seen}")
            self._read(0.02)

    def wait_stopped(self, patience=PATIENCE):
        assert os.WIFSTOPPED(self._wait(os.WUNTRACED, patience)), "ended instead of being suspended"

    def wait(self, patience=PATIENCE):
        """The exit code; negative: the signal that ended it."""
        self.code = os.waitstatus_to_exitcode(self._wait(0, patience))
        self._read(0)
        return self.code

    def is_restored(self):
        """Whether the terminal is as it was before the program began."""
        return termios.tcgetattr(self.slave) == self.before

    def close(self):
        if self.code is None:
            try:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
            except (ProcessLookupError, ChildProcessError):
                pass
        os.close(self.master)
        os.close(self.slave)
