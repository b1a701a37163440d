// SPDX-License-Identifier: MIT
#include "net/pairings/key_file.h"

#include <sodium.h>

#include "net/pairings/atomic_file.h"

#define KIND "QRCK"

// Of format 1.
#define OLD_HEADER_SIZE 7u
#define OLD_CHECK_SIZE  16u
#define OLD_FILE_MAX    (OLD_HEADER_SIZE + KEY_FILE_KEYS_MAX * KEY_SEED_SIZE + OLD_CHECK_SIZE)

struct secret_keys *secret_keys_new(void)
{
    struct secret_keys *keys = sodium_malloc(sizeof(*keys));
    if (keys)
        memset(keys, 0, sizeof(*keys));
    return keys;
}

void secret_keys_free(struct secret_keys *keys)
{
    sodium_free(keys);
}

bool secret_keys_add(struct secret_keys *keys, const uint8_t seed[static KEY_SEED_SIZE],
                     struct fault *fault)
{
    if (keys->count == KEY_FILE_KEYS_MAX)
        return fault_set(fault, FAILURE_PAIRING_DAMAGED, "more than %u keys",
                         KEY_FILE_KEYS_MAX);
    struct secret_key *key = &keys->key[keys->count];
    if (crypto_sign_seed_keypair(key->public_key, key->secret, seed) != 0 ||
        !key_id_of(key->public_key, key->id)) {
        sodium_memzero(key, sizeof(*key));
        return fault_set(fault, FAILURE_INTERNAL, "Ed25519");
    }
    keys->count++;
    return true;
}

const struct secret_key *secret_keys_find(const struct secret_keys *keys,
                                          const uint8_t id[static KEY_ID_SIZE])
{
    for (size_t i = 0; i < keys->count; i++)
        if (memcmp(keys->key[i].id, id, KEY_ID_SIZE) == 0)
            return &keys->key[i];
    return NULL;
}

void secret_keys_keep(struct secret_keys *keys, const uint8_t id[static KEY_ID_SIZE])
{
    const struct secret_key *kept = secret_keys_find(keys, id);
    if (!kept)
        return;
    if (kept != &keys->key[0])
        keys->key[0] = *kept;
    sodium_memzero(&keys->key[1], sizeof(keys->key) - sizeof(keys->key[0]));
    keys->count = 1;
}

// ---- format 1 --------------------------------------------------------------------------

enum old { OLD_NOT, OLD_TAKEN, OLD_FAILED };

static enum old take_old_bytes(const uint8_t *bytes, size_t size, struct secret_keys *out,
                               struct fault *fault)
{
    if (size < OLD_HEADER_SIZE || memcmp(bytes, KIND, 4) != 0 || bytes[4] != 1 || bytes[5] != 0)
        return OLD_NOT;
    size_t count = bytes[6];
    if (count == 0 || count > KEY_FILE_KEYS_MAX ||
        size != OLD_HEADER_SIZE + count * KEY_SEED_SIZE + OLD_CHECK_SIZE)
        return OLD_NOT;

    uint8_t check[OLD_CHECK_SIZE];
    if (crypto_generichash(check, sizeof(check), bytes, size - OLD_CHECK_SIZE, NULL, 0) != 0) {
        fault_set(fault, FAILURE_INTERNAL, "BLAKE2b");
        return OLD_FAILED;
    }
    if (memcmp(check, bytes + size - OLD_CHECK_SIZE, OLD_CHECK_SIZE) != 0)
        return OLD_NOT;

    for (size_t i = 0; i < count; i++)
        if (!secret_keys_add(out, bytes + OLD_HEADER_SIZE + i * KEY_SEED_SIZE, fault))
            return OLD_FAILED;
    return OLD_TAKEN;
}

// Adds the keys of a file of format 1. OLD_NOT: it is none, or not there; OLD_FAILED, with a
// fault: it could not be read, and what it is is not known.
static enum old read_old(int folder, const char *name, struct secret_keys *out,
                         struct fault *fault)
{
    uint8_t *bytes = sodium_malloc(OLD_FILE_MAX);
    if (!bytes) {
        fault_set(fault, FAILURE_MEMORY, "guarded memory");
        return OLD_FAILED;
    }

    size_t size;
    struct fault why = {0};
    enum old result = OLD_NOT;
    enum atomic_read read = atomic_file_read(folder, name, bytes, OLD_FILE_MAX, &size, &why);
    if (read == ATOMIC_READ_OK) {
        result = take_old_bytes(bytes, size, out, fault);
    } else if (read == ATOMIC_READ_FOREIGN || read == ATOMIC_READ_UNREADABLE) {
        fault_set(fault, why.failure, "%s", why.detail);
        result = OLD_FAILED;
    }

    sodium_free(bytes);
    return result;
}

// ---- the file --------------------------------------------------------------------------

static bool is_key_file(const char kind[SEALED_KIND_SIZE], size_t open_size, size_t secret_size)
{
    size_t count = secret_size / KEY_SEED_SIZE;
    return memcmp(kind, KIND, SEALED_KIND_SIZE) == 0 && count > 0 &&
           count <= KEY_FILE_KEYS_MAX && secret_size == count * KEY_SEED_SIZE &&
           open_size == count * KEY_ID_SIZE;
}

