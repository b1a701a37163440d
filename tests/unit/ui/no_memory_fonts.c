// SPDX-License-Identifier: MIT
// Texts for which there is no memory: each call of ours and of SDL fails once while a text is
// measured and drawn. What is not drawn as it is to be is told, and the next time it is.

#include <SDL.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/failing_memory.h"
#include "ui/drawing/fonts.h"

enum { WIDTH = 400, HEIGHT = 40, CALLS_MAX = 2000 };

static const struct {
    const char *text;
    bool of_the_machine; // a typeface that is none of the program's own draws some of it
} texts[] = {
    {"portal.example.com", false},
    {"שלום anna", false},
    {"ابت 漢字 नमस्ते", true},
    {"漢", true},
    {"\xee\x80\x80 is private", false},
};
enum { TEXTS = sizeof(texts) / sizeof(texts[0]) };

static const struct colour black = {0, 0, 0, 255};

struct drawn {
    struct canvas canvas;
    float width;
};

// Measures and draws, and says whether it was told that something is missing.
static bool draw(struct fonts *fonts, const char *text, struct drawn *out)
{
    canvas_clear(&out->canvas, (struct colour){255, 255, 255, 255});
    out->width = fonts_width(fonts, WEIGHT_REGULAR, 24, text);
    fonts_draw(fonts, &out->canvas, WEIGHT_REGULAR, 24, text, 0, strlen(text), 4, 2, black);
    return fonts_take_missed(fonts);
}

static bool same(const struct drawn *a, const struct drawn *b)
{
    return a->width == b->width &&
           memcmp(a->canvas.pixels, b->canvas.pixels, sizeof(uint32_t) * WIDTH * HEIGHT) == 0;
}

// What a typeface of the machine draws may be `named` instead.
static unsigned draw_with_failures(const char *text, bool named)
{
    struct drawn expected, seen;
    assert_true(canvas_init(&expected.canvas, WIDTH, HEIGHT));
    assert_true(canvas_init(&seen.canvas, WIDTH, HEIGHT));
    unsigned calls = 0;
    struct fonts *fonts = fonts_open(NULL);
    assert_non_null(fonts);
    assert_false(draw(fonts, text, &expected));
    fonts_close(fonts);

    for (unsigned call = 1; call <= calls + 1 && call < CALLS_MAX; call++) {
        fonts = fonts_open(NULL);
        assert_non_null(fonts);
        failing_begin(call);
        bool missed = draw(fonts, text, &seen);
        calls = failing_end();
        if (call > calls)
            assert_true(!missed && same(&seen, &expected));
        if (!missed && !same(&seen, &expected))
            assert_true(named && seen.width > 0);

        assert_false(draw(fonts, text, &seen));
        assert_true(same(&seen, &expected));
        fonts_close(fonts);
    }
    canvas_destroy(&expected.canvas);
    canvas_destroy(&seen.canvas);
    return calls;
}

static void a_text_that_is_not_drawn_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEXTS; i++)
        assert_true(draw_with_failures(texts[i].text, texts[i].of_the_machine) >= 15);
}

static void typefaces_open_or_say_why_not(void **state)
{
    (void)state;
    unsigned calls = 0;
    for (unsigned call = 1; call <= calls + 1; call++) {
        struct fault fault = {0};
        failing_begin(call);
        struct fonts *fonts = fonts_open(&fault);
        calls = failing_end();
        assert_int_equal(fonts != NULL, call > calls);
        assert_int_equal(fault.failure, fonts ? FAILURE_NONE : FAILURE_MEMORY);
        fonts_close(fonts);
    }
    assert_true(calls >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typefaces_open_or_say_why_not),
        cmocka_unit_test(a_text_that_is_not_drawn_is_told),
    };
    if (SDL_SetMemoryFunctions(malloc, calloc, realloc, free) != 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
