// SPDX-License-Identifier: MIT
#include "ui/screens/forms.h"

#include <math.h>

#include "ui/screens/keyboard_page.h"

#define KEY_SIDE 64.0f // units, where there is room
#define LOW      400.0f // units: so little is left by the keyboard of a phone's shell, on its side

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
    float height =
        scene_field(scene, text, caret, (struct action){ACTION_FIELD, index}, area, eye);
    if (secret) {
        float side = page_u(page, TOUCH_MIN);
        struct node *node =
            scene_add(scene, NODE_BUTTON,
                      (struct area){page->x + page->width - side - page_u(page, 4),
                                    page->y + (height - side) / 2, side, side});
        node->icon = entry->revealed ? ICON_EYE : ICON_EYE_CLOSED;
        node->action = (struct action){ACTION_REVEAL, index};
        node->radius = side / 2;
        node->ink = ROLE_TEXT;
    }

    page->y += height + page_u(page, 16);
}

// On white whatever the theme is: so it was made.
static void put_captcha(struct page *page, const struct luma *captcha)
{
    struct scene *scene = page->scene;
    float room = fminf(page->width, page_u(page, 440));
    float scale =
        fminf(room / (float)captcha->width, page_u(page, 140) / (float)captcha->height);
    float width = (float)captcha->width * scale, height = (float)captcha->height * scale;
    struct node *node =
        scene_add(scene, NODE_IMAGE,
                  (struct area){page->x + (page->width - width) / 2, page->y, width, height});
    node->image = captcha;
    page->y += height + page_u(page, 20);
}

void forms_build(struct page *page, const struct view *view, const struct screen_facts *facts)
{
    static const struct entry nothing = {.kind = ENTRY_TEXT};
    struct scene *scene = page->scene;

    bool crowded = facts->keyboard || scene->height < page_u(page, LOW);
    page_ground(scene);
    page_header(page, view);
    if (facts->keyboard)
        keyboard_page(page, facts->keyboard);
    page_card(page, PAGE_CARD);
    if (!crowded) // the enter key does what the main button does
        page_buttons(page, view);
    page_begin_body(page);

    page_title(page, view->title, ALIGN_LEFT);
    page_gap(page, 8);
    if (*view->text)
        page_text(page, page_style(17, WEIGHT_REGULAR, ROLE_QUIET, ALIGN_LEFT), view->text);
    page_gap(page, 20);

    for (size_t i = 0; i < view->warning_count; i++)
        page_warning(page, view->warnings[i]);
    if (*view->hint)
        page_warning(page, view->hint);
    if (*view->hint || view->warning_count > 0)
        page_gap(page, 8);
    if (facts->captcha)
        put_captcha(page, facts->captcha);

    int focus = (int)scene->count + 1;
    for (size_t i = 0; i < view->field_count; i++)
        put_field(page, &view->fields[i], i, facts->entries ? &facts->entries[i] : &nothing);
    page_end_body(page, 0);
    if (view->field_count > 0)
        scene->focus = focus;
    if (crowded)
        scene_show(scene, scene->focus);
}

// One dot a digit: nothing says which, and nothing how many there should be.
static void put_pin(struct page *page, const struct entry *entry)
{
    struct scene *scene = page->scene;
    char dots[ENTRY_DOT_MAX];
    entry_dots(entry, dots);

    float width = fminf(page->width, page_u(page, 312));
    struct area area = {page->x + (page->width - width) / 2, page->y, width, page_u(page, 56)};
    struct text_style large = page_style(26, WEIGHT_MEDIUM, ROLE_TEXT, ALIGN_CENTRE);
    float line = scene_text_height(scene, large, ENTRY_DOT, width); // as high while it is empty
    size_t index = scene->count;
    float height = scene_field(scene, scene_keep(scene, dots), SIZE_MAX,
                               (struct action){.kind = ACTION_FIELD}, area, 0);

    struct node *node = &scene->node[index];
    node->style = large;
    node->text_size = roundf(large.size * scene->scale * scene->text_scale);
    fonts_wrap(scene->fonts, large.weight, node->text_size, node->text,
               width - page_u(page, 28), &node->lines);

    height = fmaxf(height, fmaxf(node->lines.height, line) + page_u(page, 16));
    node->area.h = height;
    page->y += height + page_u(page, 16);
}

static void put_key(struct page *page, struct area area, const char *digit, enum icon icon,
                    struct action action, bool on)
{
    struct scene *scene = page->scene;
    struct node *node = scene_add(scene, NODE_BUTTON, area);

    node->action = action;
    node->enabled = on;
    node->icon = icon;
    node->radius = page_u(page, PAGE_CORNER);
    node->fill = page->wide ? ROLE_GROUND : ROLE_CARD;
    node->border = ROLE_LINE;
    node->line = page_u(page, scene->theme == THEME_CHOICE_CONTRAST ? 2 : 1);
    node->style = page_style(28, WEIGHT_SEMIBOLD, ROLE_TEXT, ALIGN_CENTRE);
    node->text_size = fminf(roundf(28 * scene->scale * scene->text_scale), area.h * 0.7f);
    node->ink = on ? ROLE_TEXT : ROLE_QUIET;

    node->text = digit;
    if (digit)
        fonts_wrap(scene->fonts, node->style.weight, node->text_size, digit, area.w,
                   &node->lines);
}

static void put_keys(struct page *page, const struct view *view)
{
    static const char *const digits[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    float end = page_u(page, 4), room = page->bottom - page->y - end;
    float least = page_u(page, TOUCH_MIN), most = page_u(page, KEY_SIDE);
    float gap = page_u(page, room < 4 * least + 3 * page_u(page, 12) ? 8 : 12);
    float side = fmaxf(least, fminf(floorf((room - 3 * gap) / 4), most));
    float width = fminf((page->width - 2 * gap) / 3, page_u(page, 96));
    float left = page->x + (page->width - 3 * width - 2 * gap) / 2;

    for (size_t i = 0; i < 12; i++) {
        struct area area = {left + (width + gap) * (float)(i % 3),
                            page->y + (side + gap) * (float)(i / 3), width, side};
        if (i < 9)
            put_key(page, area, digits[i + 1], ICON_NONE, (struct action){ACTION_DIGIT, i + 1},
                    view->keys_on);
        else if (i == 10)
            put_key(page, area, digits[0], ICON_NONE, (struct action){ACTION_DIGIT, 0},
                    view->keys_on);
        else if (i == 11)
            put_key(page, area, NULL, ICON_ERASE, (struct action){.kind = ACTION_ERASE},
                    view->keys_on);
    }

    page->y += 4 * side + 3 * gap + end;
}

void forms_build_keypad(struct page *page, const struct view *view,
                        const struct screen_facts *facts)
{
    static const struct entry nothing = {.kind = ENTRY_PIN};
    struct scene *scene = page->scene;

    page_ground(scene);
    page_header(page, view);
    page_card(page, 720);
    page_buttons(page, view);
    page_begin_body(page);
    page_title(page, view->title, ALIGN_CENTRE);

    enum role ink = view->tone == VIEW_LOOK ? ROLE_STOP : ROLE_QUIET; // what was wrong
    struct text_style words = page_style(17, WEIGHT_MEDIUM, ink, ALIGN_CENTRE);
    if (*view->text)
        page_text(page, words, view->text);
    if (*view->note)
        page_text(page, words, view->note);
    page_gap(page, 12);

    int focus = (int)scene->count;
    put_pin(page, facts->entries ? facts->entries : &nothing);
    put_keys(page, view);
    page_end_body(page, 0.5f);
    scene->focus = focus;
}
