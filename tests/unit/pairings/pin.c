// SPDX-License-Identifier: MIT
// Keys sealed by a PIN: what opens them, what does not, and that a change is for all or none.
#include "tests/unit/net/scratch.h"

#include "net/pairings/atomic_file.h"
#include "net/pairings/pairing_part.h"
#include "net/pairings/pairing_pin.h"
#include "net/pairings/pairing_secrets.h"
#include "net/pairings/pin.h"
#include "tests/unit/pairings/kept_keys.h"
#include "tests/unit/pairings/power_cut_exchange.h"
#include "tests/unit/pairings/three_pairings.h"

#define OLD  "246802"
#define NEW  "13579135791357"
#define NONE ""

static enum failure change(struct pairing_store *store, const char *before, const char *after)
{
    struct fault fault = {0};
    int64_t wait_ms;
    bool ok =
        pairing_store_change_pin(store, span_str(before), span_str(after), 0, &wait_ms, &fault);
    return ok ? FAILURE_NONE : fault.failure;
}

static enum failure unlock_at(struct pairing_store *store, const char *pin, int64_t now_ms,
                              int64_t *wait_ms)
{
    struct fault fault = {0};
    bool ok = pairing_store_unlock(store, span_str(pin), now_ms, wait_ms, &fault);
    return ok ? FAILURE_NONE : fault.failure;
}

static enum failure unlock(struct pairing_store *store, const char *pin)
{
    int64_t wait_ms;
    return unlock_at(store, pin, 0, &wait_ms);
}

static enum failure read_key(struct pairing_store *store, const char *id)
{
    struct fault fault = {0};
    struct secret_keys *keys = kept_keys(store, id, &fault);
    if (!keys)
        return fault.failure;
    uint8_t seed[KEY_SEED_SIZE];
    memset(seed, id[0], sizeof(seed));
    assert_int_equal(keys->count, 1);
    assert_memory_equal(keys->key[0].secret, seed, sizeof(seed));
    secret_keys_free(keys);
    return FAILURE_NONE;
}

static enum failure read_password(struct pairing_store *store, const char *id)
{
    struct fault fault = {0};
    char expected[64];
    struct app_password *password = pairing_store_password(store, id, &fault);
    if (!password)
        return fault.failure;
    snprintf(expected, sizeof(expected), "password of %s", id);
    assert_string_equal(password->text, expected);
    app_password_free(password);
    return FAILURE_NONE;
}

static void expect_all(struct pairing_store *store, enum failure expected)
{
    assert_int_equal(pairing_store_count(store), IDS);
    for (size_t i = 0; i < IDS; i++) {
        assert_string_equal(failure_code(read_key(store, ids[i])), failure_code(expected));
        assert_string_equal(failure_code(read_password(store, ids[i])), failure_code(expected));
    }
}

