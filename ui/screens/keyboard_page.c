// SPDX-License-Identifier: MIT
#include "ui/screens/keyboard_page.h"

#include <math.h>
#include <string.h>

#define EDGE          4.0f  // units between the keys and the lower edge of the screen
#define ABOVE         12.0f // ... and what is above them
#define HALF_MAX      52.0f // units: half of the widest letter's key
#define HALF_MAX_PAD  28.0f
#define LABEL         22.0f // units
#define LABEL_LEAST   8.0f  // pixels
#define SHARE_OF_ROOM 0.52f // of its height, at most

static const char *label_of(const struct key *key, const struct keyboard *keyboard)
{
    bool latin = keyboard->script == KEYBOARD_LATIN;
    switch (key->kind) {
    case KEY_TEXT:
        return strcmp(key->text, " ") == 0 ? "" : key->text;
    case KEY_LETTERS:
        return latin ? "ABC" : "АБВ";
    case KEY_SCRIPT:
        return latin ? "АБВ" : "ABC";
    case KEY_SYMBOLS:
        return "123";
    case KEY_MORE_SYMBOLS:
        return "#+=";
    default:
        return "";
    }
}

static enum icon icon_of(const struct key *key, const struct keyboard *keyboard)
{
    switch (key->kind) {
    case KEY_SHIFT:
        return keyboard->shift == KEYBOARD_SHIFT_LOCKED ? ICON_SHIFT_LOCKED : ICON_SHIFT;
    case KEY_ERASE:
        return ICON_ERASE;
    case KEY_ENTER:
        return keyboard->field.last ? ICON_ENTER : ICON_NEXT;
    case KEY_HIDE:
        return ICON_HIDE;
    default:
        return ICON_NONE;
    }
}

static void dress(struct node *node, const struct key *key, const struct keyboard *keyboard)
{
    bool on = key->kind == KEY_SHIFT && keyboard->shift != KEYBOARD_SHIFT_OFF;
    node->fill = key->kind == KEY_TEXT ? ROLE_CARD : ROLE_NONE;
    node->border = ROLE_LINE;
    node->ink = ROLE_TEXT;
    if (key->kind == KEY_ENTER || on) {
        node->fill = node->border = ROLE_ACCENT;
        node->ink = ROLE_ON_ACCENT;
    }
}

// As large as texts are, where the key has room for that.
static void letter(struct scene *scene, struct node *node, const char *label)
{
    float room = node->area.w - scene_u(scene, KEY_GAP), width;
    node->style = (struct text_style){LABEL, WEIGHT_MEDIUM, ROLE_TEXT, ALIGN_CENTRE};
    node->text = scene_keep(scene, label);
    node->text_size = fminf(roundf(LABEL * scene->scale * scene->text_scale),
                            floorf((node->area.h - scene_u(scene, KEY_GAP)) / LINE_HEIGHT));

    do
        width = fonts_width(scene->fonts, node->style.weight, node->text_size, label);
    while (width > room && node->text_size > LABEL_LEAST && --node->text_size > 0);

    fonts_wrap(scene->fonts, node->style.weight, node->text_size, node->text, node->area.w,
               &node->lines);
}

static void put_key(struct page *page, const struct keyboard *keyboard, const struct key *key,
                    size_t number, struct area area)
{
    struct scene *scene = page->scene;
    struct node *node = scene_add(scene, NODE_KEY, area);
    node->action = (struct action){ACTION_KEY, number};
    node->radius = page_u(page, 8);
    node->line = page_u(page, scene->theme == THEME_CHOICE_CONTRAST ? 2 : 1);

    letter(scene, node, label_of(key, keyboard));
    node->icon = icon_of(key, keyboard);
    dress(node, key, keyboard);
}

static void put_row(struct page *page, const struct keyboard *keyboard,
                    const struct keyboard_layout *layout, size_t row, float half, float height)
{
    const struct keyboard_row *keys = &layout->row[row];
    const struct area *room = &page->scene->room;
    float x = room->x + (room->w - half * (float)keys->width) / 2;

    for (size_t i = 0; i < keys->count; i++) {
        float width = half * (float)keys->key[i].width;
        put_key(page, keyboard, &keys->key[i], keyboard_number(row, i),
                (struct area){x, page->bottom, width, height});
        x += width;
    }
    page->bottom += height;
}

void keyboard_page(struct page *page, const struct keyboard *keyboard)
{
    struct keyboard_layout layout;
    keyboard_layout(keyboard, &layout);

    const struct area *room = &page->scene->room;
    bool pad = keyboard->field.kind == ENTRY_DIGITS || keyboard->field.kind == ENTRY_PIN;
    float most = page_u(page, pad ? HALF_MAX_PAD : HALF_MAX), edge = page_u(page, EDGE);
    float half = fminf(room->w / (float)layout.width, most);
    float rows = (float)layout.count;
    float height = page_u(page, page->wide ? KEYBOARD_WIDE_KEY : KEYBOARD_KEY);
    height = fmaxf(page_u(page, TOUCH_MIN), fminf(height, SHARE_OF_ROOM * room->h / rows));

    float top = room->y + room->h - edge - height * rows;
    page->bottom = top;
    for (size_t i = 0; i < layout.count; i++)
        put_row(page, keyboard, &layout, i, half, height);
    page->bottom = top - page_u(page, ABOVE);
}
