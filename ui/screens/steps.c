// SPDX-License-Identifier: MIT
#include "ui/screens/steps.h"

#include <math.h>

// Of a kiosk's first screen, in units: docs/screens.md says from how far it is read.
#define HOME_MOST          36.0f // of letters
#define HOME_LEAST         26.0f
#define STEP_PICTURE_LEAST 64.0f
#define ATTRACTING_GAP     28.0f

// Which step it is, in a disc.
static void put_number(struct page *page, size_t index, float x, float y)
{
    struct scene *scene = page->scene;
    struct text_style digit =
        page_style(page->attracts ? 17 : 15, WEIGHT_SEMIBOLD, ROLE_ON_ACCENT, ALIGN_CENTRE);
    char text[] = {(char)('1' + index), '\0'};
    float height = scene_text_height(scene, digit, text, page_u(page, 60));
    float side = fmaxf(page_u(page, 26), height);
    struct node *disc = scene_add(scene, NODE_BOX, (struct area){x, y, side, side});
    disc->fill = ROLE_ACCENT;
    disc->radius = side / 2;
    scene_text(scene, digit, text, x, y + (side - height) / 2, side);
}

static void put_step(struct page *page, size_t index, enum picture picture, const char *text)
{
    struct scene *scene = page->scene;
    bool large = scene->text_scale >= 1.5f; // words come before pictures
    float pad = page_u(page, 16), side = page_u(page, large ? 40 : 68), gap = page_u(page, 16);
    float inset = page_u(page, 20); // for the number
    float text_width = page->width - 2 * pad - inset - side - gap;
    struct text_style words = page_fitting(
        page, page_style(17, WEIGHT_MEDIUM, ROLE_TEXT, ALIGN_LEFT), text, text_width);
    float text_height = scene_text_height(scene, words, text, text_width);
    float height = fmaxf(side, text_height) + 2 * pad;

    struct node *card =
        scene_add(scene, NODE_BOX, (struct area){page->x, page->y, page->width, height});
    card->fill = ROLE_CARD;
    card->border = ROLE_LINE;
    card->line = page_u(page, scene->theme == THEME_CHOICE_CONTRAST ? 2 : 1);
    card->radius = page_u(page, PAGE_CORNER);
    struct node *drawing = scene_add(
        scene, NODE_PICTURE,
        (struct area){page->x + pad + inset, page->y + (height - side) / 2, side, side});
    drawing->picture = picture;
    drawing->ink = ROLE_TEXT;
    put_number(page, index, page->x + page_u(page, 10), page->y + page_u(page, 10));
    scene_text(scene, words, text, page->x + pad + inset + side + gap,
               page->y + (height - text_height) / 2, text_width);
    page->y += height + page_u(page, 12);
}

// What the three of them have in common.
struct wide_steps {
    struct text_style words;
    float gap, pad, width; // of a card
    float text_height;
    float around; // a picture, in height
};

static struct wide_steps measure_wide_steps(const struct page *page, const struct view *view)
{
    struct wide_steps steps = {.words = page_style(20, WEIGHT_MEDIUM, ROLE_TEXT, ALIGN_CENTRE),
                               .gap = page_u(page, 24),
                               .pad = page_u(page, page->attracts ? 20 : 24)};
    steps.width = (page->width - steps.gap * 2) / 3;
    float room = steps.width - 2 * steps.pad;

    for (size_t i = 0; i < view->step_count; i++)
        steps.words = page_fitting(page, steps.words, view->steps[i], room);
    for (size_t i = 0; i < view->step_count; i++)
        steps.text_height = fmaxf(steps.text_height, scene_text_height(page->scene, steps.words,
                                                                       view->steps[i], room));
    steps.around = steps.text_height + page_u(page, 20) + 2 * steps.pad;
    return steps;
}

