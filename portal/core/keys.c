// SPDX-License-Identifier: MIT
#include "portal/core/keys.h"

#include <errno.h>
#include <sodium.h>
#include <unistd.h>

#include "portal/base/secret_file.h"

#define CURRENT_FILE "portal.key"
#define NEXT_FILE    "portal-next.key"
#define OLD_FILE     "portal-old.key"
#define FRAME_FILE   "frame.key"

static bool path_of(const char *directory, const char *name, char out[static SECRET_PATH_MAX],
                    struct fault *fault)
{
    return secret_path(directory, name, out) ||
           fault_set(fault, FAILURE_INTERNAL, "%s: the path is too long", directory);
}

static bool read_secret(const char *directory, const char *name, uint8_t *out, size_t size,
                        bool *missing, struct fault *fault)
{
    char path[SECRET_PATH_MAX];
    size_t got = 0;
    *missing = false;
    if (!path_of(directory, name, path, fault) ||
        !secret_file_read(path, out, size, &got, missing, fault))
        return false;
    return got == size ||
           fault_set(fault, FAILURE_INTERNAL,
                     "%s: is damaged: put the right one back from a saved copy", path);
}

static bool write_secret(const char *directory, const char *name, const uint8_t *bytes,
                         size_t size, struct fault *fault)
{
    char path[SECRET_PATH_MAX];
    return path_of(directory, name, path, fault) &&
           secret_file_write(path, span_of(bytes, size), fault);
}

static bool remove_secret(const char *directory, const char *name, struct fault *fault)
{
    char path[SECRET_PATH_MAX];
    if (!path_of(directory, name, path, fault))
        return false;
    return unlink(path) == 0 || errno == ENOENT ||
           fault_set(fault, FAILURE_INTERNAL, "%s: %s", path, strerror(errno));
}

static bool read_or_make(const char *directory, const char *name, uint8_t *out, size_t size,
                         const struct portal_environment *environment, struct fault *fault)
{
    bool missing;
    if (read_secret(directory, name, out, size, &missing, fault))
        return true;
    if (!missing)
        return false;
    environment_random(environment, out, size);
    return write_secret(directory, name, out, size, fault);
}

static bool fill_key(struct portal_key *key, const uint8_t seed[static PORTAL_SEED_SIZE],
                     const char *name, struct fault *fault)
{
    key->present = crypto_sign_seed_keypair(key->public_key, key->secret_key, seed) == 0 &&
                   portal_id_of(key->public_key, key->portal_id);
    return key->present || fault_set(fault, FAILURE_INTERNAL, "%s: Ed25519", name);
}

// A key that need not be there.
static bool load_optional(const char *directory, const char *name, struct portal_key *key,
                          struct fault *fault)
{
    uint8_t seed[PORTAL_SEED_SIZE];
    bool missing;
    key->present = false;
    bool found = read_secret(directory, name, seed, sizeof(seed), &missing, fault);
    bool ok = found ? fill_key(key, seed, name, fault) : missing;
    sodium_memzero(seed, sizeof(seed));
    return ok;
}

bool keys_load(struct portal_keys *keys, const char *directory,
               const struct portal_environment *environment, struct fault *fault)
{
    uint8_t seed[PORTAL_SEED_SIZE];
    bool ok = read_or_make(directory, CURRENT_FILE, seed, sizeof(seed), environment, fault) &&
              read_or_make(directory, FRAME_FILE, keys->frame_key, sizeof(keys->frame_key),
                           environment, fault) &&
              load_optional(directory, NEXT_FILE, &keys->next, fault) &&
              load_optional(directory, OLD_FILE, &keys->old, fault) &&
              fill_key(&keys->current, seed, CURRENT_FILE, fault);
    sodium_memzero(seed, sizeof(seed));
    // A switch that was interrupted leaves the new key in both files.
    if (ok && keys->next.present &&
        memcmp(keys->next.portal_id, keys->current.portal_id, PORTAL_ID_SIZE) == 0)
        keys->next.present = false;
    return ok;
}

bool keys_read(struct portal_keys *keys, const char *directory, struct fault *fault)
{
    uint8_t frame_key[FRAME_KEY_SIZE];
    bool missing;
    *keys = (struct portal_keys){0};
    bool frame =
        read_secret(directory, FRAME_FILE, frame_key, sizeof(frame_key), &missing, fault) ||
        missing;
    sodium_memzero(frame_key, sizeof(frame_key));
    return frame && load_optional(directory, CURRENT_FILE, &keys->current, fault) &&
           load_optional(directory, NEXT_FILE, &keys->next, fault) &&
           load_optional(directory, OLD_FILE, &keys->old, fault);
}

void keys_destroy(struct portal_keys *keys)
{
    sodium_memzero(keys, sizeof(*keys));
}

const struct portal_key *keys_answering(const struct portal_keys *keys,
                                        const uint8_t portal_id[static PORTAL_ID_SIZE],
                                        int64_t wall_now)
{
    if (memcmp(keys->current.portal_id, portal_id, PORTAL_ID_SIZE) == 0)
        return &keys->current;
    if (keys->old.present && wall_now < keys->old_until &&
        memcmp(keys->old.portal_id, portal_id, PORTAL_ID_SIZE) == 0)
        return &keys->old;
    return NULL;
}

bool keys_announce(const char *directory, const struct portal_environment *environment,
                   struct fault *fault)
{
    uint8_t seed[PORTAL_SEED_SIZE];
    bool missing;
    if (read_secret(directory, NEXT_FILE, seed, sizeof(seed), &missing, fault)) {
        sodium_memzero(seed, sizeof(seed));
        return fault_set(fault, FAILURE_USAGE, "a next key is announced already");
    }
    if (!missing)
        return false;
    environment_random(environment, seed, sizeof(seed));
    bool ok = write_secret(directory, NEXT_FILE, seed, sizeof(seed), fault);
    sodium_memzero(seed, sizeof(seed));
    return ok;
}

bool keys_switch(const char *directory, struct fault *fault)
{
    uint8_t current[PORTAL_SEED_SIZE], next[PORTAL_SEED_SIZE];
    bool missing;
    bool ok = read_secret(directory, CURRENT_FILE, current, sizeof(current), &missing, fault);

    if (ok) {
        ok = read_secret(directory, NEXT_FILE, next, sizeof(next), &missing, fault);
        if (!ok && missing)
            fault_set(fault, FAILURE_USAGE, "no next key is announced");
    }

    if (ok && memcmp(current, next, sizeof(current)) != 0)
        ok = write_secret(directory, OLD_FILE, current, sizeof(current), fault) &&
             write_secret(directory, CURRENT_FILE, next, sizeof(next), fault);

    ok = ok && remove_secret(directory, NEXT_FILE, fault);

    sodium_memzero(current, sizeof(current));
    sodium_memzero(next, sizeof(next));
    return ok;
}

bool keys_drop_old(const char *directory, struct fault *fault)
{
    return remove_secret(directory, OLD_FILE, fault);
}
