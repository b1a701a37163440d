// SPDX-License-Identifier: MIT
// Pairing, key rotation, unpairing (qr-login v1, sections 6 and 11).
#include "place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <sodium.h>

// The pairing code that is shown, and what comes of it.
static struct {
    struct session session;
    uint8_t token[PAIRING_TOKEN_SIZE];
    struct statement_enrol enrol;
    struct answer answer;
    struct envelope_opened opened;
} shown;

// A pairing code is shown, and a device is about to take it.
static int open_place(void **state)
{
    (void)state;
    bench_open(&place.bench);
    place.user = bench_user(&place.bench, "anna", false);
    bench_session(&place.bench, place.user, &shown.session);
    bench_pairing_code(&place.bench, &shown.session, shown.token);
    bench_new_key(&place.device);
    bench_enrol(&place.bench, &place.device, shown.token, &shown.enrol);
    return 0;
}

static enum outcome enrol(void)
{
    bench_send(&place.bench, MESSAGE_ENROL, &shown.enrol, &place.device, &shown.answer);
    if (shown.answer.outcome == OUTCOME_OK)
        bench_open_answer(&place.bench, MESSAGE_ENROLLED, &shown.answer, &shown.opened);
    return shown.answer.outcome;
}

static enum confirm_result confirm(const char *code)
{
    struct enrolment enrolment;
    portal_begin(&place.bench.portal);
    assert_true(enrolments_of_session(&place.bench.portal, &shown.session, &enrolment));
    enum confirm_result result = enrolments_confirm(&place.bench.portal, &enrolment, code);
    assert_true(portal_end(&place.bench.portal, true));
    return result;
}

static void pending_until_the_digits_are_typed(void **state)
{
    (void)state;
    char code[7];

    assert_int_equal(enrol(), OUTCOME_OK);
    assert_int_equal(shown.answer.status, 202);
    const struct statement_enrolled *enrolled = &shown.opened.statement.enrolled;
    assert_int_equal(enrolled->state, ENROLLED_PENDING);
    memcpy(code, enrolled->pairing_code, sizeof(code));

    bench_pass(&place.bench, 2);
    assert_int_equal(enrol(), OUTCOME_OK);
    assert_string_equal(enrolled->pairing_code, code); // the same in each reply
    assert_int_equal(bench_number(&place.bench, "SELECT count(*) FROM devices"), 0);

    assert_int_equal(confirm(code), CONFIRM_PAIRED);
    assert_int_equal(enrol(), OUTCOME_OK);
    assert_int_equal(enrolled->state, ENROLLED_ACTIVE);
    assert_int_equal(enrolled->not_after, place.bench.wall + 7776000);
    assert_string_equal(enrolled->account_name, "anna");

    bench_pass(&place.bench, 86399);
    assert_int_equal(enrol(), OUTCOME_OK);
    bench_pass(&place.bench, 1);
    assert_int_equal(enrol(), OUTCOME_TOKEN_USED);
}

static void third_wrong_digits_refuse_it(void **state)
{
    (void)state;
    assert_int_equal(enrol(), OUTCOME_OK);
    char right[7];
    memcpy(right, shown.opened.statement.enrolled.pairing_code, sizeof(right));
    const char *wrong = strcmp(right, "111111") == 0 ? "222222" : "111111";
    assert_int_equal(confirm(wrong), CONFIRM_WRONG);
    assert_int_equal(confirm("12345"), CONFIRM_WRONG);
    assert_int_equal(confirm(wrong), CONFIRM_REFUSED);
    assert_int_equal(confirm(right), CONFIRM_GONE);
    assert_int_equal(enrol(), OUTCOME_ENROLMENT_REFUSED);
}

static void user_says_no(void **state)
{
    (void)state;
    struct enrolment enrolment;
    assert_int_equal(enrol(), OUTCOME_OK);
    portal_begin(&place.bench.portal);
    assert_true(enrolments_of_session(&place.bench.portal, &shown.session, &enrolment));
    enrolments_refuse(&place.bench.portal, &enrolment);
    portal_end(&place.bench.portal, true);
    assert_int_equal(enrol(), OUTCOME_ENROLMENT_REFUSED);
}

