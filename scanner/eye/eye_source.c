// SPDX-License-Identifier: MIT
#include "scanner/eye/eye_source.h"

#include <stdlib.h>
#include <unistd.h>

#include "scanner/eye/eye_steps.h"
#include "scanner/frames/stream.h"

struct eye_source {
    struct source source;
    char *path; // owned; NULL: standard input
    enum file_kinds kinds;
    struct eye_steps steps;
};

static struct eye_source *downcast(const struct source *source)
{
    union {
        const struct source *in;
        struct eye_source *out;
    } eye = {.in = source}; // `source` is the first member
    return eye.out;
}

// ---- open ----

static bool hand_over(struct eye_source *eye, struct fault *fault)
{
    struct eye_request request;
    memset(&request, 0, sizeof(request)); // gaps too: nothing else of us leaves
    request.kind = EYE_REQUEST_OPEN;
    request.file.kinds = (uint32_t)eye->kinds;
    int fd = stream_descriptor(eye->path, &request.file.size, fault);
    if (fd < 0)
        return false;

    bool started = eye_steps_await(&eye->steps, EYE_OPENS, fault);
    enum source_step step =
        started ? eye_steps_ask(&eye->steps, &request, fd, fault) : SOURCE_FAILED;
    if (step == SOURCE_END) // none has an end before it is open
        eye_steps_lied(&eye->steps, fault);
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

static enum source_step next(struct eye_source *eye, struct frame *out, struct fault *fault)
{
    struct eye_request request;
    memset(&request, 0, sizeof(request));
    request.kind = EYE_REQUEST_NEXT;
    return eye_steps_frame(&eye->steps, &request, -1, out, fault);
}

static enum source_step eye_source_next(struct source *source, struct frame *out,
                                        struct fault *fault)
{
    struct eye_source *eye = downcast(source);
    enum source_step step = SOURCE_FAILED;
    if (eye->steps.child.pid == 0)
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
    eye_steps_interrupt(&downcast(source)->steps);
}

static void eye_source_close(struct source *source)
{
    eye_steps_end(&downcast(source)->steps);
}

static bool eye_source_has_all_walls(const struct source *source, struct fault *fault)
{
    return eye_steps_has_all_walls(&downcast(source)->steps, fault);
}

static void eye_source_destroy(struct source *source)
{
    struct eye_source *eye = downcast(source);
    eye_steps_destroy(&eye->steps);
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
        .has_all_walls = eye_source_has_all_walls,
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
    // It may wait for what writes into a pipe, however long.
    if (eye_steps_init(&eye->steps, INT64_MAX, fault))
        return &eye->source;

    free(eye->path);
    free(eye);
    return NULL;

error_eye:
    free(eye);
error_memory:
    fault_set(fault, FAILURE_MEMORY, "a source");
    return NULL;
}
