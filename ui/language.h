// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_LANGUAGE_H
#define QRCONFIRM_UI_LANGUAGE_H

// The language of all texts. It can be switched while the program runs, so that a kiosk need not
// know who comes next. The translations are parts of the program, and the C library's locale
// stays "C": no text, number or date depends on which libc or which locales a machine has. Main
// thread only.
//
// A third language: add po/CODE.po, whose header names it (X-Language-Label, X-Language-Name)
// and says how it counts (Plural-Forms).

#include <stdbool.h>
#include <stddef.h>

#define _(text)  language_text(text)
#define N_(text) text // marks a text for xgettext where it cannot be translated yet
#define ngettext(one, many, count) language_plural(one, many, count)

// A text in the language of now. In English, or where it has no translation, `english` itself.
const char *language_text(const char *english) __attribute__((format_arg(1)));

// The same of a text that counts something.
const char *language_plural(const char *one, const char *many, unsigned long long count)
    __attribute__((format_arg(1), format_arg(2)));

// Begins with `language`, or where it is NULL with the first known one that the environment
// asks for.
void language_init(const char *language);

// Switches to a known language.
void language_switch(const char *language);

const char *language_current(void); // "en"
size_t language_index(void);        // the same, to be given to the functions below

#define LANGUAGE_TAG_MAX 16u // bytes

// The same as HTTP names it (RFC 5646): "pt-BR" for po/pt_BR.po.
void language_tag(char out[static LANGUAGE_TAG_MAX + 1]);

bool language_is_known(const char *language);

const char *language_codes(void); // all, for a text: "en, ru"
size_t language_count(void);
const char *language_code(size_t index);  // "ru"
const char *language_label(size_t index); // "РУ", for a switch on the screen
const char *language_name(size_t index);  // "Русский"

#endif