static void stranger_who_is_first_wins_nothing(void **state)
{
    (void)state;
    struct bench_device mine = place.device;

    bench_new_key(&place.device); // the stranger
    bench_enrol(&place.bench, &place.device, shown.token, &shown.enrol);
    assert_int_equal(enrol(), OUTCOME_OK);

    struct statement_enrol enrol_mine;
    struct answer answer;
    bench_enrol(&place.bench, &mine, shown.token, &enrol_mine);
    bench_send(&place.bench, MESSAGE_ENROL, &enrol_mine, &mine, &answer);
    assert_int_equal(answer.outcome, OUTCOME_TOKEN_USED);

    // The key was not taken with it: with a new code the device is paired.
    bench_pairing_code(&place.bench, &shown.session, shown.token);
    bench_enrol(&place.bench, &mine, shown.token, &enrol_mine);
    bench_send(&place.bench, MESSAGE_ENROL, &enrol_mine, &mine, &answer);
    assert_int_equal(answer.outcome, OUTCOME_OK);

    // And the stranger's code is over.
    assert_int_equal(enrol(), OUTCOME_TOKEN_EXPIRED);
}

static void tokens_are_judged(void **state)
{
    (void)state;
    shown.enrol.token[0] ^= 1;
    assert_int_equal(enrol(), OUTCOME_UNKNOWN_TOKEN);
    shown.enrol.token[0] ^= 1;
    strcpy(shown.enrol.where.origin, "https://portal.example.org");
    assert_int_equal(enrol(), OUTCOME_STATEMENT_MISMATCH);
    bench_where(&place.bench, MESSAGE_ENROL, &shown.enrol.where);
    bench_config(&place.bench, "allow-qr", "off");
    assert_int_equal(enrol(), OUTCOME_QR_DISABLED);
    bench_config(&place.bench, "allow-qr", "on");
    bench_pass(&place.bench, 300);
    assert_int_equal(enrol(), OUTCOME_TOKEN_EXPIRED);
}

static void pending_pairing_expires(void **state)
{
    (void)state;
    assert_int_equal(enrol(), OUTCOME_OK);
    char code[7];
    memcpy(code, shown.opened.statement.enrolled.pairing_code, sizeof(code));
    bench_pass(&place.bench, 300);
    assert_int_equal(confirm(code), CONFIRM_GONE);
    assert_int_equal(enrol(), OUTCOME_TOKEN_EXPIRED);
}

static void key_is_never_used_twice(void **state)
{
    (void)state;
    assert_int_equal(enrol(), OUTCOME_OK);
    assert_int_equal(confirm(shown.opened.statement.enrolled.pairing_code), CONFIRM_PAIRED);
    bench_pairing_code(&place.bench, &shown.session, shown.token);
    bench_enrol(&place.bench, &place.device, shown.token, &shown.enrol);
    assert_int_equal(enrol(), OUTCOME_KEY_IN_USE);
}

static void key_that_is_not_confirmed_signs_nothing(void **state)
{
    (void)state;
    struct token cookie;
    struct portal_challenge challenge;
    uint8_t hash[HASH_SIZE];
    assert_int_equal(enrol(), OUTCOME_OK);
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &cookie, &challenge);
    assert_int_equal(bench_do_resolve(&place.bench, &place.device, &challenge, hash),
                     OUTCOME_UNKNOWN_DEVICE);
}

