// SPDX-License-Identifier: MIT
// Damaged finder patterns, and codes that light has eaten: what a still picture is given more
// work for.

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "decode/qr.h"
#include "decode/thicken.h"
#include "fixtures/camsim.h"

enum { WIDTH = 320, HEIGHT = 240 };

static const char text[] = "https://portal.example.com/s?c=RPT-4711";
static struct qr_reader *reader;
static struct qr_codes codes;
static struct subject subject;
static struct subject_plan plan;
static struct camsim_settings settings;
static struct camsim_truth truth;
static uint8_t grey[WIDTH * HEIGHT];

static int setup(void **state)
{
    (void)state;
    reader = qr_reader_new();
    subject_plan_init(&plan);
    camsim_settings_init(&settings);
    plan.orders = 1;
    plan.order[0].size = sizeof(text) - 1;
    memcpy(plan.order[0].payload, text, sizeof(text) - 1);
    settings.width = WIDTH;
    settings.height = HEIGHT;
    settings.module = 5;
    settings.rotate = 12;
    settings.sensor.noise = 2;
    return reader ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    qr_reader_free(reader);
    return 0;
}

static void take(void)
{
    struct camsim camera;
    assert_true(subject_draw(&subject, &plan, NULL));
    assert_true(camsim_init(&camera, &settings, &subject, NULL));
    assert_true(camsim_take(&camera, 0, grey, &truth, NULL));
    camsim_destroy(&camera);
    subject_destroy(&subject);
}

// Without the help of another reader.
static bool read_with(const struct qr_limits *limits)
{
    struct luma luma = {grey, WIDTH, HEIGHT, WIDTH};
    struct qr_limits alone = *limits;
    alone.second_reader = false;
    qr_reader_reset(reader);
    qr_reader_set_limits(reader, &alone);
    bool read = qr_reader_read(reader, &luma, &codes);
    for (size_t i = 0; i < codes.count; i++)
        assert_true(span_equal(qr_payload(&codes.code[i]), span_of(text, sizeof(text) - 1)));
    qr_reader_set_limits(reader, &qr_limits_live);
    return read;
}

// A disc on a finder pattern, in modules from the pattern's own corner.
struct disc {
    double u, v, radius;
    bool dark;
};

static void paint(const struct disc *disc, double left, double top)
{
    const struct pose_point *corner = truth.corner[0];
    double side = 29, u = (left + disc->u) / side, v = (top + disc->v) / side;
    double x = corner[0].x + u * (corner[1].x - corner[0].x) + v * (corner[3].x - corner[0].x);
    double y = corner[0].y + u * (corner[1].y - corner[0].y) + v * (corner[3].y - corner[0].y);
    double reach = disc->radius * truth.module[0];

    for (size_t row = 0; row < HEIGHT; row++)
        for (size_t column = 0; column < WIDTH; column++)
            if (hypot((double)column + 0.5 - x, (double)row + 0.5 - y) < reach)
                grey[row * WIDTH + column] = disc->dark != plan.inverted ? 22 : 205;
}

#define UPPER_LEFT  1u
#define UPPER_RIGHT 2u
#define LOWER_LEFT  4u
#define ALL         7u

static void tear(unsigned patterns, const struct disc *discs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (patterns & UPPER_LEFT)
            paint(&discs[i], 0, 0);
        if (patterns & UPPER_RIGHT)
            paint(&discs[i], 22, 0);
        if (patterns & LOWER_LEFT)
            paint(&discs[i], 0, 22);
    }
}

static const struct {
    const char *what;
    unsigned patterns;
    size_t discs;
    struct disc disc[4];
} damages[] = {
    {"a notch at the left", UPPER_LEFT, 3, {{0, 2.5, 1, 0}, {0, 3.5, 1, 0}, {0, 4.5, 1, 0}}},
    {"a notch on top", UPPER_RIGHT, 3, {{2.5, 0, 1, 0}, {3.5, 0, 1, 0}, {4.5, 0, 1, 0}}},
    {"a bite out of a corner", LOWER_LEFT, 1, {{0.5, 6.5, 1.6, 0}}},
    {"a bite out of each", ALL, 1, {{3.5, 0.3, 1.8, 0}}},
    {"a notch in each", ALL, 1, {{6.7, 3.5, 1.2, 0}}},
    {"a hole in a core", UPPER_LEFT, 1, {{3.5, 3.5, 1.0, 0}}},
    {"a hole in each core", ALL, 1, {{3.5, 3.5, 0.8, 0}}},
    {"a blot between core and ring", LOWER_LEFT, 1, {{1.7, 3.5, 0.7, 1}}},
};

