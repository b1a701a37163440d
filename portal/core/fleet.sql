-- What version 7 of the store changed: devices that are looked after in groups.

-- The group that a token is for; '': none.
ALTER TABLE device_tokens ADD COLUMN group_name TEXT NOT NULL DEFAULT '';

ALTER TABLE devices ADD COLUMN group_name TEXT NOT NULL DEFAULT '';
-- What the device said of itself in its last call, unsigned; '': nothing.
ALTER TABLE devices ADD COLUMN program TEXT NOT NULL DEFAULT '';
ALTER TABLE devices ADD COLUMN configuration TEXT NOT NULL DEFAULT '';
-- Since when it is to renew its key; 0: it need not.
ALTER TABLE devices ADD COLUMN renewal_asked INTEGER NOT NULL DEFAULT 0;
CREATE INDEX devices_group ON devices (group_name, user);
