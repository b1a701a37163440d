// SPDX-License-Identifier: MIT
#include "ui/screens.h"

#include <math.h>

#include "ui/language.h"

#define WIDE_FROM    700.0f // units of width from which a screen is a kiosk's
#define HEADER       64.0f
#define MAIN_BUTTON  56.0f
#define QUIET_BUTTON 48.0f
#define CORNER       14.0f

// The part of the screen that one thing after another is put into.
struct page {
    struct scene *scene;
    bool wide;
    float x, y, width; // pixels: where the next thing goes
    float bottom;      // of the room left
    size_t first;      // node of the body
};

static float u(const struct page *page, float units)
{
    return scene_u(page->scene, units);
}

static struct text_style style(float size, enum weight weight, enum role role, enum align align)
{
    return (struct text_style){size, weight, role, align};
}

static void put_text(struct page *page, struct text_style text_style, const char *text)
{
    page->y += scene_text(page->scene, text_style, text, page->x, page->y, page->width);
}

static void put_gap(struct page *page, float units)
{
    page->y += u(page, units);
}

// ---- what surrounds every screen ----

static void put_round_button(struct page *page, float x, enum icon icon, int action)
{
    struct scene *scene = page->scene;
    float side = u(page, TOUCH_MIN);
    struct node *node = scene_add(scene, NODE_BUTTON, (struct area){x, u(page, 8), side, side});
    node->icon = icon;
    node->action = action;
    node->radius = side / 2;
    node->fill = scene->over_picture ? ROLE_SCRIM : ROLE_NONE;
    node->ink = scene->over_picture ? ROLE_ON_SCRIM : ROLE_TEXT;
}

static void put_language_switch(struct page *page)
{
    struct scene *scene = page->scene;
    float gap = u(page, 4), right = scene->width - u(page, 12), top = u(page, 8);
    for (size_t i = language_count(); i-- > 0;) {
        bool now = strcmp(language_code(i), language_current()) == 0;
        struct text_style label = style(14, now ? WEIGHT_SEMIBOLD : WEIGHT_MEDIUM,
                                        now ? ROLE_TEXT : ROLE_QUIET, ALIGN_CENTRE);
        float size = roundf(14 * scene->scale * scene->text_scale);
        float width = fonts_width(scene->fonts, label.weight, size, language_label(i));
        float side = fmaxf(u(page, TOUCH_MIN), width + u(page, 16));
        right -= side;
        struct node *node =
            scene_add(scene, NODE_BUTTON, (struct area){right, top, side, u(page, TOUCH_MIN)});
        node->action = SCENE_LANGUAGE + (int)i;
        node->radius = u(page, CORNER);
        node->style = label;
        node->text = language_label(i);
        node->text_size = size;
        node->ink = label.role;
        node->fill = now ? ROLE_CARD : ROLE_NONE;
        node->border = now ? ROLE_LINE : ROLE_NONE;
        node->line = u(page, scene->theme == THEME_CHOICE_CONTRAST ? 2 : 1);
        fonts_wrap(scene->fonts, label.weight, size, node->text, side, &node->lines);
        right -= gap;
    }
}

static void put_header(struct page *page, const struct view *view)
{
    if (view->can_go_back)
        put_round_button(page, u(page, page->wide ? 20 : 8), ICON_BACK, VIEW_BACK);
    put_language_switch(page);
}

static struct page begin_page(struct scene *scene)
{
    struct page page = {.scene = scene};
    page.wide = scene->width / scene->scale >= WIDE_FROM && scene->width > scene->height;
    float margin = u(&page, page.wide ? 48 : 24);
    page.x = margin;
    page.width = scene->width - 2 * margin;
    page.y = u(&page, HEADER) + (page.wide ? u(&page, 8) : 0);
    page.bottom = scene->height - u(&page, page.wide ? 48 : 24);
    return page;
}