#define expect(failure, call)                                                                  \
    assert_string_equal(failure_code(call), failure_code(FAILURE_##failure))

static void the_pin_seals_every_key(void **state)
{
    struct pairing_store *store = three_pairings(state);
    assert_false(pairing_store_has_pin(store));
    expect_all(store, FAILURE_NONE);
    expect(NONE, change(store, NONE, OLD));
    assert_true(pairing_store_has_pin(store));
    expect_all(store, FAILURE_KEY_LOCKED);
    pairing_store_close(store);

    store = open_store(state); // a key that is sealed is not a damaged one
    expect_all(store, FAILURE_KEY_LOCKED);
    expect(KEY_WRONG_PIN, unlock(store, "246803"));
    expect_all(store, FAILURE_KEY_LOCKED);
    expect(NONE, unlock(store, OLD));
    expect_all(store, FAILURE_NONE);
    pairing_store_lock(store);
    expect_all(store, FAILURE_KEY_LOCKED);

    expect(KEY_WRONG_PIN, change(store, "000000", NEW));
    expect(NONE, change(store, OLD, NEW));
    expect(KEY_WRONG_PIN, unlock(store, OLD));
    expect(NONE, unlock(store, NEW));
    expect_all(store, FAILURE_NONE);
    expect(NONE, change(store, NEW, NONE));
    assert_false(pairing_store_has_pin(store));
    expect_all(store, FAILURE_NONE);
    pairing_store_close(store);
}

// The cost is in the file of the PIN, as section 6 of the protocol wants it at least.
static void a_new_seal_costs_what_the_protocol_wants(void **state)
{
    char text[1024] = "";
    struct pairing_store *store =
        pairing_store_open(scratch_join(state, "data"), dialects, NULL);
    assert_non_null(store);
    expect(NONE, change(store, NONE, OLD));
    pairing_store_close(store);

    scratch_read(scratch_join(state, "data/device.pin"), text, sizeof(text) - 1);
    assert_non_null(strstr(text, "\"argon2id_passes\": \"3\""));
    assert_non_null(strstr(text, "\"argon2id_kib\": \"65536\""));
}

static bool folder_holds(const char *path, const void *bytes, size_t size)
{
    static char command[PATH_MAX * 2];
    char hex[2 * KEY_SEED_SIZE * 2 + 1] = "";
    for (size_t i = 0; i < size; i++)
        snprintf(hex + strlen(hex), 5, "\\x%02x", ((const uint8_t *)bytes)[i]);
    snprintf(command, sizeof(command), "LC_ALL=C grep -rqaP '%s' '%s'", hex, path);
    return system(command) == 0;
}

static void a_sealed_key_is_nowhere_in_the_clear(void **state)
{
    struct pairing_store *store = three_pairings(state);
    const char *path = scratch_join(state, "data");
    uint8_t seed[KEY_SEED_SIZE];
    memset(seed, ids[0][0], sizeof(seed));
    assert_true(folder_holds(path, seed, sizeof(seed)));
    expect(NONE, change(store, NONE, OLD));
    assert_false(folder_holds(path, seed, sizeof(seed)));
    assert_false(folder_holds(path, OLD, strlen(OLD)));
    assert_false(folder_holds(path, "password of", strlen("password of")));
    pairing_store_close(store);
}

static void only_six_to_thirty_two_digits_are_a_pin(void **state)
{
    static const char *const bad[] = {"12345",
                                      "12345a",
                                      "123 456",
                                      "-12345",
                                      "123456789012345678901234567890123",
                                      "\u0661\u0662\u0663\u0664\u0665\u0666"};

    struct pairing_store *store = three_pairings(state);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        expect(PIN_FORM, change(store, NONE, bad[i]));
    assert_false(pairing_store_has_pin(store));
    expect(PIN_NOT_SET, unlock(store, OLD));
    expect(PIN_NOT_SET, change(store, OLD, NEW));

    expect(NONE, change(store, NONE, OLD));
    expect(PIN_IS_SET, change(store, NONE, NEW));
    expect(KEY_WRONG_PIN, unlock(store, "")); // and is not counted
    expect(NONE, unlock(store, OLD));
    pairing_store_close(store);
}

static void wrong_pins_make_wait_longer_and_longer(void **state)
{
    struct pairing_store *store = three_pairings(state);
    int64_t wait_ms, now_ms = 5000000;
    expect(NONE, change(store, NONE, OLD));
    for (unsigned i = 1; i < PIN_TRIES_FREE; i++) {
        expect(KEY_WRONG_PIN, unlock_at(store, NEW, now_ms, &wait_ms));
        assert_int_equal(wait_ms, 0);
    }
    expect(KEY_WRONG_PIN, unlock_at(store, NEW, now_ms, &wait_ms));
    assert_int_equal(wait_ms, 30000);
    // The right one waits too, and waiting costs nothing more.
    expect(KEY_WAIT, unlock_at(store, OLD, now_ms + 29000, &wait_ms));
    assert_int_equal(wait_ms, 1000);
    pairing_store_close(store);

    store = open_store(state); // a restart of the program changes nothing
    expect(KEY_WAIT, unlock_at(store, OLD, now_ms + 29001, &wait_ms));
    // A restart of the device begins the boot clock anew: no wait is forgotten.
    assert_int_equal(pairing_store_pin_wait_ms(store, 10), 29990);
    expect(KEY_WAIT, unlock_at(store, OLD, 29999, &wait_ms));
    expect(KEY_WRONG_PIN, unlock_at(store, NEW, 30000, &wait_ms));
    assert_int_equal(wait_ms, 60000);
    expect(NONE, unlock_at(store, OLD, 90000, &wait_ms));
    expect(KEY_WRONG_PIN, unlock_at(store, NEW, 90000, &wait_ms)); // counted anew
    assert_int_equal(wait_ms, 0);
    pairing_store_close(store);
}

// Whose PIN it is, says the badge in front of it.
static void a_badge_belongs_to_its_pin(void **state)
{
    const uint8_t anna[SEAL_BADGE_SIZE] = "anna's badge...";
    const uint8_t boris[SEAL_BADGE_SIZE] = "boris's badge..";
    struct pairing_store *store = three_pairings(state);
    pairing_store_set_badge(store, anna);
    assert_int_equal(change(store, NONE, OLD), FAILURE_NONE);
    assert_int_equal(unlock(store, OLD), FAILURE_NONE);
    expect_all(store, FAILURE_NONE);
    pairing_store_close(store);

    store = open_store(state);
    assert_int_equal(unlock(store, OLD), FAILURE_KEY_WRONG_PIN);
    pairing_store_set_badge(store, boris);
    assert_int_equal(unlock(store, OLD), FAILURE_KEY_WRONG_PIN);
    assert_int_equal(pairing_store_wrong_pins(store), 2);
    expect_all(store, FAILURE_KEY_LOCKED);

    pairing_store_set_badge(store, anna);
    assert_int_equal(change(store, OLD, NEW), FAILURE_NONE);
    assert_int_equal(pairing_store_wrong_pins(store), 0);
    assert_int_equal(unlock(store, NEW), FAILURE_NONE);
    expect_all(store, FAILURE_NONE);
    pairing_store_close(store);
}

static void a_damaged_count_is_no_way_around_the_wait(void **state)
{
    struct pairing_store *store = three_pairings(state);
    int64_t wait_ms;
    expect(NONE, change(store, NONE, OLD));
    scratch_write(scratch_join(state, "data/device.tries"), "{}", 2);
    expect(KEY_WAIT, unlock_at(store, OLD, 1000, &wait_ms));
    assert_true(wait_ms > 3000000);
    pairing_store_close(store);
}

// Damage, byte by byte: never a wrong key, never taken for a wrong PIN.
static void a_damaged_key_file_is_told_from_a_wrong_pin(void **state)
{
    struct pairing_store *store = three_pairings(state);
    uint8_t whole[512], bytes[512];
    const char *path = scratch_join(state, "data/aaaaaaaaaaaaaaaa.key");
    expect(NONE, change(store, NONE, OLD));
    expect(NONE, unlock(store, OLD));
    size_t size = scratch_read(path, whole, sizeof(whole));

    for (size_t i = 0; i < size; i++) {
        memcpy(bytes, whole, size);
        bytes[i] ^= 1;
        scratch_write(path, bytes, size);
        expect(PAIRING_DAMAGED, read_key(store, ids[0]));
        scratch_write(path, whole, i);
        expect(PAIRING_DAMAGED, read_key(store, ids[0]));
    }

    scratch_write(path, whole, size);
    expect(NONE, read_key(store, ids[0]));
    pairing_store_close(store);
}

static void a_damaged_pin_file_is_told_too(void **state)
{
    struct pairing_store *store = three_pairings(state);
    expect(NONE, change(store, NONE, OLD));
    scratch_write(scratch_join(state, "data/device.pin"), "{}", 2);
    expect(PIN_DAMAGED, unlock(store, OLD));
    expect(PIN_DAMAGED, change(store, OLD, NEW));
    assert_true(pairing_store_has_pin(store)); // nothing is written unsealed meanwhile
    struct secret_keys *keys = secret_keys_new();
    assert_false(keep_keys(store, ids[0], keys, NULL));
    secret_keys_free(keys);
    pairing_store_close(store);
}

static void a_locked_store_writes_no_key(void **state)
{
    struct pairing_store *store = three_pairings(state), *other = open_store(state);
    struct secret_keys *keys = kept_keys(store, ids[0], NULL);
    struct fault fault = {0};

    expect(NONE, change(other, NONE, OLD)); // by another program
    assert_false(keep_keys(store, ids[0], keys, &fault));
    assert_int_equal(fault.failure, FAILURE_KEY_LOCKED);

    expect(NONE, unlock(store, OLD));
    assert_true(keep_keys(store, ids[0], keys, NULL));

    expect(NONE, change(other, OLD, NEW));
    assert_false(keep_keys(store, ids[0], keys, NULL)); // by a seal of the past
    secret_keys_free(keys);
    expect(NONE, unlock(other, NEW));
    expect_all(other, FAILURE_NONE);
    pairing_store_close(store);
    pairing_store_close(other);
}

// A file as it was written before there were PINs.
static void keys_of_the_former_format_are_read_and_sealed(void **state)
{
    struct pairing_store *store = three_pairings(state);
    uint8_t old[7 + KEY_SEED_SIZE + 16] = {'Q', 'R', 'C', 'K', 1, 0, 1};
    memset(old + 7, ids[0][0], KEY_SEED_SIZE);
    static const uint8_t check[16] = {0x0f, 0x9f, 0x7a, 0x61, 0x03, 0xf0, 0xa8, 0xf7,
                                      0x75, 0x33, 0x30, 0x5e, 0x97, 0xb8, 0xeb, 0xe1};
    memcpy(old + sizeof(old) - 16, check, sizeof(check));
    scratch_write(scratch_join(state, "data/aaaaaaaaaaaaaaaa.key"), old, sizeof(old));

    pairing_store_close(store);
    store = open_store(state);
    expect_all(store, FAILURE_NONE);

    expect(NONE, change(store, NONE, OLD));
    expect_all(store, FAILURE_KEY_LOCKED);
    expect(NONE, unlock(store, OLD));
    expect_all(store, FAILURE_NONE);
    pairing_store_close(store);
}

// ---- crashes ---------------------------------------------------------------------------

// True if the child came to its end before it was ended.
static bool change_and_crash(void **state, int steps, const char *before, const char *after)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct pairing_store *store = open_store(state);
        power_cut_left = steps;
        _exit(change(store, before, after) == FAILURE_NONE ? 0 : 1);
    }
    return power_cut_survived(child);
}

