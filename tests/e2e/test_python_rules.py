# SPDX-License-Identifier: MIT
"""The rules of the portal in Python, asked by a device that can lie: its clocks and keys are the test's."""
import base64
import concurrent.futures
import json
import secrets
import sys
import tempfile
import time
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "docs" / "examples" / "portal"))

import portal as rules  # noqa: E402
import qrlogin  # noqa: E402
from nacl.signing import SigningKey, VerifyKey  # noqa: E402

ORIGIN = "https://portal.example.com"
HERE, ELSEWHERE, FIREFOX = "192.0.2.44", "198.51.100.7", "Mozilla/5.0 Firefox/128.0"


def unbase32(text):
    return base64.b32decode(text + "=" * (-len(text) % 8))


class Clocks:
    def __init__(self):
        self.now, self.boot = 1795000000.0, 5000.0

    def wall(self):
        return self.now

    def live(self):
        return self.boot

    def go(self, seconds):
        self.now += seconds
        self.boot += seconds


def signed(portal, name, envelope):
    """The body of a reply, once its signature holds under the portal's key."""
    message = json.loads(envelope)
    assert message["payloadType"] == qrlogin.payload_type(name), message
    body = base64.b64decode(message["payload"])
    VerifyKey(bytes(portal.key.verify_key)).verify(
        qrlogin.signed_bytes(message["payloadType"], body), base64.b64decode(message["signatures"][0]["sig"]))
    return body


def reading(portal, name, envelope):
    """The same with its fields."""
    body = signed(portal, name, envelope)
    return body, qrlogin.read(name, body)


class LyingDevice:
    """Says what the test wants said, under its own key."""

    def __init__(self, portal):
        self.portal, self.key, self.sequence, self.address = portal, SigningKey.generate(), 0, HERE
        self.id, self.nonce = bytes(16), secrets.token_bytes(16)
        self.account = None

    def key_id(self):
        return qrlogin.key_id(bytes(self.key.verify_key))

    def fields(self, name):
        """Those of most messages, as an honest device has them."""
        return dict(portal_id=self.portal.id, origin=ORIGIN, target=f"POST /qr-login/v1/{name}", time=0,
                    device_id=self.id, key_id=self.key_id())

    def send(self, name, key=None, **fields):
        """Status and envelope of the reply; keeps what was sent in `sent`."""
        key = key or self.key
        self.body = qrlogin.write(name, **{**self.fields(name), **fields})
        self.sent = qrlogin.seal(name, self.body, key).encode()
        return getattr(self.portal, name)(self.sent, self.address)

    def again(self, name):
        return getattr(self.portal, name)(self.sent, self.address)

    def statement(self, name, **fields):
        self.sequence += 1
        return self.send(name, **{"sequence": self.sequence, **fields})[1]

    def enrol(self, token, **fields):
        return self.send("enrol", **{**dict(
            token=token, session_key=bytes(self.key.verify_key), device_nonce=self.nonce, protection=0, flags=0,
            label="Test device", platform=""), **fields})

    def resolve(self, id, **fields):
        _, envelope = self.send("resolve", **{**dict(challenge_id=id, request_nonce=secrets.token_bytes(16), frame=b""),
                                              **fields})
        body, self.context = reading(self.portal, "context", envelope)
        self.hash = qrlogin.sha256(body)
        return self.context

    def decide(self, id, decision=1, **fields):
        envelope = self.statement("decision", **{**dict(
            challenge_id=id, context_hash=self.hash, decision=decision, flags=1, account_id=self.account), **fields})
        return reading(self.portal, "receipt", envelope)[1]

    def end(self, login_id):
        return reading(self.portal, "receipt", self.statement("endsession", login_id=login_id))[1]["result"]

    def rotate(self, new, key=None, **fields):
        """Signed by both, as it must be; `key`: signs in place of the new one."""
        self.sequence += 1
        body = qrlogin.write("rotate", **{**self.fields("rotate"), "new_key": bytes(new.verify_key),
                                          "sequence": self.sequence, **fields})
        envelope = json.loads(qrlogin.seal("rotate", body, self.key))
        envelope["signatures"] += json.loads(qrlogin.seal("rotate", body, key or new))["signatures"]
        self.sent = json.dumps(envelope).encode()
        return self.again("rotate")[1]


