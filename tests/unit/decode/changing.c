// SPDX-License-Identifier: MIT
// A screen whose code changes, seen through so much noise that most frames cannot be read
// alone: what comes out must be the code of that very frame, never the one before, and never
// a mixture of both.

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "decode/qr.h"
#include "fixtures/sweep.h"

enum { WIDTH = 240, HEIGHT = 180, CODES = 2, FRAMES = 48 };

static struct qr_reader *reader;
static struct qr_codes codes;
static struct sweep_shot shot;
static struct subject subject[CODES];
static struct camsim camera[CODES];
static uint8_t grey[WIDTH * HEIGHT];

// Two codes of one portal at one place: they differ in session, nonce and frame part.
static void begin(double noise)
{
    const struct sweep_set *set = sweep_set_named("video-noise");
    assert_non_null(set);
    for (size_t i = 0; i < CODES; i++) {
        sweep_shot_init(&shot, set, noise, i, WIDTH, HEIGHT, 11);
        struct camsim_settings place = shot.camera;
        place.tilt = place.turn = place.shift_x = place.shift_y = 0;
        place.rotate = 3;
        assert_true(subject_draw(&subject[i], &shot.plan, NULL));
        assert_true(camsim_init(&camera[i], &place, &subject[i], NULL));
    }
    qr_reader_reset(reader);
}

static void end(void)
{
    for (size_t i = 0; i < CODES; i++) {
        camsim_destroy(&camera[i]);
        subject_destroy(&subject[i]);
    }
}

// Shows each code for `period` frames in turn, and counts the frames that each was read in.
static void show_in_turn(size_t period, size_t read[static CODES])
{
    struct luma luma = {grey, WIDTH, HEIGHT, WIDTH};
    read[0] = read[1] = 0;
    for (size_t frame = 0; frame < FRAMES; frame++) {
        size_t shown = frame / period % CODES;
        const struct subject_code *code = &subject[shown].code[0];
        assert_true(camsim_take(&camera[shown], frame, grey, NULL, NULL));
        qr_reader_read(reader, &luma, &codes);
        read[shown] += codes.count > 0;
        for (size_t k = 0; k < codes.count; k++)
            if (!span_equal(qr_payload(&codes.code[k]), span_of(code->payload, code->size)))
                fail_msg("frame %zu of %zu: another payload than the code shown", frame,
                         period);
    }
}

static void a_code_that_changes_is_read_anew(void **state)
{
    (void)state;
    size_t read[CODES];
    begin(45);
    show_in_turn(FRAMES / 2, read);
    assert_true(read[0] > 0 && read[0] < FRAMES / 2); // not by single frames alone
    assert_true(read[1] > 0 && read[1] < FRAMES / 2);
    end();
}

static void codes_that_alternate_are_never_mixed(void **state)
{
    (void)state;
    for (size_t period = 1; period <= 4; period++) {
        size_t read[CODES];
        begin(40);
        show_in_turn(period, read);
        end();
    }
}

static int setup(void **state)
{
    (void)state;
    reader = qr_reader_new();
    return reader ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    qr_reader_free(reader);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_that_changes_is_read_anew),
        cmocka_unit_test(codes_that_alternate_are_never_mixed),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
