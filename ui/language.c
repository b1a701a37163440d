// SPDX-License-Identifier: MIT
#include "ui/language.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "po/catalogues.h"
#include "ui/catalogue.h"

// How each language counts: the expression of its catalogue's header, with as few parentheses as
// its translators wrote.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wparentheses"
#define X(id, code, label, name, plural) \
    static size_t plural_##id(unsigned long long n) \
    { \
        (void)n; \
        return (size_t)(plural); \
    }
#include "languages.def"
#undef X
#pragma GCC diagnostic pop

static size_t plural_english(unsigned long long n)
{
    return n != 1;
}

static const struct {
    const char *code, *label, *name;
    size_t (*plural)(unsigned long long n);
    const unsigned char *catalogue; // NULL: the program's own texts
    const size_t *catalogue_size;   // bytes
} languages[] = {
    {"en", "EN", "English", plural_english, NULL, NULL},
#define X(id, code, label, name, plural) \
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

// One for the whole program, as its log level: whoever writes a text would have to carry it.
static struct {
    size_t index;
    struct catalogue catalogue; // empty: English
} current;

bool language_is_known(const char *language)
{
    for (size_t i = 0; i < LANGUAGES; i++) {
        if (strcmp(language, languages[i].code) == 0)
            return true;
    }
    return false;
}

size_t language_count(void)
{
    return LANGUAGES;
}

const char *language_codes(void)
{
    return codes;
}

const char *language_code(size_t index)
{
    return languages[index].code;
}

const char *language_label(size_t index)
{
    return languages[index].label;
}

const char *language_name(size_t index)
{
    return languages[index].name;
}

const char *language_current(void)
{
    return languages[current.index].code;
}

size_t language_index(void)
{
    return current.index;
}

void language_tag(char out[static LANGUAGE_TAG_MAX + 1])
{
    snprintf(out, LANGUAGE_TAG_MAX + 1, "%s", language_current());
    char *region = strchr(out, '_');
    if (region)
        *region = '-';
}

void language_switch(const char *language)
{
    for (size_t i = 0; i < LANGUAGES; i++) {
        if (strcmp(language, languages[i].code) != 0)
            continue;
        current.index = i;
        current.catalogue = (struct catalogue){0};
        if (languages[i].catalogue)
            catalogue_open(span_of(languages[i].catalogue, *languages[i].catalogue_size),
                           &current.catalogue);
        return;
    }
}

const char *language_text(const char *english)
{
    // The entry of the empty text is the catalogue's header.
    const char *text = *english ? catalogue_find(&current.catalogue, english, 0) : NULL;
    return text ? text : english;
}

const char *language_plural(const char *one, const char *many, unsigned long long count)
{
    size_t form = languages[current.index].plural(count);
    const char *text = catalogue_find(&current.catalogue, one, form);
    if (text)
        return text;
    return count == 1 ? one : many;
}

// The language that a locale's name asks for: "ru" of "ru_RU.UTF-8". NULL: none that is known.
static const char *of_locale(const char *name, size_t size)
{
    for (size_t i = 0; i < LANGUAGES; i++) {
        size_t code = strlen(languages[i].code);
        if (code <= size && strncmp(name, languages[i].code, code) == 0 &&
            (code == size || strchr("_.@", name[code])))
            return languages[i].code;
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
    return languages[0].code;
}

void language_init(const char *language)
{
    language_switch(language ? language : from_environment());
}
