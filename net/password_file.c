// SPDX-License-Identifier: MIT
#include "net/password_file.h"

#include <sodium.h>

#include "net/atomic_file.h"

#define HEADER_SIZE   7u
#define CHECK_SIZE    16u
#define FILE_MAX      (HEADER_SIZE + NET_LOGIN_MAX + CHECK_SIZE)
#define FILE_FORMAT   1u
#define FILE_UNSEALED 0u

struct app_password *app_password_new(void)
{
    struct app_password *password = sodium_malloc(sizeof(*password));
    if (password)
        memset(password, 0, sizeof(*password));
    return password;
}

void app_password_free(struct app_password *password)
{
    sodium_free(password);
}

static bool is_whole(const uint8_t *bytes, size_t size)
{
    if (size < HEADER_SIZE || memcmp(bytes, "QRCP", 4) != 0 || bytes[4] != FILE_FORMAT ||
        bytes[5] != FILE_UNSEALED || bytes[6] == 0 ||
        size != HEADER_SIZE + bytes[6] + CHECK_SIZE || memchr(bytes + HEADER_SIZE, 0, bytes[6]))
        return false;
    uint8_t check[CHECK_SIZE];
    crypto_generichash(check, sizeof(check), bytes, size - CHECK_SIZE, NULL, 0);
    return memcmp(check, bytes + size - CHECK_SIZE, CHECK_SIZE) == 0;
}

struct app_password *password_file_read(int folder, const char *name, struct fault *fault)
{
    struct app_password *password = app_password_new();
    uint8_t *bytes = sodium_malloc(FILE_MAX);
    size_t size = 0;
    bool ok = false;
    enum atomic_read read = ATOMIC_READ_FAILED;
    if (!password || !bytes) {
        fault_set(fault, FAILURE_MEMORY, "guarded memory");
        goto free_bytes;
    }
    read = atomic_file_read(folder, name, bytes, FILE_MAX, &size, fault);
    if (read == ATOMIC_READ_MISSING)
        fault_set(fault, FAILURE_PAIRING_DAMAGED, "%s: not there", name);
    if (read != ATOMIC_READ_OK)
        goto free_bytes;
    if (!is_whole(bytes, size)) {
        fault_set(fault, FAILURE_PAIRING_DAMAGED, "%s: not a whole password file", name);
        goto free_bytes;
    }
    memcpy(password->text, bytes + HEADER_SIZE, bytes[6]);
    ok = true;

free_bytes:
    sodium_free(bytes);
    if (!ok) {
        app_password_free(password);
        return NULL;
    }
    return password;
}

bool password_file_write(int folder, const char *name, const struct app_password *password,
                         struct fault *fault)
{
    size_t length = strlen(password->text), size = HEADER_SIZE + length;
    uint8_t *bytes = sodium_malloc(FILE_MAX);
    if (!bytes)
        return fault_set(fault, FAILURE_MEMORY, "guarded memory");
    memcpy(bytes, "QRCP", 4);
    bytes[4] = FILE_FORMAT;
    bytes[5] = FILE_UNSEALED;
    bytes[6] = (uint8_t)length;
    memcpy(bytes + HEADER_SIZE, password->text, length);
    crypto_generichash(bytes + size, CHECK_SIZE, bytes, size, NULL, 0);
    bool ok = atomic_file_write(folder, name, span_of(bytes, size + CHECK_SIZE), fault);
    sodium_free(bytes);
    return ok;
}
