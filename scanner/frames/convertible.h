// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_FRAMES_CONVERTIBLE_H
#define QRCONFIRM_SCANNER_FRAMES_CONVERTIBLE_H

// Formats of old webcams and capture cards, which only libv4lconvert makes pixels of. It
// believes that a frame is as long as its format says, so whoever hands one on looks first.
// Source of the lengths: the V4L2 API, "Image Formats". For any thread.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define CONVERTIBLE_SIDE_MIN 16u // pixels; no such camera has fewer

// The least bytes of a picture in this V4L2_PIX_FMT_*; 0: it is not one of them.
size_t convertible_least(uint32_t fourcc, size_t width, size_t height);

// Whether libv4lconvert may be asked for a picture of these sides. It goes by pairs of pixels
// and of rows: where a side is odd, its decode_sn9c2028 writes behind its own memory, and its
// bayer_to_yuv420 reads there.
bool convertible_sides(size_t width, size_t height);

// Whether it may be asked for a picture of these bytes. A Pixart JPEG has to begin with the
// header that the kernel's drivers write (gspca, pac7302.c and pac7311.c), of whatever size.
// The library believes what any other says: of Huffman tables it writes more than 257 codes
// behind an array on its stack (tinyjpeg.c, build_huffman_table).
bool convertible_bytes(uint32_t fourcc, struct span bytes);

#endif
