// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_CAMERA_H
#define QRCONFIRM_SCANNER_CAMERA_H

// A live camera as a source. It never ends. It fails with a named fault (unplugged, silent,
// busy, ...) and may then be closed, awaited and opened again, any number of times.
//
// Frames that the driver marks as damaged, and short ones, are skipped and counted; only when
// nothing else comes does the source fail.

#include "scanner/camera_list.h"
#include "scanner/source.h"

#define CAMERA_FIRST_FRAME_US INT64_C(4000000) // patience after the start: some warm up slowly
#define CAMERA_NEXT_FRAME_US  INT64_C(2000000) // and between frames
#define CAMERA_DAMAGED_US     INT64_C(3000000) // with nothing but damaged frames

// What a camera did since it was made, over all openings.
struct camera_counts {
    uint64_t frames;  // handed on
    uint64_t dropped; // gaps in the driver's numbers
    uint64_t damaged; // skipped
    uint64_t opened;  // times it was opened
};

// `id`: as in camera_list_find, or NULL for the best camera there is. NULL if memory is short.
struct source *camera_source_new(struct camera_system system, const char *id,
                                 struct fault *fault);

// What it did so far; to be called by the thread that calls next.
struct camera_counts camera_source_counts(const struct source *source);

// The device in use, or the last one: its id, mode and names, for the log and the screen.
const struct camera_entry *camera_source_entry(const struct source *source);

// ---- for the screen; any thread may call these ----

struct camera_in_use {
    char id[CAMERA_ALIAS_MAX]; // "": none was opened yet
    char name[32];             // as the driver says; printable ASCII
    enum camera_facing facing;
    size_t others; // usable cameras besides it: 0, there is nothing to switch to. Kept up to
                   // date while cameras are plugged in and out
};

void camera_source_in_use(const struct source *source, struct camera_in_use *out);

// Changes over to the next usable camera (NULL), or to the one that `id` names ("front",
// "back", an id), at the next frame; the source stays open and its frames change their size.
// Before the source is opened it tells which camera to begin with. If there is no such camera,
// or it cannot be used now, all stays as it is. From then on the id that the source was made
// with is forgotten: if the camera goes, any other takes over.
void camera_source_switch(struct source *source, const char *id);

// True if `source` is a camera.
bool source_is_camera(const struct source *source);

#endif
