// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_STREAM_H
#define QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_STREAM_H

// The frames of one PipeWire camera. Each is copied as soon as its buffer comes: some cameras
// write into a buffer again before it is given back.
//
// Nothing here blocks. Frames come while pipewire_remote_run runs, on its thread; the format
// may change from one to the next.

#include "scanner/camera/camera_pixels.h"
#include "scanner/frames/frame.h"
#include "scanner/pipewire/pipewire_remote.h"

struct pipewire_stream {
    struct pipewire_remote *remote;
    struct pw_stream *stream; // NULL: closed
    struct spa_hook listener;
    uint32_t camera; // its number in the registry
    struct frame_view view;
    struct pw_proxy *link;       // our own; NULL: the session manager's, or none yet
    int64_t opened_ms;           // CLOCK_MONOTONIC
    bool ready;                  // it has a port, and may be linked
    bool agreed;                 // on a format: `device` and `pixels` are of it
    struct camera_device device; // only what of it describes pictures
    struct camera_pixels pixels;

    struct frame latest; // owns its pixels; waits to be taken while `fresh`
    bool fresh;
    bool counted; // `sequence` is a frame's
    uint64_t sequence;
    uint64_t dropped, damaged; // frames, since it was opened
    bool failed;               // no more frames will come: `fault` says why
    struct fault fault;
};

void pipewire_stream_init(struct pipewire_stream *stream);

// Asks for the camera's frames. Fails with CAMERA_REFUSED, MEMORY.
bool pipewire_stream_open(struct pipewire_stream *stream, struct pipewire_remote *remote,
                          const struct pipewire_camera *camera, struct fault *fault);
void pipewire_stream_close(struct pipewire_stream *stream);
void pipewire_stream_destroy(struct pipewire_stream *stream); // closes it too

// To be called after each run of the remote: links the stream where nobody else does, and finds
// out whether the daemon refused it.
void pipewire_stream_tend(struct pipewire_stream *stream);

#endif
