// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_PINS_H
#define QRCONFIRM_PORTAL_CORE_PINS_H

// The pins that the portal publishes: the hashes of the TLS keys that devices may meet at its
// address. Where a proxy ends TLS, they are the proxy's. Pure.

#include "base/failure.h"
#include "net/protocol/message.h"

#define PIN_TEXT_SIZE 52u // "sha256//" and 44 characters of base64

enum pins_kind {
    PINS_OWN,   // of the portal's own tls.key
    PINS_NONE,  // devices look at chain, name and dates instead
    PINS_LISTED // those
};

struct pins {
    enum pins_kind kind;
    struct statement_pins listed;
};

// "own", "none", or up to STATEMENT_PINS_MAX of "sha256//..." between commas or spaces. Fails
// with USAGE.
bool pins_read(const char *text, struct pins *out, struct fault *fault);

// `own` may be NULL: the portal has no TLS key.
void pins_published(const struct pins *pins, const uint8_t *own, struct statement_pins *out);

void pin_write(const uint8_t hash[static HASH_SIZE], char out[static PIN_TEXT_SIZE + 1]);

#endif
