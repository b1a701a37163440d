// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_SIGNER_H
#define QRCONFIRM_NET_PAIRINGS_SIGNER_H

// Who holds the secrets of the device: session keys, application passwords, and the seal that
// the PIN opens. It is asked by messages (signer_message.h), and is the only one that reads or
// writes ID.key, ID.password and, but for whether there is a PIN, device.pin. It alone writes
// journal.head. A secret key is
// in its memory while it signs, makes or rewrites it, and at no other time.
//
// Where a part that is kept elsewhere seals the keys (seal_part.h) it is handed over: what
// needs it answers KEY_PART_MISSING until then. A TPM it asks by itself (seal_tpm.h).
//
// One thread at a time. In the program it is a process of its own.

#include "net/pairings/pairing_dialect.h"
#include "net/pairings/signer_rules.h"

struct signer {
    int folder;                            // of the pairings; stays the caller's
    const struct dialect *const *dialects; // end with NULL
    struct seal *seal;                     // while the keys are unlocked, else NULL
    struct seal_part *part;                // that it was handed; NULL: none
    const struct seal_tpm *tpm;            // that it reaches; stays the caller's; NULL: none
    struct seal_cost cost;                 // of the seals that it makes
    struct signer_held held;
};

// New seals cost SEAL_PASSES and SEAL_MEMORY_KIB, until `cost` says another one.
void signer_init(struct signer *signer, int folder, const struct dialect *const *dialects);
void signer_destroy(struct signer *signer);

// Does what is asked, and says what came of it. False: the request is not as it has to be, and
// nothing was done.
bool signer_take(struct signer *signer, const struct signer_request *request,
                 struct signer_answer *answer);

// How the signer of a folder is reached. `ask` fills `talk->answer` in for `talk->request`; a
// false, with SIGNER_LOST or what kept it from starting, is no answer. `is_there`: it runs,
// and may hold something. `leave`, which may be NULL and is called from any thread: nothing is
// to wait for a person any more.
struct signer_contact {
    bool (*ask)(void *userdata, int folder, struct signer_talk *talk, struct fault *fault);
    bool (*is_there)(void *userdata);
    void (*leave)(void *userdata);
    void (*close)(void *userdata); // before the folder is closed
    void *userdata;
};

#endif
