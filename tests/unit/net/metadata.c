// SPDX-License-Identifier: MIT
// What a device believes of a portal that speaks without TLS: only what is signed, and newer.
#include "tests/unit/net/scratch.h"

#include <sodium.h>

#include "net/metadata.h"
#include "net/protocol/envelope.h"
#include "tests/unit/failing_memory.h"

#define ORIGIN "https://portal.example.com"

struct keypair {
    uint8_t public_key[PUBLIC_KEY_SIZE], secret[SECRET_KEY_SIZE];
};

static struct keypair first, second, stranger;
static struct envelope_text envelope;

static void make_key(struct keypair *out, uint8_t seed_byte)
{
    uint8_t seed[32];
    memset(seed, seed_byte, sizeof(seed));
    crypto_sign_seed_keypair(out->public_key, out->secret, seed);
}

// Metadata of `key`, signed by `signer`.
static struct span told(const struct keypair *key, const struct keypair *next, uint64_t serial,
                        const char *base_url, const struct keypair *signer)
{
    struct statement_metadata metadata = {.serial = serial};
    struct statement_body body;

    assert_true(portal_id_of(key->public_key, metadata.portal_id));
    memcpy(metadata.portal_key, key->public_key, PUBLIC_KEY_SIZE);
    if (next)
        memcpy(metadata.next_key, next->public_key, PUBLIC_KEY_SIZE);
    snprintf(metadata.base_url, sizeof(metadata.base_url), "%s", base_url);
    snprintf(metadata.display_name, sizeof(metadata.display_name), "Portal %llu",
             (unsigned long long)serial);

    assert_int_equal(statement_encode_metadata(&metadata, &body), VERDICT_OK);
    const uint8_t *const secrets[] = {signer->secret};
    assert_true(envelope_seal(MESSAGE_METADATA, statement_span(&body), secrets, 1, &envelope));
    return envelope_span(&envelope);
}

static struct portal_facts held_facts(void)
{
    struct portal_facts facts;
    struct span text = told(&first, &second, 5, ORIGIN "/app", &first);
    assert_true(metadata_accept(text, ORIGIN, NULL, &facts, NULL));
    return facts;
}

static void refuse(struct span text, const struct portal_facts *held, enum failure failure)
{
    struct portal_facts facts, untouched;
    struct fault fault = {0};
    memset(&facts, 0x5a, sizeof(facts));
    memcpy(&untouched, &facts, sizeof(facts));
    assert_false(metadata_accept(text, ORIGIN, held, &facts, &fault));
    assert_string_equal(failure_code(fault.failure), failure_code(failure));
    assert_memory_equal(&facts, &untouched, sizeof(facts));
}

static void the_first_metadata_is_taken(void **state)
{
    (void)state;
    struct portal_facts facts = held_facts();
    assert_memory_equal(facts.portal_key, first.public_key, PUBLIC_KEY_SIZE);
    assert_memory_equal(facts.next_key, second.public_key, PUBLIC_KEY_SIZE);
    assert_true(facts.serial == 5);
    assert_string_equal(facts.base_url, ORIGIN "/app");
    assert_string_equal(facts.display_name, "Portal 5");
}

static void another_address_is_refused(void **state)
{
    (void)state;
    struct portal_facts held = held_facts();
    refuse(told(&first, NULL, 6, "https://elsewhere.example", &first), NULL, FAILURE_NET_REPLY);
    refuse(told(&first, NULL, 6, "https://portal.example.com:8443", &first), &held,
           FAILURE_NET_REPLY);
}

static void a_lower_serial_is_refused(void **state)
{
    (void)state;
    struct portal_facts held = held_facts();
    refuse(told(&first, &second, 4, ORIGIN "/app", &first), &held, FAILURE_NET_STALE_PORTAL);
}

static void an_equal_serial_must_be_the_same_bytes(void **state)
{
    (void)state;
    struct portal_facts held = held_facts(), facts;
    refuse(told(&first, NULL, 5, ORIGIN "/app", &first), &held, FAILURE_NET_REPLY);
    assert_true(metadata_accept(told(&first, &second, 5, ORIGIN "/app", &first), ORIGIN, &held,
                                &facts, NULL));
    assert_memory_equal(&facts, &held, sizeof(held));
}

static void a_strangers_key_is_refused(void **state)
{
    (void)state;
    struct portal_facts held = held_facts();
    refuse(told(&stranger, NULL, 6, ORIGIN "/app", &stranger), &held, FAILURE_NET_REPLY);
    refuse(told(&first, NULL, 6, ORIGIN "/app", &stranger), &held, FAILURE_NET_REPLY);
    refuse(told(&first, NULL, 6, ORIGIN "/app", &stranger), NULL, FAILURE_NET_REPLY);
    // The next key may speak for itself only.
    refuse(told(&first, NULL, 6, ORIGIN "/app", &second), &held, FAILURE_NET_REPLY);
    refuse(span_str("{}"), &held, FAILURE_NET_REPLY);
    refuse(span_str(""), NULL, FAILURE_NET_REPLY);
}

static void the_announced_key_becomes_the_current_one(void **state)
{
    (void)state;
    struct portal_facts held = held_facts(), facts;
    assert_true(metadata_accept(told(&second, NULL, 6, ORIGIN "/app", &second), ORIGIN, &held,
                                &facts, NULL));
    assert_memory_equal(facts.portal_key, second.public_key, PUBLIC_KEY_SIZE);
    assert_true(sodium_is_zero(facts.next_key, PUBLIC_KEY_SIZE));
    refuse(told(&first, NULL, 7, ORIGIN "/app", &first), &facts, FAILURE_NET_REPLY);
}

static void a_reply_under_the_next_key_drops_the_old_one(void **state)
{
    (void)state;
    struct portal_facts facts = held_facts();
    metadata_promote(&facts, first.public_key);
    metadata_promote(&facts, stranger.public_key);
    assert_memory_equal(facts.portal_key, first.public_key, PUBLIC_KEY_SIZE);
    metadata_promote(&facts, second.public_key);
    assert_memory_equal(facts.portal_key, second.public_key, PUBLIC_KEY_SIZE);
    assert_true(sodium_is_zero(facts.next_key, PUBLIC_KEY_SIZE));
}

static void what_is_told_is_taken_or_there_was_no_memory(void **state)
{
    (void)state;
    struct portal_facts held = held_facts();
    struct span text = told(&first, &second, 6, ORIGIN "/app", &first);
    unsigned calls = 1;

    for (unsigned call = 1; call <= calls + 1; call++) {
        struct portal_facts facts = {.serial = 1};
        struct fault fault = {0};
        failing_begin(call);
        bool taken = metadata_accept(text, ORIGIN, &held, &facts, &fault);
        calls = failing_end();

        assert_int_equal(taken, call > calls);
        assert_int_equal(facts.serial, taken ? 6 : 1);
        if (!taken)
            assert_string_equal(failure_code(fault.failure), "internal.memory");
    }

    print_message("metadata: %u calls\n", calls);
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
    make_key(&first, 1);
    make_key(&second, 2);
    make_key(&stranger, 3);

    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_metadata_is_taken),
        cmocka_unit_test(another_address_is_refused),
        cmocka_unit_test(a_lower_serial_is_refused),
        cmocka_unit_test(an_equal_serial_must_be_the_same_bytes),
        cmocka_unit_test(a_strangers_key_is_refused),
        cmocka_unit_test(the_announced_key_becomes_the_current_one),
        cmocka_unit_test(a_reply_under_the_next_key_drops_the_old_one),
        cmocka_unit_test(what_is_told_is_taken_or_there_was_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
