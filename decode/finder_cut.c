// SPDX-License-Identifier: MIT
#include "decode/finder_cut.h"

#include <math.h>

#define REACH 3.0f // how much wider than the guess a module may be
#define OPEN  0.5f // error of a side without an end: fewer runs agree

// Distances between edges of the same direction: 2, 2, 4 and 4 modules.
static bool measure_closed(const float *ahead, const float *behind, struct cut *out)
{
    float sums[4] = {ahead[2] - ahead[0], behind[2] - behind[0], ahead[0] + behind[1],
                     behind[0] + ahead[1]};
    float unit = (sums[0] + sums[1] + sums[2] + sums[3]) / 12.0f;
    float error = (fabsf(sums[0] - 2.0f * unit) + fabsf(sums[1] - 2.0f * unit) +
                   fabsf(sums[2] - 4.0f * unit) + fabsf(sums[3] - 4.0f * unit)) /
                  unit;
    float shift = (ahead[0] - behind[0] + ahead[1] - behind[1] + ahead[2] - behind[2]) / 6.0f;
    *out = (struct cut){unit, shift, error, false};
    return error <= 2.4f + 0.5f / unit;
}

// The same without the last edge of `open`, which has another or none.
static bool measure_open(const float *closed, const float *open, struct cut *out)
{
    float sums[3] = {closed[2] - closed[0], closed[0] + open[1], open[0] + closed[1]};
    float unit = (sums[0] + sums[1] + sums[2]) / 10.0f;
    float error = (fabsf(sums[0] - 2.0f * unit) + fabsf(sums[1] - 4.0f * unit) +
                   fabsf(sums[2] - 4.0f * unit)) /
                  unit;
    float shift = (closed[0] - open[0] + closed[1] - open[1]) / 4.0f;
    *out = (struct cut){unit, shift, error + OPEN, true};
    return error <= 1.4f + 0.5f / unit;
}

bool cut_measure(const struct cut_line *line, struct work *work, struct cut *out)
{
    float step = line->module < 3.0f ? 0.5f : 1.0f;
    float ahead[RAY_CROSSINGS], behind[RAY_CROSSINGS];
    struct ray ray = {.from = line->from,
                      .step = {step * line->direction.x, step * line->direction.y},
                      .threshold = line->threshold,
                      .dark = line->dark,
                      .limit =
                          (unsigned)(fminf(3.5f * REACH * line->module, 500.0f) / step) + 2};
    size_t found_ahead = ray_crossings(line->luma, &ray, ahead);
    work_spend(work, ray.walked * 3 / 2);
    size_t least = line->may_open ? RAY_CROSSINGS - 1 : RAY_CROSSINGS;
    if (found_ahead < least)
        return false;
    ray.step = (struct point){-ray.step.x, -ray.step.y};
    size_t found_behind = ray_crossings(line->luma, &ray, behind);
    work_spend(work, ray.walked * 3 / 2);
    if (found_behind < least)
        return false;

    struct cut cut = {0};
    bool whole_ahead = found_ahead == RAY_CROSSINGS,
         whole_behind = found_behind == RAY_CROSSINGS;
    bool fits = whole_ahead && whole_behind && measure_closed(ahead, behind, &cut);
    if (!fits && line->may_open && whole_behind) {
        fits = measure_open(behind, ahead, &cut);
        cut.shift = -cut.shift;
    }
    if (!fits && line->may_open && whole_ahead)
        fits = measure_open(ahead, behind, &cut);
    if (!fits)
        return false;

    *out = cut;
    out->module *= step;
    out->shift *= step;
    return true;
}
