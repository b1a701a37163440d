// SPDX-License-Identifier: MIT
#include "portal/core/logins.h"

#include "portal/core/challenges.h"

void logins_add(struct store *store, const struct login *login, int64_t wall_now)
{
    store_run(store,
              "INSERT INTO logins (login_id, challenge_id, device_id, user, made) "
              "VALUES (?, ?, ?, ?, ?)",
              "bbbii", login->login_id, (size_t)LOGIN_ID_SIZE, login->challenge_id,
              (size_t)CHALLENGE_ID_SIZE, login->device_id, (size_t)DEVICE_ID_SIZE, login->user,
              wall_now);
}

bool logins_find(struct store *store, const uint8_t login_id[static LOGIN_ID_SIZE],
                 struct login *out)
{
    struct rows rows;
    rows_open(&rows, store,
              "SELECT login_id, challenge_id, device_id, user FROM logins WHERE login_id = ?",
              "b", login_id, (size_t)LOGIN_ID_SIZE);
    bool found = rows_next(&rows) && rows_blob(&rows, 0, out->login_id, LOGIN_ID_SIZE) &&
                 rows_blob(&rows, 1, out->challenge_id, CHALLENGE_ID_SIZE) &&
                 rows_blob(&rows, 2, out->device_id, DEVICE_ID_SIZE);
    if (found)
        out->user = rows_int(&rows, 3);
    rows_close(&rows);
    return found;
}

bool logins_end(struct store *store, const uint8_t login_id[static LOGIN_ID_SIZE],
                int64_t boot_now)
{
    int ended = store_run(store,
                          "UPDATE challenges SET state = ?, reason = 'ended' "
                          "WHERE login_id = ? AND state = ? AND expires_boot > ?",
                          "ibii", (int64_t)CHALLENGE_DENIED, login_id, (size_t)LOGIN_ID_SIZE,
                          (int64_t)CHALLENGE_APPROVED, boot_now);
    ended += store_run(store, "DELETE FROM pending WHERE login_id = ? AND expires_boot > ?",
                       "bi", login_id, (size_t)LOGIN_ID_SIZE, boot_now);
    ended += store_run(store, "DELETE FROM sessions WHERE login_id = ?", "b", login_id,
                       (size_t)LOGIN_ID_SIZE);
    return ended > 0;
}

void logins_end_of_device(struct store *store, const uint8_t device_id[static DEVICE_ID_SIZE],
                          bool sessions)
{
    store_run(store,
              "UPDATE challenges SET state = ?, reason = 'ended' "
              "WHERE device_id = ? AND state IN (?, ?)",
              "ibii", (int64_t)CHALLENGE_DENIED, device_id, (size_t)DEVICE_ID_SIZE,
              (int64_t)CHALLENGE_RESOLVED, (int64_t)CHALLENGE_APPROVED);
    store_run(store, "DELETE FROM pending WHERE device_id = ?", "b", device_id,
              (size_t)DEVICE_ID_SIZE);
    if (sessions)
        store_run(store, "DELETE FROM sessions WHERE device_id = ?", "b", device_id,
                  (size_t)DEVICE_ID_SIZE);
}

void logins_end_of_user(struct store *store, int64_t user)
{
    store_run(store,
              "UPDATE challenges SET state = ?, reason = 'ended' "
              "WHERE user = ? AND state IN (?, ?)",
              "iiii", (int64_t)CHALLENGE_DENIED, user, (int64_t)CHALLENGE_RESOLVED,
              (int64_t)CHALLENGE_APPROVED);
    store_run(store, "DELETE FROM pending WHERE user = ?", "i", user);
    store_run(store, "DELETE FROM sessions WHERE user = ?", "i", user);
}
