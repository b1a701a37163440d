// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_QR_H
#define QRCONFIRM_DECODE_QR_H

// The QR reader: luma in, payloads and their corners out. Everything that looks for codes goes
// through here, so that what is behind it can change: see qr.c for the order of attempts.
// One reader serves one thread; it keeps its buffers from frame to frame.

#include "decode/failure.h"
#include "decode/luma.h"

#define QR_PAYLOAD_MAX                                                                         \
    7089u // bytes: version 40-L in digits, the most a QR can hold (ISO/IEC 18004, table 1)
#define QR_CODES_MAX 8u // codes a frame; more are ignored

struct qr_point {
    float x, y; // pixels of the luma that was read, from its top left corner
};

struct qr_code {
    uint8_t payload[QR_PAYLOAD_MAX]; // bytes as encoded, nothing converted
    size_t size;
    struct qr_point corners[4]; // clockwise in the code's own orientation, from its top left
};

struct qr_codes {
    size_t count;
    struct qr_code code[QR_CODES_MAX];
};

struct qr_reader;

// NULL if memory is short.
struct qr_reader *qr_reader_new(void);
void qr_reader_free(struct qr_reader *reader);

// Reads one frame. Returns true and fills `out` if at least one code was decoded.
bool qr_reader_read(struct qr_reader *reader, const struct luma *luma, struct qr_codes *out);

static inline struct span qr_payload(const struct qr_code *code)
{
    return (struct span){code->payload, code->size};
}

#endif
