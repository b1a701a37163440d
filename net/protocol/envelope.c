// SPDX-License-Identifier: MIT
#include "net/protocol/envelope.h"

#include <sodium.h>
#include <stdio.h>

#include "net/protocol/base64.h"
#include "net/protocol/ijson.h"
#include "net/protocol/wire.h"

#define MEDIA_TYPE_MAX 64u
#define PAE_MAX        (STATEMENT_BODY_MAX + MEDIA_TYPE_MAX + 32u)
#define NUMBER_MAX     20u // digits of a size_t

// ---- the signed bytes ------------------------------------------------------------------

// "SPACE number SPACE", the decimal length between spaces.
static void write_length(struct wire_writer *writer, size_t length)
{
    char text[NUMBER_MAX + 3];
    snprintf(text, sizeof(text), " %zu ", length);
    wire_write_bytes(writer, span_str(text));
}

size_t envelope_pae(struct span type, struct span body, uint8_t *out, size_t room)
{
    char lengths[2 * NUMBER_MAX];
    size_t size = strlen("DSSEv1    ") + type.n + body.n +
                  (size_t)snprintf(lengths, sizeof(lengths), "%zu%zu", type.n, body.n);
    if (size > room)
        return size;
    struct wire_writer writer = {.to = out, .room = room};
    wire_write_bytes(&writer, span_str("DSSEv1"));
    write_length(&writer, type.n);
    wire_write_bytes(&writer, type);
    write_length(&writer, body.n);
    wire_write_bytes(&writer, body);
    return size;
}

struct signed_bytes {
    uint8_t bytes[PAE_MAX];
    size_t size;
};

static void signed_bytes_of(enum message message, struct span body, struct signed_bytes *out)
{
    out->size = envelope_pae(span_str(message_media_type(message)), body, out->bytes,
                             sizeof(out->bytes));
}

// ---- sealing ---------------------------------------------------------------------------

struct text_writer {
    char *to;
    size_t room, size;
};

static void append(struct text_writer *writer, const char *text)
{
    size_t n = strlen(text);
    if (n > writer->room - writer->size)
        n = writer->room - writer->size;
    memcpy(writer->to + writer->size, text, n);
    writer->size += n;
}

static void append_base64(struct text_writer *writer, struct span bytes)
{
    char text[BASE64_LENGTH(STATEMENT_BODY_MAX) + 1];
    base64_encode(bytes, text, sizeof(text));
    append(writer, text);
}

static void append_signature(struct text_writer *writer,
                             const struct envelope_signature *signature)
{
    char hex[KEY_ID_HEX_SIZE + 1];
    key_id_hex(signature->key_id, hex);
    append(writer, "{\"keyid\":\"");
    append(writer, hex);
    append(writer, "\",\"sig\":\"");
    append_base64(writer, span_of(signature->bytes, SIGNATURE_SIZE));
    append(writer, "\"}");
}

bool envelope_sign(enum message message, struct span body, const uint8_t *secret_key,
                   struct envelope_signature *out)
{
    if (body.n > STATEMENT_BODY_MAX)
        return false;
    struct signed_bytes signed_bytes;
    struct envelope_signature made;
    signed_bytes_of(message, body, &signed_bytes);

    if (crypto_sign_detached(made.bytes, NULL, signed_bytes.bytes, signed_bytes.size,
                             secret_key) != 0 ||
        !key_id_of(secret_key + SECRET_KEY_SIZE - PUBLIC_KEY_SIZE, made.key_id))
        return false;
    *out = made;
    return true;
}

bool envelope_wrap(enum message message, struct span body,
                   const struct envelope_signature signatures[], size_t count,
                   struct envelope_text *out)
{
    if (body.n > STATEMENT_BODY_MAX || count == 0 || count > ENVELOPE_SIGNATURES_MAX)
        return false;

    struct text_writer writer = {.to = out->text, .room = ENVELOPE_SEALED_MAX};
    append(&writer, "{\"payloadType\":\"");
    append(&writer, message_media_type(message));
    append(&writer, "\",\"payload\":\"");
    append_base64(&writer, body);
    append(&writer, "\",\"signatures\":[");
    for (size_t i = 0; i < count; i++) {
        append(&writer, i == 0 ? "" : ",");
        append_signature(&writer, &signatures[i]);
    }
    append(&writer, "]}");
    out->text[writer.size] = '\0';
    out->size = writer.size;
    return true;
}

