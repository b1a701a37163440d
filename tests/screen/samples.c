// SPDX-License-Identifier: MIT
#include "tests/screen/samples.h"

#include <string.h>

#include "ui/language.h"

static void fill_context(struct flow *flow)
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

static void fill_welcome(struct flow *flow)
{
    flow->state = FLOW_INSTRUCTIONS;
    flow->settings.paired = false;
}

static void fill_instructions(struct flow *flow)
{
    flow->state = FLOW_INSTRUCTIONS;
}

static void fill_kiosk(struct flow *flow)
{
    flow->state = FLOW_INSTRUCTIONS;
    flow->settings.loop = true;
}

static void fill_unpaired_kiosk(struct flow *flow)
{
    fill_kiosk(flow);
    flow->settings.paired = false;
}

static void fill_aiming(struct flow *flow)
{
    flow->state = FLOW_AIMING;
}

static void fill_camera_gone(struct flow *flow)
{
    flow->state = FLOW_AIMING;
    flow->hint.waiting = FAILURE_CAMERA_GONE;
}

static void fill_foreign(struct flow *flow)
{
    flow->state = FLOW_AIMING;
    flow->hint = (struct flow_hint){.another_kind = true, .kind = PAYLOAD_WIFI};
}

static void fill_other_portal(struct flow *flow)
{
    flow->state = FLOW_AIMING;
    flow->hint.refused = FAILURE_CHALLENGE_OTHER_PORTAL;
}

static void fill_too_far(struct flow *flow)
{
    flow->state = FLOW_AIMING;
    flow->advice.shown = HINT_TOO_FAR;
}

static void fill_dazzled(struct flow *flow)
{
    flow->state = FLOW_AIMING;
    flow->advice.shown = HINT_GLARE;
}

static void fill_by_hand(struct flow *flow)
{
    flow->state = FLOW_BY_HAND;
}

static void fill_wrong_by_hand(struct flow *flow)
{
    flow->state = FLOW_BY_HAND;
    flow->hint = (struct flow_hint){.another_kind = true, .kind = PAYLOAD_TEXT};
}

static void fill_unlocking(struct flow *flow)
{
    flow->state = FLOW_UNLOCKING;
}

static void fill_wrong_pin(struct flow *flow)
{
    flow->state = FLOW_UNLOCKING;
    flow->pin = (struct flow_pin){.refused = FAILURE_KEY_WAIT, .wait_until_ms = 29000};
}

static void fill_challenge(struct flow *flow)
{
    flow->challenge.kind = PAYLOAD_LOGIN;
    strcpy(flow->challenge.login.origin.text, "https://portal.example.com");
}

static void fill_resolving(struct flow *flow)
{
    flow->state = FLOW_RESOLVING;
    fill_challenge(flow);
}

static void fill_asking(struct flow *flow)
{
    fill_context(flow);
    flow->state = FLOW_ASKING;
}

static void fill_marked(struct flow *flow)
{
    fill_asking(flow);
    flow->context.known_browser = true;
    flow->context.pickup_code_follows = false;
}

static void fill_warned(struct flow *flow)
{
    fill_asking(flow);
    flow->context.same_network = false;
    strcpy(flow->context.browser, "Firefox, Windows");
}

static void fill_most_warned(struct flow *flow)
{
    bool russian = strcmp(language_current()->code, "ru") == 0;
    fill_warned(flow);
    flow->context.pickup_code_follows = false;
    strcpy(flow->context.place, russian ? "Омск, Россия" : "Omsk, Russia");
}

static void fill_untold(struct flow *flow)
{
    fill_asking(flow);
    flow->context.tells_browser = false;
    flow->context.browser[0] = flow->context.address[0] = flow->context.place[0] = '\0';
    flow->context.last_use[0] = '\0';
}

static void fill_sending(struct flow *flow)
{
    fill_context(flow);
    flow->state = FLOW_SENDING;
}

static void fill_retrying(struct flow *flow)
{
    fill_sending(flow);
    flow->retrying = true;
    flow->fault.failure = FAILURE_NET_UNREACHABLE;
}

static void fill_signed_in(struct flow *flow)
{
    fill_context(flow);
    flow->state = FLOW_DONE;
    flow->receipt = (struct net_receipt){.result = NET_RESULT_APPROVED, .may_end = true};
}

