// SPDX-License-Identifier: MIT
#include "net/conform/impostor.h"

#include <sodium.h>
#include <stdio.h>

#include "net/protocol/reply.h"

#define PAIRING_WAIT_MS   INT64_C(300000) // as long as a pairing code is good
#define PAIRING_REPEAT_MS INT64_C(1000)

void impostor_make_key(struct lab *lab, struct impostor *device)
{
    uint8_t seed[crypto_sign_SEEDBYTES];
    lab_random(lab, seed, sizeof(seed));
    if (crypto_sign_seed_keypair(device->public_key, device->secret, seed) != 0 ||
        !key_id_of(device->public_key, device->key_id))
        fault_set(&lab->fault, FAILURE_INTERNAL, "a key that cannot be made");
}

static void write_where(struct lab *lab, enum message message, struct statement_where *out)
{
    if (!statement_where_set(out, lab->portal.base_url, message) && lab_goes_on(lab))
        fault_set(&lab->fault, FAILURE_NET_REPLY, "the portal's address is too long");
}

void impostor_send(struct lab *lab, const struct impostor *device, enum message message,
                   const void *statement)
{
    if (!lab_goes_on(lab))
        return;
    if (statement_encode(message, statement, &lab->body) != VERDICT_OK)
        fault_set(&lab->fault, FAILURE_INTERNAL, "a %s that is not well formed",
                  message_name(message));
    lab_send(lab, message, device->secret, NULL);
}

static void fill_enrol(struct lab *lab, const struct impostor *device,
                       const struct pairing_code *code, struct statement_enrol *out)
{
    *out = (struct statement_enrol){.time = lab_clock(lab), .protection = PROTECTION_FILE};
    memcpy(out->portal_id, lab->portal.portal_id, sizeof(out->portal_id));
    memcpy(out->token, code->token, sizeof(out->token));
    memcpy(out->session_key, device->public_key, sizeof(out->session_key));
    lab_random(lab, out->device_nonce, sizeof(out->device_nonce));
    snprintf(out->label, sizeof(out->label), "qrconfirm conform %u", device->number);
    write_where(lab, MESSAGE_ENROL, &out->where);
}

// Before the device: a signature that is not of the key, a token that nobody made.
static void try_before(struct lab *lab, const struct impostor *device,
                       const struct pairing_code *code)
{
    struct statement_enrol enrol;
    struct impostor stranger = {.number = device->number};
    struct pairing_code unknown = *code;
    impostor_make_key(lab, &stranger);

    fill_enrol(lab, device, code, &enrol);
    impostor_send(lab, &stranger, MESSAGE_ENROL, &enrol);
    lab_judge_refused(lab, 13, "pairing-key-signs", "5", PROBLEM_BAD_SIGNATURE);

    lab_random(lab, unknown.token, sizeof(unknown.token));
    fill_enrol(lab, &stranger, &unknown, &enrol);
    impostor_send(lab, &stranger, MESSAGE_ENROL, &enrol);
    lab_judge_refused(lab, 13, "pairing-token-exists", "6", PROBLEM_UNKNOWN_TOKEN);

    fill_enrol(lab, &stranger, code, &enrol);
    enrol.portal_id[0] ^= 1;
    impostor_send(lab, &stranger, MESSAGE_ENROL, &enrol);
    lab_judge_refused(lab, 4, "pairing-names-the-portal", "6", PROBLEM_STATEMENT_MISMATCH);
}

// After the device: a second one with the same code, and a key that nobody has confirmed.
static void try_between(struct lab *lab, const struct impostor *device,
                        const struct pairing_code *code)
{
    struct statement_enrol enrol;
    struct statement_resolve resolve;
    struct login_challenge challenge = {0};
    struct impostor stranger = {.number = device->number};

    impostor_make_key(lab, &stranger);
    fill_enrol(lab, &stranger, code, &enrol);
    impostor_send(lab, &stranger, MESSAGE_ENROL, &enrol);
    lab_judge_refused(lab, 13, "pairing-code-is-one-devices", "6", PROBLEM_TOKEN_USED);

    lab_random(lab, challenge.id, sizeof(challenge.id));
    impostor_resolve(lab, device, &challenge, &resolve);
    impostor_send(lab, device, MESSAGE_RESOLVE, &resolve);
    lab_judge_refused(lab, 6, "unconfirmed-key-signs-nothing", "2.1", PROBLEM_UNKNOWN_DEVICE);
}

// The same bytes again, until the person has typed the digits.
static void await(struct lab *lab, const struct envelope_text *envelope)
{
    const struct conform_task *task = lab->task;
    int64_t waited_ms = 0;

    do {
        if (!task->pause(task->userdata, PAIRING_REPEAT_MS))
            fault_set(&lab->fault, FAILURE_INTERRUPTED, "while the digits were awaited");
        lab_post(lab, MESSAGE_ENROL, envelope_span(envelope));
        waited_ms += PAIRING_REPEAT_MS;
    } while (lab_goes_on(lab) && lab->answered &&
             lab->opened.statement.enrolled.state == ENROLLED_PENDING &&
             waited_ms < PAIRING_WAIT_MS);
}

