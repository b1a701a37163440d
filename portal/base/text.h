// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BASE_TEXT_H
#define QRCONFIRM_PORTAL_BASE_TEXT_H

// Text that grows. What there is no memory for is left out, and counted (base/shortage.h): who
// hands a text on compares the count first.

#include <stdbool.h>
#include <stddef.h>

struct text {
    char *p;         // NUL-terminated once something was added; NULL before
    size_t n;        // bytes without the NUL
    size_t capacity; // 0: `p` is not to be freed
};

void text_add(struct text *text, const char *bytes, size_t size);
void text_add_string(struct text *text, const char *string);
__attribute__((format(printf, 2, 3))) void text_format(struct text *text, const char *format,
                                                       ...);
// Adds with the five characters of HTML escaped.
void text_add_escaped(struct text *text, const char *string);
void text_free(struct text *text);

#endif
