// SPDX-License-Identifier: MIT
#include "decode/measure.h"

#include <math.h>

// The longest side of a module at the code's corners against the shortest.
static float tilt_of(const struct grid *grid)
{
    float size = grid->size, shortest = INFINITY, longest = 0.0f;
    for (int i = 0; i < 4; i++) {
        float along_u, along_v;
        grid_module(grid, i % 2 == 0 ? 0.0f : size, i / 2 == 0 ? 0.0f : size, &along_u,
                    &along_v);
        shortest = fminf(shortest, fminf(along_u, along_v));
        longest = fmaxf(longest, fmaxf(along_u, along_v));
    }
    return longest / fmaxf(shortest, 0.01f);
}

static float motion_of(const struct located *code, const struct code_track *track)
{
    bool seen = track->has && track->code.version == code->version;
    return seen ? grid_distance(&track->code.grid, &code->grid) : 0.0f;
}

void measure_code(const struct located *code, const struct sample_stats *stats, float sharpness,
                  const struct code_track *track, struct hint_measures *measures)
{
    const struct grid *grid = &code->grid;
    float along_u, along_v;
    grid_module(grid, grid->size / 2.0f, grid->size / 2.0f, &along_u, &along_v);

    *measures = (struct hint_measures){
        .located = true,
        .module = fminf(along_u, along_v),
        .light = fabsf(stats->light),
        .contrast = stats->contrast,
        .washed = stats->washed,
        .sharpness = sharpness,
        .tilt = tilt_of(grid),
        .motion = motion_of(code, track),
        .borderless = measures->borderless,
    };
}
