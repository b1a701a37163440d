// SPDX-License-Identifier: MIT
#include "po/languages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "po/catalogue.h"
#include "po/catalogues.h"

// How each language counts: the expression of its catalogue's header, with as few parentheses
// as its translators wrote.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wparentheses"
#define X(id, code, label, name, plural)                                                       \
    static size_t plural_##id(unsigned long long n)                                            \
    {                                                                                          \
        (void)n;                                                                               \
        return (size_t)(plural);                                                               \
    }
#include "languages.def"
#undef X
#pragma GCC diagnostic pop

static size_t plural_english(unsigned long long n)
{
    return n != 1;
}

static const struct language languages[] = {
    {"en", "EN", "English", plural_english, NULL, NULL},
#define X(id, code, label, name, plural)                                                       \
    {code, label, name, plural_##id, catalogue_##id, &catalogue_##id##_size},
#include "languages.def" // of cmake/Languages.cmake: one row a file in po/
#undef X
};
#define LANGUAGES (sizeof(languages) / sizeof(languages[0]))

static const char codes[] = "en"
#define X(id, code, label, name, plural) ", " code
#include "languages.def"
#undef X
    ;

size_t languages_count(void)
{
    return LANGUAGES;
}

const struct language *languages_at(size_t index)
{
    return &languages[index];
}

const struct language *languages_find(const char *code)
{
    for (size_t i = 0; i < LANGUAGES; i++) {
        if (strcmp(code, languages[i].code) == 0)
            return &languages[i];
    }
    return NULL;
}

// The language that a locale's name asks for: "ru" of "ru_RU.UTF-8". NULL: none that is known.
static const struct language *of_locale(const char *name, size_t size)
{
    for (size_t i = 0; i < LANGUAGES; i++) {
        size_t code = strlen(languages[i].code);
        if (code <= size && strncmp(name, languages[i].code, code) == 0 &&
            (code == size || strchr("_.@", name[code])))
            return &languages[i];
    }
    return NULL;
}

const struct language *languages_asked(void)
{
    static const char *const variables[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};

    for (size_t v = 0; v < sizeof(variables) / sizeof(variables[0]); v++) {
        const char *value = getenv(variables[v]);
        if (!value || !*value)
            continue;
        while (*value) { // LANGUAGE is a list, by preference
            size_t size = strcspn(value, ":");
            const struct language *language = of_locale(value, size);
            if (language)
                return language;
            value += size + (value[size] == ':');
        }
        break;
    }
    return &languages[0];
}

const char *languages_codes(void)
{
    return codes;
}

void language_tag(const struct language *language, char out[static LANGUAGE_TAG_MAX + 1])
{
    snprintf(out, LANGUAGE_TAG_MAX + 1, "%s", language->code);
    char *region = strchr(out, '_');
    if (region)
        *region = '-';
}

static const char *find(const struct language *language, const char *english, size_t form)
{
    struct catalogue catalogue;
    if (!language->catalogue ||
        !catalogue_open(span_of(language->catalogue, *language->catalogue_size), &catalogue))
        return NULL;
    return catalogue_find(&catalogue, english, form);
}

const char *translate(const struct language *language, const char *english)
{
    // The entry of the empty text is the catalogue's header.
    const char *text = *english ? find(language, english, 0) : NULL;
    if (text)
        return text;

    const char *context_end = strchr(english, '\004');
    return context_end ? context_end + 1 : english;
}

const char *translate_plural(const struct language *language, const char *one, const char *many,
                             unsigned long long count)
{
    const char *text = find(language, one, language->plural(count));
    if (text)
        return text;
    return count == 1 ? one : many;
}
