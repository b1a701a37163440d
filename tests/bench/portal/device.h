// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_BENCH_PORTAL_DEVICE_H
#define QRCONFIRM_BENCH_PORTAL_DEVICE_H

// A device that is paired with the stage's portal, and answers at once. What it sends is sent
// again, the same bytes, until there is a reply (docs/protocol/qr-login-v1.md, section 8), so a
// portal that is away for a moment is waited for. One thread at a time.

#include "net/protocol/envelope.h"
#include "tests/bench/portal/stage.h"

#define DEVICE_CODE_MAX 47u // bytes of a refusal's code

struct device {
    const struct stage *stage;
    in_addr_t address;
    struct client client; // kept from resolve to receipt
    uint8_t public_key[PUBLIC_KEY_SIZE], secret_key[SECRET_KEY_SIZE], key_id[KEY_ID_SIZE];
    uint8_t portal_id[PORTAL_ID_SIZE];
    uint8_t device_id[DEVICE_ID_SIZE];
    char account_id[STATEMENT_ACCOUNT_MAX + 1];
    uint64_t sequence;
    void (*waits)(void *userdata); // called before a call is sent again; NULL: nothing is
    void *userdata;
    size_t repeats;                    // calls that got no reply and were sent again
    char refusal[DEVICE_CODE_MAX + 1]; // of the last call; "": it got no reply in time
    struct client_reply reply;         // to the last call
};

// Pairs by the stage's next token. False: it does not work; standard error says why.
bool device_pair(struct device *device, struct stage *stage, in_addr_t address);
void device_close(struct device *device);

// A code was scanned: the context's hash is what a decision signs.
bool device_resolve(struct device *device, const uint8_t challenge[static CHALLENGE_ID_SIZE],
                    uint8_t context_hash[static HASH_SIZE]);
// A person says yes.
bool device_approve(struct device *device, const uint8_t challenge[static CHALLENGE_ID_SIZE],
                    const uint8_t context_hash[static HASH_SIZE],
                    struct statement_receipt *receipt);

// A scan is over: the connection with it.
void device_rest(struct device *device);

#endif
