// SPDX-License-Identifier: MIT
#include "portal/bitrix24/sign_in_tokens.h"

#include "portal/bitrix24/bitrix24.h"

void sign_in_tokens_get(struct portal *portal, int64_t user, const char *url, const char *site,
                        char out[static SIGN_IN_TOKEN + 1])
{
    struct store *store = &portal->store;
    int64_t now = portal_boot_ms(portal);
    struct rows rows;

    store_run(store, "DELETE FROM hit_auth WHERE expires_boot <= ?", "i", now);

    rows_open(&rows, store,
              "SELECT token FROM hit_auth WHERE user = ? AND url = ? AND site = ?", "itt", user,
              url, site);
    bool found = rows_next(&rows);
    if (found)
        rows_text(&rows, 0, out, SIGN_IN_TOKEN + 1);
    rows_close(&rows);

    if (found)
        return;

    bitrix24_random(portal, BITRIX24_ALPHANUMERIC, SIGN_IN_TOKEN, out);
    store_run(store,
              "INSERT INTO hit_auth (token, user, url, site, expires_boot) "
              "VALUES (?, ?, ?, ?, ?)",
              "titti", out, user, url, site, now + (int64_t)SIGN_IN_LIFE_S * 1000);
}

bool sign_in_tokens_take(struct portal *portal, const char *token, const char *url,
                         const char *site, int64_t *user)
{
    *user = store_number(&portal->store, 0,
                         "SELECT user FROM hit_auth WHERE token = ? AND url = ? AND site = ? "
                         "AND expires_boot > ?",
                         "ttti", token, url, site, portal_boot_ms(portal));
    if (*user == 0)
        return false;
    store_run(&portal->store, "DELETE FROM hit_auth WHERE token = ?", "t", token);
    return true;
}
