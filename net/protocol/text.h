// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_TEXT_H
#define QRCONFIRM_NET_PROTOCOL_TEXT_H

// Text as qr-login v1 (section 2) allows it: strict UTF-8 (RFC 3629) without control, direction
// and invisible characters. Text is judged, never repaired.

#include "base/span.h"

enum text_verdict { TEXT_OK, TEXT_NOT_UTF8, TEXT_FORBIDDEN, TEXT_BLANK };

// A part of a text: never TEXT_BLANK.
enum text_verdict text_check(struct span text);

// The text of a whole field: besides, one that is not empty must show something.
enum text_verdict text_check_whole(struct span text);

// True where nothing but spaces and joiners is there, or nothing at all.
bool text_is_blank(struct span text);

// Reads the code point at `*at` and moves `*at` behind it. False where no strict UTF-8 begins:
// an overlong form, a surrogate, a value above U+10FFFF, a cut sequence, or the end.
bool text_next(struct span text, size_t *at, uint32_t *code_point);

#endif
