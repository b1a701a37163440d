// SPDX-License-Identifier: MIT
// How the device has fared, on disk: it adds up over runs and beside another program.
#include "tests/unit/net/scratch.h"

#include <sys/wait.h>

#include "net/pairings/health_file.h"

static void note(void **state, enum health_event_kind kind, enum failure failure, int64_t time)
{
    struct fault fault = {0};
    const struct health_event event = {.kind = kind, .failure = failure, .time = time};
    if (!health_add(scratch_join(state, "state"), &event, &fault))
        fail_msg("%s: %s", failure_code(fault.failure), fault.detail);
}

static struct health seen(void **state)
{
    struct health health;
    assert_true(health_read(scratch_join(state, "state"), &health, NULL));
    return health;
}

static void nothing_is_zeros(void **state)
{
    static const struct health none;
    struct health health = seen(state);
    assert_memory_equal(&health, &none, sizeof(none));
}

static void events_add_up(void **state)
{
    note(state, HEALTH_STARTED, FAILURE_NONE, 100);
    note(state, HEALTH_FAILED, FAILURE_NET_TIMEOUT, 110);
    note(state, HEALTH_FAILED, FAILURE_CHALLENGE_EXPIRED, 120);
    note(state, HEALTH_FAILED, FAILURE_NET_TIMEOUT, 130);
    note(state, HEALTH_APPROVED, FAILURE_NONE, 140);
    note(state, HEALTH_CAMERA, FAILURE_CAMERA_GONE, 150);
    note(state, HEALTH_STARTED, FAILURE_NONE, 160);

    struct health health = seen(state);
    assert_int_equal(health.starts, 2);
    assert_int_equal(health.started_at, 160);
    assert_int_equal(health.approved, 1);
    assert_int_equal(health.last_approved, 140);
    assert_int_equal(health.failures[FAILURE_NET_TIMEOUT], 2);
    assert_int_equal(health.failures[FAILURE_CHALLENGE_EXPIRED], 1);
    assert_int_equal(health.failures[FAILURE_NET_TLS], 0);
    assert_int_equal(health.last_failure, FAILURE_NET_TIMEOUT);
    assert_int_equal(health.last_failure_at, 130);
    assert_int_equal(health.camera, FAILURE_CAMERA_GONE);
    note(state, HEALTH_CAMERA, FAILURE_NONE, 170);
    health = seen(state);
    assert_int_equal(health.camera, FAILURE_NONE);
    assert_int_equal(health.camera_at, 170);
}

static void two_programs_lose_no_count(void **state)
{
    enum { EACH = 30 };
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    for (int i = 0; i < EACH; i++)
        note(state, HEALTH_FAILED, FAILURE_NET_TLS, i);
    if (child == 0)
        _exit(0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(seen(state).failures[FAILURE_NET_TLS], 2 * EACH);
}

static void every_failure_fits(void **state)
{
    for (enum failure failure = FAILURE_NONE + 1; failure < FAILURE_COUNT; failure++)
        note(state, HEALTH_FAILED, failure, 1);
    struct health health = seen(state);
    for (enum failure failure = FAILURE_NONE + 1; failure < FAILURE_COUNT; failure++)
        assert_int_equal(health.failures[failure], 1);
}

static void a_damaged_file_begins_anew(void **state)
{
    static const char odd[] =
        "{\"format\":\"qrconfirm health\",\"version\":1,\"starts\":-7,\"failures\":[],"
        "\"camera\":7,\"last_failure\":\"no.such\"}";
    static const char *const contents[] = {
        "", "{", "[]", "{\"format\":\"qrconfirm health\",\"version\":2,\"starts\":7}", odd};
    for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
        note(state, HEALTH_STARTED, FAILURE_NONE, 1);
        scratch_write(scratch_join(state, "state/health.json"), contents[i],
                      strlen(contents[i]));
        nothing_is_zeros(state);
        note(state, HEALTH_STARTED, FAILURE_NONE, 1);
        assert_int_equal(seen(state).starts, 1);
    }
    assert_int_equal(scratch_mode(scratch_join(state, "state/health.json")), 0600);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_zeros),           TEST(events_add_up),
        TEST(two_programs_lose_no_count), TEST(every_failure_fits),
        TEST(a_damaged_file_begins_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
