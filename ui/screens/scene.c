// SPDX-License-Identifier: MIT
#include "ui/screens/scene.h"

#include <math.h>
#include <stdio.h>

void scene_begin(struct scene *scene, struct fonts *fonts, enum theme_choice theme, int width,
                 int height, float scale, float text_scale)
{
    *scene = (struct scene){
        .fonts = fonts,
        .theme = theme,
        .width = (float)width,
        .height = (float)height,
        .scale = scale,
        .text_scale = text_scale,
        .focus = -1,
        .pressed = -1,
    };
    scene->body = scene->room = (struct area){0, 0, scene->width, scene->height};
}

void scene_keep_clear(struct scene *scene, const struct insets *safe_area)
{
    float left = scene_u(scene, (float)safe_area->left);
    float top = scene_u(scene, (float)safe_area->top);
    scene->room =
        (struct area){left, top, scene->width - left - scene_u(scene, (float)safe_area->right),
                      scene->height - top - scene_u(scene, (float)safe_area->bottom)};
    scene->body = scene->room;
}

struct node *scene_add(struct scene *scene, enum node_kind kind, struct area area)
{
    size_t index = scene->count;
    if (index == SCENE_NODES_MAX) {
        scene->full = true;
        index--;
    } else {
        scene->count++;
    }
    scene->node[index] = (struct node){.kind = kind, .area = area, .enabled = true, .part = 1};
    return &scene->node[index];
}

const char *scene_keep(struct scene *scene, const char *text)
{
    size_t size = strlen(text) + 1;
    if (size > sizeof(scene->texts) - scene->texts_used) {
        scene->full = true;
        return "";
    }
    char *kept = scene->texts + scene->texts_used;
    memcpy(kept, text, size);
    scene->texts_used += size;
    return kept;
}

static float text_pixels(const struct scene *scene, struct text_style style)
{
    return roundf(style.size * scene->scale * scene->text_scale);
}

float scene_text_height(struct scene *scene, struct text_style style, const char *text,
                        float width)
{
    struct wrapped lines;
    fonts_wrap(scene->fonts, style.weight, text_pixels(scene, style), text, width, &lines);
    return lines.height;
}

float scene_text(struct scene *scene, struct text_style style, const char *text, float x,
                 float y, float width)
{
    if (!*text)
        return 0;
    struct node *node = scene_add(scene, NODE_TEXT, (struct area){x, y, width, 0});
    node->style = style;
    node->text_size = text_pixels(scene, style);
    node->text = scene_keep(scene, text);
    node->ink = style.role;
    fonts_wrap(scene->fonts, style.weight, node->text_size, node->text, width, &node->lines);
    node->area.h = node->lines.height;
    return node->area.h;
}

float scene_field(struct scene *scene, const char *text, size_t caret, struct action action,
                  struct area area, float room_right)
{
    struct node *node = scene_add(scene, NODE_FIELD, area);
    float pad = scene_u(scene, FIELD_PAD);

    node->style = (struct text_style){17, WEIGHT_MEDIUM, ROLE_TEXT, ALIGN_LEFT};
    node->text_size = text_pixels(scene, node->style);
    node->text = text;
    node->caret = caret;
    node->action = action;
    node->fill = ROLE_CARD;
    node->border = ROLE_QUIET;
    node->ink = ROLE_TEXT;
    node->line = scene_u(scene, scene->theme == THEME_CHOICE_CONTRAST ? 2 : 1.5f);
    node->radius = scene_u(scene, 14);

    fonts_wrap(scene->fonts, node->style.weight, node->text_size, text,
               area.w - 2 * pad - room_right, &node->lines);
    float least = ceilf(node->text_size * LINE_HEIGHT);
    node->area.h = fmaxf(area.h, fmaxf(node->lines.height, least) + 2 * pad);
    return node->area.h;
}

void scene_shift(struct scene *scene, size_t first, float dx, float dy)
{
    for (size_t i = first; i < scene->count; i++) {
        scene->node[i].area.x += dx;
        scene->node[i].area.y += dy;
    }
}

struct area scene_place(const struct scene *scene, const struct node *node)
{
    struct area area = node->area;
    if (node->scrolls)
        area.y -= scene->scroll;
    return area;
}

