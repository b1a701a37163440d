// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_FRAMES_SOURCE_H
#define QRCONFIRM_SCANNER_FRAMES_SOURCE_H

// Where frames come from: a camera, a recording, a picture, standard input. A source is a trait
// embedded in its implementation; the pipeline knows nothing else.
//
// Threads: open, next, await and close are called by one thread (the capture thread); interrupt
// may be called by any thread, and makes a blocked next return SOURCE_INTERRUPTED, a blocked
// await false. An interrupted source stays so.

#include "base/failure.h"
#include "scanner/frames/frame.h"

enum source_step {
    SOURCE_FRAME, // `out` holds the next frame; pixels that are lent are valid until the next
                  // call
    SOURCE_END,   // a recording or picture is over
    SOURCE_INTERRUPTED,
    SOURCE_FAILED // `fault` says why; a camera may be opened again
};

struct source;
struct camera_in_use;

struct source_ops {
    bool (*open)(struct source *source, struct fault *fault);
    enum source_step (*next)(struct source *source, struct frame *out, struct fault *fault);
    void (*interrupt)(struct source *source);
    // After a failed open or next, and close: waits until another open is worth trying (the
    // device is back, or a short while has passed; waits grow to a second). False: interrupted.
    // NULL where opening again cannot help (recordings, pictures).
    bool (*await)(struct source *source);
    void (*close)(struct source *source);   // after every open, a failed one too
    void (*destroy)(struct source *source); // frees the source itself
    // Of cameras alone, any thread: see camera_use.h. NULL: it is none.
    void (*in_use)(const struct source *source, struct camera_in_use *out);
    void (*switch_to)(struct source *source, const char *id);
    // Of those that a process apart holds: as eye_steps_has_all_walls. NULL: none does.
    bool (*has_all_walls)(const struct source *source, struct fault *fault);
};

struct source {
    const struct source_ops *ops;
    bool live; // frames come whether they are taken or not; a recording waits
};

// Whether the process that holds the source, if one does, is closed in on all sides. If not,
// `fault` says what lacks. To be asked by the thread that opens, also where that failed.
static inline bool source_has_all_walls(const struct source *source, struct fault *fault)
{
    return !source->ops->has_all_walls || source->ops->has_all_walls(source, fault);
}

#endif
