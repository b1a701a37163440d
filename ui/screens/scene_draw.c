// SPDX-License-Identifier: MIT
// How the nodes of a scene look, and where a caret stands in a field.
#include "ui/screens/scene.h"

#include <math.h>

#define FOCUS_GAP   3.0f // units between a button and its focus ring
#define FOCUS_WIDTH 3.0f
#define REACH       8.0f // units that a node is drawn beyond its place at most

static struct colour colour_of(const struct scene *scene, enum role role)
{
    return theme_colour(scene->theme, role);
}

static void draw_lines(const struct scene *scene, struct canvas *canvas,
                       const struct node *node, struct area area)
{
    float step = ceilf(node->text_size * LINE_HEIGHT);
    for (size_t i = 0; i < node->lines.count; i++) {
        float x = area.x, slack = area.w - node->lines.line[i].width;
        if (node->style.align == ALIGN_CENTRE)
            x += slack / 2;
        if (node->style.align == ALIGN_RIGHT)
            x += slack;
        fonts_draw(scene->fonts, canvas, node->style.weight, node->text_size, node->text,
                   node->lines.line[i].start, node->lines.line[i].size, x,
                   area.y + step * (float)i, colour_of(scene, node->ink));
    }
}

// Each digit in a cell of its own: the digits of a typeface are not all equally wide.
static void draw_digits(const struct scene *scene, struct canvas *canvas,
                        const struct node *node, struct area area)
{
    size_t count = strlen(node->text);
    float cell = area.w / ((float)count + 0.5f);
    for (size_t i = 0; i < count; i++) {
        char digit[] = {node->text[i], '\0'};
        float width = fonts_width(scene->fonts, node->style.weight, node->text_size, digit);
        float x = area.x + cell * ((float)i + (i * 2 >= count ? 0.5f : 0));
        fonts_draw(scene->fonts, canvas, node->style.weight, node->text_size, digit, 0, 1,
                   x + (cell - width) / 2, area.y, colour_of(scene, node->ink));
    }
}

static void draw_box(const struct scene *scene, struct canvas *canvas, const struct node *node,
                     struct area area)
{
    if (node->fill != ROLE_NONE)
        canvas_fill(canvas, area, node->radius, colour_of(scene, node->fill));
    if (node->border != ROLE_NONE)
        canvas_border(canvas, area, node->radius, node->line, colour_of(scene, node->border));
}

static void draw_button(const struct scene *scene, struct canvas *canvas,
                        const struct node *node, struct area area)
{
    draw_box(scene, canvas, node, area);
    if (node->part < 1 && node->part > 0) { // ripening from the left
        struct area was = canvas->clip;
        canvas_clip(canvas, (struct area){area.x, area.y, area.w * node->part, area.h});
        struct colour colour = colour_of(scene, ROLE_ACCENT);
        colour.a = 90;
        canvas_fill(canvas, area, node->radius, colour);
        canvas_clip(canvas, was);
    }

    float icon = node->icon != ICON_NONE ? scene_icon(scene, node->text_size) : 0;
    float gap = icon > 0 && node->lines.count > 0 ? scene_u(scene, 10) : 0;
    float left = area.x + (area.w - node->lines.width - icon - gap) / 2;
    if (icon > 0)
        icon_draw(canvas, node->icon,
                  (struct area){left, area.y + (area.h - icon) / 2, icon, icon},
                  colour_of(scene, node->ink));

    struct area text = {left + icon + gap, area.y + (area.h - node->lines.height) / 2,
                        node->lines.width, node->lines.height};
    draw_lines(scene, canvas, node, text);
}

// What is seen of a key; all of it can be pressed.
static struct area face_of(const struct scene *scene, const struct node *node)
{
    struct area area = scene_place(scene, node);
    float inset = node->kind == NODE_KEY ? scene_u(scene, KEY_GAP / 2) : 0;
    return (struct area){area.x + inset, area.y + inset, area.w - 2 * inset,
                         area.h - 2 * inset};
}

static void draw_key(const struct scene *scene, struct canvas *canvas, const struct node *node)
{
    struct area face = face_of(scene, node);
    draw_box(scene, canvas, node, face);
    if (node->icon != ICON_NONE) {
        float side = fminf(fminf(face.w, face.h), fmaxf(node->text_size, scene_u(scene, 24)));
        icon_draw(canvas, node->icon,
                  (struct area){face.x + (face.w - side) / 2, face.y + (face.h - side) / 2,
                                side, side},
                  colour_of(scene, node->ink));
        return;
    }

    struct area text = {face.x, face.y + (face.h - node->lines.height) / 2, face.w,
                        node->lines.height};
    draw_lines(scene, canvas, node, text);
}

