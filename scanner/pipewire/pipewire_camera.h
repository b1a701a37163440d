// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_CAMERA_H
#define QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_CAMERA_H

// A camera that PipeWire's registry lists, and what its node tells of itself: where it looks,
// how it is mounted, its formats, and what it offers that codes are read better by. Answers
// come on the thread that runs the connection (pipewire_remote.h).

#include <spa/utils/hook.h>

#include "scanner/camera/camera_control.h"
#include "scanner/pipewire/pipewire_controls.h"
#include "scanner/pipewire/pipewire_modes.h"

#define PIPEWIRE_TEXT_MAX 128u

struct pipewire_remote;

struct pipewire_camera {
    struct pipewire_remote *remote;
    uint32_t id; // of the registry; SPA_ID_INVALID: this place is free
    uint32_t port;
    char serial[24]; // what a stream is aimed at
    // The node's name, which the session manager makes of the device's place and keeps across
    // reboots, with "#2" for the second node of that name.
    char name[PIPEWIRE_TEXT_MAX];
    char description[PIPEWIRE_TEXT_MAX];
    char path[PIPEWIRE_TEXT_MAX];      // object.path
    char video[PIPEWIRE_TEXT_MAX];     // api.v4l2.path: the video node behind it
    char libcamera[PIPEWIRE_TEXT_MAX]; // api.libcamera.path: its id there
    enum camera_facing facing;
    struct frame_view view;
    struct pipewire_modes modes;
    struct camera_tuning tuning; // since pipewire_camera_tune
    struct pw_proxy *node;
    struct spa_hook listener;
};

// Hears what the node tells, and asks for its formats. `node` is bound already.
void pipewire_camera_listen(struct pipewire_camera *camera);

// Asks it for what it offers, and for what of that is wanted; `tuning` is filled in as its
// answers come.
void pipewire_camera_tune(struct pipewire_camera *camera);

#endif