bool envelope_attach(struct envelope_text *envelope, const char *member,
                     const struct envelope_text *attached)
{
    struct text_writer writer = {.to = envelope->text, .room = ENVELOPE_SEALED_MAX};
    size_t added = strlen(",\"\":") + strlen(member) + attached->size;
    if (envelope->size == 0 || added > ENVELOPE_SEALED_MAX - envelope->size)
        return false;

    writer.size = envelope->size - 1; // its last brace comes again
    append(&writer, ",\"");
    append(&writer, member);
    append(&writer, "\":");
    append(&writer, attached->text);
    append(&writer, "}");
    envelope->text[writer.size] = '\0';
    envelope->size = writer.size;
    return true;
}

bool envelope_seal(enum message message, struct span body, const uint8_t *const secret_keys[],
                   size_t count, struct envelope_text *out)
{
    struct envelope_signature signatures[ENVELOPE_SIGNATURES_MAX];
    if (count > ENVELOPE_SIGNATURES_MAX)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!envelope_sign(message, body, secret_keys[i], &signatures[i]))
            return false;
    return envelope_wrap(message, body, signatures, count, out);
}

_Static_assert(ENVELOPE_SEALED_MAX >=
                   BASE64_LENGTH(STATEMENT_BODY_MAX) + MEDIA_TYPE_MAX + 64 +
                       ENVELOPE_SIGNATURES_MAX * (BASE64_LENGTH(SIGNATURE_SIZE) + 64),
               "the longest envelope fits");

// ---- opening ---------------------------------------------------------------------------

struct opening {
    enum message message;
    const json_t *signatures;
    struct signed_bytes signed_bytes;
    struct envelope_opened *opened;
};

static bool signature_holds(const struct opening *opening, const json_t *entry,
                            const uint8_t public_key[PUBLIC_KEY_SIZE])
{
    struct span text;
    uint8_t signature[SIGNATURE_SIZE];
    size_t size;
    if (!ijson_string(entry, "sig", &text) ||
        base64_decode(text, signature, sizeof(signature), &size) != VERDICT_OK ||
        size != SIGNATURE_SIZE || !public_key_is_good(public_key))
        return false;
    return crypto_sign_verify_detached(signature, opening->signed_bytes.bytes,
                                       opening->signed_bytes.size, public_key) == 0;
}

// One valid signature under `public_key` among the entries that name it.
static enum verdict signed_by(const struct opening *opening,
                              const uint8_t public_key[PUBLIC_KEY_SIZE])
{
    uint8_t key_id[KEY_ID_SIZE];
    char hex[KEY_ID_HEX_SIZE + 1];
    if (!key_id_of(public_key, key_id))
        return VERDICT_NOT_JUDGED;
    key_id_hex(key_id, hex);

    for (size_t i = 0; i < json_array_size(opening->signatures); i++) {
        const json_t *entry = json_array_get(opening->signatures, i);
        struct span named;
        if (ijson_string(entry, "keyid", &named) && span_equal(named, span_str(hex)) &&
            signature_holds(opening, entry, public_key))
            return VERDICT_OK;
    }
    return VERDICT_BAD_SIGNATURE;
}

// The bytes of a key id in the one spelling that is allowed.
static bool read_key_id(struct span hex, uint8_t out[KEY_ID_SIZE])
{
    char again[KEY_ID_HEX_SIZE + 1];
    if (hex.n != KEY_ID_HEX_SIZE ||
        sodium_hex2bin(out, KEY_ID_SIZE, (const char *)hex.p, hex.n, NULL, NULL, NULL) != 0)
        return false;
    key_id_hex(out, again);
    return span_equal(hex, span_str(again));
}

