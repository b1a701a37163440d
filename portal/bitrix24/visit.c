// SPDX-License-Identifier: MIT
#include "portal/bitrix24/visit.h"
#include "portal/core/store_hash.h"

#include <stdio.h>

#define HASH(hash) (hash), (size_t)TOKEN_HASH_SIZE

static void begin_anew(struct portal *portal, struct bitrix24_visit *out)
{
    struct token token;
    int64_t now = portal_wall_s(portal);
    *out = (struct bitrix24_visit){0};
    store_token_make(&portal->store, &portal->environment, &token);
    memcpy(out->id, token.text, sizeof(out->id));
    memcpy(out->id_hash, token.hash, sizeof(out->id_hash));
    bitrix24_random(portal, BITRIX24_HEX, BITRIX24_SESSID, out->sessid);
    store_run(&portal->store, "DELETE FROM visits WHERE expires <= ?", "i", now);
    store_run(&portal->store, "INSERT INTO visits (id_hash, sessid, expires) VALUES (?, ?, ?)",
              "bti", HASH(out->id_hash), out->sessid, now + (int64_t)SESSION_LIFE_S);
}

static bool find(struct portal *portal, const char *cookie, struct bitrix24_visit *out)
{
    struct bitrix24_visit visit = {0};
    struct rows rows;

    if (!store_token_hash(&portal->store, cookie, visit.id_hash))
        return false;

    rows_open(&rows, &portal->store,
              "SELECT sessid, app_password, remember FROM visits "
              "WHERE id_hash = ? AND expires > ?",
              "bi", HASH(visit.id_hash), portal_wall_s(portal));

    bool found = rows_next(&rows);
    int64_t app_password = 0;
    if (found) {
        rows_text(&rows, 0, visit.sessid, sizeof(visit.sessid));
        app_password = rows_int(&rows, 1);
        visit.remember = rows_int(&rows, 2) != 0;
    }

    rows_close(&rows);
    if (!found)
        return false;

    snprintf(visit.id, sizeof(visit.id), "%s", cookie);
    visit.has_app_password =
        app_password > 0 &&
        app_passwords_by_id(&portal->store, app_password, &visit.app_password);
    visit.signed_in = sessions_find(portal, cookie, &visit.session);

    *out = visit;
    return true;
}

void bitrix24_visit_find(struct portal *portal, const char *cookie, struct bitrix24_visit *out)
{
    if (!find(portal, cookie, out))
        begin_anew(portal, out);
}

void bitrix24_visit_move(struct portal *portal, struct bitrix24_visit *visit,
                         const struct token *token, int64_t app_password, bool remember)
{
    store_run(&portal->store,
              "UPDATE visits SET id_hash = ?, app_password = ?, remember = ?, expires = ? "
              "WHERE id_hash = ?",
              "biiib", HASH(token->hash), app_password, (int64_t)remember,
              portal_wall_s(portal) + SESSION_LIFE_S, HASH(visit->id_hash));
    find(portal, token->text, visit);
}

void bitrix24_visit_sign_in(struct portal *portal, struct bitrix24_visit *visit,
                            const struct signin *signin, const struct client *client,
                            int64_t app_password)
{
    struct token token;
    if (visit->signed_in)
        sessions_close(portal, &visit->session);
    sessions_open(portal, signin, client, &token);
    bitrix24_visit_move(portal, visit, &token, app_password, false);
}

void bitrix24_visit_owe_code(struct portal *portal, struct bitrix24_visit *visit,
                             const struct signin *signin, bool remember)
{
    struct token token;
    if (visit->signed_in)
        sessions_close(portal, &visit->session);
    pending_open(portal, signin, &token);
    bitrix24_visit_move(portal, visit, &token, 0, remember);
}

void bitrix24_visit_sign_out(struct portal *portal, struct bitrix24_visit *visit)
{
    struct pending pending;
    if (pending_find(portal, visit->id, &pending))
        pending_close(portal, &pending);
    if (visit->signed_in)
        sessions_close(portal, &visit->session);
    visit->signed_in = visit->has_app_password = false;
}

void bitrix24_visit_lose(struct portal *portal, const char *cookie)
{
    struct bitrix24_visit visit;
    if (!find(portal, cookie, &visit))
        return;
    bitrix24_visit_sign_out(portal, &visit);
    store_run(&portal->store, "DELETE FROM visits WHERE id_hash = ?", "b", HASH(visit.id_hash));
}

void bitrix24_visit_change_sessid(struct portal *portal, const char *cookie)
{
    uint8_t hash[TOKEN_HASH_SIZE];
    char sessid[BITRIX24_SESSID + 1];
    if (!store_token_hash(&portal->store, cookie, hash))
        return;
    bitrix24_random(portal, BITRIX24_HEX, BITRIX24_SESSID, sessid);
    store_run(&portal->store, "UPDATE visits SET sessid = ? WHERE id_hash = ?", "tb", sessid,
              HASH(hash));
}

void bitrix24_stored_make(struct portal *portal, int64_t user, struct token *out)
{
    int64_t now = portal_wall_s(portal);
    store_token_make(&portal->store, &portal->environment, out);
    store_run(&portal->store, "DELETE FROM stored_auth WHERE expires <= ?", "i", now);
    store_run(&portal->store,
              "INSERT INTO stored_auth (token_hash, user, expires) VALUES (?, ?, ?)", "bii",
              HASH(out->hash), user, now + (int64_t)BITRIX24_STORED_S);
}

bool bitrix24_stored_find(struct portal *portal, const char *cookie, int64_t *user)
{
    uint8_t hash[TOKEN_HASH_SIZE];
    if (!store_token_hash(&portal->store, cookie, hash))
        return false;
    *user = store_number(&portal->store, 0,
                         "SELECT user FROM stored_auth JOIN users ON users.id = user "
                         "WHERE token_hash = ? AND expires > ? AND enabled = 1",
                         "bi", HASH(hash), portal_wall_s(portal));
    return *user != 0;
}

void bitrix24_stored_forget(struct portal *portal, const char *cookie)
{
    uint8_t hash[TOKEN_HASH_SIZE];
    if (store_token_hash(&portal->store, cookie, hash))
        store_run(&portal->store, "DELETE FROM stored_auth WHERE token_hash = ?", "b",
                  HASH(hash));
}
