// SPDX-License-Identifier: MIT
#include <jansson.h>

#include "net/protocol/address.h"
#include "ui/terminal/terminal_print.h"
#include "ui/text/json_line.h"
#include "ui/text/language.h"
#include "ui/text/way_out.h"

static bool print_object(FILE *out, json_t *object)
{
    return json_line_print(out, object, JSON_COMPACT);
}

static void add_text(json_t **object, const char *key, const char *text)
{
    if (*text)
        json_line_add(object, key, json_line_text(span_str(text)));
}

static void add_fault(json_t **object, const struct fault *fault)
{
    add_text(object, "code", failure_code(fault->failure));
    add_text(object, "text", _(failure_text(fault->failure)));
    add_text(object, "next", _(failure_next(fault->failure)));
    add_text(object, "way_out", way_out_name(way_out_of(fault->failure)));
    add_text(object, "detail", fault->detail);
}

static void add_warnings(json_t **object, const struct view *view)
{
    json_t *warnings = json_array();
    for (size_t i = 0; i < view->warning_count; i++)
        json_line_append(&warnings, json_line_text(span_str(view->warnings[i])));
    json_line_add(object, "warnings", warnings);
}

// The portal that a pairing is about, before it is one.
static void add_address(json_t **object, const struct flow *flow, const struct view *view)
{
    add_text(object, "origin", flow->portal_origin);
    add_text(object, "address_kind", address_kind_name(address_kind_of(flow->portal_origin)));
    add_warnings(object, view);
}

static json_t *question(const struct net_context *context, const struct view *view)
{
    json_t *object = json_pack(
        "{s:s, s:s, s:b, s:b, s:b, s:b, s:b, s:b, s:I, s:I}", "origin", context->origin,
        "account", context->account_name, "tells_browser", context->tells_browser,
        "known_browser", context->known_browser, "same_network", context->same_network,
        "pickup_code_follows", context->pickup_code_follows, "otp_follows",
        context->otp_follows, "may_report", context->may_report, "page_age_s",
        (json_int_t)context->page_age_s, "expires_in_s", (json_int_t)context->expires_in_s);

    add_text(&object, "portal", context->portal_name);
    add_text(&object, "browser", context->browser);
    add_text(&object, "address", context->address);
    add_text(&object, "place", context->place);
    add_text(&object, "last_use", context->last_use);
    add_text(&object, "note", view->text);
    add_warnings(&object, view);
    return object;
}

static const char *result_name(enum net_result result)
{
    switch (result) {
    case NET_RESULT_APPROVED:
        return "approved";
    case NET_RESULT_PICKUP_CODE:
        return "pickup-code";
    case NET_RESULT_DENIED:
        return "denied";
    case NET_RESULT_SENT:
        return "sent";
    case NET_RESULT_ENDED:
        return "ended";
    }
    return "";
}

static void add_receipt(json_t **object, const struct net_receipt *receipt)
{
    add_text(object, "result", result_name(receipt->result));
    add_text(object, "pickup_code", receipt->pickup_code);
    json_line_add(object, "otp_follows", json_boolean(receipt->otp_follows));
    if (receipt->key_ends_soon)
        json_line_add(object, "key_ends_soon", json_true());
    if (receipt->renewal_asked)
        json_line_add(object, "renewal_asked", json_true());
}

static const char *need_name(enum net_login_need need)
{
    switch (need) {
    case NET_LOGIN_PASSWORD:
        return "password";
    case NET_LOGIN_CAPTCHA:
        return "captcha";
    case NET_LOGIN_OTP:
        return "otp";
    }
    return "";
}

static void add_login(json_t **object, const struct flow *flow, const struct view *view,
                      const char *picture)
{
    add_address(object, flow, view);
    add_text(object, "need", need_name(flow->login.need));
    json_line_add(object, "push_otp", json_boolean(flow->login.push_otp));
    add_text(object, "picture", picture);
    if (flow->login.why != FAILURE_NONE)
        add_fault(object, &(struct fault){.failure = flow->login.why});
}

static void add_open(json_t **object, const struct open_answer *open)
{
    add_text(object, "decision", net_decision_name(open->decision));
    add_text(object, "origin", open->origin);
    add_text(object, "portal", open->portal_name);
    add_text(object, "account", open->account_name);
    add_text(object, "browser", open->browser);
    add_text(object, "address", open->address);
    add_text(object, "place", open->place);
    if (open->answered_at > 0)
        json_line_add(object, "answered_at", json_integer(open->answered_at));
}

static const char *withdrawal_name(enum net_withdrawal what)
{
    switch (what) {
    case NET_WITHDRAWN:
        return "withdrawn";
    case NET_WITHDRAWAL_OVER:
        return "over";
    case NET_WITHDRAWAL_UNSURE:
        return "unsure";
    case NET_WITHDRAWAL_TAKEN:
        return "taken";
    }
    return "";
}

// Of a pairing that was begun before: a no gives it up.
static void add_begun(json_t **object, const struct flow_begun *begun)
{
    if (!begun->at_hand)
        return;
    json_line_add(object, "resumed", json_true());
    add_text(object, "portal", begun->pairing.portal_name);
    add_text(object, "origin", begun->pairing.origin);
    if (begun->pairing.begun_at > 0)
        json_line_add(object, "begun_at", json_integer(begun->pairing.begun_at));
}

static const char *giving_up_name(enum net_giving_up what)
{
    switch (what) {
    case NET_GIVEN_UP:
        return "given-up";
    case NET_GIVEN_UP_UNTYPED:
        return "untyped";
    case NET_GIVEN_UP_UNTOLD:
        return "untold";
    }
    return "";
}

