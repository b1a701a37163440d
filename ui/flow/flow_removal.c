// SPDX-License-Identifier: MIT
#include "ui/flow/flow_removal.h"

// What the network thread takes up as an action of its own, or leaves.
#define OTHER_ACTIONS                                                                          \
    (FLOW_DO_CANCEL | FLOW_DO_RESOLVE | FLOW_DO_PAIR | FLOW_DO_PAIR_BY_URL | FLOW_DO_RENEW |   \
     FLOW_DO_SEND_OPEN | FLOW_DO_WITHDRAW | FLOW_DO_RESUME_PAIRING | FLOW_DO_GIVE_UP_PAIRING)

unsigned flow_take_remove(struct flow *flow, const struct flow_event *event)
{
    struct flow_removal *removal = &flow->removal;
    if (!flow_may_remove(flow))
        return 0;
    memcpy(removal->pairing_id, event->remove.pairing_id, sizeof(removal->pairing_id));
    removal->under_way = true;
    removal->unlocking = event->remove.with_pin;
    return removal->unlocking ? 0 : FLOW_DO_REMOVE;
}

static void end(struct flow_removal *removal, bool portal_told, const struct fault *fault)
{
    removal->under_way = removal->unlocking = false;
    removal->count++;
    removal->portal_told = portal_told;
    removal->fault = fault ? *fault : (struct fault){0};
}

bool flow_take_removal_event(struct flow *flow, const struct net_event *net, unsigned *todo)
{
    struct flow_removal *removal = &flow->removal;
    *todo = 0;
    if (!removal->under_way)
        return false;

    switch (net->kind) {
    case NET_EVENT_UNLOCKED:
        if (!removal->unlocking)
            return false;
        removal->unlocking = false;
        *todo = FLOW_DO_REMOVE;
        return true;
    case NET_EVENT_LOCKED:
        if (!removal->unlocking)
            return false;
        end(removal, false, &net->locked.fault);
        return true;
    case NET_EVENT_UNPAIRED:
        end(removal, net->unpaired.portal_told, NULL);
        return true;
    case NET_EVENT_FAILED:
        end(removal, false, &net->fault);
        return true;
    default:
        return false;
    }
}

unsigned flow_leave_removal(struct flow *flow, unsigned todo)
{
    struct flow_removal *removal = &flow->removal;
    bool asks_pin = removal->under_way && removal->unlocking && flow->state == FLOW_UNLOCKING;
    if (asks_pin || (todo & OTHER_ACTIONS))
        removal->under_way = removal->unlocking = false;
    return asks_pin ? todo | FLOW_DO_CANCEL : todo;
}
