// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_CAMERA_TORCH_H
#define QRCONFIRM_SCANNER_CAMERA_TORCH_H

// The light beside a phone's camera: a LED of the kernel's LED class whose name says flash or
// torch, else a flash control (V4L2_CID_FLASH_LED_MODE) of a video node or sub-device. It is
// independent of the stream and may be switched by any one thread.

#include "scanner/camera/camera_io.h"

#include "base/failure.h"

#define TORCH_PATH_MAX 320u // bytes, with its end

enum torch_kind { TORCH_NONE, TORCH_LED, TORCH_FLASH };

struct torch {
    enum torch_kind kind;
    char path[TORCH_PATH_MAX]; // the LED's folder, or the node
    unsigned brightest;        // of the LED
};

// Looks for a light. `leds` is "/sys/class/leds", `devices` is "/dev".
void torch_find(struct torch *torch, const struct camera_io *io, const char *leds,
                const char *devices);

// Fails with CAMERA_TORCH: no light, or no right to switch it.
bool torch_set(const struct torch *torch, const struct camera_io *io, bool on,
               struct fault *fault);

#endif
