// SPDX-License-Identifier: MIT
// Transactions that come together share a commit; each is kept or taken back by itself.
#include "bench.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "portal/core/database_sqlite.h"
#include "portal/core/proxy_settings.h"

#define WRITERS 8u

struct place {
    struct bench bench;
    int commits;
    bool refuse; // the next commit fails
};

struct writer {
    pthread_t thread;
    char name[16];
    bool keep, ended_well;
};

static struct place place;

static int on_commit(void *userdata)
{
    (void)userdata;
    place.commits++;
    return place.refuse ? 1 : 0;
}

static struct store *store(void)
{
    return &place.bench.portal.store;
}

static int open_place(void **state)
{
    (void)state;
    place = (struct place){0};
    bench_open(&place.bench);
    struct database_sqlite *sqlite = (struct database_sqlite *)store()->database;
    sqlite3_commit_hook(sqlite->db, on_commit, NULL);
    return 0;
}

static int close_place(void **state)
{
    (void)state;
    bench_close(&place.bench);
    return 0;
}

static void *write_one(void *userdata)
{
    struct writer *writer = userdata;
    store_begin(store());
    store_set_setting(store(), writer->name, "here");
    writer->ended_well = store_end(store(), writer->keep);
    return NULL;
}

static bool is_kept(const char *name)
{
    char value[16];
    store_begin(store());
    store_copy_setting(store(), name, value, sizeof(value));
    assert_true(store_end(store(), false));
    return strcmp(value, "here") == 0;
}

// All of them wait while one transaction runs, and come when it ends.
static bool write_together(struct writer *writers, bool first_keeps)
{
    store_begin(store());
    store_set_setting(store(), "first", "here");
    for (size_t i = 0; i < WRITERS; i++) {
        snprintf(writers[i].name, sizeof(writers[i].name), "writer %zu", i);
        assert_int_equal(pthread_create(&writers[i].thread, NULL, write_one, &writers[i]), 0);
    }
    while (atomic_load(&store()->coming) < WRITERS)
        sched_yield();

    place.commits = 0;
    bool ended_well = store_end(store(), first_keeps);
    for (size_t i = 0; i < WRITERS; i++)
        pthread_join(writers[i].thread, NULL);
    return ended_well;
}

static void those_that_come_together_share_a_commit(void **state)
{
    (void)state;
    struct writer writers[WRITERS];
    for (size_t i = 0; i < WRITERS; i++)
        writers[i] = (struct writer){.keep = true};
    assert_true(write_together(writers, true));

    assert_int_equal(place.commits, 1);
    assert_true(is_kept("first"));
    for (size_t i = 0; i < WRITERS; i++) {
        assert_true(writers[i].ended_well);
        assert_true(is_kept(writers[i].name));
    }
}

static void one_that_is_taken_back_takes_none_with_it(void **state)
{
    (void)state;
    struct writer writers[WRITERS];
    for (int first_keeps = 0; first_keeps <= 1; first_keeps++) {
        for (size_t i = 0; i < WRITERS; i++)
            writers[i] = (struct writer){.keep = i % 2 == 0};
        assert_true(write_together(writers, first_keeps));

        assert_int_equal(place.commits, 1);
        assert_int_equal(is_kept("first"), first_keeps);
        for (size_t i = 0; i < WRITERS; i++) {
            assert_true(writers[i].ended_well);
            assert_int_equal(is_kept(writers[i].name), i % 2 == 0);
        }

        store_begin(store());
        store_run(store(), "DELETE FROM settings WHERE value = ?", "t", "here");
        assert_true(store_end(store(), true));
    }
}

static void a_commit_that_fails_fails_for_all(void **state)
{
    (void)state;
    struct writer writers[WRITERS];
    for (size_t i = 0; i < WRITERS; i++)
        writers[i] = (struct writer){.keep = true};
    place.refuse = true;
    assert_false(write_together(writers, true));
    place.refuse = false;

    assert_false(is_kept("first"));
    for (size_t i = 0; i < WRITERS; i++) {
        assert_false(writers[i].ended_well);
        assert_false(is_kept(writers[i].name));
    }
}

