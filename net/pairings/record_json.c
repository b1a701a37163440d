// SPDX-License-Identifier: MIT
#include "net/pairings/record_json.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "net/protocol/json_text.h"

json_t *record_open(struct span text, const char *format, int version, struct fault *fault)
{
    json_error_t error;
    bool starved = false;
    json_t *root = json_text_load(text, JSON_REJECT_DUPLICATES, &error, &starved);
    if (!root) {
        fault_set(fault, starved ? FAILURE_MEMORY : FAILURE_PAIRING_DAMAGED, "line %d: %.100s",
                  error.line, error.text);
        return NULL;
    }

    const char *is_format = json_string_value(json_object_get(root, "format"));
    const json_t *is_version = json_object_get(root, "version");
    if (!is_format || strcmp(is_format, format) != 0) {
        fault_set(fault, FAILURE_PAIRING_DAMAGED, "this is no %s", format);
    } else if (!json_is_integer(is_version) || json_integer_value(is_version) != version) {
        fault_set(fault, FAILURE_PAIRING_DAMAGED, "not version %d of a %s", version, format);
    } else {
        return root;
    }

    json_decref(root);
    return NULL;
}

static const char *read_string(struct record_reader *reader, const char *member, size_t *length)
{
    const json_t *value = json_object_get(reader->object, member);
    *length = json_string_length(value);
    return json_string_value(value);
}

static void fail(struct record_reader *reader, const char *member)
{
    if (!reader->bad)
        reader->bad = member;
}

void record_read_text(struct record_reader *reader, const char *member, char *out, size_t low,
                      size_t room)
{
    size_t length;
    const char *text = read_string(reader, member, &length);
    if (!text || length < low || length >= room || strlen(text) != length) {
        fail(reader, member);
        return;
    }
    memcpy(out, text, length + 1);
}

bool record_from_hex(const char *text, uint8_t *out, size_t size)
{
    size_t length = strlen(text), got;
    if (length != size * 2 || strspn(text, "0123456789abcdef") != length)
        return false;
    return sodium_hex2bin(out, size, text, length, NULL, &got, NULL) == 0 && got == size;
}

void record_read_bytes(struct record_reader *reader, const char *member, uint8_t *out,
                       size_t size)
{
    size_t length;
    const char *text = read_string(reader, member, &length);
    if (!text || strlen(text) != length || !record_from_hex(text, out, size))
        fail(reader, member);
}

void record_read_some_bytes(struct record_reader *reader, const char *member, uint8_t *out,
                            size_t room, size_t *size)
{
    size_t length, count;
    const char *text = read_string(reader, member, &length);
    count = length / 2;
    if (!text || count < 1 || count > room || strlen(text) != length ||
        !record_from_hex(text, out, count)) {
        fail(reader, member);
        return;
    }
    *size = count;
}

void record_read_counter(struct record_reader *reader, const char *member, uint64_t *out)
{
    size_t length;
    const char *text = read_string(reader, member, &length);
    uint64_t value = 0;
    bool ok = text && length > 0 && (length == 1 || text[0] != '0');

    for (size_t i = 0; ok && i < length; i++) {
        unsigned digit = (unsigned)(text[i] - '0');
        ok = text[i] >= '0' && text[i] <= '9' && value <= (UINT64_MAX - digit) / 10;
        value = value * 10 + digit;
    }

    if (ok)
        *out = value;
    else
        fail(reader, member);
}

void record_read_time(struct record_reader *reader, const char *member, int64_t *out)
{
    const json_t *value = json_object_get(reader->object, member);
    if (json_is_integer(value))
        *out = json_integer_value(value);
    else
        fail(reader, member);
}

const json_t *record_read_array(struct record_reader *reader, const char *member,
                                size_t at_most)
{
    const json_t *value = json_object_get(reader->object, member);
    if (json_is_array(value) && json_array_size(value) <= at_most)
        return value;
    fail(reader, member);
    return NULL;
}

json_t *record_hex(struct span bytes)
{
    char text[RECORD_HEX_MAX * 2 + 1];
    if (bytes.n > RECORD_HEX_MAX)
        return NULL;
    sodium_bin2hex(text, sizeof(text), bytes.p, bytes.n);
    return json_string(text);
}

int record_write_bytes(json_t *object, const char *member, struct span bytes)
{
    return json_object_set_new(object, member, record_hex(bytes));
}

int record_write_counter(json_t *object, const char *member, uint64_t value)
{
    char text[24];
    snprintf(text, sizeof(text), "%" PRIu64, value);
    return json_object_set_new(object, member, json_string(text));
}
