// SPDX-License-Identifier: MIT
#include "scanner/pipeline_state.h"

void pipeline_counters_get(struct pipeline *pipeline, struct pipeline_counters *out)
{
    uint64_t replaced = mailbox_replaced(&pipeline->decode);
    pthread_mutex_lock(&pipeline->mutex);
    *out = pipeline->counters;
    pthread_mutex_unlock(&pipeline->mutex);
    out->skipped += replaced;
}

void pipeline_emit(struct pipeline *pipeline, const struct pipeline_event *event)
{
    pipeline->settings.on_event(pipeline->settings.userdata, event);
}

void pipeline_emit_fault(struct pipeline *pipeline, enum pipeline_event_kind kind,
                         const struct fault *fault)
{
    struct pipeline_event event = {.kind = kind};
    if (fault)
        event.fault = *fault;
    pipeline_emit(pipeline, &event);
}

bool pipeline_is_ending_locked(const struct pipeline *pipeline)
{
    return pipeline->stopped || pipeline->failed;
}

bool pipeline_is_ending(struct pipeline *pipeline)
{
    pthread_mutex_lock(&pipeline->mutex);
    bool ending = pipeline_is_ending_locked(pipeline);
    pthread_mutex_unlock(&pipeline->mutex);
    return ending;
}

void pipeline_fail_locked(struct pipeline *pipeline, const struct fault *fault)
{
    if (!pipeline->failed)
        pipeline->fault = *fault;
    pipeline->failed = true;
}

void pipeline_note_trouble(struct pipeline *pipeline, uint64_t *counter,
                           const struct fault *fault)
{
    pthread_mutex_lock(&pipeline->mutex);
    bool first = pipeline->counters.damaged + pipeline->counters.lost == 0;
    if (first && !pipeline->failed)
        pipeline->fault = *fault;
    ++*counter;
    pthread_mutex_unlock(&pipeline->mutex);
}

bool pipeline_skip_paused(struct pipeline *pipeline)
{
    pthread_mutex_lock(&pipeline->mutex);
    bool skip = pipeline->paused;
    if (skip)
        pipeline->counters.skipped++;
    pthread_mutex_unlock(&pipeline->mutex);
    return skip;
}
