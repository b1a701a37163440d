// SPDX-License-Identifier: MIT
#include "portal/qr_login/verifier_common.h"

#include <stdio.h>

#include "portal/core/device_journal.h"
#include "portal/core/policy.h"
#include "portal/core/store_hash.h"

static bool find_key(void *userdata, const uint8_t key_id[KEY_ID_SIZE],
                     uint8_t public_key[PUBLIC_KEY_SIZE])
{
    struct device_key key;
    if (!device_keys_find(userdata, key_id, &key))
        return false;
    memcpy(public_key, key.public_key, PUBLIC_KEY_SIZE);
    return true;
}

struct envelope_keys verifier_keys(struct store *store)
{
    return (struct envelope_keys){find_key, store};
}

void incoming_head(const struct incoming *incoming, struct incoming_head *out)
{
    const union statement *s = &incoming->opened.statement;

    switch (incoming->message) {
    case MESSAGE_RESOLVE:
        *out = (struct incoming_head){s->resolve.portal_id, s->resolve.device_id,
                                      s->resolve.key_id, &s->resolve.where, 0};
        break;
    case MESSAGE_ROTATE:
        *out = (struct incoming_head){s->rotate.portal_id, s->rotate.device_id,
                                      s->rotate.key_id, &s->rotate.where, s->rotate.sequence};
        break;
    case MESSAGE_UNPAIR:
        *out = (struct incoming_head){s->unpair.portal_id, s->unpair.device_id,
                                      s->unpair.key_id, &s->unpair.where, s->unpair.sequence};
        break;
    case MESSAGE_ENDSESSION:
        *out = (struct incoming_head){s->endsession.portal_id, s->endsession.device_id,
                                      s->endsession.key_id, &s->endsession.where,
                                      s->endsession.sequence};
        break;
    default:
        *out = (struct incoming_head){s->decision.portal_id, s->decision.device_id,
                                      s->decision.key_id, &s->decision.where,
                                      s->decision.sequence};
        break;
    }
}

enum outcome incoming_open(struct portal *portal, enum message message, struct span envelope,
                           const struct caller *caller, struct incoming *out)
{
    struct store *store = &portal->store;
    const struct envelope_keys keys = verifier_keys(store);
    enum verdict verdict = envelope_open(message, envelope, &keys, &out->opened);
    if (verdict != VERDICT_OK)
        return outcome_of_verdict(verdict);
    out->message = message;
    out->envelope = envelope;
    out->caller = caller;
    if (!store_hash(store, statement_span(&out->opened.body), out->body_hash))
        return OUTCOME_FAULT;
    if (!device_keys_find(store, out->opened.key_id, &out->key) ||
        !devices_find(store, out->key.device_id, &out->device) ||
        !users_by_id(store, out->device.user, &out->user))
        return OUTCOME_UNKNOWN_DEVICE;

    struct incoming_head head;
    incoming_head(out, &head);
    if (memcmp(head.key_id, out->key.key_id, KEY_ID_SIZE) != 0 ||
        memcmp(head.device_id, out->key.device_id, DEVICE_ID_SIZE) != 0)
        return OUTCOME_STATEMENT_MISMATCH;
    return OUTCOME_OK;
}

bool verifier_key_is_over(const struct portal *portal, const struct device_key *key)
{
    int64_t now = portal_wall_s(portal);
    return key->state == KEY_REPLACED || now >= key->not_after ||
           (key->valid_until > 0 && now >= key->valid_until);
}

enum outcome verifier_addressed(const struct portal *portal, enum message message,
                                const uint8_t *portal_id, const struct statement_where *where)
{
    struct statement_where own;
    if (!statement_where_set(&own, portal->base_url, message))
        return OUTCOME_FAULT;
    if (!keys_answering(&portal->keys, portal_id, portal_wall_s(portal)) ||
        strcmp(where->origin, own.origin) != 0 || strcmp(where->target, own.target) != 0)
        return OUTCOME_STATEMENT_MISMATCH;
    return OUTCOME_OK;
}

enum outcome incoming_permitted(struct portal *portal, struct incoming *incoming)
{
    if (!policy_qr_enabled(&portal->store))
        return OUTCOME_QR_DISABLED;
    if (incoming->device.revoked_at > 0)
        return OUTCOME_DEVICE_REVOKED;
    if (verifier_key_is_over(portal, &incoming->key))
        return OUTCOME_KEY_EXPIRED;
    if (!incoming->user.enabled)
        return OUTCOME_ACCOUNT_DISABLED;

    struct incoming_head head;
    incoming_head(incoming, &head);
    enum outcome outcome =
        verifier_addressed(portal, incoming->message, head.portal_id, head.where);
    if (outcome != OUTCOME_OK)
        return outcome;

    if (incoming->key.state == KEY_INCOMING) {
        device_keys_take_over(&portal->store, &incoming->key);
        incoming->key.state = KEY_ACTIVE;
    }

    devices_used(portal, incoming->device.device_id, &incoming->caller->contact);
    return OUTCOME_OK;
}

bool incoming_repeated(struct portal *portal, const struct incoming *incoming,
                       struct answer *out)
{
    struct rows rows;
    rows_open(&rows, &portal->store, "SELECT reply FROM statements WHERE body_hash = ?", "b",
              incoming->body_hash, (size_t)HASH_SIZE);
    bool found = rows_next(&rows);
    if (found) {
        rows_text(&rows, 0, out->envelope, sizeof(out->envelope));
        out->has_envelope = true;
        out->outcome = OUTCOME_OK;
        out->status = 200;
    }
    rows_close(&rows);
    return found;
}

