// SPDX-License-Identifier: MIT
// Badges: many people at one kiosk (qr-login v1, section 6.2).
#include "place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "portal/core/badges.h"
#include "portal/core/device_tokens.h"
#include "portal/core/trust.h"

#define LIFE_S INT64_C(31536000)
#define KEY_S  INT64_C(7776000)

// Anna has a badge, and there are two kiosks. What she begins now, and what comes of it.
static struct {
    struct bench_device kiosk, other_kiosk;
    int64_t badge;
    uint8_t bytes[BADGE_SIZE];
    struct statement_enrol enrol;
    struct answer answer;
    struct statement_enrolled enrolled;
} made;

// ---- moves -----------------------------------------------------------------------------

static void make_kiosk(int64_t user, struct bench_device *out)
{
    struct portal *portal = &place.bench.portal;
    struct statement_enrol enrol;
    struct answer answer;
    struct envelope_opened opened;
    uint8_t token[PAIRING_TOKEN_SIZE];

    portal_begin(portal);
    device_tokens_add(portal, user, "Hall", "", 3600, token);
    assert_true(portal_end(portal, true));
    *out = (struct bench_device){0};
    bench_new_key(out);
    bench_enrol(&place.bench, out, token, &enrol);
    enrol.flags = ENROL_KIOSK;
    bench_send(&place.bench, MESSAGE_ENROL, &enrol, out, &answer);
    assert_int_equal(answer.outcome, OUTCOME_OK);
    bench_open_answer(&place.bench, MESSAGE_ENROLLED, &answer, &opened);
    memcpy(out->device_id, opened.statement.enrolled.device_id, DEVICE_ID_SIZE);
}

static int64_t add_badge(int64_t life_s, uint8_t bytes[static BADGE_SIZE])
{
    portal_begin(&place.bench.portal);
    int64_t number = badges_add(&place.bench.portal, place.user, "Anna's", life_s, bytes);
    assert_true(portal_end(&place.bench.portal, true));
    return number;
}

static int open_place(void **state)
{
    (void)state;
    bench_open(&place.bench);
    int64_t service = bench_user(&place.bench, "hall", false);
    place.user = bench_user(&place.bench, "anna", false);
    make_kiosk(service, &made.kiosk);
    make_kiosk(service, &made.other_kiosk);
    made.badge = add_badge(LIFE_S, made.bytes);
    assert_int_equal(made.badge, 1);
    return 0;
}

// The enrol at hand, signed by her new key and by a kiosk.
static enum outcome send_enrol(const struct bench_device *kiosk)
{
    struct envelope_opened opened;
    const struct bench_device *signers[] = {&place.device, kiosk};
    bench_send_signed(&place.bench, MESSAGE_ENROL, &made.enrol, signers, 2, &made.answer);
    if (made.answer.outcome == OUTCOME_OK) {
        bench_open_answer(&place.bench, MESSAGE_ENROLLED, &made.answer, &opened);
        made.enrolled = opened.statement.enrolled;
    }
    return made.answer.outcome;
}

// A first use, by a key of its own.
static enum outcome begin(const struct bench_device *kiosk)
{
    place.device = (struct bench_device){0};
    bench_new_key(&place.device);
    bench_enrol(&place.bench, &place.device, made.bytes, &made.enrol);
    made.enrol.flags = ENROL_CAN_VERIFY_USER | ENROL_KIOSK;
    return send_enrol(kiosk);
}

// In her own browser, if there is something to confirm.
static enum confirm_result type_digits(const char *digits)
{
    struct enrolment waiting;
    enum confirm_result result = CONFIRM_GONE;
    portal_begin(&place.bench.portal);
    if (enrolments_waiting_of_user(&place.bench.portal, place.user, &waiting))
        result = enrolments_confirm(&place.bench.portal, &waiting, digits);
    assert_true(portal_end(&place.bench.portal, true));
    return result;
}

static void settle(const struct bench_device *kiosk)
{
    assert_int_equal(begin(kiosk), OUTCOME_OK);
    assert_int_equal(type_digits(made.enrolled.pairing_code), CONFIRM_PAIRED);
    assert_int_equal(send_enrol(kiosk), OUTCOME_OK);
    assert_int_equal(made.enrolled.state, ENROLLED_ACTIVE);
    memcpy(place.device.device_id, made.enrolled.device_id, DEVICE_ID_SIZE);
    snprintf(place.device.account_id, sizeof(place.device.account_id), "%s",
             made.enrolled.account_id);
}

