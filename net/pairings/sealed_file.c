// SPDX-License-Identifier: MIT
#include "net/pairings/sealed_file.h"

#include <sodium.h>

#include "net/pairings/atomic_file.h"

#define HEADER_SIZE 8u
#define COST_SIZE   8u
#define CHECK_SIZE  16u
#define BOUND_MAX   (HEADER_SIZE + SEALED_OPEN_MAX + SEAL_SALT_SIZE + COST_SIZE)
#define FILE_MAX    (BOUND_MAX + SEAL_NONCE_SIZE + SEALED_SECRET_MAX + SEAL_TAG_SIZE + CHECK_SIZE)

// The bytes of a file with the places of its parts.
struct parts {
    bool sealed;
    size_t open_size, secret_size;
    size_t bound_size; // all before the nonce
    size_t secret_at, size;
};

static struct parts parts_of(bool sealed, size_t open_size, size_t secret_size)
{
    struct parts parts = {.sealed = sealed, .open_size = open_size, .secret_size = secret_size};
    parts.bound_size = HEADER_SIZE + open_size + (sealed ? SEAL_SALT_SIZE + COST_SIZE : 0);
    parts.secret_at = parts.bound_size + (sealed ? SEAL_NONCE_SIZE : 0);
    parts.size = parts.secret_at + secret_size + (sealed ? SEAL_TAG_SIZE : 0) + CHECK_SIZE;
    return parts;
}

static bool check_of(const uint8_t *bytes, size_t size, uint8_t out[static CHECK_SIZE])
{
    return crypto_generichash(out, CHECK_SIZE, bytes, size - CHECK_SIZE, NULL, 0) == 0;
}

static bool not_whole(const char *name, struct fault *fault)
{
    return fault_set(fault, FAILURE_PAIRING_DAMAGED, "%s: not a whole file", name);
}

static bool is_whole(const uint8_t *bytes, size_t size, const char *name, struct parts *out,
                     struct fault *fault)
{
    if (size < HEADER_SIZE + CHECK_SIZE || bytes[4] != SEALED_FILE_FORMAT || bytes[5] > 1 ||
        bytes[6] > SEALED_OPEN_MAX)
        return not_whole(name, fault);
    struct parts parts = parts_of(bytes[5] == 1, bytes[6], bytes[7]);
    if (size != parts.size)
        return not_whole(name, fault);

    uint8_t check[CHECK_SIZE];
    if (!check_of(bytes, size, check))
        return fault_set(fault, FAILURE_INTERNAL, "%s: BLAKE2b", name);
    if (memcmp(check, bytes + size - CHECK_SIZE, CHECK_SIZE) != 0)
        return not_whole(name, fault);
    *out = parts;
    return true;
}

struct sealed_content *sealed_content_new(void)
{
    struct sealed_content *content = sodium_malloc(sizeof(*content));
    if (content)
        memset(content, 0, sizeof(*content));
    return content;
}

void sealed_content_free(struct sealed_content *content)
{
    sodium_free(content);
}

// The whole file in guarded memory, to be freed with sodium_free.
static uint8_t *read_bytes(int folder, const char *name, struct parts *parts,
                           struct fault *fault)
{
    uint8_t *bytes = sodium_malloc(FILE_MAX);
    size_t size = 0;
    if (!bytes) {
        fault_set(fault, FAILURE_MEMORY, "guarded memory");
        return NULL;
    }

    enum atomic_read read = atomic_file_read(folder, name, bytes, FILE_MAX, &size, fault);
    if (read == ATOMIC_READ_OK && is_whole(bytes, size, name, parts, fault))
        return bytes;

    if (read == ATOMIC_READ_MISSING)
        fault_set(fault, FAILURE_KEY_MISSING, "%s: not there", name);
    sodium_free(bytes);
    return NULL;
}

bool sealed_file_look(int folder, const char *name, struct sealed_facts *out,
                      struct fault *fault)
{
    struct parts parts;
    uint8_t *bytes = read_bytes(folder, name, &parts, fault);
    if (!bytes)
        return false;
    *out = (struct sealed_facts){.sealed = parts.sealed, .open_size = parts.open_size};
    memcpy(out->open, bytes + HEADER_SIZE, parts.open_size);
    if (parts.sealed)
        memcpy(out->salt, bytes + HEADER_SIZE + parts.open_size, SEAL_SALT_SIZE);
    sodium_free(bytes);
    return true;
}

bool sealed_file_look_ahead(int folder, const char *name, size_t open_max,
                            struct sealed_facts *out, struct fault *fault)
{
    uint8_t head[HEADER_SIZE + SEALED_OPEN_MAX] = {0};
    size_t size = 0, whole = 0;
    enum atomic_read read =
        atomic_file_read_head(folder, name, head, HEADER_SIZE, &size, &whole, fault);
    bool fits = read == ATOMIC_READ_OK && size == HEADER_SIZE &&
                head[4] == SEALED_FILE_FORMAT && head[5] <= 1 && head[6] <= open_max &&
                head[6] <= SEALED_OPEN_MAX &&
                whole == parts_of(head[5] == 1, head[6], head[7]).size;
    if (fits)
        read = atomic_file_read_head(folder, name, head, HEADER_SIZE + head[6], &size, &whole,
                                     fault);

