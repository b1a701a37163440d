// SPDX-License-Identifier: MIT
// In which order jobs are taken.
#include "portal/web/workers.h"

#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define JOBS_MAX 16u

struct place {
    struct workers workers;
    sem_t begun, go; // of the job that holds up the only worker
    struct job gate;
    struct job jobs[JOBS_MAX];
    char names[JOBS_MAX];
    size_t count;
    char done[JOBS_MAX + 1]; // names, in the order in which they ran
    size_t done_count;
};

static struct place place;

static void hold_up(void *userdata)
{
    (void)userdata;
    sem_post(&place.begun);
    sem_wait(&place.go);
}

static void run(void *userdata)
{
    place.done[place.done_count++] = *(const char *)userdata;
}

static int open_place(void **state)
{
    (void)state;
    place = (struct place){.gate = {.run = hold_up}};
    sem_init(&place.begun, 0, 0);
    sem_init(&place.go, 0, 0);
    assert_true(workers_start(&place.workers, 1, 0));
    workers_add(&place.workers, &place.gate);
    sem_wait(&place.begun);
    return 0;
}

static int close_place(void **state)
{
    (void)state;
    sem_destroy(&place.begun);
    sem_destroy(&place.go);
    return 0;
}

static void add(char name, const char *lane)
{
    size_t at = place.count++;
    place.names[at] = name;
    place.jobs[at] = (struct job){.run = run, .userdata = &place.names[at], .lane = lane};
    workers_add(&place.workers, &place.jobs[at]);
}

static void expect_order(const char *order)
{
    sem_post(&place.go);
    workers_stop(&place.workers); // runs all
    assert_string_equal(place.done, order);
}

static void jobs_of_one_lane_keep_their_order(void **state)
{
    (void)state;
    for (char name = 'a'; name <= 'f'; name++)
        add(name, NULL);
    expect_order("abcdef");
}

static void lanes_take_turns(void **state)
{
    (void)state;
    for (char name = 'a'; name <= 'e'; name++)
        add(name, "192.0.2.1");
    add('A', "192.0.2.2");
    add('1', NULL);
    add('B', "192.0.2.2");
    expect_order("aA1bBcde");
}

static void a_lane_that_was_empty_begins_anew(void **state)
{
    (void)state;
    add('a', "192.0.2.1");
    add('A', "192.0.2.2");
    add('b', "192.0.2.1");
    expect_order("aAb");
}

static bool is_refused(char name, const char *lane, char *whom)
{
    size_t at = place.count++;
    place.names[at] = name;
    place.jobs[at] = (struct job){.run = run, .userdata = &place.names[at], .lane = lane};
    const struct job *refused = workers_add(&place.workers, &place.jobs[at]);
    if (refused)
        *whom = *(const char *)refused->userdata;
    return refused != NULL;
}

static void longest_lane_gives_way_where_there_is_no_room(void **state)
{
    (void)state;
    char whom = '?';
    place.workers.room = 5;
    for (char name = 'a'; name <= 'd'; name++)
        add(name, "192.0.2.1");
    add('A', "192.0.2.2");

    assert_true(is_refused('e', "192.0.2.1", &whom)); // its own
    assert_int_equal(whom, 'e');
    assert_true(is_refused('1', "192.0.2.3", &whom)); // others have room
    assert_int_equal(whom, 'd');
    assert_true(is_refused('B', "192.0.2.2", &whom));
    assert_int_equal(whom, 'c');
    assert_true(is_refused('2', "192.0.2.3", &whom)); // all are alike by now
    assert_int_equal(whom, '2');
    assert_int_equal(place.workers.waiting, 5);
    add('f', NULL); // in place of one of them
    expect_order("aA1fB");
}

static void crowd_of_one_each_keeps_its_order(void **state)
{
    (void)state;
    char whom = '?';
    place.workers.room = 2;
    add('a', "192.0.2.1");
    add('b', "192.0.2.2");
    assert_true(is_refused('c', "192.0.2.3", &whom));
    assert_int_equal(whom, 'c');
    expect_order("ab");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_place, close_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(jobs_of_one_lane_keep_their_order),
        TEST(lanes_take_turns),
        TEST(a_lane_that_was_empty_begins_anew),
        TEST(longest_lane_gives_way_where_there_is_no_room),
        TEST(crowd_of_one_each_keeps_its_order),
    };
    return cmocka_run_group_tests_name("portal workers", tests, NULL, NULL);
}
