// SPDX-License-Identifier: MIT
#include "net/protocol/device_token.h"

#include <string.h>

#include "net/protocol/base32.h"

#define PREFIX      "QRT:1:"
#define PREFIX_SIZE (sizeof(PREFIX) - 1)

_Static_assert(PREFIX_SIZE + BASE32_LENGTH(PAIRING_TOKEN_SIZE) == DEVICE_TOKEN_TEXT_SIZE,
               "the text is as long as its two parts");

void device_token_write(const uint8_t token[static PAIRING_TOKEN_SIZE],
                        char out[static DEVICE_TOKEN_TEXT_SIZE + 1])
{
    memcpy(out, PREFIX, PREFIX_SIZE);
    base32_encode(span_of(token, PAIRING_TOKEN_SIZE), out + PREFIX_SIZE);
}

bool device_token_read(struct span text, uint8_t out[static PAIRING_TOKEN_SIZE])
{
    return text.n == DEVICE_TOKEN_TEXT_SIZE && memcmp(text.p, PREFIX, PREFIX_SIZE) == 0 &&
           base32_decode(span_of(text.p + PREFIX_SIZE, text.n - PREFIX_SIZE), out,
                         PAIRING_TOKEN_SIZE);
}
