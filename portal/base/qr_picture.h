// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BASE_QR_PICTURE_H
#define QRCONFIRM_PORTAL_BASE_QR_PICTURE_H

// A QR code as a page draws it: our own as the path of an SVG, that of a box as modules for a
// canvas. `text` is borrowed; NULL if it does not fit or memory is short. The caller owns what
// is returned.

#include <jansson.h>

// Level M, quiet zone of four modules inside: {"size": modules with the quiet zone, "path":
// "M4 4h7v1h-7z..."}.
json_t *qr_picture(const char *text);

// As the drawing library of a box makes it: level H, the bytes of `text`, and a version that
// has room for three more, for it counts a byte order mark and then writes none. {"modules": a
// side, "dark": a digit a module, row by row, 1 where it is dark}.
json_t *qr_modules(const char *text);

#endif
