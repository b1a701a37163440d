-- What version 4 of the store changed.

-- Browsers that their owner marked. `shared`: another account had marked it before; such a mark
-- counts for nobody. Older marks are forgotten: they took the value that the browser brought, so
-- none of them can be told from a planted one.
DROP TABLE marks;
CREATE TABLE marks (
    mark_hash BLOB PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES users,
    agent TEXT NOT NULL,
    created INTEGER NOT NULL,
    shared INTEGER NOT NULL
);

-- Rises where what was begun before must not be finished: at a new password.
ALTER TABLE users ADD COLUMN trust INTEGER NOT NULL DEFAULT 0;

-- From which a pairing's token is made, with a key beside the store: its page can be shown again.
ALTER TABLE enrolments ADD COLUMN seed BLOB;

-- SHA-256 of the attempt by which it was claimed: the same attempt may ask again.
ALTER TABLE challenges ADD COLUMN attempt_hash BLOB;
