// SPDX-License-Identifier: MIT
#include "decode/finder_cut.h"

#include <math.h>

#define REACH 3.0f // how much wider than the guess a module may be

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
    bool found = ray_crossings(line->luma, &ray, ahead);
    work_spend(work, ray.walked * 3 / 2);
    if (!found)
        return false;
    ray.step = (struct point){-ray.step.x, -ray.step.y};
    found = ray_crossings(line->luma, &ray, behind);
    work_spend(work, ray.walked * 3 / 2);
    if (!found)
        return false;

    // Distances between edges of the same direction: 2, 2, 4 and 4 modules.
    float sums[4] = {ahead[2] - ahead[0], behind[2] - behind[0], ahead[0] + behind[1],
                     behind[0] + ahead[1]};
    float unit = (sums[0] + sums[1] + sums[2] + sums[3]) / 12.0f;
    float error = (fabsf(sums[0] - 2.0f * unit) + fabsf(sums[1] - 2.0f * unit) +
                   fabsf(sums[2] - 4.0f * unit) + fabsf(sums[3] - 4.0f * unit)) /
                  unit;
    if (!(error <= 2.4f + 0.5f / unit))
        return false;
    float shift = (ahead[0] - behind[0] + ahead[1] - behind[1] + ahead[2] - behind[2]) / 6.0f;
    *out = (struct cut){unit * step, shift * step, error};
    return true;
}
