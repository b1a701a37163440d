// SPDX-License-Identifier: MIT
#include "ui/screens/page.h"

#include <math.h>

#include "ui/text/language.h"

#define WIDE_FROM         700.0f // units of width from which a screen is a kiosk's
#define TEXT_LEAST        11.0f  // units, of what is made smaller so that words stay whole
#define MAIN_BUTTON       56.0f
#define WIDE_BUTTON       68.0f
#define QUIET_BUTTON      48.0f
#define ATTRACTING_BUTTON 80.0f

float page_u(const struct page *page, float units)
{
    return scene_u(page->scene, units);
}

struct text_style page_style(float size, enum weight weight, enum role role, enum align align)
{
    return (struct text_style){size, weight, role, align};
}

static bool words_fit(const struct page *page, struct text_style style, const char *text,
                      float width)
{
    struct scene *scene = page->scene;
    float size = roundf(style.size * scene->scale * scene->text_scale);

    for (const char *word = text; *word;) {
        char copy[VIEW_TEXT_MAX];
        size_t length = strcspn(word, " ");
        if (length >= sizeof(copy))
            return false;
        memcpy(copy, word, length);
        copy[length] = '\0';
        if (fonts_width(scene->fonts, style.weight, size, copy) > width)
            return false;
        word += length + (word[length] == ' ');
    }
    return true;
}

struct text_style page_fitting(const struct page *page, struct text_style style,
                               const char *text, float width)
{
    while (style.size > TEXT_LEAST && !words_fit(page, style, text, width))
        style.size--;
    return style;
}

void page_text(struct page *page, struct text_style text_style, const char *text)
{
    page->y += scene_text(page->scene, text_style, text, page->x, page->y, page->width);
}

void page_gap(struct page *page, float units)
{
    page->y += page_u(page, units);
}

void page_warning(struct page *page, const char *text)
{
    struct scene *scene = page->scene;
    float pad = page_u(page, 10), side = page_u(page, 24);
    struct text_style words = page_style(16, WEIGHT_MEDIUM, ROLE_TEXT, ALIGN_LEFT);
    float width = page->width - 2 * pad - side - page_u(page, 12);
    float height = scene_text_height(scene, words, text, width);
    float whole = fmaxf(height, side) + 2 * pad;

    struct node *box =
        scene_add(scene, NODE_BOX, (struct area){page->x, page->y, page->width, whole});
    box->fill = ROLE_LOOK_GROUND;
    box->border = ROLE_LOOK;
    box->line = page_u(page, scene->theme == THEME_CHOICE_CONTRAST ? 2 : 1);
    box->radius = page_u(page, PAGE_CORNER);

    struct node *sign =
        scene_add(scene, NODE_ICON, (struct area){page->x + pad, page->y + pad, side, side});
    sign->icon = ICON_WARNING;
    sign->ink = ROLE_LOOK;

    scene_text(scene, words, text, page->x + pad + side + page_u(page, 12),
               page->y + (whole - height) / 2, width);
    page->y += whole + page_u(page, 8);
}

// ---- what surrounds every screen ----

void page_round_button(struct page *page, float x, enum icon icon, enum action_kind action)
{
    struct scene *scene = page->scene;
    float side = page_u(page, TOUCH_MIN);
    struct node *node = scene_add(
        scene, NODE_BUTTON, (struct area){x, scene->room.y + page_u(page, 8), side, side});
    node->icon = icon;
    node->action.kind = action;
    node->radius = side / 2;
    node->fill = scene->over_picture ? ROLE_SCRIM : ROLE_NONE;
    node->ink = scene->over_picture ? ROLE_ON_SCRIM : ROLE_TEXT;
}

// Of its letters, in pixels: no line is higher than a button there.
static float header_size(const struct scene *scene, float units)
{
    float size = roundf(units * scene->scale * scene->text_scale);
    return fminf(size, floorf((scene_u(scene, TOUCH_MIN) - 1) / LINE_HEIGHT));
}