static void put_ground(struct scene *scene)
{
    struct node *ground =
        scene_add(scene, NODE_BOX, (struct area){0, 0, scene->width, scene->height});
    ground->fill = ROLE_GROUND;
}

// A kiosk is wide: what belongs together stays together on a card in the middle.
static void put_card(struct page *page, float units)
{
    if (!page->wide)
        return;
    struct scene *scene = page->scene;
    float width = fminf(u(page, units), page->width), inner = u(page, 40);
    struct area area = {(scene->width - width) / 2, page->y, width, page->bottom - page->y};
    struct node *card = scene_add(scene, NODE_BOX, area);
    card->fill = ROLE_CARD;
    card->border = ROLE_LINE;
    card->line = u(page, scene->theme == THEME_CHOICE_CONTRAST ? 2 : 1);
    card->radius = u(page, 20);
    page->x = area.x + inner;
    page->width = area.w - 2 * inner;
    page->y += u(page, 32);
    page->bottom -= u(page, 32);
}

// ---- buttons at the bottom ----

static void dress_button(struct node *node, const struct view_button *button,
                         const struct view *view)
{
    switch (button->action) {
    case VIEW_DENY:
    case VIEW_NO:
        node->fill = ROLE_CARD;
        node->border = ROLE_QUIET;
        node->ink = ROLE_TEXT;
        return;
    case VIEW_APPROVE:
        node->part = (float)view->ripe / 100.0f;
        break;
    default:
        break;
    }
    if (button->quiet) {
        node->ink = ROLE_ACCENT;
        return;
    }
    node->fill = button->enabled ? ROLE_ACCENT : ROLE_OFF;
    node->border = button->enabled ? ROLE_NONE : ROLE_LINE;
    node->ink = button->enabled ? ROLE_ON_ACCENT : ROLE_TEXT;
}

static enum icon button_icon(enum view_action action)
{
    return action == VIEW_SCAN || action == VIEW_PAIR ? ICON_QR : ICON_NONE;
}

static struct text_style button_style(const struct view_button *button)
{
    return style(button->quiet ? 15 : 17, WEIGHT_SEMIBOLD, ROLE_TEXT, ALIGN_CENTRE);
}

static float label_room(const struct page *page, const struct view_button *button, float width)
{
    float icon = button_icon(button->action) != ICON_NONE ? 34 : 0;
    return width - u(page, 24 + icon);
}

static float button_height(const struct page *page, const struct view_button *button,
                           float width)
{
    float text = scene_text_height(page->scene, button_style(button), button->label,
                                   label_room(page, button, width));
    float least = u(page, button->quiet ? QUIET_BUTTON : MAIN_BUTTON);
    return fmaxf(least, text + u(page, 16));
}

static void put_button(struct page *page, const struct view *view, size_t index,
                       struct area area)
{
    const struct view_button *button = &view->buttons[index];
    struct scene *scene = page->scene;
    struct node *node = scene_add(scene, NODE_BUTTON, area);
    node->action = (int)button->action;
    node->enabled = button->enabled;
    node->radius = u(page, CORNER);
    node->line = u(page, 2);
    node->style = button_style(button);
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
    struct text_style text = button_style(button);
    float size = roundf(text.size * scene->scale * scene->text_scale);
    return fonts_width(scene->fonts, text.weight, size, button->label) <=
           label_room(page, button, width);
}

static void stack_button(struct page *page, const struct view *view, size_t index)
{
    float height = button_height(page, &view->buttons[index], page->width);
    page->bottom -= height;
    put_button(page, view, index, (struct area){page->x, page->bottom, page->width, height});
    page->bottom -= u(page, 12);
}

