// SPDX-License-Identifier: MIT
// An answer that is signed, and whose receipt the program has not seen when it ends; and
// receipts that come late: against a real qrportal over a line that loses things.
#include "tests/unit/net/scratch.h"

#include "net/open_answer.h"
#include "tests/unit/net/parts/impostor.h"
#include "tests/unit/net/parts/paired_world.h"

#include <unistd.h>

static void end_and_start(void **state)
{
    const struct scratch *scratch = *state;
    device_stop(&world.device);
    atomic_store(&world.cutter.lossy, false);
    atomic_store(&world.cutter.deaf, false);
    device_start(&world.device, scratch->path);
}

// The program ends while an approval is on its way: with `arrives` the portal has it and the
// receipt is lost, without it never left the device. Then the program is started again.
static void leave_an_approval_open(void **state, bool arrives)
{
    struct net_event event;
    paired_world_see(&event);
    if (arrives)
        atomic_store(&world.cutter.lossy, true);
    else
        atomic_store(&world.cutter.deaf, true);

    net_worker_decide(world.device.worker, NET_APPROVE);
    device_expect_retrying(&world.device);
    end_and_start(state);
}

// ... and never left the device. False where the time of its code was over before it was given.
static bool leave_a_brief_approval_open(void **state, unsigned life_s)
{
    struct net_event event;
    if (!paired_world_see_brief(life_s, &event))
        return false;

    atomic_store(&world.cutter.deaf, true);
    net_worker_decide(world.device.worker, NET_APPROVE);
    device_expect_any(&world.device, &event);
    if (event.kind == NET_EVENT_FAILED) {
        assert_int_equal(event.fault.failure, FAILURE_CHALLENGE_EXPIRED);
        atomic_store(&world.cutter.deaf, false);
        return false;
    }
    assert_int_equal(event.kind, NET_EVENT_RETRYING);
    end_and_start(state);
    return true;
}

static struct open_answer expect_open(void)
{
    struct open_answer open;
    size_t next = 0;
    assert_true(open_answer_next(world.device.pairings, world.device.state, &next, &open));
    assert_false(open_answer_next(world.device.pairings, world.device.state, &next, &open));
    next = 0;
    assert_true(open_answer_next(world.device.pairings, world.device.state, &next, &open));
    return open;
}

static void expect_none_open(void)
{
    struct open_answer open;
    size_t next = 0;
    assert_false(open_answer_next(world.device.pairings, world.device.state, &next, &open));
}

static void an_open_answer_is_told_and_not_sent(void **state)
{
    leave_an_approval_open(state, false);
    struct open_answer open = expect_open();
    assert_string_equal(open.origin, world.sandbox.url);
    assert_string_equal(open.account_name, "Анна");
    assert_string_equal(open.address, "127.0.0.1");
    assert_int_equal(open.decision, NET_APPROVE);
    assert_true(open.answered_at > 0);
    usleep(1500000);
    assert_int_equal(world.device.count, world.device.taken);
    paired_world_expect_state("scanned");
    expect_open();
}

static void an_open_answer_is_sent_when_the_person_says_so(void **state)
{
    struct net_event event;
    leave_an_approval_open(state, false);
    net_worker_send_open(world.device.worker, expect_open().pairing_id);
    device_expect(&world.device, NET_EVENT_RECEIPT, &event);
    assert_int_equal(event.receipt.result, NET_RESULT_PICKUP_CODE);
    paired_world_expect_claim(event.receipt.pickup_code, "done");
    expect_none_open();
    net_worker_end_session(world.device.worker);
    device_expect(&world.device, NET_EVENT_RECEIPT, &event);
    assert_int_equal(event.receipt.result, NET_RESULT_ENDED);
}

static void the_receipt_of_an_open_answer_is_fetched(void **state)
{
    struct net_event event;
    leave_an_approval_open(state, true);
    paired_world_expect_state("approved");
    net_worker_send_open(world.device.worker, expect_open().pairing_id);
    device_expect(&world.device, NET_EVENT_RECEIPT, &event);
    paired_world_expect_claim(event.receipt.pickup_code, "done");
}

static void an_open_answer_that_was_not_taken_can_be_withdrawn(void **state)
{
    struct net_event event;
    leave_an_approval_open(state, false);
    net_worker_withdraw(world.device.worker, expect_open().pairing_id);
    device_expect(&world.device, NET_EVENT_WITHDRAWN, &event);
    assert_int_equal(event.withdrawal.what, NET_WITHDRAWN);
    paired_world_expect_state("denied");
    expect_none_open();
    world_sign_in(&world, &event); // and the counter goes on
}

static void an_open_answer_that_was_taken_cannot(void **state)
{
    struct net_event event;
    leave_an_approval_open(state, true);
    net_worker_withdraw(world.device.worker, expect_open().pairing_id);
    device_expect(&world.device, NET_EVENT_WITHDRAWN, &event);
    assert_int_equal(event.withdrawal.what, NET_WITHDRAWAL_TAKEN);
    assert_int_equal(event.withdrawal.receipt.result, NET_RESULT_PICKUP_CODE);
    net_worker_end_session(world.device.worker);
    device_expect(&world.device, NET_EVENT_RECEIPT, &event);
    assert_int_equal(event.receipt.result, NET_RESULT_ENDED);
    paired_world_expect_state("denied");
}

