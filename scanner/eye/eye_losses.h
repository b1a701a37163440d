// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_EYE_EYE_LOSSES_H
#define QRCONFIRM_SCANNER_EYE_EYE_LOSSES_H

// A live source may be held by a process that is lost: it crashed, it hung, it did what it may
// not. The source is opened again then, unless it is lost time after time. One thread.

#include "scanner/frames/source.h"

struct eye_losses {
    unsigned in_a_row; // without a frame between them; starts at 0
};

// Open or next failed by `fault`: counts it, and returns true, if a process was lost.
bool eye_losses_count(struct eye_losses *losses, const struct source *source,
                      const struct fault *fault);

// A frame came.
void eye_losses_over(struct eye_losses *losses);

// Whether it is worth to open the source once more.
bool eye_losses_allow(const struct eye_losses *losses);

#endif
