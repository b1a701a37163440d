// SPDX-License-Identifier: MIT
#include "net/signer/part_store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ID_HEX_SIZE (2 * SEAL_PART_ID_SIZE + 1)
#define NEW_BYTES   32u // of a part that a keyring is given: as text, as keyrings show them

// ---- the keyring -----------------------------------------------------------------------

static void name_of(const uint8_t id[static SEAL_PART_ID_SIZE], char out[static ID_HEX_SIZE])
{
    sodium_bin2hex(out, ID_HEX_SIZE, id, SEAL_PART_ID_SIZE);
}

static struct seal_part *fetch_from_keyring(const uint8_t id[static SEAL_PART_ID_SIZE],
                                            struct keyring_wait *wait, struct fault *fault)
{
    char name[ID_HEX_SIZE];
    name_of(id, name);
    char *kept = keyring_find(name, wait, fault);
    if (!kept)
        return NULL;
    struct seal_part *part = seal_part_new(SEAL_PART_KEYRING, span_str(kept), fault);
    keyring_text_free(kept);
    return part;
}

static bool keep_in_keyring(const struct seal_part *part, const char *text,
                            struct keyring_wait *wait, struct fault *fault)
{
    uint8_t id[SEAL_PART_ID_SIZE];
    char name[ID_HEX_SIZE];
    if (!seal_part_id(part, id))
        return fault_set(fault, FAILURE_INTERNAL, "keyring: BLAKE2b");
    name_of(id, name);
    return keyring_keep(name, text, wait, fault);
}

static struct seal_part *make_in_keyring(struct keyring_wait *wait, struct fault *fault)
{
    uint8_t bytes[NEW_BYTES];
    char *text = sodium_malloc(2 * NEW_BYTES + 1);
    if (!text) {
        fault_set(fault, FAILURE_MEMORY, "guarded memory");
        return NULL;
    }
    randombytes_buf(bytes, sizeof(bytes));
    sodium_bin2hex(text, 2 * NEW_BYTES + 1, bytes, sizeof(bytes));
    sodium_memzero(bytes, sizeof(bytes));

    struct seal_part *part = seal_part_new(SEAL_PART_KEYRING, span_str(text), fault);
    if (part && !keep_in_keyring(part, text, wait, fault)) {
        seal_part_free(part);
        part = NULL;
    }
    sodium_free(text);
    return part;
}

// ---- the credential --------------------------------------------------------------------

static int open_credential(struct fault *fault)
{
    char path[PATH_MAX];
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    if (!folder || !*folder) {
        fault_set(fault, FAILURE_KEY_PART_MISSING,
                  "credential: $CREDENTIALS_DIRECTORY is not set");
        return -1;
    }

    int size = snprintf(path, sizeof(path), "%s/%s", folder, PART_CREDENTIAL);
    int file = size > 0 && (size_t)size < sizeof(path)
                   ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
                   : -1;
    if (file < 0)
        fault_set(fault, FAILURE_KEY_PART_MISSING, "credential: %.100s: %s", path,
                  strerror(errno));
    return file;
}

static struct seal_part *read_credential(struct fault *fault)
{
    int file = open_credential(fault);
    uint8_t *bytes = file < 0 ? NULL : sodium_malloc(SEAL_PART_MOST + 1);
    struct seal_part *part = NULL;
    if (bytes) {
        ssize_t size = read(file, bytes, SEAL_PART_MOST + 1);
        part = seal_part_new(SEAL_PART_CREDENTIAL, span_of(bytes, size > 0 ? (size_t)size : 0),
                             fault);
    } else if (file >= 0) {
        fault_set(fault, FAILURE_MEMORY, "guarded memory");
    }

    sodium_free(bytes);
    if (file >= 0)
        close(file);
    return part;
}

// ---- the TPM ---------------------------------------------------------------------------

// The kind alone: only the signer learns its secret.
static struct seal_part *ask_for_tpm(struct fault *fault)
{
    static const uint8_t nothing[SEAL_PART_LEAST] = {0};
    return seal_part_new(SEAL_PART_TPM, span_of(nothing, sizeof(nothing)), fault);
}

// ---- either ----------------------------------------------------------------------------

struct seal_part *part_store_fetch(enum seal_part_kind kind,
                                   const uint8_t id[static SEAL_PART_ID_SIZE],
                                   struct keyring_wait *wait, struct fault *fault)
{
    if (kind == SEAL_PART_KEYRING)
        return fetch_from_keyring(id, wait, fault);
    if (kind == SEAL_PART_CREDENTIAL)
        return read_credential(fault);
    fault_set(fault, FAILURE_KEY_PART_MISSING, "none is named");
    return NULL;
}

struct seal_part *part_store_make(enum seal_part_kind kind, struct keyring_wait *wait,
                                  struct fault *fault)
{
    if (kind == SEAL_PART_KEYRING)
        return make_in_keyring(wait, fault);
    if (kind == SEAL_PART_TPM)
        return ask_for_tpm(fault);
    return part_store_fetch(kind, (const uint8_t[SEAL_PART_ID_SIZE]){0}, wait, fault);
}

bool part_store_drop(enum seal_part_kind kind, const uint8_t id[static SEAL_PART_ID_SIZE],
                     struct keyring_wait *wait, struct fault *fault)
{
    char name[ID_HEX_SIZE];
    if (kind != SEAL_PART_KEYRING)
        return true;
    name_of(id, name);
    return keyring_forget(name, wait, fault);
}
