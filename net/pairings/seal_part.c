// SPDX-License-Identifier: MIT
#include "net/pairings/seal_part.h"

#include <sodium.h>
#include <string.h>

#define ID_TEXT "qrconfirm part"

static const char *const names[SEAL_PART_KINDS] = {
    [SEAL_PART_NONE] = "file",
    [SEAL_PART_KEYRING] = "keyring",
    [SEAL_PART_CREDENTIAL] = "credential",
    [SEAL_PART_TPM] = "tpm",
};

struct seal_part *seal_part_new(enum seal_part_kind kind, struct span kept, struct fault *fault)
{
    if (kept.n < SEAL_PART_LEAST || kept.n > SEAL_PART_MOST) {
        fault_set(fault, FAILURE_KEY_PART_MISSING, "%s: %zu bytes, not %u to %u", names[kind],
                  kept.n, SEAL_PART_LEAST, SEAL_PART_MOST);
        return NULL;
    }

    struct seal_part *part = sodium_malloc(sizeof(*part));
    if (!part) {
        fault_set(fault, FAILURE_MEMORY, "guarded memory");
        return NULL;
    }
    part->kind = kind;
    if (crypto_generichash(part->secret, sizeof(part->secret), kept.p, kept.n, NULL, 0) == 0)
        return part;
    fault_set(fault, FAILURE_INTERNAL, "%s: BLAKE2b", names[kind]);
    sodium_free(part);
    return NULL;
}

void seal_part_free(struct seal_part *part)
{
    sodium_free(part);
}

bool seal_part_id(const struct seal_part *part, uint8_t out[static SEAL_PART_ID_SIZE])
{
    return crypto_generichash(out, SEAL_PART_ID_SIZE, (const uint8_t *)ID_TEXT, strlen(ID_TEXT),
                              part->secret, sizeof(part->secret)) == 0;
}

const char *seal_part_name(enum seal_part_kind kind)
{
    return kind < SEAL_PART_KINDS ? names[kind] : "";
}

enum seal_part_kind seal_part_named(const char *name)
{
    for (unsigned i = 0; i < SEAL_PART_KINDS; i++)
        if (strcmp(name, names[i]) == 0)
            return (enum seal_part_kind)i;
    return SEAL_PART_KINDS;
}
