// SPDX-License-Identifier: MIT
// Browsers that their owner marked: whose mark counts, and whose does not.
#include "place.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "portal/core/known_browsers.h"

static void add_mark(int64_t user, const char *cookie, struct token *out)
{
    portal_begin(&place.bench.portal);
    known_browsers_add(&place.bench.portal, user, cookie, "Chromium, Linux", out);
    portal_end(&place.bench.portal, true);
}

static void remove_mark(int64_t user, const struct token *mark)
{
    portal_begin(&place.bench.portal);
    known_browsers_remove(&place.bench.portal, user, mark->hash);
    portal_end(&place.bench.portal, true);
}

// Whether a browser that brings this mark is asked for the digits when anna signs in.
static void expect_code(const char *mark, bool asked)
{
    place_approve(mark);
    assert_int_equal(place.receipt.result, asked ? RECEIPT_PICKUP_CODE : RECEIPT_APPROVED);
    const char *code = asked ? place.receipt.pickup_code : NULL;
    assert_int_equal(bench_claim(&place.bench, place.cookie.text, mark, code, &place.claimed),
                     OUTCOME_OK);
}

static void marked_browser_needs_no_code_but_its_mark(void **state)
{
    (void)state;
    struct token mark;

    add_mark(place.user, "", &mark);
    place_approve(mark.text);
    assert_int_equal(place.receipt.result, RECEIPT_APPROVED);

    // The challenge cookie alone is not enough, and that is not counted.
    for (int i = 0; i < 4; i++) {
        assert_int_equal(bench_claim(&place.bench, place.cookie.text, "", NULL, &place.claimed),
                         OUTCOME_WRONG_CODE);
        assert_int_equal(place.claimed.tries_left, -1);
    }

    assert_int_equal(
        bench_claim(&place.bench, place.cookie.text, mark.text, NULL, &place.claimed),
        OUTCOME_OK);

    // Forgotten in the list between scan and claim: no way in.
    place_approve(mark.text);
    remove_mark(place.user, &mark);
    assert_int_equal(
        bench_claim(&place.bench, place.cookie.text, mark.text, NULL, &place.claimed),
        OUTCOME_WRONG_CODE);
}

static void mark_of_another_or_of_two_is_no_mark(void **state)
{
    (void)state;
    struct token mark, both, again;
    int64_t boris = bench_user(&place.bench, "boris", false);
    add_mark(boris, "", &mark);
    expect_code(mark.text, true);
    add_mark(place.user, mark.text, &both); // now marked for both
    expect_code(mark.text, true);
    expect_code(both.text, true);
    add_mark(place.user, both.text, &again); // and so it stays, whoever asks again
    expect_code(again.text, true);
}

static void mark_is_a_value_of_the_portals_own(void **state)
{
    (void)state;
    static const char planted[] = "cGxhbnRlZC1wbGFudGVkLXBsYW50ZWQtcGxhbnRlZC0";
    struct token first, second;
    add_mark(place.user, planted, &first);
    assert_string_not_equal(first.text, planted);
    expect_code(planted, true); // at the machine of who planted it
    expect_code(first.text, false);

    add_mark(place.user, first.text, &second); // marked again: what it had before is over
    assert_string_not_equal(second.text, first.text);
    expect_code(first.text, true);
    expect_code(second.text, false);
}

static void mark_that_was_removed_is_not_taken_up_by_another(void **state)
{
    (void)state;
    struct token mallorys, annas;
    int64_t mallory = bench_user(&place.bench, "mallory", false);
    add_mark(mallory, "", &mallorys);
    remove_mark(mallory, &mallorys);
    add_mark(place.user, mallorys.text, &annas);
    expect_code(mallorys.text, true);
    expect_code(annas.text, false);

    remove_mark(mallory, &annas); // only the owner removes it
    expect_code(annas.text, false);
    remove_mark(place.user, &annas);
    expect_code(annas.text, true);
}

// A mark of two is bound to the last: who marked first cannot make it the other's alone.
static void mark_of_two_stays_one_when_the_first_removes_his(void **state)
{
    (void)state;
    struct token mallorys, annas;
    int64_t mallory = bench_user(&place.bench, "mallory", false);
    add_mark(mallory, "", &mallorys);
    add_mark(place.user, mallorys.text, &annas);
    remove_mark(mallory, &mallorys);
    remove_mark(mallory, &annas);
    expect_code(mallorys.text, true);
    expect_code(annas.text, true);

    remove_mark(place.user, &annas); // forgotten and marked again, it is hers
    add_mark(place.user, "", &annas);
    expect_code(annas.text, false);
}

static bool known(const struct token *mark)
{
    portal_begin(&place.bench.portal);
    bool is = known_browsers_known(&place.bench.portal, place.user, mark->hash);
    portal_end(&place.bench.portal, false);
    return is;
}

static void mark_ends_after_its_days(void **state)
{
    (void)state;
    struct token mark;
    add_mark(place.user, "", &mark);
    bench_pass(&place.bench, MARK_LIFE_S - 60); // as long as the device's key, so by itself
    assert_true(known(&mark));
    bench_pass(&place.bench, 60);
    assert_false(known(&mark));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_open_paired, place_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(marked_browser_needs_no_code_but_its_mark),
        TEST(mark_of_another_or_of_two_is_no_mark),
        TEST(mark_is_a_value_of_the_portals_own),
        TEST(mark_that_was_removed_is_not_taken_up_by_another),
        TEST(mark_of_two_stays_one_when_the_first_removes_his),
        TEST(mark_ends_after_its_days),
    };
    return cmocka_run_group_tests_name("portal marks", tests, NULL, NULL);
}
