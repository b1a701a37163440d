# SPDX-License-Identifier: MIT
"""A process that is stopped before each of its calls to the system, from outside. Root alone may."""
import contextlib
import ctypes
import os
import re
import signal
from pathlib import Path

SEIZE, INTERRUPT, SYSCALL, CALL_INFO, DETACH = 0x4206, 0x4207, 24, 0x420e, 17
BEFORE = 1        # PTRACE_SYSCALL_INFO_ENTRY
MARKED = 1, 0x80  # PTRACE_O_TRACESYSGOOD, and what it adds to SIGTRAP at a call: CALL_INFO wants it
ALL = 0x40000000  # __WALL: those of others too
SOCKET = "0x3"    # CHILD_SOCKET of apart/child.h

ptrace = ctypes.CDLL(None, use_errno=True).ptrace
ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
ptrace.restype = ctypes.c_long


def call_of(pid):
    """The number of the call that it is in."""
    return Path(f"/proc/{pid}/syscall").read_text().split()[0]


def rest_of(pid):
    """While it waits for a message: how often it has waited. Else None."""
    try:
        call = Path(f"/proc/{pid}/syscall").read_text().split()
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    waited = re.search(r"^voluntary_ctxt_switches:\s*([0-9]+)$", status, re.MULTILINE)
    return waited[1] if call[1:2] == [SOCKET] and waited else None


class Steps:
    """One thread uses it."""

    def __init__(self, pid):
        self.pid, self.stopped = pid, False
        self.signal = None  # that it is to get when it goes on

    def _trace(self, what, data=None):
        if ptrace(what, self.pid, None, data) != 0:
            raise OSError(ctypes.get_errno(), f"ptrace {what:#x}")

    def __enter__(self):
        self._trace(SEIZE, MARKED[0])
        self._stop()
        self.go()
        return self

    def __exit__(self, *error):
        with contextlib.suppress(ProcessLookupError):  # it may have ended
            if not self.stopped:
                self._stop()
            self._trace(DETACH, self.signal)

    def _stop(self):
        self._trace(INTERRUPT)
        self._take(os.waitpid(self.pid, ALL))

    def _take(self, waited):
        pid, status = waited
        if pid == 0:
            return
        if not os.WIFSTOPPED(status):
            raise ProcessLookupError(f"{self.pid} has ended")
        self.stopped = True
        of_itself = os.WSTOPSIG(status) & ~MARKED[1] != signal.SIGTRAP and status >> 16 == 0
        self.signal = os.WSTOPSIG(status) if of_itself else None

    def _is_before_a_call(self):
        info = ctypes.create_string_buffer(128)
        return ptrace(CALL_INFO, self.pid, len(info), info) > 0 and info.raw[0] == BEFORE

    def has_stopped(self):
        """Before a call. Without waiting."""
        if not self.stopped:
            self._take(os.waitpid(self.pid, ALL | os.WNOHANG))
        if self.stopped and not self._is_before_a_call():
            self.go()
        return self.stopped

    def go(self):
        """As far as the next stop."""
        self._trace(SYSCALL, self.signal)
        self.stopped = False
