# SPDX-License-Identifier: MIT
"""The keys are in a process of their own: in no memory of the others, and in its own while it signs alone."""
import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import sys
import time
import unittest
from pathlib import Path

from by_http import Visitor
from film import Film
from memory import children_of, found_in
from parts import APPROVE_DELAY, BUILD, PATIENCE, Running, picture_of, run, start
from scenario import NAME, PASSWORD, Scenario, pair
from steps import Steps, call_of
from watch import FACE, SEEING, SIGNER, Watch

sys.path.append(str(Path(__file__).resolve().parents[1] / "screen"))
import displays  # noqa: E402
from window import SETTLE  # noqa: E402

PIN = "13572468024613"  # long: no other bytes are it by chance
HEAD, SEED = 8, 32  # bytes of a key file before its open part, and of a secret key


class WithKeys(Scenario):
    def setUp(self):
        super().setUp()
        self.portal, self.device = self.portal_and_device()
        self.key = next((self.device.home / "data" / "qrconfirm").glob("*.key"))
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


def seeds_of(file):
    """The secret keys of a key file that is not sealed: net/pairings/sealed_file.h."""
    content = file.read_bytes()
    sealed, begin, size = content[5], HEAD + content[6], content[7]
    return set() if sealed else {content[at:at + SEED] for at in range(begin, begin + size, SEED)}


