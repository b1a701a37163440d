// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_PICTURE_H
#define QRCONFIRM_SCANNER_PICTURE_H

// Still pictures as gray: PNG (any kind; what is transparent becomes white) and PGM (P5 and P2,
// up to 16 bits). replay_mjpeg.h reads JPEG pictures.

#include "base/failure.h"
#include "scanner/frame.h"

#define PICTURE_FILE_MAX (64u * 1024u * 1024) // bytes

// True if `head`, the first bytes of a file, begins such a picture.
bool picture_is_png(struct span head);
bool picture_is_pgm(struct span head);

// Decode a whole file into the frame's own storage. They fail with SOURCE_DAMAGED,
// SOURCE_TOO_LARGE, MEMORY.
bool picture_from_png(struct span file, struct frame *out, struct fault *fault);
bool picture_from_pgm(struct span file, struct frame *out, struct fault *fault);

#endif
