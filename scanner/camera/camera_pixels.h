// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_CAMERA_CAMERA_PIXELS_H
#define QRCONFIRM_SCANNER_CAMERA_CAMERA_PIXELS_H

// A camera's buffer becomes pixels that the rest of the program knows, by no library. Where the
// format allows, nothing is copied: the pixels point into the driver's memory.

#include "decode/buffer.h"
#include "scanner/camera/camera_device.h"

struct camera_pixels {
    struct buffer room; // for what must be unpacked: one picture
};

void camera_pixels_init(struct camera_pixels *pixels);
void camera_pixels_destroy(struct camera_pixels *pixels);

// Gets ready for the mode that `device` has. Fails with CAMERA_FORMAT, MEMORY.
bool camera_pixels_prepare(struct camera_pixels *pixels, struct camera_device *device,
                           struct fault *fault);

// Takes the picture out of a buffer; `out` lives until the buffer is given back or the next
// call. False: the buffer does not hold a picture.
bool camera_pixels_take(struct camera_pixels *pixels, const struct camera_device *device,
                        struct span bytes, struct pixels *out);

#endif
