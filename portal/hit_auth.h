// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_HIT_AUTH_H
#define QRCONFIRM_PORTAL_HIT_AUTH_H

// Tokens that sign somebody in once, at one address of one site, within a minute: what a box
// sends to the waiting page. All functions run inside a transaction.

#include "portal/portal.h"

#define HIT_AUTH_TOKEN  32u // characters
#define HIT_AUTH_LIFE_S 60

// The live token of this user, address and site, or a new one.
void hit_auth_get(struct portal *portal, int64_t user, const char *url, const char *site,
                  char out[static HIT_AUTH_TOKEN + 1]);

// Uses a token up. False, and nothing changes, if it is not one of this address and site, or
// not alive.
bool hit_auth_take(struct portal *portal, const char *token, const char *url, const char *site,
                   int64_t *user);

#endif
