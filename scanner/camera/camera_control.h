// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_CAMERA_CAMERA_CONTROL_H
#define QRCONFIRM_SCANNER_CAMERA_CAMERA_CONTROL_H

// What a camera's controls are set to for reading codes, and what they tell of the camera.
// Method: "Camera Control Reference" of the V4L2 API.

#include "scanner/camera/camera_device.h"
#include "scanner/camera/camera_tuning.h"
#include "scanner/frames/frame.h"

enum camera_facing { CAMERA_FACING_UNKNOWN, CAMERA_FACING_FRONT, CAMERA_FACING_BACK };

// Sharp pictures of a hand-held code: continuous autofocus, automatic exposure that keeps the
// frame rate. A control that the camera lacks is skipped. Returns what became of it.
struct camera_tuning camera_controls_set(const struct camera_device *device);

// How the camera is built in, as the driver tells it (from the device tree or ACPI): which way
// it looks, and how its picture must be turned for a person.
struct camera_mounting {
    enum camera_facing facing;
    struct frame_view view;
};

#define CAMERA_NOT_SAID (-1)

// Asks the sensor of a video node, where it has one of its own, for V4L2_CID_CAMERA_ORIENTATION
// and V4L2_CID_CAMERA_SENSOR_ROTATION, each if it is CAMERA_NOT_SAID; see camera_sensor.h.
void camera_sensor_ask(const struct camera_io *io, const char *path, int32_t *orientation,
                       int32_t *rotation);

// What the node does not say is asked of its sensor, see camera_sensor.h.
struct camera_mounting camera_mounting_read(const struct camera_device *device);

#endif