static void revoked_pairing_is_told_so(void **state)
{
    (void)state;
    assert_int_equal(enrol(), OUTCOME_OK);
    assert_int_equal(confirm(shown.opened.statement.enrolled.pairing_code), CONFIRM_PAIRED);
    assert_int_equal(enrol(), OUTCOME_OK);
    portal_begin(&place.bench.portal);
    devices_revoke(&place.bench.portal, shown.opened.statement.enrolled.device_id,
                   REVOKED_BY_USER, true);
    portal_end(&place.bench.portal, true);
    assert_int_equal(enrol(), OUTCOME_DEVICE_REVOKED);
    bench_open_answer(&place.bench, MESSAGE_REVOKED, &shown.answer, &shown.opened);
    assert_memory_equal(shown.opened.statement.revoked.key_id, place.device.key_id,
                        KEY_ID_SIZE);
}

static void restart_ends_what_is_not_confirmed(void **state)
{
    (void)state;
    assert_int_equal(enrol(), OUTCOME_OK);
    bench_restart(&place.bench);
    assert_int_equal(enrol(), bench_is_shared() ? OUTCOME_OK : OUTCOME_TOKEN_EXPIRED);
}

static enum outcome rotate(const struct bench_device *fresh, bool both)
{
    struct statement_rotate rotate = {.sequence = place.device.sequence};
    struct statement_body body;
    struct envelope_text envelope;
    const uint8_t *signers[] = {place.device.secret_key, fresh->secret_key};

    memcpy(rotate.portal_id, place.bench.portal.keys.current.portal_id, PORTAL_ID_SIZE);
    memcpy(rotate.device_id, place.device.device_id, DEVICE_ID_SIZE);
    memcpy(rotate.key_id, place.device.key_id, KEY_ID_SIZE);
    memcpy(rotate.new_key, fresh->public_key, PUBLIC_KEY_SIZE);
    bench_where(&place.bench, MESSAGE_ROTATE, &rotate.where);

    assert_int_equal(statement_encode_rotate(&rotate, &body), VERDICT_OK);
    assert_true(
        envelope_seal(MESSAGE_ROTATE, statement_span(&body), signers, both ? 2 : 1, &envelope));

    verifier_rotate(&place.bench.portal, envelope_span(&envelope),
                    &(struct caller){.contact.address = BENCH_ADDRESS}, &shown.answer);
    return shown.answer.outcome;
}

static enum outcome resolve_with(const struct bench_device *device)
{
    struct token cookie;
    struct portal_challenge challenge;
    uint8_t hash[HASH_SIZE];
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &cookie, &challenge);
    return bench_do_resolve(&place.bench, device, &challenge, hash);
}

static void new_key(struct bench_device *out)
{
    *out = place.device;
    bench_new_key(out);
}

static void rotation_needs_both_signatures(void **state)
{
    (void)state;
    struct bench_device fresh;
    new_key(&fresh);
    place.device.sequence++;
    assert_int_equal(rotate(&fresh, false), OUTCOME_BAD_SIGNATURE);
    assert_int_equal(resolve_with(&fresh), OUTCOME_UNKNOWN_DEVICE);
}

static void both_keys_work_until_the_new_one_is_used(void **state)
{
    (void)state;
    struct bench_device fresh, other;
    struct answer first;

    new_key(&fresh);
    new_key(&other);
    place.device.sequence++;

    assert_int_equal(rotate(&fresh, true), OUTCOME_OK);
    bench_open_answer(&place.bench, MESSAGE_ENROLLED, &shown.answer, &shown.opened);
    assert_memory_equal(shown.opened.statement.enrolled.session_key, fresh.public_key,
                        PUBLIC_KEY_SIZE);

    first = shown.answer;
    assert_int_equal(rotate(&fresh, true), OUTCOME_OK); // the reply was lost
    assert_string_equal(shown.answer.envelope, first.envelope);

    place.device.sequence++;
    assert_int_equal(rotate(&other, true), OUTCOME_KEY_IN_USE);

    assert_int_equal(resolve_with(&place.device), OUTCOME_OK);
    assert_int_equal(resolve_with(&fresh), OUTCOME_OK);
    assert_int_equal(resolve_with(&place.device), OUTCOME_KEY_EXPIRED);
    assert_int_equal(resolve_with(&fresh), OUTCOME_OK);
}

