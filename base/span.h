// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_BASE_SPAN_H
#define QRCONFIRM_BASE_SPAN_H

// Bytes with a length, owned by somebody else. A payload, a message or a file's content is
// never a C string: it may hold any byte, NUL too.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
    const uint8_t *p;
    size_t n;
};

static inline struct span span_of(const void *bytes, size_t size)
{
    return (struct span){bytes, size};
}

static inline struct span span_str(const char *text)
{
    return (struct span){(const uint8_t *)text, strlen(text)};
}

static inline bool span_equal(struct span a, struct span b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

#endif
