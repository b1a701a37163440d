// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_APP_READER_NOTES_H
#define QRCONFIRM_UI_APP_READER_NOTES_H

// What is told, on standard error, of processes apart: that one lacks walls, once of each; that
// one was lost with a frame. A picture that ends it may stay before the camera, so the first
// loss is told, and then each that makes twice as many. Zero at first; one thread uses it.

#include <stdbool.h>
#include <stdio.h>

#include "base/failure.h"

#define READER_NOTES_MAX 5u // processes: four that read (enum eye_role), and the signer

struct reader_notes {
    unsigned lost;
    size_t count; // of those that lack walls
    struct fault told[READER_NOTES_MAX];
};

// `fault`: READER_LOST; or what lacks and of whom, NOT_CLOSED_IN, SIGNER_NOT_CLOSED_IN,
// NO_LANDLOCK. Returns whether it was told.
bool reader_notes_tell(struct reader_notes *notes, const struct fault *fault, FILE *err);

#endif
