// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_CAMERA_CONTROL_H
#define QRCONFIRM_SCANNER_CAMERA_CONTROL_H

// What a camera's controls are set to for reading codes, and what they tell of the camera.
// Method: "Camera Control Reference" of the V4L2 API.

#include "scanner/camera_device.h"
#include "scanner/frame.h"

enum camera_facing { CAMERA_FACING_UNKNOWN, CAMERA_FACING_FRONT, CAMERA_FACING_BACK };

// Sharp pictures of a hand-held code: continuous autofocus, automatic exposure that keeps the
// frame rate. A control that the camera lacks is passed by.
void camera_controls_set(const struct camera_device *device);

// Which way the camera looks, as the driver tells it (device tree, ACPI).
enum camera_facing camera_facing_read(const struct camera_device *device);

// How its picture must be turned for a person.
struct frame_view camera_view_read(const struct camera_device *device);

#endif
