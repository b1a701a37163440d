// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_SCREENS_PAGE_H
#define QRCONFIRM_UI_SCREENS_PAGE_H

// What all screens have in common: the header, the card of a kiosk, the buttons at the bottom,
// and the body between them that scrolls where it does not fit.

#include "ui/screens/scene.h"

#define PAGE_HEADER 64.0f // units
#define PAGE_CORNER 14.0f
#define PAGE_CARD   960.0f // units a card of a kiosk is wide
#define WIDE_TEXT   1.5f   // times as large: a kiosk is read from a metre

// The part of the screen that one thing after another is put into.
struct page {
    struct scene *scene;
    bool wide;
    bool attracts;     // a kiosk's first screen: seen from afar
    float x, y, width; // pixels: where the next thing goes
    float bottom;      // of the room left
    size_t first;      // node of the body
};

struct page page_begin(struct scene *scene);

float page_u(const struct page *page, float units); // pixels
// The style, smaller where a word of the text would else be torn apart at its letters.
struct text_style page_fitting(const struct page *page, struct text_style style,
                               const char *text, float width);

struct text_style page_style(float size, enum weight weight, enum role role, enum align align);

// These put something at page->y and move it down.
void page_text(struct page *page, struct text_style text_style, const char *text);
void page_gap(struct page *page, float units);
void page_title(struct page *page, const char *text, enum align align);
void page_warning(struct page *page, const char *text); // on a card of its own

void page_ground(struct scene *scene);
// The language switch, its right end at `right`.
void page_languages(struct page *page, float right);
void page_header(struct page *page, const struct view *view);
void page_round_button(struct page *page, float x, enum icon icon, enum action_kind action);

// On a kiosk: a card of this width in units; the rest of the page is put on it.
void page_card(struct page *page, float units);

// Puts the view's buttons at the bottom, from there upwards.
void page_buttons(struct page *page, const struct view *view);

// What is put between the two belongs to the body; `where` says how much of the room left over
// goes above it: 0 top, 0.5 middle.
void page_begin_body(struct page *page);
void page_end_body(struct page *page, float where);

#endif
