// SPDX-License-Identifier: MIT
#include "net/pairings/seal.h"

#include <sodium.h>
#include <string.h>

#define AUTH_TEXT "qrconfirm tpm"

static bool cost_is_allowed(struct seal_cost cost)
{
    return cost.passes >= crypto_pwhash_OPSLIMIT_MIN && cost.passes <= SEAL_PASSES_MAX &&
           cost.memory_kib >= crypto_pwhash_MEMLIMIT_MIN / 1024 &&
           cost.memory_kib <= SEAL_MEMORY_MAX;
}

// Argon2id(BADGE + PIN): the badge is of one size, so no two secrets are the same bytes.
static bool stretch(const struct seal_secret *secret, const uint8_t salt[static SEAL_SALT_SIZE],
                    struct seal_cost cost, uint8_t hash[static SEAL_KEY_SIZE])
{
    size_t size = secret->badge.n + secret->pin.n;
    char *whole = sodium_malloc(size > 0 ? size : 1);
    if (!whole)
        return false;
    if (secret->badge.n > 0)
        memcpy(whole, secret->badge.p, secret->badge.n);
    if (secret->pin.n > 0)
        memcpy(whole + secret->badge.n, secret->pin.p, secret->pin.n);

    bool ok = crypto_pwhash(hash, SEAL_KEY_SIZE, whole, size, salt, cost.passes,
                            (size_t)cost.memory_kib * 1024, crypto_pwhash_ALG_ARGON2ID13) == 0;
    sodium_free(whole);
    return ok;
}

// ---- the part --------------------------------------------------------------------------

// What the TPM gives the part out for. The hash of the PIN is in it, and not the other way
// round: whoever learns it has neither the key nor, but by Argon2id, the PIN.
static bool auth_of(const uint8_t hash[static SEAL_KEY_SIZE],
                    uint8_t out[static SEAL_TPM_AUTH_SIZE])
{
    return crypto_generichash(out, SEAL_TPM_AUTH_SIZE, (const uint8_t *)AUTH_TEXT,
                              strlen(AUTH_TEXT), hash, SEAL_KEY_SIZE) == 0;
}

// Opens the part that is in the TPM, or puts a new one there.
static bool use_tpm(struct seal *seal, const struct seal_secret *secret, struct span auth,
                    struct seal_part *part, struct fault *fault)
{
    const struct seal_tpm *tpm = secret->tpm;
    part->kind = SEAL_PART_TPM;
    if (secret->in_tpm) {
        seal->in_tpm = *secret->in_tpm;
        return tpm->open(tpm->userdata, secret->in_tpm, auth, part->secret, fault);
    }
    randombytes_buf(part->secret, sizeof(part->secret));
    return tpm->make(tpm->userdata, auth, part->secret, &seal->in_tpm, fault);
}

static bool name_part(struct seal *seal, const struct seal_part *part)
{
    seal->part = part->kind;
    return seal_part_id(part, seal->part_id);
}

// ---- the key ---------------------------------------------------------------------------

static bool finish_key(struct seal *seal, const uint8_t hash[static SEAL_KEY_SIZE],
                       const struct seal_part *part, struct fault *fault)
{
    bool ok =
        crypto_generichash(seal->key, SEAL_KEY_SIZE, hash, seal->by_pin ? SEAL_KEY_SIZE : 0,
                           part ? part->secret : NULL, part ? SEAL_PART_SIZE : 0) == 0 &&
        (!part || name_part(seal, part));
    return ok || fault_set(fault, FAILURE_INTERNAL, "BLAKE2b");
}

static bool finish_by_tpm(struct seal *seal, const struct seal_secret *secret,
                          const uint8_t hash[static SEAL_KEY_SIZE], struct fault *fault)
{
    uint8_t auth[SEAL_TPM_AUTH_SIZE] = {0};
    struct seal_part *part = sodium_malloc(sizeof(*part));
    if (!part)
        return fault_set(fault, FAILURE_MEMORY, "guarded memory");

    bool ok =
        !seal->by_pin || auth_of(hash, auth) || fault_set(fault, FAILURE_INTERNAL, "BLAKE2b");
    struct span shown = span_of(auth, seal->by_pin ? sizeof(auth) : 0);
    ok = ok && use_tpm(seal, secret, shown, part, fault) && finish_key(seal, hash, part, fault);
    sodium_memzero(auth, sizeof(auth));
    sodium_free(part);
    return ok;
}

// The key of a seal whose salt is there.
static bool make_key(struct seal *seal, const struct seal_secret *secret, struct seal_cost cost,
                     struct fault *fault)
{
    uint8_t *hash = sodium_malloc(SEAL_KEY_SIZE);
    bool ok = (hash && (!seal->by_pin || stretch(secret, seal->salt, cost, hash))) ||
              fault_set(fault, FAILURE_MEMORY, "Argon2id wants %u MiB", cost.memory_kib / 1024);
    if (ok && secret->tpm)
        ok = finish_by_tpm(seal, secret, hash, fault);
    else if (ok)
        ok = finish_key(seal, hash, secret->part, fault);
    sodium_free(hash);
    return ok;
}

struct seal *seal_new(const struct seal_secret *secret,
                      const uint8_t salt[static SEAL_SALT_SIZE], struct seal_cost cost,
                      struct fault *fault)
{
    bool by_pin = secret->pin.n > 0 || (!secret->part && !secret->tpm);
    if (by_pin && !cost_is_allowed(cost)) {
        fault_set(fault, FAILURE_PAIRING_DAMAGED, "Argon2id: %u passes, %u KiB", cost.passes,
                  cost.memory_kib);
        return NULL;
    }

    struct seal *seal = sodium_malloc(sizeof(*seal));
    if (!seal) {
        fault_set(fault, FAILURE_MEMORY, "guarded memory");
        return NULL;
    }
    *seal = (struct seal){.by_pin = by_pin};
    memcpy(seal->salt, salt, SEAL_SALT_SIZE);
    if (by_pin)
        seal->cost = cost;

    if (make_key(seal, secret, cost, fault))
        return seal;
    sodium_free(seal);
    return NULL;
}

struct seal *seal_make(const struct seal_secret *secret, struct seal_cost cost,
                       struct fault *fault)
{
    uint8_t salt[SEAL_SALT_SIZE];
    randombytes_buf(salt, sizeof(salt));
    return seal_new(secret, salt, cost, fault);
}

void seal_free(struct seal *seal)
{
    sodium_free(seal);
}

bool seal_close(const struct seal *seal, const uint8_t nonce[static SEAL_NONCE_SIZE],
                struct span open, struct span secret, uint8_t *out)
{
    return crypto_aead_xchacha20poly1305_ietf_encrypt(out, NULL, secret.p, secret.n, open.p,
                                                      open.n, NULL, nonce, seal->key) == 0;
}

bool seal_open(const struct seal *seal, const uint8_t nonce[static SEAL_NONCE_SIZE],
               struct span open, struct span sealed, uint8_t *out)
{
    return crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed.p, sealed.n,
                                                      open.p, open.n, nonce, seal->key) == 0;
}
