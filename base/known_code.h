// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_BASE_KNOWN_CODE_H
#define QRCONFIRM_BASE_KNOWN_CODE_H

// What is known of a code before it is seen: its length, and its characters but for some. Who
// knows the portals says it, the reader uses it (decode/known.h). Plain values of whoever
// declares them.

#include <stddef.h>

#define KNOWN_TEXT_MAX  511u // characters
#define KNOWN_CODES_MAX 128u

enum known_mode { KNOWN_ALPHANUMERIC, KNOWN_BYTES }; // of QR; the whole text in one segment

struct known_code {
    enum known_mode mode;
    size_t size;
    char text[KNOWN_TEXT_MAX + 1]; // NUL where a character is not known
};

struct known_codes {
    size_t count;
    struct known_code code[KNOWN_CODES_MAX];
};

#endif
