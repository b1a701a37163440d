// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_PICTURE_TIFF_H
#define QRCONFIRM_SCANNER_PICTURE_TIFF_H

// Why a TIFF is not read although nothing is wrong with it (TIFF 6.0, Adobe, 1992: section 2
// has the layout of a file, section 15 tiles).

#include <stddef.h>

#include "base/span.h"

// libtiff's own, for what is in memory: from 4.5 on it takes no pieces without compression that
// are no multiple of it.
#define TIFF_PIECE_STEP 1024u // bytes

// The bytes of a tile if the first picture lies in tiles without compression that the library
// refuses; 0 if it does not, or where the file does not tell.
size_t tiff_refused_tile(struct span file);

#endif
