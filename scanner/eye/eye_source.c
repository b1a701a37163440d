// SPDX-License-Identifier: MIT
#include "scanner/eye/eye_source.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "scanner/eye/eye_area.h"
#include "scanner/eye/eye_child.h"
#include "scanner/frames/stream.h"

#define START_US 10000000 // of processor time
#define FRAME_US 60000000 // the same, of a picture of the largest size

struct eye_source {
    struct source source;
    char *path; // owned; NULL: standard input
    enum file_kinds kinds;
    struct child child;
    struct eye_area area;
    int wake; // an eventfd, readable once interrupted
};

static struct eye_source *downcast(struct source *source)
{
    return (struct eye_source *)source; // its first member
}

static enum source_step lose(struct eye_source *eye, enum eye_end how, struct fault *fault)
{
    enum eye_end end = eye_child_end(&eye->child, how);
    if (how == EYE_STOPPED)
        return SOURCE_INTERRUPTED;
    fault_set(fault, FAILURE_READER_LOST, "%s", eye_end_words(end));
    return SOURCE_FAILED;
}

// It may wait for what writes into a pipe, however long.
static struct child_patience patience_of(const struct eye_source *eye, int64_t busy_us)
{
    return (struct child_patience){eye->wake, busy_us, INT64_MAX};
}

// Sends a request, with a descriptor or -1, and takes the step that answers it; `there` tells
// whether the pixels of a frame are in the area.
static enum source_step ask(struct eye_source *eye, const struct eye_request *request, int fd,
                            bool *there, struct frame *out, struct fault *fault)
{
    const struct child_patience patience = patience_of(eye, FRAME_US);
    struct eye_answer answer;
    struct fault why = {0};
    enum source_step step;
    enum eye_end end = EYE_LEFT;

    if (eye_child_send(&eye->child, request, fd))
        end = eye_child_receive(&eye->child, &patience, &answer);
    if (end == EYE_RUNS && !eye_answer_take_step(&answer, &step, there, out, &why))
        end = EYE_LIED;
    if (end != EYE_RUNS)
        return lose(eye, end, fault);
    if (step == SOURCE_FAILED && fault)
        *fault = why;
    return step;
}

// ---- open ----

static bool start(struct eye_source *eye, struct fault *fault)
{
    const struct child_patience patience = patience_of(eye, START_US);
    struct eye_answer answer;
    unsigned walls;
    if (!eye_child_start(&eye->child, EYE_OPENS, fault))
        return false;

    enum eye_end end = eye_child_receive(&eye->child, &patience, &answer);
    if (end == EYE_RUNS && !eye_answer_take_ready(&answer, &walls))
        end = EYE_LIED;
    if (end == EYE_RUNS)
        return true;
    if (lose(eye, end, fault) == SOURCE_INTERRUPTED)
        fault_set(fault, FAILURE_INTERRUPTED, "interrupted");
    return false;
}

static bool hand_over(struct eye_source *eye, struct fault *fault)
{
    struct eye_request request;
    memset(&request, 0, sizeof(request)); // gaps too: nothing else of us leaves
    request.kind = EYE_REQUEST_OPEN;
    request.file.kinds = (uint32_t)eye->kinds;
    int fd = stream_descriptor(eye->path, &request.file.size, fault);
    if (fd < 0)
        return false;

    bool there;
    struct frame nothing = {0};
    bool started = start(eye, fault);
    enum source_step step =
        started ? ask(eye, &request, fd, &there, &nothing, fault) : SOURCE_FAILED;
    if (step == SOURCE_END) // none has an end before it is open
        lose(eye, EYE_LIED, fault);
    if (step == SOURCE_INTERRUPTED)
        fault_set(fault, FAILURE_INTERRUPTED, "interrupted");
    if (eye->path)
        close(fd);
    return step == SOURCE_FRAME;
}

static bool eye_source_open(struct source *source, struct fault *fault)
{
    struct eye_source *eye = downcast(source);
    if (hand_over(eye, fault))
        return true;
    file_source_name_fault(eye->path, fault);
    return false;
}

// ---- frames ----

