// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_CAMERA_CAMERA_CHOICE_H
#define QRCONFIRM_SCANNER_CAMERA_CAMERA_CHOICE_H

// Two ways to a camera as one source: whichever shows pictures is used, and stays in use. The
// first way comes first; a way that was opened and showed nothing lets the other go before it.

#include "scanner/frames/source.h"

// Both are cameras, and this source's from now on, also where it fails. NULL if memory is
// short, or where one of them is NULL.
struct source *camera_choice_new(struct source *first, struct source *second,
                                 struct fault *fault);

#endif