static void old_key_has_a_day(void **state)
{
    (void)state;
    struct bench_device fresh;
    new_key(&fresh);
    place.device.sequence++;
    assert_int_equal(rotate(&fresh, true), OUTCOME_OK);
    bench_pass(&place.bench, 86399);
    assert_int_equal(resolve_with(&place.device), OUTCOME_OK);
    bench_pass(&place.bench, 1);
    assert_int_equal(resolve_with(&place.device), OUTCOME_KEY_EXPIRED);
    assert_int_equal(resolve_with(&fresh), OUTCOME_OK);
}

static void unpairing_is_told_and_repeated(void **state)
{
    (void)state;
    struct statement_unpair unpair = {.sequence = ++place.device.sequence,
                                      .flags = UNPAIR_END_SESSIONS};
    struct answer first;

    memcpy(unpair.portal_id, place.bench.portal.keys.current.portal_id, PORTAL_ID_SIZE);
    memcpy(unpair.device_id, place.device.device_id, DEVICE_ID_SIZE);
    memcpy(unpair.key_id, place.device.key_id, KEY_ID_SIZE);
    bench_where(&place.bench, MESSAGE_UNPAIR, &unpair.where);

    bench_send(&place.bench, MESSAGE_UNPAIR, &unpair, &place.device, &first);
    assert_int_equal(first.outcome, OUTCOME_OK);
    bench_open_answer(&place.bench, MESSAGE_REVOKED, &first, &shown.opened);
    assert_int_equal(shown.opened.statement.revoked.reason, REVOKED_BY_DEVICE);

    bench_pass(&place.bench, 5);
    bench_send(&place.bench, MESSAGE_UNPAIR, &unpair, &place.device, &shown.answer);
    assert_string_equal(shown.answer.envelope, first.envelope);
    assert_int_equal(resolve_with(&place.device), OUTCOME_DEVICE_REVOKED);
}

static void login_of_another_device_is_not_ended(void **state)
{
    (void)state;
    struct bench_device other;
    struct token cookie;
    struct portal_challenge challenge;
    struct statement_receipt receipt;
    struct statement_endsession end = {.sequence = 1};

    bench_pair(&place.bench, place.user, &other);
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &cookie, &challenge);
    bench_approve(&place.bench, &place.device, &challenge, &receipt);

    memcpy(end.portal_id, place.bench.portal.keys.current.portal_id, PORTAL_ID_SIZE);
    memcpy(end.device_id, other.device_id, DEVICE_ID_SIZE);
    memcpy(end.key_id, other.key_id, KEY_ID_SIZE);
    memcpy(end.login_id, receipt.login_id, LOGIN_ID_SIZE);
    bench_where(&place.bench, MESSAGE_ENDSESSION, &end.where);

    bench_send(&place.bench, MESSAGE_ENDSESSION, &end, &other, &shown.answer);
    assert_int_equal(shown.answer.outcome, OUTCOME_STATEMENT_MISMATCH);
    assert_int_equal(bench_state(&place.bench, &challenge), CHALLENGE_APPROVED);
}

static void metadata_serial_rises_with_changes_only(void **state)
{
    (void)state;
    uint64_t serial = place.bench.portal.serial;
    bench_restart(&place.bench);
    assert_int_equal(place.bench.portal.serial, serial);
    bench_config(&place.bench, "portal.name", "Another name");
    bench_restart(&place.bench);
    assert_int_equal(place.bench.portal.serial, serial + 1);
    struct envelope_opened opened;
    assert_int_equal(envelope_open(MESSAGE_METADATA,
                                   envelope_span(&place.bench.portal.metadata), NULL, &opened),
                     VERDICT_OK);
    assert_string_equal(opened.statement.metadata.display_name, "Another name");
    assert_string_equal(opened.statement.metadata.base_url, BENCH_URL);
}

// Asks with the portal id given; the key that signed the reply, or the refusal.
static enum outcome resolve_under(const struct portal_key *key)
{
    struct token cookie;
    struct portal_challenge challenge;
    struct statement_resolve resolve;