class Rules(unittest.TestCase):
    def setUp(self):
        # In memory: hundreds of transactions, and none of them is to outlive the machine.
        folder = tempfile.TemporaryDirectory(prefix="qrconfirm-e2e-", dir="/dev/shm")
        self.addCleanup(folder.cleanup)
        self.folder, self.clocks = Path(folder.name), Clocks()
        self.open()
        for name in ("anna", "boris"):
            self.portal.add_account(name, name.title(), b"")

    def open(self, pins=(), **options):
        """Starts the portal, or starts it again."""
        self.portal = rules.Portal(self.folder, ORIGIN, wall=self.clocks.wall, live=self.clocks.live, **options)
        self.addCleanup(self.portal.db.close)
        self.portal.start(pins)

    def refused(self, code, call, *arguments, **named):
        """The refusal, which must be this one."""
        with self.assertRaises(qrlogin.Refused) as caught:
            call(*arguments, **named)
        self.assertEqual(caught.exception.code, code)
        return caught.exception

    def session(self, name="anna"):
        return self.portal.session(self.portal.sign_in(self.portal.account(name)["id"]))

    def token(self, session):
        return unbase32(self.portal.begin_pairing(session).rpartition("/")[2])

    def device(self, name="anna"):
        """One that is paired."""
        device, session = LyingDevice(self.portal), self.session(name)
        status, envelope = device.enrol(self.token(session))
        _, enrolled = reading(self.portal, "enrolled", envelope)
        self.assertEqual((status, enrolled["state"], enrolled["device_id"]), (202, 1, bytes(16)))
        self.portal.confirm_pairing(session, enrolled["pairing_code"])
        status, envelope = device.again("enrol")
        _, enrolled = reading(self.portal, "enrolled", envelope)
        self.assertEqual((status, enrolled["state"], enrolled["account_name"]), (200, 2, name.title()))
        device.id, device.account, device.enrolment = enrolled["device_id"], enrolled["account_id"], device.sent
        return device

    def challenge(self, address=HERE, new=True, cookie=None):
        """Cookie and id of a waiting page."""
        made, state = self.portal.challenge(cookie, new, address, "Firefox", FIREFOX)
        return made or cookie, unbase32(state["qr"].split("/")[6])

    def state(self, cookie):
        return self.portal.page_state(cookie)

    def approved(self, device=None):
        device, (cookie, id) = device or self.device(), self.challenge()
        device.resolve(id)
        return device, cookie, id, device.decide(id)


class Pairings(Rules):
    def test_token_is_for_one_device_once(self):
        session, first, second = self.session(), LyingDevice(self.portal), LyingDevice(self.portal)
        self.refused("unknown-token", first.enrol, bytes(16))
        token = self.token(session)
        _, reply = first.enrol(token)
        code = reading(self.portal, "enrolled", reply)[1]["pairing_code"]
        self.assertEqual(reading(self.portal, "enrolled", first.again("enrol")[1])[1]["pairing_code"], code)
        self.refused("token-used", second.enrol, token)
        self.refused("token-used", first.enrol, token, label="Another name")
        self.refused("key-in-use", first.enrol, self.token(session))
        self.refused("unknown-device", first.send, "resolve", challenge_id=bytes(16), request_nonce=bytes(16),
                     frame=b"")

    def test_enrolment_is_for_this_portal(self):
        device, token = LyingDevice(self.portal), self.token(self.session())
        for change in ({"portal_id": bytes(32)}, {"origin": "https://evil.example"},
                       {"target": "POST /qr-login/v1/unpair"}):
            self.refused("statement-mismatch", device.enrol, token, **change)
        self.refused("bad-signature", device.enrol, token, key=SigningKey.generate())
        self.assertEqual(device.enrol(token)[0], 202)

    def test_third_wrong_code_or_no_ends_it(self):
        device, session = LyingDevice(self.portal), self.session()
        _, reply = device.enrol(self.token(session))
        code = reading(self.portal, "enrolled", reply)[1]["pairing_code"]
        wrong = f"{(int(code) + 1) % 10**6:06}"
        self.assertEqual(self.refused("wrong-code", self.portal.confirm_pairing, session, wrong).more["tries_left"], 2)
        self.refused("malformed", self.portal.confirm_pairing, session, "12345")
        self.refused("wrong-code", self.portal.confirm_pairing, session, wrong)
        self.refused("enrolment-refused", self.portal.confirm_pairing, session, wrong)
        self.refused("enrolment-refused", self.portal.confirm_pairing, session, code)
        self.refused("enrolment-refused", device.again, "enrol")

        device = LyingDevice(self.portal)
        device.enrol(self.token(session))
        self.refused("enrolment-refused", self.portal.confirm_pairing, session, None)
        self.refused("enrolment-refused", device.again, "enrol")

    def test_token_ends_after_300_seconds_and_is_state_2_for_a_day(self):
        session, device = self.session(), LyingDevice(self.portal)
        token = self.token(session)
        self.clocks.go(301)
        self.refused("token-expired", device.enrol, token)
        device.enrol(self.token(session))
        self.clocks.go(301)
        self.refused("token-expired", device.again, "enrol")

        device = self.device()
        self.clocks.go(rules.DAY - 1)
        self.assertEqual(device.again("enrol")[0], 200)
        self.clocks.go(1)
        self.refused("token-used", device.again, "enrol")


