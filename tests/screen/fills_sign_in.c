// SPDX-License-Identifier: MIT
#include "tests/screen/fills.h"

#include <string.h>

#include "tests/screen/samples.h"
#include "ui/text/language.h"

void fill_context(struct flow *flow)
{
    bool russian = strcmp(language_current()->code, "ru") == 0;
    struct net_context *c = &flow->context;

    strcpy(c->origin, "https://portal.example.com");
    strcpy(c->portal_name, "Example");
    strcpy(c->account_name, russian ? "Анна Петрова" : "Anna Petrova");
    strcpy(c->browser, "Chromium, Linux");
    strcpy(c->address, "10.0.0.7");
    strcpy(c->place, russian ? "Казань, Россия" : "Kazan, Russia");
    strcpy(c->last_use, russian ? "2026-11-23 17:40 UTC, Chromium, Linux, Казань, Россия"
                                : "2026-11-23 17:40 UTC, Chromium, Linux, Kazan, Russia");
    c->page_age_s = 12;
    c->expires_in_s = 96;
    c->tells_browser = c->same_network = c->pickup_code_follows = true;
    c->may_report = true;
    flow->ends_ms = 96000;
}

void fill_welcome(struct flow *flow)
{
    flow->state = FLOW_INSTRUCTIONS;
    flow->settings.paired = false;
}

void fill_instructions(struct flow *flow)
{
    flow->state = FLOW_INSTRUCTIONS;
}

void fill_kiosk(struct flow *flow)
{
    flow->state = FLOW_INSTRUCTIONS;
    flow->settings.loop = true;
}

void fill_unpaired_kiosk(struct flow *flow)
{
    fill_kiosk(flow);
    flow->settings.paired = false;
}

void fill_aiming(struct flow *flow)
{
    flow->state = FLOW_AIMING;
}

void fill_camera_gone(struct flow *flow)
{
    flow->state = FLOW_AIMING;
    flow->hint.waiting = FAILURE_CAMERA_GONE;
}

void fill_foreign(struct flow *flow)
{
    flow->state = FLOW_AIMING;
    flow->hint = (struct flow_hint){.another_kind = true, .kind = PAYLOAD_WIFI};
}

void fill_other_portal(struct flow *flow)
{
    flow->state = FLOW_AIMING;
    flow->hint.refused = FAILURE_CHALLENGE_OTHER_PORTAL;
}

void fill_too_far(struct flow *flow)
{
    flow->state = FLOW_AIMING;
    flow->advice.shown = HINT_TOO_FAR;
}

void fill_dazzled(struct flow *flow)
{
    flow->state = FLOW_AIMING;
    flow->advice.shown = HINT_GLARE;
}

void fill_by_hand(struct flow *flow)
{
    flow->state = FLOW_BY_HAND;
}

void fill_wrong_by_hand(struct flow *flow)
{
    flow->state = FLOW_BY_HAND;
    flow->hint = (struct flow_hint){.another_kind = true, .kind = PAYLOAD_TEXT};
}

void fill_unlocking(struct flow *flow)
{
    flow->state = FLOW_UNLOCKING;
}

void fill_wrong_pin(struct flow *flow)
{
    flow->state = FLOW_UNLOCKING;
    flow->pin = (struct flow_pin){.refused = FAILURE_KEY_WAIT, .wait_until_ms = 29000};
}

static void fill_challenge(struct flow *flow)
{
    flow->challenge.kind = PAYLOAD_LOGIN;
    strcpy(flow->challenge.login.origin.text, "https://portal.example.com");
}

void fill_resolving(struct flow *flow)
{
    flow->state = FLOW_RESOLVING;
    fill_challenge(flow);
}

void fill_asking(struct flow *flow)
{
    fill_context(flow);
    flow->state = FLOW_ASKING;
}

void fill_marked(struct flow *flow)
{
    fill_asking(flow);
    flow->context.known_browser = true;
    flow->context.pickup_code_follows = false;
}

void fill_warned(struct flow *flow)
{
    fill_asking(flow);
    flow->context.same_network = false;
    strcpy(flow->context.browser, "Firefox, Windows");
}

void fill_most_warned(struct flow *flow)
{
    bool russian = strcmp(language_current()->code, "ru") == 0;
    fill_warned(flow);
    flow->context.pickup_code_follows = false;
    strcpy(flow->context.place, russian ? "Омск, Россия" : "Omsk, Russia");
}

void fill_untold(struct flow *flow)
{
    fill_asking(flow);
    flow->context.tells_browser = false;
    flow->context.browser[0] = flow->context.address[0] = flow->context.place[0] = '\0';
    flow->context.last_use[0] = '\0';
}

void fill_sending(struct flow *flow)
{
    fill_context(flow);
    flow->state = FLOW_SENDING;
}

void fill_retrying(struct flow *flow)
{
    fill_sending(flow);
    flow->retrying = true;
    flow->fault.failure = FAILURE_NET_UNREACHABLE;
}

void fill_signed_in(struct flow *flow)
{
    fill_context(flow);
    flow->state = FLOW_DONE;
    flow->receipt = (struct net_receipt){.result = NET_RESULT_APPROVED, .may_end = true};
}

void fill_one_time_code(struct flow *flow)
{
    fill_signed_in(flow);
    flow->receipt.otp_follows = true;
}

