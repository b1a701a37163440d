// SPDX-License-Identifier: MIT
#include "ui/screens/lists.h"

#include <math.h>

#define ROW_HEIGHT 64.0f // units, at least
#define TEXT_ROOM  6.0f  // heights of the label's letters that its line is wide, at least

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
    [VIEW_SIGN_NOTIFICATIONS] = {ICON_BELL, ROLE_ACCENT},
    [VIEW_SIGN_CAMERA] = {ICON_A_CAMERA, ROLE_ACCENT},
    [VIEW_SIGN_LOCK] = {ICON_LOCK, ROLE_ACCENT},
    [VIEW_SIGN_KEYBOARD] = {ICON_KEYBOARD, ROLE_ACCENT},
    [VIEW_SIGN_DONE] = {ICON_CHECK, ROLE_DONE},
    [VIEW_SIGN_LOOK] = {ICON_WARNING, ROLE_LOOK},
    [VIEW_SIGN_STOP] = {ICON_CROSS, ROLE_STOP},
    [VIEW_SIGN_ABOUT] = {ICON_INFO, ROLE_ACCENT},
};

// Where the parts of a row stand. Sign and mark are beside the text; where that would leave it
// too little room, they have a line of their own above it.
struct row {
    struct area whole;
    struct area ends;  // the sign is at its left end, the mark at its right one
    float x, y, width; // of the text
};

static const struct text_style label_style = {17, WEIGHT_SEMIBOLD, ROLE_TEXT, ALIGN_LEFT};
static const struct text_style value_style = {15, WEIGHT_REGULAR, ROLE_QUIET, ALIGN_LEFT};

static bool is_switch(const struct view_item *item)
{
    return item->mark == VIEW_MARK_ON || item->mark == VIEW_MARK_OFF;
}

static float mark_width(const struct page *page, const struct view_item *item)
{
    if (item->mark == VIEW_MARK_NONE)
        return 0;
    return page_u(page, is_switch(item) ? 52 : 20);
}

static struct row place_row(struct page *page, const struct view_item *item)
{
    struct scene *scene = page->scene;
    float pad = page_u(page, 16), before = page_u(page, 24 + 14);
    float mark = mark_width(page, item), line = 0;
    float inner = page->width - 2 * pad;

    struct row row = {.x = page->x + pad + before, .width = inner - before};
    if (mark > 0)
        row.width -= mark + page_u(page, 12);
    bool above = row.width < page_u(page, TEXT_ROOM * label_style.size) * scene->text_scale;
    if (above) {
        row.x = page->x + pad;
        row.width = inner;
        line = page_u(page, 30 + 8);
    }

    float text = scene_text_height(scene, label_style, item->label, row.width);
    if (*item->value)
        text += scene_text_height(scene, value_style, item->value, row.width);
    float height = fmaxf(page_u(page, ROW_HEIGHT), line + text + page_u(page, 24));
    row.whole = (struct area){page->x, page->y, page->width, height};
    row.y = page->y + line + (height - line - text) / 2;
    row.ends = (struct area){page->x + pad, page->y, inner, height};
    if (above) {
        row.ends.h = page_u(page, 30);
        row.ends.y = row.y - line;
    }
    return row;
}

static void put_mark(struct page *page, const struct view_item *item, struct area ends)
{
    if (item->mark == VIEW_MARK_NONE)
        return;
    bool flips = is_switch(item);
    float w = mark_width(page, item), h = page_u(page, flips ? 30 : 20);
    struct area area = {ends.x + ends.w - w, ends.y + (ends.h - h) / 2, w, h};
    struct node *node = scene_add(page->scene, flips ? NODE_SWITCH : NODE_ICON, area);
    node->icon = item->mark == VIEW_MARK_CHOOSE ? ICON_CHOOSE : ICON_MORE;
    node->ink = ROLE_QUIET;
    node->on = item->mark == VIEW_MARK_ON;
}

static void put_item(struct page *page, const struct view_item *item, size_t index)
{
    struct scene *scene = page->scene;
    struct row row = place_row(page, item);
    int at_card = (int)scene->count;
    struct node *card = scene_add(scene, NODE_BOX, row.whole);
    card->fill = page->wide ? ROLE_GROUND : ROLE_CARD;
    card->border = ROLE_LINE;
    card->line = page_u(page, scene->theme == THEME_CHOICE_CONTRAST ? 2 : 1);
    card->radius = page_u(page, PAGE_CORNER);
    if (item->can_press)
        card->action = (struct action){ACTION_CHOOSE, index};
    if (item->can_press && scene->focus < 0) // keys begin with the list, not above it
        scene->focus = at_card;

    float side = page_u(page, 24);
    struct area at = {row.ends.x, row.ends.y + (row.ends.h - side) / 2, side, side};
    struct node *sign = scene_add(scene, NODE_ICON, at);
    sign->icon = signs[item->sign].icon;
    sign->ink = signs[item->sign].ink;
    put_mark(page, item, row.ends);

    float y = row.y + scene_text(scene, label_style, item->label, row.x, row.y, row.width);
    scene_text(scene, value_style, item->value, row.x, y, row.width);
    page->y += row.whole.h + page_u(page, 10);
}

// What there is to say where the list has nothing: a sign and a sentence in the middle.
static void put_nothing(struct page *page, const struct view *view)
{
    struct text_style words = page_style(17, WEIGHT_REGULAR, ROLE_QUIET, ALIGN_CENTRE);
    float side = page_u(page, 88), gap = page_u(page, 20);
    float text = scene_text_height(page->scene, words, view->text, page->width);
    page->y += fmaxf(0, (page->bottom - page->y - side - gap - text) * 0.35f);

    struct area area = {page->x + (page->width - side) / 2, page->y, side, side};
    struct node *sign = scene_add(page->scene, NODE_ICON, area);
    sign->icon = signs[view->sign].icon;
    sign->ink = ROLE_QUIET;
    page->y += side + gap;
    page_text(page, words, view->text);
}

void lists_build(struct page *page, const struct view *view)
{
    page_ground(page->scene);
    page_header(page, view);
    page_card(page, PAGE_CARD);
    page_buttons(page, view);

    page_begin_body(page);
    page_title(page, view->title, ALIGN_LEFT);
    page_gap(page, 16);

    if (*view->hint)
        page_warning(page, view->hint);
    for (size_t i = 0; i < view->warning_count; i++)
        page_warning(page, view->warnings[i]);
    if (view->item_count == 0 && view->sign != VIEW_SIGN_NONE)
        put_nothing(page, view);
    else if (*view->text)
        page_text(page, page_style(17, WEIGHT_REGULAR, ROLE_QUIET, ALIGN_LEFT), view->text);

    for (size_t i = 0; i < view->item_count; i++)
        put_item(page, &view->items[i], i);
    page_end_body(page, 0);
}