// Whichever PIN holds, it holds for every key.
static bool holds(struct pairing_store *store, const char *pin)
{
    if (!*pin)
        return !pairing_store_has_pin(store);
    return unlock(store, pin) == FAILURE_NONE;
}

static void no_folder_has_half_a_change(void **state)
{
    static const struct {
        const char *before, *after;
    } changes[] = {{NONE, OLD}, {OLD, NEW}, {NEW, NONE}};
    struct pairing_store *store = three_pairings(state);
    pairing_store_close(store);

    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        const char *before = changes[i].before, *after = changes[i].after;
        int crashes_before = 0, crashes_after = 0;
        bool done = false;
        for (int steps = 0; !done; steps++) {
            done = change_and_crash(state, steps, before, after);
            store = open_store(state);
            bool new = holds(store, after);
            assert_true(new != holds(store, before));
            if (new &&*after)
                expect(NONE, unlock(store, after));
            expect_all(store, FAILURE_NONE);
            assert_true(new || !done);
            crashes_before += !new;
            crashes_after += new && !done;
            if (new && !done)
                expect(NONE, change(store, after, before));
            pairing_store_close(store);
            assert_int_not_equal(
                access(scratch_join(state, "data/aaaaaaaaaaaaaaaa.key.next"), F_OK), 0);
        }
        assert_true(crashes_before >= IDS && crashes_after >= IDS);
    }
}

