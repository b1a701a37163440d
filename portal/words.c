// SPDX-License-Identifier: MIT
#include "portal/words.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *id;
    const char *text[LANGUAGE_COUNT];
} words[] = {
#define W(id, en, ru) {id, {en, ru}},
#include "portal/words.def"
#undef W
};

static const char *const codes[LANGUAGE_COUNT] = {"en", "ru"};

const char *word(const char *id, enum language language)
{
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(words[i].id, id) == 0)
            return words[i].text[language];
    }
    return NULL;
}

const char *language_code(enum language language)
{
    return codes[language];
}

// The weight of the entry at `entry`, 1 where none is given.
static double weight(const char *entry, size_t size)
{
    const char *q = memmem(entry, size, ";q=", 3);
    return q ? strtod(q + 3, NULL) : 1.0;
}

enum language language_accepted(const char *header)
{
    enum language best = LANGUAGE_EN;
    double best_weight = 0;

    while (header && *header) {
        header += strspn(header, " ,");
        size_t size = strcspn(header, ",");

        for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
            if (size >= 2 && strncasecmp(header, codes[i], 2) == 0 &&
                strchr("-;, ", size > 2 ? header[2] : ' ') &&
                weight(header, size) > best_weight) {
                best = (enum language)i;
                best_weight = weight(header, size);
            }
        }

        header += size;
    }

    return best;
}

enum language language_chosen(const char *code, enum language otherwise)
{
    for (size_t i = 0; code && i < LANGUAGE_COUNT; i++) {
        if (strcmp(code, codes[i]) == 0)
            return (enum language)i;
    }
    return otherwise;
}
