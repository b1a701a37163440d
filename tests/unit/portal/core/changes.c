// SPDX-License-Identifier: MIT
// A change is announced with what it is about, so that it wakes only who waits for that.
#include "bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "portal/core/claims.h"

#define SOON_US 300000 // a store that others share tells by then

struct place {
    struct bench bench;
    struct bench_device device;
    struct subjects heard; // since it was emptied
};

static struct place place;

static void hear(void *userdata, const struct subjects *subjects)
{
    struct place *out = userdata;
    for (size_t i = 0; i < subjects->count; i++)
        subjects_add(&out->heard, subjects->at[i]);
}

static int open_place(void **state)
{
    (void)state;
    place = (struct place){0};
    bench_open(&place.bench);
    bench_pair(&place.bench, bench_user(&place.bench, "anna", false), &place.device);
    changes_listen(&place.bench.portal.changes, hear, &place);
    return 0;
}

static int close_place(void **state)
{
    (void)state;
    changes_listen(&place.bench.portal.changes, NULL, NULL);
    bench_close(&place.bench);
    return 0;
}

static uint64_t subject_of_page(const struct portal_challenge *made)
{
    struct portal_challenge found;
    struct portal *portal = &place.bench.portal;
    portal_begin(portal);
    assert_true(challenges_by_id(portal, made->id, &found));
    portal_end(portal, false);
    assert_true(found.row > 0);
    return subject_of_challenge(found.row);
}

static void expect_heard(uint64_t subject)
{
    assert_int_equal(place.heard.count, 1);
    assert_int_equal(place.heard.at[0], subject);
    place.heard.count = 0;
}

// Two pages: what is done with the first concerns nobody at the second.
static void a_sign_in_is_about_its_own_page(void **state)
{
    (void)state;
    struct portal_challenge page, other;
    struct token cookie, other_cookie;
    struct statement_receipt receipt;
    struct claimed claimed;
    uint8_t hash[HASH_SIZE];
    bench_challenge(&place.bench, "192.0.2.1", "", &other_cookie, &other);
    bench_challenge(&place.bench, "192.0.2.1", "", &cookie, &page);
    uint64_t subject = subject_of_page(&page);
    assert_true(subject != subject_of_page(&other));
    place.heard.count = 0;

    assert_int_equal(bench_do_resolve(&place.bench, &place.device, &page, hash), OUTCOME_OK);
    expect_heard(subject);
    bench_approve(&place.bench, &place.device, &page, &receipt);
    expect_heard(subject);
    assert_int_equal(bench_claim(&place.bench, cookie.text, "", receipt.pickup_code, &claimed),
                     OUTCOME_OK);
    expect_heard(subject);
}

static void a_setting_is_about_everything(void **state)
{
    (void)state;
    bench_config(&place.bench, "portal.name", "Another");
    expect_heard(SUBJECT_EVERYTHING);
}

static void what_no_page_waits_for_wakes_nobody(void **state)
{
    (void)state;
    struct session session;
    int64_t user = bench_user(&place.bench, "otto", false);
    bench_session(&place.bench, user, &session);
    assert_int_equal(place.heard.count, 0);
}

static void what_was_not_kept_wakes_nobody(void **state)
{
    (void)state;
    struct portal *portal = &place.bench.portal;
    portal_begin(portal);
    store_set_setting(&portal->store, "portal.name", "Another");
    assert_true(portal_end(portal, false));
    assert_int_equal(place.heard.count, 0);
}

// A store that others share is heard before anybody waits, so its start is no change.
static void a_start_wakes_nobody(void **state)
{
    (void)state;
    if (!store_is_shared(&place.bench.portal.store))
        return; // nothing comes by itself

    bench_restart(&place.bench);
    changes_listen(&place.bench.portal.changes, hear, &place);
    usleep(SOON_US);
    assert_int_equal(place.heard.count, 0);
}

// A command that runs beside the server.
static void what_another_process_writes_is_seen_once(void **state)
{
    (void)state;
    struct store other;
    struct fault fault;
    struct store *own = &place.bench.portal.store;
    if (store_is_shared(own))
        return; // it is told (postgresql.c)
    store_changed_elsewhere(own);
    assert_false(store_changed_elsewhere(own));

    bench_config(&place.bench, "portal.name", "Our own");
    assert_false(store_changed_elsewhere(own));

    assert_true(store_open(&other, place.bench.directory, &fault));
    store_begin(&other);
    store_set_setting(&other, "portal.name", "Another");
    assert_true(store_end(&other, true));
    store_close(&other);
    assert_true(store_changed_elsewhere(own));
    assert_false(store_changed_elsewhere(own));
}

static void too_many_subjects_are_everything(void **state)
{
    (void)state;
    struct subjects subjects = {0};
    for (int64_t row = 1; row <= (int64_t)SUBJECTS_MAX; row++) {
        subjects_add(&subjects, subject_of_challenge(row));
        subjects_add(&subjects, subject_of_challenge(row));
    }
    subjects_add(&subjects, SUBJECT_NOTHING);
    assert_int_equal(subjects.count, SUBJECTS_MAX);

    subjects_add(&subjects, subject_of_enrolment(1));
    assert_int_equal(subjects.count, 1);
    assert_int_equal(subjects.at[0], SUBJECT_EVERYTHING);
    subjects_add(&subjects, subject_of_enrolment(2));
    assert_int_equal(subjects.count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_place, close_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_sign_in_is_about_its_own_page),
        TEST(a_setting_is_about_everything),
        TEST(what_no_page_waits_for_wakes_nobody),
        TEST(what_was_not_kept_wakes_nobody),
        TEST(a_start_wakes_nobody),
        TEST(what_another_process_writes_is_seen_once),
        cmocka_unit_test(too_many_subjects_are_everything),
    };
    return cmocka_run_group_tests_name("portal changes", tests, NULL, NULL);
}
