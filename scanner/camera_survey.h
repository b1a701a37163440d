// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_CAMERA_SURVEY_H
#define QRCONFIRM_SCANNER_CAMERA_SURVEY_H

// The cameras of the kernel and those of PipeWire in one list. One that both have stands in it
// once, as the kernel's.

#include "scanner/camera/camera_list.h"
#include "scanner/pipewire/pipewire_list.h"

// What the program uses if it may choose, and the way to it.
enum camera_way { CAMERA_WAY_NONE, CAMERA_WAY_KERNEL, CAMERA_WAY_PIPEWIRE };

struct camera_find {
    const struct camera_entry *kernels;     // NULL: PipeWire's alone
    const struct pipewire_entry *pipewires; // NULL: the kernel's alone
    enum camera_way used;
};

struct camera_survey {
    struct camera_list kernels;
    struct pipewire_list pipewires;
    struct fault pipewire_fault; // why PipeWire has none
    size_t count;
    struct camera_find find[CAMERA_NODES_MAX + PIPEWIRE_LIST_MAX];
};

// Looks at all of them (camera_list_read, pipewire_list_read); `wake` ends the wait for
// PipeWire when it becomes readable, -1: none. True if one can be used. What is found points
// into `survey`, which is too large for a stack.
bool camera_survey_read(struct camera_survey *survey, int wake);

#endif
