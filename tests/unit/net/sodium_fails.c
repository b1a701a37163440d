// SPDX-License-Identifier: MIT
// Where libsodium fails on the device's network side, no portal is believed, no server is taken
// for the paired one, and no answer counts as told.
#include "tests/unit/net/scratch.h"

#include <sodium.h>

#include "net/http.h"
#include "net/metadata.h"
#include "net/new_key.h"
#include "net/pairings/pairing_store.h"
#include "net/protocol/envelope.h"
#include "net/told.h"
#include "tests/unit/each_call_fails.h"
#include "tests/unit/failing_sodium.h"
#include "tests/unit/net/parts/https_server.h"
#include "tests/unit/pairings/some_dialects.h"

#define NOW    INT64_C(1795500000)
#define ORIGIN "https://portal.example.com"
#define ID     "aaaaaaaaaaaaaaaa"

static struct fault fault;

static void expect(enum failure failure)
{
    assert_string_equal(failure_code(fault.failure), failure_code(failure));
    fault = (struct fault){0};
}

// ---- metadata ----------------------------------------------------------------------------

static uint8_t portal_key[PUBLIC_KEY_SIZE], portal_secret[SECRET_KEY_SIZE];
static struct envelope_text envelope;
static struct portal_facts facts, held;

static void tell_metadata(uint64_t serial)
{
    const uint8_t *signer = portal_secret;
    struct statement_body body;
    struct statement_metadata metadata = {
        .serial = serial, .base_url = ORIGIN "/app", .display_name = "Portal"};
    assert_true(portal_id_of(portal_key, metadata.portal_id));
    memcpy(metadata.portal_key, portal_key, sizeof(portal_key));
    assert_int_equal(statement_encode_metadata(&metadata, &body), VERDICT_OK);
    assert_true(envelope_seal(MESSAGE_METADATA, statement_span(&body), &signer, 1, &envelope));
}

static bool take_first(void)
{
    memset(&facts, 0, sizeof(facts));
    bool taken = metadata_accept(envelope_span(&envelope), ORIGIN, NULL, &facts, &fault);
    assert_int_equal(taken, facts.serial > 0);
    return taken;
}

static bool take_newer(void)
{
    memset(&facts, 0, sizeof(facts));
    bool taken = metadata_accept(envelope_span(&envelope), ORIGIN, &held, &facts, &fault);
    assert_int_equal(taken, facts.serial > 0);
    return taken;
}

// Of a signature and of a key that is looked up libsodium says no more than no.
static unsigned refused;

static void look_for_own_fault(void)
{
    bool is_refused = fault.failure == FAILURE_NET_REPLY;
    refused += is_refused;
    expect(is_refused ? FAILURE_NET_REPLY : FAILURE_INTERNAL);
}

static void metadata_that_cannot_be_judged_is_not_believed(void **state)
{
    (void)state;
    refused = 0;
    tell_metadata(5);
    assert_int_equal(each_call_fails(take_first, look_for_own_fault), 6);
    assert_int_equal(refused, 1);
    held = facts;
    tell_metadata(6);
    assert_int_equal(each_call_fails(take_newer, look_for_own_fault), 7);
    assert_int_equal(refused, 1 + 2);
}

// Zeros are what a failing call leaves behind: two metadata of one serial are not the same.
static void metadata_of_one_serial_are_not_the_same_without_a_hash(void **state)
{
    (void)state;
    tell_metadata(5);
    assert_true(take_first());
    held = facts;
    memset(held.metadata_hash, 0, sizeof(held.metadata_hash));
    for (unsigned call = 0, calls = 1; call <= calls; call++) {
        failing_begin(call);
        bool taken = take_newer();
        calls = failing_end();
        assert_false(taken);
    }
}

// ---- what was told -----------------------------------------------------------------------

static struct told_answers told;

static bool was_told(void)
{
    return told_has(&told, ID, span_str("an answer"));
}

static void an_answer_without_a_hash_is_not_told(void **state)
{
    (void)state;
    memset(&told, 0, sizeof(told));
    snprintf(told.answer[7].pairing_id, sizeof(told.answer[7].pairing_id), "%s", ID);
    failing_sodium_always(true);
    assert_false(was_told()); // by a hash of zeros
    told_add(&told, ID, span_str("an answer"));
    failing_sodium_always(false);
    assert_false(was_told());

    failing_begin(2);
    told_add(&told, ID, span_str("an answer"));
    assert_int_equal(failing_end(), 2);
    assert_false(was_told());

    told_add(&told, ID, span_str("an answer"));
    assert_int_equal(each_call_fails(was_told, NULL), 1);
}

// ---- a new key ---------------------------------------------------------------------------

static struct pairing_store *store;
static struct net_action action;
static struct pairing pairing;

static void draw(void *userdata, uint8_t *out, size_t size)
{
    (void)userdata;
    memset(out, 0xaa, size);
}

static bool make_key(void)
{
    uint8_t key[PUBLIC_KEY_SIZE];
    pairing = (struct pairing){0};
    return new_key_make(&action, &pairing, key, &fault);
}

static void look_for_no_key(void)
{
    assert_int_equal(faccessat(pairing_store_folder(store), ID ".key", F_OK, 0), -1);
    assert_int_equal(pairing.key_count, 0);
}

static void a_new_key_has_its_name_or_is_not_there(void **state)
{
    static struct net_environment environment = {.random = draw};
    store = pairing_store_open(scratch_join(state, "data"), dialects, NULL);
    assert_non_null(store);
    action = (struct net_action){.environment = &environment, .pairings = store};
    assert_true(each_call_fails(make_key, look_for_no_key) >= 8);
    assert_int_equal(pairing.key_count, 1);
    pairing_store_close(store);
}

// ---- the server's key --------------------------------------------------------------------

static struct certificate own;
static struct https_server server;
static struct http_client *client;

static int64_t fixed_wall_clock(void *userdata)
{
    (void)userdata;
    return NOW;
}

static bool call(void)
{
    static struct http_reply reply; // large
    struct statement_pins pins = {.count = 1};
    char url[256];
    snprintf(url, sizeof(url), "https://localhost:%d/ok", server.port);
    struct http_request request = {.url = url, .trust = HTTP_TRUST_PINS, .pins = &pins};
    memcpy(pins.hash[0], own.pin, HASH_SIZE);
    return http_call(client, &request, NULL, &reply, &fault);
}

static void look_for_no_call(void)
{
    expect(FAILURE_MEMORY);
}

static void a_server_whose_key_cannot_be_hashed_hears_nothing(void **state)
{
    (void)state;
    static struct net_environment environment;
    const struct http_limits limits = {.connect_ms = 20000, .call_ms = 20000};
    certificate_make(&own, "localhost", NOW - 86400, NOW + 86400);
    net_environment_system(&environment, NULL);
    environment.wall_clock = fixed_wall_clock;
    https_server_start(&server, &own);
    client = http_client_new(&environment, &limits, NULL);
    assert_non_null(client);
    assert_true(each_call_fails(call, look_for_no_call) >= 1);
    http_client_free(client);
    https_server_stop(&server);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_make, scratch_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(metadata_that_cannot_be_judged_is_not_believed),
        TEST(metadata_of_one_serial_are_not_the_same_without_a_hash),
        TEST(an_answer_without_a_hash_is_not_told),
        TEST(a_new_key_has_its_name_or_is_not_there),
        TEST(a_server_whose_key_cannot_be_hashed_hears_nothing),
    };
    if (sodium_init() < 0 || crypto_sign_keypair(portal_key, portal_secret) != 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