// The key of the first entry whose id the receiver holds.
static bool find_key(const struct opening *opening, const struct envelope_keys *keys,
                     uint8_t public_key[PUBLIC_KEY_SIZE])
{
    for (size_t i = 0; i < json_array_size(opening->signatures); i++) {
        struct span named;
        uint8_t key_id[KEY_ID_SIZE];
        if (ijson_string(json_array_get(opening->signatures, i), "keyid", &named) &&
            read_key_id(named, key_id) && keys->find(keys->userdata, key_id, public_key))
            return true;
    }
    return false;
}

// Where a message carries the key of its own signature: docs/protocol, section 2.1.
static const uint8_t *key_in_body(const struct opening *opening)
{
    const uint8_t *body = opening->opened->body.bytes;
    switch (opening->message) {
    case MESSAGE_ENROL:
        return body + 50;
    case MESSAGE_METADATA:
        return body + 34;
    case MESSAGE_ROTATE:
        return body + 58;
    default:
        return NULL;
    }
}

static enum verdict verify(const struct opening *opening, const struct envelope_keys *keys)
{
    const uint8_t *own = key_in_body(opening);
    uint8_t *key = opening->opened->public_key;

    if (opening->message == MESSAGE_ENROL || (opening->message == MESSAGE_METADATA && !keys)) {
        memcpy(key, own, PUBLIC_KEY_SIZE);
        return signed_by(opening, key);
    }

    if (!keys || !find_key(opening, keys, key))
        return VERDICT_UNKNOWN_KEY;
    enum verdict verdict = signed_by(opening, key);
    if (verdict == VERDICT_OK && opening->message == MESSAGE_ROTATE)
        verdict = signed_by(opening, own);
    return verdict;
}

// The key id inside a device's body; enrol has none.
static const uint8_t *named_key_id(enum message message, const union statement *statement)
{
    switch (message) {
    case MESSAGE_RESOLVE:
        return statement->resolve.key_id;
    case MESSAGE_DECISION:
    case MESSAGE_BITRIX24:
        return statement->decision.key_id;
    case MESSAGE_ROTATE:
        return statement->rotate.key_id;
    case MESSAGE_UNPAIR:
        return statement->unpair.key_id;
    case MESSAGE_ENDSESSION:
        return statement->endsession.key_id;
    case MESSAGE_JOURNAL:
        return statement->journal.key_id;
    default:
        return NULL;
    }
}

// DSSE does not sign the keyid member, so the body must name the key that verified.
static enum verdict check_named_key(const struct opening *opening)
{
    const struct envelope_opened *opened = opening->opened;

    if (message_is_of_portal(opening->message)) {
        uint8_t id[PORTAL_ID_SIZE];
        if (!portal_id_of(opened->public_key, id))
            return VERDICT_NOT_JUDGED;
        // In every portal message the id stands first.
        return memcmp(id, opened->statement.context.portal_id, sizeof(id)) == 0
                   ? VERDICT_OK
                   : VERDICT_PORTAL_ID;
    }

    const uint8_t *named = named_key_id(opening->message, &opened->statement);
    if (named && memcmp(named, opened->key_id, KEY_ID_SIZE) != 0)
        return VERDICT_KEY_ID;
    return VERDICT_OK;
}

static enum verdict read_body(const json_t *envelope, struct opening *opening)
{
    const json_t *payload = json_object_get(envelope, "payload");
    struct statement_body *body = &opening->opened->body;
    struct span text;
    if (!json_is_string(payload) || !ijson_string(envelope, "payload", &text))
        return VERDICT_BASE64_TYPE;

    enum verdict verdict = base64_decode(text, body->bytes, sizeof(body->bytes), &body->size);
    if (verdict != VERDICT_OK)
        return verdict;

    if (body->size < message_fixed_size(opening->message))
        return VERDICT_SHORT;
    if (body->bytes[0] != 1)
        return VERDICT_VERSION;
    if (body->bytes[1] != message_type_byte(opening->message))
        return VERDICT_TYPE;
    return VERDICT_OK;
}

static enum verdict open_json(const json_t *envelope, const struct envelope_keys *keys,
                              struct opening *opening)
{
    struct span type;
    if (!ijson_string(envelope, "payloadType", &type) ||
        !span_equal(type, span_str(message_media_type(opening->message))))
        return VERDICT_PAYLOAD_TYPE;
    enum verdict verdict = read_body(envelope, opening);
    if (verdict != VERDICT_OK)
        return verdict;
    opening->signatures = json_object_get(envelope, "signatures");
    size_t count = json_array_size(opening->signatures);
    if (count == 0 || count > ENVELOPE_SIGNATURES_MAX)
        return VERDICT_SIGNATURES;

