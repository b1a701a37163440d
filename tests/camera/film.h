// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_CAMERA_FILM_H
#define QRCONFIRM_TESTS_CAMERA_FILM_H

// The frames that the simulated camera sends, over and over: one drawn picture, or those of a
// recording.

#include "tests/camera/picture.h"

#define FILM_FRAMES_MAX 32u

struct film {
    uint8_t *luma[FILM_FRAMES_MAX]; // owned
    size_t count;
};

// `what`: the text of a code, or "film:FILE", where FILE is a gray Y4M recording of that size,
// of which the first frames are taken. False, with a line on standard error, if it cannot be;
// then the film is as it was.
bool film_make(struct film *film, const char *what, unsigned width, unsigned height);
void film_destroy(struct film *film);

#endif