// ---- a part that is kept elsewhere -----------------------------------------------------

static struct seal_part *part_of(const char *kept)
{
    struct seal_part *part = seal_part_new(SEAL_PART_KEYRING, span_str(kept), NULL);
    assert_non_null(part);
    return part;
}

#define KEPT  "what the keyring keeps, 32 bytes and more"
#define OTHER "what another keyring keeps: just as long"

static enum failure hand(struct pairing_store *store, const char *kept)
{
    struct fault fault = {0};
    struct seal_part *part = *kept ? part_of(kept) : NULL;
    bool ok = pairing_store_take_part(store, part, &fault);
    seal_part_free(part);
    return ok ? FAILURE_NONE : fault.failure;
}

static enum failure move(struct pairing_store *store, const char *pin, const char *kept)
{
    struct fault fault = {0};
    int64_t wait_ms;
    struct seal_part *part = *kept ? part_of(kept) : NULL;
    bool ok = pairing_store_change_part(store, span_str(pin), part, 0, &wait_ms, &fault);
    seal_part_free(part);
    return ok ? FAILURE_NONE : fault.failure;
}

// Every secret of the store, as the signer opens it.
static void expect_secrets(struct pairing_store *store, enum failure expected)
{
    for (size_t i = 0; i < IDS; i++) {
        uint8_t key_id[KEY_ID_SIZE];
        struct fault fault = {0};
        uint8_t seed[KEY_SEED_SIZE];
        struct secret_keys *keys = secret_keys_new();
        memset(seed, ids[i][0], sizeof(seed));
        assert_true(secret_keys_add(keys, seed, NULL));
        memcpy(key_id, keys->key[0].id, KEY_ID_SIZE);
        secret_keys_free(keys);

        pairing_store_keep_key(store, ids[i], key_id, &fault);
        assert_string_equal(failure_code(fault.failure), failure_code(expected));
        assert_string_equal(failure_code(read_password(store, ids[i])), failure_code(expected));
    }
}

