// SPDX-License-Identifier: MIT
#include "scanner/pipeline_capture.h"

#include <pthread.h>

#include "base/clock.h"
#include "scanner/camera/camera.h"
#include "scanner/camera/camera_use.h"
#include "scanner/pipeline_state.h"

enum run_end {
    RUN_ON, // it has not ended
    RUN_OVER,
    RUN_INTERRUPTED,
    RUN_FAILED,  // the source may be opened again
    RUN_GIVEN_UP // nothing can be made of its frames
};

// Waits until `due_us` of CLOCK_MONOTONIC. False if it is ending.
static bool await_time(struct pipeline *pipeline, int64_t due_us)
{
    struct timespec due = {.tv_sec = due_us / 1000000, .tv_nsec = due_us % 1000000 * 1000};
    pthread_mutex_lock(&pipeline->mutex);
    while (!pipeline_is_ending_locked(pipeline) && clock_us(CLOCK_MONOTONIC) < due_us)
        pthread_cond_timedwait(&pipeline->changed, &pipeline->mutex, &due);
    bool ending = pipeline_is_ending_locked(pipeline);
    pthread_mutex_unlock(&pipeline->mutex);
    return !ending;
}

// Where a paced recording stands: its time line on CLOCK_MONOTONIC.
struct pace {
    bool begun;
    int64_t offset_us;
};

static bool pace_wait(struct pipeline *pipeline, struct pace *pace, int64_t time_us)
{
    int64_t now_us = clock_us(CLOCK_MONOTONIC);
    int64_t due_us = pace->offset_us + time_us;
    if (!pace->begun || due_us < now_us) { // late, or paused meanwhile: never rush to catch up
        pace->begun = true;
        pace->offset_us = now_us - time_us;
        return true;
    }
    return await_time(pipeline, due_us);
}

static void count_frame(struct pipeline *pipeline)
{
    int64_t now_us = clock_us(CLOCK_MONOTONIC);
    pthread_mutex_lock(&pipeline->mutex);
    if (pipeline->counters.frames++ == 0)
        pipeline->counters.first_frame_us = now_us;
    pthread_mutex_unlock(&pipeline->mutex);
}

static void tell_once(struct pipeline *pipeline, bool *told, const struct fault *fault)
{
    if (!*told)
        pipeline_emit_fault(pipeline, PIPELINE_READER, fault);
    *told = true;
}

static void tell_running(struct pipeline *pipeline)
{
    if (pipeline->waited)
        pipeline_emit(pipeline, &(struct pipeline_event){.kind = PIPELINE_RUNNING});
    pipeline->waited = false;
}

// ---- coded frames ----

// Whether anybody looks at the frame at hand.
static bool is_wanted(struct pipeline *pipeline)
{
    return pipeline->settings.preview || !pipeline->source->live ||
           !pipeline_skip_paused(pipeline);
}

// Gets ready for what is known to come coded, while the camera starts.
static void expect_coded(struct pipeline *pipeline)
{
    struct camera_in_use in_use = {.coded = false};
    if (pipeline->settings.eye && source_is_camera(pipeline->source))
        camera_source_in_use(pipeline->source, &in_use);
    if (in_use.coded)
        eye_converter_start(&pipeline->converter);
}

// What a camera without a picture has failed with. What this machine lacks is not its fault.
static enum failure failure_of_blanks(enum failure why)
{
    switch (why) {
    case FAILURE_MEMORY:
    case FAILURE_DESCRIPTORS:
    case FAILURE_INTERNAL:
        return why;
    case FAILURE_SOURCE_TOO_LARGE:
        return FAILURE_CAMERA_FORMAT;
    default:
        return FAILURE_CAMERA_DAMAGED;
    }
}

// Counts a frame that is no picture. A camera that gives nothing else has failed.
static enum run_end note_blank(struct pipeline *pipeline, const struct fault *why,
                               struct fault *fault)
{
    int64_t now_us = clock_us(CLOCK_MONOTONIC);
    pipeline_note_trouble(pipeline, &pipeline->counters.damaged, why);
    if (pipeline->blank_us == 0)
        pipeline->blank_us = now_us;
    if (!pipeline->source->live || now_us - pipeline->blank_us < CAMERA_DAMAGED_US)
        return RUN_ON;

    fault_set(fault, failure_of_blanks(why->failure), "%s", why->detail);
    return RUN_FAILED;
}

// Makes luma of a coded frame. RUN_ON without `made`: it came to nothing.
static enum run_end convert(struct pipeline *pipeline, bool *made, struct fault *fault)
{
    struct fault why = {0};
    struct fault open;
    enum eye_outcome outcome = eye_converter_convert(&pipeline->converter, &pipeline->captured,
                                                     &pipeline->converted, &why);
    *made = outcome == EYE_READ;
    if (!eye_converter_has_all_walls(&pipeline->converter, &open))
        tell_once(pipeline, &pipeline->converter_told, &open);

    switch (outcome) {
    case EYE_READ:
        pipeline->blank_us = 0;
        return RUN_ON;
    case EYE_NO_PICTURE:
        return note_blank(pipeline, &why, fault);
    case EYE_LOST:
        pipeline_note_trouble(pipeline, &pipeline->counters.lost, &why);
        pipeline_emit_fault(pipeline, PIPELINE_READER, &why);
        return RUN_ON;
    case EYE_UNAVAILABLE:
        *fault = why;
        return RUN_GIVEN_UP;
    case EYE_INTERRUPTED:
        break;
    }
    return RUN_INTERRUPTED;
}

