// SPDX-License-Identifier: MIT
#include "net/pairings/seal.h"

#include <sodium.h>

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

// The key of a seal whose salt is there.
static bool make_key(struct seal *seal, const struct seal_secret *secret, struct seal_cost cost)
{
    const struct seal_part *part = secret->part;
    uint8_t *hash = sodium_malloc(SEAL_KEY_SIZE);
    bool ok = hash && (!seal->by_pin || stretch(secret, seal->salt, cost, hash));
    if (ok)
        crypto_generichash(seal->key, SEAL_KEY_SIZE, hash, seal->by_pin ? SEAL_KEY_SIZE : 0,
                           part ? part->secret : NULL, part ? SEAL_PART_SIZE : 0);
    sodium_free(hash);
    return ok;
}

struct seal *seal_new(const struct seal_secret *secret,
                      const uint8_t salt[static SEAL_SALT_SIZE], struct seal_cost cost,
                      struct fault *fault)
{
    bool by_pin = secret->pin.n > 0 || !secret->part;
    if (by_pin && !cost_is_allowed(cost)) {
        fault_set(fault, FAILURE_PAIRING_DAMAGED, "Argon2id: %u passes, %u KiB", cost.passes,
                  cost.memory_kib);
        return NULL;
    }

    struct seal *seal = sodium_malloc(sizeof(*seal));
    if (seal) {
        *seal = (struct seal){.by_pin = by_pin};
        memcpy(seal->salt, salt, SEAL_SALT_SIZE);
        if (by_pin)
            seal->cost = cost;
        if (secret->part) {
            seal->part = secret->part->kind;
            seal_part_id(secret->part, seal->part_id);
        }
    }

    if (seal && make_key(seal, secret, cost))
        return seal;
    fault_set(fault, FAILURE_MEMORY, "Argon2id wants %u MiB", cost.memory_kib / 1024);
    sodium_free(seal);
    return NULL;
}

struct seal *seal_make(const struct seal_secret *secret, struct fault *fault)
{
    uint8_t salt[SEAL_SALT_SIZE];
    randombytes_buf(salt, sizeof(salt));
    return seal_new(secret, salt, (struct seal_cost){SEAL_PASSES, SEAL_MEMORY_KIB}, fault);
}

void seal_free(struct seal *seal)
{
    sodium_free(seal);
}

void seal_close(const struct seal *seal, const uint8_t nonce[static SEAL_NONCE_SIZE],
                struct span open, struct span secret, uint8_t *out)
{
    crypto_aead_xchacha20poly1305_ietf_encrypt(out, NULL, secret.p, secret.n, open.p, open.n,
                                               NULL, nonce, seal->key);
}

bool seal_open(const struct seal *seal, const uint8_t nonce[static SEAL_NONCE_SIZE],
               struct span open, struct span sealed, uint8_t *out)
{
    return crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed.p, sealed.n,
                                                      open.p, open.n, nonce, seal->key) == 0;
}
