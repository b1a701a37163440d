// SPDX-License-Identifier: MIT
#include "net/protocol/base64.h"

#include <sodium.h>

bool base64_encode(struct span bytes, char *out, size_t room)
{
    if (room <= BASE64_LENGTH(bytes.n))
        return false;
    sodium_bin2base64(out, room, bytes.p, bytes.n, sodium_base64_VARIANT_ORIGINAL);
    return true;
}

static bool is_alphanumeric(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// One alphabet, then at most two '='. `url_safe` tells which alphabet; of a text that uses
// neither '+/' nor '-_' it does not matter.
static bool is_of_one_alphabet(struct span text, bool *url_safe)
{
    bool standard = false;
    *url_safe = false;

    size_t digits = text.n;
    while (digits > 0 && text.n - digits < 2 && text.p[digits - 1] == '=')
        digits--;

    for (size_t i = 0; i < digits; i++) {
        uint8_t c = text.p[i];
        if (c == '+' || c == '/')
            standard = true;
        else if (c == '-' || c == '_')
            *url_safe = true;
        else if (!is_alphanumeric(c))
            return false;
    }
    return !(standard && *url_safe);
}

enum verdict base64_decode(struct span text, uint8_t *out, size_t room, size_t *size)
{
    bool url_safe;
    if (!is_of_one_alphabet(text, &url_safe))
        return VERDICT_BASE64_ALPHABET;
    if (text.n % 4 != 0)
        return VERDICT_BASE64_LENGTH;

    size_t padding = 0;
    while (padding < text.n && text.p[text.n - 1 - padding] == '=')
        padding++;
    if (text.n / 4 * 3 - padding > room)
        return VERDICT_BODY_TOO_LONG;

    // What libsodium refuses now is a unit of a wrong length or with unused bits set.
    int variant = url_safe ? sodium_base64_VARIANT_URLSAFE : sodium_base64_VARIANT_ORIGINAL;
    return base64_read(text, variant, out, room, size) ? VERDICT_OK
                                                       : VERDICT_BASE64_TRAILING_BITS;
}

bool base64_read(struct span text, int variant, uint8_t *out, size_t room, size_t *size)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] > 127)
            return false;
    }
    return sodium_base642bin(out, room, (const char *)text.p, text.n, NULL, size, NULL,
                             variant) == 0;
}
