// SPDX-License-Identifier: MIT
#include "scanner/recorder.h"

#include "base/clock.h"
#include "scanner/camera/camera_use.h"
#include "scanner/eye/eye_converter.h"
#include "scanner/eye/eye_losses.h"
#include "scanner/frames/record.h"

struct recorder {
    struct source *source;
    bool open;
    struct eye_losses losses;
    struct eye_converter converter;
    struct frame frame, converted;
    struct recording recording;
    bool fruitless; // nothing came of a frame, and the fault says why
    recorder_tell *tell;
    void *userdata;                   // of `tell`
    bool source_told, converter_told; // that it lacks walls
};

static void tell_once(const struct recorder *recorder, bool *told, const struct fault *fault)
{
    if (!*told && recorder->tell)
        recorder->tell(recorder->userdata, fault);
    *told = true;
}

// Frames a second, as the camera promised.
static unsigned rate_of(const struct source *source)
{
    struct camera_in_use in_use = {.fps = 0};
    if (source_is_camera(source))
        camera_source_in_use(source, &in_use);
    return in_use.fps;
}

static void close_source(struct recorder *recorder)
{
    recorder->source->ops->close(recorder->source);
    recorder->open = false;
}

// Opens it, again where its process is lost.
static bool open_source(struct recorder *recorder, struct fault *fault)
{
    struct source *source = recorder->source;
    struct fault open;
    do {
        recorder->open = source->ops->open(source, fault);
        if (!source_has_all_walls(source, &open))
            tell_once(recorder, &recorder->source_told, &open);
        if (recorder->open)
            return true;
        close_source(recorder);
    } while (eye_losses_count(&recorder->losses, source, fault) &&
             eye_losses_allow(&recorder->losses));
    return false;
}

static enum source_step next_frame(struct recorder *recorder, struct fault *fault)
{
    struct source *source = recorder->source;
    for (;;) {
        enum source_step step = source->ops->next(source, &recorder->frame, fault);
        if (step == SOURCE_FRAME)
            eye_losses_over(&recorder->losses);
        if (step != SOURCE_FAILED || !eye_losses_count(&recorder->losses, source, fault) ||
            !eye_losses_allow(&recorder->losses))
            return step;

        close_source(recorder);
        if (!open_source(recorder, fault))
            return fault->failure == FAILURE_INTERRUPTED ? SOURCE_INTERRUPTED : SOURCE_FAILED;
    }
}

// What can be written of the frame: it as it is, but for what no recording has a form for. NULL
// with `ok` where nothing comes of this one: a camera's first frames are often damaged.
static const struct frame *writable(struct recorder *recorder, bool *ok, struct fault *fault)
{
    *ok = true;
    if (recorder->frame.pixels.format != PIXEL_V4L2)
        return &recorder->frame;

    struct fault open;
    enum eye_outcome outcome = eye_converter_convert(&recorder->converter, &recorder->frame,
                                                     &recorder->converted, fault);
    if (!eye_converter_has_all_walls(&recorder->converter, &open))
        tell_once(recorder, &recorder->converter_told, &open);
    switch (outcome) {
    case EYE_READ:
        return &recorder->converted;
    case EYE_NO_PICTURE:
    case EYE_LOST:
        recorder->fruitless = true;
        return NULL;
    case EYE_INTERRUPTED:
    case EYE_UNAVAILABLE:
        break;
    }
    *ok = false;
    return NULL;
}

static bool write_frame(struct recorder *recorder, struct fault *fault)
{
    bool ok;
    const struct frame *written = writable(recorder, &ok, fault);
    return written
               ? recording_add(&recorder->recording, written, rate_of(recorder->source), fault)
               : ok;
}

// Frames of an open source, until its end or that of the time.
static bool copy_frames(struct recorder *recorder, unsigned seconds, struct fault *fault)
{
    int64_t end_us = 0;

    for (;;) {
        enum source_step step = next_frame(recorder, fault);
        if (step == SOURCE_END || step == SOURCE_INTERRUPTED)
            break;
        if (step == SOURCE_FAILED || !write_frame(recorder, fault))
            return false;

        int64_t now_us = clock_us(CLOCK_MONOTONIC);
        if (end_us == 0)
            end_us = now_us + seconds * INT64_C(1000000);
        if (recorder->source->live && now_us >= end_us)
            break;
    }
    return recorder->recording.frames > 0 || !recorder->fruitless;
}

// Into the file `path`, from an open source.
static bool copy_all(struct recorder *recorder, const char *path, unsigned seconds,
                     uint64_t *frames, struct fault *fault)
{
    if (!recording_create(&recorder->recording, path, fault))
        return false;

    bool copied = copy_frames(recorder, seconds, fault);
    uint64_t written = recorder->recording.frames;
    bool closed = recording_close(&recorder->recording, copied ? fault : NULL);
    if (copied && closed)
        *frames = written;
    return copied && closed;
}

bool recorder_record(struct source *source, const char *path, unsigned seconds,
                     recorder_tell *tell, void *userdata, uint64_t *frames, struct fault *fault)
{
    struct recorder recorder = {.source = source, .tell = tell, .userdata = userdata};
    if (!eye_converter_init(&recorder.converter, fault))
        return false;
    frame_init(&recorder.frame);
    frame_init(&recorder.converted);

    bool recorded =
        open_source(&recorder, fault) && copy_all(&recorder, path, seconds, frames, fault);
    if (recorder.open)
        close_source(&recorder);

    frame_destroy(&recorder.converted);
    frame_destroy(&recorder.frame);
    eye_converter_destroy(&recorder.converter);
    return recorded;
}
