// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_CAMERA_CAMERA_FORMAT_H
#define QRCONFIRM_SCANNER_CAMERA_CAMERA_FORMAT_H

// What a camera can send, and which of it to ask for: luma first (a format whose luma costs
// nothing before one that must be unpacked), near 1280x720, at 15 frames a second or more.

#include <linux/videodev2.h>

#include "base/failure.h"
#include "decode/pixels.h"
#include "scanner/camera/camera_io.h"

#define CAMERA_WIDTH_WANTED  1280u
#define CAMERA_HEIGHT_WANTED 720u
#define CAMERA_FPS_WANTED    30u
#define CAMERA_FPS_ENOUGH    15u

// How a buffer becomes `struct pixels`.
enum camera_layout {
    CAMERA_AS_IS,      // it is one already
    CAMERA_LUMA_PLANE, // its first plane is luma, the others are not looked at
    CAMERA_DEEP,       // little-endian 16-bit luma, `shift` bits too deep
    CAMERA_BAYER,      // 8-bit mosaic: four pixels make one of luma
    CAMERA_BAYER_DEEP, // the same in little-endian 16 bits, `shift` bits too deep
    CAMERA_BAYER_10P,  // the same in 10 bits, four pixels in five bytes (MIPI CSI-2)
    CAMERA_PACKED,     // luma in every second byte, from byte `shift` on
    CAMERA_RGB,        // red, green and blue in bytes of their own
    CAMERA_RGB565,     // little-endian 16 bits
    CAMERA_CONVERT     // handed on as it is: libv4lconvert reads it, in the eye
};

bool camera_layout_is_bayer(enum camera_layout layout);

struct camera_format {
    uint32_t fourcc;
    enum camera_layout layout;
    enum pixel_format pixels; // with CAMERA_AS_IS
    unsigned shift;
    unsigned cost; // hundredths of a doubling of the picture's area, see camera_mode_cost
    bool gray;     // no colour: perhaps an infrared camera
    uint8_t step, red, green, blue; // with CAMERA_RGB: bytes a pixel, and where each stands
};

// NULL if the format cannot be used here (H.264, depth, radar).
const struct camera_format *camera_format_find(uint32_t fourcc);

// Whether a library has to decode it first, see pixels_are_coded.
bool camera_format_is_coded(const struct camera_format *format);

// Bytes of a row of `width` pixels in the first plane; 0 where only the format's reader knows.
size_t camera_format_row(const struct camera_format *format, size_t width);

// The least that a buffer must hold for a whole picture, but with CAMERA_CONVERT: see
// convertible_least.
size_t camera_format_least(const struct camera_format *format, size_t stride, size_t height);

struct camera_mode {
    uint32_t fourcc;
    enum camera_layout layout;
    uint32_t width, height; // pixels, as asked of the driver
    unsigned fps;           // the most it offers at that size; 0: it does not say
    bool emulated;          // something between makes it from another format
};

// Looks through everything that the open node `fd` offers and chooses. `type` is the kind of
// buffers, `convert` whether CAMERA_CONVERT may be chosen. `gray_only` (may be NULL) tells
// whether the camera has no colour. Fails with CAMERA_FORMAT.
bool camera_mode_choose(const struct camera_io *io, int fd, uint32_t type, bool convert,
                        struct camera_mode *out, bool *gray_only, struct fault *fault);

// How far a mode is from what is wanted: 0 is best. For the tests, and for choosing.
unsigned camera_mode_cost(const struct camera_mode *mode);

// "YUYV" of a code, with "?" for what cannot be printed.
void camera_fourcc_text(uint32_t fourcc, char out[static 5]);

#endif
