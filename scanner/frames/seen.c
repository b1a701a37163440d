// SPDX-License-Identifier: MIT
#include "scanner/frames/seen.h"

#include <math.h>
#include <string.h>

struct part {
    size_t x, y, width, height;
};

// The margin on each side of `whole` pixels of which `seen` are seen. Even, as chroma has half
// the places.
static size_t margin_of(size_t whole, double seen)
{
    double margin = floor(((double)whole - seen) / 2) - 1;
    return margin > 0 ? (size_t)margin & ~(size_t)1 : 0;
}

static struct part seen_part(const struct frame *frame, struct panel panel)
{
    bool lies = frame->view.rotation == 90 || frame->view.rotation == 270;
    double across = lies ? panel.height : panel.width, down = lies ? panel.width : panel.height;
    size_t width = frame->pixels.width, height = frame->pixels.height;
    double scale = fmax(across / (double)width, down / (double)height);
    size_t x = margin_of(width, across / scale), y = margin_of(height, down / scale);
    return (struct part){x, y, width - 2 * x, height - 2 * y};
}

// Rows of a plane, to where those before ended.
static uint8_t *copy_rows(uint8_t *to, size_t to_stride, const uint8_t *from,
                          size_t from_stride, size_t bytes, size_t rows)
{
    for (size_t y = 0; y < rows; y++)
        memcpy(to + y * to_stride, from + y * from_stride, bytes);
    return to + rows * to_stride;
}

static void copy_part(uint8_t *to, size_t stride, const struct pixels *from,
                      const struct part *part)
{
    const uint8_t *p = from->data.p;
    bool packed = from->format == PIXEL_YUYV || from->format == PIXEL_UYVY;
    to = copy_rows(to, stride, p + part->y * from->stride + part->x * (packed ? 2 : 1),
                   from->stride, packed ? stride : part->width, part->height);
    if (packed || from->format == PIXEL_GREY)
        return;

    size_t half_width = (part->width + 1) / 2, half_height = (part->height + 1) / 2;
    p += from->stride * from->height;
    if (from->format == PIXEL_NV12 || from->format == PIXEL_NV21) {
        copy_rows(to, stride, p + part->y / 2 * from->stride + part->x, from->stride,
                  2 * half_width, half_height);
        return;
    }

    size_t half = (from->stride + 1) / 2, at = part->y / 2 * half + part->x / 2;
    to = copy_rows(to, stride / 2, p + at, half, half_width, half_height);
    p += half * ((from->height + 1) / 2);
    copy_rows(to, stride / 2, p + at, half, half_width, half_height);
}

// Bytes of all planes, each of whose rows are padded to the stride.
static size_t size_of(enum pixel_format format, size_t stride, size_t height)
{
    bool alone = format == PIXEL_YUYV || format == PIXEL_UYVY || format == PIXEL_GREY;
    return stride * (alone ? height : height + (height + 1) / 2);
}

bool frame_copy_seen(struct frame *to, const struct frame *from, struct panel panel)
{
    const struct pixels *pixels = &from->pixels;
    if (panel.width <= 0 || panel.height <= 0 || pixels_are_coded(pixels) ||
        !pixels_are_whole(pixels))
        return frame_copy(to, from);
    struct part part = seen_part(from, panel);
    if (part.x == 0 && part.y == 0)
        return frame_copy(to, from);

    bool packed = pixels->format == PIXEL_YUYV || pixels->format == PIXEL_UYVY;
    size_t stride = (part.width + 1) / 2 * 2 * (packed ? 2 : 1);
    size_t size = size_of(pixels->format, stride, part.height);
    if (!frame_reserve(to, size))
        return false;

    copy_part(to->storage, stride, pixels, &part);
    to->pixels = (struct pixels){pixels->format, part.width, part.height, stride,
                                 span_of(to->storage, size)};
    frame_copy_numbers(to, from);
    return true;
}
