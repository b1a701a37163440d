// SPDX-License-Identifier: MIT
#include "decode/qr.h"

#include <stdlib.h>

#include "decode/zbar_reader.h"

// Attempts on one frame, cheapest and most fruitful first, until one of them reads a code:
// half size, where the pixel grid of a monitor has melted away; full size, for small codes;
// half size inverted, for light codes on dark; quarter size, for large blurred ones.

struct gray {
    uint8_t *p;
    size_t capacity;
    size_t width, height;
};

struct qr_reader {
    struct zbar_reader *zbar;
    struct gray half, quarter;
};

struct qr_reader *qr_reader_new(void)
{
    struct qr_reader *reader = calloc(1, sizeof(*reader));
    if (!reader)
        return NULL;
    reader->zbar = zbar_reader_new();
    if (!reader->zbar) {
        free(reader);
        return NULL;
    }
    return reader;
}

void qr_reader_free(struct qr_reader *reader)
{
    if (!reader)
        return;
    zbar_reader_free(reader->zbar);
    free(reader->half.p);
    free(reader->quarter.p);
    free(reader);
}

static struct luma gray_luma(const struct gray *gray)
{
    return (struct luma){gray->p, gray->width, gray->height, gray->width};
}

// Each pixel of `to` is the mean of 2x2 pixels of `from`; false if memory is short or nothing
// is left.
static bool box_half(const struct luma *from, struct gray *to)
{
    size_t width = from->width / 2;
    size_t height = from->height / 2;
    if (width == 0 || height == 0)
        return false;
    if (width * height > to->capacity) {
        uint8_t *p = malloc(width * height);
        if (!p)
            return false;
        free(to->p);
        to->p = p;
        to->capacity = width * height;
    }
    to->width = width;
    to->height = height;
    for (size_t y = 0; y < height; y++) {
        const uint8_t *upper = from->p + 2 * y * from->stride;
        const uint8_t *lower = upper + from->stride;
        uint8_t *row = to->p + y * width;
        for (size_t x = 0; x < width; x++) {
            unsigned sum =
                (unsigned)upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1];
            row[x] = (uint8_t)((sum + 2) / 4);
        }
    }
    return true;
}

static void invert(struct gray *gray)
{
    for (size_t i = 0; i < gray->width * gray->height; i++)
        gray->p[i] = (uint8_t)~gray->p[i];
}

// Corners read on a picture `factor` times smaller, in pixels of the frame.
static void scale_corners(struct qr_codes *codes, float factor)
{
    for (size_t i = 0; i < codes->count; i++) {
        for (size_t k = 0; k < 4; k++) {
            codes->code[i].corners[k].x *= factor;
            codes->code[i].corners[k].y *= factor;
        }
    }
}

static bool read_scaled(struct qr_reader *reader, const struct luma *luma, float factor,
                        struct qr_codes *out)
{
    if (!zbar_reader_read(reader->zbar, luma, out))
        return false;
    scale_corners(out, factor);
    return true;
}

bool qr_reader_read(struct qr_reader *reader, const struct luma *luma, struct qr_codes *out)
{
    out->count = 0;
    if (!box_half(luma, &reader->half))
        return read_scaled(reader, luma, 1, out);
    struct luma half = gray_luma(&reader->half);
    if (read_scaled(reader, &half, 2, out) || read_scaled(reader, luma, 1, out))
        return true;
    bool has_quarter = box_half(&half, &reader->quarter);
    invert(&reader->half);
    if (read_scaled(reader, &half, 2, out))
        return true;
    struct luma quarter = gray_luma(&reader->quarter);
    return has_quarter && read_scaled(reader, &quarter, 4, out);
}
