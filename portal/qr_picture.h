// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_QR_PICTURE_H
#define QRCONFIRM_PORTAL_QR_PICTURE_H

// A QR code as the path of an SVG: level M, quiet zone of four modules inside.

#include <jansson.h>

// {"size": modules with the quiet zone, "path": "M4 4h7v1h-7z..."}; NULL if `text` does not fit
// or memory is short. The caller owns it.
json_t *qr_picture(const char *text);

#endif
