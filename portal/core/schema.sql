-- The tables of the portal. Times are seconds since 1970, except *_boot: milliseconds of
-- CLOCK_BOOTTIME, which mean nothing after a restart. Secrets of browsers are kept as SHA-256.
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    account_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    otp_secret BLOB,
    otp_last_step INTEGER NOT NULL DEFAULT 0,
    admin INTEGER NOT NULL,
    enabled INTEGER NOT NULL DEFAULT 1,
    created INTEGER NOT NULL
);

CREATE TABLE sessions (
    id_hash BLOB PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES users,
    how TEXT NOT NULL,
    login_id BLOB,
    device_id BLOB,
    may_mark INTEGER NOT NULL,
    agent TEXT NOT NULL,
    address TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    password_at INTEGER NOT NULL
);

CREATE TABLE pending (
    id_hash BLOB PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES users,
    how TEXT NOT NULL,
    login_id BLOB,
    device_id BLOB,
    may_mark INTEGER NOT NULL,
    expires_boot INTEGER NOT NULL,
    tries_left INTEGER NOT NULL
);

CREATE TABLE devices (
    device_id BLOB PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES users,
    label TEXT NOT NULL,
    platform TEXT NOT NULL,
    protection INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    created INTEGER NOT NULL,
    last_use INTEGER NOT NULL DEFAULT 0,
    last_address TEXT NOT NULL DEFAULT '',
    last_login TEXT NOT NULL DEFAULT '',
    sequence INTEGER NOT NULL DEFAULT 0,
    rotated INTEGER NOT NULL DEFAULT 0,
    copy_suspected INTEGER NOT NULL DEFAULT 0,
    revoked_at INTEGER NOT NULL DEFAULT 0,
    revoked_reason INTEGER NOT NULL DEFAULT 0
);

-- Every key ever seen stays here, so that none is used twice.
CREATE TABLE session_keys (
    key_id BLOB PRIMARY KEY,
    session_key BLOB NOT NULL UNIQUE,
    device_id BLOB,
    state INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    valid_until INTEGER NOT NULL
);

CREATE TABLE enrolments (
    token_hash BLOB PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES users,
    session_hash BLOB NOT NULL,
    state INTEGER NOT NULL,
    created INTEGER NOT NULL,
    expires_boot INTEGER NOT NULL,
    tries_left INTEGER NOT NULL,
    body_hash BLOB UNIQUE,
    body BLOB,
    envelope TEXT,
    key_id BLOB,
    pairing_code TEXT,
    device_id BLOB,
    active_at INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE challenges (
    id BLOB PRIMARY KEY,
    cookie_hash BLOB NOT NULL UNIQUE,
    state INTEGER NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    created INTEGER NOT NULL,
    created_boot INTEGER NOT NULL,
    expires_boot INTEGER NOT NULL,
    address TEXT NOT NULL,
    address_group TEXT NOT NULL,
    agent TEXT NOT NULL,
    mark_hash BLOB,
    framed INTEGER NOT NULL,
    nonce BLOB NOT NULL,
    device_id BLOB,
    user INTEGER,
    expires INTEGER NOT NULL DEFAULT 0,
    flags INTEGER NOT NULL DEFAULT 0,
    last_login TEXT NOT NULL DEFAULT '',
    context_hash BLOB,
    login_id BLOB,
    code TEXT NOT NULL DEFAULT '',
    code_tries_left INTEGER NOT NULL DEFAULT 3
);
CREATE INDEX challenges_address ON challenges (address_group, state);
CREATE INDEX challenges_device ON challenges (device_id);

CREATE TABLE contexts (
    body_hash BLOB PRIMARY KEY,
    challenge_id BLOB NOT NULL REFERENCES challenges ON DELETE CASCADE,
    reply TEXT NOT NULL
);

CREATE TABLE logins (
    login_id BLOB PRIMARY KEY,
    challenge_id BLOB NOT NULL,
    device_id BLOB NOT NULL,
    user INTEGER NOT NULL,
    made INTEGER NOT NULL
);

-- Accepted statements with their replies; also the audit trail (envelope = body and signatures).
CREATE TABLE statements (
    body_hash BLOB PRIMARY KEY,
    kind INTEGER NOT NULL,
    device_id BLOB NOT NULL,
    received INTEGER NOT NULL,
    envelope TEXT NOT NULL,
    reply TEXT NOT NULL
);

-- Sign-ins that somebody denied and reported.
CREATE TABLE reports (
    at INTEGER NOT NULL,
    user INTEGER NOT NULL REFERENCES users,
    address TEXT NOT NULL,
    agent TEXT NOT NULL
);

CREATE TABLE marks (
    mark_hash BLOB NOT NULL,
    user INTEGER NOT NULL REFERENCES users,
    agent TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (mark_hash, user)
);

CREATE TABLE attempts (
    kind TEXT NOT NULL,
    subject BLOB NOT NULL,
    at_boot INTEGER NOT NULL
);
CREATE INDEX attempts_subject ON attempts (kind, subject, at_boot);
