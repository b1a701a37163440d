// SPDX-License-Identifier: MIT
#include "portal/bitrix24/statement.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/shortage.h"
#include "net/protocol/bitrix24_binding.h"

#define TARGET_ACTION "?action=main.qrcodeauth.pushToken"

bool bitrix24_statement_key_add(struct store *store, int64_t user,
                                const uint8_t key[static PUBLIC_KEY_SIZE])
{
    uint8_t id[KEY_ID_SIZE];
    if (!key_id_of(key, id)) {
        store_give_up(store, "the id of a key");
        return true; // nobody else's
    }
    int64_t owner = store_number(
        store, user, "SELECT user FROM statement_keys WHERE key_id = ?", "b", id, sizeof(id));
    if (owner != user)
        return false;
    store_run(store,
              "INSERT INTO statement_keys (key_id, public_key, user) VALUES (?, ?, ?) "
              "ON CONFLICT DO NOTHING",
              "bbi", id, sizeof(id), key, (size_t)PUBLIC_KEY_SIZE, user);
    return true;
}

static bool find_key(void *userdata, const uint8_t key_id[KEY_ID_SIZE],
                     uint8_t public_key[PUBLIC_KEY_SIZE])
{
    struct rows rows;
    rows_open(&rows, userdata, "SELECT public_key FROM statement_keys WHERE key_id = ?", "b",
              key_id, (size_t)KEY_ID_SIZE);
    bool found = rows_next(&rows) && rows_blob(&rows, 0, public_key, PUBLIC_KEY_SIZE);
    rows_close(&rows);
    return found;
}

// Reads the field and verifies its signature. False if it is missing or bad.
static bool open_field(struct portal *portal, const struct request *request,
                       struct envelope_opened *out)
{
    const struct envelope_keys keys = {find_key, &portal->store};
    size_t size = REQUEST_BODY_MAX + 1;
    char *field = shortage_malloc(size);
    if (!field)
        return false;
    enum verdict verdict = VERDICT_SIGNATURES;
    if (request_form_sized(request, "statement", field, size) && field[0])
        verdict = envelope_open(MESSAGE_BITRIX24, span_str(field), &keys, out);
    free(field);
    if (!verdict_is_judged(verdict))
        store_give_up(&portal->store, "a verdict");
    return verdict == VERDICT_OK;
}

// Is it about this portal, this code, this call and this account?
static bool fits(struct portal *portal, const struct bitrix24_statement_call *call,
                 const struct statement_decision *decision)
{
    struct bitrix24_challenge challenge = {0};
    struct bitrix24_binding binding;
    char unique[BITRIX24_UNIQUE_ID + 1], account[24];
    char target[STATEMENT_TARGET_MAX + 1];

    bitrix24_unique_id(portal, unique);
    if (strcmp(call->unique, unique) != 0 || strlen(call->tag) > BITRIX24_CHANNEL_MAX)
        return false;

    snprintf(challenge.unique_id, sizeof(challenge.unique_id), "%s", unique);
    snprintf(challenge.channel_tag, sizeof(challenge.channel_tag), "%s", call->tag);
    if (!bitrix24_binding_of(portal->origin, &challenge, span_str(""), &binding)) {
        store_give_up(&portal->store, "SHA-256");
        return false;
    }
    snprintf(account, sizeof(account), "%lld", (long long)call->asked->visit.session.user.id);
    snprintf(target, sizeof(target), "POST %s" BITRIX24_AJAX TARGET_ACTION, portal->path);

    return sodium_memcmp(decision->portal_id, binding.portal_id, PORTAL_ID_SIZE) == 0 &&
           sodium_memcmp(decision->challenge_id, binding.challenge_id, CHALLENGE_ID_SIZE) ==
               0 &&
           decision->decision == DECISION_APPROVE &&
           ((decision->flags & DECISION_USER_PRESENT) ||
            !config_switch(&portal->store, CONFIG_PRESENCE)) &&
           strcmp(decision->account_id, account) == 0 &&
           strcmp(decision->where.origin, portal->origin) == 0 &&
           strcmp(decision->where.target, target) == 0;
}

// The key is one of this user's, and its sequence number has risen.
static bool take_sequence(struct store *store, const struct envelope_opened *opened,
                          int64_t user)
{
    // The store's numbers have a sign: the upper half of 64 bits is below zero there.
    int64_t sequence = (int64_t)opened->statement.decision.sequence;
    return store_run(store,
                     "UPDATE statement_keys SET sequence = ? "
                     "WHERE key_id = ? AND user = ? AND (sequence < 0, sequence) < (? < 0, ?)",
                     "ibiii", sequence, opened->key_id, (size_t)KEY_ID_SIZE, user, sequence,
                     sequence) == 1;
}

static const char is_about_another[] =
    N_("The signature is about another portal, code or account, or was used before.");

const char *bitrix24_statement_judge(struct portal *portal,
                                     const struct bitrix24_statement_call *call)
{
    struct envelope_opened opened;
    if (!open_field(portal, &call->asked->request, &opened))
        return N_("This portal asks for a sign-in that your device has signed; the signature "
                  "is missing or its key is not registered.");

    const struct statement_decision *decision = &opened.statement.decision;
    uint64_t now = (uint64_t)portal_wall_s(portal);

    if (!fits(portal, call, decision))
        return is_about_another;
    if (decision->time + BITRIX24_STATEMENT_LIFE_S < now ||
        decision->time > now + BITRIX24_STATEMENT_LIFE_S)
        return N_("The signature is too old, or the clock of the device is wrong.");

    if (memcmp(decision->key_id, opened.key_id, KEY_ID_SIZE) != 0 ||
        !take_sequence(&portal->store, &opened, call->asked->visit.session.user.id))
        return is_about_another;
    return NULL;
}
