// SPDX-License-Identifier: MIT
#include "net/protocol/badge.h"

#include <string.h>

#include "net/protocol/base32.h"

#define PREFIX      "QRB:1:"
#define PREFIX_SIZE (sizeof(PREFIX) - 1)
#define TAG_LENGTH  BASE32_LENGTH(CHALLENGE_TAG_SIZE)

_Static_assert(PREFIX_SIZE + TAG_LENGTH + 1 + BASE32_LENGTH(BADGE_SIZE) == BADGE_TEXT_SIZE,
               "the text is as long as its parts");

void badge_write(const struct badge *badge, char out[static BADGE_TEXT_SIZE + 1])
{
    memcpy(out, PREFIX, PREFIX_SIZE);
    out += PREFIX_SIZE;
    base32_encode(span_of(badge->tag, sizeof(badge->tag)), out);
    out += TAG_LENGTH;
    *out++ = ':';
    base32_encode(span_of(badge->bytes, sizeof(badge->bytes)), out);
}
