// SPDX-License-Identifier: MIT
#include "ui/screens/screens.h"

#include <math.h>
#include <stdio.h>

#include "ui/screens/forms.h"
#include "ui/screens/lists.h"
#include "ui/screens/steps.h"
#include "ui/text/language.h"

#define LATE_S            20    // a ring shows how the last seconds go
#define AIMING_TEXT_LEAST 11.0f // units

static struct area finder_area(const struct page *page, float panel_height,
                               const struct screen_facts *facts)
{
    const struct scene *scene = page->scene;
    const struct area *room = &scene->room;
    float top = room->y + page_u(page, PAGE_HEADER + 8), bottom = scene->height - panel_height;
    float side = fminf(room->w - page_u(page, 72), bottom - top - page_u(page, 32));
    struct area open = {room->x + (room->w - side) / 2, top + (bottom - top - side) / 2, side,
                        side};
    if (!facts->found)
        return open;
    const struct area *code = &facts->found_area;
    float t = facts->closed * (2 - facts->closed); // slower towards its end
    return (struct area){open.x + (code->x - open.x) * t, open.y + (code->y - open.y) * t,
                         open.w + (code->w - open.w) * t, open.h + (code->h - open.h) * t};
}

// What is said under the picture: what to do, and beneath it why nothing has come of it yet.
// Where that leaves too little of the picture, the reason alone; where that would go over the
// header, in smaller letters.
static float put_aiming_texts(struct page *page, const struct view *view, size_t panel,
                              float bottom)
{
    struct scene *scene = page->scene;
    enum align align = page->wide ? ALIGN_CENTRE : ALIGN_LEFT;
    struct text_style title = page_style(22, WEIGHT_SEMIBOLD, ROLE_ON_SCRIM, align);
    struct text_style hint =
        page_style(view->tone == VIEW_LOOK ? 17 : 22, WEIGHT_SEMIBOLD, ROLE_ON_SCRIM, align);
    bool has_sign = view->tone == VIEW_LOOK && !page->wide && *view->hint;
    float pad = page_u(page, 16), side = page_u(page, 24);
    float indent = has_sign ? side + page_u(page, 12) : 0;

    float hint_height = 0,
          title_height = scene_text_height(scene, title, view->title, page->width);
    if (*view->hint)
        hint_height = scene_text_height(scene, hint, view->hint, page->width - indent);

    bool hint_alone =
        view->tone == VIEW_CALM || title_height + hint_height > scene->room.h * 0.3f;
    if (*view->hint && hint_alone)
        title_height = 0;

    float most = bottom - 2 * pad - scene->room.y - page_u(page, PAGE_HEADER);
    while (hint_height > most && --hint.size >= AIMING_TEXT_LEAST)
        hint_height = scene_text_height(scene, hint, view->hint, page->width - indent);
    float gap = title_height > 0 && hint_height > 0 ? page_u(page, 8) : 0;
    float top = bottom - title_height - gap - hint_height - 2 * pad;

    scene->node[panel].area = (struct area){0, top, scene->width, scene->height - top};
    float y = top + pad;
    if (title_height > 0)
        y += scene_text(scene, title, view->title, page->x, y, page->width) + gap;
    if (has_sign) {
        struct node *sign = scene_add(scene, NODE_ICON, (struct area){page->x, y, side, side});
        sign->icon = ICON_WARNING;
        sign->ink = ROLE_ON_SCRIM;
    }
    scene_text(scene, hint, view->hint, page->x + indent, y, page->width - indent);
    return scene->height - top;
}

