// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_PAIRING_SECRETS_H
#define QRCONFIRM_NET_PAIRINGS_PAIRING_SECRETS_H

// The keys and passwords of the store: sealed if there is a PIN (pairing_pin.h). Any thread may
// call.

#include "net/pairings/key_file.h"
#include "net/pairings/pairing_store.h"
#include "net/pairings/password_file.h"

// Whether the secrets of the pairing are whole and sealed as the PIN says; needs no PIN. False
// with KEY_MISSING, KEY_OTHER_PIN, KEY_UNSEALED, PAIRING_DAMAGED, or why they cannot be read.
bool pairing_store_check_secrets(struct pairing_store *store, const char *id,
                                 struct fault *fault);

// The secret keys of a pairing, to be freed with secret_keys_free. NULL on failure: KEY_LOCKED
// where they are sealed and pairing_store_unlock was not called, KEY_OTHER_PIN where the
// device's PIN does not open them. Saving seals them as the device's PIN says, and is
// KEY_LOCKED too without it.
struct secret_keys *pairing_store_keys(struct pairing_store *store, const char *id,
                                       struct fault *fault);
bool pairing_store_save_keys(struct pairing_store *store, const char *id,
                             const struct secret_keys *keys, struct fault *fault);
bool pairing_store_erase_keys(struct pairing_store *store, const char *id, struct fault *fault);

// The application password of a pairing whose dialect has one, to be freed with
// app_password_free. NULL on failure. Forgetting the pairing erases it.
struct app_password *pairing_store_password(struct pairing_store *store, const char *id,
                                            struct fault *fault);
bool pairing_store_save_password(struct pairing_store *store, const char *id,
                                 const struct app_password *password, struct fault *fault);

#endif
