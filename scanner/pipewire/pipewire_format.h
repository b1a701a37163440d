// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_FORMAT_H
#define QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_FORMAT_H

// What a PipeWire camera is asked for, and what it says it gives. Formats are told to the rest
// of the program by their V4L2 codes, so that scanner/camera/camera_pixels.h unpacks them.

#include <spa/pod/builder.h>

#include "scanner/camera/camera_device.h"
#include "scanner/pipewire/pipewire_modes.h"

#define PIPEWIRE_OFFERS_MAX 16u
#define PIPEWIRE_OFFER_ROOM 8192u // bytes that all offers need, and some more

// Writes the offers, the best first, into `builder`, whose room they live in: near 1280x720
// before smaller and larger sizes, at 15 frames a second or more before any rate, and in each
// luma first. Returns how many.
size_t pipewire_offers(struct spa_pod_builder *builder,
                       const struct spa_pod *out[static PIPEWIRE_OFFERS_MAX]);

// Adds what an offer of a camera says, each size that it names. Offers that cannot be read, and
// what does not fit any more, are passed by.
void pipewire_modes_add(struct pipewire_modes *modes, const struct spa_pod *param);

// Reads a format that was agreed on into `device`: code, layout, size, and the stride that
// holds where a buffer says none. Fails with CAMERA_FORMAT where it is not one of the offers.
bool pipewire_format_take(struct camera_device *device, const struct spa_pod *param,
                          struct fault *fault);

#endif
