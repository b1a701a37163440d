// SPDX-License-Identifier: MIT
#include "scanner/eye/eye_camera.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "scanner/camera/camera_wishes.h"
#include "scanner/eye/eye.h"
#include "scanner/eye/eye_errand.h"
#include "scanner/eye/eye_steps.h"
#include "scanner/frames/frame_clock.h"

#define ERRANDS_MAX 2048u // of a step: two looks at all nodes take less than half
#define RETRY_MS    500   // between two looks for a camera where there is none
#define AWAIT_MS    50    // the least between two of a process that says that one may be there

struct eye_camera_source {
    struct source source;
    const struct camera_io *io;
    char *wanted; // id asked for; NULL: any, or a switch has made it forgotten
    struct eye_steps steps;
    struct camera_wishes wishes;
    struct eye_choice next; // a switch that the process is not told yet
    bool switching;
    bool switched;     // a process was told of one
    bool begun;        // the process knows which camera is meant
    struct fault lost; // over a wait, which cannot tell it: the next opening does
    size_t errands;
    struct eye_camera told;      // by the process, the last
    struct camera_counts before; // of processes that are gone
    struct frame_clock clock;
};

static struct eye_camera_source *downcast(const struct source *source)
{
    union {
        const struct source *in;
        struct eye_camera_source *out;
    } camera = {.in = source}; // `source` is the first member
    return camera.out;
}

// ---- the process ----

static void name(struct eye_choice *choice, const char *id)
{
    memset(choice, 0, sizeof(*choice));
    choice->named = id != NULL;
    if (id)
        memcpy(choice->id, id, strnlen(id, sizeof(choice->id) - 1));
}

static struct eye_request request_of(enum eye_request_kind kind,
                                     const struct eye_choice *choice)
{
    struct eye_request request;
    memset(&request, 0, sizeof(request)); // gaps too: nothing else of us leaves
    request.kind = kind;
    if (choice)
        memcpy(&request.choice, choice, sizeof(*choice));
    return request;
}

// One that is gone is told by the next step.
static void send_switch(struct eye_camera_source *camera)
{
    const struct eye_request request = request_of(EYE_REQUEST_SWITCH, &camera->next);
    if (!camera->switching || !camera->begun)
        return;
    eye_child_send_at_once(&camera->steps.child, &request, -1);
    camera->switching = false;
    camera->switched = true;
}

static bool woken(void *self)
{
    struct eye_camera_source *camera = self;
    char to[CAMERA_ALIAS_MAX];

    switch (camera_wishes_take(&camera->wishes, to)) {
    case CAMERA_WISH_END:
        return false;
    case CAMERA_WISH_SWITCH:
        name(&camera->next, to[0] ? to : NULL);
        camera->switching = true;
        send_switch(camera);
        break;
    case CAMERA_WISH_NOTHING:
        break;
    }
    return true;
}

static void add_counts(struct camera_counts *to, const struct camera_counts *counts)
{
    to->frames += counts->frames;
    to->dropped += counts->dropped;
    to->damaged += counts->damaged;
    to->opened += counts->opened;
}

static void note_loss(struct eye_camera_source *camera)
{
    struct camera_counts *last = &camera->told.counts;
    if (camera->steps.child.pid != 0 || !camera->begun)
        return;
    camera->begun = false;
    add_counts(&camera->before, last);
    *last = (struct camera_counts){.tuning = last->tuning};
}

static enum source_step step(struct eye_camera_source *camera,
                             const struct eye_request *request, struct frame *out,
                             struct fault *fault)
{
    if (!woken(camera)) // what was wished before comes before it
        return SOURCE_INTERRUPTED;
    camera->errands = 0;
    enum source_step taken = out ? eye_steps_frame(&camera->steps, request, -1, out, fault)
                                 : eye_steps_ask(&camera->steps, request, -1, fault);
    note_loss(camera);
    return taken;
}

static bool step_plain(struct eye_camera_source *camera, enum eye_request_kind kind,
                       const struct eye_choice *choice, struct fault *fault)
{
    const struct eye_request request = request_of(kind, choice);
    enum source_step taken = step(camera, &request, NULL, fault);
    if (taken == SOURCE_INTERRUPTED)
        fault_set(fault, FAILURE_INTERRUPTED, "interrupted");
    return taken == SOURCE_FRAME;
}