static void draw_finder(const struct scene *scene, struct canvas *canvas,
                        const struct node *node, struct area area)
{
    canvas_clear_area(canvas, area, node->radius);
    float arm = area.w * 0.16f, r = node->radius, inset = node->line / 2;

    for (int corner = 0; corner < 4; corner++) {
        float sx = corner & 1 ? -1.0f : 1.0f, sy = corner & 2 ? -1.0f : 1.0f;
        float x = (corner & 1 ? area.x + area.w : area.x) + sx * inset;
        float y = (corner & 2 ? area.y + area.h : area.y) + sy * inset;

        struct dot dots[7];
        dots[0] = (struct dot){x, y + sy * arm};
        for (int i = 0; i < 5; i++) {
            float angle = 1.5707963f * (float)i / 4;
            dots[i + 1] =
                (struct dot){x + sx * r * (1 - cosf(angle)), y + sy * r * (1 - sinf(angle))};
        }
        dots[6] = (struct dot){x + sx * arm, y};
        canvas_stroke(canvas, dots, 7, node->line, colour_of(scene, node->ink));
    }
}

// Where the caret stands: behind the part of its line that comes before it.
static struct dot caret_place(const struct scene *scene, const struct node *node, float *height)
{
    size_t line = 0;
    while (line + 1 < node->lines.count && node->lines.line[line + 1].start <= node->caret)
        line++;
    *height = ceilf(node->text_size * LINE_HEIGHT);
    struct dot place = {0, *height * (float)line};
    if (node->lines.count > 0)
        place.x = fonts_width_of(scene->fonts, node->style.weight, node->text_size,
                                 node->text + node->lines.line[line].start,
                                 node->caret - node->lines.line[line].start);
    return place;
}

// Where a field's text stands on the screen.
static struct area field_text(const struct scene *scene, const struct node *node)
{
    struct area area = scene_place(scene, node);
    float pad = scene_u(scene, FIELD_PAD);
    float height = fmaxf(node->lines.height, ceilf(node->text_size * LINE_HEIGHT));
    return (struct area){area.x + pad, area.y + (area.h - height) / 2, area.w - 2 * pad,
                         height};
}

struct area scene_caret(const struct scene *scene, int index)
{
    const struct node *node = &scene->node[index];
    struct area text = field_text(scene, node);
    float height = text.h, y = node->scrolls ? text.y + scene->scroll : text.y;
    struct dot place = {0};
    if (node->caret <= strlen(node->text)) // else it shows none
        place = caret_place(scene, node, &height);
    return (struct area){text.x + place.x, y + place.y, 0, height};
}

// The byte behind the last one where a caret stands on this line, and not on the next.
static size_t line_end(const struct node *node, size_t line)
{
    if (line + 1 == node->lines.count)
        return strlen(node->text);
    size_t end = node->lines.line[line].start + node->lines.line[line].size;
    bool in_a_word = end > 0 && node->lines.line[line + 1].start == end;
    while (in_a_word && (node->text[--end] & 0xc0) == 0x80)
        continue;
    return end;
}

size_t scene_caret_at(const struct scene *scene, int index, struct dot at)
{
    const struct node *node = &scene->node[index];
    struct area text = field_text(scene, node);
    if (node->lines.count == 0)
        return 0;

    float row = floorf((at.y - text.y) / ceilf(node->text_size * LINE_HEIGHT));
    size_t line = (size_t)fmaxf(0, fminf(row, (float)node->lines.count - 1));
    size_t start = node->lines.line[line].start, end = line_end(node, line), nearest = start;
    float least = INFINITY;

    for (size_t byte = start; byte <= end; byte++) {
        if ((node->text[byte] & 0xc0) == 0x80)
            continue; // inside of a character
        float width = fonts_width_of(scene->fonts, node->style.weight, node->text_size,
                                     node->text + start, byte - start);
        float away = fabsf(text.x + width - at.x);
        if (away < least)
            nearest = byte;
        least = fminf(least, away);
    }

    return nearest;
}

static void draw_field(const struct scene *scene, struct canvas *canvas,
                       const struct node *node, struct area area)
{
    bool has_focus = scene->focus >= 0 && node == &scene->node[scene->focus];
    draw_box(scene, canvas, node, area);
    if (has_focus)
        canvas_border(canvas, area, node->radius, scene_u(scene, 2.5f),
                      colour_of(scene, ROLE_ACCENT));

    float height;
    struct area text = field_text(scene, node);
    draw_lines(scene, canvas, node, text);

    if (!has_focus || node->caret > strlen(node->text))
        return;
    struct dot place = caret_place(scene, node, &height);
    canvas_fill(canvas,
                (struct area){text.x + place.x, text.y + place.y + height * 0.1f,
                              scene_u(scene, 2), height * 0.8f},
                0, colour_of(scene, ROLE_ACCENT));
}

static void draw_switch(const struct scene *scene, struct canvas *canvas,
                        const struct node *node, struct area area)
{
    float r = area.h / 2, inset = scene_u(scene, 4);
    if (node->on)
        canvas_fill(canvas, area, r, colour_of(scene, ROLE_ACCENT));
    else
        canvas_border(canvas, area, r, scene_u(scene, 2), colour_of(scene, ROLE_QUIET));
    float side = area.h - 2 * inset;
    float x = node->on ? area.x + area.w - inset - side : area.x + inset;
    canvas_fill(canvas, (struct area){x, area.y + inset, side, side}, side / 2,
                colour_of(scene, node->on ? ROLE_ON_ACCENT : ROLE_QUIET));
}

