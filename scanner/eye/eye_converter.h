// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_EYE_EYE_CONVERTER_H
#define QRCONFIRM_SCANNER_EYE_EYE_CONVERTER_H

// Makes luma of coded frames (pixels_are_coded) in a process that is closed in: TurboJPEG and
// libv4lconvert see a stranger's bytes there alone. It is started with the first such frame,
// or before it: a camera that sends pixels needs none. A process that crashes, hangs or lies
// costs the frame that it had, and another one is started.
//
// One thread converts; eye_converter_interrupt alone may be called by any.

#include "scanner/eye/eye.h"
#include "scanner/eye/eye_steps.h"

struct eye_converter {
    struct eye_steps steps;
    struct eye_area coded; // frames go in it
    unsigned failed;       // starts in a row
};

// Fails with DESCRIPTORS, INTERNAL.
bool eye_converter_init(struct eye_converter *converter, struct fault *fault);
void eye_converter_destroy(struct eye_converter *converter);

// As eye_steps_has_all_walls.
bool eye_converter_has_all_walls(const struct eye_converter *converter, struct fault *fault);

// Starts the process, if it does not run: it gets ready while others do their work. If it
// cannot be started, the next frame tells.
void eye_converter_start(struct eye_converter *converter);

// Makes eye_converter_convert return EYE_INTERRUPTED, now and later.
void eye_converter_interrupt(struct eye_converter *converter);

// EYE_READ: `to` has the luma of `from` in its own storage, and its numbers. Else as eye_read.
enum eye_outcome eye_converter_convert(struct eye_converter *converter,
                                       const struct frame *from, struct frame *to,
                                       struct fault *fault);

#endif
