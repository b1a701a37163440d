// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_CONTENT_H
#define QRCONFIRM_DECODE_CONTENT_H

// Step 10. Content: from the data bits of a repaired code to the bytes it holds, and in which
// character set each of them is (ISO/IEC 18004:2015, 7.4; Hanzi mode: GB/T 18284).
//
// Nothing is converted here: what a set makes of the bytes is for those who show them. A bit
// stream that breaks a rule of the standard is no content, so that chance, which Reed and
// Solomon's code lets through now and then, is stopped here once more.

#include "decode/qr_code.h"

struct content_form {
    bool micro;
    unsigned version; // 1 to 40; of a Micro QR code 1 to 4
};

// Reads the first `bits` bits of `data`. Fills in all of `out` but its corners. False, and
// `out` is spoilt, if they break off, break a rule, or hold nothing.
bool content_read(struct span data, size_t bits, struct content_form form, struct qr_code *out);

#endif