static bool take_keys(const struct sealed_content *content, const char *name,
                      struct secret_keys *out, struct fault *fault)
{
    if (!is_key_file(content->kind, content->open_size, content->secret_size))
        return fault_set(fault, FAILURE_PAIRING_DAMAGED, "%s: no key file", name);
    for (size_t i = 0; i * KEY_SEED_SIZE < content->secret_size; i++) {
        if (!secret_keys_add(out, content->secret + i * KEY_SEED_SIZE, fault))
            return false;
        if (memcmp(out->key[i].id, content->open + i * KEY_ID_SIZE, KEY_ID_SIZE) != 0)
            return fault_set(fault, FAILURE_PAIRING_DAMAGED, "%s: no key file", name);
    }
    return true;
}

// The ids of unsealed keys as a file in today's form would show them.
static void tell_open(const struct secret_keys *keys, struct sealed_facts *out)
{
    *out = (struct sealed_facts){.open_size = keys->count * KEY_ID_SIZE};
    for (size_t i = 0; i < keys->count; i++)
        memcpy(out->open + i * KEY_ID_SIZE, keys->key[i].id, KEY_ID_SIZE);
}

bool key_file_look(int folder, const char *name, struct sealed_facts *out, struct fault *fault)
{
    struct secret_keys *keys = secret_keys_new();
    if (!keys)
        return fault_set(fault, FAILURE_MEMORY, "guarded memory");
    enum old old = read_old(folder, name, keys, fault);
    if (old == OLD_TAKEN)
        tell_open(keys, out);
    secret_keys_free(keys);
    return old == OLD_TAKEN || (old == OLD_NOT && sealed_file_look(folder, name, out, fault));
}

static bool names_key(const struct sealed_facts *facts, const char *name,
                      const uint8_t id[static KEY_ID_SIZE], struct fault *fault)
{
    for (size_t at = 0; at + KEY_ID_SIZE <= facts->open_size; at += KEY_ID_SIZE)
        if (memcmp(facts->open + at, id, KEY_ID_SIZE) == 0)
            return true;
    return fault_set(fault, FAILURE_PAIRING_DAMAGED, "%s: not the key of its pairing", name);
}

bool key_file_holds(int folder, const char *name, const uint8_t id[static KEY_ID_SIZE],
                    struct fault *fault)
{
    struct sealed_facts facts;
    return key_file_look(folder, name, &facts, fault) && names_key(&facts, name, id, fault);
}

// Its size and its first bytes are those of the older form.
static bool seems_old(int folder, const char *name)
{
    uint8_t head[OLD_HEADER_SIZE];
    size_t size = 0, whole = 0;
    return atomic_file_read_head(folder, name, head, sizeof(head), &size, &whole, NULL) ==
               ATOMIC_READ_OK &&
           size == sizeof(head) && memcmp(head, KIND, 4) == 0 && head[4] == 1 && head[5] == 0 &&
           head[6] > 0 && head[6] <= KEY_FILE_KEYS_MAX &&
           whole == OLD_HEADER_SIZE + head[6] * KEY_SEED_SIZE + OLD_CHECK_SIZE;
}

bool key_file_names(int folder, const char *name, const uint8_t id[static KEY_ID_SIZE],
                    struct fault *fault)
{
    struct sealed_facts facts;
    return seems_old(folder, name) ||
           (sealed_file_look_ahead(folder, name, KEY_FILE_KEYS_MAX * KEY_ID_SIZE, &facts,
                                   fault) &&
            names_key(&facts, name, id, fault));
}

struct secret_keys *key_file_read(int folder, const char *name, const struct seal *seal,
                                  struct fault *fault)
{
    struct secret_keys *keys = secret_keys_new();
    if (!keys) {
        fault_set(fault, FAILURE_MEMORY, "guarded memory");
        return NULL;
    }
    enum old old = read_old(folder, name, keys, fault);
    if (old == OLD_TAKEN)
        return keys;

    struct sealed_content *content =
        old == OLD_NOT ? sealed_file_read(folder, name, seal, fault) : NULL;
    bool ok = content && take_keys(content, name, keys, fault);
    sealed_content_free(content);
    if (ok)
        return keys;
    secret_keys_free(keys);
    return NULL;
}

bool key_file_write(int folder, const char *name, const struct secret_keys *keys,
                    const struct seal *seal, struct fault *fault)
{
    struct sealed_content *content = sealed_content_new();
    if (!content)
        return fault_set(fault, FAILURE_MEMORY, "guarded memory");

    memcpy(content->kind, KIND, SEALED_KIND_SIZE);
    content->open_size = keys->count * KEY_ID_SIZE;
    content->secret_size = keys->count * KEY_SEED_SIZE;

    bool ok = true;
    for (size_t i = 0; ok && i < keys->count; i++) {
        memcpy(content->open + i * KEY_ID_SIZE, keys->key[i].id, KEY_ID_SIZE);
        ok = crypto_sign_ed25519_sk_to_seed(content->secret + i * KEY_SEED_SIZE,
                                            keys->key[i].secret) == 0 ||
             fault_set(fault, FAILURE_INTERNAL, "%s: Ed25519", name);
    }

    ok = ok && sealed_file_write(folder, name, content, seal, fault);
    sealed_content_free(content);
    return ok;
}
