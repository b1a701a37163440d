// SPDX-License-Identifier: MIT
#include "ui/flow/flow_visit.h"

#include "ui/flow/flow_asked.h"
#include "ui/flow/flow_moves.h"
#include "ui/flow/flow_open.h"

// ---- badge and code ----------------------------------------------------------------------

// What the program found out about the badge comes with the event.
static unsigned begin_visit(struct flow *flow, const struct challenge *badge, int64_t now_ms)
{
    struct flow_visit *visit = &flow->visit;
    if (flow->badge.refused != FAILURE_NONE) {
        flow->hint = (struct flow_hint){.refused = flow->badge.refused, .at_ms = now_ms};
        return 0;
    }

    visit->on = true;
    visit->known = flow->badge.known;
    visit->first = !flow->badge.known;
    flow->challenge = *badge;
    flow->pin = (struct flow_pin){0};
    return FLOW_DO_PAUSE | FLOW_DO_VISIT | flow_enter(flow, FLOW_UNLOCKING, now_ms);
}

// His PIN was entered in this visit; where it has been used already, it is asked for again.
static unsigned ask_portal(struct flow *flow, int64_t now_ms)
{
    struct flow_visit *visit = &flow->visit;
    bool unlocked = visit->unlocked;
    flow->challenge = visit->code;
    visit->has_code = visit->unlocked = false;
    flow_note_asked(flow, &flow->challenge, now_ms);

    unsigned todo = flow->source_running ? FLOW_DO_PAUSE : 0;
    if (!unlocked)
        return todo | flow_sign(flow, FLOW_DO_RESOLVE, now_ms);
    flow->again = FLOW_DO_RESOLVE;
    return todo | flow_proceed(flow, FLOW_DO_RESOLVE, now_ms);
}

unsigned flow_take_shown(struct flow *flow, const struct challenge *code,
                         const struct challenge *badge, int64_t now_ms)
{
    if (code) {
        flow->visit.code = *code;
        flow->visit.has_code = true;
    }
    if (badge && !flow->visit.on)
        return begin_visit(flow, badge, now_ms);
    return code && flow->visit.on ? ask_portal(flow, now_ms) : 0;
}

// ---- the PIN -----------------------------------------------------------------------------

static bool chooses(const struct flow *flow)
{
    return flow->visit.on && flow->visit.first;
}

unsigned flow_take_visit_pin(struct flow *flow, int64_t now_ms)
{
    flow->touched_ms = now_ms;
    if (flow->state == FLOW_PIN_AGAIN)
        return flow_stop_source(flow) | FLOW_DO_PAIR_BY_BADGE |
               flow_enter(flow, FLOW_ENROLLING, now_ms);
    if (chooses(flow)) {
        flow->visit.differed = false;
        flow->pin.refused = FAILURE_NONE;
        return flow_enter(flow, FLOW_PIN_AGAIN, now_ms);
    }
    flow->pin.checking = true;
    return 0;
}

unsigned flow_take_pin_refused(struct flow *flow, enum failure why, int64_t now_ms)
{
    if (!flow->visit.on || !flow_takes_pin(flow, now_ms))
        return 0;
    flow->touched_ms = now_ms;
    flow->pin.refused = why;
    flow->pin.refusals++;
    if (flow->state != FLOW_PIN_AGAIN)
        return 0;
    flow->visit.differed = true;
    return flow_enter(flow, FLOW_UNLOCKING, now_ms);
}

// His old key stays until the portal has confirmed a new one.
unsigned flow_take_forgot_pin(struct flow *flow, int64_t now_ms)
{
    struct flow_visit *visit = &flow->visit;
    if (flow->state != FLOW_UNLOCKING || !visit->on || visit->anew || flow->pin.checking ||
        flow->pin.then != 0)
        return 0;
    visit->first = visit->anew = true;
    flow->pin = (struct flow_pin){0};
    flow->touched_ms = now_ms;
    return flow_enter(flow, FLOW_UNLOCKING, now_ms);
}

unsigned flow_take_visit_unlocked(struct flow *flow, int64_t now_ms)
{
    struct flow_visit *visit = &flow->visit;
    visit->unlocked = true;
    visit->unlocked_ms = now_ms;

    if (flow->open.any)
        return FLOW_DO_CANCEL | flow_ask_open(flow, now_ms);
    if (visit->has_code)
        return ask_portal(flow, now_ms);
    if (flow->source_ended && !flow->settings.window)
        return flow_give_up_aiming(flow, FAILURE_SCAN_NO_CODE, now_ms);

    bool runs = flow->source_running && !flow->source_ended;
    unsigned todo = runs ? FLOW_DO_RESUME : flow_retry_source(flow);
    flow->hint = (struct flow_hint){0};
    advice_begin(&flow->advice, now_ms);
    return todo | flow_enter(flow, FLOW_AIMING, now_ms);
}

// ---- the end -----------------------------------------------------------------------------

enum failure flow_visit_failure(const struct flow *flow, enum failure failure)
{
    bool ended = failure == FAILURE_PORTAL_DEVICE_REVOKED;
    return flow->visit.on && ended ? FAILURE_BADGE_ENDED : failure;
}

// Whoever comes next has nothing of what he was told or has shown.
static void forget_person(struct flow *flow)
{
    flow->challenge = flow->visit.code = (struct challenge){0};
    flow->sight = (struct flow_sight){0};
    flow->context = (struct net_context){0};
    flow->receipt = (struct net_receipt){0};
    flow->pin = (struct flow_pin){0};
    flow->login = (struct flow_login){0};
    flow->fault = (struct fault){0};
    memset(flow->pairing_code, 0, sizeof(flow->pairing_code));
    memset(flow->account_name, 0, sizeof(flow->account_name));
    flow->open = (struct flow_open){0}; // it is looked for again
}

void flow_follow_visit(struct flow *flow)
{
    struct flow_visit *visit = &flow->visit;
    bool done = flow_is_outcome(flow->state) && visit->first;
    if (flow->state == FLOW_INSTRUCTIONS || done)
        visit->on = visit->has_code = visit->unlocked = false;
    if (flow->state == FLOW_INSTRUCTIONS && flow_is_kiosk(flow))
        forget_person(flow);
}
