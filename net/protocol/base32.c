// SPDX-License-Identifier: MIT
#include "net/protocol/base32.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

// The value of a character, 32 if it is not of the alphabet.
static unsigned digit_value(uint8_t character)
{
    if (character >= 'A' && character <= 'Z')
        return character - (unsigned)'A';
    if (character >= '2' && character <= '7')
        return character - (unsigned)'2' + 26;
    return 32;
}

bool base32_is_digit(uint8_t character)
{
    return digit_value(character) < 32;
}

void base32_encode(struct span bytes, char *out)
{
    unsigned bits = 0, count = 0;
    for (size_t i = 0; i < bytes.n; i++) {
        bits = (bits << 8 | bytes.p[i]) & 0xfff; // at most 4 bits wait for the next byte
        count += 8;
        for (; count >= 5; count -= 5)
            *out++ = alphabet[bits >> (count - 5) & 31];
    }
    if (count > 0)
        *out++ = alphabet[bits << (5 - count) & 31];
    *out = '\0';
}

static bool is_spelling(struct span text, size_t size)
{
    if (text.n != BASE32_LENGTH(size))
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (!base32_is_digit(text.p[i]))
            return false;
    }
    unsigned unused = (unsigned)(text.n * 5 - size * 8);
    return text.n == 0 || (digit_value(text.p[text.n - 1]) & ((1u << unused) - 1)) == 0;
}

bool base32_decode(struct span text, uint8_t *out, size_t size)
{
    if (!is_spelling(text, size))
        return false;

    unsigned bits = 0, count = 0;
    size_t done = 0;
    for (size_t i = 0; i < text.n; i++) {
        bits = (bits << 5 | digit_value(text.p[i])) & 0xfff;
        count += 5;
        if (count >= 8) {
            count -= 8;
            out[done++] = (uint8_t)(bits >> count);
        }
    }
    return true;
}
