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

struct seal *seal_new(const struct seal_secret *secret,
                      const uint8_t salt[static SEAL_SALT_SIZE], struct seal_cost cost,
                      struct fault *fault)
{
    if (!cost_is_allowed(cost)) {
        fault_set(fault, FAILURE_PAIRING_DAMAGED, "Argon2id: %u passes, %u KiB", cost.passes,
                  cost.memory_kib);
        return NULL;
    }

    struct seal *seal = sodium_malloc(sizeof(*seal));
    uint8_t *hash = sodium_malloc(SEAL_KEY_SIZE);
    bool ok = seal && hash && stretch(secret, salt, cost, hash);

    if (ok) {
        memcpy(seal->salt, salt, SEAL_SALT_SIZE);
        seal->cost = cost;
        crypto_generichash(seal->key, SEAL_KEY_SIZE, hash, SEAL_KEY_SIZE, NULL, 0);
    } else {
        fault_set(fault, FAILURE_MEMORY, "Argon2id wants %u MiB", cost.memory_kib / 1024);
    }

    sodium_free(hash);
    if (ok)
        return seal;
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
