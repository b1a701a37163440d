// SPDX-License-Identifier: MIT
#include "ui/drawing/compose.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Room for a picture whose rows have more bytes than it needs.
enum { STRIDE = 96, MOST = 2 * STRIDE * 64 };

struct sample {
    double luma, u, v;
};

// Each byte is far from those around it: none goes for another.
static uint8_t *make_bytes(void)
{
    uint8_t *bytes = malloc(MOST);
    assert_non_null(bytes);
    for (size_t i = 0; i < MOST; i++)
        bytes[i] = (uint8_t)((uint32_t)i * UINT32_C(2654435761) >> 24);
    return bytes;
}

// What a format keeps at a place, said once more and plainly.
static struct sample sample_at(const struct pixels *pixels, size_t x, size_t y)
{
    const uint8_t *p = pixels->data.p, *row = p + y * pixels->stride;
    const uint8_t *chroma = p + pixels->stride * pixels->height;
    size_t half = (pixels->stride + 1) / 2, size = half * ((pixels->height + 1) / 2);
    const uint8_t *even = p + y / 2 * 2 * pixels->stride; // the chroma that is looked at
    const uint8_t *pair = chroma + y / 2 * pixels->stride + x / 2 * 2;
    size_t single = y / 2 * half + x / 2;

    switch (pixels->format) {
    case PIXEL_YUYV:
        return (struct sample){row[2 * x], even[x / 2 * 4 + 1], even[x / 2 * 4 + 3]};
    case PIXEL_UYVY:
        return (struct sample){row[2 * x + 1], even[x / 2 * 4], even[x / 2 * 4 + 2]};
    case PIXEL_NV12:
        return (struct sample){row[x], pair[0], pair[1]};
    case PIXEL_NV21:
        return (struct sample){row[x], pair[1], pair[0]};
    case PIXEL_I420:
        return (struct sample){row[x], chroma[single], chroma[size + single]};
    case PIXEL_YV12:
        return (struct sample){row[x], chroma[size + single], chroma[single]};
    default:
        return (struct sample){row[x], 128, 128};
    }
}

// The sample at a place of the upright picture.
static struct sample upright_at(const struct pixels *pixels, unsigned rotation, bool mirrored,
                                size_t x, size_t y)
{
    bool lies = rotation == 90 || rotation == 270;
    size_t right = pixels->width - 1, bottom = pixels->height - 1;
    if (mirrored)
        x = (lies ? bottom : right) - x;
    switch (rotation) {
    case 90:
        return sample_at(pixels, y, bottom - x);
    case 180:
        return sample_at(pixels, right - x, bottom - y);
    case 270:
        return sample_at(pixels, right - y, x);
    default:
        return sample_at(pixels, x, y);
    }
}

static double between(double a, double b, double at)
{
    return a + (b - a) * at;
}

static double limited(double value)
{
    return fmin(fmax(value, 0), 255);
}

static void to_colours(struct sample sample, double out[static 3])
{
    double light = fmax(sample.luma - 16, 0) * 255 / 219;
    double u = sample.u - 128, v = sample.v - 128;
    out[0] = limited(light + 1.596 * v);
    out[1] = limited(light - 0.392 * u - 0.813 * v);
    out[2] = limited(light + 2.017 * u);
}

// One picture on one panel.
struct scene {
    const struct pixels *pixels;
    unsigned rotation;
    bool mirrored;
    int panel_width, panel_height;
};

// Where a pixel of the panel lies in the upright picture.
static void find_place(const struct scene *scene, int x, int y, double *at_x, double *at_y)
{
    bool lies = scene->rotation == 90 || scene->rotation == 270;
    double w = (double)(lies ? scene->pixels->height : scene->pixels->width);
    double h = (double)(lies ? scene->pixels->width : scene->pixels->height);
    double scale = fmax(scene->panel_width / w, scene->panel_height / h);
    *at_x = (x + 0.5 - scene->panel_width / 2.0) / scale + w / 2 - 0.5;
    *at_y = (y + 0.5 - scene->panel_height / 2.0) / scale + h / 2 - 0.5;
    *at_x = fmin(fmax(*at_x, 0), w - 1);
    *at_y = fmin(fmax(*at_y, 0), h - 1);
}

