// SPDX-License-Identifier: MIT
#include "net/pairings/signer_rules.h"

#include <sodium.h>
#include <string.h>

#include "net/protocol/bitrix24_binding.h"
#include "net/protocol/challenge.h"
#include "net/protocol/reply.h"

static bool refuse(struct fault *fault, const char *what)
{
    return fault_set(fault, FAILURE_SIGNER_REFUSED, "%s", what);
}

static bool cannot_hash(struct fault *fault)
{
    return fault_set(fault, FAILURE_INTERNAL, "signer: SHA-256");
}

// ---- what is shown ---------------------------------------------------------------------

static bool find_portal_key(void *userdata, const uint8_t key_id[KEY_ID_SIZE],
                            uint8_t public_key[PUBLIC_KEY_SIZE])
{
    const struct portal_facts *facts = userdata;
    const uint8_t *const keys[] = {facts->portal_key, facts->next_key};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        uint8_t id[KEY_ID_SIZE];
        if (sodium_is_zero(keys[i], PUBLIC_KEY_SIZE))
            continue;
        if (!key_id_of(keys[i], id) || memcmp(id, key_id, KEY_ID_SIZE) != 0)
            continue;
        memcpy(public_key, keys[i], PUBLIC_KEY_SIZE);
        return true;
    }
    return false;
}

static bool hold(struct signer_held *held, const struct statement_context *context,
                 struct span body, struct fault *fault)
{
    if (!hash_sha256(body, held->context_hash))
        return cannot_hash(fault);
    held->kind = SIGNER_HOLDS_SHOWN;
    held->answer = MESSAGE_DECISION;
    held->wants_pin = context->flags & CONTEXT_UV_REQUIRED;
    memcpy(held->portal_id, context->portal_id, sizeof(held->portal_id));
    memcpy(held->challenge_id, context->challenge_id, sizeof(held->challenge_id));
    return true;
}

bool signer_hold_context(struct signer_held *held, const struct pairing *record,
                         struct span envelope, struct fault *fault)
{
    struct portal_facts facts = record->portal;
    const struct envelope_keys keys = {find_portal_key, &facts};
    struct envelope_opened opened;
    enum verdict verdict;

    bool asked = held->kind == SIGNER_HOLDS_QUESTION && strcmp(held->id, record->id) == 0;
    held->kind = SIGNER_HOLDS_NOTHING;
    if (!asked)
        return refuse(fault, "a context that was not asked for");
    verdict = envelope_open(MESSAGE_CONTEXT, envelope, &keys, &opened);
    if (verdict != VERDICT_OK)
        return fault_set(fault, verdict_failure(verdict, FAILURE_SIGNER_REFUSED),
                         "the portal's context: %s", verdict_word(verdict));
    if (reply_check_context(&held->question, record->account_id, &opened.statement.context) !=
        VERDICT_OK)
        return refuse(fault, "a context of another question");

    return hold(held, &opened.statement.context, statement_span(&opened.body), fault);
}

bool signer_hold_code(struct signer_held *held, const struct pairing *record, struct span code,
                      struct fault *fault)
{
    struct challenge challenge = {0};
    struct bitrix24_binding binding;
    struct origin origin;

    held->kind = SIGNER_HOLDS_NOTHING;
    if (!record->dialect->has_password || !challenge_read_bitrix24(code, &challenge) ||
        challenge.kind != PAYLOAD_BITRIX24)
        return refuse(fault, "a code that this portal does not show");

    portal_facts_origin(&record->portal, &origin);
    if (!bitrix24_binding_of(origin.text, &challenge.bitrix24, code, &binding))
        return cannot_hash(fault);
    memcpy(held->id, record->id, sizeof(held->id));
    memcpy(held->portal_id, binding.portal_id, sizeof(held->portal_id));
    memcpy(held->challenge_id, binding.challenge_id, sizeof(held->challenge_id));
    memcpy(held->context_hash, binding.context_hash, sizeof(held->context_hash));
    held->answer = MESSAGE_BITRIX24;
    held->wants_pin = false;
    held->kind = SIGNER_HOLDS_SHOWN;
    return true;
}