def pieces_of(seed):
    """Of a key: its seed, and what Ed25519 computes with, both halves."""
    made = hashlib.sha512(seed).digest()
    return {seed[:SEED // 2], seed[SEED // 2:], made[8:24], made[40:56]}


@unittest.skipIf(os.geteuid() != 0, "only root may look into another program's memory")
class Memory(Scenario):
    """A device before a camera that goes on, and whose calls to the portal are held until they were looked at."""

    def setUp(self):
        super().setUp()
        self.proxy, self.portal = self.behind_proxy()
        self.phone, self.film = self.device(), Film(self.folder)
        self.visitor = Visitor(self.portal.origin)
        self.seeds, self.entered = set(), set()

    def secrets(self):
        """Pieces of each key that was in a file in the clear, and of the PIN once it was entered."""
        for file in (self.phone.home / "data" / "qrconfirm").glob("*.key"):
            with contextlib.suppress(FileNotFoundError):
                self.seeds |= seeds_of(file)
        return self.entered.union(*map(pieces_of, self.seeds))

    def pair(self, *, sealed, asked_to_renew=False):
        pair(self.phone, self.portal, self.folder)
        self.assertEqual(found_in(os.getpid(), self.secrets()), self.secrets(), "the look sees nothing")
        self.assertEqual(len(self.seeds), 1)
        if sealed:
            self.phone.run("pin", "set", input=PIN + "\n", check=True)
        if asked_to_renew:
            run(BUILD / "qrportal", "devices", "renew", "--account", NAME, "--data", self.portal.data)

    def begin(self, command, *options):
        running = Running(*self.phone.start(command, "--source", f"replay:{self.film.path}", *options))
        return running, Watch(self, running, self.secrets, self.film.mark)

    def aim_at(self, watch, code):
        watch.until("aiming")
        watch.look_until_eyes_see("aiming")
        self.film.show(code)

    def approve(self, scan, watch):
        """The signer has a key while it signs, and none whenever it waits for what it is asked next."""
        signer, = children_of(scan.process.pid, SIGNER)
        time.sleep(APPROVE_DELAY)
        waits = call_of(signer)
        with Steps(signer) as steps:
            scan.answer("approve")
            watch.until("decision", steps=steps)
            watch.step_until(steps, waits)
        watch.until("done")
        self.assertTrue(any(had for _, had in watch.signing), "the look sees no key where there is one")
        self.assertNotIn((waits, True), watch.signing)

    def assert_seen(self, watch, *names, running):
        for name in names:
            self.assertLessEqual({FACE, *running}, watch.seen.get(name, set()), name)

    def test_no_key_is_in_memory_at_any_state_of_a_pairing(self):
        self.visitor.log_in(NAME, PASSWORD)
        code = self.visitor.pairing_code()
        pairing, watch = self.begin("pair", "--json")
        self.aim_at(watch, code)
        watch.until("pair-asking")
        pairing.answer("yes")
        watch.until("typing-code")
        self.assertEqual(len(self.seeds), 1)
        digits = re.search('"pairing_code":"([0-9]{6})"', pairing.lines.text("out"))[1]
        self.visitor.confirm_pairing(digits)
        watch.until("confirming")
        with Steps(*children_of(pairing.process.pid, SIGNER)) as steps:  # what it is asked now waits for the look
            pairing.answer("yes")
            watch.until("paired", steps=steps)
        self.assertEqual(pairing.wait(), 0, pairing.lines.text())

        self.assert_seen(watch, "aiming", running=[SEEING])
        self.assert_seen(watch, "pair-asking", "enrolling", running=[])
        self.assert_seen(watch, "enrol", "typing-code", "confirming", "keeping", running=[SIGNER])

    def test_no_key_is_in_memory_at_any_state(self):
        self.pair(sealed=False, asked_to_renew=True)
        scan, watch = self.begin("scan", "--json", "--loop")
        self.aim_at(watch, self.visitor.new_code())
        watch.until("asking")
        self.approve(scan, watch)
        self.film.show_nothing()
        watch.until("rotate", "aiming")
        self.assertEqual(len(self.seeds), 2)
        scan.process.send_signal(signal.SIGINT)
        self.assertEqual(scan.wait(), 130)
        self.assertEqual(children_of(scan.process.pid, SIGNER), [])

        self.assert_seen(watch, "aiming", "resolve", "asking", "sending", "decision", "done", "rotate",
                         running=[SEEING, SIGNER])

    def test_no_key_and_no_pin_is_in_memory_once_it_was_entered(self):
        self.pair(sealed=True, asked_to_renew=True)
        scan, watch = self.begin("scan", "--json", "--loop")
        self.aim_at(watch, self.visitor.new_code())
        watch.until("unlocking")
        scan.answer(PIN)
        watch.until("resolving")
        self.entered = {PIN.encode()}
        watch.until("asking")
        self.approve(scan, watch)
        scan.process.send_signal(signal.SIGINT)
        self.assertEqual(scan.wait(), 130)

        self.assert_seen(watch, "unlocking", running=[SEEING])
        self.assert_seen(watch, "resolving", "resolve", "asking", "sending", "decision", "done",
                         running=[SEEING, SIGNER])
        self.renew()

    def renew(self):
        """With the PIN, which a command asks for."""
        renewal = Running(*start("qrconfirm", BUILD / "qrconfirm", "renew", "--json", env=self.phone.env))
        watch = Watch(self, renewal, self.secrets, self.film.mark)
        renewal.answer(PIN)
        watch.until("rotate")
        self.assertEqual(renewal.event(event="renewed")["keys"], 1)
        self.assertEqual(renewal.wait(), 0)
        self.assert_seen(watch, "rotate", running=[SIGNER])

    @unittest.skipUnless(shutil.which("Xvfb") and shutil.which("xdotool"), "there is no display to begin")
    def test_no_key_and_no_pin_is_in_memory_of_the_window(self):
        self.pair(sealed=True)
        with displays.shown(displays.X11(800, 600)) as display:
            self.phone.env.update(display.environment)
            window, watch = self.begin("scan", "--fullscreen", "--verbose", "--mute", *display.OPTIONS)
            watch.until("instructions")
            display.press("Return")
            self.approve_in_window(watch, display)
            display.press("Tab", "Return")  # Sign that browser out
            self.unlock(watch, display, "ending")
            watch.until("ended")
            display.press("Return")  # Done
            watch.until("instructions")
            display.press("Return")
            watch.until("aiming")
            watch.look_until_eyes_see("aiming")
            window.process.send_signal(signal.SIGTERM)
            window.process.wait(PATIENCE)

        self.assert_seen(watch, "aiming", running=[SEEING, SIGNER])
        self.assert_seen(watch, "instructions", running=[])
        self.assert_seen(watch, "unlocking", "resolving", "resolve", "asking", "sending", "decision", "done",
                         "ending", "endsession", "ended", running=[SIGNER])

    def approve_in_window(self, watch, display):
        self.aim_at(watch, self.visitor.new_code())
        self.unlock(watch, display, "resolving")
        watch.until("asking")
        self.film.show_nothing()
        time.sleep(APPROVE_DELAY)
        display.press("Tab", "Return")
        watch.until("done")

    def unlock(self, watch, display, then):
        watch.until("unlocking")
        time.sleep(SETTLE)
        self.entered = set()
        display.type(PIN)
        display.press("Return")
        watch.until(then)
        self.entered = {PIN.encode()}


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