// "Enter the code by hand", at the lower edge. Returns the top of it.
static float put_by_hand(struct page *page, const struct view *view)
{
    struct scene *scene = page->scene;
    struct text_style words = page_style(15, WEIGHT_SEMIBOLD, ROLE_ON_SCRIM, ALIGN_CENTRE);
    const char *label = view->buttons[0].label;

    float width = fminf(page->width, page_u(page, page->wide ? 640 : 440));
    float text = scene_text_height(scene, words, label, width - page_u(page, 58));
    float height = fmaxf(page_u(page, TOUCH_MIN), text + page_u(page, 12));
    float x = page->x + (page->width - width) / 2, gap = page_u(page, 12);
    float y = scene->room.y + scene->room.h - gap - height;

    struct node *node = scene_add(scene, NODE_BUTTON, (struct area){x, y, width, height});
    node->action.kind = ACTION_BY_HAND;
    node->icon = ICON_KEYBOARD;
    node->radius = page_u(page, PAGE_CORNER);
    node->border = ROLE_ON_SCRIM;
    node->line = page_u(page, 1.5f);
    node->style = words;
    node->text = label;
    node->text_size = roundf(words.size * scene->scale * scene->text_scale);
    node->ink = ROLE_ON_SCRIM;

    fonts_wrap(scene->fonts, words.weight, node->text_size, label, width - page_u(page, 58),
               &node->lines);
    return y;
}

static void put_camera_buttons(struct page *page, const struct screen_facts *facts)
{
    struct scene *scene = page->scene;
    float right = scene->room.x + scene->room.w;
    float step = page_u(page, 12 + TOUCH_MIN), x = right - step;

    if (page->wide) {
        page_languages(page, right - page_u(page, 12));
        x = scene->node[scene->count - 1].area.x - step - page_u(page, 12);
    }
    if (facts->can_switch_camera) {
        page_round_button(page, x, ICON_CAMERA, ACTION_CAMERA);
        x -= step;
    }

    if (!facts->has_torch)
        return;
    page_round_button(page, x, ICON_TORCH, ACTION_TORCH);
    if (facts->torch_on) {
        scene->node[scene->count - 1].fill = ROLE_ON_SCRIM;
        scene->node[scene->count - 1].ink = ROLE_SCRIM;
    }
}

static void build_aiming(struct page *page, const struct view *view,
                         const struct screen_facts *facts)
{
    struct scene *scene = page->scene;
    scene->over_picture = true;

    struct node *dim =
        scene_add(scene, NODE_BOX, (struct area){0, 0, scene->width, scene->height});
    dim->fill = ROLE_DIM;

    size_t finder_index = scene->count;
    struct node *finder = scene_add(scene, NODE_FINDER, (struct area){0});
    finder->radius = page_u(page, 20);
    finder->line = page_u(page, facts->found ? 7 : 5);
    finder->ink = facts->found ? ROLE_FOUND : ROLE_ON_SCRIM;

    size_t panel = scene->count;
    scene_add(scene, NODE_BOX, (struct area){0})->fill = ROLE_SCRIM;
    float bottom = scene->room.y + scene->room.h;
    if (view->button_count > 0)
        bottom = put_by_hand(page, view);
    float height = put_aiming_texts(page, view, panel, bottom);
    scene->node[finder_index].area = finder_area(page, height, facts);

    page_round_button(page, scene->room.x + page_u(page, 12), ICON_CLOSE, ACTION_BACK);
    put_camera_buttons(page, facts);
}

