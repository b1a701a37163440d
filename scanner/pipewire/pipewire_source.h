// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_SOURCE_H
#define QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_SOURCE_H

// A camera of PipeWire as a source. It never ends. It fails with a named fault (no daemon, the
// camera went, silent, no common format, ...) and may then be closed, awaited and opened again,
// any number of times.

#include "scanner/camera/camera.h"

// `id`: a camera's name, "front", "back", or a video node that PipeWire has; NULL: the best
// one. NULL if memory is short. Whether there is PipeWire at all is found out by open.
struct source *pipewire_source_new(const char *id, struct fault *fault);

// What it did so far, and the format it gives, or gave last; the thread that calls next asks.
struct camera_counts pipewire_source_counts(const struct source *source);
struct camera_mode pipewire_source_mode(const struct source *source);

#endif
