// SPDX-License-Identifier: MIT
#include "net/qr_login/sign_in.h"

#include <stdio.h>
#include <stdlib.h>

#include "net/pairings/key_succession.h"
#include "net/pairings/pairing_pin.h"
#include "net/pairings/pairing_secrets.h"
#include "net/protocol/reply.h"
#include "net/qr_login/rotation.h"
#include "net/retry.h"

// Looks the tag up among all pinned keys, and requires the origin where the code has one.
static bool find_pairing(struct sign_in *sign_in, const struct dialect *dialect,
                         struct fault *fault)
{
    struct pairing_store *pairings = sign_in->action->pairings;
    const struct login_challenge *challenge = &sign_in->challenge;

    for (size_t i = 0; pairing_store_get(pairings, i, &sign_in->pairing); i++) {
        struct origin origin;
        if (sign_in->pairing.dialect != dialect ||
            !portal_facts_have_tag(&sign_in->pairing.portal, challenge->tag,
                                   sign_in->portal_id))
            continue;
        portal_facts_origin(&sign_in->pairing.portal, &origin);
        if (challenge->has_origin && strcmp(origin.text, challenge->origin.text) != 0)
            continue;

        pairing_store_reload(pairings, sign_in->pairing.id, &sign_in->pairing, NULL);
        return true;
    }
    return dialect_no_pairing(
        sign_in->action, challenge->has_origin ? challenge->origin.text : "no pinned key fits",
        fault);
}

void sign_in_end(struct sign_in *sign_in)
{
    if (sign_in->open)
        delivery_close(sign_in->open);
    free(sign_in->open);
    portal_link_free(sign_in->link);
}

bool sign_in_begin(struct sign_in *sign_in, const struct net_action *action,
                   const struct dialect *dialect, const struct challenge *challenge,
                   struct fault *fault)
{
    sign_in->action = action;
    sign_in->challenge = challenge->login;
    sign_in->link = portal_link_new(action, &sign_in->pairing, true);
    if (!sign_in->link)
        return fault_set(fault, FAILURE_MEMORY, "sign-in");
    return find_pairing(sign_in, dialect, fault);
}

static bool where(const struct sign_in *sign_in, enum message message,
                  struct statement_where *out, struct fault *fault)
{
    return statement_where_set(out, sign_in->pairing.portal.base_url, message) ||
           fault_set(fault, FAILURE_INTERNAL, "the portal's address is too long");
}

// ---- resolve ---------------------------------------------------------------------------

static bool make_resolve(struct sign_in *sign_in, struct fault *fault)
{
    const struct login_challenge *challenge = &sign_in->challenge;
    struct statement_resolve *ask = &sign_in->asked;
    *ask = (struct statement_resolve){.time = action_wall_s(sign_in->action)};
    memcpy(ask->portal_id, sign_in->portal_id, sizeof(ask->portal_id));
    memcpy(ask->challenge_id, challenge->id, sizeof(ask->challenge_id));
    memcpy(ask->device_id, sign_in->pairing.device_id, sizeof(ask->device_id));
    memcpy(ask->key_id, sign_in->pairing.key[0].id, sizeof(ask->key_id));
    action_random(sign_in->action, ask->request_nonce, sizeof(ask->request_nonce));
    memcpy(ask->frame.bytes, challenge->frame, sizeof(ask->frame.bytes));
    ask->frame.size = challenge->frame_size;
    return where(sign_in, MESSAGE_RESOLVE, &ask->where, fault);
}

static enum verdict check_context(const void *sent, long status,
                                  const struct envelope_opened *reply)
{
    const struct sign_in *sign_in = sent;
    if (status != 200)
        return VERDICT_STATE;
    return reply_check_context(&sign_in->asked, sign_in->pairing.account_id,
                               &reply->statement.context);
}

static bool fail_link(enum link_end end, struct fault *fault)
{
    if (end == LINK_STOPPED)
        return fault_set(fault, FAILURE_INTERRUPTED, "the question was left");
    return false;
}

static void copy_text(char out[static NET_TEXT_MAX + 1], const char *text)
{
    snprintf(out, NET_TEXT_MAX + 1, "%s", text);
}

