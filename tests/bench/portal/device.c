// SPDX-License-Identifier: MIT
#include "tests/bench/portal/device.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "net/protocol/reply.h"
#include "tests/bench/portal/clock.h"

#define AGAIN_S 0.05 // until a call that got no reply is sent again

static void note_refusal(struct device *device)
{
    json_t *problem = json_loadb(device->reply.body, device->reply.size, 0, NULL);
    const char *code = json_string_value(json_object_get(problem, "code"));
    snprintf(device->refusal, sizeof(device->refusal), "%s", code ? code : "unknown");
    json_decref(problem);
}

// Once. False: no reply, or none that ends the sending.
static bool post_once(struct device *device, const struct client_call *call)
{
    if (device->client.socket < 0 &&
        !client_open(&device->client, &device->stage->target, device->address, NULL))
        return false;
    if (!client_ask(&device->client, call, &device->reply)) {
        client_close(&device->client);
        return false;
    }
    return device->reply.status < 500 && device->reply.status != 429;
}

static bool post(struct device *device, const struct client_call *call)
{
    double until = clock_now() + STAGE_PATIENCE_S;
    device->refusal[0] = '\0';
    while (!post_once(device, call)) {
        if (clock_now() > until)
            return false;
        device->repeats++;
        if (device->waits)
            device->waits(device->userdata);
        clock_sleep(AGAIN_S);
    }
    if (device->reply.status < 300)
        return true;
    note_refusal(device);
    return false;
}

// Signs, sends, and opens the reply, which must be the portal's. `body` gets what was signed.
static bool send_message(struct device *device, enum message message, const void *statement,
                         enum message answer, struct statement_body *body,
                         struct envelope_opened *opened)
{
    struct envelope_text envelope;
    uint8_t key[PUBLIC_KEY_SIZE];
    const uint8_t *signer = device->secret_key;
    if (statement_encode(message, statement, body) != VERDICT_OK ||
        !envelope_seal(message, statement_span(body), &signer, 1, &envelope))
        return false;

    const struct client_call call = {
        .path = message_endpoint(message), .body = envelope.text, .type = "application/json"};
    memcpy(key, device->stage->portal_key, sizeof(key));
    const struct envelope_keys keys = {envelope_find_one, key};
    return post(device, &call) &&
           envelope_open(answer, span_of(device->reply.body, device->reply.size), &keys,
                         opened) == VERDICT_OK;
}

static bool enrol(struct device *device, const uint8_t token[static PAIRING_TOKEN_SIZE])
{
    struct statement_enrol enrol = {
        .flags = ENROL_CAN_VERIFY_USER, .label = "Bench", .platform = "Linux"};
    struct statement_body body;
    struct envelope_opened opened;
    memcpy(enrol.portal_id, device->portal_id, sizeof(enrol.portal_id));
    memcpy(enrol.token, token, sizeof(enrol.token));
    memcpy(enrol.session_key, device->public_key, sizeof(enrol.session_key));
    randombytes_buf(enrol.device_nonce, sizeof(enrol.device_nonce));
    if (!statement_where_set(&enrol.where, device->stage->origin, MESSAGE_ENROL) ||
        !send_message(device, MESSAGE_ENROL, &enrol, MESSAGE_ENROLLED, &body, &opened))
        return false;

    const struct statement_enrolled *told = &opened.statement.enrolled;
    if (reply_check_enrolled(&enrol, told) != VERDICT_OK || told->state != ENROLLED_ACTIVE)
        return false;
    memcpy(device->device_id, told->device_id, sizeof(device->device_id));
    memcpy(device->account_id, told->account_id, sizeof(device->account_id));
    return true;
}

bool device_pair(struct device *device, struct stage *stage, in_addr_t address)
{
    uint8_t secret[PAIRING_TOKEN_SIZE];
    const char *token = stage_take_token(stage);
    *device = (struct device){.stage = stage, .address = address, .client = {.socket = -1}};
    bool made = crypto_sign_keypair(device->public_key, device->secret_key) == 0 &&
                key_id_of(device->public_key, device->key_id) &&
                portal_id_of(stage->portal_key, device->portal_id);

    bool paired =
        made && token && device_token_read(span_str(token), secret) && enrol(device, secret);
    device_rest(device);
    if (!paired)
        fprintf(stderr, "bench portal: no device can be paired: %s\n", device->refusal);
    return paired;
}

void device_close(struct device *device)
{
    device_rest(device);
    sodium_memzero(device->secret_key, sizeof(device->secret_key));
}

void device_rest(struct device *device)
{
    client_close(&device->client);
}

bool device_resolve(struct device *device, const uint8_t challenge[static CHALLENGE_ID_SIZE],
                    uint8_t context_hash[static HASH_SIZE])
{
    struct statement_resolve resolve = {.time = 1};
    struct statement_body body;
    struct envelope_opened opened;
    memcpy(resolve.portal_id, device->portal_id, sizeof(resolve.portal_id));
    memcpy(resolve.challenge_id, challenge, sizeof(resolve.challenge_id));
    memcpy(resolve.device_id, device->device_id, sizeof(resolve.device_id));
    memcpy(resolve.key_id, device->key_id, sizeof(resolve.key_id));
    randombytes_buf(resolve.request_nonce, sizeof(resolve.request_nonce));

    if (!statement_where_set(&resolve.where, device->stage->origin, MESSAGE_RESOLVE) ||
        !send_message(device, MESSAGE_RESOLVE, &resolve, MESSAGE_CONTEXT, &body, &opened) ||
        reply_check_context(&resolve, device->account_id, &opened.statement.context) !=
            VERDICT_OK)
        return false;
    return hash_sha256(statement_span(&opened.body), context_hash);
}

bool device_approve(struct device *device, const uint8_t challenge[static CHALLENGE_ID_SIZE],
                    const uint8_t context_hash[static HASH_SIZE],
                    struct statement_receipt *receipt)
{
    struct statement_decision decision = {.decision = DECISION_APPROVE,
                                          .flags = DECISION_USER_PRESENT,
                                          .time = 1,
                                          .sequence = ++device->sequence};
    struct statement_body body;
    struct envelope_opened opened;
    memcpy(decision.portal_id, device->portal_id, sizeof(decision.portal_id));
    memcpy(decision.challenge_id, challenge, sizeof(decision.challenge_id));
    memcpy(decision.context_hash, context_hash, sizeof(decision.context_hash));
    memcpy(decision.device_id, device->device_id, sizeof(decision.device_id));
    memcpy(decision.key_id, device->key_id, sizeof(decision.key_id));
    memcpy(decision.account_id, device->account_id, sizeof(decision.account_id));

    if (!statement_where_set(&decision.where, device->stage->origin, MESSAGE_DECISION) ||
        !send_message(device, MESSAGE_DECISION, &decision, MESSAGE_RECEIPT, &body, &opened) ||
        reply_check_receipt(&decision, statement_span(&body), &opened.statement.receipt) !=
            VERDICT_OK)
        return false;
    *receipt = opened.statement.receipt;
    return true;
}
