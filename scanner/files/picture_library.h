// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_FILES_PICTURE_LIBRARY_H
#define QRCONFIRM_SCANNER_FILES_PICTURE_LIBRARY_H

// Still pictures that others' libraries decode: WebP by libwebp; BMP, GIF and TIFF by
// gdk-pixbuf (docs/decisions/0016-picture-libraries.md). Of several pictures in a file the
// first is taken. The size is looked at before anything is decoded.

#include "base/failure.h"
#include "scanner/files/sheet.h"

#define LIBRARY_PIXELS_MAX (64u * 1024u * 1024) // these libraries hold the whole picture

// True if `head`, the first bytes of a file, begins such a picture.
bool picture_is_webp(struct span head);
const char *picture_pixbuf_kind(struct span head); // gdk-pixbuf's name of it; NULL: none

// Decode a whole file onto a sheet, which is destroyed by the caller and left alone on failure.
// A WebP that breaks off is read as far as it goes. They fail with SOURCE_DAMAGED,
// SOURCE_TOO_LARGE, SOURCE_FORMAT where a part of the library is not installed or a whole TIFF
// is of a kind that it refuses (picture_tiff.h), MEMORY.
bool picture_from_webp(struct span file, struct sheet *out, struct fault *fault);
bool picture_from_pixbuf(const char *kind, struct span file, struct sheet *out,
                         struct fault *fault);

// Loads what the library of BMP, GIF and TIFF loads when each is read for the first time, and
// keeps it from printing warnings, for which it asks where they would go: for a process that
// will open no file any more. Once. What cannot be loaded is told when it is needed.
void picture_library_load(void);

#endif
