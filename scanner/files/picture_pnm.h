// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_FILES_PICTURE_PNM_H
#define QRCONFIRM_SCANNER_FILES_PICTURE_PNM_H

// Pictures of the Netpbm family, decoded row by row onto a sheet: PBM, PGM, PPM (P1 to P6) and
// PAM (P7) in gray or colours, with or without alpha; up to 16 bits.

#include "base/failure.h"
#include "scanner/files/sheet.h"

// True if `head`, the first bytes of a file, begins such a picture.
bool picture_is_pnm(struct span head);

// As picture_from_png; fails with SOURCE_FORMAT where it is no such picture.
bool picture_from_pnm(struct span file, struct sheet *out, struct fault *fault);

#endif
