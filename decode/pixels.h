// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_PIXELS_H
#define QRCONFIRM_DECODE_PIXELS_H

// A picture as a camera or a file gave it, before luma is taken out of it.

#include "base/span.h"

#define PICTURE_SIDE_MAX 4096u // pixels; larger pictures are refused

enum pixel_format {
    PIXEL_GREY,  // 8-bit luma
    PIXEL_YUYV,  // 4:2:2 packed, luma first
    PIXEL_UYVY,  // 4:2:2 packed, chroma first
    PIXEL_NV12,  // luma plane, then interleaved Cb Cr, 4:2:0
    PIXEL_NV21,  // luma plane, then interleaved Cr Cb, 4:2:0
    PIXEL_I420,  // luma plane, then Cb plane, Cr plane, 4:2:0
    PIXEL_YV12,  // luma plane, then Cr plane, Cb plane, 4:2:0
    PIXEL_MJPEG, // one JPEG picture; width and height are what the source announced
    PIXEL_V4L2 // bytes of a camera's format that only libv4lconvert reads; who lends them says
               // which
};

struct pixels {
    enum pixel_format format;
    size_t width, height; // pixels
    size_t stride;        // bytes from one row of the first plane to the next; 0 for MJPEG
    struct span data;     // all planes, one behind the other; not owned
};

// Whether a library has to make pixels of them first.
static inline bool pixels_are_coded(const struct pixels *pixels)
{
    return pixels->format == PIXEL_MJPEG || pixels->format == PIXEL_V4L2;
}

#endif
