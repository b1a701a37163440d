// SPDX-License-Identifier: MIT
#include "ui/captcha.h"

#include "scanner/picture.h"

void captcha_init(struct captcha *captcha)
{
    *captcha = (struct captcha){0};
    frame_init(&captcha->frame);
    luma_buffer_init(&captcha->buffer);
}

void captcha_destroy(struct captcha *captcha)
{
    luma_buffer_destroy(&captcha->buffer);
    frame_destroy(&captcha->frame);
}

void captcha_clear(struct captcha *captcha)
{
    captcha->luma = (struct luma){0};
}

bool captcha_read(struct captcha *captcha, struct span file)
{
    struct fault fault;
    struct luma luma = {0};
    struct pixels pixels = {.format = PIXEL_MJPEG, .data = file};

    captcha_clear(captcha);
    if (picture_is_png(file)) {
        if (!picture_from_png(file, &captcha->frame, &fault))
            return false;
        pixels = captcha->frame.pixels;
    }

    if (!luma_from_pixels(&pixels, &captcha->buffer, &luma, &fault) ||
        luma.width > CAPTCHA_SIDE_MAX || luma.height > CAPTCHA_SIDE_MAX)
        return false;
    captcha->luma = luma;
    return true;
}