static void fill_one_time_code(struct flow *flow)
{
    fill_signed_in(flow);
    flow->receipt.otp_follows = true;
}

static void fill_pickup_code(struct flow *flow)
{
    fill_one_time_code(flow);
    flow->receipt.result = NET_RESULT_PICKUP_CODE;
    strcpy(flow->receipt.pickup_code, "048213");
    flow->ends_ms = FLOW_PICKUP_MS;
}

static void fill_sent(struct flow *flow)
{
    fill_signed_in(flow);
    flow->receipt.result = NET_RESULT_SENT;
    flow->receipt.may_end = false;
}

static void fill_key_ends(struct flow *flow)
{
    fill_signed_in(flow);
    flow->receipt.key_ends_soon = true;
}

static void fill_renewing(struct flow *flow)
{
    fill_key_ends(flow);
    flow->state = FLOW_RENEWING;
}

static void fill_ending(struct flow *flow)
{
    fill_signed_in(flow);
    flow->state = FLOW_ENDING;
}

static void fill_ended(struct flow *flow)
{
    flow->state = FLOW_ENDED;
}

static void fill_refused(struct flow *flow)
{
    fill_context(flow);
    flow->state = FLOW_REFUSED;
    flow->answer = NET_DENY_AND_REPORT;
}

static void fill_expired(struct flow *flow)
{
    flow->state = FLOW_FAILED;
    flow->fault.failure = FAILURE_CHALLENGE_EXPIRED;
    fill_challenge(flow);
}

static void fill_no_camera(struct flow *flow)
{
    flow->state = FLOW_FAILED;
    flow->fault.failure = FAILURE_CAMERA_BUSY;
}

static void fill_not_paired(struct flow *flow)
{
    flow->state = FLOW_FAILED;
    flow->fault.failure = FAILURE_PAIRING_NONE;
}

static void fill_unreachable(struct flow *flow)
{
    flow->state = FLOW_FAILED;
    flow->fault.failure = FAILURE_NET_UNREACHABLE;
    flow->pairing = true;
    flow->again = FLOW_DO_PAIR_BY_URL;
    strcpy(flow->portal_origin, "https://portal.example.com");
}

static void fill_copied(struct flow *flow)
{
    flow->state = FLOW_FAILED;
    flow->fault.failure = FAILURE_PORTAL_SEQUENCE_REUSED;
    fill_challenge(flow);
}

static void fill_no_safe_line(struct flow *flow)
{
    flow->state = FLOW_FAILED;
    flow->fault.failure = FAILURE_NET_TLS;
    flow->challenge.kind = PAYLOAD_LOGIN;
    strcpy(flow->challenge.login.origin.text, "https://portal.example.com");
}

static void fill_open_answer(struct flow *flow)
{
    flow->state = FLOW_OPEN_ANSWER;
    flow->answer = flow->open.answer.decision = NET_APPROVE;
    strcpy(flow->open.answer.origin, "https://portal.example.com");
    strcpy(flow->open.answer.account_name, "Anna Schmidt");
    strcpy(flow->open.answer.browser, "Firefox, Windows");
    strcpy(flow->open.answer.place, "Berlin, DE");
    strcpy(flow->open.answer.address, "203.0.113.7");
    flow->open.answer.answered_at = 1795520600; // seconds since 1970
}

static void fill_withdrawing(struct flow *flow)
{
    fill_open_answer(flow);
    flow->state = FLOW_WITHDRAWING;
}

static void fill_withdrawn(struct flow *flow)
{
    fill_open_answer(flow);
    flow->state = FLOW_WITHDRAWN;
}

static void fill_withdrawal_over(struct flow *flow)
{
    fill_withdrawn(flow);
    flow->open.what = NET_WITHDRAWAL_OVER;
}

static void fill_withdrawal_unsure(struct flow *flow)
{
    fill_withdrawn(flow);
    flow->open.what = NET_WITHDRAWAL_UNSURE;
}

static void fill_pair_asking(struct flow *flow)
{
    flow->state = FLOW_PAIR_ASKING;
    flow->pairing = true;
    strcpy(flow->portal_origin, "https://portal.example.com");
}

static void fill_pair_warned(struct flow *flow)
{
    fill_pair_asking(flow);
    strcpy(flow->portal_origin, "https://[fd12:3456:789a:bcde:123:4567:89ab:cdef]:44443");
}

