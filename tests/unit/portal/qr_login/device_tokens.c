// SPDX-License-Identifier: MIT
// Pairing by a token that was made for one device (qr-login v1, section 6.1).
#include "place.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <sodium.h>

#include "portal/core/device_tokens.h"
#include "portal/core/trust.h"

#define LIFE_S INT64_C(604800)

// A token that a device is about to take, and what comes of it.
static struct {
    int64_t number;
    uint8_t token[PAIRING_TOKEN_SIZE];
    struct statement_enrol enrol;
    struct answer answer;
    struct envelope_opened opened;
} made;

static int open_place(void **state)
{
    (void)state;
    bench_open(&place.bench);
    place.user = bench_user(&place.bench, "lift", false);
    portal_begin(&place.bench.portal);
    made.number =
        device_tokens_add(&place.bench.portal, place.user, "kiosk 1", "", LIFE_S, made.token);
    assert_true(portal_end(&place.bench.portal, true));
    bench_new_key(&place.device);
    bench_enrol(&place.bench, &place.device, made.token, &made.enrol);
    return 0;
}

static enum outcome enrol(void)
{
    bench_send(&place.bench, MESSAGE_ENROL, &made.enrol, &place.device, &made.answer);
    if (made.answer.outcome == OUTCOME_OK)
        bench_open_answer(&place.bench, MESSAGE_ENROLLED, &made.answer, &made.opened);
    return made.answer.outcome;
}

static enum outcome enrol_another(void)
{
    bench_new_key(&place.device);
    bench_enrol(&place.bench, &place.device, made.token, &made.enrol);
    return enrol();
}

static bool withdraw(void)
{
    portal_begin(&place.bench.portal);
    bool withdrawn = device_tokens_withdraw(&place.bench.portal, made.number);
    assert_true(portal_end(&place.bench.portal, true));
    return withdrawn;
}

static void first_reply_is_the_device(void **state)
{
    (void)state;
    const struct statement_enrolled *enrolled = &made.opened.statement.enrolled;
    assert_int_equal(enrol(), OUTCOME_OK);
    assert_int_equal(made.answer.status, 200);
    assert_int_equal(enrolled->state, ENROLLED_ACTIVE);
    assert_string_equal(enrolled->pairing_code, "");
    assert_string_equal(enrolled->account_name, "lift");
    assert_int_equal(enrolled->not_after, place.bench.wall + 7776000);
    memcpy(place.device.device_id, enrolled->device_id, DEVICE_ID_SIZE);

    // The device signs in as any other.
    uint8_t hash[HASH_SIZE];
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &place.cookie, &place.challenge);
    assert_int_equal(bench_do_resolve(&place.bench, &place.device, &place.challenge, hash),
                     OUTCOME_OK);
}

// The reply was lost, or the power: the same bytes get the same device.
static void same_bytes_get_the_same_device_for_a_day(void **state)
{
    (void)state;
    uint8_t device_id[DEVICE_ID_SIZE];
    assert_int_equal(enrol(), OUTCOME_OK);
    memcpy(device_id, made.opened.statement.enrolled.device_id, sizeof(device_id));
    bench_restart(&place.bench);
    bench_pass(&place.bench, 86399);
    assert_int_equal(enrol(), OUTCOME_OK);
    assert_memory_equal(device_id, made.opened.statement.enrolled.device_id, sizeof(device_id));
    assert_int_equal(bench_number(&place.bench, "SELECT count(*) FROM devices"), 1);

    bench_pass(&place.bench, 1);
    assert_int_equal(enrol(), OUTCOME_TOKEN_USED);
}

static void second_device_gets_nothing(void **state)
{
    (void)state;
    assert_int_equal(enrol(), OUTCOME_OK);
    assert_int_equal(enrol_another(), OUTCOME_TOKEN_USED);
    assert_int_equal(bench_number(&place.bench, "SELECT count(*) FROM devices"), 1);
    assert_false(withdraw()); // too late: the device is what is revoked
}

static void tokens_have_an_end(void **state)
{
    (void)state;
    bench_pass(&place.bench, LIFE_S - 1);
    bench_restart(&place.bench); // which ends codes on pages, but no device token
    bench_pass(&place.bench, 1);
    assert_int_equal(enrol(), OUTCOME_TOKEN_EXPIRED);
    bench_pass(&place.bench, -1);
    assert_int_equal(enrol(), OUTCOME_OK);
}

static void withdrawn_one_pairs_nobody(void **state)
{
    (void)state;
    assert_true(withdraw());
    assert_false(withdraw());
    assert_int_equal(enrol(), OUTCOME_ENROLMENT_REFUSED);
    assert_int_equal(bench_number(&place.bench, "SELECT count(*) FROM devices"), 0);
}

static void all_of_an_account_are_withdrawn(void **state)
{
    (void)state;
    struct portal *portal = &place.bench.portal;
    uint8_t token[PAIRING_TOKEN_SIZE];
    int64_t other = bench_user(&place.bench, "door", false);
    portal_begin(portal);
    device_tokens_add(portal, place.user, "kiosk 2", "", LIFE_S, token);
    device_tokens_add(portal, other, "kiosk 3", "", LIFE_S, token);
    assert_int_equal(device_tokens_withdraw_all(portal, place.user), 2);
    assert_int_equal(device_tokens_withdraw_all(portal, place.user), 0);
    assert_int_equal(device_tokens_withdraw_all(portal, other), 1);
    assert_true(portal_end(portal, true));
}

