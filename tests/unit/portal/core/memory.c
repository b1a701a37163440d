// SPDX-License-Identifier: MIT
// No memory for a step of a sign-in: each call for memory fails once. Then the step was not
// done, the store is as it was, and the same step is done the next time.
#include "place.h"

// cmocka.h wants these before it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "portal/core/devices.h"
#include "tests/unit/failing_memory.h"

static const char *const tables[] = {"challenges", "contexts", "logins",      "statements",
                                     "sessions",   "devices",  "session_keys"};
enum { TABLES = sizeof(tables) / sizeof(tables[0]) };

struct counts {
    int64_t rows[TABLES];
};

static struct counts count_rows(void)
{
    struct counts counts;
    for (size_t i = 0; i < TABLES; i++) {
        char sql[64];
        snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", tables[i]);
        counts.rows[i] = bench_number(&place.bench, sql);
    }
    return counts;
}

static void expect_rows(const struct counts *before, unsigned call)
{
    struct counts now = count_rows();
    for (size_t i = 0; i < TABLES; i++)
        if (now.rows[i] != before->rows[i])
            fail_msg("call %u: %s: %lld rows, not %lld", call, tables[i],
                     (long long)now.rows[i], (long long)before->rows[i]);
}

// Done by the last call alone, and by no call before in part.
static void try_step(const char *what, bool (*step)(void))
{
    unsigned calls = 1;
    struct counts before = count_rows();
    for (unsigned call = 1; call <= calls + 1; call++) {
        failing_begin(call);
        bool done = step();
        calls = failing_end();
        if (done != (call > calls))
            fail_msg("%s, call %u of %u: %s", what, call, calls, done ? "done" : "not done");
        if (!done)
            expect_rows(&before, call);
    }
    print_message("%s: %u calls\n", what, calls);
}

static bool make_challenge(void)
{
    const struct challenge_request wanted = {BENCH_ADDRESS, "Chromium, Linux", ""};
    struct token cookie;
    struct portal_challenge made;
    portal_begin(&place.bench.portal);
    enum outcome outcome = challenges_create(&place.bench.portal, &wanted, &cookie, &made);
    return portal_end(&place.bench.portal, true) && outcome == OUTCOME_OK;
}

static struct envelope_text envelope;
static struct answer answer;

static void seal(enum message message, const void *statement)
{
    struct statement_body body;
    const uint8_t *key = place.device.secret_key;
    assert_int_equal(statement_encode(message, statement, &body), VERDICT_OK);
    assert_true(envelope_seal(message, statement_span(&body), &key, 1, &envelope));
}

// A refusal by a word of the protocol would end it for the device.
static bool send_sealed(verifier_call *call)
{
    const struct caller caller = {.contact.address = BENCH_ADDRESS,
                                  .language = place.bench.language};
    call(&place.bench.portal, envelope_span(&envelope), &caller, &answer);
    if (answer.outcome != OUTCOME_OK && answer.outcome != OUTCOME_FAULT)
        fail_msg("'%s'", outcome_code(answer.outcome));
    return answer.outcome == OUTCOME_OK;
}

static bool ask_context(void)
{
    return send_sealed(verifier_resolve);
}

static bool decide(void)
{
    return send_sealed(verifier_decision);
}

static bool claim(void)
{
    const struct claim wanted = {
        .challenge_cookie = place.cookie.text,
        .mark_cookie = "",
        .code = place.receipt.pickup_code,
        .client = {.address = BENCH_ADDRESS, .agent = "Chromium, Linux"}};
    portal_begin(&place.bench.portal);
    enum outcome outcome = claims_take(&place.bench.portal, &wanted, &place.claimed);
    return portal_end(&place.bench.portal, true) && outcome == OUTCOME_OK;
}

static bool read_tables(void)
{
    struct store *store = &place.bench.portal.store;
    struct device *devices = NULL;
    char name[256];
    portal_begin(&place.bench.portal);
    size_t count = devices_of_user(store, place.user, &devices);
    store_copy_setting(store, "portal.name", name, sizeof(name));
    bool ok = portal_end(&place.bench.portal, false);
    free(devices);
    assert_true(!ok || count == 1);
    return ok;
}

// ---- tests -------------------------------------------------------------------------------

static void a_page_is_made_or_there_was_no_memory(void **state)
{
    (void)state;
    try_step("a page", make_challenge);
}

static void a_sign_in_goes_on_step_by_step(void **state)
{
    (void)state;
    struct statement_resolve resolve;
    struct statement_decision decision;
    struct envelope_opened opened;
    uint8_t hash[HASH_SIZE];
    bench_resolve(&place.bench, &place.device, &place.challenge, &resolve);
    seal(MESSAGE_RESOLVE, &resolve);
    try_step("a context", ask_context);

    bench_open_answer(&place.bench, MESSAGE_CONTEXT, &answer, &opened);
    assert_true(hash_sha256(statement_span(&opened.body), hash));
    bench_decision(&place.bench, &place.device, &place.challenge, hash, &decision);
    seal(MESSAGE_DECISION, &decision);
    try_step("a decision", decide);

    bench_open_answer(&place.bench, MESSAGE_RECEIPT, &answer, &opened);
    place.receipt = opened.statement.receipt;
    try_step("a claim", claim);
    assert_int_equal(bench_number(&place.bench, "SELECT count(*) FROM sessions"), 2);
}

// Where it can be read all the same, it is whole.
static void a_table_is_read_whole_or_not_at_all(void **state)
{
    (void)state;
    unsigned calls = 1;
    for (unsigned call = 1; call <= calls + 1; call++) {
        failing_begin(call);
        bool read = read_tables();
        calls = failing_end();
        assert_true(read || call <= calls);
    }
    print_message("the devices of a person: %u calls\n", calls);
}

// The store is opened as it is to be used, or not at all: no setting of its own is left out.
static void a_store_is_opened_or_there_was_no_memory(void **state)
{
    (void)state;
    unsigned calls = 1;
    for (unsigned call = 1; call <= calls + 1; call++) {
        static struct store store;
        struct fault fault = {0};
        failing_begin(call);
        bool opened = store_open(&store, place.bench.directory, &fault);
        calls = failing_end();
        assert_int_equal(opened, call > calls);
        if (opened)
            store_close(&store);
    }
    print_message("open a store: %u calls\n", calls);
    assert_int_equal(bench_number(&place.bench, "SELECT count(*) FROM pragma_integrity_check "
                                                "WHERE integrity_check = 'ok'"),
                     1);
}

#define ROW(test, open) cmocka_unit_test_setup_teardown(test, open, place_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(a_page_is_made_or_there_was_no_memory, place_open_paired),
        ROW(a_sign_in_goes_on_step_by_step, place_open_waiting),
        ROW(a_table_is_read_whole_or_not_at_all, place_open_paired),
        ROW(a_store_is_opened_or_there_was_no_memory, place_open_paired),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
