// SPDX-License-Identifier: MIT
#include "tests/unit/scanner/pipeline_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

atomic_size_t rig_allocations;

static void note(void *userdata, const struct pipeline_event *event)
{
    struct log *log = userdata;
    struct noted noted = {.kind = event->kind, .allocations = rig_allocations};

    if (event->kind == PIPELINE_CODES) {
        const struct qr_code *code = &event->codes.codes->code[0];
        noted.frame = event->codes.frame;
        memcpy(noted.payload, code->payload, code->size < TEXT_MAX ? code->size : TEXT_MAX - 1);
        if (log->pause_at_codes)
            pipeline_pause(log->pipeline);
        if (log->stop_at_codes)
            pipeline_stop(log->pipeline);
    }

    if (event->kind == PIPELINE_WAITING || event->kind == PIPELINE_READER ||
        event->kind == PIPELINE_FAILED) {
        noted.failure = event->fault.failure;
        memcpy(noted.detail, event->fault.detail, TEXT_MAX - 1);
    }

    pthread_mutex_lock(&log->mutex);
    if (log->count < EVENTS_MAX)
        log->events[log->count++] = noted;
    pthread_cond_broadcast(&log->changed);
    pthread_mutex_unlock(&log->mutex);
}

static size_t count_locked(const struct log *log, enum pipeline_event_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < log->count; i++)
        count += log->events[i].kind == kind;
    return count;
}

size_t count_events(struct log *log, enum pipeline_event_kind kind)
{
    pthread_mutex_lock(&log->mutex);
    size_t count = count_locked(log, kind);
    pthread_mutex_unlock(&log->mutex);
    return count;
}

void await_events(struct log *log, enum pipeline_event_kind kind, size_t count)
{
    pthread_mutex_lock(&log->mutex);
    while (count_locked(log, kind) < count)
        pthread_cond_wait(&log->changed, &log->mutex);
    pthread_mutex_unlock(&log->mutex);
}

static size_t count_lost_locked(const struct log *log)
{
    size_t lost = 0;
    for (size_t i = 0; i < log->count; i++) {
        const struct noted *noted = &log->events[i];
        lost += noted->kind == PIPELINE_READER && noted->failure == FAILURE_READER_LOST;
    }
    return lost;
}

size_t count_lost(struct log *log)
{
    pthread_mutex_lock(&log->mutex);
    size_t lost = count_lost_locked(log);
    pthread_mutex_unlock(&log->mutex);
    return lost;
}

void await_lost(struct log *log, size_t count)
{
    pthread_mutex_lock(&log->mutex);
    while (count_lost_locked(log) < count)
        pthread_cond_wait(&log->changed, &log->mutex);
    pthread_mutex_unlock(&log->mutex);
}

const struct noted *event_of(const struct log *log, enum pipeline_event_kind kind, size_t index)
{
    for (size_t i = 0; i < log->count; i++) {
        if (log->events[i].kind == kind && index-- == 0)
            return &log->events[i];
    }
    fail_msg("event %d is missing", (int)kind);
    return &log->events[0];
}

void assert_codes(const struct log *log, size_t index, uint64_t frame, const char *text)
{
    const struct noted *noted = event_of(log, PIPELINE_CODES, index);
    assert_int_equal(noted->frame, frame);
    assert_string_equal(noted->payload, text);
}

bool rig_try(struct rig *rig, struct source *source, struct pipeline_settings settings,
             struct fault *fault)
{
    memset(rig, 0, sizeof(*rig));
    pthread_mutex_init(&rig->log.mutex, NULL);
    pthread_cond_init(&rig->log.changed, NULL);
    assert_non_null(source);
    rig->source = source;
    rig->log.pipeline = &rig->pipeline;
    settings.on_event = note;
    settings.userdata = &rig->log;
    if (pipeline_init(&rig->pipeline, source, &settings, fault))
        return true;
    pthread_cond_destroy(&rig->log.changed);
    pthread_mutex_destroy(&rig->log.mutex);
    return false;
}

void rig_init(struct rig *rig, struct source *source, struct pipeline_settings settings)
{
    assert_true(rig_try(rig, source, settings, NULL));
}

void rig_start(struct rig *rig)
{
    assert_true(pipeline_start(&rig->pipeline, NULL));
}

const struct noted *rig_await_end(struct rig *rig)
{
    struct log *log = &rig->log;
    pthread_mutex_lock(&log->mutex);
    while (count_locked(log, PIPELINE_ENDED) + count_locked(log, PIPELINE_FAILED) == 0)
        pthread_cond_wait(&log->changed, &log->mutex);
    pthread_mutex_unlock(&log->mutex);

    pipeline_join(&rig->pipeline);
    return &log->events[log->count - 1];
}

void rig_finish(struct rig *rig, enum pipeline_event_kind end)
{
    await_events(&rig->log, end, 1);
    pipeline_join(&rig->pipeline);
    assert_int_equal(rig->log.events[rig->log.count - 1].kind, end);
    assert_int_equal(
        count_events(&rig->log, PIPELINE_ENDED) + count_events(&rig->log, PIPELINE_FAILED), 1);
}

void rig_stop(struct rig *rig)
{
    pipeline_stop(&rig->pipeline);
    pipeline_join(&rig->pipeline);
}

void rig_destroy(struct rig *rig)
{
    pipeline_destroy(&rig->pipeline);
    rig->source->ops->destroy(rig->source);
    pthread_cond_destroy(&rig->log.changed);
    pthread_mutex_destroy(&rig->log.mutex);
}

struct pipeline_counters counters_of(struct rig *rig)
{
    struct pipeline_counters counters;
    pipeline_counters_get(&rig->pipeline, &counters);
    return counters;
}
