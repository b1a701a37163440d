// SPDX-License-Identifier: MIT
// Devices in groups: listed, ended, asked for a new key, and revoked together.
#include "place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <sodium.h>

#include "portal/core/device_tokens.h"
#include "portal/core/fleet.h"

#define LIFE_S  INT64_C(604800)
#define DEVICES 4u
#define HASH                                                                                   \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" // of no configuration

static const struct {
    const char *label, *group;
    bool second_account;
} plan[DEVICES] = {
    {"lift 2", "north", false},
    {"lift 10", "north", true},
    {"gate 1", "south", false},
    {"own", "", false},
};

static struct {
    int64_t other; // the second account
    struct bench_device devices[DEVICES];
} fleet;

static void pair(size_t i)
{
    struct portal *portal = &place.bench.portal;
    struct bench_device *device = &fleet.devices[i];
    uint8_t token[PAIRING_TOKEN_SIZE];
    struct statement_enrol enrol;
    struct answer answer;
    struct envelope_opened opened;

    portal_begin(portal);
    device_tokens_add(portal, plan[i].second_account ? fleet.other : place.user, plan[i].label,
                      plan[i].group, LIFE_S, token);
    assert_true(portal_end(portal, true));

    bench_new_key(device);
    bench_enrol(&place.bench, device, token, &enrol);
    snprintf(enrol.label, sizeof(enrol.label), "%s", plan[i].label);
    bench_send(&place.bench, MESSAGE_ENROL, &enrol, device, &answer);
    assert_int_equal(answer.outcome, OUTCOME_OK);
    bench_open_answer(&place.bench, MESSAGE_ENROLLED, &answer, &opened);
    memcpy(device->device_id, opened.statement.enrolled.device_id, DEVICE_ID_SIZE);
    snprintf(device->account_id, sizeof(device->account_id), "%s",
             opened.statement.enrolled.account_id);
    bench_pass(&place.bench, 10);
}

static int open_fleet(void **state)
{
    (void)state;
    bench_open(&place.bench);
    place.user = bench_user(&place.bench, "lift", false);
    fleet.other = bench_user(&place.bench, "gates", false);
    for (size_t i = 0; i < DEVICES; i++)
        pair(i);
    return 0;
}

// Labels in the order that they came.
static void take_row(void *userdata, const struct fleet_row *row)
{
    char *text = userdata;
    snprintf(text + strlen(text), 200 - strlen(text), "%s;", row->device.label);
}

static size_t listed(const struct fleet_choice *choice, enum fleet_order order, size_t limit,
                     char text[static 200])
{
    text[0] = '\0';
    portal_begin(&place.bench.portal);
    size_t count = fleet_list(&place.bench.portal.store, choice, order, limit, take_row, text);
    assert_true(portal_end(&place.bench.portal, false));
    return count;
}

static void expect_list(const struct fleet_choice *choice, enum fleet_order order,
                        const char *labels)
{
    char text[200];
    listed(choice, order, 100, text);
    assert_string_equal(text, labels);
}

static size_t run(size_t (*act)(struct portal *, const struct fleet_choice *),
                  const struct fleet_choice *choice)
{
    portal_begin(&place.bench.portal);
    size_t count = act(&place.bench.portal, choice);
    assert_true(portal_end(&place.bench.portal, true));
    return count;
}

static const struct fleet_choice all = {0}, north = {.group = "north"};

static void they_are_listed_in_each_order(void **state)
{
    (void)state;
    char text[200];
    expect_list(&all, FLEET_BY_LABEL, "own;gate 1;lift 2;lift 10;");
    expect_list(&all, FLEET_BY_GROUP, "own;lift 2;lift 10;gate 1;");
    expect_list(&all, FLEET_BY_ACCOUNT, "lift 10;own;gate 1;lift 2;");
    expect_list(&all, FLEET_BY_SEEN, "lift 2;lift 10;gate 1;own;");

    expect_list(&north, FLEET_BY_LABEL, "lift 2;lift 10;");
    expect_list(&(struct fleet_choice){.group = ""}, FLEET_BY_LABEL, "own;");
    expect_list(&(struct fleet_choice){.group = "north", .user = fleet.other}, FLEET_BY_LABEL,
                "lift 10;");
    expect_list(&(struct fleet_choice){.device_id = fleet.devices[2].device_id}, FLEET_BY_LABEL,
                "gate 1;");
    expect_list(&(struct fleet_choice){.group = "nor"}, FLEET_BY_LABEL, "");

    // How many there are is told, however many are shown.
    assert_int_equal(listed(&all, FLEET_BY_LABEL, 1, text), DEVICES);
    assert_string_equal(text, "own;");

    run(fleet_revoke, &(struct fleet_choice){.group = ""});
    expect_list(&all, FLEET_BY_LABEL, "gate 1;lift 2;lift 10;own;");
}

