// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_VECTORS_H
#define QRCONFIRM_TESTS_VECTORS_H

// fixtures/protocol/vectors.json, as tests read it. Whatever is not there fails the test.

// cmocka.h wants these before it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/span.h"

#define VECTOR_BYTES_MAX 65536u

struct vector_bytes {
    uint8_t bytes[VECTOR_BYTES_MAX];
    size_t size;
};

static inline struct span vector_span(const struct vector_bytes *bytes)
{
    return span_of(bytes->bytes, bytes->size);
}

// A section of the file; lives until the program ends.
const json_t *vectors_section(const char *name);

const char *vector_text(const json_t *row, const char *member); // fails if absent
struct span vector_text_span(const json_t *row, const char *member);
void vector_hex(const json_t *row, const char *member, struct vector_bytes *out);
void vector_hex_exact(const json_t *row, const char *member, uint8_t *out, size_t size);
uint64_t vector_number(const json_t *row, const char *member);

// Fails, naming `what`, if the bytes differ.
void assert_span_equal(struct span is, struct span should, const char *what);

#endif