class SignIns(Rules):
    def test_signs_in_once(self):
        device, cookie, id, receipt = self.approved()
        self.assertEqual((receipt["result"], receipt["statement_hash"]), (3, qrlogin.sha256(device.body)))
        first = device.again("decision")
        self.assertEqual(self.state(cookie)["code_required"], True)
        session = self.portal.claim(cookie, receipt["pickup_code"])
        self.assertEqual(self.portal.session(session)["name"], "anna")
        self.refused("challenge-claimed", self.portal.claim, cookie, receipt["pickup_code"])
        self.assertEqual(device.again("decision"), first)  # byte for byte
        self.assertEqual(self.state(cookie), {"state": "claimed", "code_required": False, "expires_in": 0})
        self.refused("challenge-claimed", device.decide, id)
        self.refused("challenge-claimed", device.resolve, id)
        _, other = self.challenge()
        self.assertRegex(device.resolve(other)["last_use"], r"^\d{4}-\d\d-\d\d \d\d:\d\d UTC, Firefox, 192\.0\.2\.44$")

    def test_claim_needs_cookie_and_code(self):
        device, (cookie, id) = self.device(), self.challenge()
        self.refused("not-approved", self.portal.claim, cookie, "123456")
        device.resolve(id)
        self.refused("not-approved", self.portal.claim, cookie, None)
        code = device.decide(id)["pickup_code"]
        self.refused("unknown-challenge", self.portal.claim, None, code)
        self.refused("unknown-challenge", self.portal.claim, "x" * 43, code)
        self.refused("not-approved", self.portal.claim, self.challenge()[0], code)
        for none in (None, "", "12345", "1234567", "12345a", 123456, code + "\n"):
            self.refused("malformed", self.portal.claim, cookie, none)
        wrong = f"{(int(code) + 1) % 10**6:06}"
        for left in (2, 1, 0):
            self.assertEqual(self.refused("wrong-code", self.portal.claim, cookie, wrong).more["tries_left"], left)
        self.refused("challenge-decided", self.portal.claim, cookie, code)
        self.assertEqual(self.state(cookie)["reason"], "wrong-code")

    def test_of_claims_at_once_one_gets_in(self):
        _, cookie, _, receipt = self.approved()
        check = self.portal._check_account

        def slow_check(account):
            time.sleep(0.05)  # all would be here together, if nothing kept them apart
            check(account)

        def claim(_):
            try:
                return self.portal.claim(cookie, receipt["pickup_code"]) and "in"
            except qrlogin.Refused as refused:
                return refused.code

        self.portal._check_account = slow_check
        with concurrent.futures.ThreadPoolExecutor(8) as crowd:
            said = list(crowd.map(claim, range(8)))
        self.assertEqual((said.count("in"), said.count("challenge-claimed")), (1, 7))

    def test_a_refused_sign_in_stays_refused(self):
        device, (cookie, id) = self.device(), self.challenge()
        device.resolve(id)
        receipt = device.decide(id, decision=2)
        self.assertEqual((receipt["result"], receipt["login_id"], receipt["pickup_code"]), (2, bytes(16), ""))
        self.refused("challenge-decided", device.decide, id)
        self.refused("challenge-decided", self.portal.claim, cookie, "123456")
        self.assertEqual(self.state(cookie)["reason"], "refused")

    def test_everything_ends_in_its_time(self):
        device, (cookie, id) = self.device(), self.challenge()
        self.clocks.go(119)
        self.assertEqual(self.state(cookie)["state"], "waiting")
        context = device.resolve(id)
        self.assertEqual(context["expires"] - context["server_time"], 90)
        self.clocks.go(89)
        device.resolve(id)  # does not move it again
        self.clocks.go(1)
        self.refused("challenge-expired", device.decide, id)
        self.assertEqual(self.state(cookie)["state"], "expired")

        cookie, id = self.challenge()
        self.clocks.go(120)
        self.refused("challenge-expired", device.resolve, id)
        self.clocks.now -= 1000  # a clock set back wakes nothing
        self.refused("challenge-expired", device.resolve, id)

        _, cookie, id, receipt = self.approved(device)
        self.clocks.go(120)
        self.refused("challenge-expired", self.portal.claim, cookie, receipt["pickup_code"])

    def test_clock_set_back_keeps_the_times_of_a_context_in_order(self):
        device, (_, id) = self.device(), self.challenge()
        self.clocks.now -= 5000
        self.clocks.boot += 7
        context = device.resolve(id)
        self.assertEqual(context["server_time"] - context["created"], 7)
        self.assertEqual(context["expires"] - context["created"], 120)

    def test_second_device_denies(self):
        first, second, (cookie, id) = self.device(), self.device("boris"), self.challenge()
        first.resolve(id)
        self.refused("challenge-taken", second.resolve, id)
        self.assertEqual(self.state(cookie)["reason"], "two-devices")
        self.refused("challenge-decided", first.decide, id)

        _, cookie, id, receipt = self.approved(first)
        self.refused("challenge-taken", second.resolve, id)  # what is decided stays so
        self.portal.claim(cookie, receipt["pickup_code"])

    def test_decision_of_another_device_denies_nothing(self):
        first, second, (cookie, id) = self.device(), self.device("boris"), self.challenge()
        first.resolve(id)
        second.hash = first.hash
        self.refused("challenge-taken", second.decide, id)
        self.assertEqual(self.state(cookie)["state"], "scanned")

    def test_only_what_was_shown_last_is_signed(self):
        device, (_, id) = self.device(), self.challenge()
        device.hash = bytes(32)
        self.refused("statement-mismatch", device.decide, id)  # never resolved
        nonce = device.resolve(id)["challenge_nonce"]
        sent, old = device.sent, device.hash
        self.assertEqual(device.resolve(id)["challenge_nonce"], nonce)
        self.refused("context-changed", device.decide, id, context_hash=old)
        reply = self.portal.resolve(sent, ELSEWHERE)[1]  # the same bytes: the same context, not the newest
        self.assertEqual(qrlogin.sha256(reading(self.portal, "context", reply)[0]), old)
        self.refused("context-changed", device.decide, id, context_hash=old)
        self.assertEqual(device.decide(id)["result"], 3)

    def test_sixth_resolve_is_refused(self):
        device, (_, id) = self.device(), self.challenge()
        for _ in range(5):
            device.resolve(id)
        self.refused("policy-denied", device.resolve, id)
        self.assertEqual(device.decide(id)["result"], 3)

    def test_nothing_is_taken_from_the_message(self):
        device, other, (cookie, id) = self.device(), self.device("boris"), self.challenge()
        changes = ({"portal_id": bytes(32)}, {"origin": "https://evil.example"}, {"device_id": other.id},
                   {"key_id": other.key_id()}, {"target": "POST /qr-login/v1/enrol"},
                   {"target": "POST /x/qr-login/v1/decision"})
        for change in changes:
            self.refused("statement-mismatch", device.resolve, id, **change)
        device.resolve(id)
        for change in (*changes, {"account_id": other.account}):
            self.refused("statement-mismatch", device.decide, id, **change)
        self.refused("unknown-device", device.decide, id, key=SigningKey.generate())
        self.assertEqual(self.state(cookie)["state"], "scanned")

    def test_approval_needs_a_person_and_a_denial_none(self):
        device, (_, id) = self.device(), self.challenge()
        device.resolve(id)
        self.refused("presence-required", device.decide, id, flags=0)
        self.assertEqual(device.decide(id, decision=3, flags=0)["result"], 2)

    def test_sequence_always_rises(self):
        device, cookie, id, receipt = self.approved()
        first, (_, id) = device.sent, self.challenge()
        device.resolve(id)
        for sequence in (0, 1):
            self.refused("sequence-reused", device.decide, id, sequence=sequence)
        self.assertEqual(device.decide(id, sequence=40)["result"], 3)
        self.refused("sequence-reused", device.end, receipt["login_id"])  # 4
        self.assertEqual(self.portal.decision(first, HERE)[0], 200)  # an accepted one still gets its receipt

    def test_unknown_ids_are_counted(self):
        device = self.device()
        for _ in range(20):
            self.refused("unknown-challenge", device.resolve, secrets.token_bytes(16))
        self.assertGreater(self.refused("rate-limited", device.resolve, bytes(16)).more["retry_after"], 0)
        device.resolve(self.challenge()[1])  # one that is there is answered
        self.clocks.go(61)
        self.refused("unknown-challenge", device.resolve, bytes(16))

    def test_frames(self):
        self.open(frames=True)
        device, (cookie, id) = self.device(), self.challenge()
        frame = unbase32(self.state(cookie)["qr"].rpartition("/")[2])
        for stale in (b"", bytes(5)):
            self.refused("frame-stale", device.resolve, id, frame=stale)
        self.clocks.go(30)
        self.refused("frame-stale", device.resolve, id, frame=frame)
        self.assertLessEqual(self.state(cookie)["frame_in"], 10)
        device.resolve(id, frame=unbase32(self.state(cookie)["qr"].rpartition("/")[2]))
        device.resolve(id, frame=frame)  # no longer judged

    def test_switched_off(self):
        device, cookie, id, receipt = self.approved()
        decision, session = device.sent, self.session()
        self.portal.enabled = False
        for call in ((self.portal.challenge, None, True, HERE, "", ""), (self.portal.page_state, cookie),
                     (self.portal.claim, cookie, receipt["pickup_code"]), (device.resolve, id), (device.decide, id),
                     (device.end, receipt["login_id"]), (self.portal.begin_pairing, session)):
            self.refused("qr-disabled", *call)
        self.assertEqual(self.portal.decision(decision, HERE)[0], 200)

    def test_same_network(self):
        device = self.device()
        for browser, address, same in ((HERE, HERE, True), (HERE, ELSEWHERE, False),
                                       ("2001:db8::1", "2001:db8::ffff:2", True),
                                       ("2001:db8::1", "2001:db8:0:1::1", False), (HERE, "2001:db8::1", False)):
            device.address = address
            self.assertEqual(device.resolve(self.challenge(browser)[1])["flags"], 0b110 if same else 0b100)


