// SPDX-License-Identifier: MIT
#include "scanner/pipeline.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define REPEATS_READ 8 // equal frames in a row that are looked at once more

enum run_end { RUN_OVER, RUN_INTERRUPTED, RUN_FAILED };

static int64_t monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void emit(struct pipeline *pipeline, const struct pipeline_event *event)
{
    pipeline->settings.on_event(pipeline->settings.userdata, event);
}

static void emit_fault(struct pipeline *pipeline, enum pipeline_event_kind kind,
                       const struct fault *fault)
{
    struct pipeline_event event = {.kind = kind};
    if (fault)
        event.fault = *fault;
    emit(pipeline, &event);
}

// Whether no more frames are wanted: it is stopped, or nothing can be read any more.
static bool is_ending_locked(const struct pipeline *pipeline)
{
    return pipeline->stopped || pipeline->failed;
}

static bool is_ending(struct pipeline *pipeline)
{
    pthread_mutex_lock(&pipeline->mutex);
    bool ending = is_ending_locked(pipeline);
    pthread_mutex_unlock(&pipeline->mutex);
    return ending;
}

// What failed first is told.
static void fail_locked(struct pipeline *pipeline, const struct fault *fault)
{
    if (!pipeline->failed)
        pipeline->fault = *fault;
    pipeline->failed = true;
}

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

// Waits until `due_us` of CLOCK_MONOTONIC. False if it is ending.
static bool await_time(struct pipeline *pipeline, int64_t due_us)
{
    struct timespec due = {.tv_sec = due_us / 1000000, .tv_nsec = due_us % 1000000 * 1000};
    pthread_mutex_lock(&pipeline->mutex);
    while (!is_ending_locked(pipeline) && monotonic_us() < due_us)
        pthread_cond_timedwait(&pipeline->changed, &pipeline->mutex, &due);
    bool ending = is_ending_locked(pipeline);
    pthread_mutex_unlock(&pipeline->mutex);
    return !ending;
}

// ---- capture thread ----

// Where a paced recording stands: its time line on CLOCK_MONOTONIC.
struct pace {
    bool begun;
    int64_t offset_us;
};

static bool pace_wait(struct pipeline *pipeline, struct pace *pace, int64_t time_us)
{
    int64_t now_us = monotonic_us();
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
    int64_t now_us = monotonic_us();
    pthread_mutex_lock(&pipeline->mutex);
    if (pipeline->counters.frames++ == 0)
        pipeline->counters.first_frame_us = now_us;
    pthread_mutex_unlock(&pipeline->mutex);
}

static bool to_preview(struct pipeline *pipeline, struct fault *fault)
{
    if (!pipeline->settings.preview)
        return true;
    if (!frame_copy(&pipeline->preview_copy, &pipeline->captured))
        return fault_set(fault, FAILURE_MEMORY, "a frame for the preview");
    if (mailbox_put(&pipeline->preview, &pipeline->preview_copy))
        emit(pipeline, &(struct pipeline_event){.kind = PIPELINE_PREVIEW});
    return true;
}

static bool skip_paused(struct pipeline *pipeline)
{
    pthread_mutex_lock(&pipeline->mutex);
    bool skip = pipeline->paused;
    if (skip)
        pipeline->counters.skipped++;
    pthread_mutex_unlock(&pipeline->mutex);
    return skip;
}

static bool to_decoder(struct pipeline *pipeline, struct fault *fault)
{
    bool live = pipeline->source->live;
    if (live && skip_paused(pipeline))
        return true;
    struct frame *frame = &pipeline->captured;
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

// Takes frames from an open source until it gives no more.
static enum run_end run_frames(struct pipeline *pipeline, bool *waited, struct fault *fault)
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
        if (*waited)
            emit(pipeline, &(struct pipeline_event){.kind = PIPELINE_RUNNING});
        *waited = false;

        if (!source->live && pipeline->settings.paced &&
            !pace_wait(pipeline, &pace, pipeline->captured.time_us))
            return RUN_INTERRUPTED;

        if (!to_preview(pipeline, fault) || !to_decoder(pipeline, fault))
            return RUN_FAILED;
        if (is_ending(pipeline))
            return RUN_INTERRUPTED;
    }
}

static enum run_end run_source(struct pipeline *pipeline, bool *waited, struct fault *fault)
{
    struct source *source = pipeline->source;
    if (is_ending(pipeline))
        return RUN_INTERRUPTED;
    if (!source->ops->open(source, fault)) {
        source->ops->close(source);
        return RUN_FAILED;
    }
    enum run_end end = run_frames(pipeline, waited, fault);
    source->ops->close(source);
    return end;
}