enum outcome incoming_in_sequence(const struct incoming *incoming)
{
    struct incoming_head head;
    incoming_head(incoming, &head);
    return head.sequence <= incoming->device.sequence ? OUTCOME_SEQUENCE_REUSED : OUTCOME_OK;
}

void incoming_accept(struct portal *portal, const struct incoming *incoming,
                     const struct answer *answer)
{
    struct store *store = &portal->store;
    struct incoming_head head;
    incoming_head(incoming, &head);
    char envelope[ENVELOPE_MAX + 1];
    snprintf(envelope, sizeof(envelope), "%.*s", (int)incoming->envelope.n,
             (const char *)incoming->envelope.p);

    int64_t now = portal_wall_s(portal);
    store_run(store, "DELETE FROM statements WHERE received < ?", "i", now - STATEMENTS_KEEP_S);
    store_run(store,
              "INSERT INTO statements (body_hash, kind, device_id, received, envelope, reply) "
              "VALUES (?, ?, ?, ?, ?, ?)",
              "bibitt", incoming->body_hash, (size_t)HASH_SIZE, (int64_t)incoming->message,
              incoming->device.device_id, (size_t)DEVICE_ID_SIZE, now, envelope,
              answer->envelope);
    store_run(store, "UPDATE devices SET sequence = ? WHERE device_id = ?", "ib",
              (int64_t)head.sequence, incoming->device.device_id, (size_t)DEVICE_ID_SIZE);
}

void answer_seal(struct portal *portal, enum message message, const void *statement,
                 const uint8_t portal_id[static PORTAL_ID_SIZE], unsigned status,
                 struct answer *out)
{
    struct statement_body body;
    struct envelope_text envelope;
    const struct portal_key *key =
        keys_answering(&portal->keys, portal_id, portal_wall_s(portal));
    const uint8_t *signer = key ? key->secret_key : NULL;
    enum verdict verdict = statement_encode(message, statement, &body);

    if (!key || verdict != VERDICT_OK ||
        !envelope_seal(message, statement_span(&body), &signer, 1, &envelope)) {
        fprintf(stderr, "qrportal: a %s cannot be written: %s\n", message_name(message),
                verdict == VERDICT_OK ? "not signed" : verdict_word(verdict));
        out->outcome = OUTCOME_FAULT;
        return;
    }

    memcpy(out->envelope, envelope.text, envelope.size + 1);
    out->has_envelope = true;
    out->outcome = OUTCOME_OK;
    out->status = status;
}

void answer_revoked(struct portal *portal, const uint8_t portal_id[static PORTAL_ID_SIZE],
                    const uint8_t device_id[static DEVICE_ID_SIZE],
                    const uint8_t key_id[static KEY_ID_SIZE], struct answer *out)
{
    enum outcome outcome = out->outcome;
    struct device device = {0};
    const struct portal_key *key =
        keys_answering(&portal->keys, portal_id, portal_wall_s(portal));
    if (!key)
        key = &portal->keys.current;
    devices_find(&portal->store, device_id, &device);

    struct statement_revoked revoked = {.revoked_at = (uint64_t)device.revoked_at,
                                        .server_time = (uint64_t)portal_wall_s(portal),
                                        .reason = device.revoked_reason};

    memcpy(revoked.portal_id, key->portal_id, PORTAL_ID_SIZE);
    memcpy(revoked.device_id, device_id, DEVICE_ID_SIZE);
    memcpy(revoked.key_id, key_id, KEY_ID_SIZE);

    answer_seal(portal, MESSAGE_REVOKED, &revoked, key->portal_id, 200, out);
    if (out->outcome == OUTCOME_OK)
        out->outcome = outcome;
}

// The signed revocation of the key that sent this.
static void answer_own_revocation(struct portal *portal, const struct incoming *incoming,
                                  struct answer *out)
{
    struct incoming_head head;
    incoming_head(incoming, &head);
    answer_revoked(portal, head.portal_id, head.device_id, head.key_id, out);
}

void verifier_run(struct portal *portal, enum message message, struct span envelope,
                  const struct caller *caller, struct answer *out, verifier_work *work)
{
    struct incoming incoming = {0};
    *out = (struct answer){0};
    portal_begin(portal);
    out->outcome = incoming_open(portal, message, envelope, caller, &incoming);
    if (out->outcome == OUTCOME_OK)
        out->outcome = work(portal, &incoming, out);
    if (out->outcome == OUTCOME_SEQUENCE_REUSED)
        devices_suspect(portal, incoming.device.device_id);
    if (out->outcome == OUTCOME_DEVICE_REVOKED)
        answer_own_revocation(portal, &incoming, out);
    // Refusals too leave traces: a second device denies, a key takes over, time has run out.
    if (!portal_end(portal, out->outcome != OUTCOME_FAULT))
        *out = (struct answer){.outcome = OUTCOME_FAULT};
    if (out->outcome == OUTCOME_OK) {
        metrics_sign_in(&portal->metrics, out->end);
        notices_tell(portal, &out->notice, caller->language);
    }
}
