// SPDX-License-Identifier: MIT
#include "ui/language.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Bumped to make gettext forget the catalogue it has chosen (GNU gettext manual, section
// "Changing the language at run time").
extern int _nl_msg_cat_cntr;

static const struct {
    const char *code, *label, *name;
} languages[] = {
    {"en", "EN", "English"},
#define X(code, label, name) {code, label, name},
#include "languages.def" // of cmake/Languages.cmake: one row a file in po/
#undef X
};
#define LANGUAGES (sizeof(languages) / sizeof(languages[0]))

static const char codes[] = "en"
#define X(code, label, name) ", " code
#include "languages.def"
#undef X
    ;

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
    const char *now = getenv("LANGUAGE");
    return now && language_is_known(now) ? now : languages[0].code;
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
    setenv("LANGUAGE", language, 1);
    _nl_msg_cat_cntr++;
}

// The first known language that the environment asks for, in gettext's own order.
static const char *from_environment(void)
{
    static const char *const variables[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t v = 0; v < sizeof(variables) / sizeof(variables[0]); v++) {
        const char *value = getenv(variables[v]);
        if (!value || !*value)
            continue;
        for (size_t i = 0; i < LANGUAGES; i++) {
            size_t size = strlen(languages[i].code);
            if (strncmp(value, languages[i].code, size) == 0 &&
                (value[size] == '\0' || strchr("_.:@", value[size])))
                return languages[i].code;
        }
        break;
    }
    return languages[0].code;
}

// Catalogues stand beside the program while it is being built, else where they are installed.
static void bind_catalogues(void)
{
    char path[4096];
    ssize_t size = readlink("/proc/self/exe", path, sizeof(path) - 16);
    if (size > 0) {
        path[size] = '\0';
        char *slash = strrchr(path, '/');
        if (slash) {
            strcpy(slash, "/locale");
            struct stat info; // /usr/bin/locale is a program
            if (stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
                bindtextdomain("qrconfirm", path);
                return;
            }
        }
    }
    bindtextdomain("qrconfirm", QRCONFIRM_LOCALE_DIR);
}

void language_init(const char *language)
{
    const char *wanted = language ? language : from_environment();
    // Any UTF-8 locale will do: gettext takes the language from LANGUAGE, but only outside "C".
    setlocale(LC_ALL, "C.UTF-8");
    bind_catalogues();
    bind_textdomain_codeset("qrconfirm", "UTF-8");
    textdomain("qrconfirm");
    language_switch(wanted);
}
