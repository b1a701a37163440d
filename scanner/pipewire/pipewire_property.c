// SPDX-License-Identifier: MIT
#include "scanner/pipewire/pipewire_property.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void pipewire_property_copy(char *to, size_t size, const struct spa_dict *properties,
                            const char *key)
{
    const char *from = properties ? spa_dict_lookup(properties, key) : NULL;
    size_t i = 0;
    for (; from && i + 1 < size && from[i]; i++)
        to[i] = from[i] >= ' ' && from[i] < 0x7f ? from[i] : '?';
    to[i] = '\0';
}

bool pipewire_property_is(const struct spa_dict *properties, const char *key, const char *value)
{
    const char *found = spa_dict_lookup(properties, key);
    return found && strcmp(found, value) == 0;
}

bool pipewire_property_number(const struct spa_dict *properties, const char *key, uint32_t *out)
{
    const char *text = spa_dict_lookup(properties, key);
    char *end = NULL;
    errno = 0;
    unsigned long value = text ? strtoul(text, &end, 10) : 0;
    if (!text || end == text || *end || errno || value >= SPA_ID_INVALID)
        return false;
    *out = (uint32_t)value;
    return true;
}