// Gives the eye an area that its frame fits into, and lets it be told once more.
static enum source_step make_room(struct eye_source *eye, bool *there, struct frame *out,
                                  struct fault *fault)
{
    struct eye_request request;
    memset(&request, 0, sizeof(request));
    if (!eye_area_reserve(&eye->area, EYE_AREA_FROM, out->pixels.data.n, fault))
        return SOURCE_FAILED;

    request.kind = EYE_REQUEST_ROOM;
    request.room = (uint32_t)eye->area.size;
    enum source_step step = ask(eye, &request, eye->area.fd, there, out, fault);
    close(eye->area.fd);
    eye->area.fd = -1;
    return step == SOURCE_END ? lose(eye, EYE_LIED, fault) : step;
}

// Copies the frame out of the area, which the eye can change at any time: it is judged behind
// that.
static enum source_step take_pixels(struct eye_source *eye, bool there, struct frame *out,
                                    struct fault *fault)
{
    size_t size = out->pixels.data.n;
    if (!there || size > eye->area.size)
        return lose(eye, EYE_LIED, fault);
    out->pixels.data = span_of(NULL, 0);
    if (!frame_reserve(out, size)) {
        fault_set(fault, FAILURE_MEMORY, "a frame of %zu bytes", size);
        return SOURCE_FAILED;
    }

    if (size > 0)
        memcpy(out->storage, eye->area.p, size);
    out->pixels.data = span_of(out->storage, size);
    return pixels_are_whole(&out->pixels) ? SOURCE_FRAME : lose(eye, EYE_LIED, fault);
}

static enum source_step next(struct eye_source *eye, struct frame *out, struct fault *fault)
{
    struct eye_request request;
    bool there = false;
    memset(&request, 0, sizeof(request));
    request.kind = EYE_REQUEST_NEXT;
    enum source_step step = ask(eye, &request, -1, &there, out, fault);
    if (step == SOURCE_FRAME && !there)
        step = make_room(eye, &there, out, fault);
    return step == SOURCE_FRAME ? take_pixels(eye, there, out, fault) : step;
}

static enum source_step eye_source_next(struct source *source, struct frame *out,
                                        struct fault *fault)
{
    struct eye_source *eye = downcast(source);
    enum source_step step = SOURCE_FAILED;
    if (eye->child.pid == 0)
        fault_set(fault, FAILURE_INTERNAL, "a file that is not open");
    else
        step = next(eye, out, fault);
    if (step == SOURCE_FAILED)
        file_source_name_fault(eye->path, fault);
    return step;
}

// ---- the rest ----

static void eye_source_interrupt(struct source *source)
{
    eventfd_write(downcast(source)->wake, 1);
}

static void eye_source_close(struct source *source)
{
    struct eye_source *eye = downcast(source);
    eye_child_end(&eye->child, EYE_STOPPED);
    eye_area_destroy(&eye->area);
}

static void eye_source_destroy(struct source *source)
{
    struct eye_source *eye = downcast(source);
    eye_source_close(source);
    close(eye->wake);
    free(eye->path);
    free(eye);
}

struct source *eye_source_new(const char *path, enum file_kinds kinds, struct fault *fault)
{
    static const struct source_ops ops = {
        .open = eye_source_open,
        .next = eye_source_next,
        .interrupt = eye_source_interrupt,
        .close = eye_source_close,
        .destroy = eye_source_destroy,
    };
    struct eye_source *eye = calloc(1, sizeof(*eye));
    if (!eye)
        goto error_memory;
    if (path) {
        eye->path = strdup(path);
        if (!eye->path)
            goto error_eye;
    }

    eye->source.ops = &ops;
    eye->kinds = kinds;
    child_init(&eye->child);
    eye_area_init(&eye->area);
    eye->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (eye->wake >= 0)
        return &eye->source;

    fault_set(fault, failure_of_errno(errno, FAILURE_INTERNAL), "eventfd: %s", strerror(errno));
    free(eye->path);
    free(eye);
    return NULL;

error_eye:
    free(eye);
error_memory:
    fault_set(fault, FAILURE_MEMORY, "a source");
    return NULL;
}
