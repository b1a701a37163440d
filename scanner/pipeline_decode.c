// SPDX-License-Identifier: MIT
#include "scanner/pipeline_decode.h"

#include <string.h>

#include "base/clock.h"
#include "scanner/pipeline_state.h"

#define REPEATS_READ 8 // equal frames in a row that are looked at once more

// Waits while paused. False if stopped.
static bool await_resume(struct pipeline *pipeline)
{
    pthread_mutex_lock(&pipeline->mutex);
    while (pipeline->paused && !pipeline->stopped)
        pthread_cond_wait(&pipeline->changed, &pipeline->mutex);
    bool stopped = pipeline->stopped;
    pthread_mutex_unlock(&pipeline->mutex);
    return !stopped;
}

static void add_time(int64_t *sum_us, int64_t *worst_us, int64_t took_us)
{
    *sum_us += took_us;
    if (took_us > *worst_us)
        *worst_us = took_us;
}

static bool is_patience_due(const struct pipeline *pipeline)
{
    return pipeline->source->live &&
           patience_is_due(&pipeline->patience, pipeline->reading.time_us);
}

static enum eye_outcome look(struct pipeline *pipeline, enum read_effort effort,
                             struct frame_reading *reading, struct fault *fault)
{
    const struct pixels *pixels = &pipeline->reading.pixels;
    if (pipeline->settings.eye)
        return eye_read(&pipeline->eye, pixels, effort, reading, pipeline->codes, fault);
    return frame_reader_read(&pipeline->reader, pixels, effort, reading, pipeline->codes, fault)
               ? EYE_READ
               : EYE_NO_PICTURE;
}

static void count_reading(struct pipeline *pipeline, const struct frame_reading *reading)
{
    pthread_mutex_lock(&pipeline->mutex);
    struct pipeline_counters *counters = &pipeline->counters;
    counters->decoded++;
    counters->damaged += reading->damaged || pipeline->reading.damaged ? 1 : 0;
    counters->with_codes += pipeline->codes->count > 0 ? 1 : 0;
    add_time(&counters->luma_us, &counters->luma_worst_us, reading->luma_us);
    add_time(&counters->read_us, &counters->read_worst_us, reading->read_us);
    pthread_mutex_unlock(&pipeline->mutex);
}

static void tell_openness(struct pipeline *pipeline)
{
    struct fault fault;
    if (!pipeline->settings.eye || pipeline->eye_told ||
        eye_has_all_walls(&pipeline->eye, &fault))
        return;
    pipeline->eye_told = true;
    pipeline_emit_fault(pipeline, PIPELINE_READER, &fault);
}

// Nothing can be read any more: the source is let go, and its end tells why.
static void give_up(struct pipeline *pipeline, const struct fault *fault)
{
    pthread_mutex_lock(&pipeline->mutex);
    pipeline_fail_locked(pipeline, fault);
    pthread_cond_broadcast(&pipeline->changed);
    pthread_mutex_unlock(&pipeline->mutex);
    pipeline->source->ops->interrupt(pipeline->source);
    mailbox_cancel(&pipeline->decode);
}

static enum sight sight_of(const struct qr_codes *codes, const struct hint_measures *measures)
{
    if (codes->count > 0)
        return SIGHT_READ;
    return measures->located || measures->borderless ? SIGHT_LOCATED : SIGHT_NOTHING;
}

// False if nothing came of the frame; pipeline->codes says what was found.
static bool read_frame(struct pipeline *pipeline, struct frame_reading *reading)
{
    struct fault fault = {0};
    const struct frame *frame = &pipeline->reading;
    enum read_effort effort = frame->still                ? READ_STILL
                              : is_patience_due(pipeline) ? READ_PATIENT
                                                          : READ_LIVE;

    enum eye_outcome outcome = look(pipeline, effort, reading, &fault);
    tell_openness(pipeline);
    switch (outcome) {
    case EYE_READ:
        if (!frame->still)
            patience_note(&pipeline->patience, frame->time_us, effort == READ_PATIENT,
                          sight_of(pipeline->codes, &reading->measures));
        count_reading(pipeline, reading);
        return true;
    case EYE_NO_PICTURE:
        pipeline_note_trouble(pipeline, &pipeline->counters.damaged, &fault);
        return false;
    case EYE_LOST:
        pipeline_note_trouble(pipeline, &pipeline->counters.lost, &fault);
        pipeline_emit_fault(pipeline, PIPELINE_READER, &fault);
        return false;
    case EYE_UNAVAILABLE:
        give_up(pipeline, &fault);
        return false;
    case EYE_INTERRUPTED:
        return false;
    }
    return false;
}

