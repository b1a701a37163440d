// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_PICTURE_H
#define QRCONFIRM_SCANNER_PICTURE_H

// Still pictures, decoded row by row onto a sheet: PNG of any kind, and PBM, PGM and PPM (P1 to
// P6, up to 16 bits). replay_mjpeg.h reads JPEG pictures.

#include "base/failure.h"
#include "scanner/sheet.h"

#define PICTURE_FILE_MAX (64u * 1024u * 1024) // bytes

// True if `head`, the first bytes of a file, begins such a picture.
bool picture_is_png(struct span head);
bool picture_is_pnm(struct span head);

// The size that a PNG's first bytes tell, in pixels, for who takes small ones alone. False:
// they are no PNG's, or too few.
bool picture_png_size(struct span head, size_t *width, size_t *height);

// Decode a whole file onto a sheet, which is destroyed by the caller and left alone on failure.
// What breaks off or has faults is read as far as it goes, and the sheet is `damaged`. They
// fail with SOURCE_DAMAGED where no pixel could be read, SOURCE_TOO_LARGE, MEMORY.
bool picture_from_png(struct span file, struct sheet *out, struct fault *fault);
bool picture_from_pnm(struct span file, struct sheet *out, struct fault *fault);

#endif
