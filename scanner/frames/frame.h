// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_FRAMES_FRAME_H
#define QRCONFIRM_SCANNER_FRAMES_FRAME_H

// One picture from a source. The pixels belong to whoever filled the frame in: a source that
// lends its own memory (a camera's mapped buffer) or the frame's own `storage`.

#include "decode/luma.h"

// How to turn the picture before a person sees it; decoding needs none of it.
struct frame_view {
    unsigned rotation; // degrees clockwise: 0, 90, 180 or 270
    bool mirrored;     // after the rotation, swap left and right: the camera faces the person
    bool built_in;     // it turns with the device
};

struct frame {
    struct pixels pixels;
    uint32_t fourcc; // with PIXEL_V4L2: which format, V4L2_PIX_FMT_*
    struct frame_view view;
    double scale;    // pixels of the source's picture that one of these pixels is across, where
                     // the picture was reduced or enlarged; 0: it was not
    bool still;      // the picture is alone: no other one of the same scene follows
    bool damaged;    // part of the picture could not be read
    uint64_t index;  // from 0, as the source counts
    int64_t time_us; // microseconds on the source's clock (a recording: its own time line)
    uint8_t *storage; // owned; NULL where the pixels are lent
    size_t capacity;  // bytes of storage
};

void frame_init(struct frame *frame);
void frame_destroy(struct frame *frame);

// Makes room for `size` bytes in the frame's own storage, keeping what it holds; false if
// memory is short.
bool frame_reserve(struct frame *frame, size_t size);

// Makes `to` a copy of `from`, pixels, view and numbers, in its own storage; false if memory is
// short.
bool frame_copy(struct frame *to, const struct frame *from);

// Takes over all but the pixels.
void frame_copy_numbers(struct frame *to, const struct frame *from);

// Makes `to` the luma of `from`, in its own storage, in one pass over what may be a driver's
// memory: what is not luma is not touched. What is coded is copied as it is: that is for the
// eye. So is what holds less than its format says. False if memory is short.
bool frame_copy_luma(struct frame *to, const struct frame *from);

// True if the pixels lie in the frame's own storage, so that it can be handed on as it is.
bool frame_owns_pixels(const struct frame *frame);

#endif
