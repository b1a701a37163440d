// SPDX-License-Identifier: MIT
#include "ui/forms.h"

// A field with its label above, and for a secret the eye that shows it.
static void put_field(struct page *page, const struct view_field *field, size_t index,
                      const struct entry *entry)
{
    struct scene *scene = page->scene;
    struct text_style label = page_style(15, WEIGHT_MEDIUM, ROLE_QUIET, ALIGN_LEFT);
    bool secret = field->kind == ENTRY_SECRET;
    float eye = secret ? page_u(page, TOUCH_MIN + 4) : 0;
    page_text(page, label, field->label);
    page_gap(page, 6);
    const char *text = entry->text;
    size_t caret = entry->caret;
    char dots[ENTRY_DOT_MAX];
    if (secret && !entry->revealed) {
        entry_dots(entry, dots);
        text = scene_keep(scene, dots);
        caret = entry_characters(entry, caret) * (sizeof(ENTRY_DOT) - 1);
    }
    struct area area = {page->x, page->y, page->width, page_u(page, 56)};
    float height = scene_field(scene, text, caret, SCENE_FIELD + (int)index, area, eye);
    if (secret) {
        float side = page_u(page, TOUCH_MIN);
        struct node *node =
            scene_add(scene, NODE_BUTTON,
                      (struct area){page->x + page->width - side - page_u(page, 4),
                                    page->y + (height - side) / 2, side, side});
        node->icon = entry->revealed ? ICON_EYE : ICON_EYE_CLOSED;
        node->action = SCENE_REVEAL + (int)index;
        node->radius = side / 2;
        node->ink = ROLE_TEXT;
    }
    page->y += height + page_u(page, 16);
}

void forms_build(struct page *page, const struct view *view, const struct screen_facts *facts)
{
    static const struct entry nothing = {.kind = ENTRY_TEXT};
    struct scene *scene = page->scene;
    page_ground(scene);
    page_header(page, view);
    page_card(page, 680);
    page_buttons(page, view);
    page_begin_body(page);
    page_title(page, view->title, ALIGN_LEFT);
    page_gap(page, 8);
    if (*view->text)
        page_text(page, page_style(17, WEIGHT_REGULAR, ROLE_QUIET, ALIGN_LEFT), view->text);
    page_gap(page, 20);
    if (*view->hint)
        page_warning(page, view->hint);
    if (*view->hint)
        page_gap(page, 8);
    int focus = (int)scene->count + 1;
    for (size_t i = 0; i < view->field_count; i++)
        put_field(page, &view->fields[i], i, facts->entries ? &facts->entries[i] : &nothing);
    page_end_body(page, 0);
    if (view->field_count > 0)
        scene->focus = focus;
}
