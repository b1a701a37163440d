// SPDX-License-Identifier: MIT
#include "tests/unit/net/scratch.h"

#include "net/pairings/pairing_secrets.h"
#include "net/pairings/pairing_store.h"
#include "tests/unit/pairings/kept_keys.h"
#include "tests/unit/pairings/some_dialects.h"

static struct pairing_store *open_store(void **state)
{
    struct fault fault = {0};
    struct pairing_store *store =
        pairing_store_open(scratch_join(state, "data"), dialects, &fault);
    assert_non_null(store);
    return store;
}

static void add(struct pairing_store *store, const char *id, int64_t paired_at)
{
    struct secret_keys *keys = secret_keys_new();
    uint8_t seed[KEY_SEED_SIZE];
    memset(seed, id[0], sizeof(seed));
    assert_true(secret_keys_add(keys, seed, NULL));

    struct pairing pairing = {
        .dialect = &plain_dialect,
        .portal = {.base_url = "https://portal.example.com/app",
                   .display_name = "Портал",
                   .serial = UINT64_MAX,
                   .pins = {.count = 2}},
        .account_id = "1017",
        .account_name = "Анна",
        .paired_at = paired_at,
        .sequence = UINT64_MAX - 1,
        .key_count = 1,
    };

    snprintf(pairing.id, sizeof(pairing.id), "%s", id);
    memset(pairing.portal.portal_key, 7, PUBLIC_KEY_SIZE);
    memset(pairing.portal.pins.hash[1], 9, HASH_SIZE);
    memset(pairing.device_id, 5, DEVICE_ID_SIZE);
    memcpy(pairing.key[0].id, keys->key[0].id, KEY_ID_SIZE);
    pairing.key[0].not_after = 1800000000;

    assert_true(keep_keys(store, id, keys, NULL));
    assert_true(pairing_store_save(store, &pairing, NULL));
    secret_keys_free(keys);
}

static void a_pairing_survives_closing(void **state)
{
    struct pairing_store *store = open_store(state);
    add(store, "bbbbbbbbbbbbbbbb", 200);
    add(store, "aaaaaaaaaaaaaaaa", 300);
    struct pairing before, after;
    assert_true(pairing_store_get(store, 0, &before));
    pairing_store_close(store);

    store = open_store(state);
    assert_int_equal(pairing_store_count(store), 2);
    assert_true(pairing_store_find(store, before.id, &after));
    assert_memory_equal(&before.portal, &after.portal, sizeof(before.portal));
    assert_memory_equal(before.key, after.key, sizeof(before.key));
    assert_true(before.sequence == after.sequence);
    struct pairing_summary summary;
    assert_true(pairing_store_summary(store, 0, &summary));
    assert_string_equal(summary.id, "bbbbbbbbbbbbbbbb");
    assert_string_equal(summary.origin, "https://portal.example.com");
    assert_string_equal(summary.portal_name, "Портал");
    assert_string_equal(summary.account_name, "Анна");
    assert_int_equal(summary.key_ends_at, 1800000000);
    assert_false(pairing_store_summary(store, 2, &summary));

    struct secret_keys *keys = kept_keys(store, after.id, NULL);
    assert_non_null(keys);
    const struct secret_key *key = secret_keys_find(keys, after.key[0].id);
    assert_non_null(key);
    uint8_t seed[KEY_SEED_SIZE];
    memset(seed, 'b', sizeof(seed));
    assert_memory_equal(key->secret, seed, sizeof(seed));
    secret_keys_free(keys);
    pairing_store_close(store);
}

static void all_files_are_private(void **state)
{
    umask(0);
    struct pairing_store *store = open_store(state);
    add(store, "aaaaaaaaaaaaaaaa", 1);
    pairing_store_close(store);
    assert_int_equal(scratch_mode(scratch_join(state, "data")), 0700);
    assert_int_equal(scratch_mode(scratch_join(state, "data/aaaaaaaaaaaaaaaa.key")), 0600);
    assert_int_equal(scratch_mode(scratch_join(state, "data/aaaaaaaaaaaaaaaa.pairing")), 0600);
}

static void the_secret_is_not_in_the_record(void **state)
{
    struct pairing_store *store = open_store(state);
    add(store, "cccccccccccccccc", 1);
    pairing_store_close(store);
    char text[PAIRING_RECORD_MAX] = "";
    scratch_read(scratch_join(state, "data/cccccccccccccccc.pairing"), text, sizeof(text) - 1);
    assert_non_null(strstr(text, "qrconfirm pairing"));
    assert_null(strstr(text, "6363636363636363"));
}

// One damaged pairing is named, kept as it is, and hides no other.
static void check_damage(void **state, const char *name, const char *content)
{
    struct pairing_store *store = open_store(state);
    add(store, "aaaaaaaaaaaaaaaa", 1);
    add(store, "bbbbbbbbbbbbbbbb", 2);
    pairing_store_close(store);
    char path[PATH_MAX + 64];
    snprintf(path, sizeof(path), "%s", scratch_join(state, name));
    scratch_write(path, content, strlen(content));

    store = open_store(state);
    assert_int_equal(pairing_store_count(store), 1);
    struct pairing_unusable damaged;
    assert_true(pairing_store_unusable(store, 0, &damaged));
    assert_string_equal(damaged.name, "bbbbbbbbbbbbbbbb.pairing");
    assert_int_equal(damaged.why.failure, FAILURE_PAIRING_DAMAGED);
    assert_false(pairing_store_unusable(store, 1, &damaged));
    pairing_store_close(store);
    char kept[256] = "";
    scratch_read(path, kept, sizeof(kept) - 1);
    assert_string_equal(kept, content);
}

