// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_STATEMENT_H
#define QRCONFIRM_NET_PROTOCOL_STATEMENT_H

// The one byte layout of the messages (message.h). Everything that can be judged from a message
// alone is judged here, when it is read and when it is written: what is not well formed is
// neither accepted nor signed.

#include "base/span.h"
#include "net/protocol/message.h"
#include "net/protocol/verdict.h"

#define STATEMENT_BODY_MAX 4096u // bytes

struct statement_body {
    uint8_t bytes[STATEMENT_BODY_MAX];
    size_t size;
};

static inline struct span statement_span(const struct statement_body *body)
{
    return (struct span){body->bytes, body->size};
}

// Fills in origin and target of a message's endpoint under a base URL, for MESSAGE_ENROL up to
// MESSAGE_ENDSESSION. False if `base_url` is not a base URL or the target is too long.
bool statement_where_set(struct statement_where *out, const char *base_url,
                         enum message message);

// "POST <base path>/qr-login/v1/<name>" is posted to "<base URL>" + this.
const char *message_endpoint(enum message message);   // "/qr-login/v1/decision"; NULL if none
const char *message_name(enum message message);       // "decision"
const char *message_media_type(enum message message); // "application/vnd.qrlogin.decision-v1"
uint8_t message_type_byte(enum message message);
bool message_is_of_portal(enum message message);
// Offset of the first field of variable size: a shorter body is not this message.
size_t message_fixed_size(enum message message);
bool message_from_name(const char *name, enum message *out);

// Reads a body; on a verdict other than VERDICT_OK `out` is untouched.
enum verdict statement_decode(enum message message, struct span body, union statement *out);

// Writes a body; refuses (and writes nothing) what decoding would refuse. `in` is the struct of
// the message: use the functions below, which know its type.
enum verdict statement_encode(enum message message, const void *in, struct statement_body *out);

#define STATEMENT_CODEC(name, MESSAGE, type)                                                   \
    static inline enum verdict statement_encode_##name(const struct type *in,                  \
                                                       struct statement_body *out)             \
    {                                                                                          \
        return statement_encode(MESSAGE, in, out);                                             \
    }                                                                                          \
    enum verdict statement_decode_##name(struct span body, struct type *out);

STATEMENT_CODEC(metadata, MESSAGE_METADATA, statement_metadata)
STATEMENT_CODEC(enrol, MESSAGE_ENROL, statement_enrol)
STATEMENT_CODEC(enrolled, MESSAGE_ENROLLED, statement_enrolled)
STATEMENT_CODEC(resolve, MESSAGE_RESOLVE, statement_resolve)
STATEMENT_CODEC(context, MESSAGE_CONTEXT, statement_context)
STATEMENT_CODEC(decision, MESSAGE_DECISION, statement_decision)
STATEMENT_CODEC(bitrix24, MESSAGE_BITRIX24, statement_decision)
STATEMENT_CODEC(receipt, MESSAGE_RECEIPT, statement_receipt)
STATEMENT_CODEC(rotate, MESSAGE_ROTATE, statement_rotate)
STATEMENT_CODEC(unpair, MESSAGE_UNPAIR, statement_unpair)
STATEMENT_CODEC(endsession, MESSAGE_ENDSESSION, statement_endsession)
STATEMENT_CODEC(journal, MESSAGE_JOURNAL, statement_journal)
STATEMENT_CODEC(revoked, MESSAGE_REVOKED, statement_revoked)
#undef STATEMENT_CODEC

#endif
