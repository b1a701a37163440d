// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PO_LANGUAGES_H
#define QRCONFIRM_PO_LANGUAGES_H

// The languages that the programs speak. All texts are written in English, where they are used;
// their translations are parts of the program, so that none depends on which libc or which
// locales a machine has. The caller says in which language. No state; any thread.
//
// A third language: add po/CODE.po, whose header names it (X-Language-Label, X-Language-Name)
// and says how it counts (Plural-Forms).

#include <stddef.h>

#define N_(text) text // marks a text for xgettext where it cannot be translated yet

// The same of a text that has other translations elsewhere: `context` tells them apart.
#define NC_(context, text) context "\004" text

struct language {
    const char *code;                       // "ru", "pt_BR": the name of its file
    const char *label;                      // "РУ", for a switch on a screen
    const char *name;                       // "Русский"
    size_t (*plural)(unsigned long long n); // which form of a text goes with a count
    const unsigned char *catalogue;         // NULL: English
    const size_t *catalogue_size;           // bytes
};

size_t languages_count(void);
const struct language *languages_at(size_t index);       // English is the first
const struct language *languages_find(const char *code); // NULL: it is not known
const char *languages_codes(void);                       // all, for a text: "en, ru"

// The first known one that the environment asks for, in gettext's own order; English if there
// is none. The names of locales are all that is read: whether they are installed does not
// matter.
const struct language *languages_asked(void);

#define LANGUAGE_TAG_MAX 16u // bytes

// The language as HTTP and HTML name it (RFC 5646): "pt-BR" for po/pt_BR.po.
void language_tag(const struct language *language, char out[static LANGUAGE_TAG_MAX + 1]);

// A text in a language, or `english` without its context where it has no translation.
const char *translate(const struct language *language, const char *english)
    __attribute__((format_arg(2)));

// The same of a text that counts something.
const char *translate_plural(const struct language *language, const char *one, const char *many,
                             unsigned long long count)
    __attribute__((format_arg(2), format_arg(3)));

#endif
