// SPDX-License-Identifier: MIT
// Reads the six digits off a picture of a real screen, as the person before it does: of each
// cell that the gallery's screen has for one, which digit drawn there is most like what is
// seen. What stands around them may be higher or lower than in the gallery, and so they with
// it. usage: screen_reads PICTURE NAME     (NAME: badge-code-1280x800-en-light) Prints the
// digits. exit: 0 each is plain; 1 one is not; 2 it could not be told

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/screen/shot.h"
#include "ui/text/language.h"

#define CELLS      6u
#define KINDS      10u
#define MOVES      60 // pixels that they may be higher or lower
#define PLAIN_LESS 2u // the digit that is seen differs so many times less than the next one

static struct view view;
static struct scene scene;

// Where the screen has its digits; NULL: it has none.
static struct node *lay_out(const char *name, struct fonts *fonts)
{
    const struct sample *sample;
    const struct sample_size *size;
    enum theme_choice theme;
    if (!shot_find(name, &sample, &size, &theme))
        return NULL;
    sample_build(sample, size, theme, 1, fonts, &view, &scene);

    for (size_t i = 0; i < scene.count; i++)
        if (scene.node[i].kind == NODE_DIGITS && strlen(scene.node[i].text) == CELLS)
            return &scene.node[i];
    fprintf(stderr, "screen_reads: %s has no digits\n", name);
    return NULL;
}

// How much the picture, so many pixels lower, differs from the canvas in a cell.
static uint64_t differ(const struct shot *seen, const struct canvas *drawn, struct area area,
                       size_t cell, int lower)
{
    float width = area.w / (CELLS + 0.5f); // as ui/screens/scene_draw.c has it
    float left = area.x + width * ((float)cell + (cell * 2 >= CELLS ? 0.5f : 0));
    int begin = (int)lroundf(left), end = (int)lroundf(left + width);
    int top = (int)area.y, bottom = (int)(area.y + area.h);
    if (top + lower < 0 || bottom + lower > seen->height)
        return UINT64_MAX / CELLS;

    uint64_t sum = 0;
    for (int y = top; y < bottom; y++) {
        const uint32_t *expected = drawn->pixels + y * drawn->width;
        const uint8_t *row = seen->rgb + (size_t)(y + lower) * (size_t)seen->width * 3;
        for (int x = begin; x < end; x++)
            sum += (uint64_t)abs(row[x * 3 + 1] - (int)(expected[x] >> 8 & 0xff));
    }
    return sum;
}

// At one height: which digits are most like what is seen, how much those differ, and whether
// each is plain.
struct reading {
    char digits[CELLS + 1];
    uint64_t differs;
    bool plain;
};

static struct reading choose(uint64_t differs[static KINDS][CELLS])
{
    struct reading reading = {.plain = true};
    for (size_t cell = 0; cell < CELLS; cell++) {
        size_t best = 0;
        uint64_t next = UINT64_MAX;
        for (size_t digit = 1; digit < KINDS; digit++)
            best = differs[digit][cell] < differs[best][cell] ? digit : best;
        for (size_t digit = 0; digit < KINDS; digit++)
            if (digit != best && differs[digit][cell] < next)
                next = differs[digit][cell];

        reading.digits[cell] = (char)('0' + (int)best);
        reading.differs += differs[best][cell];
        reading.plain = reading.plain && differs[best][cell] < next / PLAIN_LESS;
    }
    return reading;
}

static struct reading read_digits(const struct shot *seen, struct canvas *canvas,
                                  struct node *node)
{
    static uint64_t differs[2 * MOVES + 1][KINDS][CELLS];
    static char same[CELLS + 1];
    const struct area area = scene_place(&scene, node);
    node->text = same;
    for (size_t digit = 0; digit < KINDS; digit++) {
        memset(same, '0' + (int)digit, CELLS);
        scene_draw(&scene, canvas);
        for (int move = 0; move <= 2 * MOVES; move++)
            for (size_t cell = 0; cell < CELLS; cell++)
                differs[move][digit][cell] = differ(seen, canvas, area, cell, move - MOVES);
    }

    struct reading best = {.differs = UINT64_MAX};
    for (int move = 0; move <= 2 * MOVES; move++) {
        struct reading reading = choose(differs[move]);
        if (reading.differs < best.differs)
            best = reading;
    }
    return best;
}

int main(int argc, char *argv[])
{
    if (argc != 3) {
        fprintf(stderr, "usage: screen_reads PICTURE NAME\n");
        return 2;
    }

    struct fault fault;
    struct shot seen = {0};
    struct canvas canvas = {0};
    int result = 2;
    language_init("en");
    struct fonts *fonts = fonts_open(&fault);
    struct node *node = fonts ? lay_out(argv[2], fonts) : NULL;

    if (node && shot_read(argv[1], &seen) && seen.width == (int)scene.width &&
        seen.height == (int)scene.height && canvas_init(&canvas, seen.width, seen.height)) {
        struct reading reading = read_digits(&seen, &canvas, node);
        result = !reading.plain;
        if (reading.plain)
            puts(reading.digits);
        else
            fprintf(stderr, "screen_reads: %s: not plain, perhaps %s\n", argv[1],
                    reading.digits);
    }

    canvas_destroy(&canvas);
    shot_destroy(&seen);
    fonts_close(fonts);
    return result;
}
