// SPDX-License-Identifier: MIT
#include "scanner/camera_control.h"

static bool get(const struct camera_device *device, uint32_t id, int32_t *out)
{
    struct v4l2_control control = {.id = id};
    if (camera_ioctl(device->io, device->fd, VIDIOC_G_CTRL, &control) < 0)
        return false;
    *out = control.value;
    return true;
}

static void set(const struct camera_device *device, uint32_t id, int32_t value)
{
    struct v4l2_control control = {.id = id, .value = value};
    camera_ioctl(device->io, device->fd, VIDIOC_S_CTRL, &control);
}

void camera_controls_set(const struct camera_device *device)
{
    set(device, V4L2_CID_FOCUS_AUTO, 1);
    // Of the automatic exposures webcams know aperture priority, sensors the full one.
    int32_t exposure = 0;
    if (get(device, V4L2_CID_EXPOSURE_AUTO, &exposure) && exposure == V4L2_EXPOSURE_MANUAL) {
        set(device, V4L2_CID_EXPOSURE_AUTO, V4L2_EXPOSURE_AUTO);
        set(device, V4L2_CID_EXPOSURE_AUTO, V4L2_EXPOSURE_APERTURE_PRIORITY);
    }
    // Off: in the dark a noisy picture is read sooner than a blurred one.
    set(device, V4L2_CID_EXPOSURE_AUTO_PRIORITY, 0);
}

enum camera_facing camera_facing_read(const struct camera_device *device)
{
    int32_t orientation;
    if (!get(device, V4L2_CID_CAMERA_ORIENTATION, &orientation))
        return CAMERA_FACING_UNKNOWN;
    switch (orientation) {
    case V4L2_CAMERA_ORIENTATION_FRONT:
        return CAMERA_FACING_FRONT;
    case V4L2_CAMERA_ORIENTATION_BACK:
        return CAMERA_FACING_BACK;
    default:
        return CAMERA_FACING_UNKNOWN;
    }
}

struct frame_view camera_view_read(const struct camera_device *device)
{
    struct frame_view view = {0};
    int32_t rotation = 0;
    // The control is the turn, counter-clockwise, that undoes how the sensor is mounted.
    if (get(device, V4L2_CID_CAMERA_SENSOR_ROTATION, &rotation) && rotation > 0 &&
        rotation < 360 && rotation % 90 == 0)
        view.rotation = (unsigned)(360 - rotation);
    view.mirrored = camera_facing_read(device) == CAMERA_FACING_FRONT;
    return view;
}
