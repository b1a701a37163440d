// SPDX-License-Identifier: MIT
// A box whose TLS key is another one than before: whose word counts, and what is sent.
#include "tests/unit/net/scratch.h"

#include <time.h>

#include "net/bitrix24/bitrix24.h"
#include "net/bitrix24/bitrix24_record.h"
#include "net/pairings/journal_read.h"
#include "tests/unit/net/parts/boxed.h"

static void another_key_than_the_pinned_one_ends_it_before_a_password_is_sent(void **state)
{
    (void)state;
    struct certificate other;
    boxed_pair();
    box_stop(&boxed.box);
    int port = boxed.box.port;
    certificate_make(&other, "localhost", NOW - 86400, NOW + INT64_C(86400) * 365 * 20);
    box_start(&boxed.box, &other);

    struct pairing pairing;
    assert_true(pairing_store_get(boxed.device.pairings, 0, &pairing));
    snprintf(pairing.portal.base_url, sizeof(pairing.portal.base_url), "https://localhost:%d",
             boxed.box.port);
    assert_int_not_equal(port, 0);
    assert_true(pairing_store_save(boxed.device.pairings, &pairing, NULL));

    boxed_answer(CHECKOUT, 200, IN);
    boxed_approve(CODE);
    device_expect_failure(&boxed.device, FAILURE_NET_PIN);
    assert_int_equal(boxed.box.request_count, 0);
}

// The box goes on with another key, which the client's authorities vouch for, or do not. The
// pairing is as it was when an authority had vouched, or nobody, for the first key.
static void change_key(void **state, bool vouched, bool still, struct certificate *new_key,
                       struct pairing *pairing)
{
    const int64_t day_s = 86400, now = (int64_t)time(NULL);
    boxed_pair();
    box_stop(&boxed.box);
    certificate_make(new_key, "localhost", now - day_s, now + day_s);
    box_start(&boxed.box, new_key);

    const char *authority = still ? new_key->pem : boxed.certificate.pem;
    scratch_write(scratch_join(state, "ca.pem"), authority, strlen(authority));
    assert_true(pairing_store_get(boxed.device.pairings, 0, pairing));
    snprintf(pairing->portal.base_url, sizeof(pairing->portal.base_url), "https://localhost:%d",
             boxed.box.port);
    struct bitrix24_facts facts = bitrix24_facts_of(pairing);
    facts.vouched = vouched;
    bitrix24_facts_set(pairing, &facts);
    assert_true(pairing_store_save(boxed.device.pairings, pairing, NULL));

    boxed_answer(CHECKOUT, 200, IN);
    boxed_answer(PUSH, 200, SENT);
}

static bool sign_in_by_authorities(void **state, struct fault *fault)
{
    char authorities[PATH_MAX + 64];
    snprintf(authorities, sizeof(authorities), "%s", scratch_join(state, "ca.pem"));
    const struct http_limits limits = {
        .connect_ms = 20000, .call_ms = 20000, .ca_file = authorities, .cookies = true};
    struct http_client *client = http_client_new(&boxed.device.environment, &limits, NULL);
    struct net_action action = boxed_action(client);
    struct challenge challenge = device_read(CODE, PAYLOAD_BITRIX24);
    struct net_context context;
    struct net_receipt receipt;
    int64_t expires_ms;

    struct sign_in *sign_in = dialect_begin(&bitrix24_dialect, &action, &challenge, fault);
    assert_non_null(sign_in);
    assert_true(bitrix24_dialect.ops->resolve(sign_in, &context, &expires_ms, fault));
    bool sent = bitrix24_dialect.ops->decide(sign_in, NET_APPROVE, &receipt, fault);
    dialect_end(&bitrix24_dialect, sign_in);
    http_client_free(client);
    device_go_on(&boxed.device);
    return sent;
}

static void see_new_key(void *userdata, const struct journal_line *line)
{
    const void *event = memmem(line->text.p, line->text.n, "certificate-changed", 19);
    *(bool *)userdata = *(bool *)userdata || event;
}

static bool new_key_is_in_journal(void)
{
    bool seen = false;
    struct journal_sum sum;
    const char *state_dir = boxed.device.state;
    assert_true(journal_read(state_dir, JOURNAL_ALL, NULL, see_new_key, &seen, &sum, NULL));
    return seen;
}

static void a_new_key_that_an_authority_vouches_for_is_taken_and_noted(void **state)
{
    struct certificate new_key;
    struct pairing pairing;
    struct fault fault = {0};
    change_key(state, true, true, &new_key, &pairing);
    if (!sign_in_by_authorities(state, &fault))
        fail_msg("%s %s", failure_code(fault.failure), fault.detail);

    assert_int_equal(box_count(&boxed.box, PUSH), 1);
    assert_true(pairing_store_reload(boxed.device.pairings, pairing.id, &pairing, NULL));
    assert_int_equal(pairing.portal.pins.count, 1);
    assert_memory_equal(pairing.portal.pins.hash[0], new_key.pin, HASH_SIZE);
    assert_true(new_key_is_in_journal());
    boxed_approve(CODE); // from now on it is the pinned one
    boxed_expect_sent();
}

static void expect_old_key(void **state, bool vouched, bool still, enum failure failure)
{
    struct certificate new_key;
    struct pairing pairing;
    struct fault fault = {0};
    change_key(state, vouched, still, &new_key, &pairing);
    assert_false(sign_in_by_authorities(state, &fault));
    assert_string_equal(failure_code(fault.failure), failure_code(failure));
    assert_int_equal(boxed.box.request_count, 0);
    assert_true(pairing_store_reload(boxed.device.pairings, pairing.id, &pairing, NULL));
    assert_memory_equal(pairing.portal.pins.hash[0], boxed.certificate.pin, HASH_SIZE);
    assert_false(new_key_is_in_journal());
}

static void a_new_key_that_no_authority_vouches_for_any_more_is_not_taken(void **state)
{
    expect_old_key(state, true, false, FAILURE_NET_TLS);
}

static void a_key_that_a_person_vouched_for_is_the_only_one(void **state)
{
    expect_old_key(state, false, true, FAILURE_NET_PIN);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, boxed_set_up, boxed_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(another_key_than_the_pinned_one_ends_it_before_a_password_is_sent),
        WITH(a_new_key_that_an_authority_vouches_for_is_taken_and_noted),
        WITH(a_new_key_that_no_authority_vouches_for_any_more_is_not_taken),
        WITH(a_key_that_a_person_vouched_for_is_the_only_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
