// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_CAMERA_CAMERA_USE_H
#define QRCONFIRM_SCANNER_CAMERA_CAMERA_USE_H

// What a screen asks of a source that is a camera, whichever way its pictures come. Any thread
// may call these.

#include "scanner/camera/camera_control.h"
#include "scanner/frames/source.h"

struct camera_in_use {
    char id[CAMERA_ALIAS_MAX]; // "": none was opened yet
    char name[32];             // as the driver says; printable ASCII
    enum camera_facing facing;
    size_t others; // usable cameras besides it: 0, there is nothing to switch to. Kept up to
                   // date while cameras are plugged in and out
    unsigned fps;  // the most that its mode gives; 0: it does not say
    bool coded;    // it is known, before a frame came, that a library has to decode them
};

static inline bool source_is_camera(const struct source *source)
{
    return source->ops->in_use != NULL;
}

static inline void camera_source_in_use(const struct source *source, struct camera_in_use *out)
{
    source->ops->in_use(source, out);
}

// Changes over to the next usable camera (NULL), or to the one that `id` names ("front",
// "back", an id), at the next frame; the source stays open and its frames change their size.
// Before the source is opened it tells which camera to begin with. If there is no such camera,
// or it cannot be used now, all stays as it is. From then on the id that the source was made
// with is forgotten: if the camera goes, any other takes over.
static inline void camera_source_switch(struct source *source, const char *id)
{
    source->ops->switch_to(source, id);
}

#endif
