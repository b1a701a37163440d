// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_FLEET_H
#define QRCONFIRM_TESTS_FLEET_H

// Device tokens as their administrator has them: a row of the table that qrportal prints.
// Failures end the test.

#include "net/token_pairing.h"
#include "tests/unit/net/parts/sandbox.h"

#define FLEET_COLUMN_MAX 300u

struct fleet_row {
    char number[FLEET_COLUMN_MAX], label[FLEET_COLUMN_MAX], portal[FLEET_COLUMN_MAX];
    char portal_key[FLEET_COLUMN_MAX], pin[FLEET_COLUMN_MAX], account[FLEET_COLUMN_MAX];
    char token[FLEET_COLUMN_MAX];
};

// Has a token made for the account of the sandbox.
void fleet_make(const struct sandbox *sandbox, struct fleet_row *out);
// What a device makes of the row.
void fleet_read(const struct fleet_row *row, struct token_pairing *out);

// Whether the list of tokens has this one in this state: "open", "used", "withdrawn".
bool fleet_is(const struct sandbox *sandbox, const struct fleet_row *row, const char *state);
void fleet_revoke(const struct sandbox *sandbox, const struct fleet_row *row);

#endif
