// SPDX-License-Identifier: MIT
#include "tests/unit/vectors/vectors.h"

#include <string.h>

static json_t *vectors;

static void forget(void)
{
    json_decref(vectors);
}

const json_t *vectors_section(const char *name)
{
    if (!vectors) {
        json_error_t error;
        vectors = json_load_file(FIXTURES_DIR "/protocol/vectors.json", 0, &error);
        if (!vectors)
            fail_msg("vectors.json: %s", error.text);
        atexit(forget);
    }
    const json_t *section = json_object_get(vectors, name);
    if (!section)
        fail_msg("vectors.json has no section %s", name);
    return section;
}

struct span vector_text_span(const json_t *row, const char *member)
{
    const json_t *value = json_object_get(row, member);
    if (!json_is_string(value))
        fail_msg("vectors.json: no text %s", member);
    return span_of(json_string_value(value), json_string_length(value));
}

const char *vector_text(const json_t *row, const char *member)
{
    return (const char *)vector_text_span(row, member).p;
}

static unsigned hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, c) : NULL;
    if (!at)
        fail_msg("vectors.json: not a hex digit: %c", c);
    return at ? (unsigned)(at - digits) : 0;
}

void vector_hex(const json_t *row, const char *member, struct vector_bytes *out)
{
    struct span hex = vector_text_span(row, member);
    assert_true(hex.n % 2 == 0 && hex.n / 2 <= sizeof(out->bytes));
    out->size = hex.n / 2;
    for (size_t i = 0; i < out->size; i++) {
        unsigned high = hex_digit((char)hex.p[2 * i]), low = hex_digit((char)hex.p[2 * i + 1]);
        out->bytes[i] = (uint8_t)(high << 4 | low);
    }
}

void vector_hex_exact(const json_t *row, const char *member, uint8_t *out, size_t size)
{
    static struct vector_bytes bytes;
    vector_hex(row, member, &bytes);
    if (bytes.size != size)
        fail_msg("vectors.json: %s has %zu bytes, not %zu", member, bytes.size, size);
    memcpy(out, bytes.bytes, size);
}

uint64_t vector_number(const json_t *row, const char *member)
{
    const json_t *value = json_object_get(row, member);
    if (!json_is_integer(value))
        fail_msg("vectors.json: no number %s", member);
    return (uint64_t)json_integer_value(value);
}

void assert_span_equal(struct span is, struct span should, const char *what)
{
    if (is.n != should.n)
        fail_msg("%s: %zu bytes, not %zu", what, is.n, should.n);
    for (size_t i = 0; i < is.n; i++) {
        if (is.p[i] != should.p[i])
            fail_msg("%s: byte %zu is %02x, not %02x", what, i, is.p[i], should.p[i]);
    }
}
