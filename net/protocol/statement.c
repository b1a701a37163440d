// SPDX-License-Identifier: MIT
#include "net/protocol/statement.h"

#include <stdio.h>

#include "net/protocol/message_layout.h"
#include "net/protocol/text.h"
#include "net/protocol/wire.h"

#define PROTOCOL_VERSION 1u

// ---- what a message is -----------------------------------------------------------------

const char *message_name(enum message message)
{
    return layouts[message].name;
}

const char *message_media_type(enum message message)
{
    return layouts[message].media_type;
}

const char *message_endpoint(enum message message)
{
    return layouts[message].endpoint;
}

uint8_t message_type_byte(enum message message)
{
    return layouts[message].type;
}

bool message_is_of_portal(enum message message)
{
    return layouts[message].type >= 0x80;
}

bool message_from_name(const char *name, enum message *out)
{
    for (size_t i = 0; i < MESSAGE_COUNT; i++) {
        if (strcmp(layouts[i].name, name) == 0) {
            *out = (enum message)i;
            return true;
        }
    }
    return false;
}

// The bytes of a field of fixed size, 0 for the others.
static size_t fixed_size(const struct field *field)
{
    switch (field->kind) {
    case FIELD_U8:
        return 1;
    case FIELD_U16:
        return 2;
    case FIELD_U64:
        return 8;
    case FIELD_BYTES:
        return field->high;
    default:
        return 0;
    }
}

size_t message_fixed_size(enum message message)
{
    size_t size = 2; // version and type
    for (const struct field *f = layouts[message].fields; f->high > 0 && fixed_size(f) > 0; f++)
        size += fixed_size(f);
    return size;
}

bool statement_where_set(struct statement_where *out, const char *base_url,
                         enum message message)
{
    size_t origin_size;
    const char *endpoint = message_endpoint(message);
    if (!endpoint || !base_url_is_normal(span_str(base_url), &origin_size))
        return false;
    const char *path = base_url + origin_size;
    if (strlen("POST ") + strlen(path) + strlen(endpoint) > STATEMENT_TARGET_MAX)
        return false;
    snprintf(out->origin, sizeof(out->origin), "%.*s", (int)origin_size, base_url);
    snprintf(out->target, sizeof(out->target), "POST %s%s", path, endpoint);
    return true;
}

// ---- what a text may be ----------------------------------------------------------------

static enum verdict check_text(struct span text)
{
    switch (text_check_whole(text)) {
    case TEXT_OK:
        return VERDICT_OK;
    case TEXT_NOT_UTF8:
        return VERDICT_NOT_UTF8;
    case TEXT_BLANK:
        return VERDICT_BLANK;
    case TEXT_FORBIDDEN:
        break;
    }
    return VERDICT_FORBIDDEN_CHARACTER;
}

static enum verdict origin_word(enum origin_verdict verdict, enum verdict form)
{
    switch (verdict) {
    case ORIGIN_OK:
        return VERDICT_OK;
    case ORIGIN_FORM:
        return form;
    case ORIGIN_HOST:
        return VERDICT_HOST;
    case ORIGIN_NOT_LOOPBACK:
        return VERDICT_NOT_LOOPBACK;
    case ORIGIN_PORT:
        return VERDICT_PORT;
    case ORIGIN_NOT_NORMAL:
        return VERDICT_ORIGIN_NOT_NORMAL;
    case ORIGIN_PATH:
        break;
    }
    return VERDICT_BASE_PATH;
}

// A query as only the Bitrix24 statement has one: '?' and [A-Za-z0-9._~=&-], at least one.
static bool is_query(struct span query)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789._~=&-";
    if (query.n < 2)
        return false;
    for (size_t i = 1; i < query.n; i++) {
        if (query.p[i] == '\0' || !strchr(allowed, query.p[i]))
            return false;
    }
    return true;
}

static bool is_target(struct span target, bool with_query)
{
    static const char method[] = "POST ";
    size_t skip = sizeof(method) - 1;
    if (target.n > STATEMENT_TARGET_MAX || target.n < skip ||
        memcmp(target.p, method, skip) != 0)
        return false;

    struct span path = {target.p + skip, target.n - skip};
    const uint8_t *mark = with_query ? memchr(path.p, '?', path.n) : NULL;
    if (mark) {
        struct span query = {mark, path.n - (size_t)(mark - path.p)};
        path.n -= query.n;
        if (!is_query(query))
            return false;
    }

    return url_path_is_plain(path);
}

static bool is_code(struct span code)
{
    if (code.n != 0 && code.n != STATEMENT_CODE_SIZE)
        return false;
    for (size_t i = 0; i < code.n; i++) {
        if (code.p[i] < '0' || code.p[i] > '9')
            return false;
    }
    return true;
}

