// SPDX-License-Identifier: MIT
// Draws every screen to PNG files.
// usage: qrconfirm-gallery FOLDER [NAME]     (NAME: only files whose name begins so)

#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/screen/samples.h"
#include "ui/language.h"

static const char *const themes[] = {"light", "dark", "contrast"};

static bool write_png(const struct canvas *canvas, const char *path)
{
    size_t count = (size_t)canvas->width * (size_t)canvas->height;
    uint8_t *rgb = malloc(count * 3);
    if (!rgb)
        return false;
    for (size_t i = 0; i < count; i++) {
        rgb[i * 3] = (uint8_t)(canvas->pixels[i] >> 16);
        rgb[i * 3 + 1] = (uint8_t)(canvas->pixels[i] >> 8);
        rgb[i * 3 + 2] = (uint8_t)canvas->pixels[i];
    }
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)canvas->width,
                       .height = (png_uint_32)canvas->height,
                       .format = PNG_FORMAT_RGB};
    bool written = png_image_write_to_file(&image, path, 0, rgb, 0, NULL);
    free(rgb);
    return written;
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
    struct area code = {w / 2 - side * 0.19f, h * 0.48f - side * 0.26f, side * 0.38f,
                        side * 0.38f};
    icon_draw(canvas, ICON_QR, code, (struct colour){28, 28, 30, 255});
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

static bool draw(const struct sample *sample, const struct sample_size *size,
                 enum theme_choice theme, struct fonts *fonts, const char *path)
{
    static struct view view;
    static struct scene scene;
    struct canvas canvas = {0}, room = {0};
    bool written = false;
    if (!canvas_init(&canvas, size->width, size->height) ||
        !canvas_init(&room, size->width, size->height))
        goto done;
    sample_build(sample, size, theme, 1, fonts, &view, &scene);
    scene_draw(&scene, &canvas);
    if (scene.over_picture) {
        paint_room(&room);
        lay_over(&room, &canvas);
        written = write_png(&room, path);
    } else {
        written = write_png(&canvas, path);
    }
done:
    canvas_destroy(&room);
    canvas_destroy(&canvas);
    return written;
}

int main(int argc, char *argv[])
{
    if (argc < 2) {
        fprintf(stderr, "usage: qrconfirm-gallery FOLDER [NAME]\n");
        return 2;
    }
    struct fault fault;
    language_init("en");
    struct fonts *fonts = fonts_open(&fault);
    if (!fonts) {
        fprintf(stderr, "qrconfirm-gallery: %s\n", fault.detail);
        return 1;
    }
    int failed = 0;
    for (size_t l = 0; l < language_count(); l++) {
        language_switch(language_code(l));
        for (size_t i = 0; i < sample_count * sample_size_count * 3; i++) {
            const struct sample *sample = &samples[i / 3 / sample_size_count];
            const struct sample_size *size = &sample_sizes[i / 3 % sample_size_count];
            char name[128], path[1024];
            snprintf(name, sizeof(name), "%s-%s-%s-%s.png", sample->name, size->name,
                     language_code(l), themes[i % 3]);
            if (sample->longest || (argc > 2 && strncmp(name, argv[2], strlen(argv[2])) != 0))
                continue;
            snprintf(path, sizeof(path), "%s/%s", argv[1], name);
            if (!draw(sample, size, (enum theme_choice)(i % 3), fonts, path)) {
                fprintf(stderr, "qrconfirm-gallery: cannot write %s\n", path);
                failed = 1;
            }
        }
    }
    fonts_close(fonts);
    return failed;
}