// Which camera is meant: the one asked for, else the one that another process had.
static bool begin(struct eye_camera_source *camera, struct fault *fault)
{
    struct eye_choice choice;
    const char *last = camera->told.in_use.id;
    if (camera->begun)
        return true;

    name(&choice, camera->wanted);
    if (!step_plain(camera, EYE_REQUEST_CAMERA, &choice, fault))
        return false;
    camera->begun = true;

    if (!camera->wanted && last[0] && !camera->switching) {
        name(&camera->next, last);
        camera->switching = true;
    }
    send_switch(camera);
    return true;
}

// ---- what it says in between ----

// Neither one that asks without a pause nor one that takes no answer is waited for.
static enum eye_end asked(void *self, const struct eye_answer *answer)
{
    struct eye_camera_source *camera = self;
    struct eye_errand errand;
    struct eye_request done;
    int fd;
    if (camera_wishes_ended(&camera->wishes))
        return EYE_STOPPED;
    if (++camera->errands > ERRANDS_MAX || !eye_answer_take_errand(answer, &errand))
        return EYE_LIED;

    eye_errand_run(camera->io, &errand, &done, &fd);
    enum eye_end end = eye_child_send_at_once(&camera->steps.child, &done, fd);
    if (fd >= 0)
        camera->io->close(camera->io->self, fd);
    return end;
}

// A process that has opened no camera yet knows nothing of the last one.
static void note_told(struct eye_camera_source *camera, const struct eye_camera *said)
{
    struct eye_camera *told = &camera->told;
    const struct eye_camera had = *told;
    *told = *said;
    if (said->in_use.id[0] == '\0') {
        *told = had;
        told->in_use.others = said->in_use.others;
        told->counts = said->counts;
        told->counts.tuning = had.counts.tuning;
    }

    if (camera->switched && said->any) {
        free(camera->wanted);
        camera->wanted = NULL;
    }
}

static bool take(void *self, const struct eye_answer *answer, enum source_step *taken,
                 bool *there, struct frame *out, struct fault *fault)
{
    struct eye_camera_source *camera = self;
    struct eye_camera said;
    if (!eye_answer_take_filmed(answer, taken, there, out, &said, fault))
        return false;
    note_told(camera, &said);
    camera_wishes_tell(&camera->wishes, &camera->told.in_use);
    return true;
}

// ---- the source ----

// Where there is no node there is nothing to hold, and no process for it.
static bool is_of_use(const struct eye_camera_source *camera, struct fault *fault)
{
    char paths[CAMERA_NODES_MAX][CAMERA_PATH_MAX];
    if (camera->steps.child.pid != 0 ||
        camera->io->nodes(camera->io->self, paths, CAMERA_NODES_MAX) > 0)
        return true;
    if (camera->before.opened > 0)
        return fault_set(fault, FAILURE_CAMERA_GONE, "no video nodes");
    if (camera->wanted)
        return fault_set(fault, FAILURE_CAMERA_UNKNOWN, "no camera \"%s\" among 0 nodes",
                         camera->wanted);
    return fault_set(fault, FAILURE_CAMERA_NONE, "0 video nodes, none is a camera");
}

// To a process that has opened none yet, a camera that was unplugged never was there.
static void mend_fault(const struct eye_camera_source *camera, struct fault *fault)
{
    if (fault && camera->before.opened > 0 &&
        (fault->failure == FAILURE_CAMERA_UNKNOWN || fault->failure == FAILURE_CAMERA_NONE))
        fault->failure = FAILURE_CAMERA_GONE;
}

static bool eye_camera_open(struct source *source, struct fault *fault)
{
    struct eye_camera_source *camera = downcast(source);
    const struct fault lost = camera->lost;
    camera->lost = (struct fault){.failure = FAILURE_NONE};
    if (lost.failure != FAILURE_NONE)
        return fault_set(fault, lost.failure, "%s", lost.detail);

    if (is_of_use(camera, fault) && eye_steps_await(&camera->steps, EYE_FILMS, fault) &&
        begin(camera, fault) && step_plain(camera, EYE_REQUEST_OPEN, NULL, fault))
        return true;
    mend_fault(camera, fault);
    return false;
}

