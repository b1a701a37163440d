// SPDX-License-Identifier: MIT
#include "decode/turned.h"

#include <string.h>

#define PIXELS_A_UNIT 8u // of the turned picture, see work.h

void turned_init(struct turned *turned)
{
    *turned = (struct turned){0};
    pyramid_init(&turned->pyramid);
}

void turned_destroy(struct turned *turned)
{
    pyramid_destroy(&turned->pyramid);
    buffer_destroy(&turned->storage);
    turned_init(turned);
}

// The outermost rows and columns would hold nothing of the level: they are left out.
static size_t side_of(const struct luma *level)
{
    return level->width + level->height - 2;
}

static ptrdiff_t lesser(ptrdiff_t a, ptrdiff_t b)
{
    return a < b ? a : b;
}

// The middle of pixel (column, row) of the turned picture is, in halves of a pixel of `from`,
//     x = column - row + width, y = column + row + 3 - width.
// One of the two is even: there is an edge between two pixels, which are one step of the stairs
// apart. Columns for which both lie between the first pixel's middle and the last one's are of
// the picture.
static void turn_row(const struct luma *from, ptrdiff_t row, ptrdiff_t side, uint8_t *out)
{
    ptrdiff_t width = (ptrdiff_t)from->width, height = (ptrdiff_t)from->height;
    ptrdiff_t to_x = width - row, to_y = row + 3 - width;
    ptrdiff_t first = -lesser(to_x - 1, to_y - 1);
    ptrdiff_t last = lesser(2 * width - 1 - to_x, 2 * height - 1 - to_y);
    size_t x = (size_t)(first + to_x), y = (size_t)(first + to_y);

    const uint8_t *p = from->p + (y - 1) / 2 * from->stride + (x - 1) / 2;
    size_t both = 1 + from->stride, step = x % 2 == 0 ? 1 : from->stride;
    unsigned before = *p;
    for (ptrdiff_t i = first; i <= last; i++) {
        p += step;
        step = both - step;
        out[i] = (uint8_t)((before + *p + 1) / 2);
        before = *p;
    }

    memset(out, out[first], (size_t)first);
    memset(out + last + 1, out[last], (size_t)(side - 1 - last));
}

// The finest level that is not too large; the coarsest where all are.
static size_t level_to_turn(const struct pyramid *frame)
{
    size_t at = 0;
    while (at + 1 < frame->levels && side_of(&frame->level[at]) > TURNED_SIDE_MAX)
        at++;
    return at;
}

bool turned_fits(const struct pyramid *frame)
{
    size_t side = side_of(&frame->level[level_to_turn(frame)]);
    return side > 0 && side <= TURNED_SIDE_MAX;
}

bool turned_open(struct turned *turned, const struct pyramid *frame, struct work *work)
{
    size_t at = level_to_turn(frame);
    const struct luma *from = &frame->level[at];
    size_t side = side_of(from);
    if (!turned_fits(frame) || !buffer_reserve(&turned->storage, side, side))
        return false;

    for (size_t row = 0; row < side; row++)
        turn_row(from, (ptrdiff_t)row, (ptrdiff_t)side, turned->storage.p + row * side);
    work_spend(work, (int64_t)(side * side / PIXELS_A_UNIT));
    const struct luma picture = {turned->storage.p, side, side, side};
    if (!pyramid_build(&turned->pyramid, &picture))
        return false;

    turned->open = true;
    turned->scale = (float)(1u << at);
    turned->width = from->width;
    return true;
}

void turned_close(struct turned *turned)
{
    turned->open = false;
}

struct point turned_point(const struct turned *turned, struct point at)
{
    if (!turned->open)
        return at;
    float half = turned->scale / 2.0f, width = (float)turned->width;
    return (struct point){half * (at.x - at.y + width), half * (at.x + at.y + 2.0f - width)};
}

void turned_grid(const struct turned *turned, struct grid *grid)
{
    float half = turned->scale / 2.0f, width = (float)turned->width, *h = grid->h;
    for (size_t i = 0; turned->open && i < 3; i++) {
        float x = h[i], y = h[3 + i], w = h[6 + i];
        h[i] = half * (x - y + width * w);
        h[3 + i] = half * (x + y + (2.0f - width) * w);
    }
}
