// SPDX-License-Identifier: MIT
#include "decode/sample.h"

#include <math.h>

#define WINDOW   5u    // modules on each side whose means make the threshold
#define WIDE     3.0f  // pixels: from here on a module is looked at in four places
#define SPREAD   0.17f // modules from its middle
#define SOFT_MAX 1.5f
#define FAINT    0.25f // of the code's contrast: less around a module is taken as that much

static void look_at_modules(const struct grid_view *view, const struct grid *grid,
                            const struct layout *layout, float *look)
{
    size_t size = layout->size;
    float middle = (float)size / 2.0f, along_u, along_v;
    grid_module(grid, middle, middle, &along_u, &along_v);
    bool wide = fminf(along_u, along_v) * view->scale >= WIDE;

    for (size_t row = 0; row < size; row++) {
        for (size_t column = 0; column < size; column++) {
            float u = (float)column + 0.5f, v = (float)row + 0.5f;
            if (!wide) {
                look[row * size + column] = grid_look(view, grid, u, v);
                continue;
            }
            look[row * size + column] = (grid_look(view, grid, u - SPREAD, v - SPREAD) +
                                         grid_look(view, grid, u + SPREAD, v - SPREAD) +
                                         grid_look(view, grid, u - SPREAD, v + SPREAD) +
                                         grid_look(view, grid, u + SPREAD, v + SPREAD)) /
                                        4.0f;
        }
    }

    work_spend(view->work, (int64_t)(size * size * (wide ? 6 : 3)));
}

// Integrals of brightness by colour.
static void sum_up(struct sample_room *room, size_t size)
{
    for (size_t i = 0; i <= size; i++) {
        room->sums[0][0][i] = room->sums[1][0][i] = room->counts[0][i] = 0.0f;
        room->sums[0][i][0] = room->sums[1][i][0] = room->counts[i][0] = 0.0f;
    }

    for (size_t row = 0; row < size; row++) {
        float sum[2] = {0.0f, 0.0f}, count = 0.0f;
        for (size_t column = 0; column < size; column++) {
            size_t dark = room->dark[row * size + column];
            sum[dark] += room->look[row * size + column];
            count += (float)dark;
            room->sums[0][row + 1][column + 1] = room->sums[0][row][column + 1] + sum[0];
            room->sums[1][row + 1][column + 1] = room->sums[1][row][column + 1] + sum[1];
            room->counts[row + 1][column + 1] = room->counts[row][column + 1] + count;
        }
    }
}

struct window {
    size_t left, top, right, bottom;
};

static struct window window_around(size_t row, size_t column, size_t size)
{
    return (struct window){column > WINDOW ? column - WINDOW : 0,
                           row > WINDOW ? row - WINDOW : 0,
                           column + WINDOW < size ? column + WINDOW + 1 : size,
                           row + WINDOW < size ? row + WINDOW + 1 : size};
}

static float inside(float (*integral)[QR_SIZE_MAX + 1], struct window w)
{
    return integral[w.bottom][w.right] - integral[w.top][w.right] - integral[w.bottom][w.left] +
           integral[w.top][w.left];
}

static void known_colours(const struct layout *layout, uint8_t *dark)
{
    for (size_t i = 0; i < layout->size * layout->size; i++) {
        if (layout->kind[i] == MODULE_DARK)
            dark[i] = 1;
        else if (layout->kind[i] == MODULE_LIGHT)
            dark[i] = 0;
    }
}

// First round: dark is what is below the mean of the window.
static void decide_by_mean(struct sample_room *room, const struct layout *layout)
{
    size_t size = layout->size;
    memset(room->dark, 0, size * size);
    sum_up(room, size);
    for (size_t row = 0; row < size; row++) {
        for (size_t column = 0; column < size; column++) {
            struct window w = window_around(row, column, size);
            float area = (float)((w.right - w.left) * (w.bottom - w.top));
            float mean = inside(room->sums[0], w) / area;
            room->dark[row * size + column] = room->look[row * size + column] < mean;
        }
    }
    known_colours(layout, room->dark);
}

// The means of the light and of the dark modules in a window.
static void local_means(struct sample_room *room, size_t size, size_t row, size_t column,
                        float *light, float *dark)
{
    struct window w = window_around(row, column, size);
    float area = (float)((w.right - w.left) * (w.bottom - w.top));
    float darks = inside(room->counts, w);
    *light = inside(room->sums[0], w) / fmaxf(area - darks, 1.0f);
    *dark = inside(room->sums[1], w) / fmaxf(darks, 1.0f);
    if (darks < 1.0f)
        *dark = *light;
    if (area - darks < 1.0f)
        *light = *dark;
}

void sample_code(const struct grid_view *view, const struct grid *grid,
                 struct sample_room *room, struct soft_code *out, struct sample_stats *stats)
{
    const struct layout *layout = out->layout;
    size_t size = layout->size, modules = size * size;
    look_at_modules(view, grid, layout, room->look);
    decide_by_mean(room, layout);
    sum_up(room, size);

    struct window all = {0, 0, size, size};
    float darks = inside(room->counts, all);
    float bright = inside(room->sums[0], all) / fmaxf((float)modules - darks, 1.0f);
    float contrast = bright - inside(room->sums[1], all) / fmaxf(darks, 1.0f);
    float least = FAINT * fmaxf(contrast, 1.0f);
    size_t washed = 0;
    for (size_t row = 0; row < size; row++) {
        for (size_t column = 0; column < size; column++) {
            float light, dark;
            local_means(room, size, row, column, &light, &dark);
            float here = light - dark;
            washed += here < contrast / 3.0f;
            float soft = 2.0f * ((light + dark) / 2.0f - room->look[row * size + column]) /
                         fmaxf(here, least);
            out->value[row * size + column] = fmaxf(-SOFT_MAX, fminf(SOFT_MAX, soft));
        }
    }
    *stats = (struct sample_stats){contrast, bright, (float)washed / (float)modules};
}

float soft_fidelity(const struct layout *layout, const float *value)
{
    float product = 0.0f, squares = 0.0f, count = 0.0f;
    for (size_t i = 0; i < layout->size * layout->size; i++) {
        if (layout->kind[i] != MODULE_DARK && layout->kind[i] != MODULE_LIGHT)
            continue;
        product += layout->kind[i] == MODULE_DARK ? value[i] : -value[i];
        squares += value[i] * value[i];
        count += 1.0f;
    }
    return squares > 0.0f ? fmaxf(0.0f, product / sqrtf(squares * count)) : 0.0f;
}

float soft_sharpness(const struct layout *layout, const float *value)
{
    size_t size = layout->size;
    float timing = 0.0f, cores = 0.0f;
    for (size_t i = 8; i < size - 8; i++) {
        float sign = i % 2 == 0 ? 1.0f : -1.0f;
        timing += sign * (value[6 * size + i] + value[i * size + 6]);
    }
    for (size_t i = 2; i < 5; i++)
        for (size_t j = 2; j < 5; j++)
            cores += value[i * size + j] + value[i * size + size - 7 + j] +
                     value[(size - 7 + i) * size + j];
    timing /= 2.0f * (float)(size - 16);
    cores /= 27.0f;
    return cores > 0.1f ? fmaxf(0.0f, timing / cores) : 0.0f;
}