bool impostor_pair(struct lab *lab, struct impostor *device, const struct pairing_code *code)
{
    struct statement_enrol enrol;
    const struct statement_enrolled *reply = &lab->opened.statement.enrolled;
    char digits[STATEMENT_CODE_SIZE + 1];

    impostor_make_key(lab, device);
    try_before(lab, device, code);
    fill_enrol(lab, device, code, &enrol);
    impostor_send(lab, device, MESSAGE_ENROL, &enrol);
    struct envelope_text envelope = lab->sent;
    bool begun = lab->answered && reply_check_enrolled(&enrol, reply) == VERDICT_OK &&
                 reply->state == ENROLLED_PENDING;
    if (lab_goes_on(lab) && !begun)
        fault_set(&lab->fault, FAILURE_NET_REPLY, "enrol: status %ld %s", lab->reply.status,
                  lab->code);
    if (!lab_goes_on(lab))
        return false;
    memcpy(digits, reply->pairing_code, sizeof(digits));

    lab_post(lab, MESSAGE_ENROL, envelope_span(&envelope));
    lab_judge(lab, 13, "pairing-digits-stay", "6",
              lab->answered && strcmp(reply->pairing_code, digits) == 0,
              "the same bytes got other digits");
    try_between(lab, device, code);

    lab->task->digits(lab->task->userdata, device->number, digits);
    await(lab, &envelope);
    bool paired = lab->answered && reply_check_enrolled(&enrol, reply) == VERDICT_OK &&
                  reply->state == ENROLLED_ACTIVE;
    if (lab_goes_on(lab) && !paired)
        return fault_set(&lab->fault, FAILURE_NET_REPLY, "not paired: status %ld %s",
                         lab->reply.status, lab->code);
    memcpy(device->device_id, reply->device_id, sizeof(device->device_id));
    memcpy(device->account_id, reply->account_id, sizeof(device->account_id));
    memcpy(device->account_name, reply->account_name, sizeof(device->account_name));
    return lab_goes_on(lab);
}

void impostor_resolve(struct lab *lab, const struct impostor *device,
                      const struct login_challenge *challenge, struct statement_resolve *out)
{
    *out = (struct statement_resolve){.time = lab_clock(lab)};
    memcpy(out->portal_id, lab->portal.portal_id, sizeof(out->portal_id));
    memcpy(out->challenge_id, challenge->id, sizeof(out->challenge_id));
    memcpy(out->device_id, device->device_id, sizeof(out->device_id));
    memcpy(out->key_id, device->key_id, sizeof(out->key_id));
    lab_random(lab, out->request_nonce, sizeof(out->request_nonce));
    memcpy(out->frame.bytes, challenge->frame, sizeof(out->frame.bytes));
    out->frame.size = challenge->frame_size;
    write_where(lab, MESSAGE_RESOLVE, &out->where);
}

void impostor_decision(struct lab *lab, struct impostor *device,
                       const struct login_challenge *challenge, uint8_t decision,
                       struct statement_decision *out)
{
    bool verified = device->context.flags & CONTEXT_UV_REQUIRED;
    *out = (struct statement_decision){.decision = decision,
                                       .time = lab_clock(lab),
                                       .sequence = ++device->sequence,
                                       .flags = DECISION_USER_PRESENT};
    if (verified)
        out->flags |= DECISION_USER_VERIFIED;
    memcpy(out->portal_id, lab->portal.portal_id, sizeof(out->portal_id));
    memcpy(out->challenge_id, challenge->id, sizeof(out->challenge_id));
    memcpy(out->context_hash, device->context_hash, sizeof(out->context_hash));
    memcpy(out->device_id, device->device_id, sizeof(out->device_id));
    memcpy(out->key_id, device->key_id, sizeof(out->key_id));
    memcpy(out->account_id, device->account_id, sizeof(out->account_id));
    write_where(lab, MESSAGE_DECISION, &out->where);
}

void impostor_end(struct lab *lab, struct impostor *device,
                  const uint8_t login_id[static LOGIN_ID_SIZE],
                  struct statement_endsession *out)
{
    *out =
        (struct statement_endsession){.time = lab_clock(lab), .sequence = ++device->sequence};
    memcpy(out->portal_id, lab->portal.portal_id, sizeof(out->portal_id));
    memcpy(out->device_id, device->device_id, sizeof(out->device_id));
    memcpy(out->key_id, device->key_id, sizeof(out->key_id));
    memcpy(out->login_id, login_id, LOGIN_ID_SIZE);
    write_where(lab, MESSAGE_ENDSESSION, &out->where);
}

void impostor_scan(struct lab *lab, struct impostor *device, const struct visitor *visitor)
{
    impostor_resolve(lab, device, &visitor->challenge, &device->asked);
    impostor_send(lab, device, MESSAGE_RESOLVE, &device->asked);
    if (!lab->answered)
        return;
    device->context = lab->opened.statement.context;
    if (!hash_sha256(statement_span(&lab->opened.body), device->context_hash))
        fault_set(&lab->fault, FAILURE_INTERNAL, "SHA-256");
}

void impostor_scan_anew(struct lab *lab, struct impostor *device, struct visitor *visitor)
{
    visitor_ask(lab, visitor, true);
    impostor_scan(lab, device, visitor);
}

void impostor_answer(struct lab *lab, struct impostor *device, const struct visitor *visitor,
                     uint8_t decision)
{
    struct statement_decision statement;
    impostor_decision(lab, device, &visitor->challenge, decision, &statement);
    impostor_send(lab, device, MESSAGE_DECISION, &statement);
}
