// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_PIN_H
#define QRCONFIRM_NET_PAIRINGS_PIN_H

// The PIN of the device: one for all its keys (qr-login v1, section 6). Wrong ones make the
// next one wait (pin_tries.h); no key is ever wiped for them. A copied folder can still be
// guessed offline: against that a longer PIN helps, or a part of the key that is kept elsewhere
// (seal_part.h), with a PIN or alone.
//
// Files beside the pairings: device.pin (JSON: salt, cost, which part, and a proof that tells a
// wrong PIN; there exactly while a PIN or a part seals the keys), device.tries, device.lock
// (held while a PIN is tried or changed, and while a key is written).

#include "net/pairings/pin_tries.h"
#include "net/pairings/seal.h"
#include "net/pairings/sealed_file.h"

#define PIN_DIGITS_MIN 6u
#define PIN_DIGITS_MAX 32u

// 6 to 32 ASCII digits.
bool pin_is_good(struct span pin);

// Whether a PIN is asked for before the folder's keys are used; also if that cannot be found
// out, so that nothing is written unsealed meanwhile.
bool pin_is_set(int folder);

// Takes the lock, waiting for it; a file descriptor to close, or -1 with what a failed
// write says (storage_fault.h).
int pin_lock(int folder, struct fault *fault);

// The seal that the PIN opens, under the lock. `now_ms` is the boot clock. The try is on disk
// before it is judged. NULL with KEY_WRONG_PIN or KEY_WAIT, and `wait_ms` until the next try
// counts; PIN_NOT_SET; PIN_DAMAGED, or why device.pin cannot be read. KEY_PART_MISSING where a
// part is in the seal and not in `secret`, KEY_PART_OTHER for another one, and what a TPM says
// that would not give it out (seal_tpm.h): none of them is a try.
struct seal *pin_open(int folder, const struct seal_secret *secret, int64_t now_ms,
                      int64_t *wait_ms, struct fault *fault);

// How many wrong ones there were in a row; of what cannot be read 0.
uint64_t pin_wrong_count(int folder);

// The seal that the part opens alone, where there is no PIN; fails as above. NULL without a
// fault where nothing seals the keys, or a PIN does.
struct seal *pin_open_by_part(int folder, const struct seal_part *part,
                              const struct seal_tpm *tpm, struct fault *fault);

// Whether the TPM would give out the part that is in the seal; true where no TPM has one.
bool pin_check_tpm(int folder, const struct seal_tpm *tpm, struct fault *fault);

// Milliseconds until a PIN may be tried; 0: now.
int64_t pin_wait_ms(int folder, int64_t now_ms);

struct pin_in_force {
    bool is_set;                  // the keys are sealed: by a PIN, a part, or both
    uint8_t salt[SEAL_SALT_SIZE]; // of the seal
    bool by_pin;
    enum seal_part_kind part;
    uint8_t part_id[SEAL_PART_ID_SIZE];
};

// What device.pin says. False with PIN_DAMAGED, or why it cannot be read.
bool pin_in_force(int folder, struct pin_in_force *out, struct fault *fault);

// Whether a file is sealed as the PIN in force wants it; as a fault: KEY_OTHER_PIN,
// KEY_UNSEALED.
bool pin_fits(const struct pin_in_force *force, const struct sealed_facts *facts);
bool pin_check(const struct pin_in_force *force, const char *name,
               const struct sealed_facts *facts, struct fault *fault);

// Makes `seal` the one in force, or none with NULL: the moment at which a change of PIN counts.
bool pin_put(int folder, const struct seal *seal, struct fault *fault);

#endif