// From the bottom upwards: the main ones, two of them side by side, then the quiet ones.
static void put_buttons(struct page *page, const struct view *view)
{
    size_t main_button[VIEW_ACTIONS_MAX], count = 0;
    for (size_t i = 0; i < view->button_count; i++) {
        if (!view->buttons[i].quiet)
            main_button[count++] = i;
    }
    float gap = u(page, 16), half = (page->width - gap) / 2;
    if (count == 2 && fits_half(page, &view->buttons[main_button[0]], half) &&
        fits_half(page, &view->buttons[main_button[1]], half)) {
        float height = u(page, MAIN_BUTTON);
        for (size_t i = 0; i < count; i++)
            height = fmaxf(height, button_height(page, &view->buttons[main_button[i]], half));
        page->bottom -= height;
        for (size_t i = 0; i < count; i++)
            put_button(
                page, view, main_button[i],
                (struct area){page->x + (half + gap) * (float)i, page->bottom, half, height});
        page->bottom -= u(page, 12);
    } else {
        for (size_t i = 0; i < count; i++)
            stack_button(page, view, main_button[i]);
    }
    for (size_t i = 0; i < view->button_count; i++) {
        if (view->buttons[i].quiet)
            stack_button(page, view, i);
    }
    page->bottom -= u(page, 4);
}

// ---- the body between header and buttons ----

static void begin_body(struct page *page)
{
    page->first = page->scene->count;
    page->scene->body = (struct area){page->x - u(page, 8), page->y, page->width + u(page, 16),
                                      page->bottom - page->y};
}

// `where` says how much of the room left goes above: 0 top, 0.5 middle.
static void end_body(struct page *page, float where)
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

// A title is large, but an address in it must not be torn apart if a smaller size saves it.
static void put_title(struct page *page, const char *text, enum align align)
{
    static const float sizes[] = {32, 28, 24, 22};
    struct text_style chosen = title_style;
    chosen.align = align;
    struct scene *scene = page->scene;
    const size_t count = sizeof(sizes) / sizeof(sizes[0]);
    for (size_t i = page->wide ? 0 : 1; i < count; i++) {
        chosen.size = sizes[i];
        float size = roundf(chosen.size * scene->scale * scene->text_scale);
        bool whole = true;
        for (const char *word = text; *word;) {
            char copy[VIEW_TEXT_MAX];
            size_t length = strcspn(word, " ");
            memcpy(copy, word, length);
            copy[length] = '\0';
            whole =
                whole && fonts_width(scene->fonts, chosen.weight, size, copy) <= page->width;
            word += length + (word[length] == ' ');
        }
        if (whole)
            break;
    }
    put_text(page, chosen, text);
}

static void put_step(struct page *page, enum picture picture, const char *text)
{
    struct scene *scene = page->scene;
    float pad = u(page, 16), side = u(page, 72), gap = u(page, 20);
    struct text_style words = style(17, WEIGHT_MEDIUM, ROLE_TEXT, ALIGN_LEFT);
    float text_width = page->width - 2 * pad - side - gap;
    float text_height = scene_text_height(scene, words, text, text_width);
    float height = fmaxf(side, text_height) + 2 * pad;

    struct node *card =
        scene_add(scene, NODE_BOX, (struct area){page->x, page->y, page->width, height});
    card->fill = ROLE_CARD;
    card->border = ROLE_LINE;
    card->line = u(page, scene->theme == THEME_CHOICE_CONTRAST ? 2 : 1);
    card->radius = u(page, CORNER);
    struct node *drawing =
        scene_add(scene, NODE_PICTURE,
                  (struct area){page->x + pad, page->y + (height - side) / 2, side, side});
    drawing->picture = picture;
    drawing->ink = ROLE_TEXT;
    scene_text(scene, words, text, page->x + pad + side + gap,
               page->y + (height - text_height) / 2, text_width);
    page->y += height + u(page, 12);
}

