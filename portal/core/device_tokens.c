// SPDX-License-Identifier: MIT
#include "portal/core/device_tokens.h"
#include "portal/core/store_hash.h"

#include <stdio.h>

#define TOKEN_COLUMNS                                                                          \
    "number, user, label, created, expires, withdrawn_at, used_at, key_id, device_id, "        \
    "group_name"

static enum device_token_state state_of(struct portal *portal, int64_t expires,
                                        int64_t withdrawn_at, int64_t used_at)
{
    if (used_at > 0)
        return DEVICE_TOKEN_USED;
    if (withdrawn_at > 0)
        return DEVICE_TOKEN_WITHDRAWN;
    return portal_wall_s(portal) >= expires ? DEVICE_TOKEN_EXPIRED : DEVICE_TOKEN_OPEN;
}

static void read_token(struct portal *portal, const struct rows *rows, struct device_token *out)
{
    *out = (struct device_token){.number = rows_int(rows, 0)};
    out->pairing.user = rows_int(rows, 1);
    rows_text(rows, 2, out->label, sizeof(out->label));
    out->created = rows_int(rows, 3);
    out->expires = rows_int(rows, 4);
    out->pairing.made_at = rows_int(rows, 6);
    out->state = state_of(portal, out->expires, rows_int(rows, 5), out->pairing.made_at);
    rows_blob(rows, 7, out->pairing.key_id, sizeof(out->pairing.key_id));
    rows_blob(rows, 8, out->pairing.device_id, sizeof(out->pairing.device_id));
    rows_text(rows, 9, out->group, sizeof(out->group));
}

static bool read_one(struct portal *portal, struct rows *rows, struct device_token *out)
{
    bool found = rows_next(rows);
    if (found)
        read_token(portal, rows, out);
    rows_close(rows);
    return found;
}

int64_t device_tokens_add(struct portal *portal, int64_t user, const char *label,
                          const char *group, int64_t life_s,
                          uint8_t token[static PAIRING_TOKEN_SIZE])
{
    uint8_t hash[HASH_SIZE];
    int64_t now = portal_wall_s(portal);
    environment_random(&portal->environment, token, PAIRING_TOKEN_SIZE);
    if (!store_hash(&portal->store, span_of(token, PAIRING_TOKEN_SIZE), hash))
        return 0;

    return store_number(&portal->store, 0,
                        "INSERT INTO device_tokens (token_hash, user, label, created, expires, "
                        "group_name) VALUES (?, ?, ?, ?, ?, ?) RETURNING number",
                        "bitiit", hash, sizeof(hash), user, label, now, now + life_s, group);
}

bool device_tokens_by_token(struct portal *portal, const uint8_t token_hash[static HASH_SIZE],
                            struct device_token *out)
{
    struct rows rows;
    rows_open(&rows, &portal->store,
              "SELECT " TOKEN_COLUMNS " FROM device_tokens WHERE token_hash = ?", "b",
              token_hash, (size_t)HASH_SIZE);
    return read_one(portal, &rows, out);
}

bool device_tokens_by_body(struct portal *portal, const uint8_t body_hash[static HASH_SIZE],
                           struct device_token *out)
{
    struct rows rows;
    rows_open(&rows, &portal->store,
              "SELECT " TOKEN_COLUMNS " FROM device_tokens WHERE body_hash = ?", "b", body_hash,
              (size_t)HASH_SIZE);
    return read_one(portal, &rows, out);
}

void device_tokens_use(struct portal *portal, struct device_token *token,
                       const struct envelope_opened *opened, struct span envelope)
{
    uint8_t body_hash[HASH_SIZE];
    char text[ENVELOPE_MAX + 1];
    struct device_pairing *pairing = &token->pairing;
    if (!store_hash(&portal->store, statement_span(&opened->body), body_hash))
        return;
    snprintf(text, sizeof(text), "%.*s", (int)envelope.n, (const char *)envelope.p);

    memcpy(pairing->key_id, opened->key_id, KEY_ID_SIZE);
    pairing->group = token->group;
    device_pairing_make(portal, &opened->statement.enrol, pairing);
    token->state = DEVICE_TOKEN_USED;
    store_run(&portal->store,
              "UPDATE device_tokens SET used_at = ?, body_hash = ?, envelope = ?, key_id = ?, "
              "device_id = ? WHERE number = ?",
              "ibtbbi", pairing->made_at, body_hash, sizeof(body_hash), text, pairing->key_id,
              (size_t)KEY_ID_SIZE, pairing->device_id, (size_t)DEVICE_ID_SIZE, token->number);
}

#define IS_OPEN "withdrawn_at = 0 AND used_at = 0 AND expires > ?"

bool device_tokens_withdraw(struct portal *portal, int64_t number)
{
    int64_t now = portal_wall_s(portal);
    return store_run(&portal->store,
                     "UPDATE device_tokens SET withdrawn_at = ? WHERE number = ? AND " IS_OPEN,
                     "iii", now, number, now) > 0;
}

size_t device_tokens_withdraw_all(struct portal *portal, int64_t user)
{
    int64_t now = portal_wall_s(portal);
    return (size_t)store_run(
        &portal->store, "UPDATE device_tokens SET withdrawn_at = ? WHERE user = ? AND " IS_OPEN,
        "iii", now, user, now);
}

void device_tokens_list(struct portal *portal, int64_t user,
                        void (*each)(void *userdata, const struct device_token *token),
                        void *userdata)
{
    struct rows rows;
    struct device_token token;
    rows_open(&rows, &portal->store,
              "SELECT " TOKEN_COLUMNS " FROM device_tokens WHERE ? IN (0, user) "
              "ORDER BY number",
              "i", user);
    while (rows_next(&rows)) {
        read_token(portal, &rows, &token);
        each(userdata, &token);
    }
    rows_close(&rows);
}

const char *device_token_state_name(enum device_token_state state)
{
    static const char *const names[] = {"open", "used", "expired", "withdrawn"};
    return names[state];
}
