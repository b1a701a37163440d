// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BITRIX24_STATEMENT_H
#define QRCONFIRM_PORTAL_BITRIX24_STATEMENT_H

// What an administrator can add to a box: pushToken counts only with a bitrix24-v1 statement
// that a device of this very user has signed. The field stands beside those of the action; the
// public keys are in a table. All functions run inside a transaction.

#include "portal/bitrix24/request.h"

#define BITRIX24_STATEMENT_LIFE_S 300 // how old a statement may be, and how far ahead

struct bitrix24_statement_call {
    const struct bitrix24_request *asked;
    const char *site, *unique, *tag; // as they came, not yet checked
};

// NULL lets pass; else why not, a text in English.
const char *bitrix24_statement_judge(struct portal *portal,
                                     const struct bitrix24_statement_call *call);

// Adds a key of a user, in a transaction. False if it is another user's already.
bool bitrix24_statement_key_add(struct store *store, int64_t user,
                                const uint8_t key[static PUBLIC_KEY_SIZE]);

#endif
