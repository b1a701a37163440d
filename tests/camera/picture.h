// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_CAMERA_PICTURE_H
#define QRCONFIRM_TESTS_CAMERA_PICTURE_H

// What the simulated camera sees, in the pixel formats that USB cameras have: a sheet with a QR
// code on it, or the frames of a film.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PICTURE_FORMATS_MAX 24u

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

// Draws the code of `text` on a sheet; an empty text leaves it blank. False if it cannot.
bool picture_draw(uint8_t *luma, unsigned width, unsigned height, const char *text);

// Makes a picture of the format. False if memory is short.
bool picture_pack(struct picture *picture, const struct picture_format *format,
                  const uint8_t *luma, unsigned width, unsigned height);

// Lays the picture out as if a pixel had so many bits: its rows are cut off, or there is a gap
// behind each; of one that has planes the whole is. False if memory is short.
bool picture_lay(struct picture *picture, const struct picture_format *format, unsigned bits,
                 unsigned width, unsigned height);

// Writes another size into the header of a JPEG.
void picture_claim(struct picture *jpeg, unsigned width, unsigned height);
void picture_destroy(struct picture *picture);

#endif
