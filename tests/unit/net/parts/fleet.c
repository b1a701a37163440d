// SPDX-License-Identifier: MIT
#include "tests/unit/net/scratch.h"

#include "net/certificate.h"
#include "net/protocol/base32.h"
#include "net/protocol/device_token.h"
#include "tests/unit/net/parts/fleet.h"

#define TABLE_MAX 8192u

// Column for column, as the first line names them; no column here has a comma in it.
static void read_row(char *line, struct fleet_row *out)
{
    char *const columns[] = {out->number, out->label,   out->portal, out->portal_key,
                             out->pin,    out->account, out->token};
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
        const char *column = strsep(&line, ",");
        assert_non_null(column);
        snprintf(columns[i], FLEET_COLUMN_MAX, "%s", column);
    }
}

void fleet_make(const struct sandbox *sandbox, struct fleet_row *out)
{
    char table[TABLE_MAX], *next = table;
    sandbox_ask(sandbox, (const char *const[]){"tokens", "add", SANDBOX_USER, "--csv", NULL},
                "", table, sizeof(table));
    assert_string_equal(strsep(&next, "\r"),
                        "number,label,portal,portal-key,pin,account,token,expires");
    assert_non_null(next);
    read_row(next + 1, out);
}

void fleet_read(const struct fleet_row *row, struct token_pairing *out)
{
    *out = (struct token_pairing){.pin_count = 1};
    assert_true(origin_is_normal(span_str(row->portal)));
    snprintf(out->code.origin.text, sizeof(out->code.origin.text), "%.267s", row->portal);
    assert_true(base32_decode(span_str(row->portal_key), out->code.fingerprint,
                              sizeof(out->code.fingerprint)));
    assert_true(pin_parse(row->pin, out->pins[0]));
    assert_true(device_token_read(span_str(row->token), out->code.token));
    snprintf(out->account_id, sizeof(out->account_id), "%.128s", row->account);
    snprintf(out->label, sizeof(out->label), "%.64s", row->label);
}

bool fleet_is(const struct sandbox *sandbox, const struct fleet_row *row, const char *state)
{
    char table[TABLE_MAX], wanted[FLEET_COLUMN_MAX + 64], *next = table;
    snprintf(wanted, sizeof(wanted), "%s\t" SANDBOX_USER "\t%s\t", row->number, state);
    sandbox_ask(sandbox, (const char *const[]){"tokens", "list", NULL}, "", table,
                sizeof(table));
    for (const char *line; (line = strsep(&next, "\n"));)
        if (strncmp(line, wanted, strlen(wanted)) == 0)
            return true;
    return false;
}

void fleet_revoke(const struct sandbox *sandbox, const struct fleet_row *row)
{
    char said[TABLE_MAX];
    sandbox_ask(sandbox, (const char *const[]){"tokens", "revoke", row->number, NULL}, "", said,
                sizeof(said));
}