static void take_group(void *userdata, const char *group, size_t devices)
{
    char *text = userdata;
    snprintf(text + strlen(text), 200 - strlen(text), "%s %zu;", group, devices);
}

static void groups_are_told(void **state)
{
    (void)state;
    char text[200] = "";
    portal_begin(&place.bench.portal);
    fleet_groups(&place.bench.portal.store, take_group, text);
    portal_end(&place.bench.portal, false);
    assert_string_equal(text, "north 2;south 1;");
}

static enum outcome resolve(size_t i, struct answer *answer)
{
    struct token cookie;
    struct portal_challenge challenge;
    struct statement_resolve resolve;
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &cookie, &challenge);
    bench_resolve(&place.bench, &fleet.devices[i], &challenge, &resolve);
    bench_send(&place.bench, MESSAGE_RESOLVE, &resolve, &fleet.devices[i], answer);
    return answer->outcome;
}

static void revoked_group_is_refused_and_no_other(void **state)
{
    (void)state;
    struct answer answer;
    struct envelope_opened opened;
    assert_int_equal(resolve(0, &answer), OUTCOME_OK);

    assert_int_equal(run(fleet_revoke, &north), 2);
    assert_int_equal(run(fleet_revoke, &north), 0); // they are not revoked twice
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(resolve(i, &answer), OUTCOME_DEVICE_REVOKED);
        bench_open_answer(&place.bench, MESSAGE_REVOKED, &answer, &opened);
        assert_int_equal(opened.statement.revoked.reason, REVOKED_BY_ADMIN);
    }
    assert_int_equal(resolve(2, &answer), OUTCOME_OK);
    assert_int_equal(resolve(3, &answer), OUTCOME_OK);
}

static void approve(size_t i, struct token *cookie, struct statement_receipt *receipt)
{
    struct portal_challenge challenge;
    bench_challenge(&place.bench, BENCH_ADDRESS, "", cookie, &challenge);
    bench_approve(&place.bench, &fleet.devices[i], &challenge, receipt);
}

static void whom_a_group_signed_in_is_signed_out(void **state)
{
    (void)state;
    struct token north_open, north_done, south_open;
    struct statement_receipt receipts[3];
    struct claimed claimed;
    approve(0, &north_open, &receipts[0]);
    approve(1, &north_done, &receipts[1]);
    approve(2, &south_open, &receipts[2]);
    assert_int_equal(
        bench_claim(&place.bench, north_done.text, "", receipts[1].pickup_code, &claimed),
        OUTCOME_OK);
    assert_int_equal(bench_number(&place.bench, "SELECT count(*) FROM sessions"), 1);

    assert_int_equal(run(fleet_end, &north), 2);
    assert_int_equal(bench_number(&place.bench, "SELECT count(*) FROM sessions"), 0);
    assert_int_equal(
        bench_claim(&place.bench, north_open.text, "", receipts[0].pickup_code, &claimed),
        OUTCOME_CHALLENGE_DECIDED);
    assert_int_equal(
        bench_claim(&place.bench, south_open.text, "", receipts[2].pickup_code, &claimed),
        OUTCOME_OK);

    // The devices stay paired.
    struct answer answer;
    assert_int_equal(resolve(0, &answer), OUTCOME_OK);
}

static bool asks_for_new_key(size_t i)
{
    struct token cookie;
    struct statement_receipt receipt;
    approve(i, &cookie, &receipt);
    return receipt.flags & RECEIPT_RENEW;
}

static void rotate(size_t i)
{
    struct bench_device *device = &fleet.devices[i], fresh = *device;
    struct statement_rotate rotate = {.sequence = ++device->sequence};
    struct statement_body body;
    struct envelope_text envelope;
    struct answer answer;
    bench_new_key(&fresh);
    const uint8_t *signers[] = {device->secret_key, fresh.secret_key};

    memcpy(rotate.portal_id, place.bench.portal.keys.current.portal_id, PORTAL_ID_SIZE);
    memcpy(rotate.device_id, device->device_id, DEVICE_ID_SIZE);
    memcpy(rotate.key_id, device->key_id, KEY_ID_SIZE);
    memcpy(rotate.new_key, fresh.public_key, PUBLIC_KEY_SIZE);
    bench_where(&place.bench, MESSAGE_ROTATE, &rotate.where);
    assert_int_equal(statement_encode_rotate(&rotate, &body), VERDICT_OK);
    assert_true(envelope_seal(MESSAGE_ROTATE, statement_span(&body), signers, 2, &envelope));

    const struct caller caller = {.contact.address = BENCH_ADDRESS};
    verifier_rotate(&place.bench.portal, envelope_span(&envelope), &caller, &answer);
    assert_int_equal(answer.outcome, OUTCOME_OK);
    fresh.sequence = device->sequence;
    *device = fresh;
}

