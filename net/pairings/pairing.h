// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_PAIRING_H
#define QRCONFIRM_NET_PAIRINGS_PAIRING_H

// The portals this device is paired with, each with its session key, on disk under
// $XDG_DATA_HOME/qrconfirm (0700, files 0600, written atomically): what all of the program may
// know of them. pairing_store.h is for net/. Any thread may call.

#include <stdbool.h>
#include <stdint.h>

#include "base/failure.h"
#include "net/protocol/challenge.h"

#define PAIRINGS_MAX      32u   // that count: the first in the order of their names
#define PAIRING_FILES_MAX 4096u // that are looked at

struct dialect; // net/pairings/pairing_dialect.h
struct pairing; // net/pairings/pairing_record.h; the secret key never leaves net/

// What the screens and `qrconfirm portals` show of a pairing.
struct pairing_summary {
    char id[16 + 1]; // lower-case hex, names the pairing in commands
    const struct dialect *dialect;
    char origin[ORIGIN_MAX + 1];
    char portal_name[128 + 1];
    char account_name[128 + 1];
    char session_key[64 + 1]; // lower-case hex; empty where its dialect does not show it
    int64_t paired_at;        // seconds since 1970
    int64_t key_ends_at;      // seconds since 1970
};

// A file of a pairing that cannot be used, and why: PAIRING_DAMAGED, KEY_MISSING,
// PAIRING_LIMIT, or what kept it from being read.
struct pairing_unusable {
    char name[256];
    struct fault why;
};

struct pairing_store;

// Opens the store in `dir`, making it if it is not there. NULL on failure. A pairing that
// cannot be used does not hide the others: it is reported by pairing_store_unusable and left on
// disk. One of a dialect that is not among `dialects` is damaged; they end with NULL and
// outlive the store.
struct pairing_store *pairing_store_open(const char *dir, const struct dialect *const *dialects,
                                         struct fault *fault);
// The same with a signer elsewhere (signer.h), which is closed with the store; on failure it
// stays the caller's. Without one the store has its own, in the same process.
struct signer_contact;
struct pairing_store *pairing_store_open_with(const char *dir,
                                              const struct dialect *const *dialects,
                                              const struct signer_contact *contact,
                                              struct fault *fault);
void pairing_store_close(struct pairing_store *store);

// The program ends: whoever waits for a keyring, or for the person whom it asks, waits no more,
// and fails. Any thread, as often as one likes; the store is to be closed afterwards.
void pairing_store_leave(struct pairing_store *store);

const struct dialect *const *pairing_store_dialects(const struct pairing_store *store);

// Reads the folder anew: another qrconfirm may have paired since. False, and all as before, if
// it cannot be read.
bool pairing_store_refresh(struct pairing_store *store, struct fault *fault);

size_t pairing_store_count(struct pairing_store *store);
// Oldest first; false (and `out` untouched) past the end.
bool pairing_store_summary(struct pairing_store *store, size_t index,
                           struct pairing_summary *out);
// The i-th that cannot be used, in the order of names; false past the end.
bool pairing_store_unusable(struct pairing_store *store, size_t index,
                            struct pairing_unusable *out);
// Whether it could not be read: it may be whole all the same, and is not erased.
bool pairing_is_unread(const struct pairing_unusable *unusable);
// True, with the reason, if there is one that could not be read: it may be whole all the same.
bool pairing_store_unread(struct pairing_store *store, struct fault *fault);

// False with PAIRING_LIMIT if one more pairing would be one too many.
bool pairing_store_has_room(struct pairing_store *store, struct fault *fault);

// Forgets the pairing and erases its key from disk. A damaged one is named by its file without
// the suffix; one that could not be read is not erased. The portal is not told: see
// net_worker_unpair.
bool pairing_store_forget(struct pairing_store *store, const char *id, struct fault *fault);

#endif