class Pages(Rules):
    def test_page_goes_on_only_where_it_began(self):
        cookie, id = self.challenge()
        self.assertEqual(self.challenge(new=False, cookie=cookie), (cookie, id))
        for address, user_agent in ((ELSEWHERE, FIREFOX), (HERE, "curl")):
            made, state = self.portal.challenge(cookie, False, address, "", user_agent)
            self.assertNotIn(made, (None, cookie))
        self.assertEqual(self.state(cookie)["state"], "waiting")
        made, other = self.challenge(new=True, cookie=cookie)
        self.assertNotEqual((made, other), (cookie, id))
        self.assertEqual(self.state(cookie)["state"], "expired")
        self.assertNotEqual(self.challenge(new=False, cookie="x" * 43)[0], "x" * 43)  # none is adopted

    def test_challenges_are_limited(self):
        for _ in range(20):
            self.challenge()
        self.refused("rate-limited", self.challenge)
        self.challenge(ELSEWHERE)
        for _ in range(40):
            with self.portal.db:
                self.portal.db.execute("UPDATE challenge SET state = 'expired'")
            self.challenge()
        with self.portal.db:
            self.portal.db.execute("UPDATE challenge SET state = 'expired'")
        self.refused("rate-limited", self.challenge)  # the 61st of a minute
        self.clocks.go(61)
        self.challenge()

    def test_restart_ends_nothing_and_a_new_boot_what_waits(self):
        device, cookie, id, receipt = self.approved()
        decision, waiting = device.sent, self.challenge()
        key, session = LyingDevice(self.portal), self.session()
        token = self.token(session)
        self.open()
        self.assertEqual(self.state(waiting[0])["state"], "waiting")
        self.assertEqual(self.portal.decision(decision, HERE)[0], 200)
        key.portal = self.portal
        self.assertEqual(key.enrol(token)[0], 202)
        self.portal.claim(cookie, receipt["pickup_code"])

        device.portal = self.portal
        _, cookie, id, receipt = self.approved(device)
        with self.portal.db:
            self.portal.db.execute("UPDATE challenge SET boot = 'the boot before'")
        self.open()
        self.assertEqual(self.state(waiting[0])["state"], "expired")
        self.refused("challenge-expired", self.portal.claim, cookie, receipt["pickup_code"])

    def test_metadata(self):
        first, key = self.portal.metadata, bytes(self.portal.key.verify_key)
        body = signed(self.portal, "metadata", first)
        self.assertEqual(body, qrlogin.write("metadata", portal_id=qrlogin.sha256(key), portal_key=key,
                                             next_key=bytes(32), serial=1, pins=[], base_url=ORIGIN,
                                             display_name="Python portal"))
        self.open()
        self.assertEqual(self.portal.metadata, first)
        self.open(pins=[bytes(32)])
        self.assertEqual(signed(self.portal, "metadata", self.portal.metadata)[98:107], (2).to_bytes(8, "big") + b"\1")