static double luma_between(const struct scene *scene, double x, double y)
{
    bool lies = scene->rotation == 90 || scene->rotation == 270;
    size_t width = lies ? scene->pixels->height : scene->pixels->width;
    size_t height = lies ? scene->pixels->width : scene->pixels->height;
    size_t top = (size_t)y, below = top + 1 < height ? top + 1 : top;
    double luma[2];

    for (size_t i = 0; i < 2; i++) {
        size_t at = (size_t)x + i < width ? (size_t)x + i : (size_t)x;
        const struct pixels *pixels = scene->pixels;
        luma[i] = between(upright_at(pixels, scene->rotation, scene->mirrored, at, top).luma,
                          upright_at(pixels, scene->rotation, scene->mirrored, at, below).luma,
                          y - (double)top);
    }
    return between(luma[0], luma[1], x - floor(x));
}

// Red, green and blue of a pixel. False if it takes its chroma from the middle between two
// places, where either is the nearest.
static bool expect(const struct scene *scene, int x, int y, double out[static 3])
{
    double at_x, at_y, chroma_x, chroma_y;
    find_place(scene, x, y, &at_x, &at_y);
    find_place(scene, x & ~1, y & ~1, &chroma_x, &chroma_y);
    struct sample sample = upright_at(scene->pixels, scene->rotation, scene->mirrored,
                                      (size_t)lround(chroma_x), (size_t)lround(chroma_y));
    sample.luma = luma_between(scene, at_x, at_y);
    to_colours(sample, out);
    return fabs(chroma_x - floor(chroma_x) - 0.5) > 0.01 &&
           fabs(chroma_y - floor(chroma_y) - 0.5) > 0.01;
}

// A row that covers the picture, and one that does so but for its last pixel.
enum { COVERED_ROW = 1, OPEN_AT_LAST_ROW = 2 };

static uint32_t alpha_at(int width, int i)
{
    int row = i / width;
    if (row == COVERED_ROW || (row == OPEN_AT_LAST_ROW && (i + 1) % width != 0))
        return 255;
    return (uint32_t)i * 7 % 256;
}

// Every alpha, and every colour that may stand with it.
static struct canvas make_screen(int width, int height)
{
    struct canvas screen;
    assert_true(canvas_init(&screen, width, height));
    for (int i = 0; i < width * height; i++) {
        uint32_t alpha = alpha_at(width, i), red = alpha, green = alpha / 2, blue = alpha / 3;
        screen.pixels[i] = alpha << 24 | red << 16 | green << 8 | blue;
    }
    return screen;
}

static void check_pixel(uint32_t got, uint32_t over, const double picture[static 3],
                        const char *where)
{
    for (unsigned c = 0; c < 3; c++) {
        unsigned shift = 16 - 8 * c;
        double seen = picture[c] * (255 - (over >> 24)) / 255 + (over >> shift & 0xff);
        double difference = (double)(got >> shift & 0xff) - seen;
        if (fabs(difference) > 4)
            fail_msg("%s: colour %u is %.1f away from %.1f", where, c, difference, seen);
    }
}

// One picture on one panel, pixel by pixel, against the same in plain arithmetic.
static void check(const struct pixels *pixels, unsigned rotation, bool mirrored, int width,
                  int height)
{
    struct compose_picture picture;
    assert_true(compose_picture_of(pixels, &picture));
    picture.rotation = rotation;
    picture.mirrored = mirrored;

    struct canvas screen = make_screen(width, height);
    size_t stride = (size_t)width + 3;
    uint32_t *out = calloc(stride * (size_t)height, sizeof(*out));
    assert_non_null(out);
    struct compose compose;
    compose_init(&compose);
    assert_true(compose_draw(&compose, &picture, &screen, out, stride));

    struct scene scene = {pixels, rotation, mirrored, width, height};
    size_t compared = 0;
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            double colours[3];
            char where[100];
            if (!expect(&scene, x, y, colours))
                continue;
            snprintf(where, sizeof(where), "format %d, %u%s, %dx%d, pixel %d,%d",
                     (int)pixels->format, rotation, mirrored ? " mirrored" : "", width, height,
                     x, y);
            check_pixel(out[(size_t)y * stride + (size_t)x], screen.pixels[y * width + x],
                        colours, where);
            compared++;
        }
        for (size_t x = (size_t)width; x < stride; x++)
            assert_int_equal(out[(size_t)y * stride + x],
                             0); // behind the row nothing is written
    }
    // A small panel may lie in the middle between two rows.
    assert_true(height < 10 || compared * 3 >= (size_t)width * (size_t)height);

    compose_destroy(&compose);
    canvas_destroy(&screen);
    free(out);
}

