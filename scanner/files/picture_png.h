// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_FILES_PICTURE_PNG_H
#define QRCONFIRM_SCANNER_FILES_PICTURE_PNG_H

// PNG pictures of any kind, decoded row by row onto a sheet.

#include "base/failure.h"
#include "scanner/files/sheet.h"

// True if `head`, the first bytes of a file, begins such a picture.
bool picture_is_png(struct span head);

// Decodes a whole file onto a sheet, which is destroyed by the caller and left alone on
// failure. What breaks off or has faults is read as far as it goes, and the sheet is `damaged`.
// Fails with SOURCE_DAMAGED where no pixel could be read, SOURCE_TOO_LARGE, MEMORY.
bool picture_from_png(struct span file, struct sheet *out, struct fault *fault);

#endif
