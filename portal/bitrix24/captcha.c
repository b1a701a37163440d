// SPDX-License-Identifier: MIT
#include "portal/bitrix24/captcha.h"

#include <strings.h>

#include "portal/bitrix24/bitrix24.h"
#include "portal/bitrix24/captcha_picture.h"

void captcha_new(struct portal *portal, char sid[static CAPTCHA_SID + 1])
{
    char text[CAPTCHA_WORD + 1];
    int64_t now = portal_boot_ms(portal);
    bitrix24_random(portal, BITRIX24_HEX, CAPTCHA_SID, sid);
    bitrix24_random(portal, CAPTCHA_ALPHABET, CAPTCHA_WORD, text);
    store_run(&portal->store, "DELETE FROM captchas WHERE expires_boot <= ?", "i", now);
    store_run(&portal->store, "INSERT INTO captchas (sid, word, expires_boot) VALUES (?, ?, ?)",
              "tti", sid, text, now + (int64_t)CAPTCHA_LIFE_S * 1000);
}

bool captcha_word(struct portal *portal, const char *sid, char out[static CAPTCHA_WORD + 1])
{
    struct rows rows;
    rows_open(&rows, &portal->store,
              "SELECT word FROM captchas WHERE sid = ? AND expires_boot > ?", "ti", sid,
              portal_boot_ms(portal));
    bool found = rows_next(&rows);
    if (found)
        rows_text(&rows, 0, out, CAPTCHA_WORD + 1);
    rows_close(&rows);
    return found;
}

bool captcha_take(struct portal *portal, const char *sid, const char *word)
{
    char wanted[CAPTCHA_WORD + 1];
    if (!captcha_word(portal, sid, wanted))
        return false;
    store_run(&portal->store, "DELETE FROM captchas WHERE sid = ?", "t", sid);
    return strcasecmp(wanted, word) == 0;
}
