# SPDX-License-Identifier: MIT
"""What your portal has already: a database, accounts, sessions. Small, to have something to sign in to."""
import functools
import secrets
import sqlite3
import threading
from pathlib import Path

from qrlogin import Refused, sha256

DAY = 86400
SESSION = DAY // 2  # seconds

SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value);
CREATE TABLE IF NOT EXISTS account (id INTEGER PRIMARY KEY, name TEXT UNIQUE, display_name TEXT, password BLOB,
    enabled INTEGER DEFAULT 1);
CREATE TABLE IF NOT EXISTS session (hash BLOB PRIMARY KEY, account INTEGER, device BLOB, login_id BLOB, made INTEGER);
"""


def transaction(call):
    """One call at a time. What a refusal has changed before it stays (a counted try); a fault changes nothing."""
    @functools.wraps(call)
    def run(self, *arguments, **named):
        with self.changed, self.db:
            try:
                self._expire()
                result = call(self, *arguments, **named)
            except Refused as refused:
                result = refused
        with self.changed:
            self.changed.notify_all()
        if isinstance(result, Refused):
            raise result
        return result
    return run


class Store:
    """SQLite in a folder; `changed` is the lock of all, and tells those who wait for a change."""

    def __init__(self, folder, wall):
        self.wall, self.changed = wall, threading.Condition()
        self.db = sqlite3.connect(Path(folder) / "portal.db", check_same_thread=False)
        self.db.row_factory = sqlite3.Row
        self.db.executescript(SCHEMA)

    def _expire(self):
        """Ends what has had its time, before each transaction."""

    def _now(self):
        return int(self.wall())

    def _one(self, sql, *values):
        return self.db.execute(sql, values).fetchone()

    def _all(self, sql, *values):
        return self.db.execute(sql, values).fetchall()

    def _do(self, sql, *values):
        return self.db.execute(sql, values).rowcount

    def _setting(self, name, make):
        row = self._one("SELECT value FROM setting WHERE name = ?", name)
        if not row:
            self._do("INSERT INTO setting VALUES (?, ?)", name, make())
        return row["value"] if row else self._setting(name, make)

    # Accounts and sessions

    def account(self, name):
        with self.changed:
            return self._one("SELECT * FROM account WHERE name = ?", name)

    @transaction
    def add_account(self, name, display_name, password_hash):
        self._do("INSERT INTO account (name, display_name, password) VALUES (?, ?, ?)", name, display_name,
                 password_hash)

    def _new_session(self, account, device=None, login_id=None):
        cookie = secrets.token_urlsafe(32)
        self._do("DELETE FROM session WHERE made < ?", self._now() - SESSION)
        self._do("INSERT INTO session VALUES (?, ?, ?, ?, ?)", sha256(cookie.encode()), account, device, login_id,
                 self._now())
        return cookie

    @transaction
    def sign_in(self, account):
        """After the password was right; the cookie of the session."""
        return self._new_session(account)

    def session(self, cookie):
        """Who the browser is, or None."""
        with self.changed:
            return cookie and self._one(
                "SELECT session.*, name, display_name FROM session JOIN account ON account.id = session.account"
                " WHERE hash = ? AND enabled AND made > ?", sha256(cookie.encode()), self._now() - SESSION)

    @transaction
    def sign_out(self, session):
        self._do("DELETE FROM session WHERE hash = ?", session["hash"])
