// SPDX-License-Identifier: MIT
#include "portal/bitrix24/channel.h"

#include <sodium.h>
#include <stdlib.h>

#include "net/protocol/json_text.h"
#include "portal/bitrix24/bitrix24.h"

void channel_id(struct portal *portal, const char *tag, char out[static CHANNEL_ID + 1])
{
    char key[BITRIX24_SERVER_ID + 1];
    uint8_t hash[CHANNEL_ID / 2] = {0};
    bitrix24_server_id(portal, key);
    if (crypto_generichash(hash, sizeof(hash), (const uint8_t *)tag, strlen(tag),
                           (const uint8_t *)key, BITRIX24_SERVER_ID) != 0)
        store_give_up(&portal->store, "a channel");
    sodium_bin2hex(out, CHANNEL_ID + 1, hash, sizeof(hash));
}

void channel_publish(struct portal *portal, const char *tag, json_t *message)
{
    char id[CHANNEL_ID + 1];
    int64_t now = portal_boot_ms(portal);
    char *text = json_text_dump(message, JSON_COMPACT);
    json_decref(message);
    channel_id(portal, tag, id);
    store_run(&portal->store, "DELETE FROM channel_messages WHERE expires_boot <= ?", "i", now);
    if (text)
        store_run(&portal->store,
                  "INSERT INTO channel_messages (channel, message, expires_boot) "
                  "VALUES (?, ?, ?)",
                  "tti", id, text, now + (int64_t)CHANNEL_EXPIRY_S * 1000);
    free(text);
}

json_t *channel_read(struct portal *portal, const char *id, int64_t after)
{
    json_t *messages = json_array();
    struct rows rows;
    rows_open(&rows, &portal->store,
              "SELECT id, message FROM channel_messages "
              "WHERE channel = ? AND id > ? AND expires_boot > ? ORDER BY id",
              "tii", id, after, portal_boot_ms(portal));
    while (rows_next(&rows)) {
        char *text = rows_text_copy(&rows, 1);
        json_array_append_new(
            messages, json_pack("{s:I, s:o?}", "mid", (json_int_t)rows_int(&rows, 0), "text",
                                text ? json_text_load(span_str(text), 0, NULL, NULL) : NULL));
        free(text);
    }
    return messages;
}
