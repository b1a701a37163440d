// SPDX-License-Identifier: MIT
#include "tests/screen/fills.h"

#include <string.h>

#include "tests/screen/samples.h"

void fill_pair_asking(struct flow *flow)
{
    flow->state = FLOW_PAIR_ASKING;
    flow->pairing = true;
    strcpy(flow->portal_origin, "https://portal.example.com");
}

void fill_pair_warned(struct flow *flow)
{
    fill_pair_asking(flow);
    strcpy(flow->portal_origin, "https://[fd12:3456:789a:bcde:123:4567:89ab:cdef]:44443");
}

void fill_by_address(struct flow *flow)
{
    flow->state = FLOW_BY_ADDRESS;
    flow->pairing = true;
}

void fill_certificate(struct flow *flow)
{
    flow->state = FLOW_CERTIFICATE;
    flow->pairing = true;
    strcpy(flow->portal_origin, "https://portal.example.com");
    strcpy(flow->key_pin, "sha256//YhKJKSzoTt2b5FP18fvpHo7fJYqQCjAa3HWY3tvRMwE=");
}

void fill_login(struct flow *flow)
{
    flow->state = FLOW_LOGIN;
    flow->pairing = true;
    strcpy(flow->portal_origin, "https://portal.example.com");
}

void fill_wrong_password(struct flow *flow)
{
    fill_login(flow);
    flow->login.why = FAILURE_PORTAL_WRONG_PASSWORD;
}

void fill_captcha(struct flow *flow)
{
    fill_login(flow);
    flow->login.need = NET_LOGIN_CAPTCHA;
}

void fill_otp(struct flow *flow)
{
    fill_login(flow);
    flow->login.need = NET_LOGIN_OTP;
}

void fill_push_otp(struct flow *flow)
{
    fill_otp(flow);
    flow->login.push_otp = true;
}

void fill_typing_code(struct flow *flow)
{
    flow->state = FLOW_TYPING_CODE;
    flow->pairing = true;
    strcpy(flow->portal_origin, "https://portal.example.com");
    strcpy(flow->pairing_code, "731905");
}

void fill_enrolling(struct flow *flow)
{
    fill_pair_asking(flow);
    flow->state = FLOW_ENROLLING;
}

void fill_confirming(struct flow *flow)
{
    fill_context(flow);
    flow->state = FLOW_CONFIRMING;
    flow->pairing = true;
    strcpy(flow->portal_origin, "https://portal.example.com");
    strcpy(flow->portal_name, "Example");
    strcpy(flow->account_name, flow->context.account_name);
}

void fill_keeping(struct flow *flow)
{
    fill_confirming(flow);
    flow->state = FLOW_KEEPING;
}

void fill_paired(struct flow *flow)
{
    fill_confirming(flow);
    flow->state = FLOW_PAIRED;
}

void fill_longest_pairing(struct flow *flow)
{
    sample_fill_longest_question(flow);
    flow->state = FLOW_CONFIRMING;
    flow->pairing = true;
    strcpy(flow->portal_origin, flow->context.origin);
    strcpy(flow->portal_name, flow->context.browser);
    strcpy(flow->account_name, flow->context.account_name);
}

static void mark_begun(struct flow *flow)
{
    flow->begun.at_hand = true;
    flow->begun.pairing.begun_at = 1795520600; // seconds since 1970
    strcpy(flow->begun.pairing.origin, "https://portal.example.com");
}

void fill_resuming(struct flow *flow)
{
    fill_enrolling(flow);
    mark_begun(flow);
}

void fill_resumed_code(struct flow *flow)
{
    fill_typing_code(flow);
    mark_begun(flow);
}

void fill_resume_pin(struct flow *flow)
{
    flow->state = FLOW_UNLOCKING;
    mark_begun(flow);
}

void fill_giving_up(struct flow *flow)
{
    flow->state = FLOW_GIVING_UP;
    flow->pairing = true;
}

void fill_given_up(struct flow *flow)
{
    flow->state = FLOW_REFUSED;
    flow->pairing = flow->begun.over = true;
    flow->begun.what = NET_GIVEN_UP_UNTOLD;
}
