// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BITRIX24_RECOVERY_CODES_H
#define QRCONFIRM_PORTAL_BITRIX24_RECOVERY_CODES_H

// Codes on paper that stand for a one-time code, each once. All functions run inside a
// transaction.

#include "portal/core/portal.h"

#define RECOVERY_CODE  10u // characters [0-9a-f]
#define RECOVERY_CODES 10u

// Makes new ones; earlier ones are void.
void recovery_codes_make(struct portal *portal, int64_t user,
                         char out[static RECOVERY_CODES][RECOVERY_CODE + 1]);
bool recovery_codes_take(struct store *store, int64_t user, const char *code);

#endif