static void put_wide_steps(struct page *page, const enum picture *pictures,
                           const struct view *view)
{
    struct scene *scene = page->scene;
    struct text_style words = style(20, WEIGHT_MEDIUM, ROLE_TEXT, ALIGN_CENTRE);
    float gap = u(page, 24), pad = u(page, 24), side = u(page, 120);
    float width = (page->width - gap * 2) / 3, text_height = 0;
    for (size_t i = 0; i < view->step_count; i++)
        text_height = fmaxf(text_height,
                            scene_text_height(scene, words, view->steps[i], width - 2 * pad));
    float height = side + text_height + u(page, 20) + 2 * pad;
    for (size_t i = 0; i < view->step_count; i++) {
        float x = page->x + (width + gap) * (float)i;
        struct node *card =
            scene_add(scene, NODE_BOX, (struct area){x, page->y, width, height});
        card->fill = ROLE_CARD;
        card->border = ROLE_LINE;
        card->line = u(page, scene->theme == THEME_CHOICE_CONTRAST ? 2 : 1);
        card->radius = u(page, 20);
        struct node *drawing =
            scene_add(scene, NODE_PICTURE,
                      (struct area){x + (width - side) / 2, page->y + pad, side, side});
        drawing->picture = pictures[i];
        drawing->ink = ROLE_TEXT;
        scene_text(scene, words, view->steps[i], x + pad, page->y + pad + side + u(page, 20),
                   width - 2 * pad);
    }
    page->y += height;
}

static void build_instructions(struct page *page, const struct view *view)
{
    static const enum picture to_sign_in[] = {PICTURE_OPEN, PICTURE_PRESS, PICTURE_SCAN};
    static const enum picture to_pair[] = {PICTURE_OPEN, PICTURE_DEVICES, PICTURE_SCAN};
    bool pairs = view->button_count > 0 && view->buttons[0].action == VIEW_PAIR;
    const enum picture *pictures = pairs ? to_pair : to_sign_in;
    put_ground(page->scene);
    put_header(page, view);
    if (page->wide) {
        float x = page->x, width = page->width;
        page->width = u(page, 440);
        page->x = (page->scene->width - page->width) / 2;
        put_buttons(page, view);
        page->x = x;
        page->width = width;
        page->bottom -= u(page, 16);
    } else {
        put_buttons(page, view);
    }
    begin_body(page);
    put_title(page, view->title, page->wide ? ALIGN_CENTRE : ALIGN_LEFT);
    put_gap(page, page->wide ? 32 : 24);
    if (page->wide) {
        put_wide_steps(page, pictures, view);
    } else {
        for (size_t i = 0; i < view->step_count; i++)
            put_step(page, pictures[i], view->steps[i]);
    }
    end_body(page, page->wide ? 0.5f : 0.25f);
}

static struct area finder_area(const struct page *page, float panel_height,
                               const struct screen_facts *facts)
{
    const struct scene *scene = page->scene;
    if (facts->found)
        return facts->found_area;
    float top = u(page, HEADER + 8), bottom = scene->height - panel_height;
    float side = fminf(scene->width - u(page, 72), bottom - top - u(page, 32));
    return (struct area){(scene->width - side) / 2, top + (bottom - top - side) / 2, side,
                         side};
}

// What is said under the picture: what to do, and beneath it why nothing has come of it yet.
// Where that leaves too little of the picture, the reason alone.
static float put_aiming_texts(struct page *page, const struct view *view)
{
    struct scene *scene = page->scene;
    enum align align = page->wide ? ALIGN_CENTRE : ALIGN_LEFT;
    struct text_style title = style(22, WEIGHT_SEMIBOLD, ROLE_ON_SCRIM, align);
    struct text_style hint = style(17, WEIGHT_MEDIUM, ROLE_ON_SCRIM, align);
    float pad = u(page, 20), side = u(page, 24);
    float indent = page->wide || !*view->hint ? 0 : side + u(page, 12);
    float hint_height = 0,
          title_height = scene_text_height(scene, title, view->title, page->width);
    if (*view->hint)
        hint_height = scene_text_height(scene, hint, view->hint, page->width - indent);
    if (*view->hint && title_height + hint_height > scene->height * 0.3f)
        title_height = 0;
    float gap = title_height > 0 && hint_height > 0 ? u(page, 12) : 0;
    float panel = title_height + gap + hint_height + 2 * pad;

    struct node *under = scene_add(
        scene, NODE_BOX, (struct area){0, scene->height - panel, scene->width, panel});
    under->fill = ROLE_SCRIM;
    float y = scene->height - panel + pad;
    if (title_height > 0)
        y += scene_text(scene, title, view->title, page->x, y, page->width) + gap;
    if (indent > 0) {
        struct node *sign = scene_add(scene, NODE_ICON, (struct area){page->x, y, side, side});
        sign->icon = ICON_WARNING;
        sign->ink = ROLE_ON_SCRIM;
    }
    scene_text(scene, hint, view->hint, page->x + indent, y, page->width - indent);
    return panel;
}