static void damaged_patterns_are_found_in_still_pictures(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
        take();
        tear(damages[i].patterns, damages[i].disc, damages[i].discs);
        if (!read_with(&qr_limits_still))
            fail_msg("%s: not read", damages[i].what);
    }
}

static void so_are_those_of_a_code_light_on_dark(void **state)
{
    (void)state;
    plan.inverted = true;
    for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
        take();
        tear(damages[i].patterns, damages[i].disc, damages[i].discs);
        if (!read_with(&qr_limits_still))
            fail_msg("%s: not read", damages[i].what);
    }
}

// Nothing of it is spent on a frame that has others behind it.
static void a_live_frame_does_not_pay_for_it(void **state)
{
    (void)state;
    plan.orders = 0;
    take();
    assert_false(read_with(&qr_limits_still));
    int64_t still = qr_reader_spent(reader);
    assert_false(read_with(&qr_limits_live));
    assert_true(qr_reader_spent(reader) <= qr_limits_live.frame_work);
    assert_true(qr_reader_spent(reader) < still / 4);
}

static void dark_modules_that_light_has_eaten_are_read(void **state)
{
    (void)state;
    static const double shots[][3] = {{5, 3, 1.2}, {5, 3, 1.0}, {7, 3, 1.8}, {7, 3.2, 1.6}};
    settings.rotate = 0;
    for (size_t i = 0; i < sizeof(shots) / sizeof(shots[0]); i++) {
        settings.module = shots[i][0];
        settings.sensor.exposure = shots[i][1];
        settings.blur = shots[i][2];
        take();
        if (!read_with(&qr_limits_still))
            fail_msg("module %.0f, %.1f stops, blur %.1f: not read", shots[i][0], shots[i][1],
                     shots[i][2]);
    }
}

static uint8_t darkest_around(const uint8_t *p, int width, int height, int x, int y, int reach)
{
    uint8_t darkest = 255;
    for (int row = y - reach; row <= y + reach; row++)
        for (int column = x - reach; column <= x + reach; column++)
            if (row >= 0 && row < height && column >= 0 && column < width &&
                p[row * width + column] < darkest)
                darkest = p[row * width + column];
    return darkest;
}

static void each_pass_grows_the_dark_by_a_pixel(void **state)
{
    (void)state;
    static const int sizes[][2] = {{1, 1}, {1, 7}, {9, 1}, {2, 2}, {67, 41}};
    struct work work = {.left = 1000};
    struct thickener thickener;
    thickener_init(&thickener);

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        int width = sizes[i][0], height = sizes[i][1];
        struct luma from = {grey, (size_t)width, (size_t)height, (size_t)width};
        for (int k = 0; k < width * height; k++)
            grey[k] = (uint8_t)((unsigned)k * 2654435761u >> 13);

        assert_true(thicken(&thickener, &from, &work));
        for (int reach = 1; reach <= 3; reach += 2) {
            const struct luma *made = &thickener.pyramid.level[0];
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++)
                    assert_int_equal(made->p[(size_t)y * made->stride + (size_t)x],
                                     darkest_around(grey, width, height, x, y, reach));
            assert_true(thicken_more(&thickener, 2, &work));
        }
    }

    assert_true(work.left < 1000);
    assert_false(thicken(&thickener, &(struct luma){0}, &work));
    thickener_destroy(&thickener);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(damaged_patterns_are_found_in_still_pictures, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(so_are_those_of_a_code_light_on_dark, setup, teardown),
        cmocka_unit_test_setup_teardown(a_live_frame_does_not_pay_for_it, setup, teardown),
        cmocka_unit_test_setup_teardown(dark_modules_that_light_has_eaten_are_read, setup,
                                        teardown),
        cmocka_unit_test(each_pass_grows_the_dark_by_a_pixel),
    };

    return cmocka_run_group_tests_name("torn", tests, NULL, NULL);
}
