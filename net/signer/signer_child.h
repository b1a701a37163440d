// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_SIGNER_SIGNER_CHILD_H
#define QRCONFIRM_NET_SIGNER_SIGNER_CHILD_H

// The signer (net/pairings/signer.h) as a process of its own, seen by the program: begun when
// it is first asked, spoken to, watched, begun anew after it was lost. Nothing that opens
// ID.key is in the program's memory. main() has to know it: see signer_process.h.

#include "apart/child.h"
#include "net/pairings/signer.h"
#include "net/signer/keyring.h"

#define SIGNER_ARGUMENT     "--be-the-signer"
#define SIGNER_TPM_ARGUMENT "--be-the-signer-with-tpm"

// How long an answer may take. Argon2id at its dearest, on the slowest phone; and a lock that
// another program holds.
#define SIGNER_BUSY_US INT64_C(300000000) // of processor time
#define SIGNER_IDLE_US INT64_C(30000000)  // without any

struct signer_child {
    struct child child;
    struct keyring_wait *wait; // the holder's, or NULL
    int64_t busy_us, idle_us;  // 0: SIGNER_BUSY_US, SIGNER_IDLE_US
    bool ready;
    bool needs_tpm; // asked for what needs one; else device.pin says it
    bool with_tpm;  // the one that runs reaches it
    bool holds;     // something that ends with it: what a PIN opened, what is shown
    unsigned walls; // enum sandbox_wall: those of the signer that was ready last; before that
                    // SANDBOX_UNTOLD
    unsigned lost;  // how many ended, or did not begin, when they were asked
};

void signer_child_init(struct signer_child *signer);
void signer_child_destroy(struct signer_child *signer);

// As struct signer_contact has it. SIGNER_LOST, DESCRIPTORS, MEMORY. One thread at a time.
bool signer_child_ask(struct signer_child *signer, int folder, struct signer_talk *talk,
                      struct fault *fault);

// Starts it, if it does not run, and waits until it is ready; `signer->walls` then says how far
// it is closed in.
bool signer_child_await(struct signer_child *signer, int folder, struct fault *fault);

// Whether the one that was ready last is closed in. If not, `fault` is SIGNER_NOT_CLOSED_IN and
// says what lacks.
bool signer_child_is_closed_in(const struct signer_child *signer, struct fault *fault);

// The same, and whether it has all walls that there are: else also NO_LANDLOCK.
bool signer_child_has_all_walls(const struct signer_child *signer, struct fault *fault);

#endif
