// SPDX-License-Identifier: MIT
#include "ui/commands/command_record.h"

#include <jansson.h>
#include <time.h>

#include "console/signals.h"
#include "scanner/camera/camera.h"
#include "scanner/eye/eye_converter.h"
#include "scanner/frames/record.h"
#include "scanner/source_spec.h"
#include "ui/terminal/terminal.h"
#include "ui/text/language.h"

struct copier {
    struct recording *recording;
    struct eye_converter converter;
    struct frame converted;
    bool fruitless; // nothing came of a frame, and the fault says why
};

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static void on_signal(void *userdata)
{
    struct source *source = userdata;
    source->ops->interrupt(source);
}

// Frames a second, as the camera promised.
static unsigned rate_of(const struct source *source)
{
    struct camera_in_use in_use = {.fps = 0};
    if (source_is_camera(source))
        camera_source_in_use(source, &in_use);
    return in_use.fps;
}

// What can be written of a frame: it as it is, but for what no recording has a form for. NULL
// with `ok` where nothing comes of this one: a camera's first frames are often damaged.
static const struct frame *writable(struct copier *copier, const struct frame *frame, bool *ok,
                                    struct fault *fault)
{
    *ok = true;
    if (frame->pixels.format != PIXEL_V4L2)
        return frame;
    switch (eye_converter_convert(&copier->converter, frame, &copier->converted, fault)) {
    case EYE_READ:
        return &copier->converted;
    case EYE_NO_PICTURE:
    case EYE_LOST:
        copier->fruitless = true;
        return NULL;
    case EYE_INTERRUPTED:
    case EYE_UNAVAILABLE:
        break;
    }
    *ok = false;
    return NULL;
}

static bool copy_frame(struct copier *copier, const struct frame *frame, unsigned fps,
                       struct fault *fault)
{
    bool ok;
    const struct frame *written = writable(copier, frame, &ok, fault);
    return written ? recording_add(copier->recording, written, fps, fault) : ok;
}

static bool copy_frames(struct source *source, struct copier *copier, unsigned seconds,
                        struct fault *fault)
{
    struct frame frame;
    frame_init(&frame);
    int64_t end_us = 0;
    bool good = true;

    while (good && !signals_came()) {
        enum source_step step = source->ops->next(source, &frame, fault);
        if (step == SOURCE_END || step == SOURCE_INTERRUPTED)
            break;
        good = step == SOURCE_FRAME && copy_frame(copier, &frame, rate_of(source), fault);
        if (end_us == 0)
            end_us = now_us() + seconds * INT64_C(1000000);
        if (source->live && now_us() >= end_us)
            break;
    }

    frame_destroy(&frame);
    return good;
}

static bool copy_all(struct source *source, struct recording *recording, unsigned seconds,
                     struct fault *fault)
{
    struct copier copier = {.recording = recording};
    if (!eye_converter_init(&copier.converter, fault))
        return false;
    frame_init(&copier.converted);
    bool copied = copy_frames(source, &copier, seconds, fault) &&
                  (recording->frames > 0 || !copier.fruitless);
    frame_destroy(&copier.converted);
    eye_converter_destroy(&copier.converter);
    return copied;
}

static bool record(const struct options *options, struct source *source, uint64_t *frames,
                   struct fault *fault)
{
    struct recording recording;
    if (!recording_create(&recording, options->files[0], fault))
        return false;
    bool copied = copy_all(source, &recording, options->record_s, fault);
    *frames = recording.frames;
    return recording_close(&recording, copied ? fault : NULL) && copied;
}

// A signal wakes a source that waits for its camera or its pipe.
static bool open_and_record(const struct options *options, struct source *source,
                            uint64_t *frames, struct fault *fault)
{
    struct signals_watch watch;
    bool recorded = false;
    if (!signals_watch_start(&watch, on_signal, source, fault))
        return false;
    if (source->ops->open(source, fault)) {
        recorded = record(options, source, frames, fault);
        source->ops->close(source);
    }
    signals_watch_stop(&watch);
    return recorded;
}

static void tell(const struct options *options, uint64_t frames)
{
    if (options->face == FACE_JSON) {
        json_t *object = json_pack("{s:s, s:s, s:I}", "event", "recorded", "file",
                                   options->files[0], "frames", (json_int_t)frames);
        json_dumpf(object, stdout, JSON_COMPACT);
        json_decref(object);
        putchar('\n');
    } else {
        printf(ngettext("%llu frame is in %s.\n", "%llu frames are in %s.\n",
                        (unsigned long)frames),
               (unsigned long long)frames, options->files[0]);
    }
}

enum exit_code command_record(const struct options *options)
{
    struct fault fault = {0};
    struct source *source =
        source_apart_from_spec(options->source ? options->source : "camera", &fault);
    if (!source)
        return terminal_tell_fault(options, &fault);
    uint64_t frames = 0;
    bool recorded = open_and_record(options, source, &frames, &fault);
    source->ops->destroy(source);
    if (!recorded)
        return terminal_tell_fault(options, &fault);
    tell(options, frames);
    return signals_came() ? EXIT_CODE_INTERRUPTED : EXIT_CODE_OK;
}