// What stands in the folder, on another computer: whatever is tried there, it opens nothing.
static void a_copied_folder_opens_nothing_without_the_part(void **state)
{
    struct pairing_store *store = three_pairings(state);
    const char *path = scratch_join(state, "data");
    uint8_t seed[KEY_SEED_SIZE], id[SEAL_PART_ID_SIZE];
    memset(seed, ids[0][0], sizeof(seed));

    expect(NONE, move(store, NONE, KEPT));
    assert_false(pairing_store_has_pin(store));
    assert_int_equal(pairing_store_part(store, id), SEAL_PART_KEYRING);
    expect_secrets(store, FAILURE_NONE);
    assert_false(folder_holds(path, seed, sizeof(seed)));
    assert_false(folder_holds(path, KEPT, 16));
    pairing_store_close(store);

    store = open_store(state);
    expect_secrets(store, FAILURE_KEY_PART_MISSING);
    expect(NONE, hand(store, OTHER));
    expect_secrets(store, FAILURE_KEY_PART_OTHER);
    expect(KEY_PART_OTHER, move(store, NONE, NONE));
    expect(PIN_NOT_SET, unlock(store, OLD));
    expect(NONE, hand(store, KEPT));
    expect_secrets(store, FAILURE_NONE);
    pairing_store_close(store);
}

