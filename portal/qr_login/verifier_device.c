// SPDX-License-Identifier: MIT
// Rotate, endsession and unpair: a device's statements about itself (qr-login v1, 7 and 11).
#include <stdio.h>

#include "portal/core/badges.h"
#include "portal/core/config.h"
#include "portal/core/logins.h"
#include "portal/qr_login/verifier_common.h"

// Steps 2 to 4 of decision, which all statements share. True if there is more to do.
static bool goes_on(struct portal *portal, struct incoming *incoming, struct answer *out,
                    enum outcome *outcome)
{
    *outcome = OUTCOME_OK;
    if (incoming_repeated(portal, incoming, out))
        return false;
    *outcome = incoming_permitted(portal, incoming);
    if (*outcome == OUTCOME_OK)
        *outcome = incoming_in_sequence(incoming);
    return *outcome == OUTCOME_OK;
}

static enum outcome rotate(struct portal *portal, struct incoming *incoming, struct answer *out)
{
    struct store *store = &portal->store;
    const struct statement_rotate *statement = &incoming->opened.statement.rotate;
    enum outcome outcome;
    if (!goes_on(portal, incoming, out, &outcome))
        return outcome;
    if (device_keys_rotating(store, incoming->device.device_id) ||
        device_keys_seen(store, statement->new_key))
        return OUTCOME_KEY_IN_USE;

    int64_t now = portal_wall_s(portal);
    int64_t not_after = badges_end_of_key(portal, incoming->device.badge,
                                          now + config_number(store, CONFIG_TIME_SESSION_KEY));
    device_keys_add(store, statement->new_key, incoming->device.device_id, KEY_INCOMING,
                    not_after);
    device_keys_limit(store, incoming->key.key_id, now + ROTATION_OVERLAP_S);
    devices_rotated(portal, incoming->device.device_id);

    struct statement_enrolled enrolled = {.state = ENROLLED_ACTIVE,
                                          .not_after = (uint64_t)not_after,
                                          .server_time = (uint64_t)now,
                                          .serial = portal->serial};
    memcpy(enrolled.portal_id, statement->portal_id, PORTAL_ID_SIZE);
    memcpy(enrolled.echo, incoming->body_hash, NONCE_SIZE);
    memcpy(enrolled.session_key, statement->new_key, PUBLIC_KEY_SIZE);
    memcpy(enrolled.device_id, incoming->device.device_id, DEVICE_ID_SIZE);
    snprintf(enrolled.account_id, sizeof(enrolled.account_id), "%s", incoming->user.account_id);
    snprintf(enrolled.account_name, sizeof(enrolled.account_name), "%s",
             incoming->user.display_name);
    answer_seal(portal, MESSAGE_ENROLLED, &enrolled, statement->portal_id, 200, out);
    if (out->outcome == OUTCOME_OK)
        incoming_accept(portal, incoming, out);
    return out->outcome;
}

static enum outcome endsession(struct portal *portal, struct incoming *incoming,
                               struct answer *out)
{
    const struct statement_endsession *statement = &incoming->opened.statement.endsession;
    enum outcome outcome;
    if (!goes_on(portal, incoming, out, &outcome))
        return outcome;
    struct login login;
    if (!logins_find(&portal->store, statement->login_id, &login) ||
        memcmp(login.device_id, incoming->device.device_id, DEVICE_ID_SIZE) != 0)
        return OUTCOME_STATEMENT_MISMATCH;

    bool ended = logins_end(&portal->store, login.login_id, portal_boot_ms(portal));
    struct statement_receipt receipt = {.result = ended ? RECEIPT_ENDED : RECEIPT_ALREADY_OVER,
                                        .server_time = (uint64_t)portal_wall_s(portal)};
    memcpy(receipt.portal_id, statement->portal_id, PORTAL_ID_SIZE);
    memcpy(receipt.device_id, incoming->device.device_id, DEVICE_ID_SIZE);
    memcpy(receipt.statement_hash, incoming->body_hash, HASH_SIZE);
    memcpy(receipt.login_id, login.login_id, LOGIN_ID_SIZE);
    answer_seal(portal, MESSAGE_RECEIPT, &receipt, statement->portal_id, 200, out);
    if (out->outcome == OUTCOME_OK)
        incoming_accept(portal, incoming, out);
    return out->outcome;
}

static enum outcome unpair(struct portal *portal, struct incoming *incoming, struct answer *out)
{
    enum outcome outcome;
    if (!goes_on(portal, incoming, out, &outcome))
        return outcome;
    const struct statement_unpair *statement = &incoming->opened.statement.unpair;
    bool sessions = statement->flags & UNPAIR_END_SESSIONS;
    devices_revoke(portal, incoming->device.device_id, REVOKED_BY_DEVICE, sessions);
    answer_revoked(portal, statement->portal_id, statement->device_id, statement->key_id, out);
    if (out->outcome == OUTCOME_OK)
        incoming_accept(portal, incoming, out);
    return out->outcome;
}

void verifier_rotate(struct portal *portal, struct span envelope, const struct caller *caller,
                     struct answer *out)
{
    verifier_run(portal, MESSAGE_ROTATE, envelope, caller, out, rotate);
}

void verifier_endsession(struct portal *portal, struct span envelope,
                         const struct caller *caller, struct answer *out)
{
    verifier_run(portal, MESSAGE_ENDSESSION, envelope, caller, out, endsession);
}

void verifier_unpair(struct portal *portal, struct span envelope, const struct caller *caller,
                     struct answer *out)
{
    verifier_run(portal, MESSAGE_UNPAIR, envelope, caller, out, unpair);
}
