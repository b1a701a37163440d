// SPDX-License-Identifier: MIT
// A signer on a system that does not close it in: it signs all the same, and that is told.
#include "tests/unit/net/scratch.h"

#include <sodium.h>

#include "net/pairings/pairing_secrets.h"
#include "net/signer/signer_process.h"
#include "net/signer/signer_store.h"
#include "tests/unit/pairings/some_dialects.h"
#include "tests/unit/walls_denied.h"

// What is told while keys are made.
static struct walls_told use_a_store(void **state, signer_store_tell *tell)
{
    static const char *const ids[] = {"aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"};
    struct walls_told told = {.count = 0};
    struct fault fault = {0};
    uint8_t key[PUBLIC_KEY_SIZE];
    struct pairing_store *store =
        signer_store_open(scratch_join(state, "data"), dialects, tell, &told, &fault);
    assert_non_null(store);
    assert_int_equal(told.count, 0); // it does not run yet
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
        assert_true(pairing_store_make_key(store, ids[i], key, &fault));
    pairing_store_close(store);
    return told;
}

static void assert_told_once(void **state, enum failure failure, const char *detail)
{
    struct walls_told told = use_a_store(state, walls_note);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.last.failure, failure);
    assert_string_equal(told.last.detail, detail);
    told = use_a_store(state, NULL);
    assert_int_equal(told.count, 0);
}

static void nothing_is_told_where_nothing_lacks(void **state)
{
    if (!walls_landlock_is_had())
        skip();
    assert_int_equal(use_a_store(state, walls_note).count, 0);
}

// From here on no process of this program is given the wall.
static void without_landlock_that_is_told(void **state)
{
    assert_true(walls_denied(SANDBOX_FILES));
    assert_told_once(state, FAILURE_NO_LANDLOCK, "signer: without Landlock");
}

static void without_seccomp_that_is_told(void **state)
{
    assert_true(walls_denied(SANDBOX_CALLS));
    assert_told_once(state, FAILURE_SIGNER_NOT_CLOSED_IN, "signer: without seccomp");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_make, scratch_remove)

int main(int argc, char *argv[])
{
    if (signer_process_asked(argc, argv))
        return signer_process_run(argv, dialects, NULL);
    if (sodium_init() < 0)
        return 1;

    const struct CMUnitTest tests[] = {
        TEST(nothing_is_told_where_nothing_lacks),
        TEST(without_landlock_that_is_told),
        TEST(without_seccomp_that_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
