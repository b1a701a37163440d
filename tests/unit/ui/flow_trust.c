// SPDX-License-Identifier: MIT
// A yes that gives trust, to a pairing, a certificate or an account, is read before it counts.
#include "tests/unit/ui/flow_steps.h"

static const enum flow_state asks[] = {FLOW_PAIR_ASKING, FLOW_CERTIFICATE, FLOW_CONFIRMING};
#define ASKS (sizeof(asks) / sizeof(asks[0]))

static void expect_to_wait(const struct flow_settings *face)
{
    struct flow_settings settings = *face;
    settings.person = true;

    for (size_t i = 0; i < ASKS; i++) {
        struct flow flow = begin(&settings);
        flow.state = asks[i];
        flow.seen_ms = T0;
        assert_true(flow_takes_yes(&flow));
        WALK(&flow, {1499, keep(true), asks[i], 0});
        assert_in_range(flow_ripe(&flow, T0 + 1499), 99, 99);

        struct flow_event yes = keep(true);
        yes.now_ms = T0 + 1500;
        assert_int_not_equal(flow_take(&flow, &yes), 0);
        assert_int_not_equal(flow.state, asks[i]);
    }
}

static void a_yes_that_trusts_waits_as_an_approval_does(void **state)
{
    (void)state;
    expect_to_wait(&window);
}

static void a_person_at_a_terminal_waits_too(void **state)
{
    (void)state;
    expect_to_wait(&terminal);
}

static void a_script_does_not_wait(void **state)
{
    (void)state;
    for (size_t i = 0; i < ASKS; i++) {
        struct flow flow = begin(&terminal);
        struct flow_event yes = keep(true);
        flow.state = asks[i];
        flow.seen_ms = yes.now_ms = T0;
        assert_int_not_equal(flow_take(&flow, &yes), 0);
        assert_int_not_equal(flow.state, asks[i]);
    }
}

// Whoever comes back to a question of trust reads it again too; a no counts at once.
static void trust_that_was_away_must_stand_again(void **state)
{
    (void)state;
    static const enum flow_state states[] = {FLOW_PAIR_ASKING, FLOW_CERTIFICATE,
                                             FLOW_CONFIRMING, FLOW_OPEN_ANSWER};

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        const enum flow_state asked = states[i];
        struct flow flow = begin(&window);
        flow.state = asked;
        flow.answer = NET_DENY;
        assert_int_equal(flow_ripe(&flow, T0), 100);
        WALK(&flow, {0, event(FLOW_EVENT_AWAY), asked, 0}, {5000, keep(true), asked, 0},
             {0, event(FLOW_EVENT_RETURNED), asked, 0}, {1499, keep(true), asked, 0});
        assert_in_range(flow_ripe(&flow, T0 + 6499), 99, 99);

        struct flow_event yes = keep(true), no = keep(false);
        struct flow refuses = flow;
        no.now_ms = T0 + 6499;
        flow_take(&refuses, &no);
        assert_int_not_equal(refuses.state, asked);
        yes.now_ms = T0 + 6500;
        assert_int_not_equal(flow_take(&flow, &yes), 0);
        assert_int_not_equal(flow.state, asked);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_yes_that_trusts_waits_as_an_approval_does),
        cmocka_unit_test(a_person_at_a_terminal_waits_too),
        cmocka_unit_test(a_script_does_not_wait),
        cmocka_unit_test(trust_that_was_away_must_stand_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