static void an_open_answer_whose_time_is_over_means_nothing(void **state)
{
    struct net_event event;
    unsigned life_s = 3;
    while (!leave_a_brief_approval_open(state, life_s))
        life_s *= 2;
    sleep(life_s + 1);
    net_worker_withdraw(world.device.worker, expect_open().pairing_id);
    device_expect(&world.device, NET_EVENT_WITHDRAWN, &event);
    assert_int_equal(event.withdrawal.what, NET_WITHDRAWAL_OVER);
    expect_none_open();
}

static void lead_to(int port)
{
    atomic_store(&world.cutter.upstream, port);
    cutter_cut(&world.cutter);
}

// The portal has taken it, and says no more: a day later it has forgotten the sign-in, and a
// device that was removed is told nothing. That the sign-in is over would be wrong.
static void an_open_answer_that_the_portal_says_nothing_of_may_have_arrived(void **state)
{
    static const struct impostor_reply replies[] = {
        {404, "application/problem+json", NULL, NULL,
         "{\"code\":\"unknown-challenge\",\"status\":404}"},
        {403, "application/problem+json", NULL, NULL,
         "{\"code\":\"device-revoked\",\"status\":403}"},
    };
    struct impostor impostor = {0};
    struct net_event event;
    impostor_start(&impostor, world.sandbox.data);

    for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
        leave_an_approval_open(state, true);
        impostor.reply = replies[i];
        lead_to(impostor.port);

        net_worker_withdraw(world.device.worker, expect_open().pairing_id);
        device_expect(&world.device, NET_EVENT_WITHDRAWN, &event);
        assert_int_equal(event.withdrawal.what, NET_WITHDRAWAL_UNSURE);
        expect_none_open();
        lead_to(world.sandbox.port);
        paired_world_expect_state("approved");
    }
    impostor_stop(&impostor);
}

// Neither another sign-in nor a renewal sends what the person was not told of.
static void an_open_answer_is_not_sent_on_the_side(void **state)
{
    struct net_event event;
    struct browser *first = world.visitor;
    leave_an_approval_open(state, false);
    world.visitor = browser_new(world.sandbox.url);
    paired_world_see(&event);
    net_worker_decide(world.device.worker, NET_APPROVE);
    device_expect_failure(&world.device, FAILURE_ANSWER_OPEN);
    paired_world_expect_state("scanned");
    browser_free(world.visitor);
    world.visitor = first;
    paired_world_expect_state("scanned");
    expect_open();
}

// Left, and another code scanned at once: both receipts are told.
static void a_late_receipt_is_told_though_a_new_scan_comes_first(void **state)
{
    (void)state;
    struct net_event event, late;
    struct browser *first = world.visitor;
    paired_world_see(&event);
    world.visitor = browser_new(world.sandbox.url);
    struct challenge code = world_code(&world);
    atomic_store(&world.cutter.lossy, true);
    net_worker_decide(world.device.worker, NET_APPROVE);
    device_expect_retrying(&world.device);
    net_worker_cancel(world.device.worker);
    net_worker_resolve(world.device.worker, &code);
    atomic_store(&world.cutter.lossy, false);

    do {
        device_expect_any(&world.device, &event);
    } while (event.kind == NET_EVENT_RETRYING);
    bool came_first = event.kind == NET_EVENT_LATE_RECEIPT;
    late = event;
    if (came_first)
        device_expect(&world.device, NET_EVENT_CONTEXT, &event);
    assert_int_equal(event.kind, NET_EVENT_CONTEXT);

    net_worker_decide(world.device.worker, NET_APPROVE);
    if (!came_first)
        device_expect(&world.device, NET_EVENT_LATE_RECEIPT, &late);
    device_expect(&world.device, NET_EVENT_RECEIPT, &event);

    assert_string_equal(late.receipt.origin, world.sandbox.url);
    assert_string_equal(late.receipt.account_name, "Анна");
    paired_world_expect_claim(event.receipt.pickup_code, "done");
    browser_free(world.visitor);
    world.visitor = first;
    paired_world_expect_claim(late.receipt.pickup_code, "done");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, paired_world_begin, paired_world_end)
    const struct CMUnitTest tests[] = {
        TEST(an_open_answer_is_told_and_not_sent),
        TEST(an_open_answer_is_sent_when_the_person_says_so),
        TEST(the_receipt_of_an_open_answer_is_fetched),
        TEST(an_open_answer_that_was_not_taken_can_be_withdrawn),
        TEST(an_open_answer_that_was_taken_cannot),
        TEST(an_open_answer_whose_time_is_over_means_nothing),
        TEST(an_open_answer_that_the_portal_says_nothing_of_may_have_arrived),
        TEST(an_open_answer_is_not_sent_on_the_side),
        TEST(a_late_receipt_is_told_though_a_new_scan_comes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