// A fault in one, as of a statement that is none.
static void a_fault_is_its_own(void **state)
{
    (void)state;
    struct writer writers[WRITERS];
    for (size_t i = 0; i < WRITERS; i++)
        writers[i] = (struct writer){.keep = true};
    store_begin(store());
    store_set_setting(store(), "faulty", "here");
    store_run(store(), "this is no SQL", "");
    assert_false(store_end(store(), true));

    assert_true(write_together(writers, true));
    assert_false(is_kept("faulty"));
    assert_true(is_kept("first"));
}

// Without them nobody is trusted, and everybody would be the proxy, for as long as it is
// served.
static void settings_that_cannot_be_read_are_not_taken_for_the_defaults(void **state)
{
    (void)state;
    struct proxies proxies;
    struct fault fault;
    bench_config(&place.bench, "proxy.trusted", "127.0.0.1");

    store_begin(store());
    store_run(store(), "this is no SQL", "");
    assert_false(proxy_settings(store(), &proxies, &fault));
    assert_false(store_end(store(), false));

    store_begin(store());
    assert_true(proxy_settings(store(), &proxies, &fault));
    assert_false(proxies_none(&proxies));
    assert_true(store_end(store(), false));
}

static bool write_alone(const char *name, bool fleeting)
{
    store_begin(store());
    if (fleeting)
        store_is_fleeting(store());
    store_set_setting(store(), name, "here");
    return store_end(store(), true);
}

static bool all_is_on_the_disk(void)
{
    return store()->lasting == store()->commits;
}

static void what_need_not_last_does_not_wait_for_the_disk(void **state)
{
    (void)state;
    assert_true(write_alone("lasting", false));
    assert_true(all_is_on_the_disk());
    uint64_t before = store()->commits;
    assert_true(write_alone("fleeting", true));
    assert_int_equal(store()->commits, before + 1);
    assert_false(all_is_on_the_disk());

    assert_true(is_kept("fleeting")); // who read it would tell of it
    assert_true(all_is_on_the_disk());
    assert_true(is_kept("fleeting")); // and has nothing more to wait for
    assert_int_equal(store()->commits, before + 1);
}

static void *write_many(void *userdata)
{
    char name[32];
    for (int i = 0; i < 50; i++) {
        snprintf(name, sizeof(name), "%s %d", (const char *)userdata, i);
        assert_true(write_alone(name, i % 3 == 0));
    }
    return NULL;
}

static void all_that_ended_is_on_the_disk(void **state)
{
    (void)state;
    struct writer writers[WRITERS];
    for (size_t i = 0; i < WRITERS; i++) {
        snprintf(writers[i].name, sizeof(writers[i].name), "many %zu", i);
        assert_int_equal(pthread_create(&writers[i].thread, NULL, write_many, writers[i].name),
                         0);
    }
    for (size_t i = 0; i < WRITERS; i++)
        pthread_join(writers[i].thread, NULL);
    assert_int_equal(bench_number(&place.bench, "SELECT count(*) FROM settings WHERE name LIKE "
                                                "'many %'"),
                     50 * WRITERS);
    assert_true(all_is_on_the_disk());
}

// A descriptor that cannot be synced stands for a disk that fails. The system tells of it once.
static void a_disk_that_failed_is_not_believed_again(void **state)
{
    (void)state;
    struct database_sqlite *sqlite = (struct database_sqlite *)store()->database;
    int log = sqlite->log, pipe_ends[2];
    assert_true(log >= 0);
    assert_int_equal(pipe(pipe_ends), 0);
    sqlite->log = pipe_ends[0];
    assert_false(write_alone("told", false));
    assert_true(write_alone("fleeting", true));
    assert_false(write_alone("told", false));

    sqlite->log = log;
    assert_false(write_alone("told", false));
    assert_false(all_is_on_the_disk());
    bench_restart(&place.bench);
    assert_true(is_kept("told"));
    assert_true(write_alone("told", false));
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_place, close_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(those_that_come_together_share_a_commit),
        TEST(one_that_is_taken_back_takes_none_with_it),
        TEST(a_commit_that_fails_fails_for_all),
        TEST(a_fault_is_its_own),
        TEST(what_need_not_last_does_not_wait_for_the_disk),
        TEST(all_that_ended_is_on_the_disk),
        TEST(a_disk_that_failed_is_not_believed_again),
        TEST(settings_that_cannot_be_read_are_not_taken_for_the_defaults),
    };
    return cmocka_run_group_tests_name("portal commits", tests, NULL, NULL);
}
