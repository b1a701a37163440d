// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_QR_H
#define QRCONFIRM_DECODE_QR_H

// The QR reader: luma in, payloads and their corners out. Everything that looks for codes goes
// through here, so that what is behind it can change: see qr.c for the order of attempts.
// One reader serves one thread; it keeps its buffers from frame to frame, and what it saw of a
// code that it could not read yet, so frames are to come in the order they were taken.

#include "decode/failure.h"
#include "decode/hints.h"
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
    struct qr_code code[QR_CODES_MAX]; // of the reader: the one largest in the frame first
};

struct qr_reader;

// NULL if memory is short.
struct qr_reader *qr_reader_new(void);
void qr_reader_free(struct qr_reader *reader);

// Reads one frame. Returns true and fills `out` if at least one code was decoded.
bool qr_reader_read(struct qr_reader *reader, const struct luma *luma, struct qr_codes *out);

// Forgets all frames before: the next one is of another scene.
void qr_reader_reset(struct qr_reader *reader);

// Sets a time box: attempts on a frame stop `box_us` microseconds after it was handed in, on
// the caller's clock; what was not looked at comes first in the next frame. `now_us` NULL: no
// box. Without one a frame is bounded too, by counted work: see work.h.
void qr_reader_set_box(struct qr_reader *reader, int64_t (*now_us)(void *user), void *user,
                       int64_t box_us);

// What was measured on the code in view in the last frame, read or not; hint_from() says what
// would help.
const struct hint_measures *qr_reader_measures(const struct qr_reader *reader);

static inline struct span qr_payload(const struct qr_code *code)
{
    return (struct span){code->payload, code->size};
}

#endif