    bench_challenge(&place.bench, BENCH_ADDRESS, "", &cookie, &challenge);
    bench_resolve(&place.bench, &place.device, &challenge, &resolve);
    memcpy(resolve.portal_id, key->portal_id, PORTAL_ID_SIZE);
    bench_send(&place.bench, MESSAGE_RESOLVE, &resolve, &place.device, &shown.answer);

    if (shown.answer.outcome == OUTCOME_OK) {
        uint8_t public_key[PUBLIC_KEY_SIZE];
        memcpy(public_key, key->public_key, sizeof(public_key));
        const struct envelope_keys keys = {envelope_find_one, public_key};
        assert_int_equal(envelope_open(MESSAGE_CONTEXT, span_str(shown.answer.envelope), &keys,
                                       &shown.opened),
                         VERDICT_OK);
        assert_memory_equal(shown.opened.statement.context.portal_id, key->portal_id,
                            PORTAL_ID_SIZE);
    }

    return shown.answer.outcome;
}

static void portal_key_is_announced_switched_and_forgotten(void **state)
{
    (void)state;
    struct bench *bench = &place.bench;
    struct portal_key first = bench->portal.keys.current;
    struct fault fault;
    assert_false(keys_switch(bench->directory, &fault)); // nothing was announced
    assert_true(keys_announce(bench->directory, &bench->portal.environment, &fault));
    assert_false(keys_announce(bench->directory, &bench->portal.environment, &fault));

    bench_restart(bench);
    struct portal_key next = bench->portal.keys.next;
    assert_true(next.present);
    assert_int_equal(envelope_open(MESSAGE_METADATA, envelope_span(&bench->portal.metadata),
                                   NULL, &shown.opened),
                     VERDICT_OK);
    assert_memory_equal(shown.opened.statement.metadata.next_key, next.public_key,
                        PUBLIC_KEY_SIZE);
    assert_int_equal(resolve_under(&next), OUTCOME_STATEMENT_MISMATCH);

    bench_pass(bench, 2592000);
    assert_true(keys_switch(bench->directory, &fault));
    bench_restart(bench);
    assert_memory_equal(bench->portal.keys.current.public_key, next.public_key,
                        PUBLIC_KEY_SIZE);
    assert_int_equal(resolve_under(&next), OUTCOME_OK);
    assert_int_equal(resolve_under(&first), OUTCOME_OK);

    bench_pass(bench, 2591999);
    bench_restart(bench);
    assert_int_equal(resolve_under(&first), OUTCOME_OK);
    bench_pass(bench, 1);
    assert_int_equal(resolve_under(&first), OUTCOME_STATEMENT_MISMATCH);
    assert_int_equal(resolve_under(&next), OUTCOME_OK);
}

#define TEST(name)   cmocka_unit_test_setup_teardown(name, open_place, place_close)
#define PAIRED(name) cmocka_unit_test_setup_teardown(name, place_open_paired, place_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pending_until_the_digits_are_typed),
        TEST(third_wrong_digits_refuse_it),
        TEST(user_says_no),
        TEST(stranger_who_is_first_wins_nothing),
        TEST(tokens_are_judged),
        TEST(pending_pairing_expires),
        TEST(key_is_never_used_twice),
        TEST(key_that_is_not_confirmed_signs_nothing),
        TEST(revoked_pairing_is_told_so),
        TEST(restart_ends_what_is_not_confirmed),
        PAIRED(rotation_needs_both_signatures),
        PAIRED(both_keys_work_until_the_new_one_is_used),
        PAIRED(old_key_has_a_day),
        PAIRED(unpairing_is_told_and_repeated),
        PAIRED(login_of_another_device_is_not_ended),
        PAIRED(metadata_serial_rises_with_changes_only),
        PAIRED(portal_key_is_announced_switched_and_forgotten),
    };

    return cmocka_run_group_tests_name("portal device", tests, NULL, NULL);
}
