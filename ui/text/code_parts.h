// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_TEXT_CODE_PARTS_H
#define QRCONFIRM_UI_TEXT_CODE_PARTS_H

// The parts of a message that one picture shows, and the message (structured append, ISO/IEC
// 18004, 8). Parts belong together if they are as many and name the same parity.

#include "decode/qr_code.h"

// Part `number` of the message that `part` is one of; NULL if the picture does not show it.
const struct qr_code *code_part(const struct qr_codes *codes, const struct qr_part *part,
                                size_t number);

// Puts the message together whose first part is `first`; its corners are the message's. False,
// and `out` is spoilt, if a part is not there, all are more than QR_PAYLOAD_MAX bytes, or the
// parity is not that of the bytes.
bool code_join(const struct qr_codes *codes, const struct qr_code *first, struct qr_code *out);

#endif
