// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_DRAWING_FONTS_H
#define QRCONFIRM_UI_DRAWING_FONTS_H

// Texts measured, wrapped and drawn with SDL2_ttf: Inter, DejaVu Sans for what Inter has no
// glyph of, and whatever else the machine has (ui/drawing/fallback.h). Each direction and
// script is a run of its own (ui/drawing/text_order.h), shaped by HarfBuzz. A character that
// nothing draws is named: ‹U+4E2D›. Main thread only.

#include "base/failure.h"
#include "ui/drawing/canvas.h"

enum weight { WEIGHT_REGULAR, WEIGHT_MEDIUM, WEIGHT_SEMIBOLD, WEIGHTS };
enum align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

#define TEXT_LINES_MAX 64u // lines of one wrapped text
#define LINE_HEIGHT    1.3f
#define FONTS_OPEN_MAX 48u

struct fonts;

// NULL if no font can be opened; `fault` names the package that has one.
struct fonts *fonts_open(struct fault *fault);
void fonts_close(struct fonts *fonts);

// The file of a weight, and with WEIGHTS that of the fallback (or NULL); valid until
// fonts_close.
const char *fonts_file(const struct fonts *fonts, enum weight weight);

// A text broken into lines no wider than asked.
struct wrapped {
    struct {
        size_t start, size; // bytes of the text
        float width;        // pixels
    } line[TEXT_LINES_MAX];
    size_t count;
    float width, height; // pixels, of all lines
    bool complete;       // false: some text is left over
};

float fonts_width(struct fonts *fonts, enum weight weight, float size, const char *text);

// Whether a text could not be measured or drawn, for want of memory, since this was asked last.
// The screen is then not what it is to be.
bool fonts_take_missed(struct fonts *fonts);

// The width of the first `bytes` of it.
float fonts_width_of(struct fonts *fonts, enum weight weight, float size, const char *text,
                     size_t bytes);

// Breaks at spaces and line feeds; a word that is too wide is broken after a dot, slash or
// hyphen, or else between characters.
void fonts_wrap(struct fonts *fonts, enum weight weight, float size, const char *text,
                float width, struct wrapped *out);

// Draws `bytes` of a text from `start` on, in the order that its paragraph gives them; (x, y)
// is the top left corner of a line of LINE_HEIGHT.
void fonts_draw(struct fonts *fonts, struct canvas *canvas, enum weight weight, float size,
                const char *text, size_t start, size_t bytes, float x, float y,
                struct colour colour);

#endif
