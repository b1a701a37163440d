// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_CAMERA_PICTURE_H
#define QRCONFIRM_TESTS_CAMERA_PICTURE_H

// What the simulated camera sees: a sheet with a QR code on it, in the pixel formats that USB
// cameras have.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PICTURE_FORMATS_MAX 20u

struct picture_format {
    const char *name; // as V4L2 calls it
    uint8_t guid[16]; // in the USB descriptor; not used by MJPG
    unsigned bits;    // of a pixel
    bool jpeg;
};

// Finds the format by its name, which ends at a comma or at the end. NULL if there is none.
const struct picture_format *picture_format_find(const char *name);
const struct picture_format *picture_format_at(size_t index); // NULL at the end

struct picture {
    uint8_t *bytes; // owned
    size_t size;
};

// Draws the code of `text` and packs it. An empty text is a blank sheet. False if it cannot.
bool picture_draw(struct picture *picture, const struct picture_format *format, unsigned width,
                  unsigned height, const char *text);
void picture_destroy(struct picture *picture);

#endif
