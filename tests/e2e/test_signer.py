# SPDX-License-Identifier: MIT
"""The keys are in a process of their own: in no memory of the others, and in its own while it signs alone."""
import json
import os
import shutil
import signal
import sys
import time
import unittest
from pathlib import Path

from by_http import Visitor
from memory import children_of, found_in
from parts import BUILD, PATIENCE, picture_of, run
from scenario import Scenario

sys.path.append(str(Path(__file__).resolve().parents[1] / "screen"))
import displays  # noqa: E402

PIN = "13572468024613"  # long: no other bytes are it by chance
HEAD, SEED = 8 + 8, 32  # bytes of a key file before its secret, and of that: net/pairings/sealed_file.h


class WithKeys(Scenario):
    def setUp(self):
        super().setUp()
        self.portal, self.device = self.portal_and_device()
        self.key = next((self.device.home / "data" / "qrconfirm").glob("*.key"))
        seed = self.key.read_bytes()[HEAD:HEAD + SEED]
        self.assertGreater(len(set(seed)), SEED // 2)
        self.seed = {seed[:SEED // 2], seed[SEED // 2:]}
        self.visitor = Visitor(self.portal.origin)

    def code(self):
        return f"image:{picture_of(self.visitor.new_code(), self.folder / 'code.png')}"

    def seal(self):
        self.device.run("pin", "set", input=PIN + "\n", check=True)

    def signer_of(self, pid):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            signers = children_of(pid, "qrconfirm-keys")
            if signers:
                self.assertEqual(len(signers), 1)
                return signers[0]
            time.sleep(0.1)
        self.fail("the program has no process with the keys")


@unittest.skipIf(os.geteuid() != 0, "only root may look into another program's memory")
class Memory(WithKeys):
    def look(self, pid, secrets, known=()):
        """No secret is in any of the processes; `known` is in each that has it, so that the look sees."""
        self.assertEqual(found_in(os.getpid(), secrets), secrets, "the look sees nothing")
        others = children_of(pid, "qrconfirm-eye") + children_of(pid, "qrconfirm-keys")
        for process in [pid, *others]:
            self.assertEqual(found_in(process, secrets), set(), Path(f"/proc/{process}/comm").read_text())
        for process, mark in known:
            self.assertEqual(found_in(process, {mark}), {mark})

    def test_no_key_is_in_memory_at_any_state(self):
        scan = self.device.scan(self.code())
        scan.wait_asked()
        pid = scan.process.pid
        signer = self.signer_of(pid)
        # What the signer was asked last is about this pairing's folder: it has its name in memory.
        self.look(pid, self.seed, [(pid, self.key.stem.encode())])
        self.assertNotEqual(signer, pid)
        scan.answer("deny")
        self.assertEqual(scan.wait(), 6)
        self.assertFalse(Path(f"/proc/{signer}").exists())

    def test_no_key_and_no_pin_is_in_memory_once_it_was_entered(self):
        self.seal()
        scan = self.device.scan(self.code())
        scan.event(state="unlocking")
        self.look(scan.process.pid, self.seed)
        scan.answer(PIN)
        scan.wait_asked()
        self.signer_of(scan.process.pid)
        self.look(scan.process.pid, self.seed | {PIN.encode()})
        scan.answer("deny")
        self.assertEqual(scan.wait(), 6)

    @unittest.skipUnless(shutil.which("Xvfb") and shutil.which("xdotool"), "there is no display to begin")
    def test_no_key_and_no_pin_is_in_memory_of_the_window(self):
        self.seal()
        with displays.shown(displays.X11(800, 600)) as display:
            self.device.env.update(display.environment)
            process, lines = self.device.start("scan", "--source", self.code(), "--fullscreen", "--verbose", "--mute")
            lines.wait_for("screen: instructions", "err")
            self.look(process.pid, self.seed)
            display.press("Return")
            lines.wait_for("screen: unlocking", "err")
            self.look(process.pid, self.seed)
            display.type(PIN)
            display.press("Return")
            lines.wait_for("screen: asking", "err")
            self.signer_of(process.pid)
            self.look(process.pid, self.seed | {PIN.encode()})
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


class Lost(WithKeys):
    """Who holds the keys ends in the midst of a sign-in: that is told, and nothing is lost."""

    def lose(self, scan):
        signer = self.signer_of(scan.process.pid)
        os.kill(signer, signal.SIGKILL)
        deadline = time.monotonic() + PATIENCE
        while children_of(scan.process.pid, "qrconfirm-keys") and time.monotonic() < deadline:
            time.sleep(0.05)

    def assert_nothing_is_lost(self, before, unlock):
        self.assertEqual(self.visitor.state()["state"], "scanned")
        self.assertEqual(self.key.read_bytes(), before)
        self.assertEqual(self.device.run("log", "--json").returncode, 0)
        self.visitor = Visitor(self.portal.origin)
        scan = self.device.scan(self.code())
        if unlock:
            scan.event(state="unlocking")
            scan.answer(PIN)
        scan.wait_asked()
        scan.answer("approve")
        self.assertIn(scan.event(state="done")["result"], ("approved", "pickup-code"))
        self.assertEqual(scan.wait(), 0, scan.lines.text())

    def test_question_whose_keys_are_gone_ends_with_words(self):
        for sealed in (False, True):
            with self.subTest(sealed=sealed):
                self.visitor = Visitor(self.portal.origin)
                if sealed:
                    self.seal()
                before = self.key.read_bytes()
                scan = self.device.scan(self.code())
                if sealed:
                    scan.event(state="unlocking")
                    scan.answer(PIN)
                scan.wait_asked()
                self.lose(scan)
                scan.answer("approve")
                self.assertEqual(scan.failure(), "internal.signer-lost")
                self.assertEqual(scan.wait(), 1)
                self.assert_nothing_is_lost(before, unlock=sealed)


class Sandbox(WithKeys):
    """A system that does not close in is told of, and used all the same."""

    LACKS = {"calls": ("internal.not-closed-in", "internal.signer-not-closed-in", "seccomp"),
             "files": ("internal.no-landlock", "internal.no-landlock", "Landlock")}

    def without(self, wall, *arguments, input=None):
        return run(BUILD / "tests" / "without_wall", wall, BUILD / "qrconfirm", *arguments, input=input,
                   check=False, env=self.device.env)

    def assert_told(self, text, code, who, what):
        """Once, by its code."""
        lines = [line for line in text.splitlines() if f"({who}: without {what})" in line]
        self.assertEqual(len(lines), 1, text)
        self.assertIn(f"qrconfirm: {code}: ", lines[0])

    def test_sign_in_where_nothing_is_closed_in_says_so(self):
        for wall, (eye, signer, what) in self.LACKS.items():
            with self.subTest(wall=wall):
                self.visitor = Visitor(self.portal.origin)
                scan = self.device.scan(self.code(), prefix=(BUILD / "tests" / "without_wall", wall))
                scan.wait_asked()
                scan.answer("approve")
                self.assertIn(scan.event(state="done")["result"], ("approved", "pickup-code"))
                self.assertEqual(scan.wait(), 0, scan.lines.text())
                self.assert_told(scan.lines.text("err"), eye, "opener", what)
                self.assert_told(scan.lines.text("err"), eye, "reader", what)
                self.assert_told(scan.lines.text("err"), signer, "signer", what)

    @unittest.skipUnless(shutil.which("Xvfb"), "there is no display to begin")
    def test_pasted_code_says_who_holds_the_keys(self):
        """No picture is looked at: of the signer alone there is something to tell."""
        for wall, (_, signer, what) in self.LACKS.items():
            with self.subTest(wall=wall), displays.shown(displays.X11(800, 600)) as display:
                self.device.env.update(display.environment)
                process, lines = self.device.start("scan", Visitor(self.portal.origin).new_code(), "--verbose",
                                                   "--mute", prefix=(BUILD / "tests" / "without_wall", wall))
                lines.wait_for("screen: asking", "err")
                self.assert_told(lines.text("err"), signer, "signer", what)
                self.assertEqual(lines.text("err").count(": without "), 1, lines.text("err"))
                process.send_signal(signal.SIGTERM)
                process.wait(PATIENCE)

    def test_decoding_and_doctor_tell_of_each_process(self):
        code = self.visitor.new_code()
        picture = picture_of(code, self.folder / "code.png")
        for wall, (eye, signer, what) in self.LACKS.items():
            with self.subTest(wall=wall):
                decoded = self.without(wall, "decode", picture)
                self.assertEqual(decoded.returncode, 0, decoded.stderr)
                self.assertEqual(decoded.stdout.strip(), code)
                self.assert_told(decoded.stderr, eye, "opener", what)
                self.assert_told(decoded.stderr, eye, "reader", what)
                recorded = self.without(wall, "record", "--source", f"image:{picture}", self.folder / f"{wall}.y4m")
                self.assertEqual(recorded.returncode, 0, recorded.stderr)
                self.assert_told(recorded.stderr, eye, "opener", what)
                checks = [json.loads(line) for line in self.without(wall, "doctor", "--json").stdout.splitlines()]
                found = {check["name"]: check for check in checks}
                for name in ("reader", "opener", "converter", "camera-holder", "signer"):
                    self.assertEqual(found[name]["ok"], wall == "files", found[name])
                    self.assertEqual(found[name].get("code"),
                                     {"files": None, "calls": signer if name == "signer" else eye}[wall])
                    self.assertIn(what, found[name]["detail"])

    def test_commands_that_ask_the_signer_say_so(self):
        """Without an eye, and without a window."""
        for wall, (_, signer, what) in self.LACKS.items():
            with self.subTest(wall=wall):
                renewed = self.without(wall, "renew")
                self.assertEqual(renewed.returncode, 0, renewed.stderr)
                self.assert_told(renewed.stderr, signer, "signer", what)
        for wall, word, typed in (("calls", "set", f"{PIN}\n{PIN}\n"), ("files", "remove", f"{PIN}\n")):
            with self.subTest(wall=wall, word=word):
                _, signer, what = self.LACKS[wall]
                done = self.without(wall, "pin", word, input=typed)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assert_told(done.stderr, signer, "signer", what)

    def test_doctor_says_how_far_it_is_closed_in(self):
        result = self.device.run("doctor", "--json")
        self.assertIn('"name":"signer"', result.stdout.replace(" ", ""))
        self.assertNotIn("internal.signer-not-closed-in", result.stdout)