static bool withdraw(void)
{
    portal_begin(&place.bench.portal);
    bool withdrawn = badges_withdraw(&place.bench.portal, made.badge, 0, REVOKED_BY_ADMIN);
    assert_true(portal_end(&place.bench.portal, true));
    return withdrawn;
}

static void revoke(const struct bench_device *device)
{
    portal_begin(&place.bench.portal);
    devices_revoke(&place.bench.portal, device->device_id, REVOKED_BY_ADMIN, false);
    assert_true(portal_end(&place.bench.portal, true));
}

static enum outcome resolve(const struct bench_device *device)
{
    place_show("");
    return bench_do_resolve(&place.bench, device, &place.challenge, place.hash);
}

static enum outcome decide(uint8_t flags)
{
    struct statement_decision decision;
    bench_decision(&place.bench, &place.device, &place.challenge, place.hash, &decision);
    decision.flags = flags;
    bench_send(&place.bench, MESSAGE_DECISION, &decision, &place.device, &made.answer);
    return made.answer.outcome;
}

// ---- first use -------------------------------------------------------------------------

static void first_use_waits_for_the_digits(void **state)
{
    (void)state;
    assert_int_equal(begin(&made.kiosk), OUTCOME_OK);
    assert_int_equal(made.answer.status, 202);
    assert_int_equal(made.enrolled.state, ENROLLED_PENDING);
    assert_string_equal(made.enrolled.account_name, "");
    char digits[sizeof(made.enrolled.pairing_code)];
    snprintf(digits, sizeof(digits), "%s", made.enrolled.pairing_code);

    // Asked again and again, nothing changes.
    assert_int_equal(send_enrol(&made.kiosk), OUTCOME_OK);
    assert_string_equal(made.enrolled.pairing_code, digits);
    assert_int_equal(resolve(&place.device), OUTCOME_UNKNOWN_DEVICE);
    assert_int_equal(bench_number(&place.bench, "SELECT count(*) FROM devices"), 2);

    assert_int_equal(type_digits(digits), CONFIRM_PAIRED);
    assert_int_equal(send_enrol(&made.kiosk), OUTCOME_OK);
    assert_int_equal(made.enrolled.state, ENROLLED_ACTIVE);
    assert_string_equal(made.enrolled.account_name, "anna");
    assert_int_equal(made.enrolled.not_after, place.bench.wall + KEY_S);
    assert_int_equal(type_digits(digits), CONFIRM_GONE);
}

// Where many people stand, the PIN is what says who it is.
static void her_key_signs_in_with_a_pin_alone(void **state)
{
    (void)state;
    settle(&made.kiosk);
    assert_int_equal(resolve(&place.device), OUTCOME_OK);
    assert_int_equal(decide(DECISION_USER_PRESENT), OUTCOME_UV_REQUIRED);
    assert_int_equal(decide(DECISION_USER_PRESENT | DECISION_USER_VERIFIED), OUTCOME_OK);
}

static void third_wrong_code_ends_it(void **state)
{
    (void)state;
    assert_int_equal(begin(&made.kiosk), OUTCOME_OK);
    const char *wrong = strcmp(made.enrolled.pairing_code, "000000") == 0 ? "000001" : "000000";
    assert_int_equal(type_digits(wrong), CONFIRM_WRONG);
    assert_int_equal(type_digits(""), CONFIRM_WRONG);
    assert_int_equal(type_digits(wrong), CONFIRM_REFUSED);
    assert_int_equal(type_digits(made.enrolled.pairing_code), CONFIRM_GONE);
    assert_int_equal(send_enrol(&made.kiosk), OUTCOME_ENROLMENT_REFUSED);
    assert_int_equal(begin(&made.kiosk), OUTCOME_OK);
}

static void kiosk_of_many_is_revoked_with_all_of_them(void **state)
{
    (void)state;
    struct device device = {.user = place.user, .label = "Hall", .badge = made.badge};
    struct store *store = &place.bench.portal.store;
    const struct bench_device *const kiosks[] = {&made.kiosk, &made.other_kiosk};
    portal_begin(&place.bench.portal);
    for (size_t i = 0; i < 400; i++) {
        memset(device.device_id, 0, DEVICE_ID_SIZE);
        memcpy(device.device_id, &i, sizeof(i));
        memcpy(device.kiosk, kiosks[i % 2]->device_id, DEVICE_ID_SIZE);
        devices_add(store, &device);
    }
    assert_true(portal_end(&place.bench.portal, true));

    const char *live = "SELECT count(*) FROM devices WHERE badge > 0 AND revoked_at = 0";
    revoke(&made.kiosk);
    assert_int_equal(bench_number(&place.bench, live), 200);
    assert_true(withdraw());
    assert_int_equal(bench_number(&place.bench, live), 0);
}