// ---- what may be signed ----------------------------------------------------------------

// The numbers of a pairing never go back, nor stand still.
static bool count(struct signer_held *held, const struct pairing *record, const char *id,
                  uint64_t sequence, struct fault *fault)
{
    bool same = strcmp(held->counted_id, id) == 0;
    if ((record && sequence <= record->sequence) || (same && sequence <= held->counted))
        return refuse(fault, "a number that was used");
    memcpy(held->counted_id, id, sizeof(held->counted_id));
    held->counted = sequence;
    return true;
}

// One that is given up before it was kept has no record yet.
static bool is_ours(const struct signer_case *about, const struct signer_body *body,
                    const struct statement_where *where,
                    const uint8_t device_id[static DEVICE_ID_SIZE],
                    const uint8_t key_id[static KEY_ID_SIZE], struct fault *fault)
{
    struct origin origin;
    if (about->record && memcmp(device_id, about->record->device_id, DEVICE_ID_SIZE) != 0)
        return refuse(fault, "another device");
    if (about->record) {
        portal_facts_origin(&about->record->portal, &origin);
        if (strcmp(where->origin, origin.text) != 0)
            return refuse(fault, "another portal");
    }
    return memcmp(key_id, body->key_id[0], KEY_ID_SIZE) == 0 || refuse(fault, "another key");
}

// A kiosk vouches for the new key of a person with a badge (section 6.2): at its own portal,
// and never for one of its own keys.
static bool may_vouch(const struct signer_case *about, const struct statement_enrol *enrol,
                      struct fault *fault)
{
    uint8_t portal_id[PORTAL_ID_SIZE], key_id[KEY_ID_SIZE];
    struct origin origin;
    portal_facts_origin(&about->record->portal, &origin);
    if (!portal_id_of(about->record->portal.portal_key, portal_id) ||
        !key_id_of(enrol->session_key, key_id))
        return cannot_hash(fault);

    if (strcmp(enrol->where.origin, origin.text) != 0 ||
        memcmp(enrol->portal_id, portal_id, PORTAL_ID_SIZE) != 0)
        return refuse(fault, "another portal");
    if (!(enrol->flags & ENROL_KIOSK) || !(enrol->flags & ENROL_CAN_VERIFY_USER))
        return refuse(fault, "a pairing that is there already");
    return !secret_keys_find(about->keys, key_id) || refuse(fault, "its own key");
}

static bool may_enrol(const struct signer_case *about, const struct signer_body *body,
                      const struct statement_enrol *enrol, struct fault *fault)
{
    const struct secret_key *key = secret_keys_find(about->keys, body->key_id[0]);
    if (about->record)
        return may_vouch(about, enrol, fault);
    return (key && memcmp(key->public_key, enrol->session_key, PUBLIC_KEY_SIZE) == 0) ||
           refuse(fault, "another key");
}

static bool may_resolve(struct signer_held *held, const struct signer_case *about,
                        const char *id, const struct signer_body *body,
                        const struct statement_resolve *resolve, struct fault *fault)
{
    if (!about->record)
        return refuse(fault, "no such pairing");
    if (!is_ours(about, body, &resolve->where, resolve->device_id, resolve->key_id, fault))
        return false;
    held->kind = SIGNER_HOLDS_QUESTION;
    memcpy(held->id, id, sizeof(held->id));
    held->question = *resolve;
    return true;
}

static bool is_shown(const struct signer_held *held, enum message message, const char *id,
                     const struct statement_decision *decision)
{
    return held->kind == SIGNER_HOLDS_SHOWN && held->answer == message &&
           strcmp(held->id, id) == 0 &&
           memcmp(decision->portal_id, held->portal_id, PORTAL_ID_SIZE) == 0 &&
           memcmp(decision->challenge_id, held->challenge_id, CHALLENGE_ID_SIZE) == 0 &&
           memcmp(decision->context_hash, held->context_hash, HASH_SIZE) == 0;
}

