// SPDX-License-Identifier: MIT
#include "ui/lists.h"

#include <math.h>

#define ROW_HEIGHT 64.0f // units, at least

static const struct {
    enum icon icon;
    enum role ink;
} signs[] = {
    [VIEW_SIGN_NONE] = {ICON_NONE, ROLE_NONE},
    [VIEW_SIGN_PORTAL] = {ICON_PORTAL, ROLE_ACCENT},
    [VIEW_SIGN_ADD] = {ICON_ADD, ROLE_ACCENT},
    [VIEW_SIGN_HISTORY] = {ICON_HISTORY, ROLE_ACCENT},
    [VIEW_SIGN_SETTINGS] = {ICON_SETTINGS, ROLE_ACCENT},
    [VIEW_SIGN_LANGUAGE] = {ICON_LANGUAGE, ROLE_ACCENT},
    [VIEW_SIGN_THEME] = {ICON_THEME, ROLE_ACCENT},
    [VIEW_SIGN_TEXT] = {ICON_TEXT, ROLE_ACCENT},
    [VIEW_SIGN_SOUND] = {ICON_SOUND, ROLE_ACCENT},
    [VIEW_SIGN_VIBRATION] = {ICON_VIBRATION, ROLE_ACCENT},
    [VIEW_SIGN_SPEECH] = {ICON_SPEECH, ROLE_ACCENT},
    [VIEW_SIGN_MOTION] = {ICON_MOTION, ROLE_ACCENT},
    [VIEW_SIGN_LOCK] = {ICON_LOCK, ROLE_ACCENT},
    [VIEW_SIGN_KEYBOARD] = {ICON_KEYBOARD, ROLE_ACCENT},
    [VIEW_SIGN_DONE] = {ICON_CHECK, ROLE_DONE},
    [VIEW_SIGN_LOOK] = {ICON_WARNING, ROLE_LOOK},
    [VIEW_SIGN_STOP] = {ICON_CROSS, ROLE_STOP},
};

// What stands at the right end of a row; returns the width it takes.
static float put_mark(struct page *page, const struct view_item *item, struct area row)
{
    struct scene *scene = page->scene;
    float pad = page_u(page, 16);
    if (item->mark == VIEW_MARK_NONE)
        return 0;
    bool more = item->mark == VIEW_MARK_MORE;
    float w = page_u(page, more ? 20 : 52), h = page_u(page, more ? 20 : 30);
    struct area area = {row.x + row.w - pad - w, row.y + (row.h - h) / 2, w, h};
    struct node *node = scene_add(scene, more ? NODE_ICON : NODE_SWITCH, area);
    node->icon = ICON_MORE;
    node->ink = ROLE_QUIET;
    node->on = item->mark == VIEW_MARK_ON;
    return w + page_u(page, 12);
}

static void put_item(struct page *page, const struct view_item *item, size_t index)
{
    struct scene *scene = page->scene;
    struct text_style label = page_style(17, WEIGHT_SEMIBOLD, ROLE_TEXT, ALIGN_LEFT);
    struct text_style value = page_style(15, WEIGHT_REGULAR, ROLE_QUIET, ALIGN_LEFT);
    float pad = page_u(page, 16), side = page_u(page, 24), gap = page_u(page, 14);
    float mark = item->mark == VIEW_MARK_NONE   ? 0
                 : item->mark == VIEW_MARK_MORE ? page_u(page, 32)
                                                : page_u(page, 64);
    float width = page->width - 2 * pad - side - gap - mark;
    float label_height = scene_text_height(scene, label, item->label, width);
    float value_height = *item->value ? scene_text_height(scene, value, item->value, width) : 0;
    float height =
        fmaxf(page_u(page, ROW_HEIGHT), label_height + value_height + page_u(page, 24));
    struct area row = {page->x, page->y, page->width, height};
    struct node *card = scene_add(scene, NODE_BOX, row);
    card->fill = page->wide ? ROLE_GROUND : ROLE_CARD;
    card->border = ROLE_LINE;
    card->line = page_u(page, scene->theme == THEME_CHOICE_CONTRAST ? 2 : 1);
    card->radius = page_u(page, PAGE_CORNER);
    card->action = item->can_press ? VIEW_CHOOSE + (int)index : SCENE_NOTHING;

    struct node *sign = scene_add(
        scene, NODE_ICON, (struct area){row.x + pad, row.y + (height - side) / 2, side, side});
    sign->icon = signs[item->sign].icon;
    sign->ink = signs[item->sign].ink;
    float x = row.x + pad + side + gap, y = row.y + (height - label_height - value_height) / 2;
    y += scene_text(scene, label, item->label, x, y, width);
    scene_text(scene, value, item->value, x, y, width);
    put_mark(page, item, row);
    page->y += height + page_u(page, 10);
}

void lists_build(struct page *page, const struct view *view)
{
    page_ground(page->scene);
    page_header(page, view);
    page_card(page, 680);
    page_buttons(page, view);
    page_begin_body(page);
    page_title(page, view->title, ALIGN_LEFT);
    page_gap(page, 16);
    if (*view->hint)
        page_warning(page, view->hint);
    for (size_t i = 0; i < view->warning_count; i++)
        page_warning(page, view->warnings[i]);
    if (*view->text)
        page_text(page, page_style(17, WEIGHT_REGULAR, ROLE_QUIET, ALIGN_LEFT), view->text);
    for (size_t i = 0; i < view->item_count; i++)
        put_item(page, &view->items[i], i);
    page_end_body(page, 0);
}
