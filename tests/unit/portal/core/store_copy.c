// SPDX-License-Identifier: MIT
// A portal moves from SQLite to PostgreSQL: all of it or nothing, and not while it is served.
#include "bench.h"

#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "portal/core/start.h"
#include "portal/core/store_copy.h"

struct place {
    struct bench bench;
    struct bench_device device;
    struct portal_challenge approved;
    struct token cookie;
    struct statement_receipt receipt;
    char server[256], conn[96], moved[96];
};

static struct place place;

static void write_conn(mode_t mode)
{
    FILE *file = fopen(place.conn, "w");
    assert_non_null(file);
    fprintf(file, "%s options='-csearch_path=\"%s\"'\n", place.server,
            strrchr(place.bench.directory, '-') + 1);
    fclose(file);
    assert_int_equal(chmod(place.conn, mode), 0);
}

static void make_schema(void)
{
    char sql[96];
    PGconn *connection = PQconnectdb(place.server);
    snprintf(sql, sizeof(sql), "CREATE SCHEMA \"%s\"", strrchr(place.bench.directory, '-') + 1);
    PGresult *made = PQexec(connection, sql);
    assert_int_equal(PQresultStatus(made), PGRES_COMMAND_OK);
    PQclear(made);
    PQfinish(connection);
}

// A portal in SQLite, with a device, and a sign-in that was approved and not taken yet.
static int open_place(void **state)
{
    (void)state;
    const char *server = getenv("PORTAL_TEST_POSTGRESQL");
    assert_non_null(server);
    place = (struct place){0};
    snprintf(place.server, sizeof(place.server), "%s", server);
    unsetenv("PORTAL_TEST_POSTGRESQL"); // the bench lies in SQLite first
    bench_open(&place.bench);
    setenv("PORTAL_TEST_POSTGRESQL", place.server, 1);

    bench_pair(&place.bench, bench_user(&place.bench, "anna", false), &place.device);
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &place.cookie, &place.approved);
    bench_approve(&place.bench, &place.device, &place.approved, &place.receipt);
    snprintf(place.conn, sizeof(place.conn), "%s/conn", place.bench.directory);
    snprintf(place.moved, sizeof(place.moved), "%s/postgresql.conn", place.bench.directory);
    make_schema();
    write_conn(0600);
    return 0;
}

static int close_place(void **state)
{
    (void)state;
    bench_close(&place.bench);
    return 0;
}

static void refuse(const char *why)
{
    struct store_copied copied;
    struct fault fault = {0};
    assert_false(store_copy(place.bench.directory, place.conn, &copied, &fault));
    if (!strstr(fault.detail, why))
        fail_msg("\"%s\" is not in: %s", why, fault.detail);
    assert_int_not_equal(access(place.moved, F_OK), 0);
}

static void move(void)
{
    struct store_copied copied;
    struct fault fault = {0};
    if (!store_copy(place.bench.directory, place.conn, &copied, &fault))
        fail_msg("%s", fault.detail);
    assert_true(copied.tables > 20);
    assert_true(copied.rows > 5);
}

// The portal of before, in PostgreSQL: the same device approves, the same page is signed in.
static void what_was_there_goes_on(void **state)
{
    (void)state;
    struct portal_challenge page;
    struct token cookie;
    struct statement_receipt receipt;
    struct claimed claimed;
    int64_t users = bench_number(&place.bench, "SELECT count(*) FROM users");
    int64_t keys = bench_number(&place.bench, "SELECT count(*) FROM session_keys");
    int64_t statements = bench_number(&place.bench, "SELECT count(*) FROM statements");
    assert_false(store_is_shared(&place.bench.portal.store));

    portal_stop(&place.bench.portal);
    move();
    bench_restart_closed(&place.bench);
    assert_true(store_is_shared(&place.bench.portal.store));
    assert_int_equal(bench_number(&place.bench, "SELECT count(*) FROM users"), users);
    assert_int_equal(bench_number(&place.bench, "SELECT count(*) FROM session_keys"), keys);
    assert_int_equal(bench_number(&place.bench, "SELECT count(*) FROM statements"), statements);

    bench_user(&place.bench, "boris", false); // gets a number of his own
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &cookie, &page);
    bench_approve(&place.bench, &place.device, &page, &receipt);
    assert_int_equal(bench_claim(&place.bench, cookie.text, "", receipt.pickup_code, &claimed),
                     OUTCOME_OK);
}

static void nothing_is_moved_while_it_is_served(void **state)
{
    (void)state;
    refuse("is in use");
}

static void store_that_is_not_empty_is_refused(void **state)
{
    (void)state;
    portal_stop(&place.bench.portal);
    move();
    assert_int_equal(unlink(place.moved), 0);
    refuse("is not empty");

    // portal.db is still what it was.
    bench_restart_closed(&place.bench);
    assert_false(store_is_shared(&place.bench.portal.store));
    assert_int_equal(bench_number(&place.bench, "SELECT count(*) FROM users"), 1);
}

static void connection_that_others_can_read_is_refused(void **state)
{
    (void)state;
    portal_stop(&place.bench.portal);
    write_conn(0640);
    refuse("chmod 600");
    write_conn(0600);
    move();
    struct store_copied copied;
    struct fault fault = {0};
    assert_false(store_copy(place.bench.directory, place.conn, &copied, &fault));
    assert_non_null(strstr(fault.detail, "has moved already"));
    bench_restart_closed(&place.bench);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_place, close_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_there_goes_on),
        TEST(nothing_is_moved_while_it_is_served),
        TEST(store_that_is_not_empty_is_refused),
        TEST(connection_that_others_can_read_is_refused),
    };
    return cmocka_run_group_tests_name("portal store copy", tests, NULL, NULL);
}