void page_languages(struct page *page, float right)
{
    struct scene *scene = page->scene;
    float gap = page_u(page, 4), top = scene->room.y + page_u(page, 8);

    for (size_t i = languages_count(); i-- > 0;) {
        const struct language *language = languages_at(i);
        bool now = language == language_current();
        enum role ink = scene->over_picture ? ROLE_ON_SCRIM : now ? ROLE_TEXT : ROLE_QUIET;
        struct text_style label = page_style(
            page->attracts ? 21 : 14, now ? WEIGHT_SEMIBOLD : WEIGHT_MEDIUM, ink, ALIGN_CENTRE);
        float size = header_size(scene, label.size);
        float width = fonts_width(scene->fonts, label.weight, size, language->label);
        float side = fmaxf(page_u(page, TOUCH_MIN), width + page_u(page, 16));
        right -= side;

        struct node *node = scene_add(scene, NODE_BUTTON,
                                      (struct area){right, top, side, page_u(page, TOUCH_MIN)});
        node->action = (struct action){ACTION_LANGUAGE, i};
        node->radius = page_u(page, PAGE_CORNER);
        node->style = label;
        node->text = language->label;
        node->text_size = size;
        node->ink = label.role;
        node->fill = scene->over_picture ? ROLE_SCRIM : now ? ROLE_CARD : ROLE_NONE;
        node->border = !now ? ROLE_NONE : scene->over_picture ? ROLE_ON_SCRIM : ROLE_LINE;
        node->line = page_u(page, scene->theme == THEME_CHOICE_CONTRAST ? 2 : 1);
        fonts_wrap(scene->fonts, label.weight, size, node->text, side, &node->lines);
        right -= gap;
    }
}

// At the top left; beneath the languages where both have no room side by side.
static void put_administrator(struct page *page, float x)
{
    struct scene *scene = page->scene;
    const char *label = _("Administrator");
    struct text_style words = page_style(14, WEIGHT_MEDIUM, ROLE_TEXT, ALIGN_CENTRE);
    float size = header_size(scene, words.size);
    float side = page_u(page, TOUCH_MIN);
    float around = page_u(page, 24 + 10 + 24), text;
    float most = scene->room.w - 2 * (x - scene->room.x) - around;

    do // beside covered edges even one word may be too wide
        text = ceilf(fonts_width(scene->fonts, words.weight, size, label));
    while (text > most && --size > 1);

    float width = text + around, y = scene->room.y + page_u(page, 8);
    if (x + width > scene->node[scene->count - 1].area.x) {
        y += side + page_u(page, 4);
        page->y += side + page_u(page, 4);
    }

    struct node *node = scene_add(scene, NODE_BUTTON, (struct area){x, y, width, side});
    node->action.kind = ACTION_MENU;
    node->icon = ICON_LOCK;
    node->radius = page_u(page, PAGE_CORNER);
    node->style = words;
    node->text = label;
    node->text_size = size;
    node->ink = ROLE_TEXT;
    fonts_wrap(scene->fonts, words.weight, size, label, text, &node->lines);
}

void page_header(struct page *page, const struct view *view)
{
    const struct area *room = &page->scene->room;
    float left = room->x + page_u(page, page->wide ? 20 : 8);
    if (view->has_menu)
        page_round_button(page, left, ICON_MENU, ACTION_MENU);
    else if (view->can_go_back)
        page_round_button(page, left, ICON_BACK, ACTION_BACK);
    page_languages(page, room->x + room->w - page_u(page, 12));
    if (view->administrator)
        put_administrator(page, left);
}

struct page page_begin(struct scene *scene)
{
    struct page page = {.scene = scene};
    const struct area *room = &scene->room;
    page.wide = room->w / scene->scale >= WIDE_FROM && room->w > room->h;
    if (page.wide)
        scene->text_scale *= WIDE_TEXT;
    float margin = page_u(&page, page.wide ? 48 : 24);
    page.x = room->x + margin;
    page.width = room->w - 2 * margin;
    page.y = room->y + page_u(&page, PAGE_HEADER) + (page.wide ? page_u(&page, 8) : 0);
    page.bottom = room->y + room->h - page_u(&page, page.wide ? 32 : 24);
    return page;
}

