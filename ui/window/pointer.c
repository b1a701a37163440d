// SPDX-License-Identifier: MIT
#include "ui/window/pointer.h"

#include <math.h>

#define DRAG_UNITS 10.0f // a press may wander so far

void pointer_init(struct pointer *pointer)
{
    *pointer = (struct pointer){.pressed = -1};
}

static bool is_key(const struct scene *scene, int node)
{
    return node >= 0 && node < (int)scene->count && scene->node[node].kind == NODE_KEY;
}

void pointer_forget(struct pointer *pointer)
{
    pointer->pressed = -1;
    pointer->drags = false;
    pointer->forgotten = true;
}

void pointer_down(struct pointer *pointer, const struct scene *scene, int64_t finger,
                  struct dot at)
{
    if (pointer->is_down && pointer->finger != finger)
        return;
    *pointer = (struct pointer){
        .is_down = true,
        .finger = finger,
        .pressed = scene_hit(scene, at.x, at.y),
        .start = at,
        .start_scroll = scene->scroll,
    };
}

bool pointer_move(struct pointer *pointer, struct scene *scene, int64_t finger, struct dot at)
{
    if (!pointer->is_down || pointer->finger != finger)
        return false;
    float moved = at.y - pointer->start.y;
    if (is_key(scene, pointer->pressed)) // a thumb that rolls over keys moves nothing
        return false;
    if (!pointer->drags && fabsf(moved) < scene_u(scene, DRAG_UNITS))
        return false;
    if (scene->scroll_max <= 0)
        return false;
    pointer->drags = true;
    pointer->pressed = -1;
    scene->scroll = fmaxf(0, fminf(pointer->start_scroll - moved, scene->scroll_max));
    return true;
}

int pointer_up(struct pointer *pointer, const struct scene *scene, int64_t finger,
               struct dot at)
{
    if (!pointer->is_down || pointer->finger != finger)
        return -1;
    int pressed = pointer->pressed, hit = scene_hit(scene, at.x, at.y);
    bool went = pointer->drags || pointer->forgotten;
    float moved = hypotf(at.x - pointer->start.x, at.y - pointer->start.y);
    pointer_init(pointer);
    bool same = hit == pressed || (is_key(scene, pressed) && is_key(scene, hit));
    if (went || !same)
        return -1;
    if (pressed >= 0)
        return pressed;
    return moved < scene_u(scene, DRAG_UNITS) ? POINTER_GROUND : -1;
}
