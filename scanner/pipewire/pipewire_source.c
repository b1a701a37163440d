// SPDX-License-Identifier: MIT
#include "scanner/pipewire/pipewire_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "scanner/camera/camera.h"
#include "scanner/camera/camera_wishes.h"
#include "scanner/frames/frame_clock.h"
#include "scanner/pipewire/pipewire_stream.h"

#define TICK_MS        250 // how late a silence is noticed at most
#define RETRY_FIRST_MS 250
#define RETRY_MOST_MS  1000

struct pipewire_source {
    struct source source;
    char *wanted;                      // id asked for; NULL: any
    char preferred[PIPEWIRE_TEXT_MAX]; // of any, this one first: the one in use
    struct pipewire_remote remote;
    struct pipewire_stream stream;
    struct camera_wishes wishes;
    int retry_ms;
    bool any;              // a frame came since the opening
    bool opened;           // a camera was, once
    int64_t last_frame_us; // CLOCK_MONOTONIC, good or damaged
    int64_t damaged_us;    // since when all frames are damaged; 0: the last was good
    uint64_t damaged;      // of the stream, looked at so far
    uint64_t dropped;
    struct camera_counts counts;
    struct frame_clock clock;
    uint64_t index;
};

static struct pipewire_source *downcast(const struct source *source)
{
    union {
        const struct source *in;
        struct pipewire_source *out;
    } camera = {.in = source}; // `source` is the first member
    return camera.out;
}

static const struct pipewire_camera *choose(struct pipewire_source *camera, struct fault *fault)
{
    const struct pipewire_remote *remote = &camera->remote;
    const struct pipewire_camera *found;

    if (camera->wanted) {
        found = pipewire_remote_find(remote, camera->wanted);
        if (!found)
            fault_set(fault, camera->opened ? FAILURE_PIPEWIRE_GONE : FAILURE_CAMERA_UNKNOWN,
                      "PipeWire has no camera \"%s\"", camera->wanted);
        return found;
    }

    // The one that was in use comes before a better one: pictures should not change hands.
    found = pipewire_remote_find(remote, camera->preferred);
    if (!found)
        found = pipewire_remote_best(remote);
    if (!found)
        fault_set(fault, camera->opened ? FAILURE_PIPEWIRE_GONE : FAILURE_PIPEWIRE_NO_CAMERA,
                  "PipeWire lists no camera");
    return found;
}

static void tell_in_use(struct pipewire_source *camera)
{
    const struct pipewire_camera *used =
        pipewire_remote_camera(&camera->remote, camera->stream.camera);
    size_t count = pipewire_remote_count(&camera->remote);
    struct camera_in_use in_use;

    camera_wishes_told(&camera->wishes, &in_use);
    if (used) {
        memcpy(in_use.id, used->name, sizeof(in_use.id));
        snprintf(in_use.name, sizeof(in_use.name), "%.*s", (int)sizeof(in_use.name) - 1,
                 used->description);
        in_use.facing = used->facing;
    }
    in_use.others = count - (used ? 1 : 0);
    camera_wishes_tell(&camera->wishes, &in_use);
}

// The camera to switch to, which becomes the preferred one; NULL: there is none, all stays.
static const struct pipewire_camera *choose_other(struct pipewire_source *camera,
                                                  const char *to)
{
    const struct pipewire_remote *remote = &camera->remote;
    const struct pipewire_camera *other = to[0]
                                              ? pipewire_remote_find(remote, to)
                                              : pipewire_remote_next(remote, camera->preferred);
    if (!other || (camera->stream.stream && other->id == camera->stream.camera))
        return NULL;
    free(camera->wanted);
    camera->wanted = NULL;
    memcpy(camera->preferred, other->name, sizeof(camera->preferred));
    return other;
}

static bool open_camera(struct pipewire_source *camera, const struct pipewire_camera *chosen,
                        struct fault *fault)
{
    if (!pipewire_stream_open(&camera->stream, &camera->remote, chosen, fault))
        return false;
    memcpy(camera->preferred, chosen->name, sizeof(camera->preferred));
    camera->any = false;
    camera->opened = true;
    camera->counts.opened++;
    camera->last_frame_us = clock_us(CLOCK_MONOTONIC);
    camera->damaged_us = 0;
    camera->damaged = camera->dropped = 0;
    tell_in_use(camera);
    return true;
}

