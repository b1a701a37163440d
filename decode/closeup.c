// SPDX-License-Identifier: MIT
#include "decode/closeup.h"

void closeup_init(struct closeup *closeup)
{
    closeup->open = false;
    pyramid_init(&closeup->pyramid);
}

void closeup_destroy(struct closeup *closeup)
{
    pyramid_destroy(&closeup->pyramid);
}

// As much as fits of a window around `middle`, along one axis.
static size_t first_of(float middle, size_t side)
{
    float first = middle - (float)MAGNIFY_SIDE_MAX / 2.0f;
    float last = side > MAGNIFY_SIDE_MAX ? (float)(side - MAGNIFY_SIDE_MAX) : 0.0f;
    return (size_t)(first < 0.0f ? 0.0f : first > last ? last : first);
}

bool closeup_fits(const struct pyramid *frame, size_t level, struct point at)
{
    return level < frame->levels && luma_holds(&frame->level[0], at);
}

bool closeup_open(struct closeup *closeup, const struct pyramid *frame, size_t level,
                  struct point at, struct work *work)
{
    if (!closeup_fits(frame, level, at))
        return false;

    const struct luma *luma = &frame->level[level];
    float scale = (float)(1u << level);
    struct magnify_window window = {.left = first_of(at.x / scale, luma->width),
                                    .top = first_of(at.y / scale, luma->height)};
    size_t right = luma->width - window.left, below = luma->height - window.top;
    window.width = right < MAGNIFY_SIDE_MAX ? right : MAGNIFY_SIDE_MAX;
    window.height = below < MAGNIFY_SIDE_MAX ? below : MAGNIFY_SIDE_MAX;

    magnify(&closeup->magnifier, luma, &window, work);
    if (!pyramid_build(&closeup->pyramid, &closeup->magnifier.luma))
        return false;

    closeup->open = true;
    closeup->level = level;
    closeup->left = (float)window.left * scale;
    closeup->top = (float)window.top * scale;
    closeup->scale = scale / (float)MAGNIFY_SCALE;
    return true;
}

void closeup_close(struct closeup *closeup)
{
    closeup->open = false;
}

struct point closeup_point(const struct closeup *closeup, struct point at)
{
    if (!closeup->open)
        return at;
    return (struct point){closeup->left + at.x * closeup->scale,
                          closeup->top + at.y * closeup->scale};
}

void closeup_grid(const struct closeup *closeup, struct grid *grid)
{
    float *h = grid->h;
    for (size_t i = 0; closeup->open && i < 3; i++) {
        h[i] = closeup->scale * h[i] + closeup->left * h[6 + i];
        h[3 + i] = closeup->scale * h[3 + i] + closeup->top * h[6 + i];
    }
}
