// SPDX-License-Identifier: MIT
#include "decode/track.h"

#include <math.h>

#define MARGIN     0.35f // of the code's side
#define LOST       8u    // frames
#define LEVEL_MAX  3u
#define MODULE_MAX 5.0f // pixels of the level
#define MODULE_ROW 2.5f // pixels of the level: smaller ones are looked for in each row

void track_next_frame(struct code_track *track)
{
    if (track->has && ++track->lost > LOST)
        track->has = false;
    track->read = false;
}

void track_note(struct code_track *track, const struct located *code, bool read, bool close,
                size_t level)
{
    if (track->read && !read)
        return;
    *track = (struct code_track){
        .code = *code, .has = true, .read = read, .close = close, .level = level};
}

struct region track_region(const struct code_track *track)
{
    const struct grid *grid = &track->code.grid;
    struct region region = {INFINITY, INFINITY, 0.0f, 0.0f};
    for (int i = 0; i < 4; i++) {
        struct point at =
            grid_map(grid, i % 2 == 0 ? 0.0f : grid->size, i / 2 == 0 ? 0.0f : grid->size);
        region = (struct region){fminf(region.left, at.x), fminf(region.top, at.y),
                                 fmaxf(region.right, at.x), fmaxf(region.bottom, at.y)};
    }

    float margin = MARGIN * fmaxf(region.right - region.left, region.bottom - region.top);
    return (struct region){region.left - margin, region.top - margin, region.right + margin,
                           region.bottom + margin};
}

struct point track_middle(const struct code_track *track)
{
    const struct grid *grid = &track->code.grid;
    return grid_map(grid, grid->size / 2.0f, grid->size / 2.0f);
}

size_t track_level(const struct code_track *track, size_t *row_step)
{
    const struct grid *grid = &track->code.grid;
    float along_u, along_v;
    grid_module(grid, grid->size / 2.0f, grid->size / 2.0f, &along_u, &along_v);
    float module = fminf(along_u, along_v);

    size_t level = 0;
    for (; level < LEVEL_MAX && module >= MODULE_MAX; level++)
        module /= 2.0f;
    *row_step = module < MODULE_ROW ? 1 : 2;
    return level;
}
