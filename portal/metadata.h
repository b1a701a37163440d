// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_METADATA_H
#define QRCONFIRM_PORTAL_METADATA_H

// What the portal says about itself under /.well-known/qr-login: key, TLS pin, base URL, name,
// signed, with a serial that rises with every change.

#include "portal/portal.h"

// Signs the metadata as it is now into portal->metadata and portal->serial. `pin` may be NULL.
// Runs inside a transaction; call it again after portal.name was changed.
bool metadata_make(struct portal *portal, const uint8_t *pin, struct fault *fault);

#endif
