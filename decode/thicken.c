// SPDX-License-Identifier: MIT
#include "decode/thicken.h"

#define PIXELS_A_UNIT 32 // of a pass, see work.h: plain loops over bytes, which become vectors

void thickener_init(struct thickener *thickener)
{
    *thickener = (struct thickener){0};
    pyramid_init(&thickener->pyramid);
}

void thickener_destroy(struct thickener *thickener)
{
    pyramid_destroy(&thickener->pyramid);
    buffer_destroy(&thickener->storage);
    thickener_init(thickener);
}

static inline uint8_t darker(uint8_t a, uint8_t b)
{
    return a < b ? a : b;
}

static void darkest_of_three(const uint8_t *a, const uint8_t *b, const uint8_t *c, size_t width,
                             uint8_t *restrict out)
{
    for (size_t x = 0; x < width; x++)
        out[x] = darker(darker(a[x], b[x]), c[x]);
}

static void darkest_beside(const uint8_t *row, size_t width, uint8_t *restrict out)
{
    if (width == 1) {
        out[0] = row[0];
        return;
    }
    out[0] = darker(row[0], row[1]);
    for (size_t x = 1; x + 1 < width; x++)
        out[x] = darker(darker(row[x - 1], row[x]), row[x + 1]);
    out[width - 1] = darker(row[width - 2], row[width - 1]);
}

// One pass in place; `rows` holds three more rows. What is beyond the picture counts for
// nothing.
static void pass(uint8_t *p, size_t width, size_t height, uint8_t *rows)
{
    uint8_t *above = rows, *here = rows + width, *down = rows + 2 * width;
    memcpy(above, p, width);
    for (size_t y = 0; y < height; y++, p += width) {
        memcpy(here, p, width);
        darkest_of_three(above, here, y + 1 < height ? p + width : here, width, down);
        darkest_beside(down, width, p);

        uint8_t *passed = above;
        above = here;
        here = passed;
    }
}

bool thicken_more(struct thickener *thickener, unsigned passes, struct work *work)
{
    size_t width = thickener->luma.width, height = thickener->luma.height;
    uint8_t *picture = thickener->storage.p;
    for (unsigned i = 0; i < passes; i++)
        pass(picture, width, height, picture + width * height);
    work_spend(work, (int64_t)(passes * (width * height / PIXELS_A_UNIT)));
    return pyramid_build(&thickener->pyramid, &thickener->luma);
}

bool thicken(struct thickener *thickener, const struct luma *from, struct work *work)
{
    size_t width = from->width, height = from->height;
    if (width == 0 || height == 0 || !buffer_reserve(&thickener->storage, height + 3, width))
        return false;

    for (size_t y = 0; y < height; y++)
        memcpy(thickener->storage.p + y * width, from->p + y * from->stride, width);
    thickener->luma = (struct luma){thickener->storage.p, width, height, width};
    return thicken_more(thickener, 1, work);
}