static bool source_open(struct source *source, struct fault *fault)
{
    struct pipewire_source *camera = downcast(source);
    char to[CAMERA_ALIAS_MAX];
    enum camera_wish wish = camera_wishes_take(&camera->wishes, to);
    if (!pipewire_remote_connect(&camera->remote, camera->wishes.wake, fault))
        return false;

    const struct pipewire_camera *chosen =
        wish == CAMERA_WISH_SWITCH ? choose_other(camera, to) : NULL;
    if (!chosen)
        chosen = choose(camera, fault);
    return chosen && open_camera(camera, chosen, fault);
}

// Does what another thread asked for. SOURCE_FRAME: goes on.
static enum source_step obey(struct pipewire_source *camera, struct fault *fault)
{
    char to[CAMERA_ALIAS_MAX];
    enum camera_wish wish = camera_wishes_take(&camera->wishes, to);
    if (wish == CAMERA_WISH_END)
        return SOURCE_INTERRUPTED;
    const struct pipewire_camera *other =
        wish == CAMERA_WISH_SWITCH ? choose_other(camera, to) : NULL;
    if (!other)
        return SOURCE_FRAME;
    pipewire_stream_close(&camera->stream);
    return open_camera(camera, other, fault) ? SOURCE_FRAME : SOURCE_FAILED;
}

static void count_damaged(struct pipewire_source *camera)
{
    uint64_t damaged = camera->stream.damaged;
    if (damaged == camera->damaged)
        return;
    camera->index += damaged - camera->damaged;
    camera->counts.damaged += damaged - camera->damaged;
    camera->damaged = damaged;
    camera->last_frame_us = clock_us(CLOCK_MONOTONIC);
    if (camera->damaged_us == 0)
        camera->damaged_us = camera->last_frame_us;
}

static enum failure why_silent(const struct pipewire_source *camera)
{
    if (camera->stream.agreed || camera->any)
        return FAILURE_CAMERA_SILENT;

    bool unreadable = pipewire_remote_unreadable(&camera->remote, camera->stream.camera);
    return unreadable ? FAILURE_CAMERA_FORMAT : FAILURE_PIPEWIRE_UNLINKED;
}

// What is wrong with the stream as a whole, if anything.
static bool is_broken(struct pipewire_source *camera, struct fault *fault)
{
    const struct pipewire_stream *stream = &camera->stream;
    const char *name = camera->preferred;
    if (camera->remote.broken) {
        fault_set(fault, FAILURE_PIPEWIRE_DAEMON, "%s", camera->remote.error);
        return true;
    }
    if (!pipewire_remote_camera(&camera->remote, stream->camera)) {
        fault_set(fault, FAILURE_PIPEWIRE_GONE, "%s: PipeWire no longer has it", name);
        return true;
    }
    if (stream->failed) {
        if (fault)
            *fault = stream->fault;
        return true;
    }

    int64_t now = clock_us(CLOCK_MONOTONIC);
    int64_t patience = camera->any ? CAMERA_NEXT_FRAME_US : CAMERA_FIRST_FRAME_US;
    if (now - camera->last_frame_us >= patience) {
        fault_set(fault, why_silent(camera), "%s: no frame for %lld ms", name,
                  (long long)((now - camera->last_frame_us) / 1000));
        return true;
    }
    if (camera->damaged_us > 0 && now - camera->damaged_us >= CAMERA_DAMAGED_US) {
        fault_set(fault, FAILURE_CAMERA_DAMAGED, "%s: only damaged frames", name);
        return true;
    }
    return false;
}

// The frame that waits changes places with `out`, storage and all.
static void hand_on(struct pipewire_source *camera, struct frame *out)
{
    const struct pipewire_camera *used =
        pipewire_remote_camera(&camera->remote, camera->stream.camera);
    if (used)
        camera->counts.tuning = used->tuning;

    struct pipewire_stream *stream = &camera->stream;
    struct frame before = *out;
    *out = stream->latest;
    stream->latest = before;
    stream->fresh = false;

    camera->any = true;
    camera->damaged_us = 0;
    camera->retry_ms = RETRY_FIRST_MS;
    camera->last_frame_us = clock_us(CLOCK_MONOTONIC);
    camera->index += stream->dropped - camera->dropped;
    camera->counts.dropped += stream->dropped - camera->dropped;
    camera->counts.frames++;
    camera->dropped = stream->dropped;

    out->index = camera->index++;
    out->time_us =
        frame_clock_time(&camera->clock, camera->last_frame_us, out->time_us > 0, out->time_us);
}

