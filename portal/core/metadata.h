// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_METADATA_H
#define QRCONFIRM_PORTAL_CORE_METADATA_H

// What the portal says about itself under /.well-known/qr-login: key, TLS pin, base URL, name,
// signed, with a serial that rises with every change.

#include "portal/core/portal.h"

// Signs the metadata as it is now into portal->metadata and portal->serial. `own_pin` is that
// of the portal's TLS key, NULL where it has none; the setting portal.pins says whether it
// counts. Runs inside a transaction; call it again after portal.name was changed.
bool metadata_make(struct portal *portal, const uint8_t *own_pin, struct fault *fault);

// What of it a device must know beforehand, for commands that run beside the server.
struct metadata_address {
    char base_url[BASE_URL_MAX + 1];
    bool has_pin;
    uint8_t pin[HASH_SIZE]; // the first of them
};

// As it was when the portal was last started; false if it never was.
bool metadata_address_kept(struct store *store, struct metadata_address *out);

#endif
