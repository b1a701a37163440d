// SPDX-License-Identifier: MIT
#include "decode/ray.h"

#include <math.h>

// How many steps ago did the ray leave the picture?
static float steps_outside(const struct luma *luma, const struct ray *ray, struct point at)
{
    float x = fmaxf(-at.x, at.x - (float)luma->width) / fmaxf(fabsf(ray->step.x), 1e-3f);
    float y = fmaxf(-at.y, at.y - (float)luma->height) / fmaxf(fabsf(ray->step.y), 1e-3f);
    return fminf(fmaxf(fmaxf(x, y), 0.0f), 1.0f);
}

// How many steps along one axis stay a pixel away from the ends of a side? Not-a-numbers make
// none.
static float steps_along(float from, float step, size_t side)
{
    float last = (float)(int)side - 1.0f;
    if (!(from >= 1.0f && from <= last && fabsf(step) <= 1.0f))
        return 0.0f;
    return (step > 0.0f ? last - from : from - 1.0f) / fmaxf(fabsf(step), 1e-6f);
}

static unsigned steps_inside(const struct luma *luma, const struct ray *ray)
{
    float steps = fminf(steps_along(ray->from.x, ray->step.x, luma->width),
                        steps_along(ray->from.y, ray->step.y, luma->height));
    return steps < (float)ray->limit ? (unsigned)steps : ray->limit;
}

size_t ray_crossings(const struct luma *luma, struct ray *ray, float out[static RAY_CROSSINGS])
{
    float sign = ray->dark ? 1.0f : -1.0f;
    float before = sign * (luma_at(luma, ray->from) - ray->threshold);
    size_t count = 0;
    ray->walked = 0;
    if (before >= 0.0f)
        return 0;

    const struct point from = ray->from, step = ray->step;
    const float threshold = ray->threshold;
    const unsigned limit = ray->limit, inside = steps_inside(luma, ray);
    bool in_first = true; // in the colour that the ray starts in
    unsigned walked = 0;
    while (walked < limit && count < RAY_CROSSINGS) {
        walked++;
        float distance = (float)(int)walked;
        struct point at = {from.x + distance * step.x, from.y + distance * step.y};
        if (walked > inside && !luma_holds(luma, at)) {
            if (count == RAY_CROSSINGS - 1)
                out[count++] = distance - steps_outside(luma, ray, at);
            break;
        }

        float light = walked > inside ? luma_at(luma, at) : luma_inside(luma, at);
        float here = sign * (light - threshold);
        if ((here < 0.0f) != in_first) {
            out[count++] = distance - here / (here - before);
            in_first = !in_first;
        }
        before = here;
    }

    ray->walked = walked;
    return count;
}
