// SPDX-License-Identifier: MIT
#include "net/qr_login/open_sign_in.h"

#include <stdlib.h>

#include "net/retry.h"

// What the stored answer says of its sign-in is what a scan would have said.
static bool take_statement(struct sign_in *sign_in, struct fault *fault)
{
    const struct outbox *outbox = &sign_in->open->outbox;
    struct statement_decision decision;
    if (!outbox->waiting || outbox->statement.message != MESSAGE_DECISION)
        return fault_set(fault, FAILURE_ANSWER_NONE, "%s", outbox->id);
    if (statement_decode_decision(statement_span(&outbox->statement.body), &decision) !=
        VERDICT_OK)
        return fault_set(fault, FAILURE_PAIRING_DAMAGED, "%s.outbox", outbox->id);
    memcpy(sign_in->portal_id, decision.portal_id, sizeof(sign_in->portal_id));
    memcpy(sign_in->challenge.id, decision.challenge_id, sizeof(sign_in->challenge.id));
    sign_in->answered = decision.decision;
    return true;
}

bool open_sign_in_take_up(struct sign_in *sign_in, const struct net_action *action,
                          const char *pairing_id, struct fault *fault)
{

    sign_in->action = action;
    if (!pairing_store_reload(action->pairings, pairing_id, &sign_in->pairing, fault))
        return false;
    struct delivery *delivery = calloc(1, sizeof(*delivery));
    sign_in->link = portal_link_new(action, &sign_in->pairing, true);
    if (!delivery || !sign_in->link) {
        free(delivery);
        return fault_set(fault, FAILURE_MEMORY, "an open answer");
    }
    if (!delivery_open(delivery, sign_in->link, 0, fault)) {
        free(delivery);
        return false;
    }

    sign_in->open = delivery;
    return take_statement(sign_in, fault);
}

// The lock is for the answer, not for what the person does after it.
static void let_go(struct sign_in *sign_in)
{
    delivery_close(sign_in->open);
    free(sign_in->open);
    sign_in->open = NULL;
}

static void take_receipt(struct sign_in *sign_in, struct net_receipt *out)
{
    const struct statement_receipt *receipt = &sign_in->link->opened.statement.receipt;
    delivery_tell_receipt(receipt, out);
    memcpy(sign_in->login_id, receipt->login_id, sizeof(sign_in->login_id));
    sign_in->approved = out->may_end;
}

static bool fetch(struct sign_in *sign_in, struct net_receipt *out, struct fault *fault)
{
    struct delivery *delivery = sign_in->open;
    const struct net_action *action = sign_in->action;
    int64_t until_ms = action_boot_ms(action) + RETRY_WINDOW_MS;
    told_add(action->told, delivery->outbox.id,
             statement_span(&delivery->outbox.statement.body));
    enum delivery_end end = delivery_send_again(delivery, until_ms, fault);
    if (end != DELIVERY_ANSWERED)
        return sign_in_fail_delivery(end, fault);
    take_receipt(sign_in, out);
    return true;
}

bool open_sign_in_send(struct sign_in *sign_in, struct net_receipt *out, struct fault *fault)
{
    bool sent = fetch(sign_in, out, fault);
    let_go(sign_in);
    return sent;
}

// The newest context is the only one that counts, so the old answer can never be taken; the
// denial only ends the waiting.
static bool take_back(struct sign_in *sign_in, struct fault *fault)
{
    if (!outbox_end(&sign_in->open->outbox, fault))
        return false;
    action_note(sign_in->action, "withdrawn", &sign_in->pairing, NULL, NULL);
    struct fault ignored = {0};
    if (sign_in->answered == DECISION_APPROVE)
        sign_in_deliver(sign_in, sign_in->open, NET_DENY, &ignored);
    return true;
}

static bool give_up(struct sign_in *sign_in, const char *why, struct fault *fault)
{
    const struct journal_field fields[] = {{"end", why}, {0}};
    if (!sign_in->link->revoked && !outbox_end(&sign_in->open->outbox, fault))
        return false;
    action_note(sign_in->action, "withdrawn", &sign_in->pairing, fields, NULL);
    return true;
}

// What it means for the answer that the portal does not show the sign-in any more.
static bool judge(struct sign_in *sign_in, const struct fault *why, enum net_withdrawal *what,
                  struct net_receipt *out, struct fault *fault)
{
    switch (why->failure) {
    case FAILURE_CHALLENGE_DECIDED:
    case FAILURE_CHALLENGE_CLAIMED:
        *what = NET_WITHDRAWAL_TAKEN;
        return fetch(sign_in, out, fault);
    case FAILURE_CHALLENGE_EXPIRED:
    case FAILURE_CHALLENGE_TAKEN:
        *what = NET_WITHDRAWAL_OVER;
        return give_up(sign_in, failure_code(why->failure), fault);
    case FAILURE_INTERRUPTED:
    case FAILURE_KEY_LOCKED:
    case FAILURE_SIGNER_LOST: // the portal was not asked
        *fault = *why;
        return false;
    default: // forgotten after a day, or the device revoked: it may have been taken before
        *what = NET_WITHDRAWAL_UNSURE;
        return give_up(sign_in, failure_code(why->failure), fault);
    }
}

bool open_sign_in_withdraw(struct sign_in *sign_in, enum net_withdrawal *what,
                           struct net_receipt *out, struct fault *fault)
{
    struct net_context context;
    struct fault why = {0};
    int64_t expires_ms;
    bool done;
    if (sign_in_resolve(sign_in, &context, &expires_ms, &why)) {
        *what = NET_WITHDRAWN;
        done = take_back(sign_in, fault);
    } else {
        done = judge(sign_in, &why, what, out, fault);
    }
    let_go(sign_in);
    return done;
}
