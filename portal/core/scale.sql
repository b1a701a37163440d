-- What version 6 of the store changed: nothing that a sign-in does grows with what is stored.

-- How many fell into the same part of a limit's time, in one row. What was counted is forgotten,
-- as at every start.
DROP TABLE attempts;
CREATE TABLE attempts (
    kind TEXT NOT NULL,
    subject BLOB NOT NULL,
    at_boot INTEGER NOT NULL,
    made INTEGER NOT NULL,
    PRIMARY KEY (kind, subject, at_boot)
) WITHOUT ROWID;
CREATE INDEX attempts_time ON attempts (kind, at_boot);

DROP INDEX challenges_address;
CREATE INDEX challenges_created ON challenges (created);
CREATE INDEX challenges_user ON challenges (user) WHERE user IS NOT NULL;
CREATE INDEX challenges_login ON challenges (login_id) WHERE login_id IS NOT NULL;
CREATE INDEX contexts_challenge ON contexts (challenge_id);

CREATE INDEX sessions_user ON sessions (user);
CREATE INDEX sessions_expires ON sessions (expires);
CREATE INDEX sessions_device ON sessions (device_id) WHERE device_id IS NOT NULL;
CREATE INDEX sessions_login ON sessions (login_id) WHERE login_id IS NOT NULL;
CREATE INDEX pending_expires ON pending (expires_boot);
CREATE INDEX pending_login ON pending (login_id) WHERE login_id IS NOT NULL;

CREATE INDEX statements_received ON statements (received);
CREATE INDEX devices_user ON devices (user);
CREATE INDEX session_keys_device ON session_keys (device_id) WHERE device_id IS NOT NULL;
CREATE INDEX enrolments_session ON enrolments (session_hash);
