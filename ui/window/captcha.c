// SPDX-License-Identifier: MIT
#include "ui/window/captcha.h"

#include "scanner/files/picture_png.h"

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

// A PNG onto `frame`, if it is as small as such pictures are.
static bool read_png(struct span file, struct frame *frame)
{
    struct fault fault;
    struct sheet sheet;
    size_t width, height;
    if (!picture_png_size(file, &width, &height) || width > CAPTCHA_SIDE_MAX ||
        height > CAPTCHA_SIDE_MAX || !picture_from_png(file, &sheet, &fault))
        return false;

    bool laid = !sheet.damaged && sheet_lay(&sheet, SHEET_ON_WHITE, 1, frame, &fault);
    sheet_destroy(&sheet);
    return laid;
}

bool captcha_read(struct captcha *captcha, struct span file)
{
    struct fault fault;
    struct luma luma = {0};
    struct pixels pixels = {.format = PIXEL_MJPEG, .data = file};

    captcha_clear(captcha);
    if (picture_is_png(file)) {
        if (!read_png(file, &captcha->frame))
            return false;
        pixels = captcha->frame.pixels;
    }

    if (!luma_from_pixels(&pixels, &captcha->buffer, &luma, &fault) ||
        luma.width > CAPTCHA_SIDE_MAX || luma.height > CAPTCHA_SIDE_MAX)
        return false;
    captcha->luma = luma;
    return true;
}
