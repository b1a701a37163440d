// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_CAMERA_CAMERA_SENSOR_H
#define QRCONFIRM_SCANNER_CAMERA_CAMERA_SENSOR_H

// The sensor behind a video node. Where pictures go through a media pipeline, as on phones, the
// node knows nothing of the lens; the sensor's sub-device does, and the graph of the media
// device leads to it, against the stream, along the links that are enabled.
// Method: "Media Controller" of the kernel's userspace API, MEDIA_IOC_G_TOPOLOGY.

#include "scanner/camera/camera_io.h"

#define SENSOR_MEDIA_MAX 16u  // media devices looked at
#define SENSOR_PARTS_MAX 256u // entities, interfaces, pads and links, of each

// Finds the sub-device of the sensor that `path`, a video node, shows. False if there is none,
// or if it has no node of its own.
bool camera_sensor_find(const struct camera_io *io, const char *path,
                        char out[static CAMERA_PATH_MAX]);

#endif
