// SPDX-License-Identifier: MIT
// A kiosk to which people come with badges.
#include "tests/screen/fills.h"

#include <string.h>

static void fill_visit(struct flow *flow, enum flow_state state)
{
    flow->state = state;
    flow->settings.loop = flow->settings.badges = true;
    flow->visit = (struct flow_visit){.on = true, .first = true};
    strcpy(flow->portal_origin, "https://portal.example.com");
}

void fill_badge_kiosk(struct flow *flow)
{
    flow->state = FLOW_INSTRUCTIONS;
    flow->settings.loop = flow->settings.badges = true;
}

void fill_badge_aiming(struct flow *flow)
{
    fill_badge_kiosk(flow);
    flow->state = FLOW_AIMING;
}

void fill_badge_wanted(struct flow *flow)
{
    fill_badge_aiming(flow);
    flow->visit.has_code = true;
}

void fill_badge_of_another(struct flow *flow)
{
    fill_badge_aiming(flow);
    flow->hint.refused = FAILURE_BADGE_OTHER_PORTAL;
}

void fill_badge_pin(struct flow *flow)
{
    fill_visit(flow, FLOW_UNLOCKING);
}

void fill_badge_pin_wrong(struct flow *flow)
{
    fill_visit(flow, FLOW_UNLOCKING);
    flow->visit.known = true;
    flow->pin.refused = FAILURE_KEY_WRONG_PIN;
}

void fill_badge_pin_new(struct flow *flow)
{
    fill_visit(flow, FLOW_UNLOCKING);
    flow->visit.anew = flow->visit.differed = true;
}

void fill_badge_pin_again(struct flow *flow)
{
    fill_visit(flow, FLOW_PIN_AGAIN);
}

void fill_badge_full(struct flow *flow)
{
    fill_visit(flow, FLOW_PIN_AGAIN);
    flow->settings.full = true;
}

void fill_badge_code(struct flow *flow)
{
    fill_visit(flow, FLOW_TYPING_CODE);
    strcpy(flow->pairing_code, "731905");
}

void fill_badge_confirming(struct flow *flow)
{
    fill_confirming(flow);
    flow->pairing = false;
    fill_visit(flow, FLOW_CONFIRMING);
}

void fill_badge_known(struct flow *flow)
{
    fill_badge_confirming(flow);
    flow->state = FLOW_PAIRED;
}

void fill_badge_given_up(struct flow *flow)
{
    fill_visit(flow, FLOW_REFUSED);
    flow->begun.over = true;
    flow->begun.what = NET_GIVEN_UP;
}

void fill_badge_ended(struct flow *flow)
{
    fill_visit(flow, FLOW_FAILED);
    flow->fault.failure = FAILURE_BADGE_ENDED;
}

void fill_badge_wrong_pins(struct flow *flow)
{
    fill_visit(flow, FLOW_FAILED);
    flow->fault.failure = FAILURE_BADGE_WRONG_PINS;
}
