// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_QR_CODE_H
#define QRCONFIRM_DECODE_QR_CODE_H

// What a reader found in a picture: the codes, what each holds, and where it is. Plain values
// of whoever declares them.

#include "base/span.h"

#define QR_PAYLOAD_MAX                                                                         \
    7089u // bytes: version 40-L in digits, the most a QR can hold (ISO/IEC 18004, table 1)
#define QR_CODES_MAX 8u // codes a frame; more are ignored

struct qr_point {
    float x, y; // pixels of the luma that was read, from its top left corner
};

struct qr_code {
    uint8_t payload[QR_PAYLOAD_MAX]; // bytes as encoded, nothing converted
    size_t size;
    struct qr_point corners[4]; // clockwise as the code was printed, from its top left
};

struct qr_codes {
    size_t count;
    struct qr_code code[QR_CODES_MAX]; // of the reader: the one largest in the frame first
};

static inline struct span qr_payload(const struct qr_code *code)
{
    return (struct span){code->payload, code->size};
}

#endif