static void tell_context(const struct sign_in *sign_in, int64_t since_ms,
                         struct net_context *out)
{
    const struct statement_context *context = &sign_in->context;
    int64_t now_ms = action_boot_ms(sign_in->action);
    *out = (struct net_context){
        .page_age_s =
            (int64_t)(context->server_time - context->created) + (now_ms - since_ms) / 1000,
        .expires_in_s = (sign_in->expires_ms - now_ms) / 1000,
        .tells_browser = true,
        .known_browser = context->flags & CONTEXT_KNOWN_BROWSER,
        .same_network = context->flags & CONTEXT_SAME_NETWORK,
        .pickup_code_follows = context->flags & CONTEXT_PICKUP_CODE,
        .otp_follows = context->flags & CONTEXT_TWO_STEP,
        .uv_required = context->flags & CONTEXT_UV_REQUIRED,
        .may_report = context->flags & CONTEXT_MAY_REPORT,
    };

    memcpy(out->origin, context->origin, sizeof(out->origin));
    copy_text(out->portal_name, sign_in->pairing.portal.display_name);
    copy_text(out->account_name, context->account_name);
    copy_text(out->browser, context->agent);
    copy_text(out->address, context->browser_ip);
    copy_text(out->place, context->place);
    copy_text(out->last_use, context->last_use);
}

// Asks once by the key in use.
static bool ask(struct sign_in *sign_in, int64_t since_ms, enum link_end *ended,
                struct fault *fault)
{
    struct statement_body body;
    struct envelope_text envelope;

    *ended = LINK_REFUSED;
    if (!make_resolve(sign_in, fault) ||
        !link_sign(sign_in->link, MESSAGE_RESOLVE, &sign_in->asked, &body, &envelope, fault))
        return false;

    struct link_request request = {
        .message = MESSAGE_RESOLVE,
        .envelope = envelope_span(&envelope),
        .expected = MESSAGE_CONTEXT,
        .until_ms = since_ms + RETRY_WINDOW_MS,
        .check = check_context,
        .sent = sign_in,
    };
    memcpy(request.portal_id, sign_in->portal_id, sizeof(request.portal_id));

    *ended = link_send(sign_in->link, &request, fault);
    return *ended == LINK_ANSWERED;
}

// A rotation whose end is not known here may have left the other key in force.
static bool wants_other_key(const struct sign_in *sign_in, enum link_end ended)
{
    enum problem_code code = sign_in->link->problem.code;
    return ended == LINK_REFUSED && !sign_in->link->revoked &&
           (code == PROBLEM_KEY_EXPIRED || code == PROBLEM_UNKNOWN_DEVICE);
}

static bool ask_by_each_key(struct sign_in *sign_in, int64_t since_ms, struct fault *fault)
{
    struct pairing_store *pairings = sign_in->action->pairings;
    struct pairing *pairing = &sign_in->pairing;
    struct fault second = {0};
    enum link_end ended;

    if (ask(sign_in, since_ms, &ended, fault)) {
        key_succession_settle(pairings, pairing, false);
        return true;
    }

    if (!wants_other_key(sign_in, ended) || !key_succession_try_other(pairing))
        return fail_link(ended, fault);
    if (ask(sign_in, since_ms, &ended, &second)) {
        key_succession_settle(pairings, pairing, true);
        return true;
    }

    key_succession_try_other(pairing); // back: what the first key was told counts
    return ended == LINK_STOPPED ? fail_link(ended, fault) : false;
}

bool sign_in_resolve(struct sign_in *sign_in, struct net_context *out, int64_t *expires_ms,
                     struct fault *fault)
{
    int64_t since_ms = action_boot_ms(sign_in->action);
    if (!ask_by_each_key(sign_in, since_ms, fault))
        return false;

    const struct envelope_opened *reply = &sign_in->link->opened;
    if (!pairing_store_show_context(sign_in->action->pairings, sign_in->pairing.id,
                                    http_reply_body(&sign_in->link->reply), fault))
        return false;
    if (!hash_sha256(statement_span(&reply->body), sign_in->context_hash))
        return fault_set(fault, FAILURE_INTERNAL, "context: SHA-256");
    sign_in->context = reply->statement.context;
    const struct statement_context *context = &sign_in->context;
    sign_in->pairing.portal_time = (int64_t)context->server_time;
    if (!link_heed_serial(sign_in->link, context->serial, fault))
        return false;

    // The reply's rules bound this to 300 s.
    sign_in->expires_ms = since_ms + (int64_t)(context->expires - context->server_time) * 1000;
    if (action_boot_ms(sign_in->action) >= sign_in->expires_ms)
        return fault_set(fault, FAILURE_CHALLENGE_EXPIRED, "before it could be shown");

    tell_context(sign_in, since_ms, out);
    *expires_ms = sign_in->expires_ms;
    return true;
}