static void put_wide_steps(struct page *page, const enum picture *pictures,
                           const struct view *view)
{
    struct scene *scene = page->scene;
    const struct wide_steps steps = measure_wide_steps(page, view);
    float pad = steps.pad, width = steps.width;
    float side =
        fminf(page_u(page, page->attracts ? 150 : 120), page->bottom - page->y - steps.around);
    side = fmaxf(page_u(page, STEP_PICTURE_LEAST), side);
    float height = side + steps.around;

    for (size_t i = 0; i < view->step_count; i++) {
        float x = page->x + (width + steps.gap) * (float)i;
        struct node *card =
            scene_add(scene, NODE_BOX, (struct area){x, page->y, width, height});
        card->fill = ROLE_CARD;
        card->border = ROLE_LINE;
        card->line = page_u(page, scene->theme == THEME_CHOICE_CONTRAST ? 2 : 1);
        card->radius = page_u(page, 20);

        struct node *drawing =
            scene_add(scene, NODE_PICTURE,
                      (struct area){x + (width - side) / 2, page->y + pad, side, side});
        drawing->picture = pictures[i];
        drawing->ink = ROLE_TEXT;

        put_number(page, i, x + page_u(page, 16), page->y + page_u(page, 16));
        scene_text(scene, steps.words, view->steps[i], x + pad,
                   page->y + pad + side + page_u(page, 20), width - 2 * pad);
    }
    page->y += height;
}

// Of whom it is, and where: read before the steps, from as far away.
static void put_home(struct page *page, const struct text_style *styles,
                     const struct view *view)
{
    if (view->text[0]) {
        page_gap(page, 8);
        page_text(page, styles[0], view->text);
    }
    if (view->note[0]) {
        page_gap(page, 4);
        page_text(page, styles[1], view->note);
    }
}

// Smaller where that saves a line.
static struct text_style on_fewer_lines(const struct page *page, struct text_style style,
                                        const char *text)
{
    struct text_style least = style;
    least.size = HOME_LEAST;
    float fewest = scene_text_height(page->scene, least, text, page->width) / least.size;
    while (style.size > least.size && scene_text_height(page->scene, style, text, page->width) >
                                          1.2f * style.size * fewest)
        style.size--;
    return style;
}

// On a kiosk as large as it goes beside the steps.
static void choose_home(const struct page *page, const struct view *view,
                        struct text_style styles[static 2])
{
    enum align align = page->wide ? ALIGN_CENTRE : ALIGN_LEFT;
    float size = page->attracts ? HOME_MOST : 18, height, room = 0;
    if (page->attracts)
        room = page->bottom - page->y - page_u(page, 8 + 4 + ATTRACTING_GAP) -
               page_u(page, STEP_PICTURE_LEAST) - measure_wide_steps(page, view).around;

    do {
        styles[0] = page_style(size, WEIGHT_MEDIUM, ROLE_TEXT, align);
        styles[1] = page_style(size, WEIGHT_REGULAR, ROLE_QUIET, align);
        if (!page->attracts)
            return;
        styles[0] = on_fewer_lines(page, styles[0], view->text);
        styles[1] = on_fewer_lines(page, styles[1], view->note);
        height = scene_text_height(page->scene, styles[0], view->text, page->width) +
                 scene_text_height(page->scene, styles[1], view->note, page->width);
    } while (height > room && --size >= HOME_LEAST);
}

void steps_build(struct page *page, const struct view *view)
{
    bool pairs = view->button_count > 0 && view->buttons[view->focus].action == ACTION_PAIR;
    const enum picture pictures[] = {PICTURE_OPEN, pairs ? PICTURE_DEVICES : PICTURE_PRESS,
                                     view->kiosk ? PICTURE_AIM : PICTURE_SCAN};
    struct text_style home[2];

    page->attracts = page->wide && view->kiosk;
    page_ground(page->scene);
    page_header(page, view);

    if (page->wide) {
        float x = page->x, width = page->width;
        page->width = page_u(page, page->attracts ? 560 : 440);
        page->x = x + (width - page->width) / 2;
        page_buttons(page, view);
        page->x = x;
        page->width = width;
        page->bottom -= page_u(page, 16);
    } else {
        page_buttons(page, view);
    }

    page_begin_body(page);
    page_title(page, view->title, page->wide ? ALIGN_CENTRE : ALIGN_LEFT);
    choose_home(page, view, home);
    put_home(page, home, view);
    page_gap(page, page->attracts ? ATTRACTING_GAP : page->wide ? 32 : 24);

    if (page->wide) {
        put_wide_steps(page, pictures, view);
    } else {
        for (size_t i = 0; i < view->step_count; i++)
            put_step(page, i, pictures[i], view->steps[i]);
    }
    page_end_body(page, page->wide ? 0.5f : 0.25f);
}
