-- The tables of the mode bitrix24; see schema.sql for what the times mean.

-- Sessions as PHP has them, of guests too: the CSRF token, and by which application password
-- somebody came in. Who is signed in stands in `sessions` under the same id.
CREATE TABLE visits (
    id_hash BLOB PRIMARY KEY,
    sessid TEXT NOT NULL,
    app_password INTEGER,
    remember INTEGER NOT NULL DEFAULT 0,
    expires INTEGER NOT NULL
);

CREATE TABLE app_passwords (
    id INTEGER PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES users,
    application TEXT NOT NULL,
    password_hash BLOB NOT NULL UNIQUE,
    code TEXT NOT NULL,
    comment TEXT NOT NULL,
    created INTEGER NOT NULL,
    last_use INTEGER NOT NULL DEFAULT 0,
    last_address TEXT NOT NULL DEFAULT ''
);

CREATE TABLE stored_auth (
    token_hash BLOB PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES users,
    expires INTEGER NOT NULL
);

CREATE TABLE captchas (
    sid TEXT PRIMARY KEY,
    word TEXT NOT NULL,
    expires_boot INTEGER NOT NULL
);

CREATE TABLE hit_auth (
    token TEXT PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES users,
    url TEXT NOT NULL,
    site TEXT NOT NULL,
    expires_boot INTEGER NOT NULL
);

CREATE TABLE channel_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    message TEXT NOT NULL,
    expires_boot INTEGER NOT NULL
);

CREATE TABLE recovery_codes (
    user INTEGER NOT NULL REFERENCES users,
    code_hash BLOB NOT NULL
);

-- Public keys by which a user's devices sign (bitrix24-v1).
CREATE TABLE statement_keys (
    key_id BLOB PRIMARY KEY,
    public_key BLOB NOT NULL,
    user INTEGER NOT NULL REFERENCES users,
    sequence INTEGER NOT NULL DEFAULT 0
);
