// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_QR_H
#define QRCONFIRM_DECODE_QR_H

// The QR reader: luma in, payloads and their corners out. Everything that looks for codes goes
// through here, so that what is behind it can change: see qr.c for the order of attempts.
// One reader serves one thread; it keeps its buffers from frame to frame, and what it saw of a
// code that it could not read yet, so frames are to come in the order they were taken.

#include "base/failure.h"
#include "base/known_code.h"
#include "decode/hints.h"
#include "decode/limits.h"
#include "decode/luma.h"
#include "decode/qr_code.h"

struct qr_reader;

// NULL if memory is short.
struct qr_reader *qr_reader_new(void);
void qr_reader_free(struct qr_reader *reader);

// Reads one frame. Returns true and fills `out` if at least one code was decoded. Codes of
// equal payload at different places are different codes.
bool qr_reader_read(struct qr_reader *reader, const struct luma *luma, struct qr_codes *out);

// How much of the frames to come is looked at: `limits` outlives the reader. At first
// &qr_limits_live.
void qr_reader_set_limits(struct qr_reader *reader, const struct qr_limits *limits);

// What is known of codes that may be in the frames to come; it outlives the reader, or the next
// call. Used only where a code cannot be read without. NULL, and at first: nothing.
void qr_reader_set_known(struct qr_reader *reader, const struct known_codes *known);

// Units of work that the last frame took, see work.h.
int64_t qr_reader_spent(const struct qr_reader *reader);

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

#endif
