// SPDX-License-Identifier: MIT
#include "decode/grid.h"

#include "decode/least_squares.h"

#include <math.h>

#define OFF_MAX       0.6f // modules: further off, another edge was met
#define WORK_OF_EDGE  2    // units
#define WORK_OF_ERROR 4    // units, its part in a fit among them

// Powers and products of s and t up to `order`, the constant first.
static size_t bend_terms(unsigned order, float s, float t, float out[static GRID_BEND_TERMS])
{
    size_t count = 0;
    float s_powers[GRID_BEND_ORDER_MAX + 1] = {1.0f},
                                         t_powers[GRID_BEND_ORDER_MAX + 1] = {1.0f};
    for (unsigned i = 1; i <= order; i++) {
        s_powers[i] = s_powers[i - 1] * s;
        t_powers[i] = t_powers[i - 1] * t;
    }
    for (unsigned degree = 0; degree <= order; degree++)
        for (unsigned i = 0; i <= degree; i++)
            out[count++] = s_powers[degree - i] * t_powers[i];
    return count;
}

// Coordinates from -1 to 1 across the code keep the equations well scaled.
static float centred(const struct grid *grid, float u)
{
    return u * 2.0f / grid->size - 1.0f;
}

// The polynomial with terms in the order of bend_terms(), written out: it is asked for every
// module.
static inline float bend_at(const float *b, unsigned order, float s, float t)
{
    float sum = b[0] + b[1] * s + b[2] * t;
    if (order >= 2)
        sum += (b[3] * s + b[4] * t) * s + b[5] * t * t;
    if (order >= 3)
        sum += ((b[6] * s + b[7] * t) * s + b[8] * t * t) * s + b[9] * t * t * t;
    if (order >= 4)
        sum += (((b[10] * s + b[11] * t) * s + b[12] * t * t) * s + b[13] * t * t * t) * s +
               b[14] * t * t * t * t;
    return sum;
}

struct point grid_map(const struct grid *grid, float u, float v)
{
    if (grid->bend_order > 0) {
        float s = centred(grid, u), t = centred(grid, v);
        u += bend_at(grid->bend[0], grid->bend_order, s, t);
        v += bend_at(grid->bend[1], grid->bend_order, s, t);
    }
    const float *h = grid->h;
    float w = 1.0f / (h[6] * u + h[7] * v + h[8]);
    return (struct point){(h[0] * u + h[1] * v + h[2]) * w, (h[3] * u + h[4] * v + h[5]) * w};
}

void grid_module(const struct grid *grid, float u, float v, float *along_u, float *along_v)
{
    struct point left = grid_map(grid, u - 0.5f, v), right = grid_map(grid, u + 0.5f, v);
    struct point top = grid_map(grid, u, v - 0.5f), bottom = grid_map(grid, u, v + 0.5f);
    *along_u = hypotf(right.x - left.x, right.y - left.y);
    *along_v = hypotf(bottom.x - top.x, bottom.y - top.y);
}

float grid_distance(const struct grid *a, const struct grid *b)
{
    float most = 0.0f, along_u, along_v;
    for (int i = 0; i < 9; i++) {
        float u = a->size * (0.1f + 0.4f * (float)(i % 3));
        float v = a->size * (0.1f + 0.4f * (float)(i / 3));
        struct point at = grid_map(a, u, v), there = grid_map(b, u, v);
        grid_module(a, u, v, &along_u, &along_v);
        most = fmaxf(most, hypotf(at.x - there.x, at.y - there.y) / fminf(along_u, along_v));
    }
    return most;
}

static void swap(float *a, float *b)
{
    float other = *a;
    *a = *b;
    *b = other;
}

void grid_transpose(struct grid *grid)
{
    for (size_t row = 0; row < 3; row++)
        swap(&grid->h[3 * row], &grid->h[3 * row + 1]);

    // The terms of a degree run from a power of s to one of t.
    float bend[2][GRID_BEND_TERMS];
    memcpy(bend, grid->bend, sizeof(bend));
    size_t first = 0;
    for (size_t degree = 0; degree <= GRID_BEND_ORDER_MAX; degree++) {
        for (size_t i = 0; i <= degree; i++)
            for (size_t axis = 0; axis < 2; axis++)
                grid->bend[axis][first + i] = bend[1 - axis][first + degree - i];
        first += degree + 1;
    }
}

