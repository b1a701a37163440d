// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_SIGNER_KEYS_H
#define QRCONFIRM_NET_PAIRINGS_SIGNER_KEYS_H

// The secrets of the folder as the signer reads and writes them: sealed if there is a PIN
// (pin.h). `seal` is what the PIN opened, or NULL. One thread at a time.

#include "net/pairings/key_file.h"
#include "net/pairings/password_file.h"

// The secret keys of a pairing, to be freed with secret_keys_free. NULL on failure: KEY_LOCKED
// where they are sealed and `seal` is NULL, KEY_OTHER_PIN where the device's PIN does not open
// them. Writing seals them as the device's PIN says, and is KEY_LOCKED too without it.
struct secret_keys *signer_read_keys(int folder, const struct seal *seal, const char *id,
                                     struct fault *fault);
bool signer_write_keys(int folder, const struct seal *seal, const char *id,
                       const struct secret_keys *keys, struct fault *fault);

// The application password of a pairing, in the same way; to be freed with app_password_free.
struct app_password *signer_read_password(int folder, const struct seal *seal, const char *id,
                                          struct fault *fault);
bool signer_write_password(int folder, const struct seal *seal, const char *id,
                           const struct app_password *password, struct fault *fault);

// Whether the secrets of a pairing are whole, hold this key, and are sealed as the PIN says;
// needs no PIN.
bool signer_check_secrets(int folder, const char *id, const uint8_t key_id[static KEY_ID_SIZE],
                          bool has_password, struct fault *fault);

#endif
