// SPDX-License-Identifier: MIT
// Names in the scripts of the world as they are really drawn: with the typefaces of
// fonts-dejavu-core (Hebrew, Arabic), fonts-droid-fallback (Chinese, Japanese, Korean) and
// fonts-lohit-deva (Devanagari).

#include "ui/drawing/fonts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/drawing/fallback.h"

#define SIZE   24.0f
#define WIDTH  600
#define HEIGHT 40

#define INK_TOLERANCE 32 // of 255 a pixel

static struct fonts *fonts;
static float size = SIZE; // of what is drawn
static const struct colour black = {0, 0, 0, 255};

static int begin(void **state)
{
    (void)state;
    struct fault fault;
    fonts = fonts_open(&fault);
    return fonts ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    fonts_close(fonts);
    return 0;
}

static float width_of(const char *text)
{
    return fonts_width(fonts, WEIGHT_REGULAR, size, text);
}

static void draw(struct canvas *canvas, const char *text, float x)
{
    fonts_draw(fonts, canvas, WEIGHT_REGULAR, size, text, 0, strlen(text), x, 0, black);
}

// Several texts side by side, each where the one before it ends.
static struct canvas drawn(const char *const *texts)
{
    struct canvas canvas;
    assert_true(canvas_init(&canvas, WIDTH, HEIGHT));
    float x = 4;
    for (; *texts; texts++) {
        draw(&canvas, *texts, x);
        x += width_of(*texts);
    }
    return canvas;
}

#define DRAWN(...) drawn((const char *const[]){__VA_ARGS__, NULL})

static size_t differing(struct canvas a, struct canvas b)
{
    size_t differ = 0;
    for (size_t i = 0; i < WIDTH * HEIGHT; i++)
        differ += a.pixels[i] != b.pixels[i];
    canvas_destroy(&a);
    canvas_destroy(&b);
    return differ;
}

// ---- letters: columns with ink between columns without ----------------------------------

#define LETTERS_MAX 16u

struct letters {
    struct canvas canvas;
    size_t count;
    size_t left[LETTERS_MAX], right[LETTERS_MAX]; // the columns of each
};

static bool has_ink(const struct canvas *canvas, size_t column)
{
    for (size_t row = 0; row < HEIGHT; row++) {
        if (canvas->pixels[row * WIDTH + column])
            return true;
    }
    return false;
}

static struct letters letters_of(const char *text)
{
    struct letters letters = {.canvas = DRAWN(text)};
    for (size_t column = 1; column < WIDTH; column++) {
        bool now = has_ink(&letters.canvas, column),
             before = has_ink(&letters.canvas, column - 1);
        assert_true(letters.count < LETTERS_MAX);
        if (now && !before)
            letters.left[letters.count] = column;
        if (!now && before)
            letters.right[letters.count++] = column;
    }
    return letters;
}

static int ink_of_row(const struct letters *letters, size_t letter, size_t row)
{
    int ink = 0;
    for (size_t column = letters->left[letter]; column < letters->right[letter]; column++)
        ink += (int)(letters->canvas.pixels[row * WIDTH + column] >> 24);
    return ink;
}

// A letter that stands a part of a pixel further has other edges, and as much ink in each row.
static bool same_letter(const struct letters *a, size_t i, const struct letters *b, size_t j)
{
    for (size_t row = 0; row < HEIGHT; row++) {
        if (abs(ink_of_row(a, i, row) - ink_of_row(b, j, row)) > INK_TOLERANCE)
            return false;
    }
    return true;
}

// Whether a text is drawn as these letters, from left to right.
static bool is_drawn_as(const char *text, const char *const *expected)
{
    struct letters whole = letters_of(text);
    size_t at = 0;
    bool same = true;
    for (; *expected; expected++) {
        struct letters part = letters_of(*expected);
        for (size_t i = 0; i < part.count; i++, at++)
            same = same && at < whole.count && same_letter(&whole, at, &part, i);
        canvas_destroy(&part.canvas);
    }
    canvas_destroy(&whole.canvas);
    return same && at == whole.count;
}

