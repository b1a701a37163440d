// SPDX-License-Identifier: MIT
#include "portal/core/known_browsers.h"
#include "portal/core/store_hash.h"

#include <stdio.h>

#define HASH(hash) (hash), (size_t)TOKEN_HASH_SIZE

// A mark of another account in this browser; so is one that was shared already.
static bool marked_by_another(struct portal *portal, int64_t user,
                              const uint8_t mark_hash[static TOKEN_HASH_SIZE])
{
    return store_number(&portal->store, 0,
                        "SELECT count(*) FROM marks "
                        "WHERE mark_hash = ? AND (user <> ? OR shared = 1)",
                        "bi", HASH(mark_hash), user) > 0;
}

void known_browsers_add(struct portal *portal, int64_t user, const char *cookie,
                        const char *agent, struct token *out)
{
    struct store *store = &portal->store;
    int64_t now = portal_wall_s(portal);
    uint8_t brought[TOKEN_HASH_SIZE];
    bool shared = false;
    store_run(store, "DELETE FROM marks WHERE created <= ?", "i", now - MARK_LIFE_S);
    if (store_token_hash(store, cookie, brought)) {
        shared = marked_by_another(portal, user, brought);
        store_run(store, "DELETE FROM marks WHERE mark_hash = ?", "b", HASH(brought));
    }

    store_token_make(store, &portal->environment, out);
    store_run(store,
              "INSERT INTO marks (mark_hash, user, agent, created, shared) "
              "VALUES (?, ?, ?, ?, ?)",
              "bitii", HASH(out->hash), user, agent, now, (int64_t)shared);
}

bool known_browsers_known(struct portal *portal, int64_t user,
                          const uint8_t mark_hash[static TOKEN_HASH_SIZE])
{
    int64_t oldest = portal_wall_s(portal) - MARK_LIFE_S;
    return store_number(&portal->store, 0,
                        "SELECT count(*) FROM marks "
                        "WHERE mark_hash = ? AND user = ? AND created > ? AND shared = 0",
                        "bii", HASH(mark_hash), user, oldest) == 1;
}

size_t known_browsers_of_user(struct portal *portal, int64_t user,
                              struct mark out[static MARKS_PER_USER])
{
    struct rows rows;
    size_t count = 0;

    rows_open(
        &rows, &portal->store,
        "SELECT mark_hash, agent, created, shared FROM marks WHERE user = ? AND created > ? "
        "ORDER BY created DESC",
        "ii", user, portal_wall_s(portal) - MARK_LIFE_S);

    while (count < MARKS_PER_USER && rows_next(&rows)) {
        struct mark *mark = &out[count++];
        rows_blob(&rows, 0, mark->mark_hash, sizeof(mark->mark_hash));
        rows_text(&rows, 1, mark->agent, sizeof(mark->agent));
        mark->created = rows_int(&rows, 2);
        mark->shared = rows_int(&rows, 3) != 0;
    }

    rows_close(&rows);
    return count;
}

void known_browsers_remove(struct portal *portal, int64_t user,
                           const uint8_t mark_hash[static TOKEN_HASH_SIZE])
{
    store_run(&portal->store, "DELETE FROM marks WHERE user = ? AND mark_hash = ?", "ib", user,
              HASH(mark_hash));
}

void known_browsers_remove_all(struct portal *portal, int64_t user)
{
    store_run(&portal->store, "DELETE FROM marks WHERE user = ?", "i", user);
}