static enum source_step eye_camera_next(struct source *source, struct frame *out,
                                        struct fault *fault)
{
    struct eye_camera_source *camera = downcast(source);
    if (!camera->begun) {
        fault_set(fault, FAILURE_INTERNAL, "a camera that is not open");
        return SOURCE_FAILED;
    }

    const struct eye_request request = request_of(EYE_REQUEST_NEXT, NULL);
    enum source_step taken = step(camera, &request, out, fault);
    if (taken == SOURCE_FRAME)
        out->time_us =
            frame_clock_time(&camera->clock, clock_us(CLOCK_MONOTONIC), true, out->time_us);
    return taken;
}

static void eye_camera_interrupt(struct source *source)
{
    camera_wishes_end(&downcast(source)->wishes);
}

static bool rest(struct eye_camera_source *camera, int64_t ms)
{
    struct pollfd wake = {.fd = camera->wishes.wake, .events = POLLIN};
    return ms <= 0 || poll(&wake, 1, (int)ms) <= 0 || woken(camera);
}

// A process may say at once, time after time, that there is a camera.
static bool eye_camera_await(struct source *source)
{
    struct eye_camera_source *camera = downcast(source);
    const struct eye_request request = request_of(EYE_REQUEST_AWAIT, NULL);
    int64_t begun_us = clock_us(CLOCK_MONOTONIC);
    struct fault why = {.failure = FAILURE_NONE};
    if (!camera->begun)
        return rest(camera, RETRY_MS);

    enum source_step taken = step(camera, &request, NULL, &why);
    if (why.failure == FAILURE_READER_LOST)
        camera->lost = why;
    return taken != SOURCE_INTERRUPTED &&
           rest(camera, AWAIT_MS - (clock_us(CLOCK_MONOTONIC) - begun_us) / 1000);
}

static void eye_camera_close(struct source *source)
{
    struct eye_camera_source *camera = downcast(source);
    const struct eye_request request = request_of(EYE_REQUEST_CLOSE, NULL);
    if (camera->begun)
        eye_child_send_at_once(&camera->steps.child, &request, -1);
}

static void eye_camera_destroy(struct source *source)
{
    struct eye_camera_source *camera = downcast(source);
    eye_steps_destroy(&camera->steps);
    camera_wishes_destroy(&camera->wishes);
    free(camera->wanted);
    free(camera);
}

static void eye_camera_in_use(const struct source *source, struct camera_in_use *out)
{
    camera_wishes_told(&downcast(source)->wishes, out);
}

static void eye_camera_switch(struct source *source, const char *id)
{
    camera_wishes_switch(&downcast(source)->wishes, id);
}

static bool eye_camera_has_all_walls(const struct source *source, struct fault *fault)
{
    return eye_steps_has_all_walls(&downcast(source)->steps, fault);
}

struct source *eye_camera_new(const struct camera_io *io, const char *id, struct fault *fault)
{
    static const struct source_ops ops = {
        .open = eye_camera_open,
        .next = eye_camera_next,
        .interrupt = eye_camera_interrupt,
        .await = eye_camera_await,
        .close = eye_camera_close,
        .destroy = eye_camera_destroy,
        .in_use = eye_camera_in_use,
        .switch_to = eye_camera_switch,
        .has_all_walls = eye_camera_has_all_walls,
    };
    static const struct eye_steps_ops steps_ops = {woken, asked, take};
    struct eye_camera_source *camera = calloc(1, sizeof(*camera));
    if (!camera)
        goto error;
    camera->wanted = id ? strdup(id) : NULL;
    if (id && !camera->wanted)
        goto error_camera;
    if (!camera_wishes_init(&camera->wishes, fault)) {
        free(camera->wanted);
        free(camera);
        return NULL;
    }

    camera->source.ops = &ops;
    camera->source.live = true;
    camera->io = io;
    eye_steps_init_with(&camera->steps, EYE_IDLE_US, camera->wishes.wake, &steps_ops, camera);
    camera->steps.lends = true;
    return &camera->source;

error_camera:
    free(camera);
error:
    fault_set(fault, FAILURE_MEMORY, "camera");
    return NULL;
}

struct eye_camera eye_camera_told(const struct source *source)
{
    const struct eye_camera_source *camera = downcast(source);
    struct eye_camera told = camera->told;
    add_counts(&told.counts, &camera->before);
    return told;
}