static void the_right_pin_opens_nothing_without_the_part(void **state)
{
    struct pairing_store *store = three_pairings(state);
    int64_t wait_ms;
    expect(NONE, change(store, NONE, OLD));
    expect(KEY_WRONG_PIN, move(store, NONE, KEPT));
    expect(KEY_WRONG_PIN, move(store, NEW, KEPT));
    expect(NONE, move(store, OLD, KEPT));
    assert_true(pairing_store_has_pin(store));
    pairing_store_close(store);

    store = open_store(state);
    for (unsigned i = 0; i <= PIN_TRIES_FREE; i++) { // no try is counted where none can be told
        expect(KEY_PART_MISSING, unlock_at(store, i % 2 ? NEW : OLD, 0, &wait_ms));
        assert_int_equal(wait_ms, 0);
    }
    expect(NONE, hand(store, OTHER));
    expect(KEY_PART_OTHER, unlock(store, OLD));
    expect(NONE, hand(store, KEPT));
    expect(KEY_WRONG_PIN, unlock(store, NEW));
    expect_secrets(store, FAILURE_KEY_LOCKED);
    expect(NONE, unlock(store, OLD));
    expect_secrets(store, FAILURE_NONE);

    // Another PIN keeps the part, and without a PIN the part seals alone.
    expect(NONE, change(store, OLD, NEW));
    expect(NONE, hand(store, NONE));
    expect(KEY_PART_MISSING, unlock(store, NEW));
    expect(NONE, hand(store, KEPT));
    expect(NONE, change(store, NEW, NONE));
    expect_secrets(store, FAILURE_NONE);
    expect(NONE, move(store, NONE, NONE));
    expect(NONE, hand(store, NONE));
    expect_secrets(store, FAILURE_NONE);
    pairing_store_close(store);
}

static bool part_is(struct pairing_store *store, const char *kept)
{
    uint8_t expected[SEAL_PART_ID_SIZE], id[SEAL_PART_ID_SIZE];
    enum seal_part_kind kind = pairing_store_part(store, id);
    if (!*kept)
        return kind == SEAL_PART_NONE;
    struct seal_part *part = part_of(kept);
    assert_true(seal_part_id(part, expected));
    seal_part_free(part);
    return kind == SEAL_PART_KEYRING && memcmp(id, expected, sizeof(id)) == 0;
}

static bool move_and_crash(void **state, int steps, const char *before, const char *after)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct pairing_store *store = open_store(state);
        hand(store, before);
        power_cut_left = steps;
        _exit(move(store, NONE, after) == FAILURE_NONE ? 0 : 1);
    }
    return power_cut_survived(child);
}

// Power that goes at any moment leaves every key under the old part or under the new one.
static void no_folder_has_half_a_move(void **state)
{
    static const char *const moves[][2] = {{NONE, KEPT}, {KEPT, OTHER}, {OTHER, NONE}};
    struct pairing_store *store = three_pairings(state);
    pairing_store_close(store);

    for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
        const char *before = moves[i][0], *after = moves[i][1];
        bool done = false;
        for (int steps = 0; !done; steps++) {
            done = move_and_crash(state, steps, before, after);
            store = open_store(state);
            bool moved = part_is(store, after);
            assert_true(moved != part_is(store, before));
            hand(store, moved ? after : before);
            expect_secrets(store, FAILURE_NONE);
            assert_true(moved || !done);
            if (moved && !done)
                expect(NONE, move(store, NONE, before));
            pairing_store_close(store);
        }
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_make, scratch_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_pin_seals_every_key),
        TEST(a_new_seal_costs_what_the_protocol_wants),
        TEST(a_sealed_key_is_nowhere_in_the_clear),
        TEST(only_six_to_thirty_two_digits_are_a_pin),
        TEST(wrong_pins_make_wait_longer_and_longer),
        TEST(a_badge_belongs_to_its_pin),
        TEST(a_damaged_count_is_no_way_around_the_wait),
        TEST(a_damaged_key_file_is_told_from_a_wrong_pin),
        TEST(a_damaged_pin_file_is_told_too),
        TEST(a_locked_store_writes_no_key),
        TEST(keys_of_the_former_format_are_read_and_sealed),
        TEST(no_folder_has_half_a_change),
        TEST(a_copied_folder_opens_nothing_without_the_part),
        TEST(the_right_pin_opens_nothing_without_the_part),
        TEST(no_folder_has_half_a_move),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
