// SPDX-License-Identifier: MIT
// A yes that gives trust, to a pairing, a certificate or an account, is read before it counts.
#include "tests/unit/ui/flow_steps.h"

static void a_yes_that_trusts_waits_as_an_approval_does(void **state)
{
    (void)state;
    static const enum flow_state asks[] = {FLOW_PAIR_ASKING, FLOW_CERTIFICATE, FLOW_CONFIRMING};
    struct flow_settings settings = window;
    settings.person = true;

    for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++) {
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

// Whoever comes back to a question of trust reads it again too; a no counts at once.
static void trust_that_was_away_must_stand_again(void **state)
{
    (void)state;
    static const enum flow_state asks[] = {FLOW_PAIR_ASKING, FLOW_CERTIFICATE, FLOW_CONFIRMING,
                                           FLOW_OPEN_ANSWER};

    for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++) {
        struct flow flow = begin(&window);
        flow.state = asks[i];
        flow.answer = NET_DENY;
        assert_int_equal(flow_ripe(&flow, T0), 100);
        WALK(&flow, {0, event(FLOW_EVENT_AWAY), asks[i], 0}, {5000, keep(true), asks[i], 0},
             {0, event(FLOW_EVENT_RETURNED), asks[i], 0}, {1499, keep(true), asks[i], 0});
        assert_in_range(flow_ripe(&flow, T0 + 6499), 99, 99);

        struct flow_event yes = keep(true), no = keep(false);
        struct flow refuses = flow;
        no.now_ms = T0 + 6499;
        flow_take(&refuses, &no);
        assert_int_not_equal(refuses.state, asks[i]);
        yes.now_ms = T0 + 6500;
        assert_int_not_equal(flow_take(&flow, &yes), 0);
        assert_int_not_equal(flow.state, asks[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_yes_that_trusts_waits_as_an_approval_does),
        cmocka_unit_test(trust_that_was_away_must_stand_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
