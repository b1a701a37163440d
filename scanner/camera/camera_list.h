// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_CAMERA_CAMERA_LIST_H
#define QRCONFIRM_SCANNER_CAMERA_CAMERA_LIST_H

// Every video node of this machine: what it is, whether it can be used now, and why not.

#include "scanner/camera/camera_control.h"

struct camera_entry {
    char path[CAMERA_PATH_MAX]; // "/dev/video0"; may be another one after a replug
    // Stays the same across replugs and reboots: udev's name under /dev/v4l/by-id, else the
    // bus address ("usb-0000:00:14.0-1", "platform:vivid-000"), with "#2" for its second node.
    char id[CAMERA_ALIAS_MAX];
    char name[32], driver[16], bus[32]; // as the driver says; printable ASCII
    struct fault verdict;               // FAILURE_NONE: it can be used
    enum camera_facing facing;
    struct frame_view view;
    bool gray_only, multiplanar;
    struct camera_mode mode; // what it would be asked for, where the verdict lets it be known
};

struct camera_list {
    size_t count;
    struct camera_entry entry[CAMERA_NODES_MAX];
    size_t chosen; // the one that "camera" uses; `count` if none can be used
};

// Looks at every node. A node that another program streams from is told to be busy. Nodes that
// need a media pipeline are started for a moment, which is the only way to know.
void camera_list_read(struct camera_list *list, struct camera_system system);

// Finds the entry that `id` names: an id, a bus address (of its nodes a usable one), a path,
// "front" or "back". NULL if there is none.
const struct camera_entry *camera_list_find(const struct camera_list *list, const char *id);

// The usable camera after the one called `id`, for the screen's switch; NULL if there is no
// other.
const struct camera_entry *camera_list_next(const struct camera_list *list, const char *id);

const char *camera_facing_name(enum camera_facing facing); // "front", "back", "unknown"

#endif
