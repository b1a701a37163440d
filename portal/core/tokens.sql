-- What version 5 of the store changed.

-- Device tokens (qr-login v1, section 6.1). The token itself is kept nowhere.
CREATE TABLE device_tokens (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash BLOB NOT NULL UNIQUE,
    user INTEGER NOT NULL REFERENCES users,
    label TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    withdrawn_at INTEGER NOT NULL DEFAULT 0,
    used_at INTEGER NOT NULL DEFAULT 0,
    body_hash BLOB UNIQUE,
    envelope TEXT,
    key_id BLOB,
    device_id BLOB
);
CREATE INDEX device_tokens_user ON device_tokens (user, number);
