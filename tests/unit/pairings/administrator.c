// SPDX-License-Identifier: MIT
// The administrator PIN: what is it, what is not, how wrong ones wait, and that a file which is
// not as it must be opens nothing.
#include "tests/unit/net/scratch.h"

#include <sodium.h>

#include "net/pairings/administrator.h"
#include "net/pairings/pairing_pin.h"
#include "net/pairings/pin.h"
#include "tests/unit/pairings/some_dialects.h"

#define OLD         "246802"
#define NEW         "13579135791357"
#define NONE        ""
#define SALT        "c2FsdHNhbHRzYWx0c2FsdA"
#define RECORD_ROOM 4096
#define HASH        "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g"

#define expect(failure, call)                                                                  \
    assert_string_equal(failure_code(call), failure_code(FAILURE_##failure))

static struct pairing_store *open_store(void **state)
{
    struct pairing_store *store =
        pairing_store_open(scratch_join(state, "data"), dialects, NULL);
    assert_non_null(store);
    return store;
}

static enum failure check_at(struct pairing_store *store, const char *pin, int64_t now_ms,
                             int64_t *wait_ms)
{
    struct fault fault = {0};
    bool right = administrator_check(store, span_str(pin), now_ms, wait_ms, &fault);
    return right ? FAILURE_NONE : fault.failure;
}

static enum failure check(struct pairing_store *store, const char *pin)
{
    int64_t wait_ms;
    return check_at(store, pin, 0, &wait_ms);
}

static enum failure change(struct pairing_store *store, const char *before, const char *after)
{
    struct fault fault = {0};
    int64_t wait_ms;
    bool ok =
        administrator_change(store, span_str(before), span_str(after), 0, &wait_ms, &fault);
    return ok ? FAILURE_NONE : fault.failure;
}

static void it_is_set_changed_and_removed(void **state)
{
    struct pairing_store *store = open_store(state);
    assert_false(administrator_is_set(store));
    expect(ADMINISTRATOR_NOT_SET, check(store, OLD));
    expect(ADMINISTRATOR_NOT_SET, change(store, OLD, NEW));
    expect(PIN_FORM, change(store, NONE, "12345"));
    expect(PIN_FORM, change(store, NONE, "12345x"));
    assert_false(administrator_is_set(store));

    expect(NONE, change(store, NONE, OLD));
    assert_true(administrator_is_set(store));
    assert_false(pairing_store_has_pin(store)); // the other PIN is another one
    expect(NONE, check(store, OLD));
    expect(KEY_WRONG_PIN, check(store, "246803"));
    expect(KEY_WRONG_PIN, check(store, "2468020"));
    expect(ADMINISTRATOR_IS_SET, change(store, NONE, NEW));
    expect(NONE, check(store, OLD));

    expect(KEY_WRONG_PIN, change(store, "000000", NEW));
    expect(NONE, check(store, OLD));
    expect(NONE, change(store, OLD, NEW));
    expect(KEY_WRONG_PIN, check(store, OLD));
    expect(NONE, check(store, NEW));

    expect(KEY_WRONG_PIN, change(store, OLD, NONE));
    assert_true(administrator_is_set(store));
    expect(NONE, change(store, NEW, NONE));
    assert_false(administrator_is_set(store));
    pairing_store_close(store);
}

static void its_file_is_private_and_holds_no_digits(void **state)
{
    char text[RECORD_ROOM + 1] = "";
    struct pairing_store *store = open_store(state);
    expect(NONE, change(store, NONE, NEW));
    const char *path = scratch_join(state, "data/administrator.pin");
    assert_int_equal(scratch_mode(path), 0600);
    scratch_read(path, text, RECORD_ROOM);
    assert_non_null(strstr(text, "$argon2id$v=19$m=65536,t=3,p=1$"));
    assert_null(strstr(text, NEW));
    expect(KEY_WRONG_PIN, check(store, OLD));
    assert_int_equal(scratch_mode(scratch_join(state, "data/administrator.tries")), 0600);
    pairing_store_close(store);
}

static void wrong_ones_wait_longer_and_longer_also_after_a_restart(void **state)
{
    static const int64_t seconds[] = {0, 0, 30, 60, 300, 900, 1800, 3600, 3600};
    struct pairing_store *store = open_store(state);
    int64_t now_ms = 1000, wait_ms;
    expect(NONE, change(store, NONE, OLD));

    for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
        expect(KEY_WRONG_PIN, check_at(store, "000000", now_ms, &wait_ms));
        assert_int_equal(wait_ms, seconds[i] * 1000);
        pairing_store_close(store);
        store = open_store(state);
        assert_int_equal(administrator_wait_ms(store, now_ms), wait_ms);
        if (wait_ms > 0) { // then the right one does not count either, and nothing is counted
            expect(KEY_WAIT, check_at(store, OLD, now_ms + wait_ms - 1, &wait_ms));
            assert_int_equal(wait_ms, 1);
        }
        now_ms += seconds[i] * 1000;
    }

    // The boot clock begins anew at a restart: never less than the whole wait.
    expect(KEY_WAIT, check_at(store, OLD, 5000, &wait_ms));
    assert_int_equal(wait_ms, (3600 - 5) * 1000);
    expect(NONE, check_at(store, OLD, now_ms, &wait_ms));
    assert_int_equal(administrator_wait_ms(store, now_ms), 0);
    pairing_store_close(store);
}

static void each_pin_counts_its_own_wrong_ones(void **state)
{
    struct pairing_store *store = open_store(state);
    int64_t wait_ms;
    expect(NONE, change(store, NONE, OLD));
    assert_true(
        pairing_store_change_pin(store, span_str(NONE), span_str(NEW), 0, &wait_ms, NULL));
    for (unsigned i = 0; i < PIN_TRIES_FREE; i++)
        expect(KEY_WRONG_PIN, check(store, "000000"));
    assert_int_equal(administrator_wait_ms(store, 0), 30000);
    assert_int_equal(pairing_store_pin_wait_ms(store, 0), 0);
    pairing_store_close(store);
}

// As a fleet has it: made on one machine, set on another.
static void a_hash_made_elsewhere_is_the_pin(void **state)
{
    char hash[ADMINISTRATOR_HASH_SIZE];
    struct pairing_store *store = open_store(state);
    expect(NONE, change(store, NONE, OLD));
    for (unsigned i = 0; i < PIN_TRIES_FREE; i++)
        expect(KEY_WRONG_PIN, check(store, "000000"));
    expect(KEY_WAIT, check(store, OLD));

    assert_true(administrator_hash(span_str(NEW), hash, NULL));
    assert_true(administrator_is_hash(hash));
    assert_true(administrator_replace(store, hash, NULL));
    expect(NONE, check(store, NEW));
    expect(KEY_WRONG_PIN, check(store, OLD));
    assert_false(administrator_hash(span_str("12345"), hash, NULL));
    pairing_store_close(store);
}

static void what_is_no_hash_is_none(void **state)
{
    (void)state;
    static const char *const none[] = {
        "",
        "123456",
        "$argon2id$v=19$m=65536,t=3,p=1$",
        "$argon2id$v=19$m=65536,t=3,p=1$" SALT,
        "$argon2id$v=19$m=65536,t=3,p=1$" SALT "$",
        "$argon2id$v=19$m=65536,t=3,p=1$" SALT "$!",
        "$argon2id$v=19$m=65536,t=3,p=1$" SALT "$" HASH "$",
        "$argon2id$v=19$m=999999999,t=3,p=1$" SALT "$" HASH,
        "$argon2id$v=19$m=65536,t=99,p=1$" SALT "$" HASH,
        "$argon2i$v=19$m=65536,t=3,p=1$" SALT "$" HASH,
        " $argon2id$v=19$m=65536,t=3,p=1$" SALT "$" HASH,
    };

    assert_true(administrator_is_hash("$argon2id$v=19$m=65536,t=3,p=1$" SALT "$" HASH));
    assert_true(administrator_is_hash("$argon2id$v=19$m=131072,t=4,p=1$" SALT "$" HASH));
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        if (administrator_is_hash(none[i]))
            fail_msg("'%s' was taken", none[i]);
}

static void write_hash(void **state, const char *hash)
{
    char text[512];
    int size = snprintf(text, sizeof(text),
                        "{\"format\":\"qrconfirm administrator pin\",\"version\":1,"
                        "\"argon2id\":\"%s\"}",
                        hash);
    scratch_write(scratch_join(state, "data/administrator.pin"), text, (size_t)size);
}

static void expect_refusal_as(void **state, enum failure why)
{
    struct pairing_store *store = open_store(state);
    assert_true(administrator_is_set(store));
    assert_string_equal(failure_code(check(store, OLD)), failure_code(why));
    assert_string_equal(failure_code(check(store, NONE)), failure_code(why));
    assert_string_equal(failure_code(change(store, OLD, NEW)), failure_code(why));
    expect(ADMINISTRATOR_IS_SET, change(store, NONE, NEW));
    assert_true(administrator_is_set(store));
    pairing_store_close(store);
}

static void expect_refusal(void **state)
{
    expect_refusal_as(state, FAILURE_ADMINISTRATOR_DAMAGED);
}

static void a_damaged_file_opens_nothing(void **state)
{
    static const char *const contents[] = {
        "",
        "{",
        "{}",
        "[]",
        "null",
        "{\"format\":\"qrconfirm administrator pin\",\"version\":1}",
        "{\"format\":\"qrconfirm administrator pin\",\"version\":2,\"argon2id\":\"\"}",
        "{\"format\":\"qrconfirm administrator pin\",\"version\":1,\"argon2id\":7}",
    };
    static char large[RECORD_ROOM + 1];
    struct pairing_store *store = open_store(state);
    expect(NONE, change(store, NONE, OLD));
    pairing_store_close(store);

    for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
        scratch_write(scratch_join(state, "data/administrator.pin"), contents[i],
                      strlen(contents[i]));
        expect_refusal(state);
    }

    memset(large, ' ', sizeof(large));
    scratch_write(scratch_join(state, "data/administrator.pin"), large, sizeof(large));
    expect_refusal(state);

    char elsewhere[PATH_MAX + 64];
    snprintf(elsewhere, sizeof(elsewhere), "%s", scratch_join(state, "elsewhere"));
    const char *path = scratch_join(state, "data/administrator.pin");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink(elsewhere, path), 0); // to nowhere
    expect_refusal_as(state, FAILURE_STORE_FOREIGN);
}

