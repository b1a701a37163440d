// SPDX-License-Identifier: MIT
// What a flow comes to is counted once, and a camera's state is written when it changes.
#include "tests/unit/net/scratch.h"

#include "ui/app/health_watch.h"

static int64_t now_s;

static int64_t wall_clock(void *userdata)
{
    (void)userdata;
    return now_s;
}

static struct health_watch watch;
static const struct system_journal journal = {.fd = -1};
static const struct net_environment environment = {.wall_clock = wall_clock};
static char folder[PATH_MAX + 64];

static int set_up(void **state)
{
    scratch_make(state);
    now_s = 100;
    snprintf(folder, sizeof(folder), "%s", scratch_join(state, "state"));
    health_watch_begin(&watch, folder, &environment, &journal, true);
    return 0;
}

static struct health seen(void)
{
    struct health health;
    assert_true(health_read(folder, &health, NULL));
    return health;
}

static void take(enum flow_state before, enum flow_state after, enum flow_event_kind kind,
                 enum failure failure)
{
    static struct flow flow;
    struct flow_event event = {.kind = kind};
    event.fault.failure = failure;
    flow.state = after;
    flow.fault.failure = failure;
    flow.receipt.result = NET_RESULT_PICKUP_CODE;
    now_s++;
    health_watch_take(&watch, &flow, before, &event);
}

static void an_outcome_counts_once(void **state)
{
    (void)state;
    assert_int_equal(seen().starts, 1);
    take(FLOW_RESOLVING, FLOW_FAILED, FLOW_EVENT_NET, FAILURE_NET_TIMEOUT);
    take(FLOW_FAILED, FLOW_FAILED, FLOW_EVENT_TICK, FAILURE_NET_TIMEOUT);
    take(FLOW_FAILED, FLOW_AIMING, FLOW_EVENT_SCAN, FAILURE_NONE);
    assert_int_equal(seen().failures[FAILURE_NET_TIMEOUT], 1);
    assert_int_equal(seen().last_failure_at, 101);

    take(FLOW_ASKING, FLOW_SENDING, FLOW_EVENT_ANSWER, FAILURE_NONE);
    take(FLOW_SENDING, FLOW_DONE, FLOW_EVENT_NET, FAILURE_NONE);
    take(FLOW_DONE, FLOW_RENEWING, FLOW_EVENT_RENEW, FAILURE_NONE);
    take(FLOW_RENEWING, FLOW_DONE, FLOW_EVENT_NET, FAILURE_NONE);
    assert_int_equal(seen().approved, 1);
    assert_int_equal(seen().last_approved, 105);
    take(FLOW_SENDING, FLOW_REFUSED, FLOW_EVENT_NET, FAILURE_NONE);
    assert_int_equal(seen().approved, 1);
}

static void a_camera_is_told_when_it_changes(void **state)
{
    (void)state;
    assert_int_equal(seen().camera_at, 0);
    health_watch_frame(&watch);
    assert_int_equal(seen().camera_at, 100);
    now_s = 200;
    health_watch_frame(&watch);
    assert_int_equal(seen().camera_at, 100);

    take(FLOW_AIMING, FLOW_AIMING, FLOW_EVENT_SOURCE_WAITING, FAILURE_CAMERA_GONE);
    take(FLOW_AIMING, FLOW_AIMING, FLOW_EVENT_SOURCE_WAITING, FAILURE_CAMERA_GONE);
    assert_int_equal(seen().camera, FAILURE_CAMERA_GONE);
    assert_int_equal(seen().camera_at, 201);
    take(FLOW_AIMING, FLOW_AIMING, FLOW_EVENT_SOURCE_RUNNING, FAILURE_NONE);
    assert_int_equal(seen().camera, FAILURE_NONE);
    assert_int_equal(seen().camera_at, 203);
}

static void a_recording_is_no_camera(void **state)
{
    (void)state;
    health_watch_begin(&watch, folder, &environment, &journal, false);
    health_watch_frame(&watch);
    take(FLOW_AIMING, FLOW_FAILED, FLOW_EVENT_SOURCE_FAILED, FAILURE_SOURCE_FORMAT);
    assert_int_equal(seen().camera_at, 0);
    assert_int_equal(seen().failures[FAILURE_SOURCE_FORMAT], 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, scratch_remove)
    const struct CMUnitTest tests[] = {
        TEST(an_outcome_counts_once),
        TEST(a_camera_is_told_when_it_changes),
        TEST(a_recording_is_no_camera),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
