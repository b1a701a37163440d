// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_EYE_EYE_CAMERA_H
#define QRCONFIRM_SCANNER_EYE_EYE_CAMERA_H

// The source of frames from a live camera, as camera.h has it, but the camera is held by a
// process that is closed in (scanner/eye/eye.h): its driver is asked, its buffers are mapped
// and its raw pixels are unpacked there alone. Nodes are opened here, and their descriptors
// handed over (scanner/eye/eye_errand.h). The pixels of a frame are lent, in memory that this
// process and that one share. If that one ends, the camera is lost: SOURCE_FAILED with
// READER_LOST; opened again, another process goes on with the same camera.

#include "scanner/eye/eye_message.h"

// `io` opens the nodes. `id`: as in camera_list_find, or NULL for the best camera there is.
// Fails with MEMORY.
struct source *eye_camera_new(const struct camera_io *io, const char *id, struct fault *fault);

// What it did so far, over all processes, and the device in use, or the last one; to be called
// by the thread that calls next.
struct eye_camera eye_camera_told(const struct source *source);

#endif
