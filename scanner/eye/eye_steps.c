// SPDX-License-Identifier: MIT
#include "scanner/eye/eye_steps.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "apart/sandbox.h"

#define START_US 10000000 // of processor time
#define FRAME_US 60000000 // the same, of a picture of the largest size

bool eye_steps_init(struct eye_steps *steps, int64_t idle_us, struct fault *fault)
{
    *steps = (struct eye_steps){.idle_us = idle_us, .walls = SANDBOX_UNTOLD};
    child_init(&steps->child);
    eye_area_init(&steps->area);
    steps->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return steps->wake >= 0 || fault_set(fault, failure_of_errno(errno, FAILURE_INTERNAL),
                                         "eventfd: %s", strerror(errno));
}

void eye_steps_init_with(struct eye_steps *steps, int64_t idle_us, int wake,
                         const struct eye_steps_ops *ops, void *self)
{
    *steps = (struct eye_steps){.wake = wake,
                                .wake_lent = true,
                                .idle_us = idle_us,
                                .walls = SANDBOX_UNTOLD,
                                .ops = ops,
                                .self = self};
    child_init(&steps->child);
    eye_area_init(&steps->area);
}

void eye_steps_destroy(struct eye_steps *steps)
{
    eye_steps_end(steps);
    if (!steps->wake_lent)
        close(steps->wake);
}

void eye_steps_interrupt(struct eye_steps *steps)
{
    eventfd_write(steps->wake, 1);
}

void eye_steps_end(struct eye_steps *steps)
{
    eye_child_end(&steps->child, EYE_STOPPED);
    eye_area_destroy(&steps->area);
    steps->ready = false;
}

static enum source_step lose(struct eye_steps *steps, enum eye_end how, struct fault *fault)
{
    enum eye_end end = eye_child_end(&steps->child, how);
    eye_area_destroy(&steps->area); // the next one has to be handed it anew
    steps->ready = false;
    if (how == EYE_STOPPED)
        return SOURCE_INTERRUPTED;
    fault_set(fault, FAILURE_READER_LOST, "%s", eye_end_words(end));
    return SOURCE_FAILED;
}

enum source_step eye_steps_lied(struct eye_steps *steps, struct fault *fault)
{
    return lose(steps, EYE_LIED, fault);
}

static struct child_patience patience_of(const struct eye_steps *steps, int64_t busy_us)
{
    return (struct child_patience){steps->wake, busy_us, steps->idle_us};
}

// The next answer that is none to itself: EYE_RUNS, or how it ended.
static enum eye_end receive(struct eye_steps *steps, const struct child_patience *patience,
                            struct eye_answer *answer)
{
    const struct eye_steps_ops *ops = steps->ops;
    for (;;) {
        enum eye_end end = eye_child_receive(&steps->child, patience, answer);
        if (ops && end == EYE_STOPPED && ops->woken(steps->self))
            continue;
        if (!ops || end != EYE_RUNS || answer->kind != EYE_ANSWER_ERRAND)
            return end;
        end = ops->asked(steps->self, answer);
        if (end != EYE_RUNS)
            return end;
    }
}

bool eye_steps_start(struct eye_steps *steps, enum eye_role role, struct fault *fault)
{
    return steps->child.pid != 0 || eye_child_start(&steps->child, role, fault);
}

bool eye_steps_await(struct eye_steps *steps, enum eye_role role, struct fault *fault)
{
    const struct child_patience patience = patience_of(steps, START_US);
    struct eye_answer answer;
    if (steps->ready)
        return true;
    if (!eye_steps_start(steps, role, fault))
        return false;

    enum eye_end end = receive(steps, &patience, &answer);
    if (end == EYE_RUNS && !eye_answer_take_ready(&answer, &steps->walls))
        end = EYE_LIED;
    steps->ready = end == EYE_RUNS;
    steps->role = role;
    if (steps->ready)
        return true;
    if (lose(steps, end, fault) == SOURCE_INTERRUPTED)
        fault_set(fault, FAILURE_INTERRUPTED, "interrupted");
    return false;
}