class Ends(Rules):
    def test_login_is_ended_in_each_phase(self):
        device, cookie, id, receipt = self.approved()
        self.refused("statement-mismatch", device.end, bytes(16))
        self.refused("statement-mismatch", self.device("boris").end, receipt["login_id"])
        self.assertEqual(device.end(receipt["login_id"]), 4)
        self.refused("challenge-decided", self.portal.claim, cookie, receipt["pickup_code"])
        self.assertEqual(self.state(cookie)["reason"], "ended")
        self.assertEqual(device.end(receipt["login_id"]), 5)

        _, cookie, id, receipt = self.approved(device)
        session = self.portal.claim(cookie, receipt["pickup_code"])
        self.assertEqual(device.end(receipt["login_id"]), 4)
        self.assertIsNone(self.portal.session(session))

    def test_revocation_works_at_once(self):
        device, (cookie, id) = self.device(), self.challenge()
        device.resolve(id)
        self.portal.revoke(self.session("boris"), device.id)  # not his
        device.resolve(id)
        self.portal.revoke(self.session(), device.id)
        refused = self.refused("device-revoked", device.decide, id)
        revoked = reading(self.portal, "revoked", json.dumps(refused.more["envelope"]))[1]
        self.assertEqual((revoked["device_id"], revoked["key_id"], revoked["reason"]), (device.id, device.key_id(), 1))
        self.assertEqual(self.state(cookie)["state"], "denied")

        device, cookie, id, receipt = self.approved()
        self.portal.revoke(self.session(), device.id)
        self.refused("challenge-decided", self.portal.claim, cookie, receipt["pickup_code"])
        self.assertEqual(device.again("decision")[0], 200)  # its code is dead

    def test_unpair(self):
        device, cookie, id, receipt = self.approved()
        session = self.portal.claim(cookie, receipt["pickup_code"])
        reply = device.statement("unpair", flags=1)
        self.assertEqual(reading(self.portal, "revoked", reply)[1]["reason"], 3)
        self.assertEqual(device.again("unpair")[1], reply)
        self.assertIsNone(self.portal.session(session))
        self.refused("device-revoked", device.resolve, self.challenge()[1])

    def test_disabled_account(self):
        device, cookie, id, receipt = self.approved()
        self.portal.enable_account("anna", False)
        self.refused("challenge-decided", self.portal.claim, cookie, receipt["pickup_code"])
        self.refused("account-disabled", device.resolve, self.challenge()[1])
        self.portal.enable_account("anna", True)
        device.resolve(self.challenge()[1])


