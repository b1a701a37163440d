// SPDX-License-Identifier: MIT
// No memory for pairings and their PIN.
#include "tests/unit/pairings/memory_steps.h"

#include "net/pairings/key_succession.h"
#include "net/pairings/pairing_pin.h"

#define PIN     "246802"
#define NEW_PIN "135791"
#define FOURTH  "dddddddddddddddd"

// ---- pairings ----------------------------------------------------------------------------

// Each pairing is there, or there was no memory for it.
static void expect_all_accounted_for(struct pairing_store *store)
{
    struct pairing_unusable unusable;
    size_t missing = 0;
    for (; pairing_store_unusable(store, missing, &unusable); missing++) {
        assert_string_equal(failure_code(unusable.why.failure), failure_code(FAILURE_MEMORY));
        assert_true(pairing_is_unread(&unusable));
    }
    assert_int_equal(pairing_store_count(store) + missing, IDS);
}

static void a_folder_is_loaded_or_what_is_not_is_told(void **state)
{
    unsigned calls = 1;
    pairing_store_close(three_pairings(state));
    folder_image_take(&before, data(state));

    for (unsigned call = 1; call <= calls + 1; call++) {
        struct fault fault = {0};
        failing_begin(call);
        struct pairing_store *store = pairing_store_open(data(state), dialects, &fault);
        calls = failing_end();

        assert_true(store || call <= calls);
        if (!store)
            expect_no_memory("open", call, &fault);
        if (store)
            expect_all_accounted_for(store);
        if (store && call > calls)
            assert_int_equal(pairing_store_count(store), IDS);
        if (store) {
            assert_true(pairing_store_refresh(store, NULL));
            assert_int_equal(pairing_store_count(store), IDS);
        }
        pairing_store_close(store);
        expect_as_before(state, "open", call);
    }
    print_message("load a folder of three: %u calls\n", calls);
}

static uint8_t made_key[PUBLIC_KEY_SIZE];

static bool make_key(void **state, struct pairing_store *store, struct fault *fault)
{
    (void)state;
    return pairing_store_make_key(store, FOURTH, made_key, fault);
}

static bool save_password(void **state, struct pairing_store *store, struct fault *fault)
{
    static const struct app_password password = {.text = "a password"};
    (void)state;
    return pairing_store_save_password(store, FOURTH, &password, fault);
}

static bool save_record(void **state, struct pairing_store *store, struct fault *fault)
{
    struct pairing pairing = {.dialect = &password_dialect,
                              .portal = {.base_url = "https://portal.example.com",
                                         .display_name = "Portal",
                                         .pins = {.count = 2}},
                              .account_id = "1",
                              .account_name = "Anna",
                              .paired_at = 4,
                              .key_count = 1};
    (void)state;
    memcpy(pairing.id, FOURTH, sizeof(FOURTH));
    assert_true(key_id_of(made_key, pairing.key[0].id));
    return pairing_store_save(store, &pairing, fault);
}

static bool check_secrets(void **state, struct pairing_store *store, struct fault *fault)
{
    (void)state;
    return pairing_store_check_secrets(store, FOURTH, fault);
}

static bool tell_password(void **state, struct pairing_store *store, struct fault *fault)
{
    (void)state;
    struct app_password *password = pairing_store_password(store, FOURTH, fault);
    bool told = password && strcmp(password->text, "a password") == 0;
    assert_int_equal(told, password != NULL);
    app_password_free(password);
    return told;
}

static bool save_portal(void **state, struct pairing_store *store, struct fault *fault)
{
    struct pairing pairing;
    (void)state;
    assert_true(pairing_store_find(store, FOURTH, &pairing));
    pairing.portal.serial = 7;
    return pairing_store_save_portal(store, &pairing, fault);
}

static bool begin_succession(void **state, struct pairing_store *store, struct fault *fault)
{
    struct pairing pairing;
    uint8_t key[PUBLIC_KEY_SIZE];
    (void)state;
    assert_true(pairing_store_find(store, FOURTH, &pairing));
    return key_succession_begin(store, &pairing, key, fault);
}

static bool end_succession(void **state, struct pairing_store *store, struct fault *fault)
{
    struct pairing pairing;
    (void)state;
    assert_true(pairing_store_find(store, FOURTH, &pairing));
    assert_int_equal(pairing.key_count, 2);
    return key_succession_taken(store, &pairing, pairing.key[1].id, 1900000000, 1800000000,
                                fault);
}

static bool forget(void **state, struct pairing_store *store, struct fault *fault)
{
    (void)state;
    return pairing_store_forget(store, FOURTH, fault);
}

// A key that waits is found by the next try: it is in the file of keys before the record says
// so.
static void try_succession(void **state, struct pairing_store *store)
{
    unsigned calls = 1;
    for (unsigned call = 1; call <= calls + 1; call++) {
        struct fault fault = {0};
        struct pairing found;
        failing_begin(call);
        bool done = begin_succession(state, store, &fault);
        calls = failing_end();

        assert_int_equal(done, call > calls);
        if (!done)
            expect_no_memory("a new key", call, &fault);
        assert_true(pairing_store_find(store, FOURTH, &found));
        assert_int_equal(found.key_count, done ? 2 : 1);
        assert_true(pairing_store_check_secrets(store, FOURTH, NULL));
    }
    print_message("a new key: %u calls\n", calls);
}

