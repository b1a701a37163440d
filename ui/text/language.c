// SPDX-License-Identifier: MIT
#include "ui/text/language.h"

// One for the whole program, as its log level: whoever writes a text would have to carry it.
// NULL: none was chosen yet, English.
static const struct language *current;

const struct language *language_current(void)
{
    return current ? current : languages_at(0);
}

void language_switch(const char *language)
{
    const struct language *found = languages_find(language);
    if (found)
        current = found;
}

const char *language_text(const char *english)
{
    return translate(language_current(), english);
}

const char *language_plural(const char *one, const char *many, unsigned long long count)
{
    return translate_plural(language_current(), one, many, count);
}

void language_init(const char *language)
{
    language_switch(language ? language : languages_asked()->code);
}
