// SPDX-License-Identifier: MIT
#include "decode/luma.h"

#include <turbojpeg.h>

// Bytes a row: enough for four bytes a pixel of the widest picture, and small enough that
// stride times height fits 32 bits.
#define STRIDE_MAX (4u * PICTURE_SIDE_MAX)

#define CODED_PIXEL_MAX 4u     // bytes of a coded frame: for each pixel,
#define CODED_HEAD_MAX  65536u // and besides

void luma_buffer_init(struct luma_buffer *buffer)
{
    *buffer = (struct luma_buffer){0};
}

void luma_buffer_destroy(struct luma_buffer *buffer)
{
    if (buffer->jpeg)
        tjDestroy(buffer->jpeg);
    buffer_destroy(&buffer->own);
    *buffer = (struct luma_buffer){0};
}

// Where the luma goes; NULL if memory is short.
static uint8_t *reserve(struct luma_buffer *buffer, size_t width, size_t height,
                        struct fault *fault)
{
    if (width * height <= buffer->lent_size)
        return buffer->lent;
    if (buffer_reserve(&buffer->own, height, width))
        return buffer->own.p;
    fault_set(fault, FAILURE_MEMORY, "luma of %zux%zu pixels", width, height);
    return NULL;
}

static bool side_check(size_t width, size_t height, struct fault *fault)
{
    if (width == 0 || height == 0)
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "a frame of %zux%zu pixels", width,
                         height);
    if (width > PICTURE_SIDE_MAX || height > PICTURE_SIDE_MAX)
        return fault_set(fault, FAILURE_SOURCE_TOO_LARGE, "a frame of %zux%zu pixels", width,
                         height);
    return true;
}

// Bytes that a plane takes before the next one begins.
static size_t plane_size(size_t stride, size_t rows)
{
    return stride * rows;
}

// Bytes of the last plane: its last row need not be padded to the stride.
static size_t last_plane_size(size_t stride, size_t rows, size_t row_bytes)
{
    return stride * (rows - 1) + row_bytes;
}

static size_t luma_row_bytes(const struct pixels *pixels)
{
    bool packed = pixels->format == PIXEL_YUYV || pixels->format == PIXEL_UYVY;
    return packed ? (pixels->width + 1) / 2 * 4 : pixels->width;
}

// The least number of bytes a frame of an uncompressed format has.
static size_t least_size(const struct pixels *pixels)
{
    size_t stride = pixels->stride;
    size_t half_width = (pixels->width + 1) / 2;
    size_t half_rows = (pixels->height + 1) / 2;
    size_t first = plane_size(stride, pixels->height);

    switch (pixels->format) {
    case PIXEL_NV12:
    case PIXEL_NV21:
        return first + last_plane_size(stride, half_rows, 2 * half_width);
    case PIXEL_I420:
    case PIXEL_YV12: {
        size_t half_stride = (stride + 1) / 2;
        return first + plane_size(half_stride, half_rows) +
               last_plane_size(half_stride, half_rows, half_width);
    }
    default:
        return last_plane_size(stride, pixels->height, luma_row_bytes(pixels));
    }
}

static bool row_check(const struct pixels *pixels, struct fault *fault)
{
    if (!side_check(pixels->width, pixels->height, fault))
        return false;
    if (pixels->stride < luma_row_bytes(pixels) || pixels->stride > STRIDE_MAX)
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "%zu bytes a row for %zu pixels",
                         pixels->stride, pixels->width);
    return true;
}

static bool raw_check(const struct pixels *pixels, struct fault *fault)
{
    if (!row_check(pixels, fault))
        return false;
    size_t least = least_size(pixels);
    if (pixels->data.n < least)
        return fault_set(fault, FAILURE_SOURCE_DAMAGED,
                         "a frame of %zux%zu pixels has %zu bytes instead of %zu",
                         pixels->width, pixels->height, pixels->data.n, least);
    return true;
}

bool pixels_are_whole(const struct pixels *pixels)
{
    if (pixels_are_coded(pixels))
        return pixels->data.n > 0;
    return raw_check(pixels, NULL);
}

