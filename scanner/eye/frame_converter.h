// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_EYE_FRAME_CONVERTER_H
#define QRCONFIRM_SCANNER_EYE_FRAME_CONVERTER_H

// Makes luma of a coded frame, in the process that calls: of a JPEG by TurboJPEG, of what else
// a camera sends by libv4lconvert. What is said to be a JPEG may be a PNG, as its first bytes
// say, whose transparent places become white. The eye does so in a process of its own
// (scanner/eye/eye_converter.h). One converter serves one thread and keeps its buffers.

#include "decode/luma.h"
#include "scanner/frames/frame.h"

struct frame_converter {
    struct luma_buffer luma;
    void *library;        // libv4lconvert's
    struct buffer source; // what it reads, with room behind that holds nothing
    struct buffer made;   // I420
    struct frame laid;    // of a PNG
};

// Gets libv4lconvert ready too: it asks the system for nothing later. Fails with MEMORY.
bool frame_converter_init(struct frame_converter *converter, struct fault *fault);
void frame_converter_destroy(struct frame_converter *converter);

// `out`, of PIXEL_GREY, lies in the `size` bytes of `room` if it is a JPEG that fits there,
// else in the converter until its next call; `damaged` tells that part of the picture may be
// gray. Fails with SOURCE_DAMAGED where the frame is shorter than a picture of its format or is
// none, SOURCE_TOO_LARGE, MEMORY.
bool frame_converter_convert(struct frame_converter *converter, const struct frame *from,
                             uint8_t *room, size_t size, struct pixels *out, bool *damaged,
                             struct fault *fault);

#endif