static enum icon row_icon(const struct view_row *row)
{
    static const struct {
        const char *label;
        enum icon icon;
    } icons[] = {
        {N_("Account"), ICON_PERSON},       {N_("Key"), ICON_LOCK},
        {N_("Browser"), ICON_BROWSER},      {N_("From"), ICON_PLACE},
        {N_("Address"), ICON_NETWORK},      {N_("Code shown"), ICON_CLOCK},
        {N_("Last sign-in"), ICON_HISTORY}, {N_("Portal"), ICON_PORTAL},
        {N_("Paired"), ICON_HISTORY},       {N_("Valid until"), ICON_CLOCK},
        {N_("Version"), ICON_HISTORY},      {N_("Licence"), ICON_INFO},
        {N_("Answer"), ICON_INFO},          {N_("Answered"), ICON_CLOCK},
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
    float side = page_u(page, 24), indent = side + page_u(page, 14);
    struct text_style label = page_style(14, WEIGHT_REGULAR, ROLE_QUIET, ALIGN_LEFT);
    struct text_style value = page_style(17, WEIGHT_MEDIUM, ROLE_TEXT, ALIGN_LEFT);

    float top = page->y;
    float y =
        top + scene_text(scene, label, row->label, page->x + indent, top, page->width - indent);
    y += scene_text(scene, value, row->value, page->x + indent, y, page->width - indent);

    struct node *sign = scene_add(
        scene, NODE_ICON, (struct area){page->x, top + (y - top - side) / 2, side, side});
    sign->icon = row_icon(row);
    sign->ink = ROLE_QUIET;

    page->y = y + page_u(page, 8);
}

// One beneath the other, on a wide screen in two columns.
static void put_rows(struct page *page, const struct view *view)
{
    bool room = page->wide && page->scene->text_scale < 1.5f * WIDE_TEXT && view->row_count > 1;
    size_t columns = room ? 2 : 1;
    struct page column = *page;
    column.width = (page->width - page_u(page, 24) * (float)(columns - 1)) / (float)columns;

    for (size_t i = 0; i < view->row_count; i += columns) {
        float top = page->y;
        for (size_t c = 0; c < columns && i + c < view->row_count; c++) {
            column.x = page->x + (column.width + page_u(page, 24)) * (float)c;
            column.y = top;
            put_row(&column, &view->rows[i + c]);
            page->y = fmaxf(page->y, column.y);
        }
        page->y += page->wide ? page_u(page, 8) : 0;
    }
}

// The time left, as on a clock; in its last seconds louder, with a ring that closes. Its height
// is the same all the time, so that nothing else moves. Returns it.
static float put_time(struct page *page, const struct view *view, float y)
{
    struct scene *scene = page->scene;
    bool late = view->seconds_left <= LATE_S;
    struct text_style words = page_style(15, late ? WEIGHT_SEMIBOLD : WEIGHT_MEDIUM,
                                         late ? ROLE_STOP : ROLE_QUIET, ALIGN_CENTRE);
    char text[32];
    snprintf(text, sizeof(text), "%d:%02d", (int)(view->seconds_left / 60),
             (int)(view->seconds_left % 60));
    float height = scene_text_height(scene, words, text, page->width);
    float wide = fonts_width(scene->fonts, words.weight,
                             roundf(words.size * scene->scale * scene->text_scale), text);
    float side = height * 0.8f;

    scene_text(scene, words, text, page->x, y, page->width);
    if (!late)
        return height;
    struct node *ring =
        scene_add(scene, NODE_RING,
                  (struct area){page->x + (page->width - wide) / 2 - side - page_u(page, 8),
                                y + (height - side) / 2, side, side});
    ring->line = page_u(page, 3);
    ring->ink = ROLE_STOP;
    ring->part = (float)view->seconds_left / LATE_S;
    return height;
}

// Beneath the answers.
static void put_time_below(struct page *page, const struct view *view)
{
    size_t before = page->scene->count;
    if (view->seconds_left < 0)
        return;
    float height = put_time(page, view, 0);
    page->bottom -= height;
    scene_shift(page->scene, before, 0, page->bottom);
    page->bottom -= page_u(page, 8);
}

static void build_question(struct page *page, const struct view *view)
{
    page_ground(page->scene);
    page_header(page, view);
    page_card(page, PAGE_CARD);
    put_time_below(page, view);
    page_buttons(page, view);
    page_begin_body(page);
    page_title(page, view->title, ALIGN_LEFT);

    bool look = view->tone == VIEW_LOOK && view->warning_count == 0;
    if (*view->text && !look) {
        page_gap(page, 8);
        page_text(page, page_style(17, WEIGHT_REGULAR, ROLE_QUIET, ALIGN_LEFT), view->text);
    }
    page_gap(page, 16);
    if (*view->text && look) {
        page_warning(page, view->text);
        page_gap(page, 8);
    }

    for (size_t i = 0; i < view->warning_count; i++)
        page_warning(page, view->warnings[i]);
    if (view->warning_count > 0)
        page_gap(page, 8);

    put_rows(page, view);
    page_end_body(page, 0);
    page->scene->show_focus = view->focus == 0; // the answer that changes nothing
}

static void put_centred(struct page *page, enum node_kind kind, float units, enum icon icon,
                        enum role ink)
{
    float side = page_u(page, units);
    struct node *node =
        scene_add(page->scene, kind,
                  (struct area){page->x + (page->width - side) / 2, page->y, side, side});
    node->icon = icon;
    node->ink = ink;
    node->line = page_u(page, 5);
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
    float pad = page_u(page, 12);