size_t pixels_size_max(const struct pixels *pixels)
{
    if (!pixels_are_coded(pixels))
        return row_check(pixels, NULL) ? least_size(pixels) : 0;
    return side_check(pixels->width, pixels->height, NULL)
               ? pixels->width * pixels->height * CODED_PIXEL_MAX + CODED_HEAD_MAX
               : 0;
}

static bool from_planar(const struct pixels *pixels, struct luma *out, struct fault *fault)
{
    if (!raw_check(pixels, fault))
        return false;
    *out = (struct luma){pixels->data.p, pixels->width, pixels->height, pixels->stride};
    return true;
}

// `first` is the place of the first luma byte: 0 for YUYV, 1 for UYVY.
static bool from_packed(const struct pixels *pixels, size_t first, struct luma_buffer *buffer,
                        struct luma *out, struct fault *fault)
{
    if (!raw_check(pixels, fault))
        return false;
    size_t width = pixels->width;
    size_t height = pixels->height;
    uint8_t *room = reserve(buffer, width, height, fault);
    if (!room)
        return false;

    for (size_t y = 0; y < height; y++) {
        const uint8_t *from = pixels->data.p + y * pixels->stride + first;
        uint8_t *to = room + y * width;
        for (size_t x = 0; x < width; x++)
            to[x] = from[2 * x];
    }
    *out = (struct luma){room, width, height, width};
    return true;
}

// The decompressor goes too: after a damaged header it would read the next picture as the
// continuation of this one.
static bool jpeg_refused(struct luma_buffer *buffer, struct fault *fault)
{
    fault_set(fault, FAILURE_SOURCE_DAMAGED, "JPEG: %s", tjGetErrorStr2(buffer->jpeg));
    tjDestroy(buffer->jpeg);
    buffer->jpeg = NULL;
    return false;
}

static bool from_jpeg(const struct pixels *pixels, struct luma_buffer *buffer, struct luma *out,
                      struct fault *fault)
{
    if (!buffer->jpeg)
        buffer->jpeg = tjInitDecompress();
    if (!buffer->jpeg)
        return fault_set(fault, FAILURE_MEMORY, "JPEG decompressor");

    // A JPEG of tables alone is good to the library, which then sets none of these.
    int width = 0, height = 0, subsampling, colours;
    if (tjDecompressHeader3(buffer->jpeg, pixels->data.p, pixels->data.n, &width, &height,
                            &subsampling, &colours) != 0)
        return jpeg_refused(buffer, fault);
    if (!side_check((size_t)width, (size_t)height, fault))
        return false;
    uint8_t *room = reserve(buffer, (size_t)width, (size_t)height, fault);
    if (!room)
        return false;

    // A warning leaves a whole picture, part of it perhaps gray: many cameras earn one with
    // every frame. Scans are limited because a progressive picture may hold thousands.
    if (tjDecompress2(buffer->jpeg, pixels->data.p, pixels->data.n, room, width, 0, height,
                      TJPF_GRAY, TJFLAG_LIMITSCANS) != 0) {
        if (tjGetErrorCode(buffer->jpeg) != TJERR_WARNING)
            return jpeg_refused(buffer, fault);
        buffer->damaged = true;
    }
    *out = (struct luma){room, (size_t)width, (size_t)height, (size_t)width};
    return true;
}

bool luma_from_pixels(const struct pixels *pixels, struct luma_buffer *buffer, struct luma *out,
                      struct fault *fault)
{
    buffer->damaged = false;

    switch (pixels->format) {
    case PIXEL_GREY:
    case PIXEL_NV12:
    case PIXEL_NV21:
    case PIXEL_I420:
    case PIXEL_YV12:
        return from_planar(pixels, out, fault);
    case PIXEL_YUYV:
        return from_packed(pixels, 0, buffer, out, fault);
    case PIXEL_UYVY:
        return from_packed(pixels, 1, buffer, out, fault);
    case PIXEL_MJPEG:
        return from_jpeg(pixels, buffer, out, fault);
    case PIXEL_V4L2:
        break;
    }
    return fault_set(fault, FAILURE_INTERNAL, "pixel format %d", (int)pixels->format);
}