static void it_waits_for_a_quarter_of_an_hour(void **state)
{
    (void)state;
    assert_int_equal(begin(&made.kiosk), OUTCOME_OK);
    bench_pass(&place.bench, FIRST_USE_S - 1);
    assert_int_equal(send_enrol(&made.kiosk), OUTCOME_OK);
    bench_pass(&place.bench, 1);
    assert_int_equal(send_enrol(&made.kiosk), OUTCOME_TOKEN_EXPIRED);
    assert_int_equal(type_digits(made.enrolled.pairing_code), CONFIRM_GONE);
}

// A picture of the badge is worth nothing without one.
static void only_a_kiosk_of_the_portal_begins(void **state)
{
    (void)state;
    struct bench_device phone, stranger = {0};
    bench_pair(&place.bench, place.user, &phone);
    bench_new_key(&stranger);

    assert_int_equal(begin(&stranger), OUTCOME_POLICY_DENIED);
    assert_int_equal(begin(&place.device), OUTCOME_POLICY_DENIED); // twice by its own key
    assert_int_equal(begin(&phone), OUTCOME_POLICY_DENIED);
    settle(&made.kiosk);
    struct bench_device hers = place.device;
    assert_int_equal(begin(&hers), OUTCOME_POLICY_DENIED);

    revoke(&made.kiosk);
    assert_int_equal(begin(&made.kiosk), OUTCOME_POLICY_DENIED);
    bench_pass(&place.bench, KEY_S);
    assert_int_equal(begin(&made.other_kiosk), OUTCOME_POLICY_DENIED);
}

static void what_refuses_it_leaves_nothing(void **state)
{
    (void)state;
    struct portal *portal = &place.bench.portal;
    made.bytes[0] ^= 1;
    assert_int_equal(begin(&made.kiosk), OUTCOME_UNKNOWN_TOKEN);
    made.bytes[0] ^= 1;

    bench_enrol(&place.bench, &place.device, made.bytes, &made.enrol);
    made.enrol.flags = ENROL_KIOSK;
    assert_int_equal(send_enrol(&made.kiosk), OUTCOME_UV_REQUIRED);
    bench_config(&place.bench, "allow-qr", "off");
    assert_int_equal(begin(&made.kiosk), OUTCOME_QR_DISABLED);
    bench_config(&place.bench, "allow-qr", "on");

    portal_begin(portal);
    users_set_enabled(&portal->store, place.user, false);
    assert_true(portal_end(portal, true));
    assert_int_equal(begin(&made.kiosk), OUTCOME_ACCOUNT_DISABLED);
    portal_begin(portal);
    users_set_enabled(&portal->store, place.user, true);
    assert_true(portal_end(portal, true));
    assert_int_equal(bench_number(&place.bench, "SELECT count(*) FROM enrolments"), 0);

    settle(&made.kiosk);
    made.enrol.device_nonce[0] ^= 1; // another enrol by the same key
    assert_int_equal(send_enrol(&made.kiosk), OUTCOME_KEY_IN_USE);
}

