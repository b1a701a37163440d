// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_EYE_ERRAND_IO_H
#define QRCONFIRM_SCANNER_EYE_ERRAND_IO_H

// The system calls of a camera (scanner/camera/camera_io.h) in the eye. What is asked of an
// open device is called as it is; what would open something is an errand of the program's
// (scanner/eye/eye_errand.h). A switch to another camera comes over the socket while frames are
// waited for. Whatever else comes, or a program that is gone, ends the process.

#include "scanner/eye/eye_message.h"

struct errand_io {
    struct camera_io io;
    const struct camera_io *device; // calls on what is open
    struct source *source;          // that is told of a switch; NULL: none yet
    bool switching;                 // it was told, and has not been woken by that yet
    struct v4l2_capability told;    // of a node that was not handed over
};

// `device` outlives it: the kernel's calls, or a test's.
void errand_io_init(struct errand_io *errands, const struct camera_io *device);

// Does what a SWITCH says. False: it is none.
bool errand_io_switch(struct errand_io *errands, const struct eye_request *request);

#endif