void page_ground(struct scene *scene)
{
    struct node *ground =
        scene_add(scene, NODE_BOX, (struct area){0, 0, scene->width, scene->height});
    ground->fill = ROLE_GROUND;
}

// A kiosk is wide: what belongs together stays together on a card in the middle.
void page_card(struct page *page, float units)
{
    if (!page->wide)
        return;

    struct scene *scene = page->scene;
    float width = fminf(page_u(page, units), page->width), inner = page_u(page, 40);
    struct area area = {scene->room.x + (scene->room.w - width) / 2, page->y, width,
                        page->bottom - page->y};

    struct node *card = scene_add(scene, NODE_BOX, area);
    card->fill = ROLE_CARD;
    card->border = ROLE_LINE;
    card->line = page_u(page, scene->theme == THEME_CHOICE_CONTRAST ? 2 : 1);
    card->radius = page_u(page, 20);

    page->x = area.x + inner;
    page->width = area.w - 2 * inner;
    page->y += page_u(page, 24);
    page->bottom -= page_u(page, 24);
}

// ---- buttons at the bottom ----

static void dress_button(struct node *node, const struct view_button *button,
                         const struct view *view)
{
    switch (button->action) {
    case ACTION_DENY:
    case ACTION_NO:
        node->fill = ROLE_CARD;
        node->border = ROLE_QUIET;
        node->ink = button->danger ? ROLE_STOP : ROLE_TEXT;
        return;
    case ACTION_BACK:
        if (view->tone != VIEW_WORKING && !(view->state == FLOW_TYPING_CODE && *view->digits))
            break;
        node->fill = ROLE_CARD;
        node->border = ROLE_QUIET;
        node->ink = ROLE_TEXT;
        return;
    case ACTION_APPROVE:
    case ACTION_YES:
        node->part = (float)view->ripe / 100.0f;
        break;
    default:
        break;
    }

    if (button->quiet) {
        node->ink = button->danger ? ROLE_STOP : ROLE_ACCENT;
        return;
    }

    node->fill = !button->enabled ? ROLE_OFF : button->danger ? ROLE_STOP : ROLE_ACCENT;
    node->border = button->enabled ? ROLE_NONE : ROLE_LINE;
    node->ink = button->enabled ? ROLE_ON_ACCENT : ROLE_TEXT;
}

static enum icon button_icon(enum action_kind action)
{
    if (action == ACTION_BY_HAND)
        return ICON_KEYBOARD;
    return action == ACTION_SCAN || action == ACTION_PAIR ? ICON_QR : ICON_NONE;
}

static struct text_style button_style(const struct page *page, const struct view_button *button)
{
    float size = button->quiet ? 15 : page->attracts ? 22 : 17;
    return page_style(size, WEIGHT_SEMIBOLD, ROLE_TEXT, ALIGN_CENTRE);
}

static float label_room(const struct page *page, const struct view_button *button, float width)
{
    float room = width - page_u(page, 24);
    if (button_icon(button->action) == ICON_NONE)
        return room;
    float text_size =
        button_style(page, button).size * page->scene->scale * page->scene->text_scale;
    return room - page_u(page, 10) - scene_icon(page->scene, text_size);
}

static float button_height(const struct page *page, const struct view_button *button,
                           float width)
{
    float text = scene_text_height(page->scene, button_style(page, button), button->label,
                                   label_room(page, button, width));
    float least = page_u(page, button->quiet    ? QUIET_BUTTON
                               : page->attracts ? ATTRACTING_BUTTON
                               : page->wide     ? WIDE_BUTTON
                                                : MAIN_BUTTON);
    return fmaxf(least, text + page_u(page, 16));
}

static void put_button(struct page *page, const struct view *view, size_t index,
                       struct area area)
{
    const struct view_button *button = &view->buttons[index];
    struct scene *scene = page->scene;

    struct node *node = scene_add(scene, NODE_BUTTON, area);
    node->action.kind = button->action;
    node->enabled = button->enabled;
    node->radius = page_u(page, PAGE_CORNER);
    node->line = page_u(page, 2);
    node->style = button_style(page, button);
    node->text = button->label;
    node->text_size = roundf(node->style.size * scene->scale * scene->text_scale);
    node->icon = button_icon(button->action);

