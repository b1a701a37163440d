// SPDX-License-Identifier: MIT
// Enrol: a device takes the token of a pairing QR (qr-login v1, section 6, step 4).
#include <stdio.h>

#include "portal/enrolments.h"
#include "portal/policy.h"
#include "portal/verifier_common.h"

static void answer_enrolled(struct portal *portal, const struct envelope_opened *opened,
                            const struct enrolment *enrolment, struct answer *out)
{
    const struct statement_enrol *enrol = &opened->statement.enrol;
    struct statement_enrolled enrolled = {.state = ENROLLED_PENDING,
                                          .server_time = (uint64_t)portal_wall_s(portal),
                                          .serial = portal->serial};
    memcpy(enrolled.portal_id, enrol->portal_id, PORTAL_ID_SIZE);
    memcpy(enrolled.echo, enrol->device_nonce, NONCE_SIZE);
    memcpy(enrolled.session_key, enrol->session_key, PUBLIC_KEY_SIZE);

    if (enrolment->state == ENROLMENT_TAKEN) {
        memcpy(enrolled.pairing_code, enrolment->pairing_code, sizeof(enrolled.pairing_code));
        answer_seal(portal, MESSAGE_ENROLLED, &enrolled, enrol->portal_id, 202, out);
        return;
    }

    struct user user;
    struct device_key key;
    if (!users_by_id(&portal->store, enrolment->user, &user) ||
        !device_keys_find(&portal->store, enrolment->key_id, &key)) {
        out->outcome = OUTCOME_FAULT;
        return;
    }

    enrolled.state = ENROLLED_ACTIVE;
    enrolled.not_after = (uint64_t)key.not_after;
    memcpy(enrolled.device_id, enrolment->device_id, DEVICE_ID_SIZE);
    snprintf(enrolled.account_id, sizeof(enrolled.account_id), "%s", user.account_id);
    snprintf(enrolled.account_name, sizeof(enrolled.account_name), "%s", user.display_name);

    answer_seal(portal, MESSAGE_ENROLLED, &enrolled, enrol->portal_id, 200, out);
}

// A pairing that was confirmed, asked about again.
static enum outcome judge_active(struct portal *portal, const struct envelope_opened *opened,
                                 const struct enrolment *enrolment, struct answer *out)
{
    struct device device;
    struct user user;
    if (portal_wall_s(portal) - enrolment->active_at >= ENROLMENT_ACTIVE_S)
        return OUTCOME_TOKEN_USED;
    if (!devices_find(&portal->store, enrolment->device_id, &device) ||
        !users_by_id(&portal->store, enrolment->user, &user))
        return OUTCOME_FAULT;
    if (device.revoked_at > 0) {
        out->outcome = OUTCOME_DEVICE_REVOKED;
        answer_revoked(portal, opened->statement.enrol.portal_id, device.device_id,
                       opened->key_id, out);
        return out->outcome;
    }
    return user.enabled ? OUTCOME_OK : OUTCOME_ACCOUNT_DISABLED;
}

// The same bytes as before: the present state, or the error they ended with.
static enum outcome judge_repeated(struct portal *portal, const struct envelope_opened *opened,
                                   const struct enrolment *enrolment, struct answer *out)
{
    enum outcome outcome = OUTCOME_OK;
    if (enrolment->state == ENROLMENT_REFUSED)
        outcome = OUTCOME_ENROLMENT_REFUSED;
    else if (enrolment->state == ENROLMENT_EXPIRED)
        outcome = OUTCOME_TOKEN_EXPIRED;
    else if (enrolment->state == ENROLMENT_ACTIVE)
        outcome = judge_active(portal, opened, enrolment, out);
    if (outcome == OUTCOME_OK) {
        answer_enrolled(portal, opened, enrolment, out);
        outcome = out->outcome;
    }
    return outcome;
}

static enum outcome judge_new(struct portal *portal, const struct envelope_opened *opened,
                              struct span envelope, struct answer *out)
{
    const struct statement_enrol *enrol = &opened->statement.enrol;
    struct enrolment enrolment;
    uint8_t token_hash[HASH_SIZE];

    hash_sha256(span_of(enrol->token, sizeof(enrol->token)), token_hash);
    if (!enrolments_by_token(portal, token_hash, &enrolment))
        return OUTCOME_UNKNOWN_TOKEN;

    if (enrolment.pairing_code[0] != '\0')
        return OUTCOME_TOKEN_USED;
    if (enrolment.state != ENROLMENT_OPEN)
        return OUTCOME_TOKEN_EXPIRED;
    if (device_keys_seen(&portal->store, enrol->session_key))
        return OUTCOME_KEY_IN_USE;

    device_keys_add(&portal->store, enrol->session_key, NULL, KEY_PENDING, 0);
    memcpy(enrolment.key_id, opened->key_id, KEY_ID_SIZE);
    enrolments_take(portal, &enrolment, statement_span(&opened->body), envelope);
    answer_enrolled(portal, opened, &enrolment, out);
    return out->outcome;
}

static enum outcome enrol(struct portal *portal, struct span envelope, struct answer *out)
{
    struct envelope_opened opened;
    enum verdict verdict = envelope_open(MESSAGE_ENROL, envelope, NULL, &opened);
    if (verdict != VERDICT_OK)
        return outcome_of_verdict(verdict);

    if (!policy_qr_enabled(&portal->store))
        return OUTCOME_QR_DISABLED;

    enum outcome outcome = verifier_addressed(
        portal, MESSAGE_ENROL, opened.statement.enrol.portal_id, &opened.statement.enrol.where);
    if (outcome != OUTCOME_OK)
        return outcome;

    struct enrolment enrolment;
    uint8_t body_hash[HASH_SIZE];
    hash_sha256(statement_span(&opened.body), body_hash);
    if (enrolments_by_body(portal, body_hash, &enrolment))
        return judge_repeated(portal, &opened, &enrolment, out);
    return judge_new(portal, &opened, envelope, out);
}

void verifier_enrol(struct portal *portal, struct span envelope, const struct caller *caller,
                    struct answer *out)
{
    (void)caller;
    *out = (struct answer){0};
    portal_begin(portal);
    out->outcome = enrol(portal, envelope, out);
    if (!portal_end(portal, out->outcome != OUTCOME_FAULT))
        *out = (struct answer){.outcome = OUTCOME_FAULT};
}