    struct span body = statement_span(&opening->opened->body);
    signed_bytes_of(opening->message, body, &opening->signed_bytes);
    verdict = verify(opening, keys);
    if (verdict != VERDICT_OK)
        return verdict;
    if (!key_id_of(opening->opened->public_key, opening->opened->key_id))
        return VERDICT_NOT_JUDGED;
    verdict = statement_decode(opening->message, body, &opening->opened->statement);
    return verdict == VERDICT_OK ? check_named_key(opening) : verdict;
}

static enum verdict open_text(enum message expected, struct span text, const char *member,
                              const struct envelope_keys *keys, struct envelope_opened *out)
{
    if (text.n > ENVELOPE_MAX)
        return VERDICT_ENVELOPE_TOO_LONG;
    enum verdict verdict;
    json_t *envelope = ijson_read(text, &verdict);
    if (!envelope)
        return verdict;

    struct envelope_opened opened;
    struct opening opening = {.message = expected, .opened = &opened};
    verdict = open_json(member ? json_object_get(envelope, member) : envelope, keys, &opening);
    json_decref(envelope);
    if (verdict == VERDICT_OK)
        *out = opened;
    return verdict;
}

enum verdict envelope_open(enum message expected, struct span text,
                           const struct envelope_keys *keys, struct envelope_opened *out)
{
    return open_text(expected, text, NULL, keys, out);
}

enum verdict envelope_open_attached(enum message expected, struct span text, const char *member,
                                    const struct envelope_keys *keys,
                                    struct envelope_opened *out)
{
    return open_text(expected, text, member, keys, out);
}

// All keys of a receiver but one.
struct other_keys {
    const struct envelope_keys *all;
    const uint8_t *but; // its id
};

static bool find_other(void *userdata, const uint8_t key_id[KEY_ID_SIZE],
                       uint8_t public_key[PUBLIC_KEY_SIZE])
{
    const struct other_keys *keys = userdata;
    return memcmp(key_id, keys->but, KEY_ID_SIZE) != 0 &&
           keys->all->find(keys->all->userdata, key_id, public_key);
}

enum verdict envelope_second_signer(enum message message, struct span text,
                                    const struct envelope_opened *opened,
                                    const struct envelope_keys *keys,
                                    uint8_t key_id[static KEY_ID_SIZE])
{
    enum verdict verdict;
    json_t *envelope = text.n <= ENVELOPE_MAX ? ijson_read(text, &verdict) : NULL;
    if (!envelope)
        return text.n <= ENVELOPE_MAX ? verdict : VERDICT_ENVELOPE_TOO_LONG;

    struct opening opening = {.message = message,
                              .signatures = json_object_get(envelope, "signatures")};
    signed_bytes_of(message, statement_span(&opened->body), &opening.signed_bytes);
    struct other_keys other = {keys, opened->key_id};
    const struct envelope_keys others = {find_other, &other};
    uint8_t key[PUBLIC_KEY_SIZE];
    if (json_array_size(opening.signatures) > ENVELOPE_SIGNATURES_MAX)
        verdict = VERDICT_SIGNATURES;
    else if (!find_key(&opening, &others, key))
        verdict = VERDICT_UNKNOWN_KEY;
    else
        verdict = signed_by(&opening, key);

    json_decref(envelope);
    if (verdict == VERDICT_OK && !key_id_of(key, key_id))
        verdict = VERDICT_NOT_JUDGED;
    return verdict;
}

bool envelope_find_one(void *userdata, const uint8_t key_id[KEY_ID_SIZE],
                       uint8_t public_key[PUBLIC_KEY_SIZE])
{
    uint8_t own[KEY_ID_SIZE];
    if (!key_id_of(userdata, own) || memcmp(own, key_id, sizeof(own)) != 0)
        return false;
    memcpy(public_key, userdata, PUBLIC_KEY_SIZE);
    return true;
}