    dress_button(node, button, view);
    fonts_wrap(scene->fonts, node->style.weight, node->text_size, node->text,
               label_room(page, button, area.w), &node->lines);

    if (index == view->focus)
        scene->focus = (int)(node - scene->node);
}

static bool fits_half(const struct page *page, const struct view_button *button, float width)
{
    struct scene *scene = page->scene;
    struct text_style text = button_style(page, button);
    float size = roundf(text.size * scene->scale * scene->text_scale);
    return fonts_width(scene->fonts, text.weight, size, button->label) <=
           label_room(page, button, width);
}

static void stack_button(struct page *page, const struct view *view, size_t index)
{
    float height = button_height(page, &view->buttons[index], page->width);
    page->bottom -= height;
    put_button(page, view, index, (struct area){page->x, page->bottom, page->width, height});
    page->bottom -= page_u(page, 12);
}

// From the bottom upwards: the main ones, two of them side by side, then the quiet ones.
void page_buttons(struct page *page, const struct view *view)
{
    size_t main_button[VIEW_ACTIONS_MAX], count = 0;
    for (size_t i = 0; i < view->button_count; i++) {
        if (!view->buttons[i].quiet)
            main_button[count++] = i;
    }

    float gap = page_u(page, 16), half = (page->width - gap) / 2;
    if (count == 2 && fits_half(page, &view->buttons[main_button[0]], half) &&
        fits_half(page, &view->buttons[main_button[1]], half)) {
        float height = page_u(page, MAIN_BUTTON);
        for (size_t i = 0; i < count; i++)
            height = fmaxf(height, button_height(page, &view->buttons[main_button[i]], half));
        page->bottom -= height;
        for (size_t i = 0; i < count; i++)
            put_button(
                page, view, main_button[i],
                (struct area){page->x + (half + gap) * (float)i, page->bottom, half, height});
        page->bottom -= page_u(page, 12);
    } else {
        for (size_t i = 0; i < count; i++)
            stack_button(page, view, main_button[i]);
    }

    for (size_t i = 0; i < view->button_count; i++) {
        if (view->buttons[i].quiet)
            stack_button(page, view, i);
    }

    page->bottom -= page_u(page, 4);
}

// ---- the body between header and buttons ----

void page_begin_body(struct page *page)
{
    page->first = page->scene->count;
    page->scene->body = (struct area){page->x - page_u(page, 8), page->y,
                                      page->width + page_u(page, 16), page->bottom - page->y};
}

// `where` says how much of the room left goes above: 0 top, 0.5 middle.
void page_end_body(struct page *page, float where)
{
    struct scene *scene = page->scene;
    for (size_t i = page->first; i < scene->count; i++)
        scene->node[i].scrolls = true;
    float room = page->bottom - page->y;
    if (room >= 0)
        scene_shift(scene, page->first, 0, roundf(room * where));
    else
        scene->scroll_max = -room;
}

static const struct text_style title_style = {28, WEIGHT_SEMIBOLD, ROLE_TEXT, ALIGN_LEFT};

// The largest is for a single line: two of them take the room of what stands below.
static size_t first_title_size(const struct page *page, const float *sizes, const char *text)
{
    if (!page->attracts)
        return page->wide ? 2 : 3;
    const struct scene *scene = page->scene;
    float size = roundf(sizes[0] * scene->scale * scene->text_scale);
    return fonts_width(scene->fonts, title_style.weight, size, text) <= page->width ? 0 : 1;
}

// A title is large, but an address in it must not be torn apart if a smaller size saves it.
void page_title(struct page *page, const char *text, enum align align)
{
    static const float sizes[] = {46, 40, 32, 28, 24, 22, 18};
    struct text_style chosen = title_style;
    chosen.align = align;
    const size_t count = sizeof(sizes) / sizeof(sizes[0]);

    for (size_t i = first_title_size(page, sizes, text); i < count; i++) {
        chosen.size = sizes[i];
        if (words_fit(page, chosen, text, page->width))
            break;
    }

    page_text(page, chosen, text);
}
