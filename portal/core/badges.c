// SPDX-License-Identifier: MIT
#include "portal/core/badges.h"
#include "portal/core/store_hash.h"

#include <stdio.h>

#define BADGE_COLUMNS                                                                          \
    "number, user, label, created, expires, withdrawn_at, "                                    \
    "(SELECT count(*) FROM devices WHERE badge = number AND revoked_at = 0)"

#define IS_LIVE "withdrawn_at = 0 AND expires > ?"

static void read_badge(struct portal *portal, const struct rows *rows, struct badge_record *out)
{
    *out = (struct badge_record){.number = rows_int(rows, 0), .user = rows_int(rows, 1)};
    rows_text(rows, 2, out->label, sizeof(out->label));
    out->created = rows_int(rows, 3);
    out->expires = rows_int(rows, 4);
    out->kiosks = rows_int(rows, 6);

    if (rows_int(rows, 5) > 0)
        out->state = BADGE_WITHDRAWN;
    else
        out->state = portal_wall_s(portal) >= out->expires ? BADGE_EXPIRED : BADGE_LIVE;
}

int64_t badges_add(struct portal *portal, int64_t user, const char *label, int64_t life_s,
                   uint8_t badge[static BADGE_SIZE])
{
    struct store *store = &portal->store;
    uint8_t hash[HASH_SIZE];
    int64_t now = portal_wall_s(portal);
    if (store_number(store, 0, "SELECT count(*) FROM badges WHERE user = ? AND " IS_LIVE, "ii",
                     user, now) >= BADGES_OF_USER)
        return 0;

    environment_random(&portal->environment, badge, BADGE_SIZE);
    if (!store_hash(store, span_of(badge, BADGE_SIZE), hash))
        return 0;
    return store_number(store, 0,
                        "INSERT INTO badges (badge_hash, user, label, created, expires) "
                        "VALUES (?, ?, ?, ?, ?) RETURNING number",
                        "bitii", hash, sizeof(hash), user, label, now, now + life_s);
}

bool badges_by_hash(struct portal *portal, const uint8_t badge_hash[static HASH_SIZE],
                    struct badge_record *out)
{
    struct rows rows;
    rows_open(&rows, &portal->store,
              "SELECT " BADGE_COLUMNS " FROM badges WHERE badge_hash = ?", "b", badge_hash,
              (size_t)HASH_SIZE);
    bool found = rows_next(&rows);
    if (found)
        read_badge(portal, &rows, out);
    rows_close(&rows);
    return found;
}

bool badges_are_there(struct portal *portal, int64_t user)
{
    return store_number(&portal->store, 0, "SELECT min(number) FROM badges WHERE user = ?", "i",
                        user) > 0;
}

bool badges_are_tired(struct portal *portal, const struct badge_record *badge)
{
    return store_number(&portal->store, 0,
                        "SELECT count(*) FROM enrolments WHERE badge = ? AND created > ?", "ii",
                        badge->number,
                        portal_wall_s(portal) - FIRST_USES_WITHIN_S) >= FIRST_USES_OF_BADGE;
}

bool badges_withdraw(struct portal *portal, int64_t number, int64_t user, uint8_t reason)
{
    int64_t now = portal_wall_s(portal);
    if (store_run(&portal->store,
                  "UPDATE badges SET withdrawn_at = ? WHERE number = ? AND ? IN (0, user) "
                  "AND " IS_LIVE,
                  "iiii", now, number, user, now) == 0)
        return false;
    devices_revoke_of_badge(portal, number, reason);
    return true;
}

size_t badges_withdraw_all(struct portal *portal, int64_t user, uint8_t reason)
{
    size_t count = 0;
    int64_t number = 0;
    do {
        number = store_number(&portal->store, 0,
                              "SELECT min(number) FROM badges WHERE user = ? AND number > ? "
                              "AND " IS_LIVE,
                              "iii", user, number, portal_wall_s(portal));
        count += number > 0 && badges_withdraw(portal, number, user, reason);
    } while (number > 0);
    return count;
}

void badges_list(struct portal *portal, int64_t user,
                 void (*each)(void *userdata, const struct badge_record *badge), void *userdata)
{
    struct rows rows;
    struct badge_record badge;
    rows_open(&rows, &portal->store,
              "SELECT " BADGE_COLUMNS " FROM badges WHERE ? IN (0, user) ORDER BY number", "i",
              user);
    while (rows_next(&rows)) {
        read_badge(portal, &rows, &badge);
        each(userdata, &badge);
    }
    rows_close(&rows);
}

int64_t badges_end_of_key(struct portal *portal, int64_t badge, int64_t not_after)
{
    int64_t end = store_number(&portal->store, not_after,
                               "SELECT expires FROM badges WHERE number = ?", "i", badge);
    return end < not_after ? end : not_after;
}

const char *badge_state_name(enum badge_state state)
{
    static const char *const names[] = {"live", "expired", "withdrawn"};
    return names[state];
}
