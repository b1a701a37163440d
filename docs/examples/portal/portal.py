# SPDX-License-Identifier: MIT
"""The portal's side of qr-login v1: pairings, challenges, statements, logins. No HTTP; see server.py.

The numbers in brackets are sections of docs/protocol/qr-login-v1.md. Every call is one transaction
(store.py), so that a receipt that was sent is on disk, and no statement counts twice.

Left out, as the specification allows: known browsers (the pickup code is always asked), two-step codes,
and a change of the portal's own key.
"""
import collections
import datetime
import hmac
import ipaddress
import json
import math
import re
import secrets
import time
from pathlib import Path

from nacl.signing import SigningKey

from qrlogin import (Refused, frame, journal_told, key_id, login_code, open_envelope, pairing_code, seal, sha256,
                     split_base_url, write)
from store import DAY, Store, transaction

CHALLENGE, READING, CLAIM, LIFE_MAX = 120, 90, 120, 300  # seconds: of a new code, after a scan, to the claim, in all
PAIRING = 300  # seconds from the pairing code to the typed digits
KEY_LIFE, KEEP_REPLIES = 90 * DAY, 30 * DAY
POLL = 25  # seconds that a page waits for news
LIVE_MAX = 10000  # challenges of everybody

SCHEMA = """
CREATE TABLE IF NOT EXISTS pairing (token BLOB PRIMARY KEY, session BLOB, account INTEGER, state TEXT DEFAULT 'open',
    boot TEXT, ends REAL, enrol_hash BLOB UNIQUE, code TEXT, tries INTEGER DEFAULT 3, key BLOB, label TEXT,
    device BLOB, paired INTEGER);
CREATE TABLE IF NOT EXISTS device (id BLOB PRIMARY KEY, account INTEGER, label TEXT, made INTEGER,
    renewed INTEGER, sequence INTEGER DEFAULT 0, last_use TEXT DEFAULT '', revoked INTEGER, reason INTEGER);
CREATE TABLE IF NOT EXISTS session_key (number INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB UNIQUE, id BLOB UNIQUE,
    device BLOB, not_after INTEGER, ends INTEGER);
CREATE TABLE IF NOT EXISTS challenge (id BLOB PRIMARY KEY, cookie BLOB UNIQUE, state TEXT DEFAULT 'created',
    reason TEXT, boot TEXT, made REAL, ends REAL, created INTEGER, address TEXT, agent TEXT, user_agent TEXT,
    nonce BLOB, device BLOB, context BLOB, resolves INTEGER DEFAULT 0, code TEXT, tries INTEGER DEFAULT 3,
    login_id BLOB);
CREATE TABLE IF NOT EXISTS context (resolve_hash BLOB PRIMARY KEY, challenge BLOB, reply TEXT);
CREATE TABLE IF NOT EXISTS statement (hash BLOB PRIMARY KEY, device BLOB, kept INTEGER, envelope BLOB, reply TEXT);
CREATE TABLE IF NOT EXISTS journal (device BLOB PRIMARY KEY, lines TEXT, head BLOB, shrank INTEGER);
"""
PAGE_STATE = {"created": "waiting", "resolved": "scanned", "approved": "approved", "denied": "denied",
              "expired": "expired", "claimed": "claimed"}
FINAL = ("denied", "expired", "claimed")
OVER = {"approved": "challenge-decided", "denied": "challenge-decided", "expired": "challenge-expired",
        "claimed": "challenge-claimed"}


def boot_clock():
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def boot_id():
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def utc(time):
    return f"{datetime.datetime.fromtimestamp(time, datetime.timezone.utc):%Y-%m-%d %H:%M} UTC"


def six_digits():
    return f"{secrets.randbelow(10**6):06}"


def are_digits(value):
    return isinstance(value, str) and re.fullmatch("[0-9]{6}", value) is not None


def same(a, b):
    return hmac.compare_digest(a.encode(), b.encode())


