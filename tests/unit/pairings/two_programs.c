// SPDX-License-Identifier: MIT
// Two programs on one folder of pairings: neither takes back what the other has written.
#include "tests/unit/net/scratch.h"

#include <poll.h>
#include <sys/wait.h>

#include "net/pairings/key_succession.h"
#include "net/pairings/pairing_secrets.h"
#include "tests/unit/pairings/kept_keys.h"
#include "tests/unit/pairings/some_dialects.h"

#define ID     "aaaaaaaaaaaaaaaa"
#define ROUNDS 100u

#define LAST_SERIAL 9u

static struct pairing_store *open_store(void **state)
{
    struct pairing_store *store =
        pairing_store_open(scratch_join(state, "data"), dialects, NULL);
    assert_non_null(store);
    return store;
}

static void put_pairing(void **state)
{
    struct pairing_store *store = open_store(state);
    struct secret_keys *keys = secret_keys_new();
    const uint8_t seed[KEY_SEED_SIZE] = {1};
    assert_true(secret_keys_add(keys, seed, NULL));

    struct pairing pairing = {
        .dialect = &plain_dialect,
        .id = ID,
        .portal = {.base_url = "https://portal.example.com", .display_name = "A", .serial = 1},
        .account_id = "7",
        .account_name = "Anna",
        .paired_at = 1,
        .key_count = 1,
        .key = {{.not_after = 1800000000}},
    };

    memcpy(pairing.key[0].id, keys->key[0].id, KEY_ID_SIZE);
    assert_true(keep_keys(store, ID, keys, NULL));
    assert_true(pairing_store_save(store, &pairing, NULL));
    secret_keys_free(keys);
    pairing_store_close(store);
}

static int set_up(void **state)
{
    scratch_make(state);
    put_pairing(state);
    return 0;
}

static struct pairing on_disk(struct pairing_store *store)
{
    struct pairing out;
    assert_true(pairing_store_reload(store, ID, &out, NULL));
    return out;
}

// Is every key of the record in the key file?
static void assert_keys_are_there(struct pairing_store *store)
{
    struct pairing record = on_disk(store);
    struct secret_keys *keys = kept_keys(store, ID, NULL);
    assert_non_null(keys);
    for (size_t i = 0; i < record.key_count; i++)
        assert_non_null(secret_keys_find(keys, record.key[i].id));
    secret_keys_free(keys);
}

// A renewal that the portal has taken.
static void renew(struct pairing_store *store, struct pairing *pairing)
{
    uint8_t new_key[PUBLIC_KEY_SIZE], id[KEY_ID_SIZE];
    assert_true(key_succession_begin(store, pairing, new_key, NULL));
    assert_true(key_id_of(new_key, id));
    assert_true(key_succession_taken(store, pairing, id, 1900000000, 1700000000, NULL));
}

static void a_scan_that_is_older_leaves_the_new_key(void **state)
{
    struct pairing_store *scan = open_store(state), *other = open_store(state);
    struct pairing scanned = on_disk(scan), renewed = on_disk(other);
    renew(other, &renewed);
    scanned.portal.serial = 2; // the portal has told something meanwhile
    assert_true(pairing_store_save_portal(scan, &scanned, NULL));
    struct pairing record = on_disk(scan);
    assert_int_equal(record.portal.serial, 2);
    assert_int_equal(record.key_count, 2);
    assert_memory_equal(record.key, renewed.key, sizeof(record.key));
    assert_keys_are_there(scan);
    pairing_store_close(scan);
    pairing_store_close(other);
}

static void an_answer_goes_over_to_the_key_in_use(void **state)
{
    struct pairing_store *scan = open_store(state), *other = open_store(state);
    struct pairing scanned = on_disk(scan), renewed = on_disk(other);
    struct pairing before = scanned;
    renew(other, &renewed);
    key_succession_follow(scan, &scanned); // the old key still signs
    assert_memory_equal(scanned.key, before.key, sizeof(scanned.key));
    key_succession_settle(other, &renewed, false);
    key_succession_follow(scan, &scanned);
    assert_int_equal(scanned.key_count, 1);
    assert_memory_equal(scanned.key[0].id, renewed.key[0].id, KEY_ID_SIZE);
    pairing_store_close(scan);
    pairing_store_close(other);
}

