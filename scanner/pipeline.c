// SPDX-License-Identifier: MIT
#include "scanner/pipeline.h"

#include <signal.h>
#include <stdlib.h>

#include "scanner/pipeline_capture.h"
#include "scanner/pipeline_decode.h"

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
    if (!pipeline->settings.eye)
        return frame_reader_init(&pipeline->reader, known, fault);
    if (!eye_init(&pipeline->eye, &(struct eye_settings){.known = known}, fault))
        return false;
    if (eye_converter_init(&pipeline->converter, fault))
        return true;
    eye_destroy(&pipeline->eye);
    return false;
}

static void reader_destroy(struct pipeline *pipeline)
{
    if (!pipeline->settings.eye) {
        frame_reader_destroy(&pipeline->reader);
        return;
    }
    eye_converter_destroy(&pipeline->converter);
    eye_destroy(&pipeline->eye);
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

    bool started =
        pthread_create(&pipeline->decode_thread, NULL, pipeline_decode, pipeline) == 0;
    if (started &&
        pthread_create(&pipeline->capture_thread, NULL, pipeline_capture, pipeline) != 0) {
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
    if (pipeline->settings.eye) {
        eye_converter_interrupt(&pipeline->converter);
        eye_interrupt(&pipeline->eye);
    }
}

void pipeline_join(struct pipeline *pipeline)
{
    pthread_join(pipeline->capture_thread, NULL);
    pthread_join(pipeline->decode_thread, NULL);
}

void pipeline_destroy(struct pipeline *pipeline)
{
    frame_destroy(&pipeline->captured);
    frame_destroy(&pipeline->converted);
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

void pipeline_preview_on(struct pipeline *pipeline, struct panel panel)
{
    pthread_mutex_lock(&pipeline->mutex);
    pipeline->panel = panel;
    pthread_mutex_unlock(&pipeline->mutex);
}

bool pipeline_take_preview(struct pipeline *pipeline, struct frame *frame)
{
    return mailbox_try_take(&pipeline->preview, frame);
}
