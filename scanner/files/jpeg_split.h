// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_FILES_JPEG_SPLIT_H
#define QRCONFIRM_SCANNER_FILES_JPEG_SPLIT_H

// Finds where a JPEG picture ends, by its markers and segment lengths (ITU-T T.81, annex B): a
// thumbnail inside a segment, or an end marker among its bytes, does not mislead it. Pure:
// bytes may be handed over as they come.

#include "base/span.h"

enum jpeg_split_step {
    JPEG_SPLIT_MORE,    // the picture goes on past the bytes there are
    JPEG_SPLIT_PICTURE, // it is whole
    JPEG_SPLIT_BROKEN   // not a picture from here on; the next may begin here
};

struct jpeg_split {
    size_t at;    // bytes looked at; may lie past those there are
    bool entropy; // within entropy-coded data
};

// Finds the next start of a picture in `data` from `at`: its place, or, if there is none, the
// first place where one may begin with bytes to come. True if it was found.
bool jpeg_split_find(struct span data, size_t at, size_t *place);

void jpeg_split_begin(struct jpeg_split *split);

// Looks on in `data`, which begins with the picture's start, holds at least its 2 bytes, and
// has grown since the last call. `size` is set unless it returns MORE.
enum jpeg_split_step jpeg_split_next(struct jpeg_split *split, struct span data, size_t *size);

#endif
