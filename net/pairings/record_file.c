// SPDX-License-Identifier: MIT
#include "net/pairings/record_file.h"

#include <stdlib.h>

#include "net/protocol/json_text.h"

json_t *record_file_read(int folder, const char *name, const char *format, int version,
                         enum atomic_read *read, struct fault *fault)
{
    uint8_t bytes[RECORD_FILE_MAX];
    size_t size;
    *read = atomic_file_read(folder, name, bytes, sizeof(bytes), &size, fault);
    if (*read != ATOMIC_READ_OK)
        return NULL;

    struct fault why = {0};
    json_t *root = record_open(span_of(bytes, size), format, version, &why);
    if (root)
        return root;

    *read =
        why.failure == FAILURE_PAIRING_DAMAGED ? ATOMIC_READ_DAMAGED : ATOMIC_READ_UNREADABLE;
    fault_set(fault, why.failure, "%s: %s", name, why.detail);
    return NULL;
}

json_t *record_file_begin(const char *format, int version, int *bad)
{
    json_t *root = json_object();
    *bad = json_object_set_new(root, "format", json_string(format));
    *bad |= json_object_set_new(root, "version", json_integer(version));
    return root;
}

bool record_file_write(int folder, const char *name, json_t *root, int bad, struct fault *fault)
{
    char *text = bad == 0 ? json_text_dump(root, JSON_INDENT(2)) : NULL;
    bool ok = text ? atomic_file_write(folder, name, span_str(text), fault)
                   : fault_set(fault, FAILURE_MEMORY, "%s", name);
    free(text);
    json_decref(root);
    return ok;
}
