// SPDX-License-Identifier: MIT
#include "portal/qr_picture.h"

#include <qrencode.h>

#include "portal/text.h"

#define QUIET_ZONE 4 // modules

static void add_row(struct text *path, const QRcode *code, int y)
{
    const unsigned char *row = code->data + y * code->width;
    for (int x = 0; x < code->width; x++) {
        int start = x;
        while (x < code->width && (row[x] & 1))
            x++;
        if (x > start)
            text_format(path, "M%d %dh%dv1h-%dz", start + QUIET_ZONE, y + QUIET_ZONE, x - start,
                        x - start);
    }
}

json_t *qr_picture(const char *text)
{
    // Case sensitive: upper-case text then stays in alphanumeric mode.
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (!code)
        return NULL;
    struct text path = {0};
    for (int y = 0; y < code->width; y++)
        add_row(&path, code, y);
    json_t *picture =
        json_pack("{s:i, s:s}", "size", code->width + 2 * QUIET_ZONE, "path", path.p);
    text_free(&path);
    QRcode_free(code);
    return picture;
}