    struct node *box = scene_add(
        scene, NODE_BOX, (struct area){page->x, page->y, page->width, height + 2 * pad});
    box->fill = page->wide ? ROLE_GROUND : ROLE_CARD;
    box->border = ROLE_LINE;
    box->line = page_u(page, scene->theme == THEME_CHOICE_CONTRAST ? 2 : 1);
    box->radius = page_u(page, PAGE_CORNER);

    struct node *node = scene_add(
        scene, NODE_DIGITS,
        (struct area){page->x + (page->width - width) / 2, page->y + pad, width, height});
    node->style = page_style(64, WEIGHT_SEMIBOLD, ROLE_TEXT, ALIGN_CENTRE);
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
    case VIEW_NO_CAMERA:
        put_centred(page, NODE_ICON, 112, ICON_NO_CAMERA, ROLE_QUIET);
        break;
    case VIEW_TROUBLE:
        put_centred(page, NODE_ICON, 88, ICON_INFO, ROLE_QUIET);
        break;
    case VIEW_STOP:
        put_centred(page, NODE_ICON, 88, view->state == FLOW_REFUSED ? ICON_CROSS : ICON_STOP,
                    ROLE_STOP);
        break;
    case VIEW_CALM:
        return;
    }

    page_gap(page, 24);
}

static void build_statement(struct page *page, const struct view *view)
{
    struct text_style quiet = page_style(17, WEIGHT_REGULAR, ROLE_QUIET, ALIGN_CENTRE);

    page_ground(page->scene);
    page_header(page, view);
    page_card(page, PAGE_CARD);
    page_buttons(page, view);
    page_begin_body(page);

    if (!*view->digits)
        put_sign(page, view);
    page_title(page, view->title, ALIGN_CENTRE);
    if (*view->digits) {
        page_gap(page, 24);
        put_digits(page, view->digits);
        page_gap(page, 12);
    }

    if (*view->digits && view->seconds_left >= 0) {
        page_gap(page, 4);
        page->y += put_time(page, view, page->y);
    }

    if (*view->note) {
        page_gap(page, 12);
        page_text(page, page_style(17, WEIGHT_MEDIUM, ROLE_TEXT, ALIGN_CENTRE), view->note);
    }
    if (*view->text) {
        page_gap(page, 12);
        page_text(page, quiet, view->text);
    }

    page_end_body(page, 0.4f);
}

void screens_build(struct scene *scene, const struct view *view,
                   const struct screen_facts *facts)
{
    struct page page = page_begin(scene);

    switch (view->form) {
    case VIEW_STATEMENT:
        build_statement(&page, view);
        break;
    case VIEW_QUESTION:
        build_question(&page, view);
        break;
    case VIEW_STEPS:
        steps_build(&page, view);
        break;
    case VIEW_AIM:
        build_aiming(&page, view, facts);
        break;
    case VIEW_ENTRY:
        forms_build(&page, view, facts);
        break;
    case VIEW_KEYPAD:
        forms_build_keypad(&page, view, facts);
        break;
    case VIEW_LIST:
        lists_build(&page, view);
        break;
    }

    if (scene->focus < 0)
        scene->focus = scene_next_focus(scene, -1, true);
}
