// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_PIPEWIRE_CONTROLS_H
#define QRCONFIRM_SCANNER_PIPEWIRE_CONTROLS_H

// What a camera's node offers to be set (SPA_PARAM_PropInfo), and what it is asked for
// (SPA_PARAM_Props): continuous autofocus, automatic exposure, and no lower frame rate in the
// dark. libcamera's controls are known by their names, as their numbers differ between its
// versions; those of V4L2 by the kernel's numbers. Pure; the node's word is not trusted.

#include <spa/pod/builder.h>
#include <spa/pod/pod.h>

#include "scanner/camera/camera_tuning.h"

#define PIPEWIRE_CONTROLS_MAX  64u  // looked at
#define PIPEWIRE_CONTROLS_ROOM 128u // bytes that a wish takes

// What to ask the node for, as it offers this one. NULL: nothing, which `tuning` is told of.
const struct spa_pod *pipewire_controls_wish(struct spa_pod_builder *builder,
                                             const struct spa_pod *offer,
                                             struct camera_tuning *tuning);

#endif