// Where several things are wrong, the first that the protocol names (6.2, step 3) is told: each
// is mended in its turn.
static void refusals_come_in_their_order(void **state)
{
    (void)state;
    struct portal *portal = &place.bench.portal;
    struct bench_device forged = made.kiosk, spent;
    uint8_t over[BADGE_SIZE];
    forged.secret_key[0] ^= 1;
    settle(&made.other_kiosk);
    spent = place.device;
    add_badge(3600, over);
    bench_pass(&place.bench, 3600);
    assert_true(withdraw());
    revoke(&made.kiosk);
    portal_begin(portal);
    users_set_enabled(&portal->store, place.user, false);
    assert_true(portal_end(portal, true));

    place.device = (struct bench_device){0};
    bench_new_key(&place.device);
    bench_enrol(&place.bench, &place.device, made.bytes, &made.enrol);
    made.enrol.flags = ENROL_KIOSK;
    made.enrol.token[0] ^= 1;
    assert_int_equal(send_enrol(&forged), OUTCOME_UNKNOWN_TOKEN);
    made.enrol.token[0] ^= 1;
    assert_int_equal(send_enrol(&forged), OUTCOME_BAD_SIGNATURE);
    assert_int_equal(send_enrol(&made.kiosk), OUTCOME_POLICY_DENIED);
    assert_int_equal(send_enrol(&made.other_kiosk), OUTCOME_ENROLMENT_REFUSED);
    memcpy(made.enrol.token, over, sizeof(over));
    assert_int_equal(send_enrol(&made.other_kiosk), OUTCOME_TOKEN_EXPIRED);

    add_badge(LIFE_S, made.bytes);
    memcpy(made.enrol.token, made.bytes, sizeof(made.bytes));
    assert_int_equal(send_enrol(&made.other_kiosk), OUTCOME_ACCOUNT_DISABLED);
    portal_begin(portal);
    users_set_enabled(&portal->store, place.user, true);
    assert_true(portal_end(portal, true));

    struct bench_device third;
    make_kiosk(place.user, &third);
    assert_int_equal(begin(&third), OUTCOME_OK); // it waits there
    place.device = spent;
    bench_enrol(&place.bench, &place.device, made.bytes, &made.enrol);
    made.enrol.flags = ENROL_KIOSK;
    assert_int_equal(send_enrol(&made.other_kiosk), OUTCOME_UV_REQUIRED);
    made.enrol.flags |= ENROL_CAN_VERIFY_USER;
    assert_int_equal(send_enrol(&made.other_kiosk), OUTCOME_KEY_IN_USE);
    for (int i = 1; i < FIRST_USES_OF_BADGE; i++)
        assert_int_equal(begin(&third), OUTCOME_OK);
    assert_int_equal(begin(&made.other_kiosk), OUTCOME_TOKEN_USED);
    assert_int_equal(begin(&third), OUTCOME_RATE_LIMITED);
}

// ---- several ---------------------------------------------------------------------------

static void one_first_use_of_a_badge_waits(void **state)
{
    (void)state;
    assert_int_equal(begin(&made.kiosk), OUTCOME_OK);
    struct bench_device first = place.device;
    struct statement_enrol first_enrol = made.enrol;
    assert_int_equal(begin(&made.other_kiosk), OUTCOME_TOKEN_USED);

    // At the same kiosk it begins anew, and the digits of before are void.
    char digits[sizeof(made.enrolled.pairing_code)];
    snprintf(digits, sizeof(digits), "%s", made.enrolled.pairing_code);
    assert_int_equal(begin(&made.kiosk), OUTCOME_OK);
    if (strcmp(digits, made.enrolled.pairing_code) != 0)
        assert_int_equal(type_digits(digits), CONFIRM_WRONG);
    place.device = first;
    made.enrol = first_enrol;
    assert_int_equal(send_enrol(&made.kiosk), OUTCOME_TOKEN_EXPIRED);
}

static void so_many_first_uses_an_hour(void **state)
{
    (void)state;
    for (int i = 0; i < FIRST_USES_OF_BADGE; i++)
        assert_int_equal(begin(&made.kiosk), OUTCOME_OK);
    assert_int_equal(begin(&made.kiosk), OUTCOME_RATE_LIMITED);
    bench_pass(&place.bench, FIRST_USES_WITHIN_S);
    assert_int_equal(begin(&made.kiosk), OUTCOME_OK);
}

static void so_many_badges_of_an_account_live(void **state)
{
    (void)state;
    uint8_t bytes[BADGE_SIZE];
    for (int i = 1; i < BADGES_OF_USER; i++)
        assert_int_not_equal(add_badge(LIFE_S, bytes), 0);
    assert_int_equal(add_badge(LIFE_S, bytes), 0);
    assert_true(withdraw());
    assert_int_not_equal(add_badge(LIFE_S, bytes), 0);
}

// ---- what ends it ----------------------------------------------------------------------

static void withdrawn_badge_ends_what_waits(void **state)
{
    (void)state;
    assert_int_equal(begin(&made.kiosk), OUTCOME_OK);
    assert_true(withdraw());
    assert_false(withdraw());
    assert_int_equal(send_enrol(&made.kiosk), OUTCOME_ENROLMENT_REFUSED);
    assert_int_equal(type_digits(made.enrolled.pairing_code), CONFIRM_GONE);
    assert_int_equal(begin(&made.kiosk), OUTCOME_ENROLMENT_REFUSED);
}