#define DRAWN_AS(text, ...) is_drawn_as(text, (const char *const[]){__VA_ARGS__, NULL})

static size_t letter_count(const char *text)
{
    struct letters letters = letters_of(text);
    canvas_destroy(&letters.canvas);
    return letters.count;
}

static void hebrew_runs_from_right_to_left(void **state)
{
    (void)state;
    assert_true(DRAWN_AS("אב", "ב", "א"));
    assert_true(DRAWN_AS("שלום", "ם", "ו", "ל", "ש"));
    assert_true(DRAWN_AS("Anna אב", "A", "n", "n", "a", "ב", "א"));
    assert_true(DRAWN_AS("אב Al", "Al", "ב", "א"));
    assert_false(DRAWN_AS("אב", "א", "ב"));
}

static void arabic_is_joined(void **state)
{
    (void)state;
    assert_int_equal(letter_count("ب"), 1);
    assert_int_equal(letter_count("بب"), 1);
    assert_int_equal(letter_count("ببب"), 1);
    assert_int_equal(letter_count("ب\u200cب"), 2); // ZWNJ parts them
    assert_true(DRAWN_AS("ب\u200cب", "ب", "ب"));
    assert_int_equal(letter_count("اب"), 2); // alef joins on one side only
    assert_true(DRAWN_AS("اب", "ب", "ا"));
    assert_true(width_of("بب") < 2 * width_of("ب") - 2);
}

static void devanagari_is_shaped(void **state)
{
    (void)state;
    assert_true(width_of("क") > 5);
    assert_true(width_of("क्ष") < width_of("क") + width_of("ष"));
    assert_true(width_of("कि") > width_of("क"));
    assert_true(differing(DRAWN("कि"), DRAWN("क", "ि")) > 20); // the vowel stands before it
}

static void names_in_japanese_chinese_and_korean_differ(void **state)
{
    (void)state;
    static const char *const names[] = {"田中太郎", "山本花子", "王小明明", "たなかた"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        float width = width_of(names[i]);
        assert_true(width > 3.5f * SIZE && width < 4.5f * SIZE); // four glyphs, no code points
        for (size_t j = 0; j < i; j++)
            assert_true(differing(DRAWN(names[i]), DRAWN(names[j])) > 200);
    }
}

static void scripts_stand_on_one_line(void **state)
{
    (void)state;
    assert_int_equal(differing(DRAWN("Анна 田中"), DRAWN("Анна ", "田中")), 0);
    assert_true(width_of("Анна 田中") == width_of("Анна ") + width_of("田中"));
}

#define NAMED(name) "\u2066‹" name "›\u2069"

static void what_no_typeface_draws_is_named(void **state)
{
    (void)state;
    assert_int_equal(differing(DRAWN("\U00019a4f"), DRAWN(NAMED("U+19A4F"))), 0);
    assert_int_equal(differing(DRAWN("Al\U00019a4f\U00019a50"),
                               DRAWN("Al" NAMED("U+19A4F") NAMED("U+19A50"))),
                     0);
    assert_true(differing(DRAWN("\U00019a4f"), DRAWN("\U00019a50")) > 10);
    // Also among letters from right to left.
    assert_int_equal(differing(DRAWN("א\U00019a4f"), DRAWN("א" NAMED("U+19A4F"))), 0);
    // What private use means nobody knows, whichever typeface has a picture there.
    assert_int_equal(differing(DRAWN("\ue000"), DRAWN(NAMED("U+E000"))), 0);
    assert_int_equal(differing(DRAWN("\U000f0001"), DRAWN(NAMED("U+F0001"))), 0);
}

