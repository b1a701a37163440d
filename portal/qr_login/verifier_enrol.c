// SPDX-License-Identifier: MIT
// Enrol: a device takes the token of a pairing QR (qr-login v1, section 6, step 4), or one that
// was made for a device (6.1), or a kiosk brings the badge of a person (6.2).
#include <stdio.h>

#include "portal/core/device_tokens.h"
#include "portal/core/enrolments.h"
#include "portal/core/policy.h"
#include "portal/core/store_hash.h"
#include "portal/qr_login/verifier_badge.h"
#include "portal/qr_login/verifier_common.h"

// An enrolment as it came.
struct arrival {
    struct envelope_opened opened;
    struct span envelope;
    const struct caller *caller;
};

// What both replies say.
static void begin_reply(struct portal *portal, const struct statement_enrol *enrol,
                        struct statement_enrolled *out)
{
    *out = (struct statement_enrolled){.server_time = (uint64_t)portal_wall_s(portal),
                                       .serial = portal->serial};
    memcpy(out->portal_id, enrol->portal_id, PORTAL_ID_SIZE);
    memcpy(out->echo, enrol->device_nonce, NONCE_SIZE);
    memcpy(out->session_key, enrol->session_key, PUBLIC_KEY_SIZE);
}

static enum outcome answer_pending(struct portal *portal, const struct arrival *arrival,
                                   const struct enrolment *enrolment, struct answer *out)
{
    const struct statement_enrol *enrol = &arrival->opened.statement.enrol;
    struct statement_enrolled enrolled;
    begin_reply(portal, enrol, &enrolled);
    enrolled.state = ENROLLED_PENDING;
    memcpy(enrolled.pairing_code, enrolment->pairing_code, sizeof(enrolled.pairing_code));
    answer_seal(portal, MESSAGE_ENROLLED, &enrolled, enrol->portal_id, 202, out);
    return out->outcome;
}

static enum outcome answer_active(struct portal *portal, const struct arrival *arrival,
                                  const struct device_pairing *pairing, struct answer *out)
{
    const struct statement_enrol *enrol = &arrival->opened.statement.enrol;
    struct statement_enrolled enrolled;
    struct user user;
    struct device_key key;
    if (!users_by_id(&portal->store, pairing->user, &user) ||
        !device_keys_find(&portal->store, pairing->key_id, &key))
        return OUTCOME_FAULT;
    devices_paired(portal, pairing->device_id, &arrival->caller->contact);

    begin_reply(portal, enrol, &enrolled);
    enrolled.state = ENROLLED_ACTIVE;
    enrolled.not_after = (uint64_t)key.not_after;
    memcpy(enrolled.device_id, pairing->device_id, DEVICE_ID_SIZE);
    snprintf(enrolled.account_id, sizeof(enrolled.account_id), "%s", user.account_id);
    snprintf(enrolled.account_name, sizeof(enrolled.account_name), "%s", user.display_name);
    answer_seal(portal, MESSAGE_ENROLLED, &enrolled, enrol->portal_id, 200, out);
    return out->outcome;
}

// A pairing that was made, asked about again.
static enum outcome judge_active(struct portal *portal, const struct arrival *arrival,
                                 const struct device_pairing *pairing, struct answer *out)
{
    struct device device;
    struct user user;
    if (portal_wall_s(portal) - pairing->made_at >= ENROLMENT_ACTIVE_S)
        return OUTCOME_TOKEN_USED;
    if (!devices_find(&portal->store, pairing->device_id, &device) ||
        !users_by_id(&portal->store, pairing->user, &user))
        return OUTCOME_FAULT;
    if (device.revoked_at > 0) {
        out->outcome = OUTCOME_DEVICE_REVOKED;
        answer_revoked(portal, arrival->opened.statement.enrol.portal_id, device.device_id,
                       arrival->opened.key_id, out);
        return out->outcome;
    }
    return user.enabled ? answer_active(portal, arrival, pairing, out)
                        : OUTCOME_ACCOUNT_DISABLED;
}

// The same bytes as before: the present state, or the error they ended with.
static enum outcome judge_repeated(struct portal *portal, const struct arrival *arrival,
                                   const struct enrolment *enrolment, struct answer *out)
{
    struct device_pairing pairing = {.user = enrolment->user, .made_at = enrolment->active_at};

    switch (enrolment->state) {
    case ENROLMENT_REFUSED:
        return OUTCOME_ENROLMENT_REFUSED;
    case ENROLMENT_EXPIRED:
        return OUTCOME_TOKEN_EXPIRED;
    case ENROLMENT_ACTIVE:
        memcpy(pairing.key_id, enrolment->key_id, sizeof(pairing.key_id));
        memcpy(pairing.device_id, enrolment->device_id, sizeof(pairing.device_id));
        return judge_active(portal, arrival, &pairing, out);
    case ENROLMENT_OPEN:
    case ENROLMENT_TAKEN:
        break;
    }

    return answer_pending(portal, arrival, enrolment, out);
}

