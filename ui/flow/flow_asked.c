// SPDX-License-Identifier: MIT
#include "ui/flow/flow_asked.h"

// Its place; FLOW_ASKED_MAX: it has none.
static size_t find(const struct flow *flow, const struct challenge *found)
{
    size_t i = 0;
    while (i < FLOW_ASKED_MAX && (flow->asked[i].challenge.kind == PAYLOAD_TEXT ||
                                  !challenge_is_same(found, &flow->asked[i].challenge)))
        i++;
    return i;
}

void flow_forget_asked(struct flow *flow)
{
    for (size_t i = 0; i < FLOW_ASKED_MAX; i++)
        flow->asked[i].challenge.kind = PAYLOAD_TEXT;
}

void flow_miss_asked(struct flow *flow, const struct challenge *seen, int64_t now_ms)
{
    size_t in_view = seen ? find(flow, seen) : FLOW_ASKED_MAX;
    for (size_t i = 0; i < FLOW_ASKED_MAX; i++) {
        struct flow_asked *asked = &flow->asked[i];
        if (i == in_view)
            asked->gone_from_ms = FLOW_NEVER;
        else if (asked->gone_from_ms == FLOW_NEVER)
            asked->gone_from_ms = now_ms;

        bool gone = now_ms - asked->gone_from_ms >= FLOW_GONE_MS;
        if (gone || now_ms - asked->at_ms >= FLOW_ASK_AGAIN_MS)
            asked->challenge.kind = PAYLOAD_TEXT;
    }
}

bool flow_was_asked(const struct flow *flow, const struct challenge *found)
{
    return find(flow, found) < FLOW_ASKED_MAX;
}

bool flow_note_asked(struct flow *flow, const struct challenge *found, int64_t now_ms)
{
    for (size_t i = 0; i < FLOW_ASKED_MAX; i++) {
        struct flow_asked *asked = &flow->asked[i];
        if (asked->challenge.kind != PAYLOAD_TEXT)
            continue;
        *asked = (struct flow_asked){
            .challenge = *found, .at_ms = now_ms, .gone_from_ms = FLOW_NEVER};
        return true;
    }
    return false;
}

// Frames that were not looked at meanwhile do not count as frames without it.
void flow_renew_asked(struct flow *flow, int64_t now_ms)
{
    size_t at_hand = find(flow, &flow->challenge);
    if (at_hand < FLOW_ASKED_MAX)
        flow->asked[at_hand].at_ms = now_ms;
    for (size_t i = 0; i < FLOW_ASKED_MAX; i++)
        flow->asked[i].gone_from_ms = FLOW_NEVER;
}
