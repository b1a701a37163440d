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

size_t ray_crossings(const struct luma *luma, struct ray *ray, float out[static RAY_CROSSINGS])
{
    float sign = ray->dark ? 1.0f : -1.0f;
    float before = sign * (luma_at(luma, ray->from) - ray->threshold);
    size_t count = 0;
    ray->walked = 0;
    if (before >= 0.0f)
        return 0;

    while (ray->walked < ray->limit) {
        ray->walked++;
        float distance = (float)ray->walked;
        struct point at = {ray->from.x + distance * ray->step.x,
                           ray->from.y + distance * ray->step.y};
        if (!luma_holds(luma, at)) {
            if (count == RAY_CROSSINGS - 1)
                out[count++] = distance - steps_outside(luma, ray, at);
            break;
        }
        float here = sign * (luma_at(luma, at) - ray->threshold);
        if ((here < 0.0f) == (before < 0.0f)) {
            before = here;
            continue;
        }

        out[count++] = distance - here / (here - before);
        before = here;
        if (count == RAY_CROSSINGS)
            break;
    }
    return count;
}
