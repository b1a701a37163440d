# SPDX-License-Identifier: MIT
"""What the portal in Python writes and reads, against the vectors of the protocol."""
import json
import sys
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "docs" / "examples" / "portal"))

import qrlogin  # noqa: E402
from nacl.signing import SigningKey  # noqa: E402

VECTORS = json.loads((TOP / "fixtures" / "protocol" / "vectors.json").read_text())
KEYS = {name: SigningKey(bytes.fromhex(key["seed"])) for name, key in VECTORS["keys"].items()}
PORTALS = ("metadata", "enrolled", "context", "receipt", "revoked")  # messages; the others are the device's


def store(*names):
    """What a portal knows that holds these devices' keys."""
    return {qrlogin.key_id(bytes(KEYS[name].verify_key)): bytes(KEYS[name].verify_key) for name in names}.get


def values(message):
    """The fields of a vector, bytes where the message has bytes."""
    octets = {f.name for f in qrlogin.MESSAGES[message["message"]][1:] if f.kind in ("bytes", "frame")} | {"portal_id"}
    return {name: bytes.fromhex(value) if name in octets
            else list(map(bytes.fromhex, value)) if name == "pins" else value
            for name, value in message["fields"].items()}


BOTH = store("device", "device_new")


def refusal(call, *arguments):
    try:
        call(*arguments)
    except qrlogin.Refused as refused:
        return refused.code
    return None


class Statements(unittest.TestCase):
    def each(self, name, least, judge):
        """Judges the vectors of a set; `least`: so many `judge` must not pass over, which it says by False."""
        judged = 0
        for number, vector in enumerate(VECTORS[name]):
            with self.subTest(set=name, number=number, why=vector.get("why")):
                judged += judge(vector) is not False
        self.assertGreaterEqual(judged, least)

    def test_keys(self):
        for name, key in KEYS.items():
            public = bytes(key.verify_key)
            self.assertEqual(public.hex(), VECTORS["keys"][name]["public"])
            self.assertEqual(qrlogin.key_id(public).hex(), VECTORS["keys"][name]["key_id"])
        portal_id = qrlogin.sha256(bytes(KEYS["portal"].verify_key))
        self.assertEqual(qrlogin.base32(portal_id[:8]), VECTORS["portal"]["tag_base32"])
        self.assertEqual(qrlogin.base32(portal_id[:16]), VECTORS["portal"]["fingerprint_base32"])

    def test_codes(self):
        def frame(vector):
            frame = qrlogin.frame(bytes.fromhex(vector["key"]), bytes.fromhex(vector["challenge_id"]), vector["time"])
            self.assertEqual(frame.hex(), vector["frame"])

        def code(vector):
            expect = vector["expect"]
            origin = expect.get("origin")
            if not origin or not vector["text"].startswith(origin.upper() + "/Q/"):
                return False  # no code that this portal writes
            given = {name: bytes.fromhex(value) for name, value in expect.items() if name not in ("kind", "origin")}
            code = (qrlogin.login_code(origin, given["tag"], given["id"], given["frame"])
                    if expect["kind"] == "login" else qrlogin.pairing_code(origin, given["fpr"], given["token"]))
            return self.assertEqual(code, vector["text"])

        self.each("frame", 3, frame)
        self.each("qr", 6, code)

    def test_texts_and_addresses(self):
        def a_text(vector):
            try:
                fine = qrlogin.is_text(bytes.fromhex(vector["bytes"]).decode())
            except UnicodeDecodeError:
                fine = False
            self.assertEqual(fine, vector["ok"])

        def address(vector):
            try:
                self.assertEqual(qrlogin.split_base_url(vector["url"]), (vector.get("origin"), vector.get("path")))
            except ValueError:
                self.assertIn("bad", vector)

        self.each("text", 59, a_text)
        self.each("base_url", 24, address)

    def test_signed_bytes(self):
        self.each("pae", 5, lambda vector: self.assertEqual(
            qrlogin.signed_bytes(vector["type"], bytes.fromhex(vector["body"])).hex(), vector["pae"]))

    def test_exchange(self):
        """Each message written byte by byte; those of the device read, those of the portal sealed."""
        def message(vector):
            name, body = vector["message"], bytes.fromhex(vector["body"])
            self.assertEqual(qrlogin.write(name, **values(vector)).hex(), vector["body"])
            if name in PORTALS:
                self.assertEqual(qrlogin.seal(name, body, KEYS["portal"]), vector["envelope"])
            else:
                self.assertEqual(qrlogin.open_envelope(vector["envelope"].encode(), name, BOTH), (body, values(vector)))

        self.each("exchange", 14, message)
        alone = VECTORS["decision_alone"]
        self.assertEqual(qrlogin.open_envelope(alone["envelope"].encode(), "decision", BOTH)[0].hex(), alone["body"])
        context = bytes.fromhex(VECTORS["context_hash"]["context_body"])
        self.assertEqual(qrlogin.sha256(context).hex(), VECTORS["context_hash"]["sha256"])

    def test_bodies_that_are_refused(self):
        """Those that go to a portal; the others have no code, and are for the device to judge."""
        self.each("bad_body", 22, lambda vector: "code" in vector and self.assertEqual(
            refusal(qrlogin.read, vector["message"], bytes.fromhex(vector["body"])), vector["code"]))

    def test_every_message_as_every_other(self):
        def message(vector):
            for name in set(qrlogin.MESSAGES) - {vector["message"], *PORTALS}:
                self.assertEqual(refusal(qrlogin.open_envelope, vector["envelope"].encode(), name, BOTH), "malformed")
                self.assertEqual(refusal(qrlogin.read, name, bytes.fromhex(vector["body"])), "malformed")

        self.each("exchange", 14, message)

    def test_envelopes(self):
        def bad(vector):
            if "code" not in vector:
                return False
            raw = bytes.fromhex(vector["hex"]) if "hex" in vector else vector["envelope"].encode()
            keys = BOTH if vector["code"] == "statement-mismatch" else store("device")
            return self.assertEqual(refusal(qrlogin.open_envelope, raw, vector["message"], keys), vector["code"])

        self.each("bad_envelope", 44, bad)
        self.each("good_envelope", 8, lambda vector: self.assertIsNone(
            refusal(qrlogin.open_envelope, vector["envelope"].encode(), vector["message"], store("device"))))

    def test_journal_that_goes_along(self):
        def told(text):
            qrlogin.open_envelope(text.encode(), "decision", BOTH)  # the statement counts all the same
            return qrlogin.journal_told(text.encode(), "decision", bytes(KEYS["device"].verify_key))

        good = VECTORS["journal"]
        self.assertEqual(told(good["envelope"]), (3, bytes.fromhex(good["fields"]["head"])))
        self.assertEqual(qrlogin.sha256(good["lines"][-1].encode()).hex(), good["fields"]["head"])
        self.assertIsNone(told(VECTORS["decision_alone"]["envelope"]))
        self.each("bad_journal", 13, lambda vector: self.assertIsNone(told(vector["envelope"])))

    def test_portal_writes_nothing_that_a_device_refuses(self):
        context = values(next(v for v in VECTORS["exchange"] if v["message"] == "context"))
        for change in ({"agent": "a\u202eb"}, {"account_name": "\u3000\u200d"}, {"place": " "}, {"flags": 64},
                       {"last_use": "x" * 97}, {"origin": "https://Portal.example.com"}, {"challenge_nonce": b"short"}):
            with self.subTest(change=change), self.assertRaises(ValueError):
                qrlogin.write("context", **{**context, **change})
