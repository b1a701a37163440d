// SPDX-License-Identifier: MIT
#include "decode/alignment.h"

#include <math.h>

#define LIKENESS_MIN 0.6f
#define FAR_PENALTY  0.015f // of likeness a module away: among equals take the nearest
#define PATCH_MAX    (4u * ALIGNMENT_REACH_MAX + 9u) // half modules a side

// The pattern's modules against their mean: 17 dark, 8 light of 25.
static float template_at(size_t row, size_t column)
{
    bool edge = row == 0 || row == 4 || column == 0 || column == 4;
    bool dark = edge || (row == 2 && column == 2);
    return dark ? -8.0f / 25.0f : 17.0f / 25.0f;
}

// The correlation of the patch with the pattern, its first module at half modules (x, y).
static float likeness(const float *patch, size_t side, size_t x, size_t y)
{
    const float energy = 17.0f * 8.0f / 25.0f;
    float sum = 0.0f, squares = 0.0f, product = 0.0f;
    for (size_t row = 0; row < 5; row++) {
        for (size_t column = 0; column < 5; column++) {
            float value = patch[(y + 2 * row) * side + x + 2 * column];
            sum += value;
            squares += value * value;
            product += value * template_at(row, column);
        }
    }
    float variance = squares - sum * sum / 25.0f;
    if (variance < 25.0f * 9.0f) // flatter than noise
        return 0.0f;
    return product / sqrtf(variance * energy);
}

bool alignment_find(const struct grid_view *view, const struct grid *grid, float u, float v,
                    unsigned reach, struct alignment *out)
{
    float patch[PATCH_MAX * PATCH_MAX];
    size_t steps = 4 * (size_t)reach + 1, side = steps + 8;
    if (reach > ALIGNMENT_REACH_MAX || !work_spend(view->work, (int64_t)(side * side)))
        return false;

    float first = -(float)reach - 2.0f;
    for (size_t y = 0; y < side; y++)
        for (size_t x = 0; x < side; x++)
            patch[y * side + x] =
                grid_look(view, grid, u + first + 0.5f * (float)x, v + first + 0.5f * (float)y);
    work_spend(view->work, (int64_t)(steps * steps * 3));

    float best = LIKENESS_MIN;
    bool found = false;
    for (size_t y = 0; y < steps; y++) {
        for (size_t x = 0; x < steps; x++) {
            float off_u = 0.5f * (float)x - (float)reach,
                  off_v = 0.5f * (float)y - (float)reach;
            float like = likeness(patch, side, x, y) - FAR_PENALTY * hypotf(off_u, off_v);
            if (like <= best)
                continue;
            best = like;
            found = true;
            *out = (struct alignment){off_u, off_v, like};
        }
    }
    return found;
}
