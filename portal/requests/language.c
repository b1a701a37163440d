// SPDX-License-Identifier: MIT
#include "portal/requests/language.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// The weight of the entry at `entry`, 1 where none is given.
static double weight(const char *entry, size_t size)
{
    const char *q = memmem(entry, size, ";q=", 3);
    return q ? strtod(q + 3, NULL) : 1.0;
}

// Does the entry at `entry` ask for this language, or for a kind of it, as "en-GB" does?
static bool asks_for(const char *entry, size_t size, const struct language *language)
{
    char tag[LANGUAGE_TAG_MAX + 1];
    language_tag(language, tag);
    size_t length = strlen(tag);
    return size >= length && strncasecmp(entry, tag, length) == 0 &&
           (size == length || strchr("-;, ", entry[length]));
}

const struct language *language_accepted(const char *header)
{
    const struct language *best = languages_at(0);
    double best_weight = 0;

    while (header && *header) {
        header += strspn(header, " ,");
        size_t size = strcspn(header, ",");

        for (size_t i = 0; i < languages_count(); i++) {
            if (asks_for(header, size, languages_at(i)) && weight(header, size) > best_weight) {
                best = languages_at(i);
                best_weight = weight(header, size);
            }
        }

        header += size;
    }

    return best;
}

const struct language *language_chosen(const char *code, const struct language *otherwise)
{
    const struct language *found = code ? languages_find(code) : NULL;
    return found ? found : otherwise;
}