static bool is_inside(struct area area, float x, float y)
{
    return x >= area.x && x < area.x + area.w && y >= area.y && y < area.y + area.h;
}

int scene_hit(const struct scene *scene, float x, float y)
{
    for (size_t i = scene->count; i-- > 0;) {
        const struct node *node = &scene->node[i];
        if (node->action.kind == ACTION_NONE || !node->enabled ||
            (node->scrolls && !is_inside(scene->body, x, y)))
            continue;
        if (is_inside(scene_place(scene, node), x, y))
            return (int)i;
    }
    return -1;
}

int scene_next_focus(const struct scene *scene, int from, bool forward)
{
    int count = (int)scene->count;
    for (int i = 1; i <= count; i++) {
        int index = ((from < 0 && forward ? -1 : from) + (forward ? i : -i)) % count;
        if (index < 0)
            index += count;
        const struct node *node = &scene->node[index];
        if (node->action.kind != ACTION_NONE && node->kind != NODE_KEY)
            return index;
    }
    return -1;
}

static bool overlap(struct area a, struct area b)
{
    const float slack = 0.5f;
    return a.x + slack < b.x + b.w && b.x + slack < a.x + a.w && a.y + slack < b.y + b.h &&
           b.y + slack < a.y + a.h;
}

static bool has_text(const struct node *node)
{
    return node->kind == NODE_TEXT || node->kind == NODE_DIGITS || node->kind == NODE_BUTTON ||
           node->kind == NODE_KEY;
}

// What is read or touched; the rest is ground, which may go to the edge.
static bool is_seen(const struct node *node)
{
    return node->action.kind != ACTION_NONE ||
           (node->kind != NODE_BOX && node->kind != NODE_FINDER);
}

// What scrolls is seen inside the body, wherever it stands in what can be scrolled to.
static bool is_in_room(const struct scene *scene, const struct node *node)
{
    const float slack = 0.5f;
    const struct area *area = &node->area, *room = &scene->room, *body = &scene->body;
    float top = node->scrolls ? body->y : room->y;
    float bottom = node->scrolls ? body->y + body->h + scene->scroll_max : room->y + room->h;
    bool is_body_in = !node->scrolls || (body->y >= room->y - slack &&
                                         body->y + body->h <= room->y + room->h + slack);
    return is_body_in && area->x >= room->x - slack && area->y >= top - slack &&
           area->x + area->w <= room->x + room->w + slack &&
           area->y + area->h <= bottom + slack;
}

static bool check_node(const struct scene *scene, const struct node *node, char *why,
                       size_t size)
{
    const char *text = node->text ? node->text : "";
    const struct area *area = &node->area;
    bool is_text = has_text(node) && *text;

    if (is_text && (!node->lines.complete || node->lines.width > area->w + 0.5f ||
                    node->lines.height > area->h + 0.5f)) {
        snprintf(why, size, "cut: \"%.80s\"", text);
        return false;
    }
    if (is_seen(node) && !is_in_room(scene, node)) {
        snprintf(why, size, "leaves the room: \"%.80s\", kind %d", text, (int)node->kind);
        return false;
    }
    float least = node->kind == NODE_KEY ? KEY_WIDTH_MIN : TOUCH_MIN;
    if (node->action.kind != ACTION_NONE && (area->w < scene_u(scene, least) - 0.5f ||
                                             area->h < scene_u(scene, TOUCH_MIN) - 0.5f)) {
        snprintf(why, size, "too small to press: \"%.80s\"", text);
        return false;
    }
    return true;
}

bool scene_check(const struct scene *scene, char *why, size_t size)
{
    if (scene->full) {
        snprintf(why, size, "more nodes or texts than fit");
        return false;
    }

    for (size_t i = 0; i < scene->count; i++) {
        const struct node *a = &scene->node[i];
        if (!check_node(scene, a, why, size))
            return false;
        for (size_t j = i + 1; has_text(a) && j < scene->count; j++) {
            const struct node *b = &scene->node[j];
            // What scrolls goes beneath what does not.
            if (has_text(b) && a->scrolls == b->scrolls && overlap(a->area, b->area)) {
                snprintf(why, size, "\"%.60s\" lies over \"%.60s\"", a->text ? a->text : "",
                         b->text ? b->text : "");
                return false;
            }
        }
    }
    return true;
}
