// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_MICRO_CODE_H
#define QRCONFIRM_DECODE_MICRO_CODE_H

// Micro QR codes, M1 to M4: what is known of them before they are read, and their repair
// (ISO/IEC 18004:2015, 6.3.2, 7.7.3, 7.9.2 and table 9). They have one finder pattern, at the
// top left, and timing patterns along the upper and the left side. The format says which of
// the four a code is.

#include "decode/sample.h"

#define MICRO_VERSION_MAX   4u
#define MICRO_SIZE_MIN      11u // modules a side, M1
#define MICRO_CODEWORDS_MAX 24u

struct micro_format {
    unsigned version; // 1 to 4
    unsigned symbol;  // version and error correction level, as the format counts them
    unsigned mask;
    float likeness; // of the soft values to its bits: 1 is perfect, 0 is noise
};

struct micro_data {
    uint8_t word[MICRO_CODEWORDS_MAX];
    size_t bits;
};

// Builds the layout of M1 to M4.
void micro_layout_build(struct layout *layout, unsigned version);

// The likeliest format, of the code as it was sampled or of its mirror image; `code` may be of
// any version.
struct micro_format micro_format_of(const struct soft_code *code, bool mirrored);

// The data of a code whose layout is that of `format`. False if it cannot be corrected.
bool micro_repair(const struct soft_code *code, const struct micro_format *format,
                  struct micro_data *out);

#endif