static void *capture(void *argument)
{
    struct pipeline *pipeline = argument;
    struct source *source = pipeline->source;
    struct fault fault = {0};
    bool waited = false;
    enum run_end end;

    while ((end = run_source(pipeline, &waited, &fault)) == RUN_FAILED) {
        // A question to the person is no failure: it is waited for in any case.
        bool again = pipeline->settings.reopen || fault.failure == FAILURE_PIPEWIRE_ASKS;
        if (!again || !source->ops->await || is_ending(pipeline))
            break;
        emit_fault(pipeline, PIPELINE_WAITING, &fault);
        waited = true;
        if (!source->ops->await(source)) {
            end = RUN_INTERRUPTED;
            break;
        }
    }

    pthread_mutex_lock(&pipeline->mutex);
    if (end == RUN_FAILED)
        fail_locked(pipeline, &fault);
    pipeline->captured_all = true;
    pthread_cond_broadcast(&pipeline->changed);
    pthread_mutex_unlock(&pipeline->mutex);

    mailbox_close(&pipeline->decode); // the decode thread reads what is left and tells the end
    return NULL;
}

// ---- decode thread ----

static void add_time(int64_t *sum_us, int64_t *worst_us, int64_t took_us)
{
    *sum_us += took_us;
    if (took_us > *worst_us)
        *worst_us = took_us;
}

// Kept for the end: a recording none of whose frames could be read has failed, whole as it may
// be.
static void note_trouble(struct pipeline *pipeline, uint64_t *counter,
                         const struct fault *fault)
{
    pthread_mutex_lock(&pipeline->mutex);
    bool first = pipeline->counters.damaged + pipeline->counters.lost == 0;
    if (first && !pipeline->failed)
        pipeline->fault = *fault;
    ++*counter;
    pthread_mutex_unlock(&pipeline->mutex);
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
    counters->damaged += reading->damaged ? 1 : 0;
    counters->with_codes += pipeline->codes->count > 0 ? 1 : 0;
    add_time(&counters->luma_us, &counters->luma_worst_us, reading->luma_us);
    add_time(&counters->read_us, &counters->read_worst_us, reading->read_us);
    pthread_mutex_unlock(&pipeline->mutex);
}

static void tell_openness(struct pipeline *pipeline)
{
    struct fault fault;
    if (!pipeline->settings.eye || pipeline->openness_told ||
        eye_is_closed_in(&pipeline->eye, &fault))
        return;
    pipeline->openness_told = true;
    emit_fault(pipeline, PIPELINE_READER, &fault);
}

// Nothing can be read any more: the source is let go, and its end tells why.
static void give_up(struct pipeline *pipeline, const struct fault *fault)
{
    pthread_mutex_lock(&pipeline->mutex);
    fail_locked(pipeline, fault);
    pthread_cond_broadcast(&pipeline->changed);
    pthread_mutex_unlock(&pipeline->mutex);
    pipeline->source->ops->interrupt(pipeline->source);
    mailbox_cancel(&pipeline->decode);
}

// False if nothing came of the frame; pipeline->codes says what was found.
static bool read_frame(struct pipeline *pipeline, struct frame_reading *reading)
{
    struct fault fault = {0};
    const struct frame *frame = &pipeline->reading;
    enum read_effort effort = frame->still                ? READ_STILL
                              : is_patience_due(pipeline) ? READ_PATIENT
                                                          : READ_LIVE;

    switch (look(pipeline, effort, reading, &fault)) {
    case EYE_READ:
        if (!frame->still)
            patience_note(&pipeline->patience, frame->time_us, effort == READ_PATIENT,
                          pipeline->codes->count > 0);
        count_reading(pipeline, reading);
        tell_openness(pipeline);
        return true;
    case EYE_NO_PICTURE:
        note_trouble(pipeline, &pipeline->counters.damaged, &fault);
        return false;
    case EYE_LOST:
        note_trouble(pipeline, &pipeline->counters.lost, &fault);
        emit_fault(pipeline, PIPELINE_READER, &fault);
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
        emit(pipeline, &nothing);
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
                .read_us = monotonic_us(),
            },
    };

    emit(pipeline, &event);
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
        emit_fault(pipeline, failed ? PIPELINE_FAILED : PIPELINE_ENDED, failed ? &fault : NULL);
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
    bool same = pipeline->source->live && pipeline->codes->count == 0 &&
                is_equal(&pipeline->reading.pixels, &pipeline->before.pixels);
    pipeline->repeats = same ? pipeline->repeats + 1 : 0;
    if (pipeline->repeats <= REPEATS_READ || is_patience_due(pipeline))
        return false;

    pipeline->repeats = REPEATS_READ;
    pthread_mutex_lock(&pipeline->mutex);
    pipeline->counters.skipped++;
    pthread_mutex_unlock(&pipeline->mutex);
    return true;
}

