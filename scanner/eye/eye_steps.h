// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_EYE_EYE_STEPS_H
#define QRCONFIRM_SCANNER_EYE_EYE_STEPS_H

// An eye that answers in steps, each of them a frame or none: one that opens a file, or that
// converts frames. Seen by the program; one thread uses it, and eye_steps_interrupt may be
// called by any. A step that the eye is lost over is SOURCE_FAILED with READER_LOST, and
// `child.pid` is 0 then.

#include "scanner/eye/eye_area.h"
#include "scanner/eye/eye_child.h"

struct eye_steps {
    struct child child;
    struct eye_area area; // frames come in it
    int wake;             // an eventfd, readable once interrupted
    int64_t idle_us;      // how long it may take no processor time at all
    bool ready;
};

// Fails with DESCRIPTORS, INTERNAL.
bool eye_steps_init(struct eye_steps *steps, int64_t idle_us, struct fault *fault);
void eye_steps_destroy(struct eye_steps *steps);

// Every wait, now and later, ends with SOURCE_INTERRUPTED.
void eye_steps_interrupt(struct eye_steps *steps);

// Starts the eye, if it does not run: it gets ready while others do their work. Fails with
// READER_LOST, DESCRIPTORS, MEMORY.
bool eye_steps_start(struct eye_steps *steps, enum eye_role role, struct fault *fault);

// Starts it too, and waits until it is ready. Fails likewise, and with INTERRUPTED.
bool eye_steps_await(struct eye_steps *steps, enum eye_role role, struct fault *fault);

// Ends it, if there is one, and lets go of the area.
void eye_steps_end(struct eye_steps *steps);

// Sends a request, with a descriptor or -1, and takes the step that answers it.
enum source_step eye_steps_ask(struct eye_steps *steps, const struct eye_request *request,
                               int fd, struct fault *fault);

// The same, and the frame is put into `out`, which then owns its pixels. They were judged: they
// are as long as their format says.
enum source_step eye_steps_frame(struct eye_steps *steps, const struct eye_request *request,
                                 int fd, struct frame *out, struct fault *fault);

// Puts away an eye whose answer is a lie; SOURCE_FAILED.
enum source_step eye_steps_lied(struct eye_steps *steps, struct fault *fault);

#endif