    if (read == ATOMIC_READ_MISSING)
        return fault_set(fault, FAILURE_KEY_MISSING, "%s: not there", name);
    if (read != ATOMIC_READ_OK)
        return false;
    if (!fits)
        return not_whole(name, fault);
    *out = (struct sealed_facts){.sealed = head[5] == 1, .open_size = head[6]};
    memcpy(out->open, head + HEADER_SIZE, out->open_size);
    return true;
}

static bool open_secret(const uint8_t *bytes, const struct parts *parts, const char *name,
                        const struct seal *seal, struct sealed_content *out,
                        struct fault *fault)
{
    const uint8_t *salt = bytes + HEADER_SIZE + parts->open_size;
    if (!parts->sealed) {
        memcpy(out->secret, bytes + parts->secret_at, parts->secret_size);
        return true;
    }
    if (!seal || memcmp(seal->salt, salt, SEAL_SALT_SIZE) != 0)
        return fault_set(fault, FAILURE_KEY_LOCKED, "%s: sealed by a PIN", name);
    struct span sealed = span_of(bytes + parts->secret_at, parts->secret_size + SEAL_TAG_SIZE);
    return seal_open(seal, bytes + parts->bound_size, span_of(bytes, parts->bound_size), sealed,
                     out->secret) ||
           fault_set(fault, FAILURE_PAIRING_DAMAGED, "%s: the PIN does not open it", name);
}

struct sealed_content *sealed_file_read(int folder, const char *name, const struct seal *seal,
                                        struct fault *fault)
{
    struct parts parts;
    uint8_t *bytes = read_bytes(folder, name, &parts, fault);
    if (!bytes)
        return NULL;

    struct sealed_content *content = sealed_content_new();
    bool ok = content || fault_set(fault, FAILURE_MEMORY, "guarded memory");
    ok = ok && open_secret(bytes, &parts, name, seal, content, fault);

    if (ok) {
        memcpy(content->kind, bytes, SEALED_KIND_SIZE);
        memcpy(content->open, bytes + HEADER_SIZE, parts.open_size);
        content->open_size = parts.open_size;
        content->secret_size = parts.secret_size;
    } else {
        sealed_content_free(content);
        content = NULL;
    }

    sodium_free(bytes);
    return content;
}

static void put_u32(uint8_t *out, uint32_t value)
{
    for (size_t i = 0; i < 4; i++)
        out[i] = (uint8_t)(value >> (24 - 8 * i));
}

static bool put_seal(uint8_t *bytes, const struct parts *parts, const struct seal *seal,
                     struct span secret)
{
    uint8_t *salt = bytes + HEADER_SIZE + parts->open_size;
    uint8_t *nonce = bytes + parts->bound_size;
    memcpy(salt, seal->salt, SEAL_SALT_SIZE);
    put_u32(salt + SEAL_SALT_SIZE, seal->cost.passes);
    put_u32(salt + SEAL_SALT_SIZE + 4, seal->cost.memory_kib);
    randombytes_buf(nonce, SEAL_NONCE_SIZE);
    return seal_close(seal, nonce, span_of(bytes, parts->bound_size), secret,
                      bytes + parts->secret_at);
}

bool sealed_file_write(int folder, const char *name, const struct sealed_content *content,
                       const struct seal *seal, struct fault *fault)
{
    uint8_t *bytes = sodium_malloc(FILE_MAX);
    if (!bytes)
        return fault_set(fault, FAILURE_MEMORY, "guarded memory");

    struct parts parts = parts_of(seal != NULL, content->open_size, content->secret_size);
    memcpy(bytes, content->kind, SEALED_KIND_SIZE);
    bytes[4] = SEALED_FILE_FORMAT;
    bytes[5] = parts.sealed;
    bytes[6] = (uint8_t)parts.open_size;
    bytes[7] = (uint8_t)parts.secret_size;
    memcpy(bytes + HEADER_SIZE, content->open, parts.open_size);

    bool ok = true;
    if (seal)
        ok = put_seal(bytes, &parts, seal, span_of(content->secret, content->secret_size));
    else
        memcpy(bytes + parts.secret_at, content->secret, parts.secret_size);
    ok = (ok && check_of(bytes, parts.size, bytes + parts.size - CHECK_SIZE)) ||
         fault_set(fault, FAILURE_INTERNAL, "%s cannot be sealed", name);

    ok = ok && atomic_file_write(folder, name, span_of(bytes, parts.size), fault);
    sodium_free(bytes);
    return ok;
}
