// SPDX-License-Identifier: MIT
#include "ui/window/captcha.h"

#include "scanner/eye/eye_converter.h"

void captcha_init(struct captcha *captcha)
{
    *captcha = (struct captcha){0};
    frame_init(&captcha->frame);
}

void captcha_destroy(struct captcha *captcha)
{
    frame_destroy(&captcha->frame);
}

void captcha_clear(struct captcha *captcha)
{
    captcha->luma = (struct luma){0};
}

// One picture, one process: it is seldom that there is one.
static bool decode(struct span file, struct frame *out, struct fault *open)
{
    const struct frame coded = {.pixels = {.format = PIXEL_MJPEG, .data = file}};
    struct eye_converter converter;
    if (!eye_converter_init(&converter, NULL))
        return false;
    bool decoded = eye_converter_convert(&converter, &coded, out, NULL) == EYE_READ;
    (void)eye_converter_has_all_walls(&converter, open);
    eye_converter_destroy(&converter);
    return decoded && !out->damaged;
}

bool captcha_read(struct captcha *captcha, struct span file)
{
    captcha_clear(captcha);
    captcha->open = (struct fault){.failure = FAILURE_NONE};
    const struct pixels *pixels = &captcha->frame.pixels;
    if (!decode(file, &captcha->frame, &captcha->open) || pixels->width > CAPTCHA_SIDE_MAX ||
        pixels->height > CAPTCHA_SIDE_MAX)
        return false;
    captcha->luma =
        (struct luma){pixels->data.p, pixels->width, pixels->height, pixels->stride};
    return true;
}
