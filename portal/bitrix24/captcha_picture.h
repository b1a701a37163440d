// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BITRIX24_CAPTCHA_PICTURE_H
#define QRCONFIRM_PORTAL_BITRIX24_CAPTCHA_PICTURE_H

// Draws a word so that a person reads it and a simple program does not: strokes of our own
// letters, each turned and moved, bent along a wave, under lines and specks.

#include "portal/base/environment.h"
#include "portal/base/text.h"

#define CAPTCHA_PICTURE_WIDTH  240u
#define CAPTCHA_PICTURE_HEIGHT 80u
#define CAPTCHA_PICTURE_TYPE   "image/png"

// The characters it can draw: those that are not easily taken for another.
#define CAPTCHA_ALPHABET "ACEFHJKLMNPRTUVWXY3479"

// Adds a PNG. Characters it cannot draw are left out. False if memory is short.
bool captcha_picture(const struct portal_environment *environment, const char *word,
                     struct text *out);

#endif