// A badge: the person types the digits in a browser of his own.
static enum outcome judge_badge(struct portal *portal, const struct arrival *arrival,
                                const uint8_t badge_hash[static HASH_SIZE], struct answer *out)
{
    struct enrolment enrolment;
    enum outcome outcome = verifier_badge_begin(portal, &arrival->opened, arrival->envelope,
                                                badge_hash, &enrolment);
    return outcome == OUTCOME_OK ? answer_pending(portal, arrival, &enrolment, out) : outcome;
}

// A token that was made for a device: nobody is asked, and the device is paired at once.
static enum outcome judge_device_token(struct portal *portal, const struct arrival *arrival,
                                       const uint8_t token_hash[static HASH_SIZE],
                                       struct answer *out)
{
    const struct statement_enrol *enrol = &arrival->opened.statement.enrol;
    struct device_token token;
    struct user user;
    if (!device_tokens_by_token(portal, token_hash, &token))
        return judge_badge(portal, arrival, token_hash, out);

    if (token.state == DEVICE_TOKEN_WITHDRAWN)
        return OUTCOME_ENROLMENT_REFUSED;
    if (token.state == DEVICE_TOKEN_USED)
        return OUTCOME_TOKEN_USED;
    if (token.state == DEVICE_TOKEN_EXPIRED)
        return OUTCOME_TOKEN_EXPIRED;
    if (!users_by_id(&portal->store, token.pairing.user, &user))
        return OUTCOME_FAULT;
    if (!user.enabled)
        return OUTCOME_ACCOUNT_DISABLED;
    if (device_keys_seen(&portal->store, enrol->session_key))
        return OUTCOME_KEY_IN_USE;

    device_keys_add(&portal->store, enrol->session_key, NULL, KEY_PENDING, 0);
    device_tokens_use(portal, &token, &arrival->opened, arrival->envelope);
    out->notice = (struct notice){.kind = NOTICE_DEVICE, .user = user.id};
    snprintf(out->notice.device, sizeof(out->notice.device), "%s", enrol->label);
    return answer_active(portal, arrival, &token.pairing, out);
}

static enum outcome judge_new(struct portal *portal, const struct arrival *arrival,
                              struct answer *out)
{
    const struct statement_enrol *enrol = &arrival->opened.statement.enrol;
    struct enrolment enrolment;
    uint8_t token_hash[HASH_SIZE];

    if (!store_hash(&portal->store, span_of(enrol->token, sizeof(enrol->token)), token_hash))
        return OUTCOME_FAULT;
    if (!enrolments_by_token(portal, token_hash, &enrolment))
        return judge_device_token(portal, arrival, token_hash, out);

    if (enrolment.pairing_code[0] != '\0')
        return OUTCOME_TOKEN_USED;
    if (enrolment.state != ENROLMENT_OPEN)
        return OUTCOME_TOKEN_EXPIRED;
    if (device_keys_seen(&portal->store, enrol->session_key))
        return OUTCOME_KEY_IN_USE;

    device_keys_add(&portal->store, enrol->session_key, NULL, KEY_PENDING, 0);
    memcpy(enrolment.key_id, arrival->opened.key_id, KEY_ID_SIZE);
    enrolments_take(portal, &enrolment, statement_span(&arrival->opened.body),
                    arrival->envelope);
    return answer_pending(portal, arrival, &enrolment, out);
}

static enum outcome enrol(struct portal *portal, struct arrival *arrival, struct answer *out)
{
    const struct statement_enrol *enrol = &arrival->opened.statement.enrol;
    enum verdict verdict =
        envelope_open(MESSAGE_ENROL, arrival->envelope, NULL, &arrival->opened);
    if (verdict != VERDICT_OK)
        return outcome_of_verdict(verdict);

    if (!policy_qr_enabled(&portal->store))
        return OUTCOME_QR_DISABLED;

    enum outcome outcome =
        verifier_addressed(portal, MESSAGE_ENROL, enrol->portal_id, &enrol->where);
    if (outcome != OUTCOME_OK)
        return outcome;

    struct enrolment enrolment;
    struct device_token token;
    uint8_t body_hash[HASH_SIZE];
    if (!store_hash(&portal->store, statement_span(&arrival->opened.body), body_hash))
        return OUTCOME_FAULT;
    if (enrolments_by_body(portal, body_hash, &enrolment))
        return judge_repeated(portal, arrival, &enrolment, out);
    if (device_tokens_by_body(portal, body_hash, &token))
        return judge_active(portal, arrival, &token.pairing, out);
    return judge_new(portal, arrival, out);
}

void verifier_enrol(struct portal *portal, struct span envelope, const struct caller *caller,
                    struct answer *out)
{
    struct arrival arrival = {.envelope = envelope, .caller = caller};
    *out = (struct answer){0};
    portal_begin(portal);
    out->outcome = enrol(portal, &arrival, out);
    if (!portal_end(portal, out->outcome != OUTCOME_FAULT))
        *out = (struct answer){.outcome = OUTCOME_FAULT};
    if (out->outcome == OUTCOME_OK)
        notices_tell(portal, &out->notice, caller->language);
}
