// SPDX-License-Identifier: MIT
// A certificate of a server, in PEM: it has a pin or none, and a pin's text reads as itself.
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "net/certificate.h"

static void check_text(const char *text)
{
    uint8_t hash[HASH_SIZE];
    char again[PIN_TEXT_MAX + 1];
    if (!pin_parse(text, hash))
        return;
    pin_text(hash, again);
    FUZZ_MUST(strcmp(again, text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    uint8_t hash[HASH_SIZE], same[HASH_SIZE];
    char text[PIN_TEXT_MAX + 1];
    char *pem = malloc(size + 1);
    if (!pem)
        return 0;
    memcpy(pem, bytes, size);
    pem[size] = '\0';

    check_text(pem);
    if (certificate_pin(pem, hash)) {
        pin_text(hash, text);
        FUZZ_MUST(pin_parse(text, same) && memcmp(hash, same, sizeof(hash)) == 0);
    }

    free(pem);
    return 0;
}
