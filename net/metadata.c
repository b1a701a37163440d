// SPDX-License-Identifier: MIT
#include "net/metadata.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/no_answer.h"
#include "net/protocol/envelope.h"
#include "net/retry.h"

// A find for envelope_open: the current key and the next.
static bool find_pinned(void *userdata, const uint8_t key_id[KEY_ID_SIZE],
                        uint8_t public_key[PUBLIC_KEY_SIZE])
{
    const struct portal_facts *held = userdata;
    const uint8_t *const keys[] = {held->portal_key, held->next_key};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        uint8_t id[KEY_ID_SIZE];
        if (sodium_is_zero(keys[i], PUBLIC_KEY_SIZE) || !key_id_of(keys[i], id) ||
            memcmp(id, key_id, KEY_ID_SIZE) != 0)
            continue;
        memcpy(public_key, keys[i], PUBLIC_KEY_SIZE);
        return true;
    }
    return false;
}

static bool take_facts(const struct envelope_opened *opened, struct portal_facts *out)
{
    const struct statement_metadata *told = &opened->statement.metadata;
    *out = (struct portal_facts){.serial = told->serial, .pins = told->pins};
    memcpy(out->base_url, told->base_url, sizeof(out->base_url));
    memcpy(out->display_name, told->display_name, sizeof(out->display_name));
    memcpy(out->portal_key, told->portal_key, sizeof(out->portal_key));
    memcpy(out->next_key, told->next_key, sizeof(out->next_key));
    return hash_sha256(statement_span(&opened->body), out->metadata_hash);
}

static bool judge_serial(const struct portal_facts *held, const struct portal_facts *told,
                         struct fault *fault)
{
    if (told->serial < held->serial)
        return fault_set(fault, FAILURE_NET_STALE_PORTAL, "metadata is older than held");
    if (told->serial == held->serial &&
        memcmp(told->metadata_hash, held->metadata_hash, HASH_SIZE) != 0)
        return fault_set(fault, FAILURE_NET_REPLY, "two metadata of one serial");
    return true;
}

bool metadata_accept(struct span envelope, const char *origin, const struct portal_facts *held,
                     struct portal_facts *out, struct fault *fault)
{
    struct portal_facts known, told;
    struct envelope_keys keys = {find_pinned, &known};
    if (held)
        known = *held;
    struct envelope_opened *opened = malloc(sizeof(*opened));
    if (!opened)
        return fault_set(fault, FAILURE_MEMORY, "metadata");
    enum verdict verdict =
        envelope_open(MESSAGE_METADATA, envelope, held ? &keys : NULL, opened);
    if (verdict == VERDICT_OK && !take_facts(opened, &told))
        verdict = VERDICT_NOT_JUDGED;
    free(opened);
    if (verdict != VERDICT_OK)
        return fault_set(fault, verdict_failure(verdict, FAILURE_NET_REPLY), "metadata: %s",
                         verdict_word(verdict));

    struct origin its_origin;
    portal_facts_origin(&told, &its_origin);
    if (strcmp(its_origin.text, origin) != 0)
        return fault_set(fault, FAILURE_NET_REPLY, "metadata of another address");
    if (held && !judge_serial(held, &told, fault))
        return false;
    *out = told;
    return true;
}

void metadata_promote(struct portal_facts *facts,
                      const uint8_t verified[static PUBLIC_KEY_SIZE])
{
    if (sodium_is_zero(facts->next_key, PUBLIC_KEY_SIZE) ||
        memcmp(facts->next_key, verified, PUBLIC_KEY_SIZE) != 0)
        return;
    memcpy(facts->portal_key, facts->next_key, PUBLIC_KEY_SIZE);
    memset(facts->next_key, 0, PUBLIC_KEY_SIZE);
}

static bool may_come_back(long status)
{
    return status == 429 || status >= 500;
}

// Fetches the document into `reply`, again and again if `patient`.
static bool fetch(const struct net_action *action, const char *origin, bool patient,
                  struct http_reply *reply, struct fault *fault)
{
    char url[ORIGIN_MAX + sizeof(METADATA_PATH)];
    snprintf(url, sizeof(url), "%s" METADATA_PATH, origin);
    struct http_request request = {
        .url = url, .accept = "application/json", .trust = HTTP_TRUST_NOBODY};

    struct retry retry;
    int64_t until_ms = action_boot_ms(action) + RETRY_WINDOW_MS;
    retry_start(&retry, until_ms, until_ms);
    for (;;) {
        uint32_t random;
        int64_t wait;
        bool answered = http_call(action->http, &request, &action->stop, reply, fault);
        if (answered && reply->status == 200)
            return true;
        if (answered)
            fault_set(fault, no_answer_failure(reply), "%.180s: status %ld", url,
                      reply->status);

        bool again =
            answered ? may_come_back(reply->status) : no_answer_may_come(fault->failure);
        action_random(action, (uint8_t *)&random, sizeof(random));
        if (!patient || !again ||
            !retry_next(&retry, action_boot_ms(action), random,
                        no_answer_wait_s(reply, (int64_t)action_wall_s(action)), &wait))
            return false;

        action->retrying(action->userdata, fault);
        if (!action->pause(action->userdata, wait))
            return fault_set(fault, FAILURE_INTERRUPTED, "while fetching %.180s", url);
    }
}

static bool fetch_and_accept(const struct net_action *action, const char *origin, bool patient,
                             const struct portal_facts *held, struct portal_facts *out,
                             struct fault *fault)
{
    struct http_reply *reply = malloc(sizeof(*reply));
    if (!reply)
        return fault_set(fault, FAILURE_MEMORY, "metadata");
    bool ok = fetch(action, origin, patient, reply, fault) &&
              metadata_accept(http_reply_body(reply), origin, held, out, fault);
    free(reply);
    return ok;
}

bool metadata_fetch(const struct net_action *action, const struct pairing_code *code,
                    struct portal_facts *out, struct fault *fault)
{
    struct portal_facts told;
    uint8_t id[PORTAL_ID_SIZE];
    if (!fetch_and_accept(action, code->origin.text, true, NULL, &told, fault))
        return false;
    if (!portal_id_of(told.portal_key, id))
        return fault_set(fault, FAILURE_INTERNAL, "SHA-256");
    if (memcmp(id, code->fingerprint, PAIRING_FPR_SIZE) != 0)
        return fault_set(fault, FAILURE_PAIRING_FINGERPRINT, "%.200s", code->origin.text);
    *out = told;
    return true;
}

bool metadata_refresh(const struct net_action *action, struct portal_facts *facts, bool patient,
                      struct fault *fault)
{
    struct origin origin;
    portal_facts_origin(facts, &origin);
    return fetch_and_accept(action, origin.text, patient, facts, facts, fault);
}
