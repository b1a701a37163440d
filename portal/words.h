// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_WORDS_H
#define QRCONFIRM_PORTAL_WORDS_H

// The texts of the pages, in English and Russian: the rows of words.def. {name} in a text
// stands for a value of the page.

enum language { LANGUAGE_EN, LANGUAGE_RU, LANGUAGE_COUNT };

// NULL if there is no such word: a fault of the page that asks for it.
const char *word(const char *id, enum language language);

// "en" or "ru".
const char *language_code(enum language language);

// The language of an Accept-Language header (RFC 9110, 12.5.4; weights count). NULL, and
// languages not spoken here, give English.
enum language language_accepted(const char *header);

// A code as a cookie or a query gives it; `otherwise` if it is none.
enum language language_chosen(const char *code, enum language otherwise);

#endif