static void build_aiming(struct page *page, const struct view *view,
                         const struct screen_facts *facts)
{
    struct scene *scene = page->scene;
    scene->over_picture = true;
    struct node *dim =
        scene_add(scene, NODE_BOX, (struct area){0, 0, scene->width, scene->height});
    dim->fill = ROLE_DIM;
    struct node *finder = scene_add(scene, NODE_FINDER, (struct area){0});
    size_t finder_index = (size_t)(finder - scene->node);
    finder->radius = u(page, 20);
    finder->line = u(page, 5);
    finder->ink = ROLE_ON_SCRIM;
    float panel = put_aiming_texts(page, view);
    scene->node[finder_index].area = finder_area(page, panel, facts);

    put_round_button(page, u(page, 12), ICON_CLOSE, VIEW_BACK);
    if (facts->has_torch) {
        put_round_button(page, scene->width - u(page, 12 + TOUCH_MIN), ICON_TORCH, SCENE_TORCH);
        if (facts->torch_on) {
            scene->node[scene->count - 1].fill = ROLE_ON_SCRIM;
            scene->node[scene->count - 1].ink = ROLE_SCRIM;
        }
    }
}

static void put_warning(struct page *page, const char *text)
{
    struct scene *scene = page->scene;
    float pad = u(page, 10), side = u(page, 24);
    struct text_style words = style(16, WEIGHT_MEDIUM, ROLE_TEXT, ALIGN_LEFT);
    float width = page->width - 2 * pad - side - u(page, 12);
    float height = scene_text_height(scene, words, text, width);
    float whole = fmaxf(height, side) + 2 * pad;
    struct node *box =
        scene_add(scene, NODE_BOX, (struct area){page->x, page->y, page->width, whole});
    box->fill = ROLE_LOOK_GROUND;
    box->border = ROLE_LOOK;
    box->line = u(page, scene->theme == THEME_CHOICE_CONTRAST ? 2 : 1);
    box->radius = u(page, CORNER);
    struct node *sign =
        scene_add(scene, NODE_ICON, (struct area){page->x + pad, page->y + pad, side, side});
    sign->icon = ICON_WARNING;
    sign->ink = ROLE_LOOK;
    scene_text(scene, words, text, page->x + pad + side + u(page, 12),
               page->y + (whole - height) / 2, width);
    page->y += whole + u(page, 8);
}

static enum icon row_icon(const struct view_row *row)
{
    static const struct {
        const char *label;
        enum icon icon;
    } icons[] = {
        {N_("Account"), ICON_PERSON},   {N_("Browser"), ICON_BROWSER},
        {N_("From"), ICON_PLACE},       {N_("Address"), ICON_NETWORK},
        {N_("Code shown"), ICON_CLOCK}, {N_("Last sign-in"), ICON_HISTORY},
        {N_("Portal"), ICON_PORTAL},
    };
    for (size_t i = 0; i < sizeof(icons) / sizeof(icons[0]); i++) {
        if (strcmp(row->label, _(icons[i].label)) == 0)
            return icons[i].icon;
    }
    return ICON_NONE;
}

