// SPDX-License-Identifier: MIT
#include "portal/core/claims.h"

#include <sodium.h>

#include "portal/core/known_browsers.h"
#include "portal/core/store_hash.h"

static bool is_code(const char *code)
{
    return code && strlen(code) == CODE_DIGITS && strspn(code, "0123456789") == CODE_DIGITS;
}

// State before the form of the code.
static enum outcome judge_state(const struct portal_challenge *challenge)
{
    switch (challenge->state) {
    case CHALLENGE_CREATED:
    case CHALLENGE_RESOLVED:
        return OUTCOME_NOT_APPROVED;
    case CHALLENGE_DENIED:
        return OUTCOME_CHALLENGE_DECIDED;
    case CHALLENGE_EXPIRED:
        return OUTCOME_CHALLENGE_EXPIRED;
    case CHALLENGE_CLAIMED:
        return OUTCOME_CHALLENGE_CLAIMED;
    default:
        return OUTCOME_OK;
    }
}

static enum outcome judge_code(struct portal *portal, struct portal_challenge *challenge,
                               const char *code, int64_t *tries_left)
{
    if (!is_code(code))
        return OUTCOME_MALFORMED;
    if (sodium_memcmp(code, challenge->code, CODE_DIGITS) == 0)
        return OUTCOME_OK;
    *tries_left = --challenge->code_tries_left;
    store_run(&portal->store, "UPDATE challenges SET code_tries_left = ? WHERE id = ?", "ib",
              *tries_left, challenge->id, sizeof(challenge->id));
    if (*tries_left <= 0)
        challenges_finish(portal, challenge, CHALLENGE_DENIED, "wrong-code");
    return OUTCOME_WRONG_CODE;
}

// A known browser shows its mark again: a copied challenge cookie alone is not enough.
static enum outcome judge_mark(struct portal *portal, const struct portal_challenge *challenge,
                               const char *mark_cookie, int64_t *tries_left)
{
    uint8_t hash[TOKEN_HASH_SIZE];
    if (!(challenge->flags & CONTEXT_KNOWN_BROWSER))
        return OUTCOME_OK; // the whole portal asks for no code
    if (store_token_hash(&portal->store, mark_cookie, hash) && challenge->has_mark &&
        sodium_memcmp(hash, challenge->mark_hash, sizeof(hash)) == 0 &&
        known_browsers_known(portal, challenge->user, hash))
        return OUTCOME_OK;
    *tries_left = -1;
    return OUTCOME_WRONG_CODE;
}

static enum outcome judge(struct portal *portal, const struct claim *claim,
                          struct portal_challenge *challenge, struct user *user,
                          int64_t *tries_left)
{
    if (!challenges_by_cookie(portal, claim->challenge_cookie, challenge))
        return OUTCOME_UNKNOWN_CHALLENGE;
    enum outcome outcome = judge_state(challenge);
    if (outcome != OUTCOME_OK)
        return outcome;
    struct device device;
    if (!devices_find(&portal->store, challenge->device_id, &device) || device.revoked_at > 0 ||
        !users_by_id(&portal->store, challenge->user, user) || !user->enabled) {
        challenges_finish(portal, challenge, CHALLENGE_DENIED, "ended");
        return OUTCOME_CHALLENGE_DECIDED;
    }
    if (challenge->code[0])
        return judge_code(portal, challenge, claim->code, tries_left);
    return judge_mark(portal, challenge, claim->mark_cookie, tries_left);
}

enum outcome claims_take(struct portal *portal, const struct claim *claim, struct claimed *out)
{
    struct portal_challenge challenge;
    struct user user;

    *out = (struct claimed){0};
    enum outcome outcome = judge(portal, claim, &challenge, &user, &out->tries_left);
    if (outcome != OUTCOME_OK)
        return outcome;

    challenges_finish(portal, &challenge, CHALLENGE_CLAIMED, "");
    struct signin signin = {.user = user.id,
                            .how = SIGNIN_BY_QR,
                            .has_login = challenge.has_login,
                            .may_mark = challenge.code[0] != '\0'};

    memcpy(signin.login_id, challenge.login_id, LOGIN_ID_SIZE);
    memcpy(signin.device_id, challenge.device_id, DEVICE_ID_SIZE);

    out->otp = user.otp;
    if (user.otp)
        pending_open(portal, &signin, &out->token);
    else
        sessions_open(portal, &signin, &claim->client, &out->token);

    return OUTCOME_OK;
}

static bool attempt_hash(struct portal *portal, const char *attempt,
                         uint8_t out[static HASH_SIZE])
{
    size_t size = strlen(attempt);
    if (size < CLAIM_ATTEMPT_MIN || size > CLAIM_ATTEMPT_MAX)
        return false;
    return store_hash(&portal->store, span_str(attempt), out);
}

void claims_note_attempt(struct portal *portal, const struct claim *claim, const char *attempt)
{
    struct portal_challenge challenge;
    uint8_t hash[HASH_SIZE];
    if (attempt_hash(portal, attempt, hash) &&
        challenges_by_cookie(portal, claim->challenge_cookie, &challenge))
        store_run(&portal->store, "UPDATE challenges SET attempt_hash = ? WHERE id = ?", "bb",
                  hash, sizeof(hash), challenge.id, sizeof(challenge.id));
}

static bool same_attempt(struct portal *portal, const struct portal_challenge *challenge,
                         const char *attempt)
{
    uint8_t hash[HASH_SIZE], noted[HASH_SIZE];
    struct rows rows;
    if (!attempt_hash(portal, attempt, hash))
        return false;
    rows_open(&rows, &portal->store, "SELECT attempt_hash FROM challenges WHERE id = ?", "b",
              challenge->id, sizeof(challenge->id));
    bool found = rows_next(&rows) && rows_blob(&rows, 0, noted, sizeof(noted));
    rows_close(&rows);
    return found && sodium_memcmp(hash, noted, sizeof(hash)) == 0;
}

// What the claim needed, once more; a wrong one is not counted, as nothing is left to guess.
static bool same_proof(struct portal *portal, const struct claim *claim,
                       const struct portal_challenge *challenge)
{
    int64_t tries_left;
    if (challenge->code[0])
        return is_code(claim->code) &&
               sodium_memcmp(claim->code, challenge->code, CODE_DIGITS) == 0;
    return judge_mark(portal, challenge, claim->mark_cookie, &tries_left) == OUTCOME_OK;
}

enum outcome claims_repeat(struct portal *portal, const struct claim *claim,
                           const char *attempt, struct claimed *out)
{
    struct portal_challenge challenge;
    *out = (struct claimed){.again = true};
    if (!challenges_by_cookie(portal, claim->challenge_cookie, &challenge) ||
        challenge.state != CHALLENGE_CLAIMED || !challenge.has_login ||
        portal_boot_ms(portal) >= challenge.expires_boot ||
        !same_attempt(portal, &challenge, attempt) || !same_proof(portal, claim, &challenge))
        return OUTCOME_CHALLENGE_CLAIMED;
    out->otp = pending_renew(portal, challenge.login_id, &out->token);
    return out->otp || sessions_renew(portal, challenge.login_id, &out->token)
               ? OUTCOME_OK
               : OUTCOME_CHALLENGE_CLAIMED;
}
