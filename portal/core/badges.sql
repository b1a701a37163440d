-- What version 8 of the store changed: badges (qr-login v1, section 6.2). Of one its hash is kept.
CREATE TABLE badges (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    badge_hash BLOB NOT NULL UNIQUE,
    user INTEGER NOT NULL REFERENCES users,
    label TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    withdrawn_at INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX badges_user ON badges (user, number);

-- The first use of a badge, and the device of the kiosk at which it is. 0: a pairing code's.
ALTER TABLE enrolments ADD COLUMN badge INTEGER NOT NULL DEFAULT 0;
ALTER TABLE enrolments ADD COLUMN kiosk BLOB;
CREATE INDEX enrolments_badge ON enrolments (badge) WHERE badge > 0;

-- The same of a device that was made by one.
ALTER TABLE devices ADD COLUMN badge INTEGER NOT NULL DEFAULT 0;
ALTER TABLE devices ADD COLUMN kiosk BLOB;
CREATE INDEX devices_badge ON devices (badge) WHERE badge > 0;
CREATE INDEX devices_kiosk ON devices (kiosk) WHERE kiosk IS NOT NULL;
