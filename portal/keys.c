// SPDX-License-Identifier: MIT
#include "portal/keys.h"

#include <sodium.h>

#include "portal/secret_file.h"

static bool load_or_make(const char *directory, const char *name, uint8_t *out, size_t size,
                         const struct portal_environment *environment, struct fault *fault)
{
    char path[SECRET_PATH_MAX];
    if (!secret_path(directory, name, path))
        return fault_set(fault, FAILURE_INTERNAL, "%s: the path is too long", directory);
    bool missing;
    size_t got = 0;
    if (secret_file_read(path, out, size, &got, &missing, fault)) {
        if (got != size)
            return fault_set(fault, FAILURE_INTERNAL, "%s: is damaged", path);
        return true;
    }
    if (!missing)
        return false;
    environment_random(environment, out, size);
    return secret_file_write(path, span_of(out, size), fault);
}

bool keys_load(struct portal_keys *keys, const char *directory,
               const struct portal_environment *environment, struct fault *fault)
{
    uint8_t seed[PORTAL_SEED_SIZE];
    bool ok = load_or_make(directory, "portal.key", seed, sizeof(seed), environment, fault) &&
              load_or_make(directory, "frame.key", keys->frame_key, sizeof(keys->frame_key),
                           environment, fault);
    if (ok) {
        crypto_sign_seed_keypair(keys->public_key, keys->secret_key, seed);
        portal_id_of(keys->public_key, keys->portal_id);
    }
    sodium_memzero(seed, sizeof(seed));
    return ok;
}

void keys_destroy(struct portal_keys *keys)
{
    sodium_memzero(keys, sizeof(*keys));
}
