// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_PAIRING_STORE_H
#define QRCONFIRM_NET_PAIRINGS_PAIRING_STORE_H

// What net/ alone may do with the store: records and keys. Every function may be called from
// any thread; records go in and out as copies.
//
// Files in the folder, `ID` as in struct pairing: ID.pairing (JSON), ID.key (key_file.h),
// ID.password (password_file.h; of some dialects), pending.enrol (an enrolment under way),
// device.* (pin.h). Files of other names are left alone.

#include "net/pairings/key_file.h"
#include "net/pairings/pairing_record.h"
#include "net/pairings/password_file.h"

bool pairing_store_get(struct pairing_store *store, size_t index, struct pairing *out);
bool pairing_store_find(struct pairing_store *store, const char *id, struct pairing *out);

// As find, but reads the file anew: another qrconfirm may have changed it since. False with
// PAIRING_UNKNOWN, PAIRING_DAMAGED, or why it cannot be read.
bool pairing_store_reload(struct pairing_store *store, const char *id, struct pairing *out,
                          struct fault *fault);

// Between hold and release no other program writes a record of the folder, so that what was
// reloaded is what is replaced. Holds nest; one that fails is not held. Held for as long as
// writing takes, never while anybody is asked.
bool pairing_store_hold(struct pairing_store *store, struct fault *fault);
void pairing_store_release(struct pairing_store *store);

// Replaces what is remembered of the portal, and nothing else, in the record as it is on disk.
bool pairing_store_save_portal(struct pairing_store *store, const struct pairing *pairing,
                               struct fault *fault);

// Writes the record, of a new pairing or of one that is there.
bool pairing_store_save(struct pairing_store *store, const struct pairing *pairing,
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

// Holds the seal of the PIN in guarded memory, until pairing_store_lock. Takes as long as
// Argon2id does, and waits for whoever tries a PIN at the same time. `now_ms` is the boot
// clock; KEY_WRONG_PIN and KEY_WAIT come with the milliseconds until the next try counts.
bool pairing_store_unlock(struct pairing_store *store, struct span pin, int64_t now_ms,
                          int64_t *wait_ms, struct fault *fault);
void pairing_store_lock(struct pairing_store *store);

// The application password of a pairing whose dialect has one, to be freed with
// app_password_free. NULL on failure. Forgetting the pairing erases it.
struct app_password *pairing_store_password(struct pairing_store *store, const char *id,
                                            struct fault *fault);
bool pairing_store_save_password(struct pairing_store *store, const char *id,
                                 const struct app_password *password, struct fault *fault);

// The folder, for files that live beside the pairings. Stays the store's.
int pairing_store_folder(const struct pairing_store *store);

#endif
