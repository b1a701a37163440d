// SPDX-License-Identifier: MIT
#include "ui/text/language.h"

#include <stdlib.h>
#include <string.h>

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

// The language that a locale's name asks for: "ru" of "ru_RU.UTF-8". NULL: none that is known.
static const char *of_locale(const char *name, size_t size)
{
    for (size_t i = 0; i < languages_count(); i++) {
        size_t code = strlen(languages_at(i)->code);
        if (code <= size && strncmp(name, languages_at(i)->code, code) == 0 &&
            (code == size || strchr("_.@", name[code])))
            return languages_at(i)->code;
    }
    return NULL;
}

// The first known language that the environment asks for, in gettext's own order. The names of
// locales are all that is read: whether they are installed does not matter.
static const char *from_environment(void)
{
    static const char *const variables[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};

    for (size_t v = 0; v < sizeof(variables) / sizeof(variables[0]); v++) {
        const char *value = getenv(variables[v]);
        if (!value || !*value)
            continue;
        while (*value) { // LANGUAGE is a list, by preference
            size_t size = strcspn(value, ":");
            const char *language = of_locale(value, size);
            if (language)
                return language;
            value += size + (value[size] == ':');
        }
        break;
    }
    return languages_at(0)->code;
}

void language_init(const char *language)
{
    language_switch(language ? language : from_environment());
}