static void a_damaged_record_hides_no_other(void **state)
{
    static const char *const contents[] = {
        "",
        "{",
        "[]",
        "null",
        "{\"format\":\"qrconfirm pairing\",\"version\":2}",
        "{\"format\":\"qrconfirm pairing\",\"version\":1,\"id\":\"bbbbbbbbbbbbbbbb\"}"};
    for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++)
        check_damage(state, "data/bbbbbbbbbbbbbbbb.pairing", contents[i]);
}

static void a_damaged_key_is_told(void **state)
{
    check_damage(state, "data/bbbbbbbbbbbbbbbb.key", "QRCK nonsense");
}

static void every_flipped_byte_of_a_key_file_shows(void **state)
{
    struct pairing_store *store = open_store(state);
    add(store, "aaaaaaaaaaaaaaaa", 1);
    char path[PATH_MAX + 64];
    uint8_t bytes[256];
    snprintf(path, sizeof(path), "%s", scratch_join(state, "data/aaaaaaaaaaaaaaaa.key"));
    size_t size = scratch_read(path, bytes, sizeof(bytes));

    for (size_t i = 0; i < size; i++) {
        bytes[i] ^= 1;
        scratch_write(path, bytes, size);
        assert_null(kept_keys(store, "aaaaaaaaaaaaaaaa", NULL));
        bytes[i] ^= 1;
    }
    pairing_store_close(store);
}

static void foreign_names_are_left_alone(void **state)
{
    struct pairing_store *store = open_store(state);
    pairing_store_close(store);
    scratch_write(scratch_join(state, "data/notes.txt"), "mine", 4);
    store = open_store(state);
    struct pairing_unusable unusable;
    assert_int_equal(pairing_store_count(store), 0);
    assert_false(pairing_store_unusable(store, 0, &unusable));
    pairing_store_close(store);
    assert_int_equal(access(scratch_join(state, "data/notes.txt"), F_OK), 0);
}

static void forgetting_erases_the_key(void **state)
{
    struct pairing_store *store = open_store(state);
    struct fault fault = {0};
    add(store, "aaaaaaaaaaaaaaaa", 1);
    add(store, "bbbbbbbbbbbbbbbb", 2);

    assert_true(pairing_store_forget(store, "aaaaaaaaaaaaaaaa", &fault));
    assert_int_equal(pairing_store_count(store), 1);
    assert_int_not_equal(access(scratch_join(state, "data/aaaaaaaaaaaaaaaa.key"), F_OK), 0);
    assert_int_not_equal(access(scratch_join(state, "data/aaaaaaaaaaaaaaaa.pairing"), F_OK), 0);

    assert_false(pairing_store_forget(store, "aaaaaaaaaaaaaaaa", &fault));
    assert_int_equal(fault.failure, FAILURE_PAIRING_UNKNOWN);
    assert_false(pairing_store_forget(store, "../x", &fault));

    pairing_store_close(store);
    store = open_store(state);
    assert_int_equal(pairing_store_count(store), 1);
    pairing_store_close(store);
}

// Damaged or not, what is named can be erased: the record, and the key where one is beside it.
static void a_damaged_pairing_can_be_forgotten(void **state)
{
    struct pairing_store *store = open_store(state);
    struct fault fault = {0};
    add(store, "bbbbbbbbbbbbbbbb", 2);
    pairing_store_close(store);
    scratch_write(scratch_join(state, "data/bbbbbbbbbbbbbbbb.pairing"), "{", 1);
    scratch_write(scratch_join(state, "data/odd.pairing"), "{", 1);

    store = open_store(state);
    struct pairing_unusable unusable;
    assert_true(pairing_store_unusable(store, 1, &unusable));
    assert_true(pairing_store_forget(store, "bbbbbbbbbbbbbbbb", &fault));
    assert_int_not_equal(access(scratch_join(state, "data/bbbbbbbbbbbbbbbb.key"), F_OK), 0);
    assert_int_not_equal(access(scratch_join(state, "data/bbbbbbbbbbbbbbbb.pairing"), F_OK), 0);
    assert_true(pairing_store_forget(store, "odd", &fault));
    assert_int_not_equal(access(scratch_join(state, "data/odd.pairing"), F_OK), 0);
    assert_false(pairing_store_unusable(store, 0, &unusable));
    assert_false(pairing_store_forget(store, "odd", &fault));
    assert_int_equal(fault.failure, FAILURE_PAIRING_UNKNOWN);
    pairing_store_close(store);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_make, scratch_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_pairing_survives_closing),
        TEST(all_files_are_private),
        TEST(the_secret_is_not_in_the_record),
        TEST(a_damaged_record_hides_no_other),
        TEST(a_damaged_key_is_told),
        TEST(every_flipped_byte_of_a_key_file_shows),
        TEST(foreign_names_are_left_alone),
        TEST(forgetting_erases_the_key),
        TEST(a_damaged_pairing_can_be_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
