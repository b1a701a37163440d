// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_EYE_EYE_STEPS_H
#define QRCONFIRM_SCANNER_EYE_EYE_STEPS_H

// An eye that answers in steps, each of them a frame or none: one that opens a file, or that
// converts frames. Seen by the program; one thread uses it, and eye_steps_interrupt may be
// called by any. A step that the eye is lost over is SOURCE_FAILED with READER_LOST, and
// `child.pid` is 0 then.

#include "scanner/eye/eye_area.h"
#include "scanner/eye/eye_child.h"

// What is particular to one that does more than answer.
struct eye_steps_ops {
    // The wait was woken. False: there is no more waiting.
    bool (*woken)(void *self);
    // It asks something itself. EYE_RUNS: it was answered; else how it ends over that.
    enum eye_end (*asked)(void *self, const struct eye_answer *answer);
    // As eye_answer_take_step.
    bool (*take)(void *self, const struct eye_answer *answer, enum source_step *step,
                 bool *there, struct frame *out, struct fault *fault);
};

struct eye_steps {
    struct child child;
    struct eye_area area; // frames come in it
    int wake;             // readable once interrupted
    int64_t idle_us;      // how long it may take no processor time at all
    bool ready;
    enum eye_role role; // of the eye that was ready last
    unsigned walls;     // enum sandbox_wall: its own; before that SANDBOX_UNTOLD
    bool lends; // frames stay in the area, until the next step: they are pixels, which the eye
                // may change at any time, and nothing follows from any of them
    bool wake_lent;
    const struct eye_steps_ops *ops; // NULL: none
    void *self;                      // of `ops`
};

// Fails with DESCRIPTORS, INTERNAL.
bool eye_steps_init(struct eye_steps *steps, int64_t idle_us, struct fault *fault);

// The same for one that does more; `wake` outlives it.
void eye_steps_init_with(struct eye_steps *steps, int64_t idle_us, int wake,
                         const struct eye_steps_ops *ops, void *self);
void eye_steps_destroy(struct eye_steps *steps);

// Every wait, now and later, ends with SOURCE_INTERRUPTED.
void eye_steps_interrupt(struct eye_steps *steps);

// Starts the eye, if it does not run: it gets ready while others do their work. Fails with
// READER_LOST, DESCRIPTORS, MEMORY.
bool eye_steps_start(struct eye_steps *steps, enum eye_role role, struct fault *fault);

// Starts it too, and waits until it is ready. Fails likewise, and with INTERRUPTED.
bool eye_steps_await(struct eye_steps *steps, enum eye_role role, struct fault *fault);

// Whether the one that was ready last, be it gone, has all its walls. If not, `fault` is
// NOT_CLOSED_IN or NO_LANDLOCK, and says what lacks.
bool eye_steps_has_all_walls(const struct eye_steps *steps, struct fault *fault);

// Ends it, if there is one, and lets go of the area.
void eye_steps_end(struct eye_steps *steps);

// Sends a request, with a descriptor or -1, and takes the step that answers it.
enum source_step eye_steps_ask(struct eye_steps *steps, const struct eye_request *request,
                               int fd, struct fault *fault);

// The same, and the frame is put into `out`, which then owns its pixels, or is lent them. They
// were judged: they are as long as their format says.
enum source_step eye_steps_frame(struct eye_steps *steps, const struct eye_request *request,
                                 int fd, struct frame *out, struct fault *fault);

// Puts away an eye whose answer is a lie; SOURCE_FAILED.
enum source_step eye_steps_lied(struct eye_steps *steps, struct fault *fault);

#endif
