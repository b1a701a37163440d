// SPDX-License-Identifier: MIT
#include "portal/core/pins.h"

#include <sodium.h>
#include <string.h>

#include "net/protocol/base64.h"

#define PREFIX      "sha256//"
#define PREFIX_SIZE (sizeof(PREFIX) - 1)

static const char separators[] = ", \t";

static bool read_pin(const char *text, size_t size, uint8_t out[static HASH_SIZE])
{
    size_t n = 0;
    return size == PIN_TEXT_SIZE && memcmp(text, PREFIX, PREFIX_SIZE) == 0 &&
           base64_read(span_of((const uint8_t *)text + PREFIX_SIZE, size - PREFIX_SIZE),
                       sodium_base64_VARIANT_ORIGINAL, out, HASH_SIZE, &n) &&
           n == HASH_SIZE;
}

static bool read_listed(const char *text, struct statement_pins *out, struct fault *fault)
{
    *out = (struct statement_pins){0};

    for (const char *at = text + strspn(text, separators); *at;) {
        size_t size = strcspn(at, separators);
        if (out->count == STATEMENT_PINS_MAX)
            return fault_set(fault, FAILURE_USAGE, "more than %u pins", STATEMENT_PINS_MAX);
        if (!read_pin(at, size, out->hash[out->count]))
            return fault_set(fault, FAILURE_USAGE,
                             "%.*s is no pin: sha256// and 44 characters of base64", (int)size,
                             at);
        out->count++;
        at += size;
        at += strspn(at, separators);
    }

    return out->count > 0 || fault_set(fault, FAILURE_USAGE, "own, none, or pins");
}

bool pins_read(const char *text, struct pins *out, struct fault *fault)
{
    struct pins pins = {.kind = PINS_LISTED};
    if (strcmp(text, "own") == 0)
        pins.kind = PINS_OWN;
    else if (strcmp(text, "none") == 0)
        pins.kind = PINS_NONE;
    else if (!read_listed(text, &pins.listed, fault))
        return false;
    *out = pins;
    return true;
}

void pins_published(const struct pins *pins, const uint8_t *own, struct statement_pins *out)
{
    *out = (struct statement_pins){0};
    if (pins->kind == PINS_LISTED) {
        *out = pins->listed;
    } else if (pins->kind == PINS_OWN && own) {
        out->count = 1;
        memcpy(out->hash[0], own, HASH_SIZE);
    }
}

void pin_write(const uint8_t hash[static HASH_SIZE], char out[static PIN_TEXT_SIZE + 1])
{
    memcpy(out, PREFIX, PREFIX_SIZE);
    sodium_bin2base64(out + PREFIX_SIZE, PIN_TEXT_SIZE + 1 - PREFIX_SIZE, hash, HASH_SIZE,
                      sodium_base64_VARIANT_ORIGINAL);
}
