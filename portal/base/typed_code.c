// SPDX-License-Identifier: MIT
#include "portal/base/typed_code.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Spaces, dashes and dots, and marks without a width that come along when text is copied.
static bool separates(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x09, 0x0d},     {0x20, 0x20},     {0x2d, 0x2e},     {0xa0, 0xa0},
        {0xad, 0xad},     {0xb7, 0xb7},     {0x1680, 0x1680}, {0x2000, 0x2015},
        {0x2027, 0x202f}, {0x205f, 0x2064}, {0x2066, 0x2069}, {0x2212, 0x2212},
        {0x3000, 0x3000}, {0xfeff, 0xfeff}, {0xff0d, 0xff0d},
    };
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    }
    return false;
}

// The digit in ASCII, or 0. Keyboards of some languages give these by themselves.
static char ascii_digit(uint32_t c)
{
    static const uint32_t zeros[] = {'0', 0x0660, 0x06f0, 0x0966, 0xff10};
    for (size_t i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++) {
        if (c >= zeros[i] && c < zeros[i] + 10)
            return (char)('0' + (c - zeros[i]));
    }
    return 0;
}

// The length of the UTF-8 character at `at`, and its code point; a stray byte stands for
// itself.
static size_t character(const uint8_t *at, uint32_t *out)
{
    size_t more = at[0] >= 0xf0 ? 3 : at[0] >= 0xe0 ? 2 : at[0] >= 0xc0 ? 1 : 0;
    uint32_t c = more == 0 ? at[0] : at[0] & (0x3fu >> more);
    for (size_t i = 1; i <= more; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            *out = at[0];
            return 1;
        }
        c = c << 6 | (at[i] & 0x3fu);
    }
    *out = c;
    return more + 1;
}

void typed_code(const char *typed, char out[static TYPED_CODE_MAX + 1])
{
    const uint8_t *at = (const uint8_t *)typed;
    size_t n = 0;

    while (*at) {
        uint32_t c;
        size_t size = character(at, &c);
        char digit = ascii_digit(c);
        const void *kept = digit ? (const void *)&digit : at;
        size_t length = digit ? 1 : separates(c) ? 0 : size;
        if (length > TYPED_CODE_MAX - n) {
            n = 0; // too long to be a code
            break;
        }
        memcpy(out + n, kept, length);
        n += length;
        at += size;
    }
    out[n] = '\0';
}
