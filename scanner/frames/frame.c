// SPDX-License-Identifier: MIT
#include "scanner/frames/frame.h"

#include <stdlib.h>

void frame_init(struct frame *frame)
{
    *frame = (struct frame){0};
}

void frame_destroy(struct frame *frame)
{
    free(frame->storage);
    *frame = (struct frame){0};
}

bool frame_owns_pixels(const struct frame *frame)
{
    return frame->storage && frame->pixels.data.p == frame->storage;
}

bool frame_reserve(struct frame *frame, size_t size)
{
    if (size <= frame->capacity)
        return true;
    bool owned = frame_owns_pixels(frame);
    uint8_t *storage = realloc(frame->storage, size);
    if (!storage)
        return false;
    frame->storage = storage;
    frame->capacity = size;
    if (owned)
        frame->pixels.data.p = storage;
    return true;
}

void frame_copy_numbers(struct frame *to, const struct frame *from)
{
    to->fourcc = from->fourcc;
    to->view = from->view;
    to->scale = from->scale;
    to->still = from->still;
    to->damaged = from->damaged;
    to->index = from->index;
    to->time_us = from->time_us;
}

bool frame_copy(struct frame *to, const struct frame *from)
{
    if (!frame_reserve(to, from->pixels.data.n))
        return false;
    if (from->pixels.data.n > 0)
        memcpy(to->storage, from->pixels.data.p, from->pixels.data.n);
    to->pixels = from->pixels;
    to->pixels.data.p = to->storage;
    frame_copy_numbers(to, from);
    return true;
}

bool frame_copy_luma(struct frame *to, const struct frame *from)
{
    struct luma luma;
    // Packed formats are unpacked straight into the storage.
    struct luma_buffer buffer = {.own = {to->storage, to->capacity}};
    bool taken = !pixels_are_coded(&from->pixels) &&
                 luma_from_pixels(&from->pixels, &buffer, &luma, NULL);
    to->storage = buffer.own.p;
    to->capacity = buffer.own.capacity;
    if (!taken)
        return frame_copy(to, from);

    size_t size = luma.width * luma.height;
    if (luma.p != to->storage) {
        if (!frame_reserve(to, size))
            return false;
        for (size_t y = 0; y < luma.height; y++)
            memcpy(to->storage + y * luma.width, luma.p + y * luma.stride, luma.width);
    }
    to->pixels = (struct pixels){PIXEL_GREY, luma.width, luma.height, luma.width,
                                 span_of(to->storage, size)};
    frame_copy_numbers(to, from);
    return true;
}
