# SPDX-License-Identifier: MIT
"""The real window, and what it says of itself with --verbose; docs/commands.md has the lines.

A walk waits for the screen that a press leads to, not for a time: how long a machine takes tells nothing.
"""
import contextlib
import signal
import subprocess
import threading
import time

from displays import PATIENCE

# A question that has just come takes no press for a quarter of a second: SETTLE_MS in ui/window/window_act.c. It is
# meant so, and counts from before the line is said: waited for longer than that here, it is over there.
SETTLE = 0.3
SETTLING = ("asking", "open-answer", "login", "unlocking")
TRUSTING = ("pair-asking", "confirming", "certificate")  # whose yes counts after 1.5 seconds, as Approve does


class Window:
    """Runs a command, on a display of displays.py; None: on one that has no more between window and screen."""

    def __init__(self, command, environment, display, patience=PATIENCE, **options):
        appears = display.watch() if display else lambda: None
        self.patience = patience
        self.lines, self.next, self.ended = [], 0, False
        self.news = threading.Condition()
        self.device = subprocess.Popen([*command, "--verbose", *getattr(display, "OPTIONS", ())], env=environment, stderr=subprocess.PIPE, text=True,
                                       **options)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        try:
            self.wait_for("its first screen", lambda line: line.startswith("qrconfirm: screen: "))
            appears()
        except BaseException:
            self.device.kill()
            raise

    def read(self):
        for line in self.device.stderr:
            with self.news:
                self.lines.append(line.rstrip("\n"))
                self.news.notify_all()
        with self.news:
            self.ended = True
            self.news.notify_all()

    def said(self):
        return "\n".join(self.lines)

    def wait_for(self, what, is_it, patience=None):
        """A line behind the one that was waited for last."""
        end = time.monotonic() + (patience or self.patience)
        with self.news:
            while True:
                while self.next < len(self.lines):
                    self.next += 1
                    if is_it(self.lines[self.next - 1]):
                        return
                left = end - time.monotonic()
                if self.ended or left <= 0:
                    raise AssertionError(f"{what} does not come; {'it has ended' if self.ended else 'it goes on'}:\n"
                                         + self.said())
                self.news.wait(left)

    def wait_for_line(self, text):
        self.wait_for(text, lambda line: text in line)

    def shows(self, *names, patience=None):
        """Waits until these screens have come, one after the other, and take what is pressed."""
        for name in names:
            self.wait_for(f"the screen '{name}'", lambda line, name=name: line == f"qrconfirm: screen: {name}",
                          patience)
            if name in TRUSTING:
                self.is_ready(name)
            elif name in SETTLING:
                time.sleep(SETTLE)

    def is_ready(self, name):
        """Waits until a screen takes what it did not take before: Approve, or digits."""
        self.wait_for(f"'{name}' is ready", lambda line: line == f"qrconfirm: screen: {name}: ready")

    def has_become_ready(self):
        """Without waiting: since the line that was waited for last."""
        with self.news:
            return any(line.endswith(": ready") for line in self.lines[self.next:])

    @contextlib.contextmanager
    def stalled(self):
        """It takes nothing in, as on a machine that is busy; what has come meanwhile then comes at once."""
        self.device.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.device.send_signal(signal.SIGCONT)

    def count(self, text):
        with self.news:
            return sum(text in line for line in self.lines)

    def stop(self, expected=130):
        self.device.terminate()
        self.reader.join()
        got = self.device.wait()
        assert got == expected, f"exit code {got}, expected {expected}:\n{self.said()}"