static bool may_decide(struct signer_held *held, const struct signer_case *about,
                       const char *id, const struct signer_body *body,
                       const struct statement_decision *decision, struct fault *fault)
{
    bool shown = is_shown(held, (enum message)body->message, id, decision);
    bool verified = decision->flags & DECISION_USER_VERIFIED;
    bool wants_pin = held->wants_pin && decision->decision == DECISION_APPROVE;

    if (!about->record || !shown)
        return refuse(fault, "an answer to what was not shown");
    if (strcmp(decision->account_id, about->record->account_id) != 0)
        return refuse(fault, "another account");
    if ((verified && !about->unlocked) || (wants_pin && !verified))
        return refuse(fault, "an answer without the PIN");
    if (!is_ours(about, body, &decision->where, decision->device_id, decision->key_id, fault) ||
        !count(held, about->record, id, decision->sequence, fault))
        return false;

    held->kind = SIGNER_HOLDS_NOTHING; // it is answered
    return true;
}

// Signed by the key in use and by the one that follows it.
static bool may_rotate(struct signer_held *held, const struct signer_case *about,
                       const char *id, const struct signer_body *body,
                       const struct statement_rotate *rotate, struct fault *fault)
{
    const struct secret_key *next =
        body->keys == 2 ? secret_keys_find(about->keys, body->key_id[1]) : NULL;
    if (!next || memcmp(next->public_key, rotate->new_key, PUBLIC_KEY_SIZE) != 0)
        return refuse(fault, "a new key that was not made here");
    return is_ours(about, body, &rotate->where, rotate->device_id, rotate->key_id, fault) &&
           count(held, about->record, id, rotate->sequence, fault);
}

static bool judge(struct signer_held *held, const struct signer_case *about, const char *id,
                  const struct signer_body *body, const union statement *said,
                  struct fault *fault)
{
    switch (body->message) {
    case MESSAGE_ENROL:
        return may_enrol(about, body, &said->enrol, fault);
    case MESSAGE_RESOLVE:
        return may_resolve(held, about, id, body, &said->resolve, fault);
    case MESSAGE_DECISION:
    case MESSAGE_BITRIX24:
        return may_decide(held, about, id, body, &said->decision, fault);
    case MESSAGE_ROTATE:
        return may_rotate(held, about, id, body, &said->rotate, fault);
    case MESSAGE_UNPAIR:
        return is_ours(about, body, &said->unpair.where, said->unpair.device_id,
                       said->unpair.key_id, fault) &&
               count(held, about->record, id, said->unpair.sequence, fault);
    case MESSAGE_ENDSESSION:
        return is_ours(about, body, &said->endsession.where, said->endsession.device_id,
                       said->endsession.key_id, fault) &&
               count(held, about->record, id, said->endsession.sequence, fault);
    default: // the portal's own
        return refuse(fault, "no statement of a device");
    }
}

bool signer_may_sign(struct signer_held *held, const struct signer_case *about, const char *id,
                     const struct signer_body *body, struct fault *fault)
{
    union statement said;
    enum message message = (enum message)body->message;
    if (body->keys != (message == MESSAGE_ROTATE ? 2u : 1u))
        return refuse(fault, "the wrong number of keys");
    for (size_t i = 0; i < body->keys; i++)
        if (!secret_keys_find(about->keys, body->key_id[i]))
            return fault_set(fault, FAILURE_PAIRING_DAMAGED, "the key in use is not there");
    if (statement_decode(message, span_of(body->bytes, body->size), &said) != VERDICT_OK)
        return refuse(fault, "what is no statement");
    return judge(held, about, id, body, &said, fault);
}
