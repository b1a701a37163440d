// SPDX-License-Identifier: MIT
#include "portal/core/sessions.h"

#include "portal/core/config.h"
#include "portal/core/store_hash.h"

#define HASH(hash) (hash), (size_t)TOKEN_HASH_SIZE
#define LOGIN_ID(signin)                                                                       \
    (signin)->has_login ? (signin)->login_id : NULL,                                           \
        (signin)->has_login ? (size_t)LOGIN_ID_SIZE : (size_t)0
#define SIGNIN_DEVICE(signin)                                                                  \
    (signin)->has_login ? (signin)->device_id : NULL,                                          \
        (signin)->has_login ? (size_t)DEVICE_ID_SIZE : (size_t)0

static const char *const how_names[] = {"password", "qr"};

// Columns user, how, login_id, device_id, may_mark from `first` on.
static void read_signin(const struct rows *rows, int first, struct signin *out)
{
    char how[16];
    *out = (struct signin){.user = rows_int(rows, first)};
    rows_text(rows, first + 1, how, sizeof(how));
    out->how = strcmp(how, how_names[SIGNIN_BY_QR]) == 0 ? SIGNIN_BY_QR : SIGNIN_BY_PASSWORD;
    out->has_login = rows_blob(rows, first + 2, out->login_id, LOGIN_ID_SIZE) &&
                     rows_blob(rows, first + 3, out->device_id, DEVICE_ID_SIZE);
    out->may_mark = rows_int(rows, first + 4) != 0;
}

void sessions_open(struct portal *portal, const struct signin *signin,
                   const struct client *client, struct token *out)
{
    int64_t now = portal_wall_s(portal);
    store_token_make(&portal->store, &portal->environment, out);
    store_run(&portal->store, "DELETE FROM sessions WHERE expires <= ?", "i", now);
    store_run(
        &portal->store,
        "INSERT INTO sessions (id_hash, user, how, login_id, device_id, may_mark, agent, "
        "address, created, expires, password_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        "bitbbittiii", HASH(out->hash), signin->user, how_names[signin->how], LOGIN_ID(signin),
        SIGNIN_DEVICE(signin), (int64_t)signin->may_mark, client->agent, client->address, now,
        now + SESSION_LIFE_S, signin->how == SIGNIN_BY_PASSWORD ? now : (int64_t)0);
}

#define SESSION_COLUMNS                                                                        \
    "user, how, login_id, device_id, may_mark, created, password_at, agent, address, id_hash"

static void read_session(const struct rows *rows, struct session *out)
{
    *out = (struct session){0};
    read_signin(rows, 0, &out->signin);
    out->created = rows_int(rows, 5);
    out->password_at = rows_int(rows, 6);
    rows_text(rows, 7, out->client.agent, sizeof(out->client.agent));
    rows_text(rows, 8, out->client.address, sizeof(out->client.address));
    rows_blob(rows, 9, out->id_hash, sizeof(out->id_hash));
}

bool sessions_find(struct portal *portal, const char *cookie, struct session *out)
{
    struct session session = {0};
    uint8_t hash[TOKEN_HASH_SIZE];

    if (!store_token_hash(&portal->store, cookie, hash))
        return false;

    struct rows rows;
    rows_open(&rows, &portal->store,
              "SELECT " SESSION_COLUMNS " FROM sessions WHERE id_hash = ? AND expires > ?",
              "bi", HASH(hash), portal_wall_s(portal));

    bool found = rows_next(&rows);
    if (found)
        read_session(&rows, &session);
    rows_close(&rows);

    if (!found || !users_by_id(&portal->store, session.signin.user, &session.user) ||
        !session.user.enabled)
        return false;

    *out = session;
    return true;
}

size_t sessions_of_user(struct portal *portal, int64_t user,
                        struct session out[static SESSIONS_SHOWN])
{
    struct rows rows;
    size_t count = 0;
    rows_open(&rows, &portal->store,
              "SELECT " SESSION_COLUMNS " FROM sessions WHERE user = ? AND expires > ? "
              "ORDER BY created DESC, rowid DESC",
              "ii", user, portal_wall_s(portal));
    while (count < SESSIONS_SHOWN && rows_next(&rows))
        read_session(&rows, &out[count++]);
    rows_close(&rows);
    return count;
}

void sessions_end(struct portal *portal, int64_t user,
                  const uint8_t id_hash[static TOKEN_HASH_SIZE])
{
    store_run(&portal->store, "DELETE FROM sessions WHERE user = ? AND id_hash = ?", "ib", user,
              HASH(id_hash));
}

