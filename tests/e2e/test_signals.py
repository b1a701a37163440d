# SPDX-License-Identifier: MIT
"""Every command ends on a signal: at once, with 130, nothing changed, the terminal as it was."""
import contextlib
import hashlib
import os
import signal
import subprocess
import time
from pathlib import Path

from by_http import Visitor
from on_a_terminal import Typist
from parts import BUILD, picture_of, run
from progress import await_process, has_open, is_connected, runs, takes_signals, waits_to_print
from scenario import NAME, PASSWORD, PIN, Paired

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
KEYS = {signal.SIGINT: "\x03", signal.SIGQUIT: "\x1c"}
AT_ONCE = 2.5  # seconds, on a busy machine


def sum_of(folder, *, signed=False):
    """Of all that lies in it, but for locks and the count of starts; `signed`: and for what a signature
    leaves behind, sent or not, its counter and its line in the journal, with the journal's head."""
    total = hashlib.sha256()
    for path in sorted(Path(folder).rglob("*")):
        if path.is_file() and "lock" not in path.name and path.name != "health.json":
            total.update(str(path).encode())
            if not (signed and path.suffix in (".pairing", ".jsonl", ".head")):
                total.update(path.read_bytes())
    return total.hexdigest()


class OnATerminal(Paired):
    def typist(self, device, *arguments, **options):
        typist = Typist(BUILD / "qrconfirm", *arguments, env=device.env, **options)
        self.addCleanup(typist.close)
        return typist

    def ends(self, typist, how, device=None, before=None, *, signed=False):
        """Sends the signal, by its key where it has one, and looks what is left."""
        begun = time.monotonic()
        if how in KEYS:
            typist.type(KEYS[how])
        else:
            typist.send(how)
        self.assertEqual(typist.wait(15), 130, typist.seen)
        self.assertLess(time.monotonic() - begun, AT_ONCE)
        self.assertTrue(typist.is_restored(), "the terminal is not as it was")
        if device:
            self.assertEqual(sum_of(device.home, signed=signed), before, "files have changed")

    def each_signal(self, device, arguments, reach, *, signed=False):
        """`reach` takes the program as far as the signal is to find it."""
        for how in ENDING:
            with self.subTest(arguments=arguments, signal=how.name):
                before = sum_of(device.home, signed=signed)
                typist = self.typist(device, *arguments)
                reach(typist)
                self.ends(typist, how, device, before, signed=signed)

    def at_work(self, what, reached, *more):
        """Takes a program that asks nobody so far; a signal before it takes signals is the shell's affair."""
        def reach(typist):
            await_process(typist.pid, "it has begun", runs, typist.command[0])
            await_process(typist.pid, "it takes signals", takes_signals, ENDING)
            await_process(typist.pid, what, reached, *more)
        return reach

    # At a prompt: one test a command, so that a failure names it.

    def prompt(self, text, typed=""):
        def reach(typist):
            for line in typed.splitlines():
                typist.wait_silent()
                typist.type(line + "\n")
                typist.wait_for("\n")
            typist.wait_for(text)
            typist.wait_silent()
        return reach

    def test_pin_set(self):
        self.each_signal(self.plain, ("pin", "set"), self.prompt("New PIN"))
        self.each_signal(self.plain, ("pin", "set"), self.prompt("The same again", PIN))

    def test_pin_set_of_the_administrator(self):
        self.each_signal(self.plain, ("pin", "set", "--administrator"), self.prompt("New administrator PIN"))

    def test_pin_change(self):
        for administrator in ((), ("--administrator",)):
            change = ("pin", "change", *administrator)
            self.each_signal(self.sealed, change, self.prompt("PIN"))
            self.each_signal(self.sealed, change, self.prompt("New (administrator )?PIN", PIN))

    def test_pin_remove(self):
        self.each_signal(self.sealed, ("pin", "remove"), self.prompt("PIN"))
        self.each_signal(self.sealed, ("pin", "remove", "--administrator"), self.prompt("PIN"))

    def test_renew(self):
        self.each_signal(self.sealed, ("renew",), self.prompt("PIN"))

    def test_forget_at_its_question(self):
        for device in (self.plain, self.sealed):
            self.each_signal(device, ("forget", device.id), lambda typist: typist.wait_for("Type yes"))

    def test_forget_at_the_pin(self):
        self.each_signal(self.sealed, ("forget", self.sealed.id, "--yes"), self.prompt("PIN"))

    def test_scan_at_the_pin(self):
        visitor = Visitor(self.portal.origin)
        picture = picture_of(visitor.new_code(), self.folder / "code.png")
        self.each_signal(self.sealed, ("scan", "--headless", "--source", f"image:{picture}"),
                         self.prompt("PIN"))

    def test_user_add_and_password(self):
        """Of the portal: nothing is added, nothing is changed."""
        words = (("user", "add", "berta"), ("user", "password", NAME))
        for words in words:
            for typed in ("", PASSWORD):
                for how in ENDING:
                    with self.subTest(words=words, typed=bool(typed), signal=how.name):
                        typist = Typist(BUILD / "qrportal", *words, "--data", self.portal.data)
                        self.addCleanup(typist.close)
                        self.prompt("again" if typed else "Password", typed)(typist)
                        self.ends(typist, how)
        listed = run(BUILD / "qrportal", "user", "list", "--data", self.portal.data).stdout
        self.assertNotIn("berta", listed)
        Visitor(self.portal.origin).log_in(NAME, PASSWORD)

    def test_new_password_is_asked_for_twice(self):
        typist = Typist(BUILD / "qrportal", "user", "add", "clara", "--data", self.portal.data)
        self.addCleanup(typist.close)
        self.prompt("The same again", PASSWORD)(typist)
        typist.type(PASSWORD + "x\n")
        self.assertEqual(typist.wait(), 2)
        self.assertTrue(typist.is_restored())
        self.assertNotIn("clara", run(BUILD / "qrportal", "user", "list", "--data", self.portal.data).stdout)

    # Suspended, the terminal is the shell's.

    def test_suspended_at_a_prompt_the_terminal_shows_what_is_typed(self):
        picture = picture_of(Visitor(self.portal.origin).new_code(), self.folder / "code.png")
        for arguments in ("pin remove", "renew", f"forget {self.sealed.id} --yes",
                          f"scan --headless --source image:{picture}"):
            with self.subTest(arguments=arguments):
                before = sum_of(self.sealed.home)
                script = f"set -m; {BUILD}/qrconfirm {arguments}; stty -a; fg; exit $?"
                shell = Typist("/bin/bash", "-c", script, env=self.sealed.env)
                self.addCleanup(shell.close)
                self.prompt("PIN")(shell)
                shell.type("\x1a")
                shell.wait_for(r"[ ;]echo ")
                self.prompt("PIN")(shell)
                self.ends(shell, signal.SIGINT, self.sealed, before)

    # Nobody but a person who says yes erases.

    def test_forget_takes_nothing_but_a_yes(self):
        for typed in ("\n", "no\n", "y\n", "\x04"):
            with self.subTest(typed=typed):
                before = sum_of(self.plain.home)
                typist = self.typist(self.plain, "forget", self.plain.id)
                typist.wait_for("Type yes")
                typist.type(typed)
                self.assertEqual(typist.wait(), 6, typist.seen)
                self.assertEqual(sum_of(self.plain.home), before)
        for given in ("", "\n", "yes\n"):
            with self.subTest(piped=given):
                before = sum_of(self.plain.home)
                result = self.plain.run("forget", self.plain.id, input=given)
                self.assertEqual(result.returncode, 2)
                self.assertIn("--yes", result.stderr)
                self.assertEqual(sum_of(self.plain.home), before)
        before = sum_of(self.sealed.home)
        self.assertEqual(self.sealed.run("forget", self.sealed.id, "--yes", input="").returncode, 9)
        self.assertEqual(sum_of(self.sealed.home), before, "the end of the input has erased")

    # While a portal does not answer.

    @contextlib.contextmanager
    def hanging_portal(self):
        self.portal.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.portal.process.send_signal(signal.SIGCONT)

    def port_of_the_portal(self):
        return int(self.portal.listen.rpartition(":")[2])

    def test_nothing_waits_for_a_portal_that_hangs(self):
        asks = self.at_work("it asks the portal", is_connected, self.port_of_the_portal())
        with self.hanging_portal():
            for arguments in (("forget", self.plain.id, "--yes"), ("doctor",), ("doctor", "--json")):
                self.each_signal(self.plain, arguments, asks, signed=True)
        self.assertIn(self.plain.id, self.plain.run("portals").stdout)

    def test_forget_with_the_pin_does_not_wait_for_a_portal_that_hangs(self):
        def enter(typist):
            self.prompt("PIN")(typist)
            typist.type(PIN + "\n")
            await_process(typist.pid, "it asks the portal", is_connected, self.port_of_the_portal())
        with self.hanging_portal():
            self.each_signal(self.sealed, ("forget", self.sealed.id, "--yes"), enter, signed=True)

    # Commands that ask nobody.

    def test_commands_that_read_a_pipe(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        holder = os.open(pipe, os.O_RDWR)
        reads = self.at_work("it has the pipe open", has_open, pipe)
        try:
            for arguments in (("decode", str(pipe)), ("record", str(self.folder / "out.y4m"), "--source", str(pipe)),
                              ("scan", "--headless", "--source", f"replay:{pipe}")):
                self.each_signal(self.plain, arguments, reads)
        finally:
            os.close(holder)

    def test_commands_that_print_to_somebody_who_does_not_read(self):
        for how in ENDING:
            for command in ("log", "portals"):
                with self.subTest(command=command, signal=how.name):
                    out, into = os.pipe()
                    os.set_blocking(into, False)
                    with contextlib.suppress(BlockingIOError):
                        while True:
                            os.write(into, b"x" * 4096)
                    os.set_blocking(into, True)
                    process = subprocess.Popen([BUILD / "qrconfirm", command], env=self.plain.env, stdout=into)
                    await_process(process.pid, "it takes signals", takes_signals, ENDING)
                    await_process(process.pid, "it waits to print", waits_to_print)
                    process.send_signal(how)
                    self.assertEqual(process.wait(5), 130)
                    os.close(out)
                    os.close(into)