static void a_key_that_another_program_made_is_not_forgotten(void **state)
{
    struct pairing_store *scan = open_store(state), *other = open_store(state);
    struct pairing renewed = on_disk(other);
    renew(other, &renewed);
    struct pairing scanned = on_disk(scan);
    key_succession_settle(other, &renewed, false);
    renew(other, &renewed);
    key_succession_settle(scan, &scanned, false); // a reply to the key of before the second

    struct pairing record = on_disk(scan);
    assert_memory_equal(record.key, renewed.key, sizeof(record.key));
    assert_memory_equal(scanned.key, renewed.key, sizeof(record.key));
    assert_keys_are_there(scan);
    pairing_store_close(scan);
    pairing_store_close(other);
}

// Notes again and again what a portal told, from before the first renewal until `over` is
// closed at its other end.
static void note_until(void **state, int begun, int over)
{
    struct pairing_store *store = open_store(state);
    struct pairing pairing = on_disk(store);
    struct pollfd end = {.fd = over, .events = POLLIN};
    bool ok = true, told = false;
    while (ok && poll(&end, 1, 0) == 0) {
        pairing.portal.serial = pairing.portal.serial == 2 ? 3 : 2;
        ok = pairing_store_save_portal(store, &pairing, NULL);
        ok = ok && (told || write(begun, "", 1) == 1);
        told = true;
    }
    pairing.portal.serial = LAST_SERIAL;
    _exit(ok && pairing_store_save_portal(store, &pairing, NULL) ? 0 : 1);
}

// One process renews the key again and again, the other notes what a portal tells.
static void two_processes_at_once_lose_nothing(void **state)
{
    int status, begun[2], over[2];
    char byte;
    assert_true(pipe(begun) == 0 && pipe(over) == 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(over[1]);
        note_until(state, begun[1], over[0]);
    }

    close(begun[1]);
    close(over[0]);
    assert_int_equal(read(begun[0], &byte, 1), 1);
    struct pairing_store *store = open_store(state);
    struct pairing pairing = on_disk(store);

    for (unsigned i = 1; i <= ROUNDS; i++) {
        struct pairing now = on_disk(store);
        assert_memory_equal(now.key, pairing.key, sizeof(now.key));
        renew(store, &pairing);
        key_succession_settle(store, &pairing, false);
        assert_int_equal(pairing.key_count, 1);
    }

    close(over[1]);
    close(begun[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);

    struct pairing record = on_disk(store);
    assert_memory_equal(record.key, pairing.key, sizeof(record.key));
    assert_int_equal(record.portal.serial, LAST_SERIAL);
    assert_keys_are_there(store);
    pairing_store_close(store);
}

static void a_pairing_that_another_program_made_is_found(void **state)
{
    struct pairing_summary summary;
    struct pairing_store *store = open_store(state);
    assert_true(pairing_store_refresh(store, NULL));
    assert_int_equal(pairing_store_count(store), 0);

    put_pairing(state);
    assert_int_equal(pairing_store_count(store), 0);
    assert_true(pairing_store_refresh(store, NULL));
    assert_true(pairing_store_refresh(store, NULL)); // and no second time
    assert_int_equal(pairing_store_count(store), 1);

    assert_true(pairing_store_summary(store, 0, &summary));
    assert_string_equal(summary.id, ID);
    assert_keys_are_there(store);
    pairing_store_close(store);
}

#define FRESH(f) cmocka_unit_test_setup_teardown(f, set_up, scratch_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH(a_scan_that_is_older_leaves_the_new_key),
        FRESH(an_answer_goes_over_to_the_key_in_use),
        FRESH(a_key_that_another_program_made_is_not_forgotten),
        FRESH(two_processes_at_once_lose_nothing),
        cmocka_unit_test_setup_teardown(a_pairing_that_another_program_made_is_found,
                                        scratch_make, scratch_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