static void receipts_ask_for_a_new_key_until_it_came(void **state)
{
    (void)state;
    assert_false(asks_for_new_key(0));
    assert_int_equal(run(fleet_renew, &north), 2);

    assert_true(asks_for_new_key(0));
    assert_true(asks_for_new_key(0)); // it could not, that time
    assert_false(asks_for_new_key(2));

    rotate(0);
    assert_false(asks_for_new_key(0));
    assert_true(asks_for_new_key(1));
}

// Another rotation would be refused (section 11).
static void no_key_is_asked_for_while_one_waits_for_its_first_use(void **state)
{
    (void)state;
    struct bench_device old = fleet.devices[0];
    rotate(0);
    assert_int_equal(run(fleet_renew, &north), 2);

    struct bench_device fresh = fleet.devices[0];
    fleet.devices[0] = old;
    fleet.devices[0].sequence = fresh.sequence;
    assert_false(asks_for_new_key(0)); // signed by the old one

    fresh.sequence = fleet.devices[0].sequence;
    fleet.devices[0] = fresh;
    assert_true(asks_for_new_key(0));
}

static void revoked_devices_are_not_asked(void **state)
{
    (void)state;
    run(fleet_revoke, &(struct fleet_choice){.device_id = fleet.devices[0].device_id});
    assert_int_equal(run(fleet_renew, &north), 1);
}

// What a device says of itself besides is that of its last call whose signature held.
static void words_of_a_call_are_kept_if_it_is_good(void **state)
{
    (void)state;
    struct token cookie;
    struct portal_challenge challenge;
    struct statement_resolve resolve;
    struct statement_body body;
    struct envelope_text envelope;
    struct answer answer;
    struct device device;
    const struct bench_device *sender = &fleet.devices[0];
    const uint8_t *signer = sender->secret_key;
    struct caller caller = {.contact = {BENCH_ADDRESS, "kiosk/1.0", HASH},
                            .language = place.bench.language};

    bench_challenge(&place.bench, BENCH_ADDRESS, "", &cookie, &challenge);
    bench_resolve(&place.bench, sender, &challenge, &resolve);
    assert_int_equal(statement_encode_resolve(&resolve, &body), VERDICT_OK);
    assert_true(envelope_seal(MESSAGE_RESOLVE, statement_span(&body), &signer, 1, &envelope));
    verifier_resolve(&place.bench.portal, envelope_span(&envelope), &caller, &answer);
    assert_int_equal(answer.outcome, OUTCOME_OK);

    // Not those of somebody who cannot sign.
    signer = fleet.devices[1].secret_key;
    snprintf(caller.contact.program, sizeof(caller.contact.program), "liar/9");
    assert_true(envelope_seal(MESSAGE_RESOLVE, statement_span(&body), &signer, 1, &envelope));
    verifier_resolve(&place.bench.portal, envelope_span(&envelope), &caller, &answer);
    assert_int_not_equal(answer.outcome, OUTCOME_OK);

    portal_begin(&place.bench.portal);
    assert_true(devices_find(&place.bench.portal.store, sender->device_id, &device));
    portal_end(&place.bench.portal, false);
    assert_string_equal(device.program, "kiosk/1.0");
    assert_string_equal(device.configuration, HASH);
    assert_string_equal(device.group, "north");
}

static void groups_have_names_that_can_be_seen(void **state)
{
    (void)state;
    char longest[DEVICE_GROUP_MAX + 2];
    memset(longest, 'a', sizeof(longest));
    longest[DEVICE_GROUP_MAX + 1] = '\0';
    assert_false(devices_is_group(longest));
    longest[DEVICE_GROUP_MAX] = '\0';
    assert_true(devices_is_group(longest));
    assert_true(devices_is_group("Лифты, север"));
    assert_false(devices_is_group(""));
    assert_false(devices_is_group("  "));
    assert_false(devices_is_group("a\tb"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fleet, place_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(they_are_listed_in_each_order),
        TEST(groups_are_told),
        TEST(revoked_group_is_refused_and_no_other),
        TEST(whom_a_group_signed_in_is_signed_out),
        TEST(receipts_ask_for_a_new_key_until_it_came),
        TEST(no_key_is_asked_for_while_one_waits_for_its_first_use),
        TEST(revoked_devices_are_not_asked),
        TEST(words_of_a_call_are_kept_if_it_is_good),
        cmocka_unit_test(groups_have_names_that_can_be_seen),
    };

    return cmocka_run_group_tests_name("fleet", tests, NULL, NULL);
}
