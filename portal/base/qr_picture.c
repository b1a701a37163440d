// SPDX-License-Identifier: MIT
#include "portal/base/qr_picture.h"

#include <errno.h>
#include <qrencode.h>
#include <string.h>

#include "base/shortage.h"
#include "portal/base/text.h"

#define QUIET_ZONE 4     // modules
#define MARK       3u    // bytes of a byte order mark
#define BYTES_MAX  1273u // of a code of level H

// Thousands of numbers a second: printf would take longer than the code itself.
static void add_number(struct text *path, char before, int number)
{
    char digits[12];
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    digits[--at] = before;
    text_add(path, digits + at, sizeof(digits) - at);
}

static void add_row(struct text *path, const QRcode *code, int y)
{
    const unsigned char *row = code->data + y * code->width;
    for (int x = 0; x < code->width; x++) {
        int start = x;
        while (x < code->width && (row[x] & 1))
            x++;
        if (x == start)
            continue;
        add_number(path, 'M', start + QUIET_ZONE);
        add_number(path, ' ', y + QUIET_ZONE);
        add_number(path, 'h', x - start);
        text_add(path, "v1h", 3);
        add_number(path, '-', x - start);
        text_add(path, "z", 1);
    }
}

// Without memory there is none: no page is to lack it.
static QRcode *noted(QRcode *code)
{
    if (!code && errno == ENOMEM)
        shortage_note();
    return code;
}

json_t *qr_picture(const char *text)
{
    // Case sensitive: upper-case text then stays in alphanumeric mode.
    QRcode *code = noted(QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1));
    if (!code)
        return NULL;
    const unsigned shortages = shortage_count();
    struct text path = {0};
    for (int y = 0; y < code->width; y++)
        add_row(&path, code, y);
    json_t *picture =
        json_pack("{s:i, s:s}", "size", code->width + 2 * QUIET_ZONE, "path", path.p);
    text_free(&path);
    QRcode_free(code);

    if (shortage_count() == shortages)
        return picture;
    json_decref(picture); // it is kept on a shelf: not without a part
    return NULL;
}

// The least version in which `size` bytes fit at level H; 0 if there is none.
static int version_for(size_t size)
{
    unsigned char bytes[BYTES_MAX] = {0};
    if (size > sizeof(bytes))
        return 0;
    QRcode *code = noted(QRcode_encodeData((int)size, bytes, 0, QR_ECLEVEL_H));
    int version = code ? code->version : 0;
    QRcode_free(code);
    return version;
}

json_t *qr_modules(const char *text)
{
    size_t size = strlen(text);
    int version = version_for(size + MARK);
    QRcode *code =
        version > 0 ? noted(QRcode_encodeString8bit(text, version, QR_ECLEVEL_H)) : NULL;
    if (!code)
        return NULL;

    struct text dark = {0};
    for (int i = 0; i < code->width * code->width; i++)
        text_add(&dark, code->data[i] & 1 ? "1" : "0", 1);
    json_t *modules = json_pack("{s:i, s:s}", "modules", code->width, "dark", dark.p);
    text_free(&dark);
    QRcode_free(code);
    return modules;
}