// What waited for it is not what her page shows, or the administrator types for.
static void withdrawn_badge_hides_no_other(void **state)
{
    (void)state;
    assert_int_equal(begin(&made.kiosk), OUTCOME_OK);
    char digits[sizeof(made.enrolled.pairing_code)];
    snprintf(digits, sizeof(digits), "%s", made.enrolled.pairing_code);
    made.badge = add_badge(LIFE_S, made.bytes);
    assert_int_equal(begin(&made.other_kiosk), OUTCOME_OK);
    assert_true(withdraw());
    assert_int_equal(type_digits(digits), CONFIRM_PAIRED);
}

static void withdrawn_badge_ends_its_keys(void **state)
{
    (void)state;
    struct bench_device at_other;
    settle(&made.other_kiosk);
    at_other = place.device;
    settle(&made.kiosk);
    assert_int_equal(resolve(&place.device), OUTCOME_OK);

    assert_true(withdraw());
    assert_int_equal(decide(DECISION_USER_PRESENT | DECISION_USER_VERIFIED),
                     OUTCOME_DEVICE_REVOKED);
    assert_true(made.answer.has_envelope); // a signed revocation
    assert_int_equal(resolve(&at_other), OUTCOME_DEVICE_REVOKED);
    assert_int_equal(send_enrol(&made.kiosk), OUTCOME_DEVICE_REVOKED);
}

static void badge_has_an_end(void **state)
{
    (void)state;
    made.badge = add_badge(7200, made.bytes);
    settle(&made.kiosk);
    assert_int_equal(made.enrolled.not_after, place.bench.wall + 7200);
    bench_pass(&place.bench, 7199);
    assert_int_equal(resolve(&place.device), OUTCOME_OK);
    bench_pass(&place.bench, 1);
    assert_int_equal(resolve(&place.device), OUTCOME_KEY_EXPIRED);
    assert_int_equal(begin(&made.kiosk), OUTCOME_TOKEN_EXPIRED);
}

// A rotation moves the end of a key, but never behind that of the badge.
static void rotation_does_not_outlive_the_badge(void **state)
{
    (void)state;
    struct bench_device next = {0};
    struct statement_rotate rotate = {.time = 1, .sequence = 1};
    struct envelope_opened opened;
    made.badge = add_badge(KEY_S + 3600, made.bytes);
    settle(&made.kiosk);
    bench_pass(&place.bench, 86400);

    bench_new_key(&next);
    memcpy(rotate.portal_id, place.bench.portal.keys.current.portal_id, PORTAL_ID_SIZE);
    memcpy(rotate.device_id, place.device.device_id, DEVICE_ID_SIZE);
    memcpy(rotate.key_id, place.device.key_id, KEY_ID_SIZE);
    memcpy(rotate.new_key, next.public_key, PUBLIC_KEY_SIZE);
    bench_where(&place.bench, MESSAGE_ROTATE, &rotate.where);
    const struct bench_device *signers[] = {&place.device, &next};
    bench_send_signed(&place.bench, MESSAGE_ROTATE, &rotate, signers, 2, &made.answer);
    assert_int_equal(made.answer.outcome, OUTCOME_OK);
    bench_open_answer(&place.bench, MESSAGE_ENROLLED, &made.answer, &opened);
    assert_int_equal(opened.statement.enrolled.not_after,
                     place.bench.wall - 86400 + KEY_S + 3600);
}

static void revoked_kiosk_ends_all_that_is_there(void **state)
{
    (void)state;
    settle(&made.kiosk);
    struct bench_device hers = place.device;
    assert_int_equal(begin(&made.kiosk), OUTCOME_OK);
    revoke(&made.kiosk);
    assert_int_equal(send_enrol(&made.kiosk), OUTCOME_ENROLMENT_REFUSED);
    assert_int_equal(type_digits(made.enrolled.pairing_code), CONFIRM_GONE);
    assert_int_equal(resolve(&hers), OUTCOME_DEVICE_REVOKED);
    settle(&made.other_kiosk); // the badge lives
}

