# SPDX-License-Identifier: MIT
"""An approval is that of a person who was shown the question."""
import os
import re
import subprocess
import time

from by_http import PATIENCE, Visitor
from on_a_terminal import Typist
from parts import APPROVE_DELAY, BUILD, Device, Scan, picture_of, run, start
from progress import await_process
from scenario import NAME, PASSWORD, Paired


class Presence(Paired):
    def source(self):
        self.visitor = Visitor(self.portal.origin)
        return f"image:{picture_of(self.visitor.new_code(), self.folder / 'code.png')}"

    def journal(self):
        return self.plain.run("log", check=True).stdout

    def by_pipe(self, *options):
        """What `yes approve | qrconfirm scan` would do."""
        process, lines = start("qrconfirm", BUILD / "qrconfirm", "scan", "--source", self.source(), *options,
                               env=self.plain.env)
        scan = Scan(process, lines)
        lines.wait_for("asking" if "--json" in options else "^Answer:")
        time.sleep(APPROVE_DELAY)
        process.stdin.write("approve\n" * 3)
        process.stdin.flush()
        return scan

    def test_approval_of_a_pipe_is_refused_by_the_portal(self):
        for face in ("--headless", "--json"):
            with self.subTest(face=face):
                scan = self.by_pipe(face)
                self.assertEqual(scan.wait(), 7, scan.lines.text())
                self.assertIn("portal.presence-required", scan.lines.text())
                self.assertEqual(self.visitor.state()["state"], "scanned")
                self.assertRegex(self.journal(), r"user_present: no")

    def test_denial_needs_no_presence(self):
        result = self.plain.run("scan", "--headless", "--source", self.source(), input="deny\n")
        self.assertEqual(result.returncode, 6, result.stderr)
        self.assertEqual(self.visitor.state()["state"], "denied")

    def test_journal_without_its_last_line_shows(self):
        """The signer, in its own process, has kept the end of what the denial wrote."""
        self.plain.run("scan", "--headless", "--source", self.source(), input="deny\n")
        journal = next((self.plain.home / "state").rglob("journal.jsonl"))
        whole = journal.read_bytes()
        self.addCleanup(journal.write_bytes, whole)
        self.assertEqual(self.plain.run("log").returncode, 0)
        journal.write_bytes(whole[:whole.rindex(b"\n", 0, -1) + 1])
        cut = self.plain.run("log")
        self.assertEqual(cut.returncode, 1)
        self.assertIn("journal.cut", cut.stderr + self.plain.run("doctor", "--json").stdout)

    def test_journal_is_compared_with_the_record_of_the_portal(self):
        self.plain.run("scan", "--headless", "--source", self.source(), input="deny\n")
        qrportal = [BUILD / "qrportal", "devices", "--data", self.portal.data]
        devices = [line.split("\t")[0] for line in run(*qrportal, "list").stdout.splitlines()]
        records = [run(*qrportal, "journal", device, "--json").stdout for device in devices]
        record = max(records, key=len)
        self.assertIn('"journal":"goes-on"', record)
        same = self.plain.run("log", "--compare", "-", input=record)
        self.assertEqual(same.returncode, 0, same.stdout + same.stderr)

        last = record.splitlines()[-1]
        lie = last.replace(re.search('"head":"(.)', last)[0], '"head":"' + "01"['"head":"0' in last])
        other = self.plain.run("log", "--json", "--compare", "-", input=record.replace(last, lie))
        self.assertEqual(other.returncode, 1)
        self.assertRegex(other.stdout, '"what":"other-end"(.|\n)*journal.differs')

    def test_portal_that_allows_it_takes_the_approval_of_a_pipe(self):
        self.portal.config("policy.user-presence", "off")
        self.addCleanup(self.portal.config, "policy.user-presence", "on")
        scan = self.by_pipe("--headless")
        self.assertEqual(scan.wait(), 0, scan.lines.text())
        self.assertEqual(self.visitor.state()["state"], "approved")

    def test_only_the_word_of_the_question_approves_at_a_terminal(self):
        typist = Typist(BUILD / "qrconfirm", "scan", "--headless", "--source", self.source(), env=self.plain.env)
        self.addCleanup(typist.close)
        word = typist.wait_for(r"approve by typing ([a-z]+)").group(1)
        time.sleep(APPROVE_DELAY)
        for wrong in ("approve", "yes", word + "x", ""):
            typist.type(wrong + "\n")
            typist.wait_for("type the word of the question, " + word)
        self.assertEqual(self.visitor.state()["state"], "scanned")
        typist.type(word + "\n")
        self.assertEqual(typist.wait(), 0, typist.seen)
        self.assertEqual(self.visitor.state()["state"], "approved")
        self.assertRegex(self.journal(), r"user_present: yes")

    def test_word_is_another_one_each_time(self):
        words = set()
        for _ in range(6):
            scan = self.plain.scan(self.source())
            words.add(scan.event(state="asking")["word"])
            scan.process.stdin.close()
            scan.wait()
        self.assertGreater(len(words), 1)

    def test_question_that_goes_elsewhere_is_not_asked_at_the_terminal(self):
        """Standard input is a terminal, but what is asked goes into a file."""
        with open(self.folder / "elsewhere", "wb") as out:
            typist = Typist(BUILD / "qrconfirm", "scan", "--headless", "--source", self.source(),
                            env=self.plain.env, out=out.fileno())
            self.addCleanup(typist.close)
            await_process(typist.pid, "it asks", lambda _: "Answer:" in (self.folder / "elsewhere").read_text())
            time.sleep(APPROVE_DELAY)
            typist.type("approve\n")
            self.assertEqual(typist.wait(), 7, typist.seen)
        self.assertEqual(self.visitor.state()["state"], "scanned")

    # What could not be printed was not read.

    def unread(self, out, face, close=False):
        process = subprocess.Popen([BUILD / "qrconfirm", "scan", face, "--source", self.source()],
                                   env=self.plain.env, stdin=subprocess.PIPE, stdout=out,
                                   stderr=subprocess.PIPE, text=True)
        if close:
            os.close(out)
        time.sleep(APPROVE_DELAY + 1)
        try:
            process.communicate("approve\n" * 5, timeout=PATIENCE)
        except BrokenPipeError:
            pass
        return process.wait()

    def test_question_that_cannot_be_printed_is_not_approved(self):
        self.portal.config("policy.user-presence", "off")  # no other reason to refuse it
        self.addCleanup(self.portal.config, "policy.user-presence", "on")
        for face in ("--headless", "--json"):
            with self.subTest(face=face, out="a full disk"), open("/dev/full", "wb") as full:
                self.assertEqual(self.unread(full, face), 1)
                self.assertNotIn(self.visitor.state()["state"], ("approved", "denied"))
            with self.subTest(face=face, out="a closed pipe"):
                reader, writer = os.pipe()
                os.close(reader)
                self.assertEqual(self.unread(writer, face, close=True), 1)
                self.assertNotIn(self.visitor.state()["state"], ("approved", "denied"))

    def test_reader_that_left_after_the_question_approves_nothing(self):
        self.portal.config("policy.user-presence", "off")
        self.addCleanup(self.portal.config, "policy.user-presence", "on")
        reader, writer = os.pipe()
        process = subprocess.Popen([BUILD / "qrconfirm", "scan", "--json", "--source", self.source()],
                                   env=self.plain.env, stdin=subprocess.PIPE, stdout=writer, text=True)
        os.close(writer)
        seen = b""
        while b'"asking"' not in seen:
            seen += os.read(reader, 65536)
        os.close(reader)
        time.sleep(APPROVE_DELAY)
        process.communicate("approve\n", timeout=PATIENCE)
        self.assertEqual(process.returncode, 1)
        self.assertEqual(self.visitor.state()["state"], "scanned")

    def test_pairing_that_cannot_be_asked_about_contacts_nobody(self):
        visitor = Visitor(self.portal.origin)
        visitor.log_in(NAME, PASSWORD)
        picture = picture_of(visitor.pairing_code(), self.folder / "pairing.png")
        asked = len(self.portal.request_lines())
        for face in ("--headless", "--json"):
            with self.subTest(face=face), open("/dev/full", "wb") as full:
                process = subprocess.run([BUILD / "qrconfirm", "pair", face, "--source", f"image:{picture}"],
                                         env=self.plain.env, input=b"yes\n" * 3, stdout=full,
                                         stderr=subprocess.PIPE, timeout=30)
                self.assertEqual(process.returncode, 1, process.stderr)
        self.assertEqual(len(self.portal.request_lines()), asked)

    # What was typed before a question is not its answer.

    def stands_until_it_was_read(self, typist):
        """The question to which yes was typed ahead, and then too early."""
        typist.wait_for("Answer: yes or no")
        typist.type("yes\n")
        typist.wait_for("yes counts after 1.5 seconds")
        time.sleep(APPROVE_DELAY)

    def reads(self, typist, pattern):
        """What comes next, where nothing else was refused as too early."""
        found = typist.wait_for(pattern)
        self.assertNotIn("counts after", found.string[:found.start()], "what was typed ahead was taken")
        return found

    def test_yes_that_was_typed_ahead_pairs_nobody(self):
        visitor, device = Visitor(self.portal.origin), Device(self.folder / "ahead")
        visitor.log_in(NAME, PASSWORD)
        picture = picture_of(visitor.pairing_code(), self.folder / "pairing.png")
        asked = len(self.portal.request_lines())
        typist = Typist(BUILD / "qrconfirm", "pair", "--headless", "--source", f"image:{picture}", env=device.env)
        self.addCleanup(typist.close)

        typist.type("yes\n" * 3)
        self.stands_until_it_was_read(typist)
        self.assertEqual(len(self.portal.request_lines()), asked, "the host was contacted")
        typist.type("yes\n")
        digits = self.reads(typist, r"(?m)^([0-9]{6})$").group(1)

        typist.type("yes\n" * 3)
        visitor.confirm_pairing(digits)
        self.stands_until_it_was_read(typist)
        self.assertEqual(device.run("portals", "--json").stdout.count('"event":"portal"'), 0)
        typist.type("yes\n")
        self.reads(typist, "Paired")
        self.assertEqual(typist.wait(), 0, typist.seen)

    def test_question_that_was_suspended_is_read_anew(self):
        visitor = Visitor(self.portal.origin)
        visitor.log_in(NAME, PASSWORD)
        picture = picture_of(visitor.pairing_code(), self.folder / "pairing.png")
        asked = len(self.portal.request_lines())
        script = f"set -m; {BUILD}/qrconfirm pair --headless --source image:{picture}; stty -a; fg; exit $?"
        shell = Typist("/bin/bash", "-c", script, env=Device(self.folder / "suspended").env)
        self.addCleanup(shell.close)
        shell.wait_for("Answer: yes or no")
        time.sleep(APPROVE_DELAY)
        shell.type("\x1a")
        shell.wait_for(r"[ ;]echo ")
        self.stands_until_it_was_read(shell)
        self.assertEqual(len(self.portal.request_lines()), asked, "the host was contacted")
        shell.type("no\n")
        self.assertEqual(shell.wait(), 6, shell.seen)

    def test_terminal_that_is_gone_approves_nothing(self):
        typist = Typist(BUILD / "qrconfirm", "scan", "--headless", "--source", self.source(), env=self.plain.env)
        typist.wait_for("approve by typing")
        os.close(typist.slave)
        os.close(typist.master)
        code = os.waitstatus_to_exitcode(os.waitpid(typist.pid, 0)[1])
        self.assertIn(code, (1, 6, 130))
        self.assertEqual(self.visitor.state()["state"], "scanned")