static const enum pixel_format formats[] = {PIXEL_GREY, PIXEL_NV12, PIXEL_NV21, PIXEL_I420,
                                            PIXEL_YV12, PIXEL_YUYV, PIXEL_UYVY};

static void every_format_however_it_is_turned(void **state)
{
    (void)state;
    uint8_t *bytes = make_bytes();
    static const int panels[][2] = {{41, 78}, {78, 41}, {20, 13}, {160, 90}};
    for (size_t f = 0; f < sizeof(formats) / sizeof(formats[0]); f++) {
        for (unsigned way = 0; way < 8; way++) {
            for (size_t p = 0; p < sizeof(panels) / sizeof(panels[0]); p++) {
                struct pixels pixels = {formats[f], 43, 31, STRIDE, {bytes, MOST}};
                check(&pixels, way / 2 * 90, way & 1, panels[p][0], panels[p][1]);
            }
        }
    }
    free(bytes);
}

static void pictures_and_panels_of_one_pixel(void **state)
{
    (void)state;
    uint8_t *bytes = make_bytes();
    static const size_t sizes[][2] = {{1, 1}, {1, 2}, {2, 1}, {2, 2}, {3, 1}};
    for (size_t f = 0; f < sizeof(formats) / sizeof(formats[0]); f++) {
        for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
            struct pixels pixels = {
                formats[f], sizes[s][0], sizes[s][1], STRIDE, {bytes, MOST}};
            for (unsigned way = 0; way < 8; way++) {
                check(&pixels, way / 2 * 90, way & 1, 1, 1);
                check(&pixels, way / 2 * 90, way & 1, 7, 4);
            }
        }
    }
    free(bytes);
}

// No byte behind the frame is looked at: the sanitizers watch.
static void a_frame_is_as_long_as_its_format_says(void **state)
{
    (void)state;
    for (size_t f = 0; f < sizeof(formats) / sizeof(formats[0]); f++) {
        bool packed = formats[f] == PIXEL_YUYV || formats[f] == PIXEL_UYVY;
        size_t stride = packed ? 32 : 16, least = 0;
        struct pixels pixels = {formats[f], 15, 9, stride, {NULL, 0}};
        struct compose_picture picture;
        for (uint8_t byte = 0; least < 1000; least++) { // none of them is read yet
            pixels.data = span_of(&byte, least);
            if (compose_picture_of(&pixels, &picture))
                break;
        }

        uint8_t *bytes = malloc(least);
        assert_non_null(bytes);
        memset(bytes, 128, least);
        pixels.data = span_of(bytes, least);
        for (unsigned way = 0; way < 8; way++)
            check(&pixels, way / 2 * 90, way & 1, 31, 19);
        free(bytes);
    }
}

// The places are laid anew for another picture, another panel, or a picture turned otherwise.
static void what_changes_is_seen_at_once(void **state)
{
    (void)state;
    uint8_t *bytes = make_bytes();
    struct canvas screens[] = {make_screen(30, 20), make_screen(20, 30)};
    uint32_t one[600], other[600];
    struct compose kept;
    compose_init(&kept);

    for (unsigned i = 0; i < 32; i++) {
        struct pixels pixels = {
            i & 16 ? PIXEL_NV12 : PIXEL_GREY, i & 1 ? 40 : 24, 30, STRIDE, {bytes, MOST}};
        struct canvas *screen = &screens[i >> 1 & 1];
        struct compose_picture picture;
        struct compose fresh;
        compose_init(&fresh);
        assert_true(compose_picture_of(&pixels, &picture));
        picture.rotation = i & 4 ? 90 : 0;
        picture.mirrored = i & 8;
        assert_true(compose_draw(&kept, &picture, screen, one, (size_t)screen->width));
        assert_true(compose_draw(&fresh, &picture, screen, other, (size_t)screen->width));
        assert_memory_equal(one, other, sizeof(one));
        compose_destroy(&fresh);
    }

    compose_destroy(&kept);
    canvas_destroy(&screens[0]);
    canvas_destroy(&screens[1]);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_however_it_is_turned),
        cmocka_unit_test(pictures_and_panels_of_one_pixel),
        cmocka_unit_test(a_frame_is_as_long_as_its_format_says),
        cmocka_unit_test(what_changes_is_seen_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
