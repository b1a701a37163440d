// SPDX-License-Identifier: MIT
#include "portal/core/devices.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/shortage.h"
#include "net/protocol/text.h"
#include "portal/core/logins.h"

#define DEVICES_MAX 256u // shown; an account with more has a fault of its own

#define DEVICE_COLUMNS                                                                         \
    "device_id, user, label, platform, protection, flags, created, last_use, last_address, "   \
    "last_login, sequence, rotated, revoked_at, revoked_reason, "                              \
    "copy_suspected, group_name, program, configuration, renewal_asked, badge, kiosk"

#define DEVICE_ID(id) (id), (size_t)DEVICE_ID_SIZE

static void read_device(const struct rows *rows, struct device *out)
{
    *out = (struct device){0};

    rows_blob(rows, 0, out->device_id, sizeof(out->device_id));
    out->user = rows_int(rows, 1);
    rows_text(rows, 2, out->label, sizeof(out->label));
    rows_text(rows, 3, out->platform, sizeof(out->platform));
    out->protection = (uint8_t)rows_int(rows, 4);
    out->flags = (uint8_t)rows_int(rows, 5);
    out->created = rows_int(rows, 6);
    out->last_use = rows_int(rows, 7);
    rows_text(rows, 8, out->last_address, sizeof(out->last_address));
    rows_text(rows, 9, out->last_login, sizeof(out->last_login));
    out->sequence = (uint64_t)rows_int(rows, 10); // the store's numbers have a sign

    out->rotated = rows_int(rows, 11);
    out->revoked_at = rows_int(rows, 12);
    out->revoked_reason = (uint8_t)rows_int(rows, 13);
    out->copy_suspected = rows_int(rows, 14);
    rows_text(rows, 15, out->group, sizeof(out->group));
    rows_text(rows, 16, out->program, sizeof(out->program));
    rows_text(rows, 17, out->configuration, sizeof(out->configuration));
    out->renewal_asked = rows_int(rows, 18);
    out->badge = rows_int(rows, 19);
    rows_blob(rows, 20, out->kiosk, sizeof(out->kiosk));
}

const char *devices_protection_name(uint8_t protection)
{
    static const char *const names[] = {"file", "keyring", "hardware"};
    return protection < sizeof(names) / sizeof(names[0]) ? names[protection] : "unknown";
}

bool devices_is_group(const char *text)
{
    return text[0] && strlen(text) <= DEVICE_GROUP_MAX &&
           text_check_whole(span_str(text)) == TEXT_OK;
}

bool devices_find(struct store *store, const uint8_t device_id[static DEVICE_ID_SIZE],
                  struct device *out)
{
    struct rows rows;
    rows_open(&rows, store, "SELECT " DEVICE_COLUMNS " FROM devices WHERE device_id = ?", "b",
              DEVICE_ID(device_id));
    bool found = rows_next(&rows);
    if (found)
        read_device(&rows, out);
    rows_close(&rows);
    return found;
}

void devices_add(struct store *store, const struct device *device)
{
    store_run(
        store,
        "INSERT INTO devices (device_id, user, label, platform, protection, flags, created, "
        "group_name, badge, kiosk) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        "bittiiitib", DEVICE_ID(device->device_id), device->user, device->label,
        device->platform, (int64_t)device->protection, (int64_t)device->flags, device->created,
        device->group, device->badge, device->badge > 0 ? device->kiosk : NULL,
        device->badge > 0 ? (size_t)DEVICE_ID_SIZE : (size_t)0);
}

static void revoke_one(struct portal *portal, const uint8_t device_id[static DEVICE_ID_SIZE],
                       uint8_t reason, bool sessions)
{
    store_run(&portal->store,
              "UPDATE devices SET revoked_at = ?, revoked_reason = ? "
              "WHERE device_id = ? AND revoked_at = 0",
              "iib", portal_wall_s(portal), (int64_t)reason, DEVICE_ID(device_id));
    logins_end_of_device(&portal->store, device_id, sessions);
}

// What people have by badges, in words that let an index find it.
enum of_badges { OF_BADGE, OF_KIOSK, OF_USER_AT_KIOSK };

#define SOME_MAX 64u // that are looked up at once

