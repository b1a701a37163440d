// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_TEXT_H
#define QRCONFIRM_DECODE_TEXT_H

// Text as qr-login v1 (section 2) allows it: strict UTF-8 (RFC 3629) without control, direction
// and invisible characters. Text is judged, never repaired.

#include "decode/span.h"

enum text_verdict { TEXT_OK, TEXT_NOT_UTF8, TEXT_FORBIDDEN };

enum text_verdict text_check(struct span text);

// Reads the code point at `*at` and moves `*at` behind it. False where no strict UTF-8 begins:
// an overlong form, a surrogate, a value above U+10FFFF, a cut sequence, or the end.
bool text_next(struct span text, size_t *at, uint32_t *code_point);

#endif