static void draw_ring(const struct scene *scene, struct canvas *canvas, const struct node *node,
                      struct area area)
{
    struct dot centre = {area.x + area.w / 2, area.y + area.h / 2};
    float radius = (area.w - node->line) / 2;
    canvas_arc(canvas, centre, radius, node->line, 0, 1, colour_of(scene, ROLE_LINE));
    bool spins = node->kind == NODE_SPINNER;
    if (node->part > 0)
        canvas_arc(canvas, centre, radius, node->line, spins ? scene->turn : 0,
                   spins ? 0.28f : node->part, colour_of(scene, node->ink));
}

static void draw_node(const struct scene *scene, struct canvas *canvas, const struct node *node)
{
    struct area area = scene_place(scene, node);

    switch (node->kind) {
    case NODE_BOX:
        draw_box(scene, canvas, node, area);
        break;
    case NODE_TEXT:
        draw_lines(scene, canvas, node, area);
        break;
    case NODE_DIGITS:
        draw_digits(scene, canvas, node, area);
        break;
    case NODE_ICON:
        icon_draw(canvas, node->icon, area, colour_of(scene, node->ink));
        break;
    case NODE_PICTURE:
        picture_draw(canvas, node->picture, area, colour_of(scene, node->ink),
                     colour_of(scene, ROLE_ACCENT));
        break;
    case NODE_IMAGE:
        canvas_luma(canvas, node->image, area);
        break;
    case NODE_RING:
    case NODE_SPINNER:
        draw_ring(scene, canvas, node, area);
        break;
    case NODE_BUTTON:
        draw_button(scene, canvas, node, area);
        break;
    case NODE_KEY:
        draw_key(scene, canvas, node);
        break;
    case NODE_FIELD:
        draw_field(scene, canvas, node, area);
        break;
    case NODE_SWITCH:
        draw_switch(scene, canvas, node, area);
        break;
    case NODE_FINDER:
        draw_finder(scene, canvas, node, area);
        break;
    }
}

static void draw_focus(const struct scene *scene, struct canvas *canvas)
{
    if (scene->focus < 0 || !scene->show_focus)
        return;
    const struct node *node = &scene->node[scene->focus];
    if (node->kind == NODE_FIELD)
        return;
    float gap = scene_u(scene, FOCUS_GAP + FOCUS_WIDTH), width = scene_u(scene, FOCUS_WIDTH);
    struct area area = scene_place(scene, node);
    struct area ring = {area.x - gap, area.y - gap, area.w + 2 * gap, area.h + 2 * gap};
    canvas_border(canvas, ring, node->radius + gap, width,
                  colour_of(scene, scene->over_picture ? ROLE_ON_SCRIM : ROLE_ACCENT));
}

// A thin bar says that there is more beneath.
static void draw_scroll_bar(const struct scene *scene, struct canvas *canvas)
{
    if (scene->scroll_max <= 0)
        return;
    float whole = scene->body.h + scene->scroll_max;
    float width = scene_u(scene, 4);
    struct area bar = {scene->body.x + scene->body.w - width,
                       scene->body.y + scene->body.h * scene->scroll / whole, width,
                       scene->body.h * scene->body.h / whole};
    canvas_fill(canvas, bar, width / 2, colour_of(scene, ROLE_QUIET));
}

// What is under the finger answers at once.
static void draw_pressed(const struct scene *scene, struct canvas *canvas,
                         const struct node *node)
{
    struct colour shade = colour_of(scene, node->ink == ROLE_NONE ? ROLE_TEXT : node->ink);
    shade.a = 40;
    canvas_fill(canvas, face_of(scene, node), node->radius, shade);
}

struct area scene_reach(const struct scene *scene, const struct node *node)
{
    struct area area = scene_place(scene, node);
    float margin = ceilf(scene_u(scene, REACH)) + node->line;
    struct area reach = {area.x - margin, area.y - margin, area.w + 2 * margin,
                         area.h + 2 * margin};
    return node->scrolls ? area_meet(reach, scene->body) : reach;
}

void scene_draw(const struct scene *scene, struct canvas *canvas)
{
    for (size_t i = 0; i < scene->count; i++) {
        const struct node *node = &scene->node[i];
        if (area_is_empty(area_meet(scene_reach(scene, node), canvas->limit)))
            continue;

        if (node->scrolls)
            canvas_clip(canvas, scene->body);
        draw_node(scene, canvas, node);
        if ((int)i == scene->pressed)
            draw_pressed(scene, canvas, node);
        canvas_clip_none(canvas);
    }

    draw_focus(scene, canvas);
    draw_scroll_bar(scene, canvas);
}
