// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_PAIRING_STORE_H
#define QRCONFIRM_NET_PAIRINGS_PAIRING_STORE_H

// What net/ alone may do with the store: records. Their secrets are in pairing_secrets.h. Every
// function may be called from any thread; records go in and out as copies.
//
// Files in the folder, `ID` as in struct pairing: ID.pairing (JSON), ID.key (key_file.h),
// ID.password (password_file.h; of some dialects), pending.enrol (an enrolment under way),
// device.* (pin.h). Files of other names are left alone.

#include <pthread.h>

#include "net/pairings/pairing.h"
#include "net/pairings/pairing_record.h"
#include "net/pairings/store_signer.h"

// Its members are for the files of the store alone: pairing_store.c, pairing_pin.c and
// pairing_secrets.c.
struct pairing_store {
    int folder;
    const struct dialect *const *dialects; // end with NULL
    pthread_mutex_t lock;                  // everything below
    unsigned holds;                        // of other programs, nested
    size_t count;
    struct pairing pairings[PAIRINGS_MAX];
    size_t unusable_count;
    struct pairing_unusable *unusable;

    bool has_badge; // of the person whose folder it is
    uint8_t badge[SEAL_BADGE_SIZE];

    struct store_signer signer;
};

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

// The folder, for files that live beside the pairings. Stays the store's.
int pairing_store_folder(const struct pairing_store *store);

#endif
