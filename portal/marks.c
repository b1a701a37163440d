// SPDX-License-Identifier: MIT
#include "portal/marks.h"

#include <stdio.h>

#define HASH(hash) (hash), (size_t)TOKEN_HASH_SIZE

void marks_add(struct portal *portal, int64_t user, const char *cookie, const char *agent,
               struct token *out, bool *fresh)
{
    struct store *store = &portal->store;
    int64_t now = portal_wall(portal);
    uint8_t hash[TOKEN_HASH_SIZE];
    *fresh = !token_hash(cookie, hash);
    if (*fresh) {
        token_make(&portal->environment, out);
        memcpy(hash, out->hash, sizeof(hash));
    }
    store_run(store, "DELETE FROM marks WHERE created <= ?", "i", now - MARK_LIFE_S);
    store_run(store,
              "INSERT OR REPLACE INTO marks (mark_hash, user, agent, created) "
              "VALUES (?, ?, ?, ?)",
              "biti", HASH(hash), user, agent, now);
}

bool marks_known(struct portal *portal, int64_t user,
                 const uint8_t mark_hash[static TOKEN_HASH_SIZE])
{
    int64_t oldest = portal_wall(portal) - MARK_LIFE_S;
    return store_number(&portal->store, 0,
                        "SELECT count(*) = 1 AND max(user) = ? FROM marks "
                        "WHERE mark_hash = ? AND created > ?",
                        "ibi", user, HASH(mark_hash), oldest) == 1;
}

size_t marks_of_user(struct portal *portal, int64_t user,
                     struct mark out[static MARKS_PER_USER])
{
    struct rows rows;
    size_t count = 0;
    rows_open(&rows, &portal->store,
              "SELECT mark_hash, agent, created FROM marks WHERE user = ? AND created > ? "
              "ORDER BY created DESC",
              "ii", user, portal_wall(portal) - MARK_LIFE_S);
    while (count < MARKS_PER_USER && rows_next(&rows)) {
        struct mark *mark = &out[count++];
        rows_blob(&rows, 0, mark->mark_hash, sizeof(mark->mark_hash));
        rows_text(&rows, 1, mark->agent, sizeof(mark->agent));
        mark->created = rows_int(&rows, 2);
    }
    rows_close(&rows);
    return count;
}

void marks_remove(struct portal *portal, int64_t user,
                  const uint8_t mark_hash[static TOKEN_HASH_SIZE])
{
    store_run(&portal->store, "DELETE FROM marks WHERE user = ? AND mark_hash = ?", "ib", user,
              HASH(mark_hash));
}
