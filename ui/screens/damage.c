// SPDX-License-Identifier: MIT
#include "ui/screens/damage.h"

#include <math.h>
#include <string.h>

#define FNV_BASIS UINT64_C(14695981039346656037) // FNV-1a, 64 bits
#define FNV_PRIME UINT64_C(1099511628211)

void damage_forget(struct damage *damage)
{
    damage->known = false;
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t size)
{
    const uint8_t *byte = bytes;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ byte[i]) * FNV_PRIME;
    return hash;
}

static uint64_t mix_number(uint64_t hash, double number)
{
    return mix(hash, &number, sizeof(number));
}

static uint64_t mix_area(uint64_t hash, struct area area)
{
    const float sides[] = {area.x, area.y, area.w, area.h};
    return mix(hash, sides, sizeof(sides));
}

static uint64_t mix_lines(uint64_t hash, const struct node *node)
{
    if (node->text)
        hash = mix(hash, node->text, strlen(node->text) + 1);
    for (size_t i = 0; i < node->lines.count; i++)
        hash = mix_number(mix_number(hash, (double)node->lines.line[i].start),
                          (double)node->lines.line[i].size);
    return hash;
}

// What is typed, and pictures that somebody else owns, may change in place.
static bool may_change_unseen(const struct node *node)
{
    return node->kind == NODE_FIELD || node->kind == NODE_IMAGE;
}

static uint64_t look_of(const struct scene *scene, size_t index)
{
    const struct node *node = &scene->node[index];
    if (may_change_unseen(node))
        return 0;

    const double facts[] = {
        node->kind,
        node->fill,
        node->border,
        node->ink,
        (double)node->radius,
        (double)node->line,
        node->style.weight,
        node->style.align,
        (double)node->text_size,
        node->icon,
        node->picture,
        (double)node->part,
        node->enabled,
        node->on,
        node->kind == NODE_SPINNER ? (double)scene->turn : 0,
        scene->pressed == (int)index,
        scene->focus == (int)index && scene->show_focus,
    };

    uint64_t hash = mix(FNV_BASIS, facts, sizeof(facts));
    return mix_lines(mix_area(hash, scene_place(scene, node)), node) | 1;
}

static uint64_t ground_of(const struct scene *scene)
{
    const double facts[] = {(double)scene->width, (double)scene->height,
                            (double)scene->scale, scene->theme,
                            scene->over_picture,  (double)scene->text_scale};
    return mix(FNV_BASIS, facts, sizeof(facts));
}

// The scroll bar counts as a node behind the others.
static struct damage_node node_at(const struct scene *scene, size_t index)
{
    if (index < scene->count)
        return (struct damage_node){look_of(scene, index),
                                    scene_reach(scene, &scene->node[index])};
    uint64_t look = mix_area(mix_number(FNV_BASIS, (double)scene->scroll), scene->body);
    return (struct damage_node){mix_number(look, (double)scene->scroll_max) | 1, scene->body};
}

static struct area whole_pixels(struct area area, struct area screen)
{
    float left = floorf(area.x), top = floorf(area.y);
    struct area outer = {left, top, ceilf(area.x + area.w) - left,
                         ceilf(area.y + area.h) - top};
    return area_is_empty(area) ? (struct area){0} : area_meet(outer, screen);
}

struct area damage_take(struct damage *damage, const struct scene *scene)
{
    struct area screen = {0, 0, scene->width, scene->height}, changed = {0};
    uint64_t ground = ground_of(scene);
    bool all = !damage->known || ground != damage->ground;
    size_t count = scene->count + 1, before = damage->count;

    for (size_t i = 0; i < count || i < before; i++) {
        struct damage_node now = {0}, *old = &damage->node[i];
        if (i < count)
            now = node_at(scene, i);
        if (i >= before)
            *old = (struct damage_node){0};
        if (now.look == 0 || now.look != old->look)
            changed = area_join(changed, area_join(now.reach, old->reach));
        *old = now;
    }

    damage->known = true;
    damage->ground = ground;
    damage->count = count;

    return all ? screen : whole_pixels(changed, screen);
}