// Along one axis a projection is x(u) = a u / (1 + c u), so a module's width falls with the
// square of w = 1 + c u, and two widths give w at one end relative to the other.
void grid_flatten(struct grid *grid)
{
    float near = 3.5f, far = grid->size - 3.5f, leg = far - near;
    struct point corner = grid_map(grid, near, near), right = grid_map(grid, far, near),
                 below = grid_map(grid, near, far);
    float x_u = (right.x - corner.x) / leg, x_v = (below.x - corner.x) / leg;
    float y_u = (right.y - corner.y) / leg, y_v = (below.y - corner.y) / leg;

    const float h[9] = {x_u,  x_v,  corner.x - near * (x_u + x_v),
                        y_u,  y_v,  corner.y - near * (y_u + y_v),
                        0.0f, 0.0f, 1.0f};
    memcpy(grid->h, h, sizeof(h));
    grid->bend_order = 0;
}

void grid_from_finders(struct grid *out, size_t size, const struct point middle[static 3],
                       const float along_u[static 2], const float along_v[static 2])
{
    float span = (float)size - 7.0f;
    float right = sqrtf(along_u[0] / along_u[1]), below = sqrtf(along_v[0] / along_v[1]);
    struct point a = middle[0];
    struct point b = {middle[1].x * right, middle[1].y * right};
    struct point c = {middle[2].x * below, middle[2].y * below};

    *out = (struct grid){.size = (float)size};
    float *h = out->h;
    h[0] = (b.x - a.x) / span;
    h[1] = (c.x - a.x) / span;
    h[3] = (b.y - a.y) / span;
    h[4] = (c.y - a.y) / span;
    h[6] = (right - 1.0f) / span;
    h[7] = (below - 1.0f) / span;

    h[2] = a.x - 3.5f * (h[0] + h[1]);
    h[5] = a.y - 3.5f * (h[3] + h[4]);
    h[8] = 1.0f - 3.5f * (h[6] + h[7]);
}

float grid_look(const struct grid_view *view, const struct grid *grid, float u, float v)
{
    struct point at = grid_map(grid, u, v);
    at.x *= view->scale;
    at.y *= view->scale;
    return view->polarity * luma_at(view->luma, at);
}

static enum grid_expect expected(const uint8_t *expect, size_t size, size_t row, size_t column)
{
    if (row >= size || column >= size) // also one before the first, wrapped around
        return GRID_LIGHT;
    return (enum grid_expect)expect[row * size + column];
}

// One edge at (u, v), from a module that should be `before` to one that should not be.
static void measure_edge(const struct grid_view *view, const struct grid *grid, float u,
                         float v, bool along_v, enum grid_expect before,
                         struct grid_errors *errors)
{
    if (errors->count == errors->capacity)
        return;
    work_spend(view->work, WORK_OF_EDGE);

    float du = along_v ? 0.0f : 0.5f, dv = along_v ? 0.5f : 0.0f;
    float first = grid_look(view, grid, u - du, v - dv);
    float second = grid_look(view, grid, u + du, v + dv);
    float rise = before == GRID_DARK ? second - first : first - second;

    errors->seen += fabsf(rise);
    if (rise < 4.0f)
        return;
    errors->right += rise;

    float edge = grid_look(view, grid, u, v);
    float off = ((first + second) / 2.0f - edge) / (second - first);
    if (fabsf(off) > OFF_MAX)
        return;
    errors->error[errors->count++] =
        (struct grid_error){u, v, 0.9f * off, rise < 60.0f ? rise / 60.0f : 1.0f, along_v};
}

void grid_measure(const struct grid_view *view, const struct grid *grid, const uint8_t *expect,
                  size_t left, size_t top, size_t right, size_t bottom,
                  struct grid_errors *errors)
{
    size_t size = (size_t)grid->size, before = errors->count;

