// SPDX-License-Identifier: MIT
#include "portal/bitrix24/captcha_picture.h"

#include <math.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "base/shortage.h"

#define WIDTH     CAPTCHA_PICTURE_WIDTH
#define HEIGHT    CAPTCHA_PICTURE_HEIGHT
#define WORD_MAX  8u
#define LETTER    40.0f // width of a letter's cell, in pixels
#define TALL      44.0f // height of a letter
#define PEN       2.6f  // half the width of a stroke
#define SCRATCH   0.7f
#define SCRATCHES 3
#define SPECKS    240
#define INK       40
#define PAPER     244

struct point {
    float x, y;
};

// Strokes on a grid of 5 columns (a-e) and 9 rows (1-9), row 1 on top: "a9c1e9 b6d6" draws two
// polylines.
static const struct {
    char letter;
    const char *strokes;
} letters[] = {
    {'A', "a9c1e9 b6d6"},        {'C', "e2c1a3a7c9e8"},   {'E', "e1a1a9e9 a5d5"},
    {'F', "e1a1a9 a5d5"},        {'H', "a1a9 e1e9 a5e5"}, {'J', "b1e1e7c9a7"},
    {'K', "a1a9 e1a5e9"},        {'L', "a1a9e9"},         {'M', "a9a1c5e1e9"},
    {'N', "a9a1e9e1"},           {'P', "a9a1d1e3d5a5"},   {'R', "a9a1d1e3d5a5 c5e9"},
    {'T', "a1e1 c1c9"},          {'U', "a1a7c9e7e1"},     {'V', "a1c9e1"},
    {'W', "a1b9c4d9e1"},         {'X', "a1e9 e1a9"},      {'Y', "a1c5e1 c5c9"},
    {'3', "a1e1c4e6c9a8"},       {'4', "d9d1a6e6"},       {'7', "a1e1b9"},
    {'9', "e4c5a4a2c1e2e6c9a8"},
};

struct canvas {
    const struct portal_environment *environment;
    uint8_t pixels[HEIGHT][WIDTH];
    float phase, swing; // of the wave that bends all
};

// Between `low` and `high`.
static float chance(const struct canvas *canvas, float low, float high)
{
    uint8_t bytes[2];
    environment_random(canvas->environment, bytes, sizeof(bytes));
    return low + (high - low) * (float)(bytes[0] * 256 + bytes[1]) / 65535.0f;
}

static float distance_to(struct point p, struct point a, struct point b)
{
    float dx = b.x - a.x, dy = b.y - a.y;
    float length = dx * dx + dy * dy;
    float t = length > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / length : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return hypotf(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

// A stroke with soft edges, bent by the wave.
static void draw(struct canvas *canvas, struct point a, struct point b, float pen)
{
    for (unsigned y = 0; y < HEIGHT; y++) {
        for (unsigned x = 0; x < WIDTH; x++) {
            float bent = (float)y + canvas->swing * sinf(canvas->phase + (float)x * 0.055f);
            float beyond = distance_to((struct point){(float)x, bent}, a, b) - pen;
            if (beyond >= 1)
                continue;
            float ink = beyond <= 0 ? 1 : 1 - beyond;
            uint8_t shade = (uint8_t)(PAPER - ink * (PAPER - INK));
            if (shade < canvas->pixels[y][x])
                canvas->pixels[y][x] = shade;
        }
    }
}

static void draw_letter(struct canvas *canvas, const char *strokes, struct point centre)
{
    float angle = chance(canvas, -0.22f, 0.22f), size = chance(canvas, 0.85f, 1.1f);
    float slant = chance(canvas, -0.15f, 0.15f);
    float cosine = cosf(angle) * size, sine = sinf(angle) * size;
    struct point last = {0, 0};
    bool joined = false;

    for (; *strokes; strokes++) {
        if (*strokes == ' ') {
            joined = false;
            continue;
        }

        float y = ((float)(strokes[1] - '5') / 8.0f) * TALL;
        float x = ((float)(strokes[0] - 'c') / 4.0f) * (LETTER * 0.62f) - slant * y;
        struct point now = {centre.x + x * cosine - y * sine, centre.y + x * sine + y * cosine};

        if (joined)
            draw(canvas, last, now, PEN);
        last = now;
        joined = true;
        strokes++;
    }
}

static void draw_word(struct canvas *canvas, const char *word)
{
    size_t count = strlen(word);
    if (count > WORD_MAX)
        count = WORD_MAX;
    float cell = count > 5 ? (float)(WIDTH - 20) / (float)count : LETTER + 4;
    float left = ((float)WIDTH - cell * (float)count) / 2;
    for (size_t i = 0; i < count; i++) {
        struct point centre = {left + cell * ((float)i + 0.5f) + chance(canvas, -3, 3),
                               HEIGHT / 2.0f + chance(canvas, -4, 4)};
        for (size_t k = 0; k < sizeof(letters) / sizeof(letters[0]); k++) {
            if (letters[k].letter == word[i])
                draw_letter(canvas, letters[k].strokes, centre);
        }
    }
}

static void disturb(struct canvas *canvas)
{
    for (int i = 0; i < SCRATCHES; i++) {
        struct point a = {chance(canvas, 0, WIDTH / 3.0f), chance(canvas, 0, HEIGHT)};
        struct point b = {chance(canvas, WIDTH * 2 / 3.0f, WIDTH), chance(canvas, 0, HEIGHT)};
        draw(canvas, a, b, SCRATCH);
    }
    for (int i = 0; i < SPECKS; i++) {
        unsigned x = (unsigned)chance(canvas, 0, WIDTH - 1);
        unsigned y = (unsigned)chance(canvas, 0, HEIGHT - 1);
        canvas->pixels[y][x] = (uint8_t)chance(canvas, INK, PAPER);
    }
}

bool captcha_picture(const struct portal_environment *environment, const char *word,
                     struct text *out)
{
    struct canvas *canvas = shortage_malloc(sizeof(*canvas));
    if (!canvas)
        return false;
    canvas->environment = environment;
    memset(canvas->pixels, PAPER, sizeof(canvas->pixels));
    canvas->phase = chance(canvas, 0, 6.28f);
    canvas->swing = chance(canvas, 3, 6);
    draw_word(canvas, word);
    disturb(canvas);

    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = WIDTH,
                       .height = HEIGHT,
                       .format = PNG_FORMAT_GRAY};
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    char *png = shortage_malloc(size);
    bool ok = png && png_image_write_to_memory(&image, png, &size, 0, canvas->pixels, 0, NULL);
    if (ok)
        text_add(out, png, size);
    free(png);
    free(canvas);
    return ok;
}