static void a_wrapped_paragraph_keeps_its_order(void **state)
{
    (void)state;
    static struct wrapped lines;
    const char *text = "אבג דהו זחט יכל";
    fonts_wrap(fonts, WEIGHT_REGULAR, SIZE, text, width_of("אבג דהו "), &lines);
    assert_true(lines.count >= 2 && lines.complete);

    struct canvas canvas;
    assert_true(canvas_init(&canvas, WIDTH, HEIGHT));
    fonts_draw(fonts, &canvas, WEIGHT_REGULAR, SIZE, text, lines.line[1].start,
               lines.line[1].size, 4, 0, black);
    char second[64];
    snprintf(second, sizeof(second), "%.*s", (int)lines.line[1].size,
             text + lines.line[1].start);
    assert_int_equal(differing(canvas, DRAWN(second)), 0);
}

static void a_line_is_not_broken_before_a_mark(void **state)
{
    (void)state;
    static struct wrapped lines;
    const char *text = "किकिकिकिकिकि";
    fonts_wrap(fonts, WEIGHT_REGULAR, SIZE, text, width_of("किकि") + 1, &lines);
    assert_true(lines.count >= 3 && lines.complete);
    for (size_t i = 0; i < lines.count; i++)
        assert_memory_equal(text + lines.line[i].start, "क", strlen("क"));
}

// Where a letter's ink is, on average, in pixels.
static double middle_of(const struct letters *letters, size_t letter)
{
    double moment = 0, ink = 0;
    for (size_t column = letters->left[letter]; column < letters->right[letter]; column++) {
        for (size_t row = 0; row < HEIGHT; row++) {
            double part = (double)(letters->canvas.pixels[row * WIDTH + column] >> 24);
            moment += part * ((double)column + 0.5);
            ink += part;
        }
    }
    return moment / ink;
}

// Where a pixel is much of a letter: of whole pixels some gaps would be wider than others.
static void gaps_are_even(void **state)
{
    (void)state;
    size = 15;
    struct letters letters = letters_of("l l l l l l l l");
    size = SIZE;
    assert_int_equal(letters.count, 8);
    double whole = middle_of(&letters, 7) - middle_of(&letters, 0);
    for (size_t i = 1; i < letters.count; i++) {
        double gap = middle_of(&letters, i) - middle_of(&letters, i - 1);
        if (fabs(gap - whole / 7) > 0.15)
            fail_msg("gap %zu: %.2f, not %.2f", i, gap, whole / 7);
    }
    canvas_destroy(&letters.canvas);
}

static void lookups_have_their_limits(void **state)
{
    (void)state;
    static struct fallback fallback;
    assert_null(fallback.config);
    for (uint32_t code = 0x19000; code < 0x19000 + 2 * FALLBACK_UNKNOWN_MAX; code++)
        assert_null(fallback_find(&fallback, code));
    assert_non_null(fallback.config);
    assert_int_equal(fallback.unknown_count, FALLBACK_UNKNOWN_MAX);

    const struct fallback_face *face = fallback_find(&fallback, 0x4e2d);
    assert_non_null(face);
    assert_ptr_equal(fallback_find(&fallback, 0x5c71), face);
    assert_int_equal(fallback.count, 1);
    fallback.count = FALLBACK_FACES_MAX; // as if all places were taken
    for (size_t i = 1; i < FALLBACK_FACES_MAX; i++)
        fallback.face[i] = fallback.face[0];
    assert_null(fallback_find(&fallback, 0x915));
    fallback.count = 1;
    fallback_close(&fallback);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hebrew_runs_from_right_to_left),
        cmocka_unit_test(arabic_is_joined),
        cmocka_unit_test(devanagari_is_shaped),
        cmocka_unit_test(names_in_japanese_chinese_and_korean_differ),
        cmocka_unit_test(scripts_stand_on_one_line),
        cmocka_unit_test(what_no_typeface_draws_is_named),
        cmocka_unit_test(a_wrapped_paragraph_keeps_its_order),
        cmocka_unit_test(a_line_is_not_broken_before_a_mark),
        cmocka_unit_test(gaps_are_even),
        cmocka_unit_test(lookups_have_their_limits),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
