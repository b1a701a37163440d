// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_FILES_JPEG_PICTURE_H
#define QRCONFIRM_SCANNER_FILES_JPEG_PICTURE_H

// JPEG pictures that the reader of luma does not take as they are: larger than a frame may be,
// very small, or of four inks (CMYK, YCCK). They are decoded onto a sheet, large ones reduced
// on the way by the JPEG library.

#include "scanner/files/sheet.h"

#define JPEG_HELD_MAX (256u * 1024u * 1024)  // bytes of coefficients that are held at a time
#define JPEG_WORK_MAX (2048u * 1024u * 1024) // pixels times scans of a large picture

struct jpeg_shape {
    size_t width, height; // pixels
    unsigned components;
    bool adobe;            // it says so of itself: inks are stored the other way round
    size_t scans;          // times that the picture is gone over
    uint64_t coefficients; // bytes that are held until the last scan; 0 where there is one scan
};

// Walks over the markers of one picture. False: there is no frame header in what is there.
bool jpeg_picture_shape(struct span jpeg, struct jpeg_shape *out);

// True if the picture is one of those above.
bool jpeg_picture_is_odd(const struct jpeg_shape *shape);

// Decodes it; the caller destroys the sheet, which is left alone on failure. What breaks off or
// has faults is read as far as it goes. Fails with SOURCE_DAMAGED, SOURCE_TOO_LARGE, MEMORY.
bool picture_from_jpeg(struct span jpeg, const struct jpeg_shape *shape, struct sheet *out,
                       struct fault *fault);

#endif
