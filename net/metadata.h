// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_METADATA_H
#define QRCONFIRM_NET_METADATA_H

// What a portal says about itself: its key, the next one, its TLS pins, its address. Fetched
// without trust in TLS; the signature, the fingerprint of the pairing code and the serial are
// what counts (docs/protocol, sections 4, 6 and 11).

#include "net/action.h"

// Where a portal's metadata stands, under its origin.
#define METADATA_PATH "/.well-known/qr-login"

// First pairing: fetches from the code's origin. PAIRING_FINGERPRINT if the key is not the one
// that the code names. A network that fails is tried again for RETRY_WINDOW_MS.
bool metadata_fetch(const struct net_action *action, const struct pairing_code *code,
                    struct portal_facts *out, struct fault *fault);

// Fetches again what is held; `facts` changes on success only. With `patient` a failing network
// is tried again, else there is one try.
bool metadata_refresh(const struct net_action *action, struct portal_facts *facts, bool patient,
                      struct fault *fault);

// Judges one metadata reply against the facts held (NULL: first pairing). Pure.
bool metadata_accept(struct span envelope, const char *origin, const struct portal_facts *held,
                     struct portal_facts *out, struct fault *fault);

// A reply verified under the key announced as next: it is the current one now, the old one is
// dropped, and what follows it is told by the metadata.
void metadata_promote(struct portal_facts *facts,
                      const uint8_t verified[static PUBLIC_KEY_SIZE]);

#endif
