// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_SCREENS_DAMAGE_H
#define QRCONFIRM_UI_SCREENS_DAMAGE_H

// Which part of a screen must be redrawn: what has changed since the scene before it. Scenes
// are built from scratch each time, so looks are compared, not pointers. Typed text is not kept
// for that: a field always counts as changed.

#include "ui/screens/scene.h"

struct damage_node {
    uint64_t look; // a hash of all that is drawn; 0: never the same
    struct area reach;
};

// All zero bytes know no scene yet.
struct damage {
    bool known;
    uint64_t ground; // of what all nodes depend on
    struct damage_node node[SCENE_NODES_MAX + 1];
    size_t count;
};

// The next scene counts as new altogether.
void damage_forget(struct damage *damage);

// What of `scene` differs from the scene of the last call: whole pixels, inside the screen;
// empty if nothing does.
struct area damage_take(struct damage *damage, const struct scene *scene);

#endif
