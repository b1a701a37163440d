// SPDX-License-Identifier: MIT
#include "net/key_file.h"

#include <sodium.h>

#include "net/atomic_file.h"

#define HEADER_SIZE   7u
#define CHECK_SIZE    16u
#define FILE_MAX      (HEADER_SIZE + KEY_FILE_KEYS_MAX * KEY_SEED_SIZE + CHECK_SIZE)
#define FILE_FORMAT   1u
#define FILE_UNSEALED 0u

struct session_keys *session_keys_new(void)
{
    struct session_keys *keys = sodium_malloc(sizeof(*keys));
    if (keys)
        memset(keys, 0, sizeof(*keys));
    return keys;
}

void session_keys_free(struct session_keys *keys)
{
    sodium_free(keys);
}

bool session_keys_add(struct session_keys *keys, const uint8_t seed[static KEY_SEED_SIZE])
{
    if (keys->count == KEY_FILE_KEYS_MAX)
        return false;
    struct session_key *key = &keys->key[keys->count++];
    crypto_sign_seed_keypair(key->public_key, key->secret, seed);
    key_id_of(key->public_key, key->id);
    return true;
}

const struct session_key *session_keys_find(const struct session_keys *keys,
                                            const uint8_t id[static KEY_ID_SIZE])
{
    for (size_t i = 0; i < keys->count; i++)
        if (memcmp(keys->key[i].id, id, KEY_ID_SIZE) == 0)
            return &keys->key[i];
    return NULL;
}

static size_t file_size(size_t count)
{
    return HEADER_SIZE + count * KEY_SEED_SIZE + CHECK_SIZE;
}

static bool is_whole(const uint8_t *bytes, size_t size)
{
    if (size < HEADER_SIZE || memcmp(bytes, "QRCK", 4) != 0 || bytes[4] != FILE_FORMAT ||
        bytes[5] != FILE_UNSEALED)
        return false;
    size_t count = bytes[6];
    if (count == 0 || count > KEY_FILE_KEYS_MAX || size != file_size(count))
        return false;
    uint8_t check[CHECK_SIZE];
    crypto_generichash(check, sizeof(check), bytes, size - CHECK_SIZE, NULL, 0);
    return memcmp(check, bytes + size - CHECK_SIZE, CHECK_SIZE) == 0;
}

struct session_keys *key_file_read(int folder, const char *name, struct fault *fault)
{
    struct session_keys *keys = session_keys_new();
    uint8_t *bytes = sodium_malloc(FILE_MAX);
    size_t size = 0;
    bool ok = false;
    enum atomic_read read = ATOMIC_READ_FAILED;
    if (!keys || !bytes) {
        fault_set(fault, FAILURE_MEMORY, "guarded memory");
        goto free_bytes;
    }
    read = atomic_file_read(folder, name, bytes, FILE_MAX, &size, fault);
    if (read == ATOMIC_READ_MISSING)
        fault_set(fault, FAILURE_PAIRING_DAMAGED, "%s: not there", name);
    if (read != ATOMIC_READ_OK)
        goto free_bytes;
    if (!is_whole(bytes, size)) {
        fault_set(fault, FAILURE_PAIRING_DAMAGED, "%s: not a whole key file", name);
        goto free_bytes;
    }
    for (size_t i = 0; i < bytes[6]; i++)
        session_keys_add(keys, bytes + HEADER_SIZE + i * KEY_SEED_SIZE);
    ok = true;

free_bytes:
    sodium_free(bytes);
    if (!ok) {
        session_keys_free(keys);
        return NULL;
    }
    return keys;
}

bool key_file_write(int folder, const char *name, const struct session_keys *keys,
                    struct fault *fault)
{
    uint8_t *bytes = sodium_malloc(FILE_MAX);
    if (!bytes)
        return fault_set(fault, FAILURE_MEMORY, "guarded memory");
    memcpy(bytes, "QRCK", 4);
    bytes[4] = FILE_FORMAT;
    bytes[5] = FILE_UNSEALED;
    bytes[6] = (uint8_t)keys->count;
    for (size_t i = 0; i < keys->count; i++)
        crypto_sign_ed25519_sk_to_seed(bytes + HEADER_SIZE + i * KEY_SEED_SIZE,
                                       keys->key[i].secret);
    size_t size = file_size(keys->count);
    crypto_generichash(bytes + size - CHECK_SIZE, CHECK_SIZE, bytes, size - CHECK_SIZE, NULL,
                       0);
    bool ok = atomic_file_write(folder, name, span_of(bytes, size), fault);
    sodium_free(bytes);
    return ok;
}