static enum run_end convert_wanted(struct pipeline *pipeline, bool *made, struct fault *fault)
{
    if (is_wanted(pipeline))
        return convert(pipeline, made, fault);

    pipeline->blank_us = 0; // nobody knows what it would have become
    tell_running(pipeline);
    return RUN_ON;
}

// ---- to the threads ----

static bool to_preview(struct pipeline *pipeline, const struct frame *frame,
                       struct fault *fault)
{
    if (!pipeline->settings.preview)
        return true;
    pthread_mutex_lock(&pipeline->mutex);
    struct panel panel = pipeline->panel;
    pthread_mutex_unlock(&pipeline->mutex);

    if (!frame_copy_seen(&pipeline->preview_copy, frame, panel))
        return fault_set(fault, FAILURE_MEMORY, "a frame for the preview");
    if (mailbox_put(&pipeline->preview, &pipeline->preview_copy))
        pipeline_emit(pipeline, &(struct pipeline_event){.kind = PIPELINE_PREVIEW});
    return true;
}

static bool to_decoder(struct pipeline *pipeline, struct frame *frame, struct fault *fault)
{
    bool live = pipeline->source->live;
    if (live && pipeline_skip_paused(pipeline))
        return true;
    if (!frame_owns_pixels(frame)) {
        if (!frame_copy_luma(&pipeline->copy, frame))
            return fault_set(fault, FAILURE_MEMORY, "a frame for the decoder");
        frame = &pipeline->copy;
    }
    if (live)
        mailbox_put(&pipeline->decode, frame);
    else
        mailbox_put_wait(&pipeline->decode, frame);
    return true;
}

// Hands the frame at hand on to both.
static enum run_end hand_on(struct pipeline *pipeline, struct fault *fault)
{
    struct frame *frame = &pipeline->captured;
    if (pipeline->settings.eye && pixels_are_coded(&frame->pixels)) {
        bool made = false;
        enum run_end end = convert_wanted(pipeline, &made, fault);
        if (!made)
            return end;
        frame = &pipeline->converted;
    }

    tell_running(pipeline);
    if (!to_preview(pipeline, frame, fault) || !to_decoder(pipeline, frame, fault))
        return RUN_FAILED;
    return pipeline_is_ending(pipeline) ? RUN_INTERRUPTED : RUN_ON;
}

// Takes frames from an open source until it gives no more.
static enum run_end run_frames(struct pipeline *pipeline, struct fault *fault)
{
    struct source *source = pipeline->source;
    struct pace pace = {0};

    for (;;) {
        pipeline->captured.pixels = (struct pixels){0};
        pipeline->captured.view = (struct frame_view){0};
        switch (source->ops->next(source, &pipeline->captured, fault)) {
        case SOURCE_FRAME:
            break;
        case SOURCE_END:
            return RUN_OVER;
        case SOURCE_INTERRUPTED:
            return RUN_INTERRUPTED;
        case SOURCE_FAILED:
            return RUN_FAILED;
        }

        count_frame(pipeline);
        eye_losses_over(&pipeline->losses);
        if (!source->live && pipeline->settings.paced &&
            !pace_wait(pipeline, &pace, pipeline->captured.time_us))
            return RUN_INTERRUPTED;

        enum run_end end = hand_on(pipeline, fault);
        if (end != RUN_ON)
            return end;
    }
}

static enum run_end run_source(struct pipeline *pipeline, struct fault *fault)
{
    struct source *source = pipeline->source;
    struct fault open;
    if (pipeline_is_ending(pipeline))
        return RUN_INTERRUPTED;

    bool opened = source->ops->open(source, fault);
    if (!source_has_all_walls(source, &open))
        tell_once(pipeline, &pipeline->source_told, &open);
    if (!opened) {
        source->ops->close(source);
        return RUN_FAILED;
    }
    pipeline->blank_us = 0;
    expect_coded(pipeline);
    enum run_end end = run_frames(pipeline, fault);
    source->ops->close(source);
    return end;
}

// A camera whose process was lost is opened again at once, and that is told.
static bool is_opened_anew(struct pipeline *pipeline, const struct fault *fault)
{
    if (!eye_losses_count(&pipeline->losses, pipeline->source, fault))
        return false;
    pipeline_note_trouble(pipeline, &pipeline->counters.lost, fault);
    pipeline_emit_fault(pipeline, PIPELINE_READER, fault);
    return eye_losses_allow(&pipeline->losses) && !pipeline_is_ending(pipeline);
}

void *pipeline_capture(void *argument)
{
    struct pipeline *pipeline = argument;
    struct source *source = pipeline->source;
    struct fault fault = {0};
    enum run_end end;

    while ((end = run_source(pipeline, &fault)) == RUN_FAILED) {
        if (is_opened_anew(pipeline, &fault))
            continue;

        // A question to the person is no failure: it is waited for in any case.
        bool again = pipeline->settings.reopen || fault.failure == FAILURE_PIPEWIRE_ASKS;
        if (!again || !source->ops->await || pipeline_is_ending(pipeline))
            break;
        pipeline_emit_fault(pipeline, PIPELINE_WAITING, &fault);
        pipeline->waited = true;
        if (!source->ops->await(source)) {
            end = RUN_INTERRUPTED;
            break;
        }
    }

    pthread_mutex_lock(&pipeline->mutex);
    if (end == RUN_FAILED || end == RUN_GIVEN_UP)
        pipeline_fail_locked(pipeline, &fault);
    pipeline->captured_all = true;
    pthread_cond_broadcast(&pipeline->changed);
    pthread_mutex_unlock(&pipeline->mutex);

    mailbox_close(&pipeline->decode); // the decode thread reads what is left and tells the end
    return NULL;
}
