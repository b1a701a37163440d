// SPDX-License-Identifier: MIT
// The dialect of an unmodified boxed Bitrix24 (docs/bitrix24.md). It tells nothing of the page
// that asks, and nothing is sent before the person has said yes; a no is not sent at all.
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/bitrix24/bitrix24.h"
#include "net/bitrix24/bitrix24_check.h"
#include "net/bitrix24/bitrix24_pairing.h"
#include "net/bitrix24/bitrix24_session.h"
#include "net/delivery.h"
#include "net/pairings/pairing_secrets.h"
#include "net/portal_link.h"
#include "net/protocol/bitrix24_binding.h"
#include "net/protocol/known_text.h"
#include "net/retry.h"

#define QUESTION_MS INT64_C(120000) // the portal sets no time; a person has gone by then

struct sign_in {
    const struct net_action *action;
    struct bitrix24_challenge challenge;
    struct pairing pairing;
    struct bitrix24_session *session;
    struct app_password *password;
    struct portal_link *link; // signs
};

// The portal of the code's unique id; else the one portal whose id is not known yet.
static bool find_pairing(struct sign_in *sign_in, const struct dialect *dialect,
                         struct fault *fault)
{
    struct pairing_store *pairings = sign_in->action->pairings;
    const char *wanted = sign_in->challenge.unique_id;
    size_t unknown = 0;
    struct pairing held;

    for (size_t i = 0; pairing_store_get(pairings, i, &held); i++) {
        if (held.dialect != dialect)
            continue;
        struct bitrix24_facts facts = bitrix24_facts_of(&held);
        if (strcmp(facts.unique_id, wanted) == 0) {
            sign_in->pairing = held;
            return true;
        }
        if (!*facts.unique_id) {
            sign_in->pairing = held;
            unknown++;
        }
    }

    return unknown == 1 || dialect_no_pairing(sign_in->action, wanted, fault);
}

static void end(struct sign_in *sign_in)
{
    portal_link_free(sign_in->link);
    app_password_free(sign_in->password);
    bitrix24_session_free(sign_in->session);
}

static bool begin(struct sign_in *sign_in, const struct net_action *action,
                  const struct dialect *dialect, const struct challenge *challenge,
                  struct fault *fault)
{
    sign_in->action = action;
    sign_in->challenge = challenge->bitrix24;
    sign_in->session = bitrix24_session_new(action, &sign_in->pairing, "qrconfirm");
    sign_in->link = portal_link_new(action, &sign_in->pairing, true);
    if (!sign_in->session || !sign_in->link)
        return fault_set(fault, FAILURE_MEMORY, "sign-in");
    return find_pairing(sign_in, dialect, fault);
}

static bool resolve(struct sign_in *sign_in, struct net_context *out, int64_t *expires_ms,
                    struct fault *fault)
{
    struct origin origin;
    const struct bitrix24_challenge *challenge = &sign_in->challenge;
    if (!pairing_store_show_code(sign_in->action->pairings, sign_in->pairing.id,
                                 span_of(challenge->text, challenge->text_size), fault))
        return false;

    portal_facts_origin(&sign_in->pairing.portal, &origin);
    *out = (struct net_context){.expires_in_s = QUESTION_MS / 1000};
    snprintf(out->origin, sizeof(out->origin), "%s", origin.text);
    snprintf(out->portal_name, sizeof(out->portal_name), "%s",
             sign_in->pairing.portal.display_name);
    snprintf(out->account_name, sizeof(out->account_name), "%s", sign_in->pairing.account_name);
    *expires_ms = action_boot_ms(sign_in->action) + QUESTION_MS;
    return true;
}

static bool note(const struct sign_in *sign_in, const char *event, const char *name,
                 const char *value, struct fault *fault)
{
    const struct journal_field fields[] = {{name, value}, {0}};
    return action_note(sign_in->action, event, &sign_in->pairing, fields, fault);
}

// docs/protocol, section 14. The portal's clock: there is no nonce of the portal's to judge by.
static bool make_statement(struct sign_in *sign_in, uint64_t sequence,
                           struct outbox_statement *out, struct fault *fault)
{
    struct pairing *pairing = &sign_in->pairing;
    const struct bitrix24_challenge *challenge = &sign_in->challenge;
    struct origin origin;
    struct bitrix24_binding binding;
    struct statement_decision statement = {
        .decision = DECISION_APPROVE,
        .flags = DECISION_USER_PRESENT, // else nothing is signed: see decide()
        .time = bitrix24_session_time(sign_in->session),
        .sequence = sequence,
    };

    portal_facts_origin(&pairing->portal, &origin);
    struct span code = span_of(challenge->text, challenge->text_size);
    if (!bitrix24_binding_of(origin.text, challenge, code, &binding))
        return fault_set(fault, FAILURE_INTERNAL, "SHA-256");

    memcpy(statement.portal_id, binding.portal_id, sizeof(statement.portal_id));
    memcpy(statement.challenge_id, binding.challenge_id, sizeof(statement.challenge_id));
    memcpy(statement.context_hash, binding.context_hash, sizeof(statement.context_hash));
    memcpy(statement.device_id, pairing->device_id, sizeof(statement.device_id));
    memcpy(statement.key_id, pairing->key[0].id, sizeof(statement.key_id));
    memcpy(statement.account_id, pairing->account_id, sizeof(statement.account_id));
    memcpy(statement.where.origin, origin.text, sizeof(statement.where.origin));
    snprintf(statement.where.target, sizeof(statement.where.target), "POST %s",
             BITRIX24_PUSH_TOKEN);