static size_t find_some(struct store *store, enum of_badges which, int64_t number,
                        const uint8_t *kiosk, uint8_t out[static SOME_MAX][DEVICE_ID_SIZE])
{
    struct rows rows;
    size_t count = 0;
    switch (which) {
    case OF_BADGE:
        rows_open(&rows, store,
                  "SELECT device_id FROM devices WHERE badge = ? AND badge > 0 AND "
                  "revoked_at = 0 LIMIT ?",
                  "ii", number, (int64_t)SOME_MAX);
        break;
    case OF_KIOSK:
        rows_open(&rows, store,
                  "SELECT device_id FROM devices WHERE kiosk = ? AND badge > 0 AND "
                  "revoked_at = 0 LIMIT ?",
                  "bi", DEVICE_ID(kiosk), (int64_t)SOME_MAX);
        break;
    case OF_USER_AT_KIOSK:
        rows_open(&rows, store,
                  "SELECT device_id FROM devices WHERE kiosk = ? AND user = ? AND badge > 0 "
                  "AND revoked_at = 0 LIMIT ?",
                  "bii", DEVICE_ID(kiosk), number, (int64_t)SOME_MAX);
        break;
    }

    while (count < SOME_MAX && rows_next(&rows) &&
           rows_blob(&rows, 0, out[count], DEVICE_ID_SIZE))
        count++;
    rows_close(&rows);
    return count;
}

// Revoking writes to the table that is read, so they are looked up before.
static void revoke_of_badges(struct portal *portal, enum of_badges which, int64_t number,
                             const uint8_t *kiosk, uint8_t reason, bool sessions)
{
    uint8_t some[SOME_MAX][DEVICE_ID_SIZE];
    size_t count;
    while ((count = find_some(&portal->store, which, number, kiosk, some)) > 0) {
        for (size_t i = 0; i < count; i++)
            revoke_one(portal, some[i], reason, sessions);
    }
}

void devices_revoke(struct portal *portal, const uint8_t device_id[static DEVICE_ID_SIZE],
                    uint8_t reason, bool sessions)
{
    // Of its own accord a kiosk unpairs itself, but nobody else.
    uint8_t of_others = reason == REVOKED_BY_DEVICE ? REVOKED_BY_ADMIN : reason;
    revoke_one(portal, device_id, reason, sessions);
    revoke_of_badges(portal, OF_KIOSK, 0, device_id, of_others, sessions);
}

void devices_revoke_of_badge(struct portal *portal, int64_t badge, uint8_t reason)
{
    revoke_of_badges(portal, OF_BADGE, badge, NULL, reason, true);
}

void devices_revoke_at_kiosk(struct portal *portal, int64_t user,
                             const uint8_t kiosk[static DEVICE_ID_SIZE])
{
    revoke_of_badges(portal, OF_USER_AT_KIOSK, user, kiosk, REVOKED_BY_USER, false);
}

void devices_suspect(struct portal *portal, const uint8_t device_id[static DEVICE_ID_SIZE])
{
    store_run(&portal->store, "UPDATE devices SET copy_suspected = ? WHERE device_id = ?", "ib",
              portal_wall_s(portal), DEVICE_ID(device_id));
}

void devices_used(struct portal *portal, const uint8_t device_id[static DEVICE_ID_SIZE],
                  const struct device_contact *contact)
{
    store_run(&portal->store,
              "UPDATE devices SET last_use = ?, last_address = ?, program = ?, "
              "configuration = ? WHERE device_id = ?",
              "itttb", portal_wall_s(portal), contact->address, contact->program,
              contact->configuration, DEVICE_ID(device_id));
}

void devices_paired(struct portal *portal, const uint8_t device_id[static DEVICE_ID_SIZE],
                    const struct device_contact *contact)
{
    store_run(&portal->store,
              "UPDATE devices SET last_address = ?, program = ?, configuration = ? "
              "WHERE device_id = ?",
              "tttb", contact->address, contact->program, contact->configuration,
              DEVICE_ID(device_id));
}

void devices_ask_renewal(struct portal *portal, const uint8_t *device_id)
{
    store_run(&portal->store, "UPDATE devices SET renewal_asked = ? WHERE device_id = ?", "ib",
              portal_wall_s(portal), DEVICE_ID(device_id));
}

void devices_rotated(struct portal *portal, const uint8_t device_id[static DEVICE_ID_SIZE])
{
    store_run(&portal->store,
              "UPDATE devices SET rotated = ?, renewal_asked = 0 WHERE device_id = ?", "ib",
              portal_wall_s(portal), DEVICE_ID(device_id));
}

size_t devices_of_user(struct store *store, int64_t user, struct device **out)
{
    struct device *devices = shortage_calloc(DEVICES_MAX, sizeof(*devices));
    size_t count = 0;
    struct rows rows;
    rows_open(&rows, store,
              "SELECT " DEVICE_COLUMNS " FROM devices WHERE user = ? "
              "ORDER BY revoked_at > 0, created DESC, rowid DESC",
              "i", user);
    while (devices && count < DEVICES_MAX && rows_next(&rows))
        read_device(&rows, &devices[count++]);
    rows_close(&rows);
    *out = devices;
    return count;
}
