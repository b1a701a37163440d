// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_PROVISION_RECORD_H
#define QRCONFIRM_NET_PAIRINGS_PROVISION_RECORD_H

// What a provisioning file makes of this device besides the pairing, on disk. Two files beside
// the pairings, JSON, 0600, atomic:
//
// provision.next  what is still to be done. It is written before the pairing is kept, and
// counts
//                 only if that pairing is there: so the one rename that keeps the pairing is
//                 the moment from which all of it holds. Whatever ends the program behind it,
//                 the next start does the rest.
// provision.done  which token and which file this device was provisioned with last.

#include "net/pairings/administrator.h"
#include "net/protocol/identity.h"

#define PROVISION_SETTINGS_MAX 64u  // more than there are: OPTIONS_MAX of ui/settings/
#define PROVISION_NAME_MAX     31u  // bytes of the name of a setting
#define PROVISION_VALUE_MAX    128u // ... and of its value

struct provision_setting {
    char name[PROVISION_NAME_MAX + 1];
    char value[PROVISION_VALUE_MAX + 1];
};

struct provision_record {
    char pairing[16 + 1];          // the id of the pairing by this token
    uint8_t token_hash[HASH_SIZE]; // never the token
    uint8_t file_hash[HASH_SIZE];  // of the provisioning file
    int64_t time;                  // seconds since 1970 by this device's clock; 0: not set
    // Of provision.next alone.
    char administrator[ADMINISTRATOR_HASH_SIZE]; // empty: the PIN stays as it is
    size_t setting_count;
    struct provision_setting settings[PROVISION_SETTINGS_MAX];
};

// Whether provision.next is in this folder, as far as can be seen. Opens nothing else.
bool provision_is_begun(const char *data_dir);

// One program at a time. -1 with PROVISION_BUSY, or what a failed write says; to be closed.
int provision_lock(struct pairing_store *store, struct fault *fault);

// True with *there = false if there is no such file. PROVISION_DAMAGED, or why it cannot be
// read.
bool provision_read_next(struct pairing_store *store, struct provision_record *out, bool *there,
                         struct fault *fault);
bool provision_read_done(struct pairing_store *store, struct provision_record *out, bool *there,
                         struct fault *fault);

bool provision_write_next(struct pairing_store *store, const struct provision_record *record,
                          struct fault *fault);
// Nothing of provision.next holds.
bool provision_take_back(struct pairing_store *store, struct fault *fault);
// All of it was done.
bool provision_end(struct pairing_store *store, const struct provision_record *record,
                   struct fault *fault);

#endif
