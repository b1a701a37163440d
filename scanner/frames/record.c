// SPDX-License-Identifier: MIT
#include "scanner/frames/record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool recording_create(struct recording *recording, const char *path, struct fault *fault)
{
    FILE *file = fopen(path, "wxe");
    if (!file)
        return fault_set(fault, failure_of_errno(errno, FAILURE_RECORD_WRITE), "%s: %s", path,
                         strerror(errno));
    *recording = (struct recording){.file = file, .path = path};
    return true;
}

static const char *chroma_name(enum pixel_format format)
{
    switch (format) {
    case PIXEL_GREY:
        return "mono";
    case PIXEL_YUYV:
    case PIXEL_UYVY:
        return "422";
    case PIXEL_NV12:
    case PIXEL_NV21:
    case PIXEL_I420:
    case PIXEL_YV12:
    case PIXEL_MJPEG:
    case PIXEL_V4L2:
        break;
    }
    return "420jpeg";
}

static bool begin(struct recording *recording, const struct pixels *pixels, unsigned fps,
                  struct fault *fault)
{
    recording->first = *pixels;
    recording->row = malloc(pixels->width + 1);
    if (!recording->row)
        return fault_set(fault, FAILURE_MEMORY, "%s", recording->path);
    if (pixels->format != PIXEL_MJPEG)
        fprintf(recording->file, "YUV4MPEG2 W%zu H%zu F%u:1 Ip A0:0 C%s\n", pixels->width,
                pixels->height, fps ? fps : 30, chroma_name(pixels->format));
    return true;
}

// Writes `width` bytes of each row, every `step`th from `from` on.
static void write_plane(struct recording *recording, const uint8_t *from, size_t stride,
                        size_t step, size_t width, size_t height)
{
    for (size_t y = 0; y < height; y++) {
        const uint8_t *row = from + y * stride;
        if (step > 1) {
            for (size_t x = 0; x < width; x++)
                recording->row[x] = row[x * step];
            row = recording->row;
        }
        fwrite(row, 1, width, recording->file);
    }
}

static void write_packed(struct recording *recording, const struct pixels *pixels)
{
    const uint8_t *p = pixels->data.p;
    size_t luma = pixels->format == PIXEL_UYVY ? 1 : 0;
    size_t chroma = 1 - luma;
    size_t half = (pixels->width + 1) / 2;
    write_plane(recording, p + luma, pixels->stride, 2, pixels->width, pixels->height);
    write_plane(recording, p + chroma, pixels->stride, 4, half, pixels->height);
    write_plane(recording, p + chroma + 2, pixels->stride, 4, half, pixels->height);
}

static void write_planar(struct recording *recording, const struct pixels *pixels)
{
    const uint8_t *p = pixels->data.p;
    size_t stride = pixels->stride;
    size_t width = (pixels->width + 1) / 2;
    size_t height = (pixels->height + 1) / 2;
    const uint8_t *chroma = p + stride * pixels->height;
    size_t other = (stride / 2) * height; // from one chroma plane to the next

    write_plane(recording, p, stride, 1, pixels->width, pixels->height);

    switch (pixels->format) {
    case PIXEL_NV12:
    case PIXEL_NV21: {
        size_t blue = pixels->format == PIXEL_NV12 ? 0 : 1;
        write_plane(recording, chroma + blue, stride, 2, width, height);
        write_plane(recording, chroma + 1 - blue, stride, 2, width, height);
        break;
    }
    case PIXEL_I420:
        write_plane(recording, chroma, stride / 2, 1, width, height);
        write_plane(recording, chroma + other, stride / 2, 1, width, height);
        break;
    case PIXEL_YV12:
        write_plane(recording, chroma + other, stride / 2, 1, width, height);
        write_plane(recording, chroma, stride / 2, 1, width, height);
        break;
    case PIXEL_GREY:
    case PIXEL_YUYV:
    case PIXEL_UYVY:
    case PIXEL_MJPEG:
    case PIXEL_V4L2:
        break;
    }
}

// Bytes that the frame's format says it has, with every row as long as the first plane's.
static size_t full_size(const struct pixels *pixels)
{
    size_t luma = pixels->stride * pixels->height;
    size_t rows = (pixels->height + 1) / 2;

    switch (pixels->format) {
    case PIXEL_NV12:
    case PIXEL_NV21:
        return luma + pixels->stride * rows;
    case PIXEL_I420:
    case PIXEL_YV12:
        return luma + 2 * (pixels->stride / 2) * rows;
    case PIXEL_GREY:
    case PIXEL_YUYV:
    case PIXEL_UYVY:
        return luma;
    case PIXEL_MJPEG:
    case PIXEL_V4L2:
        break;
    }

    return 0;
}

static bool like_the_first(const struct recording *recording, const struct pixels *pixels)
{
    const struct pixels *first = &recording->first;
    return pixels->format == first->format && pixels->width == first->width &&
           pixels->height == first->height;
}

static bool is_whole(const struct pixels *pixels)
{
    bool packed = pixels->format == PIXEL_YUYV || pixels->format == PIXEL_UYVY;
    bool halved = pixels->format != PIXEL_GREY && !packed;
    // Odd pictures in an even layout keep half a pair at the end of each row.
    size_t row = packed ? (pixels->width + 1) / 2 * 4
                        : (halved ? (pixels->width + 1) / 2 * 2 : pixels->width);
    return pixels->format == PIXEL_MJPEG ||
           (pixels->stride >= row && pixels->data.n >= full_size(pixels));
}

bool recording_add(struct recording *recording, const struct frame *frame, unsigned fps,
                   struct fault *fault)
{
    const struct pixels *pixels = &frame->pixels;
    if (recording->frames == 0 && !recording->row && !begin(recording, pixels, fps, fault))
        return false;

    if (!like_the_first(recording, pixels))
        return fault_set(fault, FAILURE_RECORD_WRITE, "%s: the picture's size has changed",
                         recording->path);
    if (!is_whole(pixels))
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "%s: frame %llu is short",
                         recording->path, (unsigned long long)frame->index);

    if (pixels->format == PIXEL_MJPEG) {
        fwrite(pixels->data.p, 1, pixels->data.n, recording->file);
    } else {
        fputs("FRAME\n", recording->file);
        if (pixels->format == PIXEL_YUYV || pixels->format == PIXEL_UYVY)
            write_packed(recording, pixels);
        else
            write_planar(recording, pixels);
    }

    recording->frames++;
    if (ferror(recording->file))
        return fault_set(fault, FAILURE_RECORD_WRITE, "%s: %s", recording->path,
                         strerror(errno));
    return true;
}

bool recording_close(struct recording *recording, struct fault *fault)
{
    // What a frame before this could not write, recording_add has told.
    int error = ferror(recording->file) ? EIO : 0;
    if (fclose(recording->file) != 0)
        error = errno;
    free(recording->row);
    *recording = (struct recording){.path = recording->path};
    if (error != 0)
        return fault_set(fault, FAILURE_RECORD_WRITE, "%s: %s", recording->path,
                         strerror(error));
    return true;
}
