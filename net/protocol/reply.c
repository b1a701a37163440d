// SPDX-License-Identifier: MIT
#include "net/protocol/reply.h"

// Both sides are arrays of the same size.
#define SAME(a, b) (sizeof(a) == sizeof(b) && memcmp(a, b, sizeof(a)) == 0)

enum verdict reply_check_enrolled(const struct statement_enrol *sent,
                                  const struct statement_enrolled *reply)
{
    if (!SAME(reply->portal_id, sent->portal_id))
        return VERDICT_PORTAL_ID;
    if (!SAME(reply->echo, sent->device_nonce))
        return VERDICT_ECHO;
    if (!SAME(reply->session_key, sent->session_key))
        return VERDICT_SESSION_KEY;
    return VERDICT_OK;
}

enum verdict reply_check_rotated(const struct statement_rotate *sent, struct span body,
                                 const char *account_id, const struct statement_enrolled *reply)
{
    uint8_t hash[HASH_SIZE];
    if (!hash_sha256(body, hash))
        return VERDICT_NOT_JUDGED;
    if (!SAME(reply->portal_id, sent->portal_id))
        return VERDICT_PORTAL_ID;
    if (memcmp(reply->echo, hash, sizeof(reply->echo)) != 0)
        return VERDICT_ECHO;
    if (!SAME(reply->session_key, sent->new_key))
        return VERDICT_SESSION_KEY;
    if (reply->state != ENROLLED_ACTIVE || !SAME(reply->device_id, sent->device_id))
        return VERDICT_DEVICE_ID;
    return strcmp(reply->account_id, account_id) == 0 ? VERDICT_OK : VERDICT_ACCOUNT_ID;
}

enum verdict reply_check_context(const struct statement_resolve *sent, const char *account_id,
                                 const struct statement_context *reply)
{
    if (!SAME(reply->portal_id, sent->portal_id))
        return VERDICT_PORTAL_ID;
    if (!SAME(reply->device_id, sent->device_id))
        return VERDICT_DEVICE_ID;
    if (!SAME(reply->challenge_id, sent->challenge_id))
        return VERDICT_CHALLENGE_ID;
    if (!SAME(reply->request_nonce, sent->request_nonce))
        return VERDICT_REQUEST_NONCE;
    if (strcmp(reply->origin, sent->where.origin) != 0)
        return VERDICT_ORIGIN;
    return strcmp(reply->account_id, account_id) == 0 ? VERDICT_OK : VERDICT_ACCOUNT_ID;
}

static enum verdict check_receipt(const uint8_t portal_id[PORTAL_ID_SIZE],
                                  const uint8_t device_id[DEVICE_ID_SIZE], struct span body,
                                  const struct statement_receipt *reply)
{
    uint8_t hash[HASH_SIZE];
    if (!hash_sha256(body, hash))
        return VERDICT_NOT_JUDGED;
    if (memcmp(reply->portal_id, portal_id, PORTAL_ID_SIZE) != 0)
        return VERDICT_PORTAL_ID;
    if (memcmp(reply->device_id, device_id, DEVICE_ID_SIZE) != 0)
        return VERDICT_DEVICE_ID;
    return SAME(reply->statement_hash, hash) ? VERDICT_OK : VERDICT_STATEMENT_HASH;
}

enum verdict reply_check_receipt(const struct statement_decision *sent, struct span body,
                                 const struct statement_receipt *reply)
{
    enum verdict verdict = check_receipt(sent->portal_id, sent->device_id, body, reply);
    if (verdict != VERDICT_OK)
        return verdict;
    bool approved = reply->result == RECEIPT_APPROVED || reply->result == RECEIPT_PICKUP_CODE;
    bool denied = reply->result == RECEIPT_DENIED;
    return (sent->decision == DECISION_APPROVE ? approved : denied) ? VERDICT_OK
                                                                    : VERDICT_RESULT;
}

enum verdict reply_check_ended(const struct statement_endsession *sent, struct span body,
                               const struct statement_receipt *reply)
{
    enum verdict verdict = check_receipt(sent->portal_id, sent->device_id, body, reply);
    if (verdict != VERDICT_OK)
        return verdict;
    bool over = reply->result == RECEIPT_ENDED || reply->result == RECEIPT_ALREADY_OVER;
    return over && SAME(reply->login_id, sent->login_id) ? VERDICT_OK : VERDICT_RESULT;
}

enum verdict reply_check_revoked(const uint8_t portal_id[static PORTAL_ID_SIZE],
                                 const uint8_t device_id[static DEVICE_ID_SIZE],
                                 const uint8_t key_id[static KEY_ID_SIZE],
                                 const struct statement_revoked *reply)
{
    if (memcmp(reply->portal_id, portal_id, PORTAL_ID_SIZE) != 0)
        return VERDICT_PORTAL_ID;
    if (memcmp(reply->device_id, device_id, DEVICE_ID_SIZE) != 0)
        return VERDICT_DEVICE_ID;
    return memcmp(reply->key_id, key_id, KEY_ID_SIZE) == 0 ? VERDICT_OK : VERDICT_KEY_ID;
}
