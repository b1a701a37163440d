// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_APP_READER_NOTES_H
#define QRCONFIRM_UI_APP_READER_NOTES_H

// What is told, on standard error, of the process that reads frames (scanner/eye/eye.h): that
// it is not closed in, once; that it was lost with a frame. A picture that ends it may stay
// before the camera, so the first loss is told, and then each that makes twice as many. Zero at
// first; one thread uses it.

#include <stdbool.h>
#include <stdio.h>

#include "base/failure.h"

struct reader_notes {
    unsigned lost;
    bool openness_told;
};

// `fault`: READER_LOST or NOT_CLOSED_IN. Returns whether it was told.
bool reader_notes_tell(struct reader_notes *notes, const struct fault *fault, FILE *err);

#endif