static enum source_step source_next(struct source *source, struct frame *out,
                                    struct fault *fault)
{
    struct pipewire_source *camera = downcast(source);

    while (!camera->stream.fresh) {
        if (is_broken(camera, fault))
            return SOURCE_FAILED;
        enum source_step step = SOURCE_FRAME;
        if (pipewire_remote_run(&camera->remote, camera->wishes.wake, TICK_MS) ==
            PIPEWIRE_WOKEN)
            step = obey(camera, fault);
        if (step != SOURCE_FRAME)
            return step;
        pipewire_stream_tend(&camera->stream);
        count_damaged(camera);
    }

    hand_on(camera, out);
    tell_in_use(camera);
    return SOURCE_FRAME;
}

static void source_interrupt(struct source *source)
{
    camera_wishes_end(&downcast(source)->wishes);
}

static void source_switch(struct source *source, const char *id)
{
    camera_wishes_switch(&downcast(source)->wishes, id);
}

static void source_in_use(const struct source *source, struct camera_in_use *out)
{
    camera_wishes_told(&downcast(source)->wishes, out);
}

// Without a daemon there is nothing to listen to but the clock; with one, a camera that comes
// is told at once.
static bool source_await(struct source *source)
{
    struct pipewire_source *camera = downcast(source);
    int64_t until = clock_us(CLOCK_MONOTONIC) / 1000 + camera->retry_ms;
    camera->remote.news = false;
    camera->retry_ms =
        camera->retry_ms > RETRY_MOST_MS / 2 ? RETRY_MOST_MS : 2 * camera->retry_ms;

    for (;;) {
        int64_t left = until - clock_us(CLOCK_MONOTONIC) / 1000;
        if (left <= 0 || camera->remote.news)
            return true;
        if (!camera->remote.core || camera->remote.broken) {
            pipewire_portal_wait(&camera->remote.portal, camera->wishes.wake, (int)left);
            return !camera_wishes_ended(&camera->wishes);
        }
        if (pipewire_remote_run(&camera->remote, camera->wishes.wake, (int)left) ==
            PIPEWIRE_WOKEN)
            return !camera_wishes_ended(&camera->wishes); // a switch is taken by the next open
    }
}

static void source_close(struct source *source)
{
    struct pipewire_source *camera = downcast(source);
    pipewire_stream_close(&camera->stream);
    if (camera->remote.broken)
        pipewire_remote_disconnect(&camera->remote);
    pipewire_remote_leave(&camera->remote);
}

static void source_destroy(struct source *source)
{
    struct pipewire_source *camera = downcast(source);
    pipewire_stream_destroy(&camera->stream);
    pipewire_remote_destroy(&camera->remote);
    camera_wishes_destroy(&camera->wishes);
    free(camera->wanted);
    free(camera);
}

static const struct source_ops pipewire_ops = {
    .open = source_open,
    .next = source_next,
    .interrupt = source_interrupt,
    .await = source_await,
    .close = source_close,
    .destroy = source_destroy,
    .in_use = source_in_use,
    .switch_to = source_switch,
};

struct source *pipewire_source_new(const char *id, struct fault *fault)
{
    struct pipewire_source *camera = calloc(1, sizeof(*camera));
    if (!camera)
        goto error;
    if (!camera_wishes_init(&camera->wishes, fault)) {
        free(camera);
        return NULL;
    }

    camera->source.ops = &pipewire_ops;
    camera->source.live = true;
    camera->retry_ms = RETRY_FIRST_MS;
    pipewire_remote_init(&camera->remote);
    pipewire_stream_init(&camera->stream);
    camera->wanted = id ? strdup(id) : NULL;
    if (id && !camera->wanted) {
        source_destroy(&camera->source);
        goto error;
    }

    return &camera->source;
error:
    fault_set(fault, FAILURE_MEMORY, "a camera of PipeWire");
    return NULL;
}

struct camera_counts pipewire_source_counts(const struct source *source)
{
    return downcast(source)->counts;
}

struct camera_mode pipewire_source_mode(const struct source *source)
{
    const struct camera_device *device = &downcast(source)->stream.device;
    return (struct camera_mode){
        .fourcc = device->fourcc, .width = device->width, .height = device->height};
}
