// SPDX-License-Identifier: MIT
#include "ui/flow/flow_scan.h"

#include "ui/flow/flow_asked.h"
#include "ui/flow/flow_moves.h"
#include "ui/flow/flow_open.h"
#include "ui/flow/flow_visit.h"

// Which one of several would be signed is not for the program to guess.
static void see(struct flow *flow, const struct flow_event *event)
{
    struct flow_sight *sight = &flow->sight;
    const struct challenge *found = &event->challenge;
    bool is_badge = found->kind == PAYLOAD_BADGE;
    bool *any = is_badge ? &sight->has_badge : &sight->any;
    struct challenge *first = is_badge ? &sight->badge : &sight->first;

    if ((!sight->any && !sight->has_badge) || sight->frame != event->frame)
        *sight = (struct flow_sight){.frame = event->frame,
                                     .several_until_ms = sight->several_until_ms};
    if (*any && !challenge_is_same(first, found))
        sight->several = true;
    if (!*any)
        *first = *found;
    *any = true;
}

static bool fits(const struct flow *flow, enum payload_kind kind)
{
    if (flow->pairing)
        return payload_is_pairing(kind);
    return payload_is_sign_in(kind) || (flow->settings.badges && kind == PAYLOAD_BADGE);
}

static unsigned take_ours(struct flow *flow, const struct challenge *found, int64_t now_ms)
{
    if (!flow_note_asked(flow, found, now_ms))
        return 0;
    flow->challenge = *found;
    if (flow->pairing) {
        // The person sees the host before anything is sent (qr-login v1, section 6, step 2).
        strcpy(flow->portal_origin, challenge_origin(found));
        return FLOW_DO_PAUSE | flow_stop_source(flow) |
               flow_enter(flow, FLOW_PAIR_ASKING, now_ms);
    }
    return FLOW_DO_PAUSE | flow_sign(flow, FLOW_DO_RESOLVE, now_ms);
}

// All of a frame that may fit is told.
static unsigned take_sight(struct flow *flow, int64_t now_ms)
{
    struct flow_sight *sight = &flow->sight;
    bool any = sight->any, has_badge = sight->has_badge;
    if (!any && !has_badge)
        return 0;
    sight->any = sight->has_badge = false;
    if (sight->several) {
        flow->hint = (struct flow_hint){.refused = FAILURE_SCAN_SEVERAL_CODES, .at_ms = now_ms};
        sight->several_until_ms = now_ms + FLOW_GONE_MS;
    }
    if (now_ms < sight->several_until_ms)
        return 0;
    if (flow->hint.refused == FAILURE_SCAN_SEVERAL_CODES)
        flow->hint = (struct flow_hint){0};
    if (flow->settings.badges && !flow->pairing)
        return flow_take_shown(flow, any ? &sight->first : NULL,
                               has_badge ? &sight->badge : NULL, now_ms);
    return take_ours(flow, &sight->first, now_ms);
}

unsigned flow_take_payload(struct flow *flow, const struct flow_event *event)
{
    const struct challenge *found = &event->challenge;
    bool aimed = flow->state == FLOW_AIMING;
    if (!aimed && flow->state != FLOW_BY_HAND)
        return 0;
    if (aimed) {
        flow_source_works(flow);
        flow_miss_asked(flow, found, event->now_ms);
    }

    if (!aimed || !flow_was_asked(flow, found)) {
        advice_begin(&flow->advice, event->now_ms);
        if (fits(flow, found->kind))
            see(flow, event);
        else if (event->now_ms >= flow->sight.several_until_ms)
            flow->hint = (struct flow_hint){
                .another_kind = true, .kind = found->kind, .at_ms = event->now_ms};
    }
    return event->more ? 0 : take_sight(flow, event->now_ms);
}

// What was said of another code is over some time after that code is gone.
unsigned flow_take_no_code(struct flow *flow, enum hint hint, int64_t now_ms)
{
    if (flow->state != FLOW_AIMING)
        return 0;
    flow_source_works(flow);
    flow_miss_asked(flow, NULL, now_ms);
    if (flow->hint.another_kind && now_ms - flow->hint.at_ms >= FLOW_HINT_MS)
        flow->hint.another_kind = false;
    bool passes = flow->hint.refused == FAILURE_SCAN_SEVERAL_CODES ||
                  flow->hint.refused == FAILURE_BADGE_OTHER_PORTAL;
    if (passes && now_ms - flow->hint.at_ms >= FLOW_HINT_MS)
        flow->hint.refused = FAILURE_NONE;
    advice_take(&flow->advice, hint, now_ms);
    return 0;
}

// A code can be typed in where one is looked for, or where that was of no use.
unsigned flow_take_by_hand(struct flow *flow, int64_t now_ms)
{
    bool from_start = flow->state == FLOW_INSTRUCTIONS || flow->state == FLOW_FAILED;
    if (flow->state != FLOW_AIMING && !from_start)
        return 0;
    if (from_start && flow_open_comes_first(flow))
        return flow_begin_open(flow, FLOW_EVENT_BY_HAND, now_ms);
    unsigned todo = flow->source_running ? FLOW_DO_PAUSE : 0;
    flow->hint = (struct flow_hint){0};
    flow_forget_asked(flow);
    flow->changed = 0;
    flow->exit = EXIT_CODE_INTERRUPTED;
    return todo | flow_enter(flow, FLOW_BY_HAND, now_ms);
}

// Back to the camera if it still runs.
unsigned flow_take_back(struct flow *flow, int64_t now_ms)
{
    if (flow->state != FLOW_BY_HAND || !flow->source_running || flow->source_ended)
        return flow_leave_seen(flow, now_ms);
    flow->hint = (struct flow_hint){0};
    advice_begin(&flow->advice, now_ms);
    return FLOW_DO_RESUME | flow_enter(flow, FLOW_AIMING, now_ms);
}

unsigned flow_take_source_end(struct flow *flow, const struct flow_event *event)
{
    flow->source_ended = true;
    bool pausing = flow_is_outcome(flow->state) && flow->settings.stream;
    if (flow->state != FLOW_AIMING && !pausing)
        return 0;
    if (flow->any_outcome && flow->settings.stream) { // the end of the loop, and no fault
        flow->exit = flow->last_exit;
        return flow_stop_source(flow) | FLOW_DO_QUIT |
               flow_enter(flow, FLOW_INSTRUCTIONS, event->now_ms);
    }
    return flow_give_up_aiming(flow, FAILURE_SCAN_NO_CODE, event->now_ms);
}

unsigned flow_take_source_failure(struct flow *flow, const struct flow_event *event)
{
    bool aiming = flow->state == FLOW_AIMING;
    bool waits = flow->settings.loop && !flow->settings.window && !flow->settings.stream;
    if (aiming && waits)
        return flow_wait_for_source(flow, event->fault.failure, event->now_ms);
    flow->source_ended = flow->settings.stream || !aiming;
    if (aiming)
        return flow_fail(flow, &event->fault, event->now_ms);
    if (flow->settings.stream && flow_is_outcome(flow->state))
        return flow_stop_source(flow) | FLOW_DO_QUIT;
    // nothing to go back to; the sign-in at hand goes on
    return 0;
}
