// SPDX-License-Identifier: MIT
#include "portal/qr_login/verifier_badge.h"

#include "portal/core/badges.h"

// The kiosk has signed too. It lives, and is one that people stand before: no person's key.
static enum outcome find_kiosk(struct portal *portal, const struct envelope_opened *opened,
                               struct span envelope, uint8_t device_id[static DEVICE_ID_SIZE])
{
    struct store *store = &portal->store;
    const struct envelope_keys keys = verifier_keys(store);
    struct device_key key;
    struct device device;
    struct user user;
    uint8_t key_id[KEY_ID_SIZE];

    enum verdict verdict =
        envelope_second_signer(MESSAGE_ENROL, envelope, opened, &keys, key_id);
    if (verdict == VERDICT_UNKNOWN_KEY)
        return OUTCOME_POLICY_DENIED;
    if (verdict != VERDICT_OK)
        return outcome_of_verdict(verdict);

    if (!device_keys_find(store, key_id, &key) ||
        !devices_find(store, key.device_id, &device) || !users_by_id(store, device.user, &user))
        return OUTCOME_POLICY_DENIED;
    if (device.revoked_at > 0 || verifier_key_is_over(portal, &key) || !user.enabled ||
        !(device.flags & ENROL_KIOSK) || device.badge > 0)
        return OUTCOME_POLICY_DENIED;

    memcpy(device_id, device.device_id, DEVICE_ID_SIZE);
    return OUTCOME_OK;
}

// Whose badge it is, and whether it is good for anything now.
static enum outcome judge_badge(struct portal *portal, const struct badge_record *badge)
{
    struct user user;
    if (badge->state == BADGE_WITHDRAWN)
        return OUTCOME_ENROLMENT_REFUSED;
    if (badge->state == BADGE_EXPIRED)
        return OUTCOME_TOKEN_EXPIRED;
    if (!users_by_id(&portal->store, badge->user, &user))
        return OUTCOME_FAULT;
    return user.enabled ? OUTCOME_OK : OUTCOME_ACCOUNT_DISABLED;
}

enum outcome verifier_badge_begin(struct portal *portal, const struct envelope_opened *opened,
                                  struct span envelope,
                                  const uint8_t badge_hash[static HASH_SIZE],
                                  struct enrolment *out)
{
    const struct statement_enrol *enrol = &opened->statement.enrol;
    struct enrolment begun = {0}, waiting;
    struct badge_record badge;
    if (!badges_by_hash(portal, badge_hash, &badge))
        return OUTCOME_UNKNOWN_TOKEN;

    enum outcome outcome = find_kiosk(portal, opened, envelope, begun.kiosk);
    if (outcome == OUTCOME_OK)
        outcome = judge_badge(portal, &badge);
    if (outcome != OUTCOME_OK)
        return outcome;

    if (!(enrol->flags & ENROL_CAN_VERIFY_USER))
        return OUTCOME_UV_REQUIRED;
    if (device_keys_seen(&portal->store, enrol->session_key))
        return OUTCOME_KEY_IN_USE;
    if (enrolments_waiting_of_badge(portal, badge.number, &waiting) &&
        memcmp(waiting.kiosk, begun.kiosk, sizeof(begun.kiosk)) != 0)
        return OUTCOME_TOKEN_USED;
    if (badges_are_tired(portal, &badge))
        return OUTCOME_RATE_LIMITED;

    begun.user = badge.user;
    begun.badge = badge.number;
    memcpy(begun.key_id, opened->key_id, KEY_ID_SIZE);
    device_keys_add(&portal->store, enrol->session_key, NULL, KEY_PENDING, 0);
    enrolments_begin_first_use(portal, &begun, statement_span(&opened->body), envelope);
    *out = begun;
    return OUTCOME_OK;
}
