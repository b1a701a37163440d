// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_ADMINISTRATOR_H
#define QRCONFIRM_NET_PAIRINGS_ADMINISTRATOR_H

// The administrator PIN of a kiosk (qr-login v1, section 11): what pairs, removes pairings and
// changes settings at its screen asks for it. It encrypts nothing: whoever can read the folder
// does not need it. It has as many digits as the device's PIN (pin.h), and wrong ones wait as
// there.
//
// Files beside the pairings: administrator.pin (JSON, 0600: the Argon2id hash, with its salt
// and cost, as crypto_pwhash_str writes it; there exactly while the PIN is set),
// administrator.tries (pin_tries.h), administrator.lock. A file that is not well formed counts
// as a PIN that nobody knows, never as no PIN.

#include "net/pairings/pairing.h"

#define ADMINISTRATOR_PASSES_MAX 8u      // of a file that is read: what is beyond could
#define ADMINISTRATOR_MEMORY_MAX 262144u // KiB; stall or exhaust a kiosk
#define ADMINISTRATOR_HASH_SIZE  128u    // bytes of the hash as text, with a NUL

bool administrator_is_set(struct pairing_store *store);

// Reads the file, tries nothing: ADMINISTRATOR_NOT_SET, ADMINISTRATOR_DAMAGED.
bool administrator_look(struct pairing_store *store, struct fault *fault);

// Milliseconds until a PIN may be tried; 0: now. `now_ms` is the boot clock.
int64_t administrator_wait_ms(struct pairing_store *store, int64_t now_ms);

// True if these digits are the PIN; takes as long as Argon2id does. ADMINISTRATOR_NOT_SET,
// ADMINISTRATOR_DAMAGED; KEY_WRONG_PIN and KEY_WAIT with the milliseconds until the next try
// counts.
bool administrator_check(struct pairing_store *store, struct span pin, int64_t now_ms,
                         int64_t *wait_ms, struct fault *fault);

// Sets the PIN (`old_pin` empty), changes it, or removes it (`new_pin` empty). As above, and
// ADMINISTRATOR_IS_SET, PIN_FORM.
bool administrator_change(struct pairing_store *store, struct span old_pin, struct span new_pin,
                          int64_t now_ms, int64_t *wait_ms, struct fault *fault);

// ---- a PIN that was set elsewhere, for a fleet -------------------------------------------

// The hash of a PIN, as its file holds it. PIN_FORM, MEMORY.
bool administrator_hash(struct span pin, char out[static ADMINISTRATOR_HASH_SIZE],
                        struct fault *fault);

// Whether the text is such a hash, and one that can be paid for.
bool administrator_is_hash(const char *text);

// The PIN of this hash is the one from now on, whatever was before; wrong tries are forgiven.
bool administrator_replace(struct pairing_store *store, const char *hash, struct fault *fault);

#endif