static void put_row(struct page *page, const struct view_row *row)
{
    struct scene *scene = page->scene;
    float side = u(page, 24), indent = side + u(page, 14);
    struct text_style label = style(14, WEIGHT_REGULAR, ROLE_QUIET, ALIGN_LEFT);
    struct text_style value = style(17, WEIGHT_MEDIUM, ROLE_TEXT, ALIGN_LEFT);
    float top = page->y;
    float y =
        top + scene_text(scene, label, row->label, page->x + indent, top, page->width - indent);
    y += scene_text(scene, value, row->value, page->x + indent, y, page->width - indent);
    struct node *sign = scene_add(
        scene, NODE_ICON, (struct area){page->x, top + (y - top - side) / 2, side, side});
    sign->icon = row_icon(row);
    sign->ink = ROLE_QUIET;
    page->y = y + u(page, 8);
}

// One beneath the other, on a wide screen in two columns.
static void put_rows(struct page *page, const struct view *view)
{
    size_t columns = page->wide && page->scene->text_scale < 1.5f ? 2 : 1;
    struct page column = *page;
    column.width = (page->width - u(page, 24) * (float)(columns - 1)) / (float)columns;
    for (size_t i = 0; i < view->row_count; i += columns) {
        float top = page->y;
        for (size_t c = 0; c < columns && i + c < view->row_count; c++) {
            column.x = page->x + (column.width + u(page, 24)) * (float)c;
            column.y = top;
            put_row(&column, &view->rows[i + c]);
            page->y = fmaxf(page->y, column.y);
        }
        page->y += page->wide ? u(page, 8) : 0;
    }
}

// The seconds left to answer, as a ring that closes.
static void put_seconds(struct page *page, const struct view *view)
{
    struct scene *scene = page->scene;
    if (view->seconds_left < 0)
        return;
    char text[16];
    snprintf(text, sizeof(text), "%d", (int)view->seconds_left);
    float side = u(page, 44) * fmaxf(1, scene->text_scale * 0.8f);
    struct area area = {page->x + page->width - side, page->y, side, side};
    struct node *ring = scene_add(scene, NODE_RING, area);
    ring->line = u(page, 3);
    ring->ink = view->seconds_left <= 10 ? ROLE_STOP : ROLE_ACCENT;
    ring->part = fminf((float)view->seconds_left / 120.0f, 1);
    struct text_style words = style(14, WEIGHT_SEMIBOLD, ROLE_TEXT, ALIGN_CENTRE);
    float height = scene_text_height(scene, words, text, side);
    scene_text(scene, words, text, area.x, area.y + (side - height) / 2, side);
    page->width -= side + u(page, 12);
}

static void build_question(struct page *page, const struct view *view)
{
    put_ground(page->scene);
    put_header(page, view);
    put_card(page, 680);
    put_buttons(page, view);
    begin_body(page);
    float width = page->width, top = page->y;
    put_seconds(page, view);
    put_title(page, view->title, ALIGN_LEFT);
    page->width = width;
    page->y = fmaxf(page->y, view->seconds_left < 0 ? top : top + u(page, 44));
    if (*view->text) {
        put_gap(page, 8);
        put_text(page, style(17, WEIGHT_REGULAR, ROLE_QUIET, ALIGN_LEFT), view->text);
    }
    put_gap(page, 16);
    for (size_t i = 0; i < view->warning_count; i++)
        put_warning(page, view->warnings[i]);
    if (view->warning_count > 0)
        put_gap(page, 8);
    put_rows(page, view);
    end_body(page, 0);
    page->scene->show_focus = true;
}

static void put_centred(struct page *page, enum node_kind kind, float units, enum icon icon,
                        enum role ink)
{
    float side = u(page, units);
    struct node *node =
        scene_add(page->scene, kind,
                  (struct area){page->x + (page->width - side) / 2, page->y, side, side});
    node->icon = icon;
    node->ink = ink;
    node->line = u(page, 5);
    page->y += side;
}

