// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_KNOWN_H
#define QRCONFIRM_DECODE_KNOWN_H

// What is known of a code's text, as bits of its data codewords: mode, length, characters, the
// end, and the padding behind it (ISO/IEC 18004, 7.4). Known symbols shorten Reed and Solomon's
// code: its redundancy stays, and fewer codewords can be wrong. Ours; see codewords.h for what
// is asked of a code that was read with them.

#include <stdbool.h>
#include <stdint.h>

#include "base/known_code.h"

#define KNOWN_WORDS_MAX 2956u // data codewords of version 40-L

struct known_words {
    size_t size, bits;              // data codewords, and how many of their bits are known
    uint8_t value[KNOWN_WORDS_MAX]; // 0 where they are not
    uint8_t mask[KNOWN_WORDS_MAX];  // 1: the bit is known
};

// Writes the bits of a code of `version` with `size` data codewords. False if the text does not
// fit in.
bool known_words_of(const struct known_code *code, unsigned version, size_t size,
                    struct known_words *out);

// Whether `right` of `bits` bits are so many that bits of chance agree as well less than once
// in 2^32 times (Chernoff's bound of the binomial distribution).
bool known_convinces(size_t bits, size_t right);

#endif