// A forgotten PIN: the key of before goes when the new one is confirmed, and not before.
static void new_first_use_takes_the_place_of_the_former(void **state)
{
    (void)state;
    settle(&made.other_kiosk);
    struct bench_device elsewhere = place.device;
    settle(&made.kiosk);
    struct bench_device former = place.device;

    assert_int_equal(begin(&made.kiosk), OUTCOME_OK);
    struct bench_device next = place.device;
    assert_int_equal(resolve(&former), OUTCOME_OK);
    assert_int_equal(type_digits(made.enrolled.pairing_code), CONFIRM_PAIRED);
    place.device = next;
    assert_int_equal(send_enrol(&made.kiosk), OUTCOME_OK);
    memcpy(next.device_id, made.enrolled.device_id, DEVICE_ID_SIZE);
    assert_int_equal(resolve(&former), OUTCOME_DEVICE_REVOKED);
    assert_int_equal(resolve(&next), OUTCOME_OK);
    assert_int_equal(resolve(&elsewhere), OUTCOME_OK);
}

static void disabled_account_begins_nothing_more(void **state)
{
    (void)state;
    assert_int_equal(begin(&made.kiosk), OUTCOME_OK);
    portal_begin(&place.bench.portal);
    trust_end(&place.bench.portal, place.user);
    assert_true(portal_end(&place.bench.portal, true));
    assert_int_equal(send_enrol(&made.kiosk), OUTCOME_ENROLMENT_REFUSED);
}

// ---- what is kept ----------------------------------------------------------------------

// Who reads the store learns no badge.
static void the_store_holds_no_badge(void **state)
{
    (void)state;
    if (bench_is_shared())
        return; // the same statements wrote there
    struct rows rows;
    uint8_t kept[HASH_SIZE], hash[HASH_SIZE];
    assert_true(hash_sha256(span_of(made.bytes, sizeof(made.bytes)), hash));
    portal_begin(&place.bench.portal);
    rows_open(&rows, &place.bench.portal.store, "SELECT badge_hash FROM badges", "");
    assert_true(rows_next(&rows));
    assert_true(rows_blob(&rows, 0, kept, sizeof(kept)));
    rows_close(&rows);
    assert_true(portal_end(&place.bench.portal, false));
    assert_memory_equal(kept, hash, sizeof(hash));
}

static void note(void *userdata, const struct badge_record *badge)
{
    struct badge_record *list = userdata;
    assert_in_range(badge->number, 1, 3);
    list[badge->number - 1] = *badge;
}

static void list_says_where_they_are_used(void **state)
{
    (void)state;
    struct badge_record list[3] = {0};
    uint8_t bytes[BADGE_SIZE];
    settle(&made.kiosk);
    settle(&made.other_kiosk);
    settle(&made.kiosk);
    add_badge(3600, bytes);
    made.badge = add_badge(LIFE_S, bytes);
    assert_true(withdraw());
    bench_pass(&place.bench, 3600);

    portal_begin(&place.bench.portal);
    badges_list(&place.bench.portal, place.user, note, list);
    assert_true(portal_end(&place.bench.portal, false));
    assert_int_equal(list[0].state, BADGE_LIVE);
    assert_int_equal(list[0].kiosks, 2);
    assert_string_equal(list[0].label, "Anna's");
    assert_int_equal(list[1].state, BADGE_EXPIRED);
    assert_int_equal(list[2].state, BADGE_WITHDRAWN);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_place, place_close)
    const struct CMUnitTest tests[] = {
        TEST(first_use_waits_for_the_digits),
        TEST(her_key_signs_in_with_a_pin_alone),
        TEST(third_wrong_code_ends_it),
        TEST(kiosk_of_many_is_revoked_with_all_of_them),
        TEST(it_waits_for_a_quarter_of_an_hour),
        TEST(only_a_kiosk_of_the_portal_begins),
        TEST(what_refuses_it_leaves_nothing),
        TEST(refusals_come_in_their_order),
        TEST(one_first_use_of_a_badge_waits),
        TEST(so_many_first_uses_an_hour),
        TEST(so_many_badges_of_an_account_live),
        TEST(withdrawn_badge_ends_what_waits),
        TEST(withdrawn_badge_hides_no_other),
        TEST(withdrawn_badge_ends_its_keys),
        TEST(badge_has_an_end),
        TEST(rotation_does_not_outlive_the_badge),
        TEST(revoked_kiosk_ends_all_that_is_there),
        TEST(new_first_use_takes_the_place_of_the_former),
        TEST(disabled_account_begins_nothing_more),
        TEST(the_store_holds_no_badge),
        TEST(list_says_where_they_are_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
