// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BITRIX24_SIGN_IN_TOKENS_H
#define QRCONFIRM_PORTAL_BITRIX24_SIGN_IN_TOKENS_H

// Tokens that sign somebody in once, at one address of one site, within a minute: what a box
// sends to the waiting page. All functions run inside a transaction.

#include "portal/core/portal.h"

#define SIGN_IN_TOKEN  32u // characters
#define SIGN_IN_LIFE_S 60

// The live token of this user, address and site, or a new one.
void sign_in_tokens_get(struct portal *portal, int64_t user, const char *url, const char *site,
                        char out[static SIGN_IN_TOKEN + 1]);

// Uses a token up. False, and nothing changes, if it is not one of this address and site, or
// not alive.
bool sign_in_tokens_take(struct portal *portal, const char *token, const char *url,
                         const char *site, int64_t *user);

#endif
