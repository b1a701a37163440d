// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_TEXT_SAFE_TEXT_H
#define QRCONFIRM_UI_TEXT_SAFE_TEXT_H

// Text from outside, made harmless for a terminal and kept to one line: what is not a printable
// character in strict UTF-8 (control, direction and invisible characters, other bytes) comes
// out as \n, \r, \t or \xNN. A backslash stays as it is: JSON has the exact bytes.

#include <stdio.h>

#include "base/span.h"

void safe_text_print(FILE *out, struct span text);

// The same text as valid UTF-8 for JSON: U+FFFD stands for each byte that is not UTF-8. Every
// other character is kept. `to` has room for SAFE_UTF8_SIZE(text.n) bytes; returns how many it
// took.
#define SAFE_UTF8_SIZE(n) (3 * (n))
size_t safe_text_to_utf8(struct span text, char *to);

#endif
