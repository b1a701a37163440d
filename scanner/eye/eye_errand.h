// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_EYE_EYE_ERRAND_H
#define QRCONFIRM_SCANNER_EYE_EYE_ERRAND_H

// What the program does for an eye that holds a camera, which can open nothing itself. A video
// node is handed over only if it is a camera that streams, whatever the eye asks for; no other
// file of the system is, but the one that tells when nodes come and go.

#include "scanner/eye/eye_message.h"

// Does it by the calls of `io`. `request` gets the message to be sent, and `fd` the descriptor
// that goes along with it and is then the caller's to close; or -1.
void eye_errand_run(const struct camera_io *io, const struct eye_errand *errand,
                    struct eye_request *request, int *fd);

#endif