// Were one of these paid, the test would run out of its time, or the machine of its memory.
static void hostile_costs_are_not_paid(void **state)
{
    static const char *const hashes[] = {
        "$argon2id$v=19$m=65536,t=4294967295,p=1$" SALT "$" HASH,
        "$argon2id$v=19$m=65536,t=9,p=1$" SALT "$" HASH,
        "$argon2id$v=19$m=4294967295,t=3,p=1$" SALT "$" HASH,
        "$argon2id$v=19$m=262145,t=3,p=1$" SALT "$" HASH,
        "$argon2id$v=19$m=18446744073709617152,t=3,p=1$" SALT "$" HASH, // 65536 in 64 bits
        "$argon2id$v=19$m=65536,t=3,p=2$" SALT "$" HASH,
        "$argon2id$v=19$m=0,t=3,p=1$" SALT "$" HASH,
        "$argon2id$v=19$m=65536,t=0,p=1$" SALT "$" HASH,
        "$argon2id$v=19$m=,t=3,p=1$" SALT "$" HASH,
        "$argon2id$v=19$t=3,m=65536,p=1$" SALT "$" HASH,
        "$argon2id$m=65536,t=3,p=1$" SALT "$" HASH,
        "$argon2i$v=19$m=65536,t=3,p=1$" SALT "$" HASH,
        "$7$C6..../....SodiumChloride$aGFzaGhhc2hoYXNo", // scrypt
        "$argon2id$v=19$m=65536",
    };

    pairing_store_close(open_store(state));
    for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
        write_hash(state, hashes[i]);
        expect_refusal(state);
    }
}