static void add_state(json_t **object, const struct flow *flow, const struct view *view,
                      const struct terminal_extra *extra)
{
    switch (flow->state) {
    case FLOW_ASKING:
        json_line_add(object, "question", question(&flow->context, view));
        json_line_add(object, "person", json_boolean(flow->settings.person));
        add_text(object, "word", extra->word);
        break;
    case FLOW_DONE:
    case FLOW_ENDED:
        add_text(object, "origin", flow->context.origin);
        add_text(object, "account", flow->context.account_name);
        add_receipt(object, &flow->receipt);
        if (flow->open.what == NET_WITHDRAWAL_TAKEN)
            json_line_add(object, "withdrawal", json_string("taken"));
        break;
    case FLOW_FAILED:
        add_fault(object, &flow->fault);
        break;
    case FLOW_OPEN_ANSWER:
        add_open(object, &flow->open.answer);
        break;
    case FLOW_WITHDRAWN:
        add_text(object, "origin", flow->open.answer.origin);
        add_text(object, "account", flow->open.answer.account_name);
        add_text(object, "result", withdrawal_name(flow->open.what));
        break;
    case FLOW_PAIR_ASKING:
        add_address(object, flow, view);
        break;
    case FLOW_CERTIFICATE:
        add_address(object, flow, view);
        add_text(object, "pin", flow->key_pin);
        break;
    case FLOW_LOGIN:
        add_login(object, flow, view, extra->picture);
        break;
    case FLOW_ENROLLING:
        add_begun(object, &flow->begun);
        break;
    case FLOW_TYPING_CODE:
        add_text(object, "pairing_code", flow->pairing_code);
        add_begun(object, &flow->begun);
        break;
    case FLOW_REFUSED:
        if (flow->begun.over)
            add_text(object, "given_up", giving_up_name(flow->begun.what));
        break;
    case FLOW_CONFIRMING:
    case FLOW_PAIRED:
        add_text(object, "portal", flow->portal_name);
        add_text(object, "origin", flow->portal_origin);
        add_text(object, "account", flow->account_name);
        break;
    default:
        break;
    }
}

static bool print_state(FILE *out, const struct flow *flow, const struct view *view,
                        const struct terminal_extra *extra, int64_t now_ms)
{
    json_t *object = json_pack("{s:s, s:s, s:I}", "event", "state", "state",
                               flow_state_name(flow->state), "t_ms", (json_int_t)now_ms);
    add_text(&object, "title", view->title);
    add_state(&object, flow, view, extra);
    return print_object(out, object);
}

static void add_pin_refused(json_t **object, const struct flow *flow, int64_t now_ms)
{
    int64_t wait_ms = flow->pin.wait_until_ms - now_ms;
    add_fault(object, &(struct fault){.failure = flow->pin.refused});
    json_line_add(object, "wait_s", json_integer(wait_ms > 0 ? (wait_ms + 999) / 1000 : 0));
}

static void print_hint(FILE *out, const struct flow *flow, const struct view *view,
                       int64_t now_ms)
{
    const char *event = flow->state == FLOW_UNLOCKING ? "pin-refused"
                        : flow->retrying              ? "retrying"
                                                      : "hint";
    json_t *object = json_pack("{s:s, s:I}", "event", event, "t_ms", (json_int_t)now_ms);

    if (flow->state == FLOW_UNLOCKING) {
        add_pin_refused(&object, flow, now_ms);
        print_object(out, object);
        return;
    }

    if (flow->retrying) {
        add_fault(&object, &flow->fault);
    } else {
        add_text(&object, "text", view->hint);
        if (flow->hint.another_kind)
            add_text(&object, "kind", payload_kind_name(flow->hint.kind));
        if (flow->advice.shown != HINT_NONE)
            add_text(&object, "advice", advice_name(flow->advice.shown));
        if (flow->hint.refused != FAILURE_NONE)
            add_text(&object, "code", failure_code(flow->hint.refused));
    }

    print_object(out, object);
}

// The kind only: a payload may be somebody's secret.
static void print_code(FILE *out, const struct scan_note *note, int64_t now_ms)
{
    print_object(out, json_pack("{s:s, s:s, s:I, s:I, s:I}", "event", "code", "kind",
                                payload_kind_name(note->challenge.kind), "frame",
                                (json_int_t)note->frame, "ms", (json_int_t)note->after_ms,
                                "t_ms", (json_int_t)now_ms));
}

static void print_late(FILE *out, const struct net_receipt *receipt, int64_t now_ms)
{
    json_t *object =
        json_pack("{s:s, s:I}", "event", "late-receipt", "t_ms", (json_int_t)now_ms);
    add_text(&object, "origin", receipt->origin);
    add_text(&object, "account", receipt->account_name);
    add_receipt(&object, receipt);
    print_object(out, object);
}

static void print_left_open(FILE *out, int64_t now_ms)
{
    print_object(out,
                 json_pack("{s:s, s:I}", "event", "left-open", "t_ms", (json_int_t)now_ms));
}

static void print_end(FILE *out, const struct flow *flow, int64_t now_ms)
{
    print_object(out, json_pack("{s:s, s:i, s:I}", "event", "end", "exit", (int)flow->exit,
                                "t_ms", (json_int_t)now_ms));
}

const struct terminal_print terminal_print_json = {
    .state = print_state,
    .hint = print_hint,
    .code = print_code,
    .late = print_late,
    .left_open = print_left_open,
    .end = print_end,
};