void sessions_close(struct portal *portal, const struct session *session)
{
    store_run(&portal->store, "DELETE FROM sessions WHERE id_hash = ?", "b",
              HASH(session->id_hash));
}

void sessions_replace(struct portal *portal, const char *cookie)
{
    uint8_t hash[TOKEN_HASH_SIZE];
    if (store_token_hash(&portal->store, cookie, hash))
        store_run(&portal->store, "DELETE FROM sessions WHERE id_hash = ?", "b", HASH(hash));
}

bool sessions_renew(struct portal *portal, const uint8_t login_id[static LOGIN_ID_SIZE],
                    struct token *out)
{
    store_token_make(&portal->store, &portal->environment, out);
    return store_run(&portal->store, "UPDATE sessions SET id_hash = ? WHERE login_id = ?", "bb",
                     HASH(out->hash), login_id, (size_t)LOGIN_ID_SIZE) == 1;
}

void sessions_password_entered(struct portal *portal, const struct session *session)
{
    store_run(&portal->store, "UPDATE sessions SET password_at = ? WHERE id_hash = ?", "ib",
              portal_wall_s(portal), HASH(session->id_hash));
}

bool sessions_password_fresh(const struct portal *portal, const struct session *session)
{
    int64_t age = portal_wall_s(portal) - session->password_at;
    return session->password_at > 0 && age >= 0 && age < PASSWORD_FRESH_S;
}

void sessions_mark_offered(struct portal *portal, const struct session *session)
{
    store_run(&portal->store, "UPDATE sessions SET may_mark = 0 WHERE id_hash = ?", "b",
              HASH(session->id_hash));
}

void pending_open(struct portal *portal, const struct signin *signin, struct token *out)
{
    struct store *store = &portal->store;
    int64_t now = portal_boot_ms(portal);
    store_token_make(&portal->store, &portal->environment, out);
    store_run(store, "DELETE FROM pending WHERE expires_boot <= ?", "i", now);
    store_run(store,
              "INSERT INTO pending (id_hash, user, how, login_id, device_id, may_mark, "
              "expires_boot, tries_left) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
              "bitbbiii", HASH(out->hash), signin->user, how_names[signin->how],
              LOGIN_ID(signin), SIGNIN_DEVICE(signin), (int64_t)signin->may_mark,
              now + config_number(store, CONFIG_TIME_TWO_STEP) * 1000, (int64_t)PENDING_TRIES);
}

bool pending_find(struct portal *portal, const char *cookie, struct pending *out)
{
    struct pending pending = {0};
    if (!store_token_hash(&portal->store, cookie, pending.id_hash))
        return false;

    int64_t now = portal_boot_ms(portal);
    struct rows rows;

    rows_open(&rows, &portal->store,
              "SELECT user, how, login_id, device_id, may_mark, tries_left, expires_boot "
              "FROM pending WHERE id_hash = ? AND expires_boot > ?",
              "bi", HASH(pending.id_hash), now);

    bool found = rows_next(&rows);
    if (found) {
        read_signin(&rows, 0, &pending.signin);
        pending.tries_left = rows_int(&rows, 5);
        pending.expires_in_s = (rows_int(&rows, 6) - now) / 1000;
        *out = pending;
    }

    rows_close(&rows);
    return found;
}

int64_t pending_failed(struct portal *portal, const struct pending *pending)
{
    store_run(&portal->store,
              "UPDATE pending SET tries_left = tries_left - 1 WHERE id_hash = ?", "b",
              HASH(pending->id_hash));
    store_run(&portal->store, "DELETE FROM pending WHERE tries_left <= 0", "");
    return pending->tries_left - 1;
}

void pending_close(struct portal *portal, const struct pending *pending)
{
    store_run(&portal->store, "DELETE FROM pending WHERE id_hash = ?", "b",
              HASH(pending->id_hash));
}

bool pending_renew(struct portal *portal, const uint8_t login_id[static LOGIN_ID_SIZE],
                   struct token *out)
{
    store_token_make(&portal->store, &portal->environment, out);
    return store_run(&portal->store,
                     "UPDATE pending SET id_hash = ? WHERE login_id = ? AND expires_boot > ?",
                     "bbi", HASH(out->hash), login_id, (size_t)LOGIN_ID_SIZE,
                     portal_boot_ms(portal)) == 1;
}