    for (size_t row = top; row <= bottom; row++) {
        for (size_t column = left; column <= right; column++) {
            enum grid_expect here = expected(expect, size, row, column);
            if (here == GRID_UNKNOWN)
                continue;
            enum grid_expect west = expected(expect, size, row, column - 1);
            enum grid_expect north = expected(expect, size, row - 1, column);
            if (row < bottom && west != GRID_UNKNOWN && west != here)
                measure_edge(view, grid, (float)column, (float)row + 0.5f, false, west, errors);
            if (column < right && north != GRID_UNKNOWN && north != here)
                measure_edge(view, grid, (float)column + 0.5f, (float)row, true, north, errors);
        }
    }

    work_spend(view->work, WORK_OF_ERROR * (int64_t)(errors->count - before) + 32);
}

// A small homography composed from the right displaces (s, t) by
//   a0 + a1 s + a2 t + s (g s + k t)   and   b0 + b1 s + b2 t + t (g s + k t).
bool grid_fit_projective(struct grid *grid, const struct grid_errors *errors)
{
    struct least_squares system;
    least_squares_init(&system, 8);
    float unit = grid->size / 2.0f; // modules in one unit of s

    for (size_t i = 0; i < errors->count; i++) {
        const struct grid_error *error = &errors->error[i];
        float s = centred(grid, error->u), t = centred(grid, error->v);
        float row[8] = {0};
        float along = error->along_v ? t : s;
        size_t first = error->along_v ? 3 : 0;
        row[first] = 1.0f;
        row[first + 1] = s;
        row[first + 2] = t;
        row[6] = along * s;
        row[7] = along * t;
        least_squares_add(&system, row, error->off / unit, error->weight);
    }

    float ridge = 0.0005f * (float)system.weight + 1e-4f;
    for (size_t i = 0; i < 8; i++)
        least_squares_prefer(&system, i, 0.0f, ridge);
    float x[8];
    if (errors->count < 24 || !least_squares_solve(&system, x))
        return false;

    // In modules: first to s and t, then the small homography, then back.
    float m[9] = {1.0f + x[1], x[2], x[0], x[4], 1.0f + x[5], x[3], -x[6], -x[7], 1.0f};
    float back[9], composed[9];
    const float in[9] = {1.0f / unit, 0, -1.0f, 0, 1.0f / unit, -1.0f, 0, 0, 1.0f};
    const float outwards[9] = {unit, 0, unit, 0, unit, unit, 0, 0, 1.0f};

    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++)
            back[3 * i + j] =
                m[3 * i] * in[j] + m[3 * i + 1] * in[3 + j] + m[3 * i + 2] * in[6 + j];
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++)
            composed[3 * i + j] = outwards[3 * i] * back[j] +
                                  outwards[3 * i + 1] * back[3 + j] +
                                  outwards[3 * i + 2] * back[6 + j];

    float h[9];
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++)
            h[3 * i + j] = grid->h[3 * i] * composed[j] + grid->h[3 * i + 1] * composed[3 + j] +
                           grid->h[3 * i + 2] * composed[6 + j];
    memcpy(grid->h, h, sizeof(h));
    return true;
}

bool grid_fit_bend(struct grid *grid, const struct grid_errors *errors, unsigned order)
{
    float bend[2][GRID_BEND_TERMS] = {{0}};
    for (size_t axis = 0; axis < 2; axis++) {
        struct least_squares system;
        float term[GRID_BEND_TERMS];
        size_t terms = bend_terms(order, 0.0f, 0.0f, term), used = 0;

        least_squares_init(&system, terms);
        for (size_t i = 0; i < errors->count; i++) {
            const struct grid_error *error = &errors->error[i];
            if (error->along_v != (axis == 1))
                continue;
            bend_terms(order, centred(grid, error->u), centred(grid, error->v), term);
            least_squares_add(&system, term, error->off, error->weight);
            used++;
        }

        float ridge = 0.002f * (float)system.weight + 1e-4f;
        for (size_t i = 0; i < terms; i++)
            least_squares_prefer(&system, i, 0.0f, ridge);
        if (used < 2 * terms || !least_squares_solve(&system, bend[axis]))
            return false;
    }

    // Terms are sorted by degree, so a lower order's are the first of a higher one's.
    for (size_t i = 0; i < GRID_BEND_TERMS; i++) {
        grid->bend[0][i] += bend[0][i];
        grid->bend[1][i] += bend[1][i];
    }
    grid->bend_order = order > grid->bend_order ? order : grid->bend_order;
    return true;
}
