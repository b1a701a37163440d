// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_LIST_H
#define QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_LIST_H

// The cameras that PipeWire has now. That one is listed does not say that it shows pictures.

#include "scanner/camera/camera_control.h"
#include "scanner/pipewire/pipewire_modes.h"

#define PIPEWIRE_LIST_MAX    32u
#define PIPEWIRE_LIST_ID_MAX 128u // bytes of a name, with its end

struct pipewire_entry {
    char id[PIPEWIRE_LIST_ID_MAX];        // what stands after "pipewire:"
    char name[PIPEWIRE_LIST_ID_MAX];      // for people
    char video[PIPEWIRE_LIST_ID_MAX];     // the video node behind it; "": none
    char libcamera[PIPEWIRE_LIST_ID_MAX]; // libcamera's id of it; "": none
    enum camera_facing facing;
    struct frame_view view;
    struct pipewire_modes modes;
};

struct pipewire_list {
    size_t count;
    struct pipewire_entry entry[PIPEWIRE_LIST_MAX];
    size_t chosen; // the one that "pipewire" uses; `count` if there is none
    bool managed;  // a session manager links streams; without one the program does
};

// Fails as pipewire_remote_connect does; the list is empty then. In a sandbox a question of the
// portal is waited for, half a minute at most, and no longer than until `wake` becomes readable
// (-1: none).
bool pipewire_list_read(struct pipewire_list *list, int wake, struct fault *fault);

// The entry of an id, of "front" or "back", or of a video node; NULL: there is none.
const struct pipewire_entry *pipewire_list_find(const struct pipewire_list *list,
                                                const char *id);

// The entry that stands for the same camera as a video node, through V4L2 or through libcamera;
// NULL: PipeWire does not have it. `place`: of the node, see usb_place.h; "": none.
const struct pipewire_entry *pipewire_list_of_video(const struct pipewire_list *list,
                                                    const char *path, const char *place);

#endif