static void *decode(void *argument)
{
    struct pipeline *pipeline = argument;
    struct frame_reading reading = {0};

    while (mailbox_take(&pipeline->decode, &pipeline->reading)) {
        if (!may_go_on(pipeline)) {
            skip_paused(pipeline);
            pipeline->repeats = 0;
            patience_reset(&pipeline->patience);
        } else if ((is_spent(pipeline) || read_frame(pipeline, &reading)) &&
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

// ---- outside ----

static bool condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0)
        return false;
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    bool made = pthread_cond_init(condition, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
    return made;
}

static bool sync_init(struct pipeline *pipeline)
{
    if (pthread_mutex_init(&pipeline->mutex, NULL) != 0)
        return false;
    if (condition_init(&pipeline->changed))
        return true;
    pthread_mutex_destroy(&pipeline->mutex);
    return false;
}

static bool reader_init(struct pipeline *pipeline, struct fault *fault)
{
    const struct known_codes *known = pipeline->settings.known;
    return pipeline->settings.eye
               ? eye_init(&pipeline->eye, &(struct eye_settings){.known = known}, fault)
               : frame_reader_init(&pipeline->reader, known, fault);
}

static void reader_destroy(struct pipeline *pipeline)
{
    if (pipeline->settings.eye)
        eye_destroy(&pipeline->eye);
    else
        frame_reader_destroy(&pipeline->reader);
}

bool pipeline_init(struct pipeline *pipeline, struct source *source,
                   const struct pipeline_settings *settings, struct fault *fault)
{
    *pipeline = (struct pipeline){.settings = *settings, .source = source};
    if (!reader_init(pipeline, fault))
        return false;
    if (!sync_init(pipeline))
        goto error_reader;
    if (!mailbox_init(&pipeline->preview))
        goto error_sync;
    if (!mailbox_init(&pipeline->decode))
        goto error_preview;
    pipeline->codes = calloc(1, sizeof(*pipeline->codes));
    if (!pipeline->codes)
        goto error_decode;
    return true;

error_decode:
    mailbox_destroy(&pipeline->decode);
error_preview:
    mailbox_destroy(&pipeline->preview);
error_sync:
    pthread_cond_destroy(&pipeline->changed);
    pthread_mutex_destroy(&pipeline->mutex);
error_reader:
    reader_destroy(pipeline);
    return fault_set(fault, FAILURE_MEMORY, "the pipeline");
}

bool pipeline_start(struct pipeline *pipeline, struct fault *fault)
{
    // It gets ready while the source is opened. If it cannot, the first frame tells.
    if (pipeline->settings.eye)
        eye_start(&pipeline->eye, NULL);

    // Signals are the main thread's.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);

    bool started = pthread_create(&pipeline->decode_thread, NULL, decode, pipeline) == 0;
    if (started && pthread_create(&pipeline->capture_thread, NULL, capture, pipeline) != 0) {
        pipeline_stop(pipeline);
        pthread_join(pipeline->decode_thread, NULL);
        started = false;
    }

    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!started)
        return fault_set(fault, FAILURE_MEMORY, "a thread of the pipeline");

    pthread_setname_np(pipeline->decode_thread, "decode");
    pthread_setname_np(pipeline->capture_thread, "capture");
    return true;
}

void pipeline_stop(struct pipeline *pipeline)
{
    pthread_mutex_lock(&pipeline->mutex);
    pipeline->stopped = true;
    pthread_cond_broadcast(&pipeline->changed);
    pthread_mutex_unlock(&pipeline->mutex);
    pipeline->source->ops->interrupt(pipeline->source);
    mailbox_cancel(&pipeline->decode);
    mailbox_cancel(&pipeline->preview);
    if (pipeline->settings.eye)
        eye_interrupt(&pipeline->eye);
}

void pipeline_join(struct pipeline *pipeline)
{
    pthread_join(pipeline->capture_thread, NULL);
    pthread_join(pipeline->decode_thread, NULL);
}

void pipeline_destroy(struct pipeline *pipeline)
{
    frame_destroy(&pipeline->captured);
    frame_destroy(&pipeline->copy);
    frame_destroy(&pipeline->preview_copy);
    frame_destroy(&pipeline->reading);
    frame_destroy(&pipeline->before);
    free(pipeline->codes);
    reader_destroy(pipeline);
    mailbox_destroy(&pipeline->decode);
    mailbox_destroy(&pipeline->preview);
    pthread_cond_destroy(&pipeline->changed);
    pthread_mutex_destroy(&pipeline->mutex);
}

void pipeline_pause(struct pipeline *pipeline)
{
    pthread_mutex_lock(&pipeline->mutex);
    pipeline->paused = true;
    pthread_mutex_unlock(&pipeline->mutex);
}

void pipeline_resume(struct pipeline *pipeline)
{
    pthread_mutex_lock(&pipeline->mutex);
    pipeline->paused = false;
    pthread_cond_broadcast(&pipeline->changed);
    pthread_mutex_unlock(&pipeline->mutex);
}

bool pipeline_take_preview(struct pipeline *pipeline, struct frame *frame)
{
    return mailbox_try_take(&pipeline->preview, frame);
}

void pipeline_counters_get(struct pipeline *pipeline, struct pipeline_counters *out)
{
    uint64_t replaced = mailbox_replaced(&pipeline->decode);
    pthread_mutex_lock(&pipeline->mutex);
    *out = pipeline->counters;
    pthread_mutex_unlock(&pipeline->mutex);
    out->skipped += replaced;
}
