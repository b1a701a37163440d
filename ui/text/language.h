// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_TEXT_LANGUAGE_H
#define QRCONFIRM_UI_TEXT_LANGUAGE_H

// The language of all texts: one of po/languages.h. It can be switched while the program runs,
// so that a kiosk need not know who comes next. The C library's locale stays "C". Main thread
// only.

#include <stdbool.h>

#include "po/languages.h"

#define _(text)                    language_text(text)
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

const struct language *language_current(void);

#endif