// Digits as large as the page is wide, in two groups of three.
static void put_digits(struct page *page, const char *digits)
{
    struct scene *scene = page->scene;
    float size = 64 * scene->scale * (page->wide ? 1.5f : fmaxf(1, scene->text_scale));
    float cells = (float)strlen(digits) + 0.5f;
    float most = page->width / cells;
    float cell = fminf(size * 0.66f, most);
    size = floorf(cell / 0.66f);
    float width = cell * cells, height = ceilf(size * LINE_HEIGHT);
    float pad = u(page, 12);
    struct node *box = scene_add(
        scene, NODE_BOX, (struct area){page->x, page->y, page->width, height + 2 * pad});
    box->fill = page->wide ? ROLE_GROUND : ROLE_CARD;
    box->border = ROLE_LINE;
    box->line = u(page, scene->theme == THEME_CHOICE_CONTRAST ? 2 : 1);
    box->radius = u(page, CORNER);
    struct node *node = scene_add(
        scene, NODE_DIGITS,
        (struct area){page->x + (page->width - width) / 2, page->y + pad, width, height});
    node->style = style(64, WEIGHT_SEMIBOLD, ROLE_TEXT, ALIGN_CENTRE);
    node->text = scene_keep(scene, digits);
    node->text_size = size;
    node->ink = ROLE_TEXT;
    node->lines.complete = true;
    page->y += height + 2 * pad;
}

static void put_sign(struct page *page, const struct view *view)
{
    switch (view->tone) {
    case VIEW_WORKING:
        put_centred(page, NODE_SPINNER, 56, ICON_NONE, ROLE_ACCENT);
        page->scene->moves = true;
        break;
    case VIEW_DONE:
        put_centred(page, NODE_ICON, 88, ICON_CHECK, ROLE_DONE);
        break;
    case VIEW_LOOK:
        put_centred(page, NODE_ICON, 88, ICON_WARNING, ROLE_LOOK);
        break;
    case VIEW_STOP:
        put_centred(page, NODE_ICON, 88, view->state == FLOW_REFUSED ? ICON_CROSS : ICON_STOP,
                    ROLE_STOP);
        break;
    case VIEW_CALM:
        return;
    }
    put_gap(page, 24);
}

static void build_statement(struct page *page, const struct view *view)
{
    struct text_style quiet = style(17, WEIGHT_REGULAR, ROLE_QUIET, ALIGN_CENTRE);
    put_ground(page->scene);
    put_header(page, view);
    put_card(page, 680);
    put_buttons(page, view);
    begin_body(page);
    if (!*view->digits)
        put_sign(page, view);
    put_title(page, view->title, ALIGN_CENTRE);
    if (*view->digits) {
        put_gap(page, 24);
        put_digits(page, view->digits);
        put_gap(page, 12);
    }
    if (*view->note) {
        put_gap(page, 12);
        put_text(page, style(17, WEIGHT_MEDIUM, ROLE_TEXT, ALIGN_CENTRE), view->note);
    }
    if (*view->text) {
        put_gap(page, 12);
        put_text(page, quiet, view->text);
    }
    end_body(page, 0.4f);
}

void screens_build(struct scene *scene, const struct view *view,
                   const struct screen_facts *facts)
{
    struct page page = begin_page(scene);
    switch (view->state) {
    case FLOW_INSTRUCTIONS:
        build_instructions(&page, view);
        break;
    case FLOW_AIMING:
        build_aiming(&page, view, facts);
        break;
    case FLOW_ASKING:
    case FLOW_PAIR_ASKING:
    case FLOW_CONFIRMING:
        build_question(&page, view);
        break;
    default:
        build_statement(&page, view);
        break;
    }
    if (scene->focus < 0)
        scene->focus = scene_next_focus(scene, -1, true);
}
