// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_PAIRING_PIN_H
#define QRCONFIRM_NET_PAIRINGS_PAIRING_PIN_H

// The PIN of the store: one for all keys of the device (pin.h). Any thread may call.

#include "net/pairings/pairing.h"
#include "net/pairings/seal.h"

bool pairing_store_has_pin(struct pairing_store *store);
// False with PIN_DAMAGED, or why the file of the PIN cannot be read.
bool pairing_store_check_pin(struct pairing_store *store, struct fault *fault);

// From here on the PIN is that of whoever has this badge: the badge is in front of it wherever
// it is set, tried or changed (seal.h).
void pairing_store_set_badge(struct pairing_store *store,
                             const uint8_t badge[static SEAL_BADGE_SIZE]);

// How many wrong PINs there were in a row.
uint64_t pairing_store_wrong_pins(struct pairing_store *store);

// Milliseconds until a PIN may be tried; 0: now. `now_ms` is the boot clock.
int64_t pairing_store_pin_wait_ms(struct pairing_store *store, int64_t now_ms);

// Sets the PIN (`old_pin` empty), changes it, or removes it (`new_pin` empty): for all keys or
// for none, whatever happens meanwhile. PIN_IS_SET, PIN_NOT_SET, PIN_FORM; KEY_WRONG_PIN and
// KEY_WAIT with the milliseconds until the next try counts. If a single key cannot be read,
// why, and nothing is changed. PIN_UNFINISHED: the new PIN holds, and the rest is done when the
// store is opened next. Takes a second.
bool pairing_store_change_pin(struct pairing_store *store, struct span old_pin,
                              struct span new_pin, int64_t now_ms, int64_t *wait_ms,
                              struct fault *fault);

// The signer holds the seal of the PIN in guarded memory, until pairing_store_lock. Takes as
// long as Argon2id does, and waits for whoever tries a PIN at the same time. `now_ms` is the
// boot clock; KEY_WRONG_PIN and KEY_WAIT come with the milliseconds until the next try counts.
bool pairing_store_unlock(struct pairing_store *store, struct span pin, int64_t now_ms,
                          int64_t *wait_ms, struct fault *fault);
void pairing_store_lock(struct pairing_store *store);

#endif
