# SPDX-License-Identifier: MIT
"""`qrconfirm decode --json` on every recording of fixtures/, against their manifest."""
import csv
import json
import unittest

from parts import BUILD, TOP, run

RECORDINGS = TOP / "fixtures" / "recordings"
PAYLOAD = {"event", "file", "frame", "kind", "payload", "payload_hex", "corners", "ms"}


def expected():
    csv.field_size_limit(1 << 20)
    with open(RECORDINGS / "MANIFEST.tsv", encoding="utf-8", newline="") as manifest:
        for row in csv.DictReader(manifest, delimiter="\t", quoting=csv.QUOTE_NONE):
            kinds = [kind for kind in row["kind"].split("|") if kind != "none"]
            yield row["file"], int(row["frames"]), sorted(
                zip(kinds, row["payload_hex"].split("|")))


class Decode(unittest.TestCase):
    def check_payload(self, event, file, frames):
        self.assertEqual(set(event), PAYLOAD)
        self.assertEqual(event["event"], "payload")
        self.assertEqual(event["file"], str(RECORDINGS / file))
        self.assertIn(event["frame"], range(frames))
        self.assertEqual(event["payload"],
                         bytes.fromhex(event["payload_hex"]).decode("utf-8", "replace"))
        self.assertEqual([len(corner) for corner in event["corners"]], [2, 2, 2, 2])
        self.assertGreaterEqual(event["ms"], 0)

    def test_every_recording_gives_the_payloads_of_its_manifest(self):
        for file, frames, payloads in expected():
            with self.subTest(file):
                events, end = self.decode_one(file, bool(payloads))
                for event in events:
                    self.check_payload(event, file, frames)
                self.assertEqual(
                    sorted((event["kind"], event["payload_hex"]) for event in events), payloads)
                self.assertEqual(
                    (end["event"], end["file"], end["frames"], end["payloads"]),
                    ("file", str(RECORDINGS / file), frames, len(payloads)))
                self.assertGreaterEqual(end["ms"], 0)

    def decode_one(self, file, readable):
        """The payload events and the event at the end of the file."""
        result = run(BUILD / "qrconfirm", "decode", "--json", "--show-secrets",
                     RECORDINGS / file, check=False)
        self.assertEqual(result.returncode, 0 if readable else 4, result.stderr)
        events = [json.loads(line) for line in result.stdout.splitlines()]
        return events[:-1], events[-1]

    def test_the_seed_of_one_time_codes_stays_hidden_unless_asked_for(self):
        result = run(BUILD / "qrconfirm", "decode", "--json", RECORDINGS / "otp-seed.mjpeg")
        self.assertNotIn("JBSWY3DPEHPK3PXP", result.stdout + result.stderr)
        self.assertIs(json.loads(result.stdout.splitlines()[0])["hidden"], True)