static void fill_by_address(struct flow *flow)
{
    flow->state = FLOW_BY_ADDRESS;
    flow->pairing = true;
}

static void fill_certificate(struct flow *flow)
{
    flow->state = FLOW_CERTIFICATE;
    flow->pairing = true;
    strcpy(flow->portal_origin, "https://portal.example.com");
    strcpy(flow->key_pin, "sha256//YhKJKSzoTt2b5FP18fvpHo7fJYqQCjAa3HWY3tvRMwE=");
}

static void fill_login(struct flow *flow)
{
    flow->state = FLOW_LOGIN;
    flow->pairing = true;
    strcpy(flow->portal_origin, "https://portal.example.com");
}

static void fill_wrong_password(struct flow *flow)
{
    fill_login(flow);
    flow->login.why = FAILURE_PORTAL_WRONG_PASSWORD;
}

static void fill_captcha(struct flow *flow)
{
    fill_login(flow);
    flow->login.need = NET_LOGIN_CAPTCHA;
}

static void fill_otp(struct flow *flow)
{
    fill_login(flow);
    flow->login.need = NET_LOGIN_OTP;
}

static void fill_push_otp(struct flow *flow)
{
    fill_otp(flow);
    flow->login.push_otp = true;
}

static void fill_typing_code(struct flow *flow)
{
    flow->state = FLOW_TYPING_CODE;
    flow->pairing = true;
    strcpy(flow->portal_origin, "https://portal.example.com");
    strcpy(flow->pairing_code, "731905");
}

static void fill_enrolling(struct flow *flow)
{
    fill_pair_asking(flow);
    flow->state = FLOW_ENROLLING;
}

static void fill_confirming(struct flow *flow)
{
    fill_context(flow);
    flow->state = FLOW_CONFIRMING;
    flow->pairing = true;
    strcpy(flow->portal_origin, "https://portal.example.com");
    strcpy(flow->portal_name, "Example");
    strcpy(flow->account_name, flow->context.account_name);
}

static void fill_keeping(struct flow *flow)
{
    fill_confirming(flow);
    flow->state = FLOW_KEEPING;
}

