// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_FLOW_STEPS_H
#define QRCONFIRM_TESTS_FLOW_STEPS_H

// A way through the flow as a list of steps: after so long comes this event, and then the flow
// is in that state and has that to do. And cmocka's includes.

#include "ui/flow/flow.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define T0        ((int64_t)1000000)
#define EXPIRES_S 60

static inline struct flow_event event(enum flow_event_kind kind)
{
    return (struct flow_event){.kind = kind};
}

static inline struct flow_event code(enum payload_kind kind, uint8_t id)
{
    struct flow_event e = event(FLOW_EVENT_PAYLOAD);
    e.challenge.kind = kind;
    if (kind == PAYLOAD_LOGIN)
        memset(e.challenge.login.id, id, sizeof(e.challenge.login.id));
    if (kind == PAYLOAD_OWN_SIGN_IN || kind == PAYLOAD_OWN_PAIRING) {
        e.challenge.own.text[0] = id;
        e.challenge.own.text_size = 1;
        strcpy(e.challenge.own.origin.text, "https://door.example.com");
    }
    if (kind == PAYLOAD_PAIRING) {
        memset(e.challenge.pairing.token, id, sizeof(e.challenge.pairing.token));
        strcpy(e.challenge.pairing.origin.text, "https://portal.example.com");
    }
    return e;
}

static inline struct flow_event net(enum net_event_kind kind)
{
    struct flow_event e = event(FLOW_EVENT_NET);
    e.net.kind = kind;
    return e;
}

static inline struct flow_event context(void)
{
    struct flow_event e = net(NET_EVENT_CONTEXT);
    e.net.context.expires_in_s = EXPIRES_S;
    return e;
}

static inline struct flow_event receipt(enum net_result result)
{
    struct flow_event e = net(NET_EVENT_RECEIPT);
    e.net.receipt.result = result;
    e.net.receipt.may_end = true;
    return e;
}

static inline struct flow_event failed(enum failure failure)
{
    struct flow_event e = net(NET_EVENT_FAILED);
    e.net.fault.failure = failure;
    return e;
}

static inline struct flow_event answer(enum net_decision decision)
{
    struct flow_event e = event(FLOW_EVENT_ANSWER);
    e.answer = decision;
    return e;
}

static inline struct flow_event keep(bool yes)
{
    struct flow_event e = event(FLOW_EVENT_KEEP);
    e.yes = yes;
    return e;
}

static inline struct flow_event source_failed(enum failure failure)
{
    struct flow_event e = event(FLOW_EVENT_SOURCE_FAILED);
    e.fault.failure = failure;
    return e;
}

struct step {
    int64_t after_ms; // since the step before
    struct flow_event event;
    enum flow_state state;
    unsigned todo;
};

static inline void walk(struct flow *flow, const struct step *steps, size_t count)
{
    int64_t now_ms = T0;
    for (size_t i = 0; i < count; i++) {
        now_ms += steps[i].after_ms;
        struct flow_event e = steps[i].event;
        e.now_ms = now_ms;
        unsigned todo = flow_take(flow, &e);
        if (flow->state != steps[i].state || todo != steps[i].todo)
            fail_msg("step %zu: state %s, todo %#x; expected %s, %#x", i,
                     flow_state_name(flow->state), todo, flow_state_name(steps[i].state),
                     steps[i].todo);
    }
}
#define WALK(flow, ...)                                                                        \
    do {                                                                                       \
        const struct step steps[] = {__VA_ARGS__};                                             \
        walk(flow, steps, sizeof(steps) / sizeof(steps[0]));                                   \
    } while (0)

static const struct flow_settings window = {.paired = true, .window = true};
static const struct flow_settings terminal = {.paired = true};
static const struct flow_settings kiosk = {
    .paired = true, .window = true, .loop = true, .idle_ms = 30000};

static inline struct flow begin(const struct flow_settings *settings)
{
    struct flow flow;
    flow_init(&flow, settings);
    return flow;
}

#define TO_ASKING                                                                              \
    {0, event(FLOW_EVENT_START), FLOW_INSTRUCTIONS, 0},                                        \
        {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},                        \
        {10, code(PAYLOAD_LOGIN, 1), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE},         \
    {                                                                                          \
        10, context(), FLOW_ASKING, FLOW_DO_STOP_SOURCE                                        \
    }

#endif