// ---- decision --------------------------------------------------------------------------

bool sign_in_fail_delivery(enum delivery_end end, struct fault *fault)
{
    char why[FAULT_DETAIL_MAX];
    snprintf(why, sizeof(why), "%s", fault->detail);

    switch (end) {
    case DELIVERY_NO_ANSWER:
        return fault_set(fault, FAILURE_NET_NO_RECEIPT, "%s", why);
    case DELIVERY_NOT_SENT:
        if (fault->failure == FAILURE_NET_PROXY_PASSWORD ||
            fault->failure == FAILURE_NET_PROXY_REFUSED)
            return false;
        return fault_set(fault, FAILURE_NET_NOT_SENT, "%s", why);
    case DELIVERY_UNSAFE:
        return fault_set(fault, FAILURE_NET_UNSAFE_LATER, "%s", why);
    case DELIVERY_STOPPED:
        return fault_set(fault, FAILURE_INTERRUPTED, "while the answer was on its way");
    default:
        return false;
    }
}

static const char *decision_word(enum net_decision decision)
{
    switch (decision) {
    case NET_APPROVE:
        return "approve";
    case NET_DENY:
        return "deny";
    case NET_DENY_AND_REPORT:
        return "deny and report";
    }
    return "";
}

// Before anything is signed: an answer that the journal cannot hold is not given.
static bool note_decision(const struct sign_in *sign_in, enum net_decision decision,
                          struct fault *fault)
{
    const struct statement_context *context = &sign_in->context;
    const struct journal_field fields[] = {
        {"decision", decision_word(decision)},
        {"user_present", action_presence(sign_in->action)},
        {"browser", context->agent},
        {"address", context->browser_ip},
        {"place", context->place},
        {0},
    };
    return action_note(sign_in->action, "decision", &sign_in->pairing, fields, fault);
}

static bool make_decision(const struct sign_in *sign_in, enum net_decision decision,
                          uint64_t sequence, struct statement_decision *out,
                          struct fault *fault)
{
    static const uint8_t codes[] = {
        [NET_APPROVE] = DECISION_APPROVE,
        [NET_DENY] = DECISION_DENY,
        [NET_DENY_AND_REPORT] = DECISION_DENY_AND_REPORT,
    };

    *out = (struct statement_decision){
        .decision = codes[decision],
        .flags = sign_in->action->user_present ? DECISION_USER_PRESENT : 0,
        .time = action_wall_s(sign_in->action),
        .sequence = sequence,
    };
    if (sign_in->action->user_present && sign_in->action->user_verified)
        out->flags |= DECISION_USER_VERIFIED;

    memcpy(out->portal_id, sign_in->portal_id, sizeof(out->portal_id));
    memcpy(out->challenge_id, sign_in->challenge.id, sizeof(out->challenge_id));
    memcpy(out->context_hash, sign_in->context_hash, sizeof(out->context_hash));
    memcpy(out->device_id, sign_in->pairing.device_id, sizeof(out->device_id));
    memcpy(out->key_id, sign_in->pairing.key[0].id, sizeof(out->key_id));
    memcpy(out->account_id, sign_in->pairing.account_id, sizeof(out->account_id));
    return where(sign_in, MESSAGE_DECISION, &out->where, fault);
}

// What an action that was left has not delivered goes first: one statement at a time. Only a
// rotation is put off.
static bool clear_outbox(struct delivery *delivery, int64_t until_ms, struct fault *fault)
{
    bool was_waiting;
    if (!delivery_drop_rotation(delivery, fault))
        return false;
    if (delivery_holds_untold(delivery))
        return fault_set(fault, FAILURE_ANSWER_OPEN, "%s", delivery->outbox.id);
    enum delivery_end end = delivery_resume(delivery, until_ms, &was_waiting, fault);
    if (end == DELIVERY_STOPPED)
        return sign_in_fail_delivery(end, fault);
    return !delivery->link->revoked;
}

bool sign_in_deliver(struct sign_in *sign_in, struct delivery *delivery,
                     enum net_decision decision, struct fault *fault)
{
    struct statement_decision statement;
    const struct statement_context *context = &sign_in->context;
    struct outbox_about about = {0};