// Judges the bytes of a field of variable size.
static enum verdict check_variable(const struct field *field, struct span bytes)
{
    enum verdict verdict = VERDICT_OK;

    switch (field->kind) {
    case FIELD_TEXT:
        if (bytes.n < field->low || bytes.n > field->high)
            return field->refused;
        return check_text(bytes);
    case FIELD_ORIGIN:
    case FIELD_BASE_URL:
    case FIELD_TARGET:
    case FIELD_TARGET_WITH_QUERY:
        verdict = check_text(bytes);
        break;
    case FIELD_FRAME:
        return bytes.n == 0 || bytes.n == CHALLENGE_FRAME_SIZE ? VERDICT_OK : field->refused;
    default:
        return is_code(bytes) ? VERDICT_OK : field->refused;
    }

    if (verdict != VERDICT_OK)
        return verdict;
    if (field->kind == FIELD_ORIGIN)
        return origin_word(origin_check(bytes), field->refused);
    if (field->kind == FIELD_BASE_URL)
        return origin_word(base_url_check(bytes, NULL), field->refused);
    return is_target(bytes, field->kind == FIELD_TARGET_WITH_QUERY) ? VERDICT_OK
                                                                    : field->refused;
}

// ---- reading ---------------------------------------------------------------------------

static enum verdict check_number(const struct field *field, uint64_t value)
{
    bool allowed =
        value >= field->low && value <= field->high && (value & field->must) == field->must;
    return allowed ? VERDICT_OK : field->refused;
}

static enum verdict read_fixed(const struct field *field, struct wire_reader *reader,
                               uint8_t *to)
{
    if (field->kind == FIELD_BYTES) {
        struct span bytes = wire_read_bytes(reader, field->high);
        if (!reader->failed)
            memcpy(to, bytes.p, bytes.n);
        return reader->failed ? VERDICT_SHORT : VERDICT_OK;
    }

    uint64_t value = wire_read_integer(reader, fixed_size(field));
    if (reader->failed)
        return VERDICT_SHORT;

    if (field->kind == FIELD_U64) {
        memcpy(to, &value, sizeof(value));
        return VERDICT_OK;
    }
    if (field->kind == FIELD_U16)
        memcpy(to, &(uint16_t){(uint16_t)value}, sizeof(uint16_t));
    else
        *to = (uint8_t)value;
    return check_number(field, value);
}

static enum verdict read_pins(const struct field *field, struct wire_reader *reader,
                              struct statement_pins *pins)
{
    pins->count = (size_t)wire_read_integer(reader, 1);
    if (reader->failed)
        return VERDICT_SHORT;
    if (pins->count > field->high)
        return field->refused;
    struct span bytes = wire_read_bytes(reader, pins->count * HASH_SIZE);
    if (reader->failed)
        return VERDICT_SHORT;
    if (bytes.n > 0)
        memcpy(pins->hash, bytes.p, bytes.n);
    return VERDICT_OK;
}

static enum verdict read_variable(const struct field *field, struct wire_reader *reader,
                                  uint8_t *to)
{
    struct span bytes = wire_read_lp(reader);
    if (reader->failed)
        return VERDICT_SHORT;
    enum verdict verdict = check_variable(field, bytes);
    if (verdict != VERDICT_OK)
        return verdict;

    if (field->kind == FIELD_FRAME) {
        struct statement_frame frame = {.size = bytes.n};
        if (bytes.n > 0)
            memcpy(frame.bytes, bytes.p, bytes.n);
        memcpy(to, &frame, sizeof(frame));
        return VERDICT_OK;
    }

    // check_variable has held the bytes to the field's limit; the struct was zero before.
    if (bytes.n > 0)
        memcpy(to, bytes.p, bytes.n);
    return VERDICT_OK;
}

static enum verdict read_field(const struct field *field, struct wire_reader *reader,
                               union statement *out)
{
    uint8_t *to = (uint8_t *)out + field->at;
    if (fixed_size(field) > 0)
        return read_fixed(field, reader, to);
    if (field->kind == FIELD_PINS) {
        struct statement_pins pins = {0};
        enum verdict verdict = read_pins(field, reader, &pins);
        memcpy(to, &pins, sizeof(pins));
        return verdict;
    }
    return read_variable(field, reader, to);
}

enum verdict statement_decode(enum message message, struct span body, union statement *out)
{
    const struct layout *layout = &layouts[message];
    if (body.n > STATEMENT_BODY_MAX)
        return VERDICT_BODY_TOO_LONG;
    if (body.n < message_fixed_size(message))
        return VERDICT_SHORT;

