// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_SOURCE_SPEC_H
#define QRCONFIRM_SCANNER_SOURCE_SPEC_H

// The one place that knows every kind of source, and the words that a person names them by.

#include "scanner/frames/source.h"

// Makes the source that `spec` names: "camera", "camera:ID", "pipewire",
// "pipewire:ID", "replay:FILE", "image:FILE", "-"
// (Y4M on standard input), or a bare file name, told apart by its first bytes.
// NULL on failure; the caller destroys it through its ops.
struct source *source_from_spec(const char *spec, struct fault *fault);

// The same, but files are opened, and the kernel's cameras held, in a process apart: see
// eye_source.h and eye_camera.h. Where a shim of V4L2 is preloaded, cameras are held here.
struct source *source_apart_from_spec(const char *spec, struct fault *fault);

// Whether that would be a camera.
bool source_spec_is_camera(const char *spec);

#endif
