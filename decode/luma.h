// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_LUMA_H
#define QRCONFIRM_DECODE_LUMA_H

// Luma: the 8-bit brightness plane, all that finding and decoding a code needs.

#include "base/failure.h"
#include "decode/buffer.h"
#include "decode/pixels.h"

struct luma {
    const uint8_t *p;     // not owned: points into the frame or into a luma_buffer
    size_t width, height; // pixels
    size_t stride;        // bytes a row
};

// Room for luma that cannot be pointed at inside the frame (packed and compressed formats).
// Grows to the largest frame seen and is used again; one thread at a time.
struct luma_buffer {
    struct buffer own;
    uint8_t *lent; // somebody else's, and used first; NULL: none
    size_t lent_size;
    void *jpeg;   // TurboJPEG's decompressor, made at the first MJPEG frame
    bool damaged; // the last frame was a JPEG with faults: part of the picture may be gray
};

void luma_buffer_init(struct luma_buffer *buffer);
void luma_buffer_destroy(struct luma_buffer *buffer);

// Whether the data is as long as its format says; of what is coded, whether there is any.
bool pixels_are_whole(const struct pixels *pixels);

// The most bytes that such a frame can need, whatever `data` is: of raw pixels just those of
// its format, of what is coded more than any camera sends. 0: no frame has such sides or rows.
size_t pixels_size_max(const struct pixels *pixels);

// Takes the luma out of `pixels`. Planar formats cost nothing: `out` points into `pixels`.
// `out` lives as long as the frame and until the next call with the same buffer. A JPEG that
// breaks off or has damaged parts still gives its picture, and sets `damaged`.
// Fails with SOURCE_DAMAGED where the data is shorter than its format says or the JPEG cannot
// be read, SOURCE_TOO_LARGE, MEMORY.
bool luma_from_pixels(const struct pixels *pixels, struct luma_buffer *buffer, struct luma *out,
                      struct fault *fault);

#endif
