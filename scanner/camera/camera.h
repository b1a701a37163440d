// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_CAMERA_CAMERA_H
#define QRCONFIRM_SCANNER_CAMERA_CAMERA_H

// A live camera as a source. It never ends. It fails with a named fault (unplugged, silent,
// busy, ...) and may then be closed, awaited and opened again, any number of times.
//
// Frames that the driver marks as damaged, and short ones, are skipped and counted; only when
// nothing else comes does the source fail.

#include "scanner/camera/camera_list.h"
#include "scanner/camera/camera_use.h"

#define CAMERA_FIRST_FRAME_US INT64_C(4000000) // patience after the start: some warm up slowly
#define CAMERA_NEXT_FRAME_US  INT64_C(2000000) // and between frames
#define CAMERA_DAMAGED_US     INT64_C(3000000) // with nothing but damaged frames

// What a camera did since it was made, over all openings.
struct camera_counts {
    uint64_t frames;             // handed on
    uint64_t dropped;            // gaps in the driver's numbers
    uint64_t damaged;            // skipped
    uint64_t opened;             // times it was opened
    struct camera_tuning tuning; // of the camera in use, or the last one
};

// `id`: as in camera_list_find, or NULL for the best camera there is. NULL if memory is short.
struct source *camera_source_new(struct camera_system system, const char *id,
                                 struct fault *fault);

// The same in a process of one thread, where wishes come over `wake`: see
// camera_wishes_init_lent.
struct source *camera_source_new_woken(struct camera_system system, const char *id, int wake,
                                       struct fault *fault);

// Whether any camera may be used: no id was asked for, or a switch has made it forgotten.
bool camera_source_takes_any(const struct source *source);

// What it did so far; to be called by the thread that calls next.
struct camera_counts camera_source_counts(const struct source *source);

// The device in use, or the last one: its id, mode and names, for the log and the screen.
const struct camera_entry *camera_source_entry(const struct source *source);

#endif
