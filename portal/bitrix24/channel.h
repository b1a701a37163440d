// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BITRIX24_CHANNEL_H
#define QRCONFIRM_PORTAL_BITRIX24_CHANNEL_H

// The push server of the mode bitrix24: messages wait in the store, each in its channel, until
// a page asks for them. A channel is named by the tag of a page's code; no record of the tags
// exists, so a message to any tag is taken. Only a page that holds the channel's id can read:
// it is made of the tag and the portal's secret, as the tag stands in the code for all to see.
// All functions run inside a transaction.

#include <jansson.h>

#include "portal/core/portal.h"

#define CHANNEL_ID       64u // characters
#define CHANNEL_EXPIRY_S 60

// All zero where the transaction has failed: that is nobody's.
void channel_id(struct portal *portal, const char *tag, char out[static CHANNEL_ID + 1]);

// Takes over `message`.
void channel_publish(struct portal *portal, const char *tag, json_t *message);

// The live messages of a channel that come after number `after`: [{"mid": 7, "text": {...}}].
// The caller owns it.
json_t *channel_read(struct portal *portal, const char *id, int64_t after);

#endif
