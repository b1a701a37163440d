// SPDX-License-Identifier: MIT
#include "tests/screen/shot.h"

#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/text/language.h"

#define PALETTE_MAX 256u

const char *const shot_theme_names[] = {"light", "dark", "contrast"};

bool shot_init(struct shot *shot, int width, int height)
{
    shot->width = width;
    shot->height = height;
    shot->rgb = calloc((size_t)width * (size_t)height, 3);
    return shot->rgb != NULL;
}

void shot_destroy(struct shot *shot)
{
    free(shot->rgb);
    shot->rgb = NULL;
}

// What the camera sees behind the aiming screen: a monitor in a dim room, with a code on it.
static void paint_room(struct canvas *canvas)
{
    float w = (float)canvas->width, h = (float)canvas->height, side = fminf(w, h);
    canvas_clear(canvas, (struct colour){58, 62, 66, 255});
    for (int i = 0; i < 24; i++)
        canvas_fill(canvas, (struct area){0, h * (float)i / 24, w, h / 24 + 1}, 0,
                    (struct colour){90, 84, 76, (uint8_t)(i * 6)});

    struct area monitor = {w / 2 - side * 0.52f, h * 0.48f - side * 0.42f, side * 1.04f,
                           side * 0.8f};
    canvas_fill(canvas, monitor, side * 0.02f, (struct colour){24, 25, 27, 255});
    struct area screen = {monitor.x + side * 0.02f, monitor.y + side * 0.02f,
                          monitor.w - side * 0.04f, monitor.h - side * 0.06f};
    canvas_fill(canvas, screen, 0, (struct colour){222, 226, 230, 255});

    struct area paper = {w / 2 - side * 0.24f, h * 0.48f - side * 0.3f, side * 0.48f,
                         side * 0.52f};
    canvas_fill(canvas, paper, side * 0.02f, (struct colour){250, 250, 250, 255});

    struct area code = sample_code(w, h);
    float margin = side * 0.03f; // of the icon
    struct area icon = {code.x - margin, code.y - margin, code.w + 2 * margin,
                        code.h + 2 * margin};
    icon_draw(canvas, ICON_QR, icon, (struct colour){28, 28, 30, 255});
    canvas_fill(canvas,
                (struct area){w / 2 - side * 0.14f, h * 0.48f + side * 0.15f, side * 0.28f,
                              side * 0.025f},
                side * 0.01f, (struct colour){120, 126, 134, 255});
}

// Lays a transparent canvas over another.
static void lay_over(struct canvas *below, const struct canvas *above)
{
    size_t count = (size_t)below->width * (size_t)below->height;
    for (size_t i = 0; i < count; i++) {
        uint32_t a = above->pixels[i] >> 24, out = 0;
        for (unsigned shift = 0; shift < 32; shift += 8) {
            uint32_t under = (below->pixels[i] >> shift) & 0xff;
            uint32_t over = (above->pixels[i] >> shift) & 0xff;
            out |= (over + under * (255 - a) / 255) << shift;
        }
        below->pixels[i] = out;
    }
}

static bool copy_canvas(const struct canvas *canvas, struct shot *out)
{
    if (!shot_init(out, canvas->width, canvas->height))
        return false;
    size_t count = (size_t)canvas->width * (size_t)canvas->height;
    for (size_t i = 0; i < count; i++) {
        out->rgb[i * 3] = (uint8_t)(canvas->pixels[i] >> 16);
        out->rgb[i * 3 + 1] = (uint8_t)(canvas->pixels[i] >> 8);
        out->rgb[i * 3 + 2] = (uint8_t)canvas->pixels[i];
    }
    return true;
}

bool shot_take(const struct sample *sample, const struct sample_size *size,
               enum theme_choice theme, struct fonts *fonts, struct shot *out)
{
    static struct view view;
    static struct scene scene;
    struct canvas canvas = {0}, room = {0};
    bool taken = false;
    if (!canvas_init(&canvas, size->width, size->height))
        goto done;

    sample_build(sample, size, theme, 1, fonts, &view, &scene);
    scene_draw(&scene, &canvas);
    if (!scene.over_picture) {
        taken = copy_canvas(&canvas, out);
        goto done;
    }

    if (!canvas_init(&room, size->width, size->height))
        goto done;
    paint_room(&room);
    lay_over(&room, &canvas);
    taken = copy_canvas(&room, out);

done:
    canvas_destroy(&room);
    canvas_destroy(&canvas);
    return taken;
}

static uint8_t mean(const struct shot *shot, int x, int y, int side, int channel)
{
    unsigned sum = 0;
    for (int row = y; row < y + side; row++) {
        for (int column = x; column < x + side; column++)
            sum += shot->rgb[(row * shot->width + column) * 3 + channel];
    }
    unsigned level = sum / (unsigned)(side * side);
    return (uint8_t)((level * 15 + 127) / 255 * 17);
}

