// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BASE_TYPED_CODE_H
#define QRCONFIRM_PORTAL_BASE_TYPED_CODE_H

// Digits as people type and paste them. A device shows "048 213" and an authenticator "123
// 456": the gap, spaces around, dashes, and digits of another script say the same as "048213".

#define TYPED_CODE_MAX 32u // characters; a recovery code of a box fits too

// Writes `typed` without its separators, its digits in ASCII, all else as it is. "" if it does
// not fit, as it cannot be a code then.
void typed_code(const char *typed, char out[static TYPED_CODE_MAX + 1]);

#endif