class Keys(Rules):
    def test_rotation(self):
        device, new, third = self.device(), SigningKey.generate(), SigningKey.generate()
        self.refused("bad-signature", device.rotate, new, key=third)
        reply = device.rotate(new)
        body, enrolled = reading(self.portal, "enrolled", reply)
        self.assertEqual((enrolled["state"], enrolled["session_key"]), (2, bytes(new.verify_key)))
        self.assertEqual(device.again("rotate")[1], reply)
        self.refused("key-in-use", device.rotate, third)
        self.assertEqual(self.portal.enrol(device.enrolment, HERE)[0], 200)
        device.resolve(self.challenge()[1])  # the old one, so far
        old, device.key = device.key, new
        device.resolve(self.challenge()[1])
        device.key = old
        self.refused("key-expired", device.resolve, self.challenge()[1])
        self.assertEqual(self.portal.enrol(device.enrolment, HERE)[0], 200)  # it was told so for a day
        device.key = new
        self.refused("key-in-use", device.rotate, old)

    def test_old_key_ends_after_a_day_and_the_new_one_in_its_time(self):
        device, new = self.device(), SigningKey.generate()
        device.rotate(new)
        self.clocks.go(rules.DAY)
        self.refused("key-expired", device.resolve, self.challenge()[1])
        device.key = new
        device.resolve(self.challenge()[1])
        self.clocks.go(rules.KEY_LIFE)
        self.refused("key-expired", device.resolve, self.challenge()[1])