static void fill_paired(struct flow *flow)
{
    fill_confirming(flow);
    flow->state = FLOW_PAIRED;
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

static void fill_longest_pairing(struct flow *flow)
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

static void fill_resuming(struct flow *flow)
{
    fill_enrolling(flow);
    mark_begun(flow);
}

static void fill_resumed_code(struct flow *flow)
{
    fill_typing_code(flow);
    mark_begun(flow);
}

static void fill_resume_pin(struct flow *flow)
{
    flow->state = FLOW_UNLOCKING;
    mark_begun(flow);
}

static void fill_giving_up(struct flow *flow)
{
    flow->state = FLOW_GIVING_UP;
    flow->pairing = true;
}

static void fill_given_up(struct flow *flow)
{
    flow->state = FLOW_REFUSED;
    flow->pairing = flow->begun.over = true;
    flow->begun.what = NET_GIVEN_UP_UNTOLD;
}

static void fill_longest_outcome(struct flow *flow)
{
    sample_fill_longest_question(flow);
    flow->state = FLOW_DONE;
    flow->receipt = (struct net_receipt){.result = NET_RESULT_PICKUP_CODE,
                                         .pickup_code = "000000",
                                         .otp_follows = true,
                                         .may_end = true};
    flow->ends_ms = FLOW_PICKUP_MS;
}

static void fill_withdrawal_taken(struct flow *flow)
{
    fill_pickup_code(flow);
    flow->open.what = NET_WITHDRAWAL_TAKEN;
}

const struct sample samples[] = {
    {.name = "welcome", .fill = fill_welcome},
    {.name = "instructions", .fill = fill_instructions},
    {.name = "aiming", .fill = fill_aiming},
    {.name = "aiming-found", .fill = fill_aiming, .found = true},
    {.name = "aiming-too-far", .fill = fill_too_far},
    {.name = "aiming-dazzled", .fill = fill_dazzled},
    {.name = "aiming-camera-gone", .fill = fill_camera_gone},
    {.name = "aiming-foreign", .fill = fill_foreign},
    {.name = "aiming-other-portal", .fill = fill_other_portal},
    {.name = "by-hand", .fill = fill_by_hand},
    {.name = "by-hand-wrong", .fill = fill_wrong_by_hand},
    {.name = "pin", .fill = fill_unlocking},
    {.name = "pin-wrong", .fill = fill_wrong_pin},
    {.name = "longest-pin", .fill = fill_wrong_pin, .longest = true},
    {.name = "resolving", .fill = fill_resolving, .shown_ms = 300},
    {.name = "asking", .fill = fill_asking, .shown_ms = 2000},
    {.name = "asking-marked", .fill = fill_marked, .shown_ms = 2000},
    {.name = "asking-most-warned", .fill = fill_most_warned, .shown_ms = 2000},
    {.name = "asking-warned", .fill = fill_warned, .shown_ms = 900},
    {.name = "asking-untold", .fill = fill_untold, .shown_ms = 2000},
    {.name = "sending", .fill = fill_sending, .shown_ms = 300},
    {.name = "retrying", .fill = fill_retrying, .shown_ms = 300},
    {.name = "signed-in", .fill = fill_signed_in},
    {.name = "one-time-code", .fill = fill_one_time_code},
    {.name = "key-ends-soon", .fill = fill_key_ends},
    {.name = "renewing", .fill = fill_renewing, .shown_ms = 300},
    {.name = "pickup-code", .fill = fill_pickup_code, .shown_ms = 23000},
    {.name = "pickup-code-over", .fill = fill_pickup_code, .shown_ms = FLOW_PICKUP_MS},
    {.name = "sent", .fill = fill_sent},
    {.name = "ending", .fill = fill_ending, .shown_ms = 300},
    {.name = "ended", .fill = fill_ended},
    {.name = "refused", .fill = fill_refused},
    {.name = "failed-expired", .fill = fill_expired},
    {.name = "failed-camera", .fill = fill_no_camera},
    {.name = "failed-not-paired", .fill = fill_not_paired},
    {.name = "failed-unreachable", .fill = fill_unreachable},
    {.name = "failed-copied", .fill = fill_copied},
    {.name = "failed-not-safe", .fill = fill_no_safe_line},
    {.name = "open-answer", .fill = fill_open_answer, .shown_ms = 2000},
    {.name = "withdrawing", .fill = fill_withdrawing, .shown_ms = 300},
    {.name = "withdrawn", .fill = fill_withdrawn},
    {.name = "withdrawal-over", .fill = fill_withdrawal_over},
    {.name = "withdrawal-unsure", .fill = fill_withdrawal_unsure},
    {.name = "withdrawal-taken", .fill = fill_withdrawal_taken},
    {.name = "pair-asking", .fill = fill_pair_asking},
    {.name = "pair-warned", .fill = fill_pair_warned},
    {.name = "enrolling", .fill = fill_enrolling, .shown_ms = 300},
    {.name = "by-address", .fill = fill_by_address},
    {.name = "certificate", .fill = fill_certificate},
    {.name = "login", .fill = fill_login},
    {.name = "login-wrong", .fill = fill_wrong_password},
    {.name = "login-captcha", .fill = fill_captcha},
    {.name = "login-otp", .fill = fill_otp},
    {.name = "login-push", .fill = fill_push_otp},
    {.name = "longest-by-address", .fill = fill_by_address, .longest = true},
    {.name = "longest-login", .fill = fill_wrong_password, .longest = true},
    {.name = "pair-code", .fill = fill_typing_code},
    {.name = "pair-resuming", .fill = fill_resuming, .shown_ms = 300},
    {.name = "pair-resumed-code", .fill = fill_resumed_code},
    {.name = "pair-resume-pin", .fill = fill_resume_pin},
    {.name = "pair-giving-up", .fill = fill_giving_up, .shown_ms = 300},
    {.name = "pair-given-up", .fill = fill_given_up},
    {.name = "pair-confirm", .fill = fill_confirming},
    {.name = "keeping", .fill = fill_keeping, .shown_ms = 300},
    {.name = "paired", .fill = fill_paired},
    {.name = "kiosk", .fill = fill_kiosk},
    {.name = "kiosk-unpaired", .fill = fill_unpaired_kiosk},
    {.name = "kiosk-not-ready", .fill = fill_unpaired_kiosk, .not_ready = true},
    {.name = "administrator", .fill = fill_kiosk, .gate = {.at = GATE_ASKS}},
    {.name = "administrator-wrong",
     .fill = fill_kiosk,
     .gate = {.at = GATE_ASKS, .refused = FAILURE_KEY_WRONG_PIN}},
    {.name = "administrator-wait",
     .fill = fill_kiosk,
     .gate = {.at = GATE_ASKS, .refused = FAILURE_KEY_WAIT, .wait_until_ms = 29000}},
    {.name = "administrator-checks", .fill = fill_kiosk, .gate = {.at = GATE_CHECKS}},
    {.name = "administrator-none", .fill = fill_kiosk, .gate = {.at = GATE_REFUSES}},
    {.name = "menu", .fill = fill_instructions, .place = PLACE_MENU},
    {.name = "portals", .fill = fill_instructions, .place = PLACE_PORTALS},
    {.name = "portals-none",
     .fill = fill_instructions,
     .place = PLACE_PORTALS,
     .nothing = true},
    {.name = "portal", .fill = fill_instructions, .place = PLACE_PORTAL},
    {.name = "remove", .fill = fill_instructions, .place = PLACE_REMOVE},
    {.name = "remove-pin", .fill = fill_instructions, .place = PLACE_REMOVE_PIN},
    {.name = "removing", .fill = fill_instructions, .place = PLACE_REMOVING},
    {.name = "removed", .fill = fill_instructions, .place = PLACE_REMOVED},
    {.name = "history", .fill = fill_instructions, .place = PLACE_HISTORY},
    {.name = "history-none",
     .fill = fill_instructions,
     .place = PLACE_HISTORY,
     .nothing = true},
    // As if longest: what it shows changes with each version.
    {.name = "longest-about", .fill = fill_instructions, .longest = true, .place = PLACE_ABOUT},
    {.name = "settings", .fill = fill_instructions, .place = PLACE_SETTINGS},
    {.name = "cameras", .fill = fill_instructions, .place = PLACE_CAMERAS},
    {.name = "cameras-none",
     .fill = fill_instructions,
     .place = PLACE_CAMERAS,
     .nothing = true},
    {.name = "longest-cameras",
     .fill = fill_instructions,
     .longest = true,
     .place = PLACE_CAMERAS},
    {.name = "pin-change", .fill = fill_instructions, .place = PLACE_PIN},
    {.name = "pin-old", .fill = fill_instructions, .place = PLACE_PIN_OLD},
    {.name = "pin-new", .fill = fill_instructions, .place = PLACE_PIN_NEW},
    {.name = "pin-again", .fill = fill_instructions, .place = PLACE_PIN_AGAIN},
    {.name = "pin-working", .fill = fill_instructions, .place = PLACE_PIN_WORKING},
    {.name = "pin-done", .fill = fill_instructions, .place = PLACE_PIN_DONE},
    {.name = "longest-administrator",
     .fill = fill_kiosk,
     .longest = true,
     .gate = {.at = GATE_ASKS, .refused = FAILURE_ADMINISTRATOR_DAMAGED}},
    {.name = "longest-portals",
     .fill = fill_instructions,
     .longest = true,
     .place = PLACE_PORTALS},
    {.name = "longest-portal",
     .fill = fill_instructions,
     .longest = true,
     .place = PLACE_PORTAL},
    {.name = "longest-remove",
     .fill = fill_instructions,
     .longest = true,
     .place = PLACE_REMOVE},
    {.name = "longest-history",
     .fill = fill_instructions,
     .longest = true,
     .place = PLACE_HISTORY},
    {.name = "longest-by-hand", .fill = fill_wrong_by_hand, .longest = true},
    {.name = "longest-question", .fill = sample_fill_longest_question, .longest = true},
    {.name = "longest-pairing", .fill = fill_longest_pairing, .longest = true},
    {.name = "longest-outcome", .fill = fill_longest_outcome, .longest = true},
};
const size_t sample_count = sizeof(samples) / sizeof(samples[0]);

const struct sample_size sample_sizes[] = {
    {.name = "360x720", .width = 360, .height = 720, .scale = 1},
    {.name = "720x1440", .width = 720, .height = 1440, .scale = 2},
    {.name = "1280x800", .width = 1280, .height = 800, .scale = 800 / 720.0f},
};
const size_t sample_size_count = sizeof(sample_sizes) / sizeof(sample_sizes[0]);
