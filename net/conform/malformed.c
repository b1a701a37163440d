// SPDX-License-Identifier: MIT
#include "net/conform/malformed.h"

#include <stdio.h>
#include <stdlib.h>

#define CUTS 24u // places at which a good envelope is cut

static const enum message messages[] = {MESSAGE_ENROL,  MESSAGE_RESOLVE, MESSAGE_DECISION,
                                        MESSAGE_ROTATE, MESSAGE_UNPAIR,  MESSAGE_ENDSESSION};
#define MESSAGES (sizeof(messages) / sizeof(messages[0]))

// A good envelope where another is expected, and its body under another type.
static void check_types(struct lab *lab, struct impostor *device, const struct visitor *visitor)
{
    const uint8_t *const keys[] = {device->secret};
    struct statement_resolve resolve;
    impostor_resolve(lab, device, &visitor->challenge, &resolve);
    impostor_send(lab, device, MESSAGE_RESOLVE, &resolve);
    struct envelope_text good = lab->sent;
    struct statement_body body = lab->body;

    for (size_t i = 0; i < MESSAGES; i++) {
        struct envelope_text other;
        if (messages[i] == MESSAGE_RESOLVE)
            continue;
        lab_post(lab, messages[i], envelope_span(&good));
        lab_judge_refused(lab, 9, "another-type-is-refused", "2.1", PROBLEM_MALFORMED);
        if (!envelope_seal(messages[i], statement_span(&body), keys, 1, &other)) {
            fault_set(&lab->fault, FAILURE_INTERNAL, "a statement that cannot be signed");
            return;
        }
        lab_post(lab, MESSAGE_RESOLVE, envelope_span(&other));
        lab_judge_refused(lab, 9, "another-type-is-refused", "2.1", PROBLEM_MALFORMED);
        if (messages[i] == MESSAGE_ENROL) // its key stands in the body, another place here
            continue;
        lab_post(lab, messages[i], envelope_span(&other));
        lab_judge_refused(lab, 9, "another-body-is-refused", "2.1", PROBLEM_MALFORMED);
    }
}

// Bodies that are signed well and not well formed.
static void check_bodies(struct lab *lab, struct impostor *device,
                         const struct visitor *visitor)
{
    struct statement_resolve resolve;
    impostor_resolve(lab, device, &visitor->challenge, &resolve);
    if (statement_encode_resolve(&resolve, &lab->body) != VERDICT_OK)
        return;
    struct statement_body good = lab->body;

    lab->body.bytes[0] = 2;
    lab_send(lab, MESSAGE_RESOLVE, device->secret, NULL);
    lab_judge_refused(lab, 9, "another-version-is-refused", "2.1", PROBLEM_VERSION_UNSUPPORTED);
    lab->body = good;
    lab->body.bytes[lab->body.size++] = 0;
    lab_send(lab, MESSAGE_RESOLVE, device->secret, NULL);
    lab_judge_refused(lab, 9, "nothing-follows-the-last-field", "2", PROBLEM_MALFORMED);
    lab->body = good;
    lab->body.size--;
    lab_send(lab, MESSAGE_RESOLVE, device->secret, NULL);
    lab_judge_refused(lab, 9, "body-is-whole", "2", PROBLEM_MALFORMED);

    struct statement_decision decision;
    impostor_decision(lab, device, &visitor->challenge, DECISION_DENY, &decision);
    if (statement_encode_decision(&decision, &lab->body) != VERDICT_OK)
        return;
    lab->body.bytes[107] |= 0x80;
    lab_send(lab, MESSAGE_DECISION, device->secret, NULL);
    lab_judge_refused(lab, 9, "unknown-flags-are-refused", "2", PROBLEM_MALFORMED);
}

// A signature that does not hold.
static void check_signature(struct lab *lab, struct impostor *device,
                            const struct visitor *visitor)
{
    struct statement_resolve resolve;
    impostor_resolve(lab, device, &visitor->challenge, &resolve);
    impostor_send(lab, device, MESSAGE_RESOLVE, &resolve);

    // The first digit of the signature: other bytes, the same form.
    char *end = strstr(lab->sent.text, "\"sig\":\"");
    if (!end)
        return;
    end[7] = end[7] == 'A' ? 'B' : 'A';
    lab_post(lab, MESSAGE_RESOLVE, envelope_span(&lab->sent));
    lab_judge_refused(lab, 7, "signature-is-verified", "2.1", PROBLEM_BAD_SIGNATURE);
}

static void check_junk(struct lab *lab, const struct envelope_text *good)
{
    static const char *const junk[] = {
        "",
        "{",
        "{}",
        "[]",
        "null",
        "\xff\xfe",
        "{\"payloadType\":1,\"payload\":[],\"signatures\":{}}",
        "{\"payloadType\":\"x\",\"payload\":\"\",\"signatures\":[]}",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["};
    for (size_t i = 0; i < MESSAGES; i++) {
        for (size_t j = 0; j < sizeof(junk) / sizeof(junk[0]); j++) {
            lab_post(lab, messages[i], span_str(junk[j]));
            lab_judge_refused(lab, 17, "junk-is-refused", "2.1", PROBLEM_MALFORMED);
        }
    }

    for (size_t i = 0; i < CUTS; i++) {
        lab_post(lab, MESSAGE_RESOLVE, span_of(good->text, good->size * i / CUTS));
        lab_judge_refused(lab, 17, "cut-envelopes-are-refused", "2.1", PROBLEM_MALFORMED);
    }
}

static void check_size(struct lab *lab)
{
    char *large = malloc(ENVELOPE_MAX + 1);
    if (!large)
        return;
    memset(large, ' ', ENVELOPE_MAX + 1);
    lab_post(lab, MESSAGE_RESOLVE, span_of(large, ENVELOPE_MAX + 1));
    lab_judge_refused(lab, 17, "long-envelopes-are-refused", "2.1", PROBLEM_MALFORMED);
    free(large);
}

void malformed_check(struct lab *lab, struct impostor *device)
{
    struct visitor visitor;
    if (!visitor_init(lab, &visitor))
        return;

    visitor_ask(lab, &visitor, true);
    if (visitor.has_code) {
        check_types(lab, device, &visitor);
        check_bodies(lab, device, &visitor);
        check_signature(lab, device, &visitor);
        struct envelope_text good = lab->sent;
        check_junk(lab, &good);
        check_size(lab);
        impostor_scan(lab, device, &visitor);
        lab_judge_answered(lab, 17, "it-goes-on-afterwards", "2.1");
    }
    visitor_destroy(&visitor);
}
