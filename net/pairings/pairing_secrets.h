// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_PAIRING_SECRETS_H
#define QRCONFIRM_NET_PAIRINGS_PAIRING_SECRETS_H

// What the signer of the store (signer.h) does for net/. No secret key comes back: it makes
// keys, and signs. Any thread may call; one is served at a time.
//
// SIGNER_LOST in any of them: the signer has ended, and with it what it held; nothing was done
// that is not on disk whole. KEY_LOCKED: the keys are sealed, and pairing_store_unlock was not
// called; KEY_OTHER_PIN: the device's PIN does not open them.

#include "net/pairings/pairing_store.h"
#include "net/pairings/password_file.h"

// Whether the secrets of the pairing are whole and sealed as the PIN says; needs no PIN. False
// with KEY_MISSING, KEY_OTHER_PIN, KEY_UNSEALED, PAIRING_DAMAGED, or why they cannot be read.
bool pairing_store_check_secrets(struct pairing_store *store, const char *id,
                                 struct fault *fault);

// Whether there is a key file, as far as can be seen from outside: false with KEY_MISSING.
bool pairing_store_has_key(struct pairing_store *store, const char *id, struct fault *fault);

// Makes the first key of a pairing that is not stored yet.
bool pairing_store_make_key(struct pairing_store *store, const char *id,
                            uint8_t public_key[static PUBLIC_KEY_SIZE], struct fault *fault);
// A key that is to follow the one with this id: that which waits already, or a new one.
bool pairing_store_follow_key(struct pairing_store *store, const char *id,
                              const uint8_t key_id[static KEY_ID_SIZE],
                              uint8_t public_key[static PUBLIC_KEY_SIZE], struct fault *fault);
// Forgets all keys of the pairing but that.
bool pairing_store_keep_key(struct pairing_store *store, const char *id,
                            const uint8_t key_id[static KEY_ID_SIZE], struct fault *fault);
bool pairing_store_erase_keys(struct pairing_store *store, const char *id, struct fault *fault);

// What is shown to the person next, before it is: the portal's reply to the resolve that was
// signed last, or a code of a portal that signs nothing. SIGNER_REFUSED.
bool pairing_store_show_context(struct pairing_store *store, const char *id,
                                struct span envelope, struct fault *fault);
bool pairing_store_show_code(struct pairing_store *store, const char *id, struct span code,
                             struct fault *fault);

// Signs a body by `count` keys, the first of which is in use. `journal` becomes what goes along
// with it (ENVELOPE_JOURNAL), of size 0 where nothing does. SIGNER_REFUSED for what the rules
// of signer_rules.h do not allow.
bool pairing_store_sign(struct pairing_store *store, const char *id, enum message message,
                        struct span body, const struct pairing_key keys[], size_t count,
                        struct envelope_signature out[], struct envelope_text *journal,
                        struct fault *fault);

// The application password of a pairing whose dialect has one, to be freed with
// app_password_free. NULL on failure. Forgetting the pairing erases it.
struct app_password *pairing_store_password(struct pairing_store *store, const char *id,
                                            struct fault *fault);
bool pairing_store_save_password(struct pairing_store *store, const char *id,
                                 const struct app_password *password, struct fault *fault);

#endif