static void a_cost_without_a_hash_is_a_damaged_file(void **state)
{
    static const char *const hashes[] = {
        "$argon2id$v=19$m=65536,t=3,p=1$",
        "$argon2id$v=19$m=65536,t=3,p=1$" SALT "$",
        "$argon2id$v=19$m=65536,t=3,p=1$" SALT "$!",
        "$argon2id$v=19$m=7,t=3,p=1$" SALT "$" HASH,
    };

    pairing_store_close(open_store(state));
    for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
        write_hash(state, hashes[i]);
        struct pairing_store *store = open_store(state);
        expect(ADMINISTRATOR_DAMAGED, check(store, OLD));
        pairing_store_close(store);
        unlink(scratch_join(state, "data/administrator.tries"));
    }
}

// Costs within the limits are paid: another version of the program may have chosen them.
static void other_costs_are_taken(void **state)
{
    char hash[crypto_pwhash_STRBYTES];
    pairing_store_close(open_store(state));
    assert_int_equal(crypto_pwhash_str(hash, OLD, strlen(OLD), 4, 8192 * 1024), 0);
    write_hash(state, hash);
    struct pairing_store *store = open_store(state);
    expect(NONE, check(store, OLD));
    expect(KEY_WRONG_PIN, check(store, NEW));
    pairing_store_close(store);
}

static void wrong_tries_that_cannot_be_read_are_many(void **state)
{
    struct pairing_store *store = open_store(state);
    int64_t wait_ms;
    expect(NONE, change(store, NONE, OLD));
    scratch_write(scratch_join(state, "data/administrator.tries"), "{}", 2);
    expect(KEY_WAIT, check_at(store, OLD, 0, &wait_ms));
    assert_int_equal(wait_ms, 3600 * 1000);
    pairing_store_close(store);
}

#define a_test(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        a_test(it_is_set_changed_and_removed),
        a_test(its_file_is_private_and_holds_no_digits),
        a_test(wrong_ones_wait_longer_and_longer_also_after_a_restart),
        a_test(each_pin_counts_its_own_wrong_ones),
        a_test(a_damaged_file_opens_nothing),
        a_test(hostile_costs_are_not_paid),
        a_test(a_cost_without_a_hash_is_a_damaged_file),
        a_test(other_costs_are_taken),
        a_test(a_hash_made_elsewhere_is_the_pin),
        a_test(what_is_no_hash_is_none),
        a_test(wrong_tries_that_cannot_be_read_are_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
