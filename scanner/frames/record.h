// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_FRAMES_RECORD_H
#define QRCONFIRM_SCANNER_FRAMES_RECORD_H

// Writes frames as they came, so that what a camera showed in the field can be played again:
// MJPEG pictures one behind the other, everything else as Y4M without loss (gray as mono,
// packed 4:2:2 as planar 4:2:2, 4:2:0 as planar 4:2:0). Format: yuv4mpeg(5) of mjpegtools.

#include <stdio.h>

#include "base/failure.h"
#include "scanner/frames/frame.h"

struct recording {
    FILE *file;
    const char *path;    // the caller's
    struct pixels first; // what all frames must be like; `data` is not used
    uint64_t frames;
    uint8_t *row; // owned: one row of a plane
};

// Makes the file, which must not exist yet: an old recording is never overwritten. Fails with
// RECORD_WRITE.
bool recording_create(struct recording *recording, const char *path, struct fault *fault);

// Adds a frame. `fps` is written into the header with the first one. Fails with RECORD_WRITE,
// also where a frame is of another size or format than the first.
bool recording_add(struct recording *recording, const struct frame *frame, unsigned fps,
                   struct fault *fault);

// Writes out what is left and closes; what was written stays also where this fails.
bool recording_close(struct recording *recording, struct fault *fault);

#endif