    struct wire_reader reader = {.from = body};
    if (wire_read_integer(&reader, 1) != PROTOCOL_VERSION)
        return VERDICT_VERSION;
    if (wire_read_integer(&reader, 1) != layout->type)
        return VERDICT_TYPE;

    union statement read;
    memset(&read, 0, sizeof(read));
    for (const struct field *field = layout->fields; field->high > 0; field++) {
        enum verdict verdict = read_field(field, &reader, &read);
        if (verdict != VERDICT_OK)
            return verdict;
    }
    if (reader.at != body.n)
        return VERDICT_TRAILING_BYTES;
    enum verdict verdict = layout->check ? layout->check(&read) : VERDICT_OK;
    if (verdict == VERDICT_OK)
        memcpy(out, &read, sizeof(read));
    return verdict;
}

#define STATEMENT_DECODER(name, MESSAGE, type)                                                 \
    enum verdict statement_decode_##name(struct span body, struct type *out)                   \
    {                                                                                          \
        union statement read;                                                                  \
        enum verdict verdict = statement_decode(MESSAGE, body, &read);                         \
        if (verdict == VERDICT_OK)                                                             \
            memcpy(out, &read, sizeof(*out));                                                  \
        return verdict;                                                                        \
    }

STATEMENT_DECODER(metadata, MESSAGE_METADATA, statement_metadata)
STATEMENT_DECODER(enrol, MESSAGE_ENROL, statement_enrol)
STATEMENT_DECODER(enrolled, MESSAGE_ENROLLED, statement_enrolled)
STATEMENT_DECODER(resolve, MESSAGE_RESOLVE, statement_resolve)
STATEMENT_DECODER(context, MESSAGE_CONTEXT, statement_context)
STATEMENT_DECODER(decision, MESSAGE_DECISION, statement_decision)
STATEMENT_DECODER(bitrix24, MESSAGE_BITRIX24, statement_decision)
STATEMENT_DECODER(receipt, MESSAGE_RECEIPT, statement_receipt)
STATEMENT_DECODER(rotate, MESSAGE_ROTATE, statement_rotate)
STATEMENT_DECODER(unpair, MESSAGE_UNPAIR, statement_unpair)
STATEMENT_DECODER(endsession, MESSAGE_ENDSESSION, statement_endsession)
STATEMENT_DECODER(journal, MESSAGE_JOURNAL, statement_journal)
STATEMENT_DECODER(revoked, MESSAGE_REVOKED, statement_revoked)

// ---- writing ---------------------------------------------------------------------------

static void write_field(const struct field *field, struct wire_writer *writer,
                        const uint8_t *from)
{
    uint64_t u64;
    uint16_t u16;
    struct statement_pins pins;
    struct statement_frame frame;

    switch (field->kind) {
    case FIELD_U8:
        wire_write_integer(writer, *from, 1);
        return;
    case FIELD_U16:
        memcpy(&u16, from, sizeof(u16));
        wire_write_integer(writer, u16, 2);
        return;
    case FIELD_U64:
        memcpy(&u64, from, sizeof(u64));
        wire_write_integer(writer, u64, 8);
        return;
    case FIELD_BYTES:
        wire_write_bytes(writer, span_of(from, field->high));
        return;
    case FIELD_PINS:
        memcpy(&pins, from, sizeof(pins));
        // A count beyond the limit is written so that the check below refuses it.
        wire_write_integer(writer, pins.count > 255 ? 255 : pins.count, 1);
        if (pins.count <= STATEMENT_PINS_MAX)
            wire_write_bytes(writer, span_of(pins.hash, pins.count * HASH_SIZE));
        return;
    case FIELD_FRAME:
        memcpy(&frame, from, sizeof(frame));
        if (frame.size > CHALLENGE_FRAME_SIZE)
            writer->failed = true;
        else
            wire_write_lp(writer, span_of(frame.bytes, frame.size));
        return;
    default: // texts; the arrays are one byte longer than the longest
        wire_write_lp(writer, span_of(from, strnlen((const char *)from, field->high + 1)));
    }
}

enum verdict statement_encode(enum message message, const void *in, struct statement_body *out)
{
    const struct layout *layout = &layouts[message];
    struct statement_body body;
    struct wire_writer writer = {.to = body.bytes, .room = sizeof(body.bytes)};
    wire_write_integer(&writer, PROTOCOL_VERSION, 1);
    wire_write_integer(&writer, layout->type, 1);
    for (const struct field *field = layout->fields; field->high > 0; field++)
        write_field(field, &writer, (const uint8_t *)in + field->at);
    if (writer.failed)
        return VERDICT_BODY_TOO_LONG;
    body.size = writer.size;

    union statement unused;
    enum verdict verdict = statement_decode(message, statement_span(&body), &unused);
    if (verdict == VERDICT_OK)
        *out = body;
    return verdict;
}