void fill_pickup_code(struct flow *flow)
{
    fill_one_time_code(flow);
    flow->receipt.result = NET_RESULT_PICKUP_CODE;
    strcpy(flow->receipt.pickup_code, "048213");
    flow->ends_ms = FLOW_PICKUP_MS;
}

void fill_sent(struct flow *flow)
{
    fill_signed_in(flow);
    flow->receipt.result = NET_RESULT_SENT;
    flow->receipt.may_end = false;
}

void fill_key_ends(struct flow *flow)
{
    fill_signed_in(flow);
    flow->receipt.key_ends_soon = true;
}

void fill_renewal_asked(struct flow *flow)
{
    fill_key_ends(flow);
    flow->receipt.renewal_asked = true;
}

void fill_renewing(struct flow *flow)
{
    fill_key_ends(flow);
    flow->state = FLOW_RENEWING;
}

void fill_ending(struct flow *flow)
{
    fill_signed_in(flow);
    flow->state = FLOW_ENDING;
}

void fill_ended(struct flow *flow)
{
    flow->state = FLOW_ENDED;
}

void fill_refused(struct flow *flow)
{
    fill_context(flow);
    flow->state = FLOW_REFUSED;
    flow->answer = NET_DENY_AND_REPORT;
}

void fill_expired(struct flow *flow)
{
    flow->state = FLOW_FAILED;
    flow->fault.failure = FAILURE_CHALLENGE_EXPIRED;
    fill_challenge(flow);
}

void fill_no_camera(struct flow *flow)
{
    flow->state = FLOW_FAILED;
    flow->fault.failure = FAILURE_CAMERA_BUSY;
}

void fill_not_paired(struct flow *flow)
{
    flow->state = FLOW_FAILED;
    flow->fault.failure = FAILURE_PAIRING_NONE;
}

void fill_unreachable(struct flow *flow)
{
    flow->state = FLOW_FAILED;
    flow->fault.failure = FAILURE_NET_UNREACHABLE;
    flow->pairing = true;
    flow->again = FLOW_DO_PAIR_BY_URL;
    strcpy(flow->portal_origin, "https://portal.example.com");
}

void fill_copied(struct flow *flow)
{
    flow->state = FLOW_FAILED;
    flow->fault.failure = FAILURE_PORTAL_SEQUENCE_REUSED;
    fill_challenge(flow);
}

void fill_no_safe_line(struct flow *flow)
{
    flow->state = FLOW_FAILED;
    flow->fault.failure = FAILURE_NET_TLS;
    flow->challenge.kind = PAYLOAD_LOGIN;
    strcpy(flow->challenge.login.origin.text, "https://portal.example.com");
}

void fill_open_answer(struct flow *flow)
{
    bool russian = strcmp(language_current()->code, "ru") == 0;
    flow->state = FLOW_OPEN_ANSWER;
    flow->answer = flow->open.answer.decision = NET_APPROVE;
    strcpy(flow->open.answer.origin, "https://portal.example.com");
    strcpy(flow->open.answer.account_name, russian ? "Анна Петрова" : "Anna Petrova");
    strcpy(flow->open.answer.browser, "Firefox, Windows");
    strcpy(flow->open.answer.place, russian ? "Казань, Россия" : "Kazan, Russia");
    strcpy(flow->open.answer.address, "203.0.113.7");
    flow->open.answer.answered_at = 1795520600; // seconds since 1970
}

void fill_withdrawing(struct flow *flow)
{
    fill_open_answer(flow);
    flow->state = FLOW_WITHDRAWING;
}

void fill_withdrawn(struct flow *flow)
{
    fill_open_answer(flow);
    flow->state = FLOW_WITHDRAWN;
}

void fill_withdrawal_over(struct flow *flow)
{
    fill_withdrawn(flow);
    flow->open.what = NET_WITHDRAWAL_OVER;
}

void fill_withdrawal_unsure(struct flow *flow)
{
    fill_withdrawn(flow);
    flow->open.what = NET_WITHDRAWAL_UNSURE;
}

static void repeat(char *out, const char *piece, size_t times)
{
    for (*out = '\0'; times > 0; times--)
        strcat(out, piece);
}

void sample_fill_longest_question(struct flow *flow)
{
    fill_most_warned(flow);
    struct net_context *c = &flow->context;
    strcpy(c->origin, "https://");
    repeat(c->origin + strlen(c->origin), "very-long-label-of-a-department.", 7);
    strcat(c->origin, "example.com:65535");
    repeat(c->account_name, "Константинополь ", 4);
    repeat(c->browser, "W", 64);
    repeat(c->place, "Длинное", 4);
    strcpy(c->address, "2001:0db8:85a3:0000:0000:8a2e:0370:7334");
    repeat(c->last_use, "давно ", 8);
}

void fill_longest_outcome(struct flow *flow)
{
    sample_fill_longest_question(flow);
    flow->state = FLOW_DONE;
    flow->receipt = (struct net_receipt){.result = NET_RESULT_PICKUP_CODE,
                                         .pickup_code = "000000",
                                         .otp_follows = true,
                                         .may_end = true};
    flow->ends_ms = FLOW_PICKUP_MS;
}

void fill_withdrawal_taken(struct flow *flow)
{
    fill_pickup_code(flow);
    flow->open.what = NET_WITHDRAWAL_TAKEN;
}
