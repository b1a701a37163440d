# SPDX-License-Identifier: MIT
"""Looks into the memory of a program, its eyes and its signer, in each state that it tells."""
import contextlib
import queue
import re
import threading
import time

from memory import Gone, all_children_of, found_in
from parts import PATIENCE
from steps import call_of, rest_of

FACE, EYE, SIGNER = "qrconfirm", "qrconfirm-eye", "qrconfirm-keys"
SEEING = "qrconfirm-eye with a frame"
CALLS = ("enrol", "resolve", "decision", "rotate", "endsession")  # of the program to the portal
STATE = re.compile(r'"event":"state","state":"([a-z-]+)"|^qrconfirm: screen: ([a-z-]+)$')  # docs/commands.md


class Watch:
    """It looks also while each call is on its way: the proxy holds the reply until then, so that no state in which
    the program waits for it is over before. `secrets()` are what may be nowhere, `mark` is in each frame."""

    def __init__(self, test, running, secrets, mark):
        self.test, self.pid, self.lines = test, running.process.pid, running.lines
        self.secrets, self.mark = secrets, mark
        self.seen = {}  # who was there, by state or call
        self.called = set()  # in this state
        self.signing = []  # of each stop of the signer: before which call to the system, and whether it had a key
        self.held = queue.Queue()
        test.proxy.change = self._hold

    def _hold(self, heard):
        call, go = heard.path.rsplit("/", 1)[-1], threading.Event()
        if call in CALLS:
            self.held.put((call, go))
            go.wait(PATIENCE)

    def processes(self):
        yield FACE, self.pid
        yield from ((name, pid) for name, pid in all_children_of(self.pid) if name in (EYE, SIGNER))

    def look(self, at, steps=None):
        """No secret is in any of them. The eyes that have had a frame."""
        seeing = 0
        for name, pid in self.processes():
            with contextlib.suppress(Gone):
                found = self._found_in_signer(pid, steps) if name == SIGNER else found_in(pid, self._unwanted(name))
                self.test.assertEqual(found - {self.mark}, set(), f"in {name} at '{at}'")
                self.seen.setdefault(at, set()).add(SEEING if found else name)
                seeing += bool(found)
        return seeing

    def _unwanted(self, name):
        return self.secrets() | ({self.mark} if name == EYE else set())

    def _found_in_signer(self, pid, steps):
        """While it waits: what is found while it works is looked for again. Of one that is looked at step by
        step, each step tells."""
        end = time.monotonic() + PATIENCE
        while True:
            rest = rest_of(pid)
            found = found_in(pid, self.secrets())
            if not found or (rest and rest == rest_of(pid)) or time.monotonic() > end:
                return found
            if steps:
                return set()

    def look_until_eyes_see(self, at):
        end = time.monotonic() + PATIENCE
        while self.look(at) < 2:
            self.test.assertLess(time.monotonic(), end, f"no two eyes have had a frame at '{at}'")

    def until(self, *names, steps=None):
        """Looks at all that comes, until these states and calls were there. With `steps` of the signer, there too."""
        left = set(names)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            came = self._next_state(steps) or self._next_call(steps)
            left.discard(came)
            if not left:
                return
            if not came and steps and steps.has_stopped():
                self._step(steps)
        self.test.fail(f"{left} do not come:\n{self.lines.text()}")

    def _next_state(self, steps):
        try:
            _, line = self.lines.fresh.get(timeout=0.001 if steps else 0.05)
        except queue.Empty:
            return None
        self.lines.closed += line is None
        told = STATE.search(line or "")
        if not told:
            return None

        state = told[1] or told[2]
        self.called.clear()
        self.look(state, steps)
        return state

    def _next_call(self, steps):
        if self.held.empty():
            return None
        call, go = self.held.get()
        if call not in self.called:
            self.look(call, steps)
            self.called.add(call)
        go.set()
        return call

    def step_until(self, steps, call):
        """As far as this call to the system, if the signer is not there yet."""
        end = time.monotonic() + PATIENCE
        while not self.signing or self.signing[-1][0] != call:
            self.test.assertLess(time.monotonic(), end, "the signer does not come to an end")
            if steps.has_stopped():
                self._step(steps)

    def _step(self, steps):
        """The signer stands still. While it has a key, no other has."""
        has = bool(found_in(steps.pid, self.secrets()))
        if has and not any(had for _, had in self.signing):
            for name, pid in self.processes():
                if name != SIGNER:
                    self.test.assertEqual(found_in(pid, self.secrets()), set(), f"in {name} while it signs")
        self.signing.append((call_of(steps.pid), has))
        steps.go()
