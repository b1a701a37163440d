// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_EYE_FRAME_READER_H
#define QRCONFIRM_SCANNER_EYE_FRAME_READER_H

// Reads the codes of a frame, in the process that calls: its luma, then what the QR reader
// finds in that. The eye does so in a process of its own (scanner/eye/eye.h). One reader serves
// one thread and keeps its buffers, and what it saw of a code that it could not read yet.

#include "decode/qr.h"

// How much work a frame is worth, see decode/limits.h.
enum read_effort {
    READ_LIVE,    // others follow
    READ_PATIENT, // nothing was read for a while: more, within a time box
    READ_STILL    // the picture is alone
};
#define READ_EFFORTS 3u

struct frame_reading {
    size_t width, height;          // pixels of the luma that was read
    bool damaged;                  // a JPEG with faults: part of it may be gray
    struct hint_measures measures; // hint_from() says what would help
    int64_t luma_us, read_us;      // microseconds that each step took
};

struct frame_reader {
    struct luma_buffer luma_buffer;
    struct qr_reader *reader;
};

// Fails with MEMORY. `known` outlives the reader; NULL: nothing is known.
bool frame_reader_init(struct frame_reader *reader, const struct known_codes *known,
                       struct fault *fault);
void frame_reader_destroy(struct frame_reader *reader);

// True if there is a picture in `pixels`: `out` and `codes` are filled in, `codes` with none or
// more. False as luma_from_pixels() fails; `codes` is empty then.
bool frame_reader_read(struct frame_reader *reader, const struct pixels *pixels,
                       enum read_effort effort, struct frame_reading *out,
                       struct qr_codes *codes, struct fault *fault);

#endif
