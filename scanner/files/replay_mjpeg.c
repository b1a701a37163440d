// SPDX-License-Identifier: MIT
#include "scanner/files/replay_mjpeg.h"

#include <stdlib.h>

#include "scanner/files/jpeg_picture.h"

#define CHUNK STREAM_BUFFER_SIZE // bytes asked for at a time

#define MJPEG_NOTHING_KNOWN "none of Y4M, JPEG, PNG, WebP, GIF, BMP, TIFF, PNM"

void mjpeg_begin(struct mjpeg *mjpeg, bool single)
{
    *mjpeg = (struct mjpeg){.single = single};
}

void mjpeg_destroy(struct mjpeg *mjpeg)
{
    free(mjpeg->p);
    *mjpeg = (struct mjpeg){0};
}

static struct span content(const struct mjpeg *mjpeg)
{
    return span_of(mjpeg->p + mjpeg->begin, mjpeg->end - mjpeg->begin);
}

// Makes room for CHUNK bytes behind the content.
static bool make_room(struct mjpeg *mjpeg, struct fault *fault)
{
    if (mjpeg->begin > 0) {
        memmove(mjpeg->p, mjpeg->p + mjpeg->begin, mjpeg->end - mjpeg->begin);
        mjpeg->end -= mjpeg->begin;
        mjpeg->begin = 0;
    }

    if (mjpeg->end > MJPEG_PICTURE_MAX)
        return fault_set(fault, FAILURE_SOURCE_TOO_LARGE,
                         "JPEG: picture %llu of more than %u bytes",
                         (unsigned long long)mjpeg->index, MJPEG_PICTURE_MAX);
    if (mjpeg->capacity - mjpeg->end >= CHUNK)
        return true;

    size_t capacity = 2 * mjpeg->capacity + CHUNK;
    uint8_t *p = realloc(mjpeg->p, capacity);
    if (!p)
        return fault_set(fault, FAILURE_MEMORY, "a picture of %zu bytes", capacity);

    mjpeg->p = p;
    mjpeg->capacity = capacity;
    return true;
}

static enum source_step read_more(struct mjpeg *mjpeg, struct stream *stream,
                                  struct fault *fault)
{
    if (!make_room(mjpeg, fault))
        return SOURCE_FAILED;
    size_t got;
    enum stream_step step = stream_read_some(stream, mjpeg->p + mjpeg->end, CHUNK, &got, fault);
    mjpeg->end += got;
    return source_step_of(step);
}

// There is no picture after those that were given.
static enum source_step no_picture(const struct mjpeg *mjpeg, bool ended, struct fault *fault)
{
    if (mjpeg->index == 0)
        fault_set(fault, FAILURE_SOURCE_FORMAT, "%s", MJPEG_NOTHING_KNOWN);
    else if (!ended)
        fault_set(fault, FAILURE_SOURCE_DAMAGED,
                  "JPEG: no picture in %u bytes after picture %llu", MJPEG_GAP_MAX,
                  (unsigned long long)mjpeg->index - 1);
    else
        return SOURCE_END;
    return SOURCE_FAILED;
}

// Goes to the start of the next picture. SOURCE_END: there is none.
static enum source_step find_start(struct mjpeg *mjpeg, struct stream *stream,
                                   struct fault *fault)
{
    size_t place = 0;
    size_t passed = 0;

    while (mjpeg->begin == mjpeg->end || !jpeg_split_find(content(mjpeg), 0, &place)) {
        mjpeg->begin += place;
        passed += place;
        place = 0;
        if (passed > MJPEG_GAP_MAX)
            return no_picture(mjpeg, false, fault);

        enum source_step step = read_more(mjpeg, stream, fault);
        if (step == SOURCE_END)
            return no_picture(mjpeg, true, fault);
        if (step != SOURCE_FRAME)
            return step;
    }

    mjpeg->begin += place;
    return SOURCE_FRAME;
}

// Finds the end of the picture that begins the content, or where its bytes end.
static enum source_step find_end(struct mjpeg *mjpeg, struct stream *stream, size_t *size,
                                 struct fault *fault)
{
    struct jpeg_split split;
    jpeg_split_begin(&split);
    while (jpeg_split_next(&split, content(mjpeg), size) == JPEG_SPLIT_MORE) {
        enum source_step step = read_more(mjpeg, stream, fault);
        if (step == SOURCE_END) {
            mjpeg->cut_off = true;
            *size = mjpeg->end - mjpeg->begin;
            return SOURCE_FRAME;
        }
        if (step != SOURCE_FRAME)
            return step;
    }
    return SOURCE_FRAME;
}

// Makes `out` the picture: lent as it is, or decoded where the reader of luma would not take
// it.
static bool hand_on(struct span jpeg, struct frame *out, struct fault *fault)
{
    out->pixels = (struct pixels){.format = PIXEL_MJPEG, .data = jpeg};

    struct jpeg_shape shape;
    if (!jpeg_picture_shape(jpeg, &shape) || !jpeg_picture_is_odd(&shape))
        return true;

    struct sheet sheet;
    struct fault inner = {0};
    if (!picture_from_jpeg(jpeg, &shape, &sheet, &inner)) {
        // Whoever looks at the picture finds what is wrong with it: the next one may be well.
        if (inner.failure != FAILURE_MEMORY)
            return true;
        return fault_set(fault, inner.failure, "%s", inner.detail);
    }

    bool laid = sheet_lay(&sheet, SHEET_ON_WHITE, sheet_enlargement(&sheet), out, fault);
    sheet_destroy(&sheet);
    return laid;
}

// Is the first picture the only one?
static bool is_alone(const struct mjpeg *mjpeg, const struct stream *stream)
{
    if (mjpeg->index > 0)
        return false;
    size_t place = 0;
    return mjpeg->single || mjpeg->cut_off ||
           (stream_is_over(stream) && !jpeg_split_find(content(mjpeg), 0, &place));
}

enum source_step mjpeg_next(struct mjpeg *mjpeg, struct stream *stream, struct frame *out,
                            struct fault *fault)
{
    if (mjpeg->index == 1 && (mjpeg->single || mjpeg->cut_off))
        return SOURCE_END;
    if (mjpeg->cut_off) {
        fault_set(fault, FAILURE_SOURCE_DAMAGED, "JPEG: picture %llu breaks off",
                  (unsigned long long)mjpeg->index - 1);
        return SOURCE_FAILED;
    }

    enum source_step step = find_start(mjpeg, stream, fault);
    if (step != SOURCE_FRAME)
        return step;
    size_t size;
    step = find_end(mjpeg, stream, &size, fault);
    if (step != SOURCE_FRAME)
        return step;

    if (!hand_on(span_of(mjpeg->p + mjpeg->begin, size), out, fault))
        return SOURCE_FAILED;
    out->index = mjpeg->index;
    out->time_us = (int64_t)(mjpeg->index * 1000000 / MJPEG_RATE);

    mjpeg->begin += size;
    out->still = is_alone(mjpeg, stream);
    mjpeg->index++;
    return SOURCE_FRAME;
}
