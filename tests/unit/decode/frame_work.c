// SPDX-License-Identifier: MIT
// What a frame of a video may cost is spent where codes are: on a full page some are still
// read, and a crowd of patterns that belong to none costs little.

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <qrencode.h>

#include "decode/limits.h"
#include "decode/qr.h"
#include "decode/triple.h"

enum { PAPER = 235, INK = 25, WIDTH = 1280, HEIGHT = 960, MODULE = 2, PITCH = 64 };

static struct qr_codes codes;
static struct finder_list finders;
static struct triple_list triples;

static void draw_module(uint8_t *p, size_t left, size_t top)
{
    for (size_t row = 0; row < MODULE; row++)
        memset(p + (top + row) * WIDTH + left, INK, MODULE);
}

static void draw_code(uint8_t *p, const QRcode *code, size_t left, size_t top)
{
    size_t side = (size_t)code->width;
    for (size_t i = 0; i < side * side; i++)
        if (code->data[i] & 1)
            draw_module(p, left + i % side * MODULE, top + i / side * MODULE);
}

// Nearly three hundred labels, whose search alone takes more than a frame has.
static void of_a_page_of_codes_some_are_read_in_one_frame(void **state)
{
    uint8_t *p = malloc((size_t)WIDTH * HEIGHT);
    QRcode *code = QRcode_encodeString("label", 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    assert_non_null(p);
    assert_non_null(code);
    memset(p, PAPER, (size_t)WIDTH * HEIGHT);
    for (size_t top = 10; top + PITCH <= HEIGHT; top += PITCH)
        for (size_t left = 10; left + PITCH <= WIDTH; left += PITCH)
            draw_code(p, code, left, top);

    struct luma luma = {p, WIDTH, HEIGHT, WIDTH};
    assert_true(qr_reader_read(*state, &luma, &codes));
    assert_true(qr_reader_spent(*state) <=
                qr_limits_live.frame_work + qr_limits_live.found_work);

    QRcode_free(code);
    free(p);
}

static void add(float x, float y)
{
    finders.finder[finders.count++] =
        (struct finder){.at = {x, y}, .module = 4.0f, .error = 0.5f, .hits = 6};
}

// The levels of a frame are searched one after the other: what was met on one is grouped once.
static void what_was_grouped_is_not_grouped_again(void **state)
{
    (void)state;
    struct work work = {.left = 1000};
    finders.limit = qr_limits_live.finders;
    triples.limit = qr_limits_live.triples;
    finders.count = 0;
    add(100, 100);
    add(172, 100);
    add(100, 172);

    triples_rank(&finders, &triples, &work);
    assert_int_equal(triples.count, 3); // seen askew, each may be the corner
    assert_int_equal(triples.triple[0].corner, 0);
    int64_t left = work.left;
    assert_true(left < 1000);

    triples_rank(&finders, &triples, &work);
    assert_int_equal(triples.count, 0);
    assert_int_equal(work.left, left);

    add(172, 172);
    triples_rank(&finders, &triples, &work);
    assert_true(triples.count > 0);
    for (size_t i = 0; i < triples.count; i++) {
        const struct triple *triple = &triples.triple[i];
        assert_true(triple->corner == 3 || triple->right == 3 || triple->below == 3);
    }
}

// Noise is full of patterns that one row crossed.
static void patterns_of_one_row_are_no_crowd(void **state)
{
    (void)state;
    finders.count = 0;
    for (size_t i = 0; i < 6; i++) {
        add(100.0f * (float)i, 100);
        finders.finder[i].hits = (unsigned)i + 1;
    }
    assert_int_equal(finders_sure(&finders), 4);
}

static int setup(void **state)
{
    *state = qr_reader_new();
    return *state != NULL ? 0 : -1;
}

static int teardown(void **state)
{
    qr_reader_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_a_page_of_codes_some_are_read_in_one_frame),
        cmocka_unit_test(what_was_grouped_is_not_grouped_again),
        cmocka_unit_test(patterns_of_one_row_are_no_crowd),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