void shot_put_smaller(struct shot *to, int x, int y, const struct shot *from, int divisor)
{
    for (int row = 0; row < from->height / divisor && y + row < to->height; row++) {
        for (int column = 0; column < from->width / divisor && x + column < to->width;
             column++) {
            uint8_t *pixel = to->rgb + ((y + row) * to->width + x + column) * 3;
            for (int channel = 0; channel < 3; channel++)
                pixel[channel] = mean(from, column * divisor, row * divisor, divisor, channel);
        }
    }
}

size_t shot_compare(const struct shot *a, const struct shot *b, struct shot *difference)
{
    size_t count = (size_t)a->width * (size_t)a->height, differ = 0;
    bool same_size = a->width == b->width && a->height == b->height;

    for (size_t i = 0; i < count; i++) {
        int most = same_size ? 0 : 255;
        for (size_t channel = i * 3; same_size && channel < i * 3 + 3; channel++) {
            int levels = abs(a->rgb[channel] - b->rgb[channel]);
            most = levels > most ? levels : most;
        }

        bool differs = most > SHOT_DIFFERS;
        differ += differs;
        for (size_t channel = 0; difference && channel < 3; channel++)
            difference->rgb[i * 3 + channel] =
                differs ? (channel == 0 ? 220 : 0)
                        : (uint8_t)(192 + a->rgb[i * 3 + channel] / 4);
    }
    return differ;
}

// Gives every pixel its number in a palette; false if there are too many colours.
static bool find_palette(const struct shot *shot, uint8_t *index, uint8_t *palette,
                         unsigned *colours)
{
    size_t count = (size_t)shot->width * (size_t)shot->height;
    *colours = 0;

    for (size_t i = 0; i < count; i++) {
        unsigned colour = i > 0 ? index[i - 1] : 0; // most pixels are like their neighbour
        if (i == 0 || memcmp(palette + colour * 3, shot->rgb + i * 3, 3) != 0) {
            for (colour = 0; colour < *colours; colour++) {
                if (memcmp(palette + colour * 3, shot->rgb + i * 3, 3) == 0)
                    break;
            }
        }

        if (colour == PALETTE_MAX)
            return false;
        if (colour == *colours)
            memcpy(palette + 3 * (*colours)++, shot->rgb + i * 3, 3);
        index[i] = (uint8_t)colour;
    }
    return true;
}

bool shot_write(const struct shot *shot, const char *path)
{
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)shot->width,
                       .height = (png_uint_32)shot->height,
                       .format = PNG_FORMAT_RGB};
    uint8_t palette[PALETTE_MAX * 3];
    uint8_t *index = malloc((size_t)shot->width * (size_t)shot->height);
    bool written;

    if (index && find_palette(shot, index, palette, &image.colormap_entries)) {
        image.format = PNG_FORMAT_RGB_COLORMAP;
        written = png_image_write_to_file(&image, path, 0, index, 0, palette);
    } else {
        written = png_image_write_to_file(&image, path, 0, shot->rgb, 0, NULL);
    }

    free(index);
    return written;
}

bool shot_read(const char *path, struct shot *out)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_file(&image, path))
        return false;

    image.format = PNG_FORMAT_RGB;
    if (image.width > CANVAS_SIDE_MAX || image.height > CANVAS_SIDE_MAX ||
        !shot_init(out, (int)image.width, (int)image.height)) {
        png_image_free(&image);
        return false;
    }

    if (png_image_finish_read(&image, NULL, out->rgb, 0, NULL))
        return true;
    shot_destroy(out);
    return false;
}

void shot_name(const struct sample *sample, const struct sample_size *size,
               enum theme_choice theme, char *out, size_t out_size)
{
    snprintf(out, out_size, "%s-%s-%s-%s", sample->name, size->name, language_current()->code,
             shot_theme_names[theme]);
}

bool shot_find(const char *name, const struct sample **sample, const struct sample_size **size,
               enum theme_choice *theme)
{
    for (size_t i = 0; i < languages_count() * sample_count * sample_size_count * 3; i++) {
        size_t rest = i / 3 / sample_size_count;
        const char *language = languages_at(rest / sample_count)->code;
        char tried[128];

        if (strcmp(language, language_current()->code) != 0)
            language_switch(language);
        *size = &sample_sizes[i / 3 % sample_size_count];
        *sample = &samples[rest % sample_count];
        *theme = (enum theme_choice)(i % 3);
        shot_name(*sample, *size, *theme, tried, sizeof(tried));
        if (strcmp(tried, name) == 0)
            return true;
    }

    fprintf(stderr, "there is no screen %s\n", name);
    return false;
}
