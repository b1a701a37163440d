// SPDX-License-Identifier: MIT
// What SQLite does for a sign-in, and for whatever is revoked, costs the same in a store of
// millions: all is found by an index.
#include "place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "portal/core/badges.h"
#include "portal/core/database_sqlite.h"

// Not of one that stays small whatever a company does: settings, and sign-ins that wait minutes
// for a one-time code. To search for every badge is to look through all of them.
static bool looks_through(const char *detail)
{
    if (strcmp(detail, "SCAN settings") == 0 || strcmp(detail, "SCAN pending") == 0)
        return false;
    return strncmp(detail, "SCAN ", 5) == 0 || strstr(detail, "(badge>?)");
}

static void expect_no_scan(sqlite3 *db, const char *sql)
{
    char explained[2048];
    sqlite3_stmt *plan;
    snprintf(explained, sizeof(explained), "EXPLAIN QUERY PLAN %s", sql);
    assert_int_equal(sqlite3_prepare_v2(db, explained, -1, &plan, NULL), SQLITE_OK);
    while (sqlite3_step(plan) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(plan, 3);
        if (looks_through(detail))
            fail_msg("%s: %s", sql, detail);
    }
    sqlite3_finalize(plan);
}

// How often it ran since this was asked last.
static int runs(const struct store_statement *statement)
{
    return sqlite3_stmt_status(statement->compiled, SQLITE_STMTSTATUS_RUN, 1);
}

static struct store *store_of_place(void)
{
    return &place.bench.portal.store;
}

// What ran up to now is not asked about.
static void begin_counting(void)
{
    struct store *store = store_of_place();
    for (size_t i = 0; i < STORE_STATEMENTS; i++)
        if (store->statements[i].compiled)
            runs(&store->statements[i]);
}

// How many statements ran since, each of which looked through no table.
static size_t count_without_scan(void)
{
    struct store *store = store_of_place();
    size_t seen = 0;
    for (size_t i = 0; i < STORE_STATEMENTS; i++) {
        const struct store_statement *statement = &store->statements[i];
        if (!statement->compiled || runs(statement) == 0)
            continue;
        const char *sql = sqlite3_sql(statement->compiled);
        if (strncmp(sql, "PRAGMA", 6) == 0)
            continue;

        expect_no_scan(((struct database_sqlite *)store->database)->db, sql);
        seen++;
    }
    return seen;
}

static void sign_in_looks_through_no_table(void **state)
{
    (void)state;
    struct statement_receipt receipt;
    struct claimed claimed;
    begin_counting();

    bench_challenge(&place.bench, BENCH_ADDRESS, "", &place.cookie, &place.challenge);
    bench_approve(&place.bench, &place.device, &place.challenge, &receipt);
    assert_int_equal(
        bench_claim(&place.bench, place.cookie.text, "", receipt.pickup_code, &claimed),
        OUTCOME_OK);
    assert_true(count_without_scan() > 20);
}

// A kiosk goes with all that people have there, a badge with all that it has anywhere.
static void revoking_looks_through_no_table(void **state)
{
    (void)state;
    struct portal *portal = &place.bench.portal;
    uint8_t bytes[BADGE_SIZE];
    portal_begin(portal);
    int64_t badge = badges_add(portal, place.user, "Anna's", 3600, bytes);
    assert_true(portal_end(portal, true));
    begin_counting();

    portal_begin(portal);
    assert_true(badges_withdraw(portal, badge, 0, REVOKED_BY_ADMIN));
    devices_revoke(portal, place.device.device_id, REVOKED_BY_ADMIN, false);
    devices_revoke_at_kiosk(portal, place.user, place.device.device_id);
    assert_true(portal_end(portal, true));
    assert_true(count_without_scan() > 4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_open_waiting, place_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sign_in_looks_through_no_table),
        TEST(revoking_looks_through_no_table),
    };
    return cmocka_run_group_tests_name("portal queries", tests, NULL, NULL);
}