// What refuses a token for now takes nothing.
static void refusals_leave_it_open(void **state)
{
    (void)state;
    struct portal *portal = &place.bench.portal;
    made.enrol.token[15] ^= 1;
    assert_int_equal(enrol(), OUTCOME_UNKNOWN_TOKEN);
    made.enrol.token[15] ^= 1;

    portal_begin(portal);
    users_set_enabled(&portal->store, place.user, false);
    trust_end(portal, place.user);
    assert_true(portal_end(portal, true));
    assert_int_equal(enrol(), OUTCOME_ACCOUNT_DISABLED);

    portal_begin(portal);
    users_set_enabled(&portal->store, place.user, true);
    assert_true(portal_end(portal, true));
    bench_config(&place.bench, "allow-qr", "off");
    assert_int_equal(enrol(), OUTCOME_QR_DISABLED);
    bench_config(&place.bench, "allow-qr", "on");
    assert_int_equal(enrol(), OUTCOME_OK);
}

static void key_is_never_used_twice(void **state)
{
    (void)state;
    assert_int_equal(enrol(), OUTCOME_OK);
    portal_begin(&place.bench.portal);
    device_tokens_add(&place.bench.portal, place.user, "kiosk 2", "", LIFE_S, made.token);
    assert_true(portal_end(&place.bench.portal, true));
    bench_enrol(&place.bench, &place.device, made.token, &made.enrol);
    assert_int_equal(enrol(), OUTCOME_KEY_IN_USE);
    assert_int_equal(enrol_another(), OUTCOME_OK);
}

static void revoked_device_is_told_so(void **state)
{
    (void)state;
    assert_int_equal(enrol(), OUTCOME_OK);
    portal_begin(&place.bench.portal);
    devices_revoke(&place.bench.portal, made.opened.statement.enrolled.device_id,
                   REVOKED_BY_ADMIN, true);
    assert_true(portal_end(&place.bench.portal, true));
    assert_int_equal(enrol(), OUTCOME_DEVICE_REVOKED);
}

// Who reads the store learns no token.
static void the_store_holds_no_token(void **state)
{
    (void)state;
    if (bench_is_shared())
        return; // the same statements wrote there
    struct rows rows;
    uint8_t kept[HASH_SIZE], hash[HASH_SIZE];
    assert_true(hash_sha256(span_of(made.token, sizeof(made.token)), hash));
    portal_begin(&place.bench.portal);
    rows_open(&rows, &place.bench.portal.store,
              "SELECT token_hash FROM device_tokens WHERE instr(CAST(token_hash AS BLOB), ?) = "
              "0 AND (envelope IS NULL)",
              "b", made.token, sizeof(made.token));
    assert_true(rows_next(&rows));
    assert_true(rows_blob(&rows, 0, kept, sizeof(kept)));
    rows_close(&rows);
    assert_true(portal_end(&place.bench.portal, false));
    assert_memory_equal(kept, hash, sizeof(hash));
}

static void note_state(void *userdata, const struct device_token *token)
{
    enum device_token_state *states = userdata;
    assert_in_range(token->number, 1, 4);
    states[token->number - 1] = token->state;
}

static void list_says_what_became_of_them(void **state)
{
    (void)state;
    struct portal *portal = &place.bench.portal;
    enum device_token_state states[4] = {DEVICE_TOKEN_OPEN};
    uint8_t token[PAIRING_TOKEN_SIZE];
    assert_int_equal(enrol(), OUTCOME_OK);

    portal_begin(portal);
    int64_t second = device_tokens_add(portal, place.user, "kiosk 2", "", LIFE_S, token);
    device_tokens_add(portal, place.user, "kiosk 3", "", 60, token);
    device_tokens_add(portal, place.user, "kiosk 4", "", LIFE_S, token);
    assert_true(device_tokens_withdraw(portal, second));
    assert_true(portal_end(portal, true));
    bench_pass(&place.bench, 60);

    portal_begin(portal);
    device_tokens_list(portal, place.user, note_state, states);
    assert_true(portal_end(portal, false));
    static const enum device_token_state expected[] = {
        DEVICE_TOKEN_USED, DEVICE_TOKEN_WITHDRAWN, DEVICE_TOKEN_EXPIRED, DEVICE_TOKEN_OPEN};
    assert_memory_equal(states, expected, sizeof(expected));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_place, place_close)
    const struct CMUnitTest tests[] = {
        TEST(first_reply_is_the_device),     TEST(same_bytes_get_the_same_device_for_a_day),
        TEST(second_device_gets_nothing),    TEST(tokens_have_an_end),
        TEST(withdrawn_one_pairs_nobody),    TEST(all_of_an_account_are_withdrawn),
        TEST(refusals_leave_it_open),        TEST(key_is_never_used_twice),
        TEST(revoked_device_is_told_so),     TEST(the_store_holds_no_token),
        TEST(list_says_what_became_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