bool eye_steps_has_all_walls(const struct eye_steps *steps, struct fault *fault)
{
    return eye_child_has_all_walls(steps->role, steps->walls, fault);
}

// ---- steps ----

static bool take_step(struct eye_steps *steps, const struct eye_answer *answer,
                      enum source_step *step, bool *there, struct frame *out,
                      struct fault *fault)
{
    return steps->ops ? steps->ops->take(steps->self, answer, step, there, out, fault)
                      : eye_answer_take_step(answer, step, there, out, fault);
}

// `there` tells whether the pixels of a frame are in the area.
static enum source_step ask(struct eye_steps *steps, const struct eye_request *request, int fd,
                            bool *there, struct frame *out, struct fault *fault)
{
    const struct child_patience patience = patience_of(steps, FRAME_US);
    struct eye_answer answer;
    struct fault why = {0};
    enum source_step step;

    // What was asked before was answered, so there is room for this.
    enum eye_end end = eye_child_send_at_once(&steps->child, request, fd);
    if (end == EYE_RUNS)
        end = receive(steps, &patience, &answer);
    if (end == EYE_RUNS && !take_step(steps, &answer, &step, there, out, &why))
        end = EYE_LIED;
    if (end != EYE_RUNS)
        return lose(steps, end, fault);
    if (step == SOURCE_FAILED && fault)
        *fault = why;
    return step;
}

enum source_step eye_steps_ask(struct eye_steps *steps, const struct eye_request *request,
                               int fd, struct fault *fault)
{
    bool there;
    struct frame nothing = {0};
    return ask(steps, request, fd, &there, &nothing, fault);
}

// Gives the eye an area that its frame fits into, and lets it be told once more.
static enum source_step make_room(struct eye_steps *steps, bool *there, struct frame *out,
                                  struct fault *fault)
{
    struct eye_request request;
    memset(&request, 0, sizeof(request));
    if (!eye_area_reserve(&steps->area, EYE_AREA_FROM, out->pixels.data.n, fault))
        return SOURCE_FAILED;

    request.kind = EYE_REQUEST_ROOM;
    request.room = (uint32_t)steps->area.size;
    enum source_step step = ask(steps, &request, steps->area.fd, there, out, fault);
    if (steps->area.fd >= 0)
        close(steps->area.fd);
    steps->area.fd = -1;
    return step == SOURCE_END ? eye_steps_lied(steps, fault) : step;
}

// Copies the frame out of the area, which the eye can change at any time: it is judged behind
// that.
static enum source_step take_pixels(struct eye_steps *steps, bool there, struct frame *out,
                                    struct fault *fault)
{
    size_t size = out->pixels.data.n;
    if (!there || size > steps->area.size)
        return eye_steps_lied(steps, fault);
    if (steps->lends) {
        out->pixels.data = span_of(steps->area.p, size);
        return pixels_are_whole(&out->pixels) ? SOURCE_FRAME : eye_steps_lied(steps, fault);
    }

    out->pixels.data = span_of(NULL, 0);
    if (!frame_reserve(out, size)) {
        fault_set(fault, FAILURE_MEMORY, "a frame of %zu bytes", size);
        return SOURCE_FAILED;
    }

    if (size > 0)
        memcpy(out->storage, steps->area.p, size);
    out->pixels.data = span_of(out->storage, size);
    return pixels_are_whole(&out->pixels) ? SOURCE_FRAME : eye_steps_lied(steps, fault);
}

enum source_step eye_steps_frame(struct eye_steps *steps, const struct eye_request *request,
                                 int fd, struct frame *out, struct fault *fault)
{
    bool there = false;
    enum source_step step = ask(steps, request, fd, &there, out, fault);
    if (step == SOURCE_FRAME && !there)
        step = make_room(steps, &there, out, fault);
    return step == SOURCE_FRAME ? take_pixels(steps, there, out, fault) : step;
}