    out->message = MESSAGE_BITRIX24;
    out->made_at = (int64_t)action_wall_s(sign_in->action);
    return link_sign(sign_in->link, MESSAGE_BITRIX24, &statement, &out->body, &out->envelope,
                     fault);
}

// Never the same number twice, whatever becomes of this one, and whichever program takes the
// next: the counter is on disk before the statement leaves. The statement itself is not kept,
// as it is not sent again by itself.
static bool sign(struct sign_in *sign_in, struct outbox_statement *out, struct fault *fault)
{
    struct outbox outbox;
    struct pairing *pairing = &sign_in->pairing;
    if (!delivery_take_turn(sign_in->action, &outbox, pairing,
                            action_boot_ms(sign_in->action) + RETRY_WINDOW_MS, fault))
        return false;
    uint64_t sequence = outbox.sequence + 1;
    bool ok = outbox_end(&outbox, fault) && make_statement(sign_in, sequence, out, fault) &&
              outbox_put(&outbox, out, sequence, fault) && outbox_end(&outbox, fault);
    pairing->sequence = outbox.sequence;
    outbox_close(&outbox);
    // The pairing remembers the counter too: the state folder may be lost.
    return ok && pairing_store_save(sign_in->action->pairings, pairing, fault);
}

// The portal took the code, so the id in it is its own.
static void remember(struct sign_in *sign_in)
{
    struct bitrix24_facts facts = bitrix24_facts_of(&sign_in->pairing);
    if (*facts.unique_id)
        return;
    memcpy(facts.unique_id, sign_in->challenge.unique_id, sizeof(facts.unique_id));
    bitrix24_facts_set(&sign_in->pairing, &facts);
    pairing_store_save(sign_in->action->pairings, &sign_in->pairing, NULL);
}

static void heed_new_key(struct sign_in *sign_in)
{
    if (!sign_in->session->key_changed)
        return;
    char pin[PIN_TEXT_MAX + 1];
    pin_text(sign_in->pairing.portal.pins.hash[0], pin);
    note(sign_in, "certificate-changed", "pin", pin, NULL);
    pairing_store_save(sign_in->action->pairings, &sign_in->pairing, NULL);
    sign_in->session->key_changed = false;
}

static bool confirm(struct sign_in *sign_in, struct fault *fault)
{
    struct outbox_statement *statement = malloc(sizeof(*statement));
    if (!statement)
        return fault_set(fault, FAILURE_MEMORY, "statement");

    sign_in->password =
        pairing_store_password(sign_in->action->pairings, sign_in->pairing.id, fault);
    bool ok = sign_in->password && bitrix24_log_in(sign_in->session, sign_in->password, fault);
    heed_new_key(sign_in);

    ok = ok && sign(sign_in, statement, fault) &&
         bitrix24_push_token(sign_in->session, sign_in->password, &sign_in->challenge,
                             statement->envelope.text, fault);
    heed_new_key(sign_in);

    free(statement);
    return ok;
}

static bool decide(struct sign_in *sign_in, enum net_decision decision, struct net_receipt *out,
                   struct fault *fault)
{
    bool approve = decision == NET_APPROVE;
    // Such a portal cannot judge it, so it is judged here.
    if (approve && !sign_in->action->user_present)
        return fault_set(fault, FAILURE_PORTAL_PRESENCE_REQUIRED, "%s",
                         "a Bitrix24 portal cannot tell such an approval from a person's");

    // Before anything is sent: an answer that the journal cannot hold is not given.
    if (!note(sign_in, "decision", "decision", approve ? "approve" : "deny", fault))
        return false;

    if (approve) {
        bool sent = confirm(sign_in, fault);
        note(sign_in, "ended", "end", sent ? "sent" : failure_code(fault->failure), NULL);
        if (!sent)
            return false;
        remember(sign_in);
    }

    *out = (struct net_receipt){.result = approve ? NET_RESULT_SENT : NET_RESULT_DENIED};
    return true;
}

static bool owns(const struct challenge *challenge)
{
    return challenge->kind == PAYLOAD_BITRIX24;
}

// A portal whose unique id is not known yet shows nothing that is.
static void know_codes(const struct pairing *pairing, struct known_codes *out)
{
    struct bitrix24_facts facts = bitrix24_facts_of(pairing);
    if (*facts.unique_id)
        known_text_bitrix24(facts.unique_id, out);
}

static const struct dialect_ops ops = {
    .recognise = challenge_read_bitrix24,
    .owns = owns,
    .size = sizeof(struct sign_in),
    .begin = begin,
    .resolve = resolve,
    .decide = decide,
    .end = end,
    .know_codes = know_codes,
    .check = bitrix24_look,
    .pairing = &bitrix24_pairing_ops,
};

const struct dialect bitrix24_dialect = {
    .name = "bitrix24",
    .has_password = true,
    .read = bitrix24_facts_read,
    .write = bitrix24_facts_write,
    .summarise = bitrix24_summarise,
    .ops = &ops,
};
