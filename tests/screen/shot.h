// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_SCREEN_SHOT_H
#define QRCONFIRM_TESTS_SCREEN_SHOT_H

// A picture of one screen, drawn off screen by the program's own code; and such pictures made
// smaller, put beside each other, compared, read and written.

#include "tests/screen/sample_scene.h"

// RGB, three bytes a pixel, rows without gaps. The caller owns it and calls shot_destroy.
struct shot {
    uint8_t *rgb;
    int width, height;
};

#define SHOT_DIFFERS 40 // levels of 255: less is the noise of fonts and rounding

extern const char *const shot_theme_names[];

bool shot_init(struct shot *shot, int width, int height); // black
void shot_destroy(struct shot *shot);

// Draws a sample, with a room behind it where the camera's picture is.
bool shot_take(const struct sample *sample, const struct sample_size *size,
               enum theme_choice theme, struct fonts *fonts, struct shot *out);

// Draws `from`, every side `divisor` times smaller, with its left upper corner at (x, y); what
// is outside of `to` is left out. Levels are rounded to sixteen, so that files are small.
void shot_put_smaller(struct shot *to, int x, int y, const struct shot *from, int divisor);

// How many pixels differ by more than SHOT_DIFFERS; all of them if the sizes differ. Where
// `difference` is not NULL it has the size of `a`, and those pixels become red in it, the
// others pale.
size_t shot_compare(const struct shot *a, const struct shot *b, struct shot *difference);

bool shot_write(const struct shot *shot, const char *path);
bool shot_read(const char *path, struct shot *out); // false too where it is no PNG

// "asking-360x720-en-light": sample, size, language of the moment, theme.
void shot_name(const struct sample *sample, const struct sample_size *size,
               enum theme_choice theme, char *out, size_t out_size);

// The other way round; the name's language becomes that of the moment. False, and said on
// standard error: there is none of this name.
bool shot_find(const char *name, const struct sample **sample, const struct sample_size **size,
               enum theme_choice *theme);

#endif
