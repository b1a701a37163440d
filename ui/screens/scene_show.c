// SPDX-License-Identifier: MIT
// Scrolling to what has the focus.
#include "ui/screens/scene.h"

#include <math.h>

void scene_show(struct scene *scene, int index)
{
    if (index < 0 || !scene->node[index].scrolls)
        return;

    const struct node *node = &scene->node[index];
    float margin = scene_u(scene, SHOW_MARGIN), end = scene->body.y + scene->body.h;
    struct area area = node->area;
    if (node->kind == NODE_FIELD && area.h + 2 * margin > scene->body.h)
        area = scene_caret(scene, index);

    float least = area.y + area.h + margin - end, most = area.y - margin - scene->body.y;
    scene->scroll = fminf(fmaxf(scene->scroll, least), most);
    scene->scroll = fmaxf(0, fminf(scene->scroll, scene->scroll_max));
}