static void emit_reading(struct pipeline *pipeline, const struct frame_reading *reading)
{
    if (pipeline->codes->count == 0) {
        struct pipeline_event nothing = {
            .kind = PIPELINE_NO_CODE,
            .hint = hint_from(&reading->measures),
        };
        pipeline_emit(pipeline, &nothing);
        return;
    }

    const struct frame *frame = &pipeline->reading;
    struct pipeline_counters counters;
    pipeline_counters_get(pipeline, &counters);

    struct pipeline_event event = {
        .kind = PIPELINE_CODES,
        .codes =
            {
                .codes = pipeline->codes,
                .frame = frame->index,
                .time_us = frame->time_us,
                .width = reading->width,
                .height = reading->height,
                .view = frame->view,
                .first_frame_us = counters.first_frame_us,
                .read_us = clock_us(CLOCK_MONOTONIC),
            },
    };

    pipeline_emit(pipeline, &event);
}

// True if a frame or result at hand may be used: at once, or, where nothing may be lost, after
// the pause.
static bool may_go_on(struct pipeline *pipeline)
{
    if (!pipeline->source->live)
        return await_resume(pipeline);
    pthread_mutex_lock(&pipeline->mutex);
    bool go_on = !pipeline->paused && !pipeline->stopped;
    pthread_mutex_unlock(&pipeline->mutex);
    return go_on;
}

// The last event, which the capture thread has no more to add to.
static void emit_end(struct pipeline *pipeline)
{
    pthread_mutex_lock(&pipeline->mutex);
    while (!pipeline->captured_all && !pipeline->stopped)
        pthread_cond_wait(&pipeline->changed, &pipeline->mutex);

    bool stopped = pipeline->stopped;
    const struct pipeline_counters *counters = &pipeline->counters;
    bool failed =
        pipeline->failed || (counters->damaged + counters->lost > 0 && counters->decoded == 0);
    struct fault fault = pipeline->fault;
    pthread_mutex_unlock(&pipeline->mutex);
    if (!stopped)
        pipeline_emit_fault(pipeline, failed ? PIPELINE_FAILED : PIPELINE_ENDED,
                            failed ? &fault : NULL);
}

static bool is_equal(const struct pixels *a, const struct pixels *b)
{
    return a->format == b->format && a->width == b->width && a->height == b->height &&
           a->stride == b->stride && a->data.n == b->data.n && a->data.n > 0 &&
           memcmp(a->data.p, b->data.p, a->data.n) == 0;
}

// True if the frame is one more of the same, in which all looking found nothing. The reader
// goes on in an equal frame where its work ran out, so a few of them are looked at.
static bool is_spent(struct pipeline *pipeline)
{
    bool same = pipeline->codes->count == 0 &&
                is_equal(&pipeline->reading.pixels, &pipeline->before.pixels);
    pipeline->repeats = same ? pipeline->repeats + 1 : 0;
    if (pipeline->repeats <= REPEATS_READ || is_patience_due(pipeline))
        return false;
    pipeline->repeats = REPEATS_READ;
    return true;
}

// True if a live frame need not be read: what is known of the last one stays.
static bool is_passed_by(struct pipeline *pipeline)
{
    if (!pipeline->source->live ||
        !(is_spent(pipeline) ||
          patience_allows_rest(&pipeline->patience, pipeline->reading.time_us)))
        return false;

    pthread_mutex_lock(&pipeline->mutex);
    pipeline->counters.skipped++;
    pthread_mutex_unlock(&pipeline->mutex);
    return true;
}

void *pipeline_decode(void *argument)
{
    struct pipeline *pipeline = argument;
    struct frame_reading reading = {0};

    while (mailbox_take(&pipeline->decode, &pipeline->reading)) {
        if (!may_go_on(pipeline)) {
            pipeline_skip_paused(pipeline);
            pipeline->repeats = 0;
            patience_reset(&pipeline->patience);
        } else if ((is_passed_by(pipeline) || read_frame(pipeline, &reading)) &&
                   may_go_on(pipeline)) {
            emit_reading(pipeline, &reading);
        }

        struct frame read = pipeline->reading;
        pipeline->reading = pipeline->before;
        pipeline->before = read;
    }

    emit_end(pipeline);
    return NULL;
}
