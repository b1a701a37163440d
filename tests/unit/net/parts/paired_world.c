// SPDX-License-Identifier: MIT
#include "tests/unit/net/scratch.h"

#include "tests/unit/net/parts/paired_world.h"

struct world world;

int paired_world_begin(void **state)
{
    scratch_make(state);
    const struct scratch *scratch = *state;
    world_begin(&world, scratch->path);
    world_pair(&world);
    return 0;
}

int paired_world_end(void **state)
{
    world_end(&world);
    return scratch_remove(state);
}

void paired_world_scan(void)
{
    struct challenge code = world_code(&world);
    net_worker_resolve(world.device.worker, &code);
}

void paired_world_see(struct net_event *context)
{
    paired_world_scan();
    device_expect(&world.device, NET_EVENT_CONTEXT, context);
}

bool paired_world_see_brief(unsigned life_s, struct net_event *context)
{
    char text[16];
    snprintf(text, sizeof(text), "%u", life_s);
    sandbox_set(&world.sandbox, "time.challenge", text);
    sandbox_set(&world.sandbox, "time.reading", text);

    paired_world_scan();
    do
        device_expect_any(&world.device, context);
    while (context->kind == NET_EVENT_RETRYING);
    if (context->kind == NET_EVENT_FAILED) {
        assert_string_equal(failure_code(context->fault.failure),
                            failure_code(FAILURE_CHALLENGE_EXPIRED));
        return false;
    }
    assert_int_equal(context->kind, NET_EVENT_CONTEXT);
    return true;
}

void paired_world_expect_state(const char *expected)
{
    char *page_state = browser_state(world.visitor);
    assert_string_equal(page_state, expected);
    free(page_state);
}

void paired_world_expect_claim(const char *pickup_code, const char *expected)
{
    char *next = browser_claim(world.visitor, pickup_code);
    assert_string_equal(next, expected);
    free(next);
}
