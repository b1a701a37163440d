// SPDX-License-Identifier: MIT
#include "decode/ray.h"

bool ray_crossings(const struct luma *luma, struct ray *ray, float out[static RAY_CROSSINGS])
{
    float sign = ray->dark ? 1.0f : -1.0f;
    float before = sign * (luma_at(luma, ray->from) - ray->threshold);
    float found[RAY_CROSSINGS];
    size_t count = 0;
    ray->walked = 0;
    if (before >= 0.0f)
        return false;

    while (ray->walked < ray->limit) {
        ray->walked++;
        float distance = (float)ray->walked;
        struct point at = {ray->from.x + distance * ray->step.x,
                           ray->from.y + distance * ray->step.y};
        if (!luma_holds(luma, at))
            return false;
        float here = sign * (luma_at(luma, at) - ray->threshold);
        if ((here < 0.0f) == (before < 0.0f)) {
            before = here;
            continue;
        }

        found[count++] = distance - here / (here - before);
        before = here;
        if (count == RAY_CROSSINGS) {
            memcpy(out, found, sizeof(found));
            return true;
        }
    }
    return false;
}