    if (!make_decision(sign_in, decision, delivery_next_sequence(delivery), &statement,
                       fault) ||
        !note_decision(sign_in, decision, fault))
        return false;
    memcpy(about.browser, context->agent, sizeof(about.browser));
    memcpy(about.address, context->browser_ip, sizeof(about.address));
    memcpy(about.place, context->place, sizeof(about.place));
    delivery->about = &about;
    enum delivery_end end =
        delivery_send(delivery, MESSAGE_DECISION, &statement, sign_in->expires_ms,
                      sign_in->expires_ms + RETRY_WINDOW_MS, fault);
    delivery->about = NULL;
    return end == DELIVERY_ANSWERED || sign_in_fail_delivery(end, fault);
}

static bool deliver_decision(struct sign_in *sign_in, struct delivery *delivery,
                             enum net_decision decision, struct fault *fault)
{
    if (!clear_outbox(delivery, sign_in->expires_ms, fault))
        return false;
    if (action_boot_ms(sign_in->action) >= sign_in->expires_ms)
        return fault_set(fault, FAILURE_CHALLENGE_EXPIRED, "before it was answered");
    return sign_in_deliver(sign_in, delivery, decision, fault);
}

// By the portal's time, as the context told it, or because its receipt asked for it.
static bool is_due(const struct sign_in *sign_in)
{
    const struct pairing *pairing = &sign_in->pairing;
    return sign_in->renewal_asked
               ? rotation_is_possible(pairing)
               : rotation_is_due(pairing, (int64_t)sign_in->context.server_time);
}

bool sign_in_decide(struct sign_in *sign_in, enum net_decision decision,
                    struct net_receipt *out, struct fault *fault)
{
    if (decision == NET_APPROVE && (sign_in->context.flags & CONTEXT_UV_REQUIRED) &&
        !sign_in->action->user_verified)
        return fault_set(fault, FAILURE_PORTAL_UV_REQUIRED, "no PIN was entered");

    struct delivery delivery;
    if (!delivery_open(&delivery, sign_in->link, sign_in->expires_ms, fault))
        return false;
    bool ok = deliver_decision(sign_in, &delivery, decision, fault);
    delivery_close(&delivery);
    if (!ok)
        return false;

    const struct statement_receipt *receipt = &sign_in->link->opened.statement.receipt;
    memcpy(sign_in->login_id, receipt->login_id, sizeof(sign_in->login_id));
    sign_in->approved = decision == NET_APPROVE;
    sign_in->renewal_asked = receipt->flags & RECEIPT_RENEW;
    delivery_tell_receipt(receipt, out);
    out->key_ends_soon = pairing_store_has_pin(sign_in->action->pairings) && is_due(sign_in);
    out->renewal_asked = out->key_ends_soon && sign_in->renewal_asked;
    return true;
}

// ---- what comes after a receipt --------------------------------------------------------

bool sign_in_renew(struct sign_in *sign_in, int64_t until_ms, struct fault *fault)
{
    return !is_due(sign_in) || rotation_run(sign_in->link, until_ms, fault);
}

bool sign_in_end_session(struct sign_in *sign_in, struct net_receipt *out, struct fault *fault)
{
    if (!sign_in->approved)
        return fault_set(fault, FAILURE_INTERNAL, "there is no sign-in to end");

    struct delivery delivery;
    struct portal_link *link = sign_in->link;
    int64_t until_ms = action_boot_ms(sign_in->action) + RETRY_WINDOW_MS;
    if (!delivery_open(&delivery, link, until_ms, fault))
        return false;

    if (!delivery_drop_rotation(&delivery, fault)) {
        delivery_close(&delivery);
        return false;
    }

    struct statement_endsession statement = {.time = action_wall_s(sign_in->action),
                                             .sequence = delivery_next_sequence(&delivery)};
    memcpy(statement.device_id, sign_in->pairing.device_id, sizeof(statement.device_id));
    memcpy(statement.key_id, sign_in->pairing.key[0].id, sizeof(statement.key_id));
    memcpy(statement.login_id, sign_in->login_id, sizeof(statement.login_id));

    enum delivery_end end = DELIVERY_FAILED;
    bool named = portal_id_of(sign_in->pairing.portal.portal_key, statement.portal_id) ||
                 fault_set(fault, FAILURE_INTERNAL, "SHA-256");
    if (named && where(sign_in, MESSAGE_ENDSESSION, &statement.where, fault))
        end =
            delivery_send(&delivery, MESSAGE_ENDSESSION, &statement, until_ms, until_ms, fault);
    delivery_close(&delivery);
    if (end != DELIVERY_ANSWERED)
        return sign_in_fail_delivery(end, fault);

    sign_in->approved = false;
    delivery_tell_receipt(&link->opened.statement.receipt, out);
    return true;
}