static void a_pairing_is_kept_whole_or_not_at_all(void **state)
{
    struct pairing_store *store = three_pairings(state);
    try_step(state, store, "make the first key", make_key);
    try_step(state, store, "keep a password", save_password);
    try_step(state, store, "keep a record", save_record);
    try_step(state, store, "look at the secrets", check_secrets);
    try_step(state, store, "tell a password", tell_password);
    try_step(state, store, "keep what a portal says", save_portal);
    try_succession(state, store);
    try_step(state, store, "the new key is taken", end_succession);
    pairing_store_close(store);

    store = open_store(state);
    assert_int_equal(pairing_store_count(store), IDS + 1);
    assert_true(pairing_store_check_secrets(store, FOURTH, NULL));
    pairing_store_close(store);
}

static void a_pairing_is_forgotten_whole_or_not_at_all(void **state)
{
    struct pairing_store *store = three_pairings(state);
    assert_true(make_key(state, store, NULL) && save_password(state, store, NULL) &&
                save_record(state, store, NULL));
    try_step(state, store, "forget a pairing", forget);
    assert_int_equal(pairing_store_count(store), IDS);
    pairing_store_close(store);
}

// ---- the PIN -----------------------------------------------------------------------------

static void expect_opened_by(void **state, const char *pin, const char *what, unsigned call)
{
    struct fault fault = {0};
    int64_t wait_ms;
    struct pairing_store *store = open_store(state);

    bool opened = !*pin || pairing_store_unlock(store, span_str(pin), 0, &wait_ms, &fault);

    for (size_t i = 0; opened && i < IDS; i++) {
        struct app_password *password = pairing_store_password(store, ids[i], &fault);
        uint8_t key[PUBLIC_KEY_SIZE];
        struct pairing pairing;
        opened = password && pairing_store_check_secrets(store, ids[i], &fault) &&
                 pairing_store_find(store, ids[i], &pairing) &&
                 pairing_store_follow_key(store, ids[i], pairing.key[0].id, key, &fault) &&
                 pairing_store_keep_key(store, ids[i], pairing.key[0].id, &fault);
        app_password_free(password);
    }

    if (!opened)
        fail_msg("%s, call %u: %s: %s", what, call, failure_code(fault.failure), fault.detail);

    pairing_store_close(store);
}

// Where it fails, the old PIN opens everything; or the change was made and only not ended, and
// that is what it says.
static void try_change(void **state, const char *old, const char *new, const char *what)
{
    unsigned calls = 1;
    bool changed = false;
    for (unsigned call = 1; !changed && call <= calls + 1; call++) {
        struct fault fault = {0};
        int64_t wait_ms;
        struct pairing_store *store = open_store(state);
        failing_begin(call);
        changed =
            pairing_store_change_pin(store, span_str(old), span_str(new), 0, &wait_ms, &fault);
        calls = failing_end();
        pairing_store_close(store);

        assert_true(changed || call <= calls);
        if (!changed && fault.failure == FAILURE_PIN_UNFINISHED) {
            expect_opened_by(state, new, what, call);
            store = open_store(state);
            assert_true(pairing_store_change_pin(store, span_str(new), span_str(old), 0,
                                                 &wait_ms, NULL));
            pairing_store_close(store);
        } else if (!changed) {
            expect_no_memory(what, call, &fault);
            expect_opened_by(state, old, what, call);
        }
    }
    expect_opened_by(state, new, what, 0);
    print_message("%s: %u calls\n", what, calls);
}

static void a_change_of_the_pin_loses_no_key(void **state)
{
    pairing_store_close(three_pairings(state));
    try_change(state, "", PIN, "set a PIN");
    try_change(state, PIN, NEW_PIN, "change the PIN");
    try_change(state, NEW_PIN, "", "remove the PIN");
}

// The right PIN is never told to be wrong, and no try is forgotten.
static void a_pin_is_tried_or_there_was_no_memory(void **state)
{
    int64_t wait_ms;
    unsigned calls = 1;
    struct pairing_store *store = three_pairings(state);
    assert_true(
        pairing_store_change_pin(store, span_str(""), span_str(PIN), 0, &wait_ms, NULL));
    for (unsigned i = 0; i < 2; i++)
        assert_false(pairing_store_unlock(store, span_str("999999"), 0, &wait_ms, NULL));

    for (unsigned call = 1; call <= calls + 1; call++) {
        struct fault fault = {0};
        uint64_t wrong = pairing_store_wrong_pins(store);
        failing_begin(call);
        bool right =
            pairing_store_unlock(store, span_str(PIN), (int64_t)call << 40, &wait_ms, &fault);
        calls = failing_end();

        assert_true(right || call <= calls); // how long to wait is looked at twice
        if (!right) {
            expect_no_memory("enter the PIN", call, &fault);
            assert_true(pairing_store_wrong_pins(store) >= wrong);
        }
        pairing_store_lock(store);
    }
    print_message("enter the PIN: %u calls\n", calls);
    assert_true(pairing_store_unlock(store, span_str(PIN), INT64_C(1) << 60, &wait_ms, NULL));
    pairing_store_close(store);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(a_folder_is_loaded_or_what_is_not_is_told),
        ROW(a_pairing_is_kept_whole_or_not_at_all),
        ROW(a_pairing_is_forgotten_whole_or_not_at_all),
        ROW(a_change_of_the_pin_loses_no_key),
        ROW(a_pin_is_tried_or_there_was_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