def network(address):
    """What "same network" compares: an IPv4 address, the first half of an IPv6 one."""
    parsed = ipaddress.ip_address(address)
    return str(parsed) if parsed.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))


class Limit:
    """So many of a kind in so many seconds."""

    def __init__(self, count, seconds):
        self.count, self.seconds, self.times = count, seconds, collections.defaultdict(collections.deque)

    def check(self, kind, now):
        times = self.times[kind]
        while times and times[0] <= now - self.seconds:
            times.popleft()
        if len(times) >= self.count:
            raise Refused("rate-limited", retry_after=int(times[0] + self.seconds - now) + 1)
        times.append(now)


class Portal(Store):
    """`frames`: the code changes every 10 seconds. Several may open one folder; one of them is started."""

    def __init__(self, folder, base_url, *, frames=False, wall=time.time, live=boot_clock):
        super().__init__(folder, wall)
        self.base_url, self.frames, self.live, self.boot = base_url, frames, live, boot_id()
        self.origin, self.path = split_base_url(base_url)
        self.enabled = True  # QR sign-in, as the administrator has it
        self.unknown_ids, self.new_challenges = Limit(20, 60), Limit(60, 60)

        self.db.executescript(SCHEMA)
        with self.db:
            self.key = SigningKey(self._setting("key", lambda: secrets.token_bytes(32)))
            self.frame_key = self._setting("frame key", lambda: secrets.token_bytes(32))
        self.id = sha256(bytes(self.key.verify_key))

    @transaction
    def start(self, pins=(), name="Python portal"):
        """Serves from now on; `pins`: SHA-256 of the server's public keys."""
        # What waits outlives a restart; of an approval a person was told. A new boot ends it [7].
        self._do("UPDATE challenge SET state = 'expired'"
                 " WHERE state IN ('created', 'resolved', 'approved') AND boot <> ?", self.boot)
        self._do("UPDATE pairing SET state = 'expired' WHERE state IN ('open', 'taken') AND boot <> ?", self.boot)
        self.metadata = self._metadata(list(pins), name)

    def _metadata(self, pins, name):
        """The signed metadata; its serial rises with every change [5]."""
        self.serial = self._setting("serial", lambda: 1)
        fields = dict(portal_id=self.id, portal_key=bytes(self.key.verify_key), next_key=bytes(32), pins=pins,
                      base_url=self.base_url, display_name=name)
        held = self._setting("metadata", lambda: write("metadata", serial=self.serial, **fields))
        if held != write("metadata", serial=self.serial, **fields):
            self.serial += 1
            held = write("metadata", serial=self.serial, **fields)
            self._do("UPDATE setting SET value = ? WHERE name = 'serial'", self.serial)
            self._do("UPDATE setting SET value = ? WHERE name = 'metadata'", held)
        return seal("metadata", held, self.key)

    def _expire(self):
        now = self.live()
        self._do("UPDATE challenge SET state = 'expired'"
                 " WHERE state IN ('created', 'resolved', 'approved') AND ends <= ?", now)
        self._do("UPDATE pairing SET state = 'expired' WHERE state IN ('open', 'taken') AND ends <= ?", now)

    def _reply(self, name, **fields):
        return seal(name, write(name, portal_id=self.id, **fields), self.key)

    # What every device call goes through [7]

    def _public_key(self, id):
        row = self._one("SELECT key FROM session_key WHERE id = ? AND device IS NOT NULL", id)
        return row and row["key"]

    def _open(self, name, raw):
        """Body, fields, key and device of a message: resolve 1."""
        body, message = open_envelope(raw, name, self._public_key)
        key = self._one("SELECT * FROM session_key WHERE id = ?", message["key_id"])
        if key["device"] != message["device_id"]:
            raise Refused("statement-mismatch")
        return body, message, key, self._one("SELECT * FROM device WHERE id = ?", key["device"])

    def _check_on(self):
        if not self.enabled:
            raise Refused("qr-disabled")

    def _check_account(self, account):
        if not self._one("SELECT 1 FROM account WHERE id = ? AND enabled", account):
            raise Refused("account-disabled")

    def _check_addressed(self, name, message):
        mine = self.id, self.origin, f"POST {self.path}/qr-login/v1/{name}"
        if (message["portal_id"], message["origin"], message["target"]) != mine:
            raise Refused("statement-mismatch")

    def _check_device(self, device, key):
        if device["revoked"]:
            raise Refused("device-revoked", envelope=json.loads(self._revoked(device, key["id"])))

    def _check_sender(self, name, message, key, device):
        """Resolve 2. A message that comes so far is the first use of its key: the one before ends [11]."""
        self._check_on()
        self._check_device(device, key)
        if self._now() >= key["ends"]:
            raise Refused("key-expired")
        self._check_account(device["account"])
        self._check_addressed(name, message)
        self._do("UPDATE session_key SET ends = ? WHERE device = ? AND number < ? AND ends > ?",
                 self._now(), device["id"], key["number"], self._now())

    def _revoked(self, device, key_id):
        return self._reply("revoked", device_id=device["id"], key_id=key_id, revoked_at=device["revoked"],
                           server_time=self._now(), reason=device["reason"])

    def _account_fields(self, account):
        row = self._one("SELECT * FROM account WHERE id = ?", account)
        return {"account_id": str(row["id"]), "account_name": row["display_name"]}

    # Pairing [6]

    @transaction
    def begin_pairing(self, session):
        """The text of a pairing code for the account that has signed in."""
        self._check_on()
        token = secrets.token_bytes(16)
        self._do("INSERT INTO pairing (token, session, account, boot, ends) VALUES (?, ?, ?, ?, ?)", token,
                 session["hash"], session["account"], self.boot, self.live() + PAIRING)
        return pairing_code(self.origin, self.id, token)

    @transaction
    def enrol(self, raw, address):
        body, message = open_envelope(raw, "enrol", None)
        self._check_on()
        self._check_addressed("enrol", message)
        if not self._one("SELECT 1 FROM pairing WHERE enrol_hash = ?", sha256(body)):
            self._take_token(message, sha256(body))
        pairing = self._one("SELECT * FROM pairing WHERE enrol_hash = ?", sha256(body))

        if pairing["state"] == "expired":
            raise Refused("token-expired")
        if pairing["state"] == "refused":
            raise Refused("enrolment-refused")
        enrolled = dict(echo=message["device_nonce"], session_key=message["session_key"])
        if pairing["state"] == "taken":
            return 202, self._enrolled(**enrolled, state=1, device_id=bytes(16), not_after=0,
                                       pairing_code=pairing["code"], account_id="", account_name="")

        device = self._one("SELECT * FROM device WHERE id = ?", pairing["device"])
        key = self._one("SELECT * FROM session_key WHERE key = ?", pairing["key"])
        self._check_device(device, key)
        self._check_account(device["account"])
        if self._now() >= pairing["paired"] + DAY:
            raise Refused("token-used")
        return 200, self._enrolled(**enrolled, state=2, device_id=device["id"], not_after=key["not_after"],
                                   pairing_code="", **self._account_fields(device["account"]))

    def _take_token(self, message, enrol_hash):
        pairing = self._one("SELECT * FROM pairing WHERE token = ?", message["token"])
        if not pairing:
            raise Refused("unknown-token")
        if pairing["enrol_hash"]:
            raise Refused("token-used")
        if pairing["state"] != "open":
            raise Refused("token-expired" if pairing["state"] == "expired" else "enrolment-refused")
        self._add_key(message["session_key"], None, 0)
        self._do("UPDATE pairing SET state = 'taken', enrol_hash = ?, code = ?, key = ?, label = ? WHERE token = ?",
                 enrol_hash, six_digits(), message["session_key"], message["label"], message["token"])

    def _add_key(self, key, device, not_after):
        """No key ever seen comes a second time, also of an enrolment that came to nothing."""
        if self._one("SELECT 1 FROM session_key WHERE key = ? OR id = ?", key, key_id(key)):
            raise Refused("key-in-use")
        self._do("INSERT INTO session_key (key, id, device, not_after, ends) VALUES (?, ?, ?, ?, ?)", key,
                 key_id(key), device, not_after, not_after)

    def _enrolled(self, **fields):
        return self._reply("enrolled", server_time=self._now(), serial=self.serial, **fields)

    @transaction
    def confirm_pairing(self, session, digits):
        """The person has typed the digits that the device shows; None: it is not his device."""
        self._check_on()
        pairing = self._one("SELECT * FROM pairing WHERE session = ? ORDER BY rowid DESC", session["hash"])
        if not pairing:
            raise Refused("unknown-token")
        if digits is None:
            self._do("UPDATE pairing SET state = 'refused' WHERE token = ? AND state IN ('open', 'taken')",
                     pairing["token"])
            raise Refused("enrolment-refused")
        if pairing["state"] != "taken":
            raise Refused({"open": "not-approved", "paired": "token-used", "expired": "token-expired",
                           "refused": "enrolment-refused"}[pairing["state"]])
        if not are_digits(digits):
            raise Refused("malformed")
        if not same(digits, pairing["code"]):
            left = pairing["tries"] - 1
            self._do("UPDATE pairing SET tries = ?, state = ? WHERE token = ?", left,
                     "taken" if left else "refused", pairing["token"])
            raise Refused("wrong-code" if left else "enrolment-refused", tries_left=left)

        device, now = secrets.token_bytes(16), self._now()
        self._do("INSERT INTO device (id, account, label, made) VALUES (?, ?, ?, ?)", device, pairing["account"],
                 pairing["label"], now)
        self._do("UPDATE session_key SET device = ?, not_after = ?, ends = ? WHERE key = ?", device, now + KEY_LIFE,
                 now + KEY_LIFE, pairing["key"])
        self._do("UPDATE pairing SET state = 'paired', device = ?, paired = ? WHERE token = ?", device, now,
                 pairing["token"])

    # The browser's page [4]

    def _challenge_of(self, cookie):
        row = cookie and self._one("SELECT * FROM challenge WHERE cookie = ?", sha256(cookie.encode()))
        if not row:
            raise Refused("unknown-challenge")
        return row

    @transaction
    def challenge(self, cookie, new, address, agent, user_agent):
        """A new cookie, or None where that of the browser goes on; and the page state."""
        self._check_on()
        try:
            held = self._challenge_of(cookie)
        except Refused:
            held = None
        if held and held["state"] not in FINAL:
            if new:
                self._do("UPDATE challenge SET state = 'expired' WHERE id = ?", held["id"])
            elif held["user_agent"] == user_agent and network(held["address"]) == network(address):
                return None, self._page_state(held)

        now, cookie, id = self.live(), secrets.token_urlsafe(32), secrets.token_bytes(16)
        live = [network(row["address"]) for row in self._all("SELECT address FROM challenge WHERE state IN"
                                                             " ('created', 'resolved', 'approved')")]
        if live.count(network(address)) >= 20 or len(live) >= LIVE_MAX:
            raise Refused("rate-limited", retry_after=CHALLENGE)
        self.new_challenges.check(network(address), now)
        self._do("DELETE FROM challenge WHERE created < ?", self._now() - 2 * DAY)
        self._do("DELETE FROM context WHERE challenge NOT IN (SELECT id FROM challenge)")
        self._do("INSERT INTO challenge (id, cookie, boot, made, ends, created, address, agent, user_agent)"
                 " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", id, sha256(cookie.encode()), self.boot, now, now + CHALLENGE,
                 self._now(), address, agent, user_agent)
        return cookie, self._page_state(self._challenge_of(cookie))

    def _page_state(self, row):
        """Nothing about device or account: the page may be somebody else's."""
        state = {"state": PAGE_STATE[row["state"]], "code_required": row["state"] == "approved",
                 "expires_in": 0 if row["state"] in FINAL else max(0, int(row["ends"] - self.live()))}
        if row["state"] in ("created", "resolved"):
            state["qr"] = login_code(self.origin, self.id, row["id"], self._frame(row, 0) if self.frames else b"")
            if self.frames:
                state["frame_in"] = 10 - self._now() % 10
        if row["state"] == "denied":
            state["reason"] = row["reason"]
        return state

    def _frame(self, row, steps_ago):
        return frame(self.frame_key, row["id"], self._now() - 10 * steps_ago)

    def page_state(self, cookie, seen=None):
        """At once where it is not `seen`; else at the next change of state or frame, or after 25 seconds."""
        end, first = self.live() + POLL, None
        with self.changed:
            while True:
                with self.db:
                    self._check_on()
                    self._expire()
                    state = self._page_state(self._challenge_of(cookie))
                code = state.get("qr")
                left = end - self.live()
                if state["state"] != seen or (first and code != first) or left <= 0:
                    return state
                first = code
                self.changed.wait(min(left, state["expires_in"] + 0.1, state.get("frame_in", POLL)))

    @transaction
    def claim(self, cookie, code):
        """The cookie of a new session for the browser that brings the pickup code."""
        self._check_on()
        row = self._challenge_of(cookie)
        if row["state"] in ("created", "resolved"):
            raise Refused("not-approved")
        if row["state"] != "approved":
            raise Refused(OVER[row["state"]])
        device = self._one("SELECT * FROM device WHERE id = ?", row["device"])
        self._check_account(device["account"])
        if not are_digits(code):
            raise Refused("malformed")
        if not same(code, row["code"]):
            left = row["tries"] - 1
            self._do("UPDATE challenge SET tries = ? WHERE id = ?", left, row["id"])
            if not left:
                self._deny("id = ?", row["id"], reason="wrong-code")
            raise Refused("wrong-code", tries_left=left)

        self._do("UPDATE challenge SET state = 'claimed' WHERE id = ?", row["id"])
        self._do("UPDATE device SET last_use = ? WHERE id = ?", self._last_use(row), device["id"])
        return self._new_session(device["account"], device["id"], row["login_id"])

    def _last_use(self, row):
        text = f"{utc(self._now())}, {row['agent']}"
        return f"{text}, {row['address']}" if len(text) + len(row["address"]) + 2 <= 96 else text

    # Sign-in by a device [7]

    def _challenge_for(self, message, device):
        """Resolve 4; ids that nobody made are counted."""
        row = self._one("SELECT * FROM challenge WHERE id = ?", message["challenge_id"])
        if not row:
            self.unknown_ids.check(device["id"], self.live())
            raise Refused("unknown-challenge")
        return row

    def _deny(self, where, *values, reason):
        return self._do(f"UPDATE challenge SET state = 'denied', reason = ? WHERE {where}", reason, *values)

    @transaction
    def resolve(self, raw, address):
        body, message, key, device = self._open("resolve", raw)
        self._check_sender("resolve", message, key, device)
        stored = self._one("SELECT reply, state FROM context JOIN challenge ON challenge.id = context.challenge"
                           " WHERE resolve_hash = ?", sha256(body))
        if stored and stored["state"] not in FINAL:
            return 200, stored["reply"]

        row = self._challenge_for(message, device)
        if row["device"] not in (None, device["id"]):
            if row["state"] == "resolved":
                self._deny("id = ?", row["id"], reason="two-devices")
            raise Refused("challenge-taken")
        if row["state"] in OVER:
            raise Refused(OVER[row["state"]])
        fresh = [self._frame(row, steps_ago) for steps_ago in range(3)]
        if self.frames and row["state"] == "created" and message["frame"] not in fresh:
            raise Refused("frame-stale")
        if row["resolves"] >= 5:
            raise Refused("policy-denied")
        if row["state"] == "created":
            life = min(max(CHALLENGE, math.ceil(self.live() - row["made"] + READING)), LIFE_MAX)
            self._do("UPDATE challenge SET state = 'resolved', device = ?, nonce = ?, ends = ? WHERE id = ?",
                     device["id"], secrets.token_bytes(32), row["made"] + life, row["id"])
            row = self._one("SELECT * FROM challenge WHERE id = ?", row["id"])

        context = self._context(message, device, row, network(row["address"]) == network(address))
        reply = seal("context", context, self.key)
        self._do("UPDATE challenge SET resolves = resolves + 1, context = ? WHERE id = ?", sha256(context), row["id"])
        self._do("INSERT INTO context VALUES (?, ?, ?)", sha256(body), row["id"], reply)
        return 200, reply

    def _context(self, message, device, row, same_network):
        """What the device shows. Its times follow the boot clock: the wall clock may be set meanwhile."""
        return write(
            "context", portal_id=self.id, challenge_id=row["id"], challenge_nonce=row["nonce"],
            device_id=device["id"], request_nonce=message["request_nonce"],
            server_time=row["created"] + int(self.live() - row["made"]), serial=self.serial,
            created=row["created"], expires=row["created"] + round(row["ends"] - row["made"]),
            flags=0b100 | same_network << 1,  # a pickup code follows
            origin=self.origin, browser_ip=row["address"], place="", agent=row["agent"],
            last_use=device["last_use"], **self._account_fields(device["account"]))

    def _statement(self, name, raw, work):
        """What the four statements have in common; `work` gives the reply that is kept."""
        body, message, key, device = self._open(name, raw)
        stored = self._one("SELECT reply FROM statement WHERE hash = ?", sha256(body))
        if stored:
            return 200, stored["reply"]
        self._check_sender(name, message, key, device)
        if message["sequence"] <= device["sequence"]:
            raise Refused("sequence-reused")

        reply = work(sha256(body), message, key, device)
        self._do("UPDATE device SET sequence = ? WHERE id = ?", message["sequence"], device["id"])
        self._do("DELETE FROM statement WHERE kept < ?", self._now() - KEEP_REPLIES)
        self._do("INSERT INTO statement VALUES (?, ?, ?, ?, ?)", sha256(body), device["id"], self._now(), raw, reply)
        told = journal_told(raw, name, key["key"])
        if told:
            self._keep_journal(device["id"], *told)
        return 200, reply

    def _keep_journal(self, device, lines, head):
        """Decides nothing; a journal that has become shorter, or another one, is shown [11.1]."""
        before = self._one("SELECT * FROM journal WHERE device = ?", device)
        had = int(before["lines"]) if before else 0
        shrank = bool(before) and (before["shrank"] or lines < had or (lines == had and head != before["head"]))
        self._do("INSERT OR REPLACE INTO journal VALUES (?, ?, ?, ?)", device, str(lines), head, shrank)

    @transaction
    def decision(self, raw, address):
        return self._statement("decision", raw, self._decide)

    def _decide(self, hash, message, key, device):
        row = self._challenge_for(message, device)
        if row["device"] not in (None, device["id"]):
            raise Refused("challenge-taken")
        if row["state"] in OVER:
            raise Refused(OVER[row["state"]])
        if row["state"] == "created":
            raise Refused("statement-mismatch")
        if message["context_hash"] != row["context"]:
            raise Refused("context-changed")
        if message["account_id"] != str(device["account"]):
            raise Refused("statement-mismatch")

        receipt = dict(device_id=device["id"], statement_hash=hash, flags=0, server_time=self._now())
        if message["decision"] != 1:
            self._deny("id = ?", row["id"], reason="refused")
            return self._reply("receipt", **receipt, result=2, login_id=bytes(16), pickup_code="")
        if not message["flags"] & 1:
            raise Refused("presence-required")
        code, login_id = six_digits(), secrets.token_bytes(16)
        self._do("UPDATE challenge SET state = 'approved', ends = ?, code = ?, login_id = ? WHERE id = ?",
                 self.live() + CLAIM, code, login_id, row["id"])
        return self._reply("receipt", **receipt, result=3, login_id=login_id, pickup_code=code)

    @transaction
    def endsession(self, raw, address):
        return self._statement("endsession", raw, self._end_login)

    def _end_login(self, hash, message, key, device):
        login_id = message["login_id"]
        if not self._one("SELECT 1 FROM challenge WHERE login_id = ? AND device = ?", login_id, device["id"]) and \
           not self._one("SELECT 1 FROM session WHERE login_id = ? AND device = ?", login_id, device["id"]):
            raise Refused("statement-mismatch")
        ended = self._deny("login_id = ? AND state = 'approved'", login_id, reason="ended")
        ended += self._do("DELETE FROM session WHERE login_id = ?", login_id)
        return self._reply("receipt", device_id=device["id"], statement_hash=hash, result=4 if ended else 5, flags=0,
                           login_id=login_id, server_time=self._now(), pickup_code="")

    @transaction
    def rotate(self, raw, address):
        return self._statement("rotate", raw, self._rotate)

    def _rotate(self, hash, message, key, device):
        if self._one("SELECT 1 FROM session_key WHERE device = ? AND number > ?", device["id"], key["number"]):
            raise Refused("key-in-use")
        not_after = self._now() + KEY_LIFE
        self._add_key(message["new_key"], device["id"], not_after)
        self._do("UPDATE session_key SET ends = min(ends, ?) WHERE id = ?", self._now() + DAY, key["id"])
        self._do("UPDATE device SET renewed = ? WHERE id = ?", self._now(), device["id"])
        return self._enrolled(echo=hash[:16], session_key=message["new_key"], state=2, device_id=device["id"],
                              not_after=not_after, pairing_code="", **self._account_fields(device["account"]))

    @transaction
    def unpair(self, raw, address):
        return self._statement("unpair", raw, self._unpair)

    def _unpair(self, hash, message, key, device):
        self._revoke(device["id"], reason=3, sessions=message["flags"] & 1)
        return self._revoked(self._one("SELECT * FROM device WHERE id = ?", device["id"]), key["id"])

    def _revoke(self, device, reason, sessions):
        self._do("UPDATE device SET revoked = ?, reason = ? WHERE id = ?", self._now(), reason, device)
        self._deny("device = ? AND state IN ('resolved', 'approved')", device, reason="ended")
        if sessions:
            self._do("DELETE FROM session WHERE device = ?", device)

    # The person's own pages, and the administrator's

    def devices(self, session):
        """Also when their key was renewed: a copied key could rotate its owner out [11]."""
        with self.changed:
            return self._all("SELECT device.*, lines, shrank FROM device LEFT JOIN journal ON journal.device = device.id "
                             "WHERE account = ? AND revoked IS NULL", session["account"])

    @transaction
    def revoke(self, session, device):
        if self._one("SELECT 1 FROM device WHERE id = ? AND account = ? AND revoked IS NULL", device,
                     session["account"]):
            self._revoke(device, reason=1, sessions=True)

    @transaction
    def enable_account(self, name, enabled):
        """Disabling ends what the account has: sessions, and sign-ins half way."""
        self._do("UPDATE account SET enabled = ? WHERE name = ?", enabled, name)
        if not enabled:
            account = self.account(name)["id"]
            self._do("DELETE FROM session WHERE account = ?", account)
            self._deny("device IN (SELECT id FROM device WHERE account = ?) AND state IN ('resolved', 'approved')",
                       account, reason="ended")
