// SPDX-License-Identifier: MIT
#include "scanner/camera/camera_control.h"

#include <errno.h>

#include "scanner/camera/camera_sensor.h"

static bool get(const struct camera_io *io, int fd, uint32_t id, int32_t *out)
{
    struct v4l2_control control = {.id = id};
    if (camera_ioctl(io, fd, VIDIOC_G_CTRL, &control) < 0)
        return false;
    *out = control.value;
    return true;
}

static bool set(const struct camera_device *device, uint32_t id, int32_t value)
{
    struct v4l2_control control = {.id = id, .value = value};
    return camera_ioctl(device->io, device->fd, VIDIOC_S_CTRL, &control) >= 0;
}

static enum camera_setting set_focus(const struct camera_device *device)
{
    if (set(device, V4L2_CID_FOCUS_AUTO, 1))
        return CAMERA_SETTING_AUTOMATIC;
    // A node without any control knows the call itself not.
    return errno == EINVAL || errno == ENOTTY ? CAMERA_SETTING_NOT_OFFERED
                                              : CAMERA_SETTING_REFUSED;
}

// Of the automatic exposures webcams know aperture priority, sensors the full one.
static enum camera_setting set_exposure(const struct camera_device *device)
{
    int32_t exposure = 0;
    if (!get(device->io, device->fd, V4L2_CID_EXPOSURE_AUTO, &exposure))
        return CAMERA_SETTING_NOT_OFFERED;
    bool automatic = exposure != V4L2_EXPOSURE_MANUAL ||
                     set(device, V4L2_CID_EXPOSURE_AUTO, V4L2_EXPOSURE_AUTO) ||
                     set(device, V4L2_CID_EXPOSURE_AUTO, V4L2_EXPOSURE_APERTURE_PRIORITY);
    return automatic ? CAMERA_SETTING_AUTOMATIC : CAMERA_SETTING_REFUSED;
}

struct camera_tuning camera_controls_set(const struct camera_device *device)
{
    struct camera_tuning tuning = {.focus = set_focus(device),
                                   .exposure = set_exposure(device)};
    // Off: in the dark a noisy picture is read sooner than a blurred one.
    set(device, V4L2_CID_EXPOSURE_AUTO_PRIORITY, 0);
    return tuning;
}

// Orientation and rotation, where they are not known yet.
static void ask(const struct camera_io *io, int fd, int32_t *orientation, int32_t *rotation)
{
    if (*orientation == CAMERA_NOT_SAID)
        get(io, fd, V4L2_CID_CAMERA_ORIENTATION, orientation);
    if (*rotation == CAMERA_NOT_SAID)
        get(io, fd, V4L2_CID_CAMERA_SENSOR_ROTATION, rotation);
}

void camera_sensor_ask(const struct camera_io *io, const char *path, int32_t *orientation,
                       int32_t *rotation)
{
    char sensor[CAMERA_PATH_MAX];
    if (!camera_sensor_find(io, path, sensor))
        return;
    int fd = io->open(io->self, sensor);
    if (fd < 0)
        return;
    ask(io, fd, orientation, rotation);
    io->close(io->self, fd);
}

static void ask_sensor(const struct camera_device *device, int32_t *orientation,
                       int32_t *rotation)
{
    const struct camera_io *io = device->system.kernel;
    if (io->sensor)
        io->sensor(io->self, device->path, orientation, rotation);
    else
        camera_sensor_ask(io, device->path, orientation, rotation);
}

struct camera_mounting camera_mounting_read(const struct camera_device *device)
{
    int32_t orientation = CAMERA_NOT_SAID;
    int32_t rotation = CAMERA_NOT_SAID;
    ask(device->io, device->fd, &orientation, &rotation);
    if (orientation == CAMERA_NOT_SAID || rotation == CAMERA_NOT_SAID)
        ask_sensor(device, &orientation, &rotation);

    struct camera_mounting mounting = {.facing = CAMERA_FACING_UNKNOWN};
    if (orientation == V4L2_CAMERA_ORIENTATION_FRONT)
        mounting.facing = CAMERA_FACING_FRONT;
    else if (orientation == V4L2_CAMERA_ORIENTATION_BACK)
        mounting.facing = CAMERA_FACING_BACK;
    mounting.view.mirrored = mounting.facing == CAMERA_FACING_FRONT;
    mounting.view.built_in = mounting.facing != CAMERA_FACING_UNKNOWN;
    // The control is the turn, counter-clockwise, that undoes how the sensor is mounted.
    if (rotation > 0 && rotation < 360 && rotation % 90 == 0)
        mounting.view.rotation = (unsigned)(360 - rotation);
    return mounting;
}
