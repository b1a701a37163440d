// SPDX-License-Identifier: MIT
// The whole reader on simulated frames: a fault in any step shows here without photographs.
// And on hostile pictures, which must end within the work of a frame.

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "decode/qr.h"
#include "fixtures/sweep.h"

enum { WIDTH = 320, HEIGHT = 240, REPEATS = 3 };

static struct qr_reader *reader;
static struct qr_codes codes;
static struct subject subject;
static struct sweep_shot shot;
static uint8_t grey[WIDTH * HEIGHT];
static bool mirrored; // frames are taken in a mirror

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

// Are the corners that were told those of the code in the frame, to within two modules?
static void assert_corners(const struct qr_code *code, const struct camsim_truth *truth)
{
    for (size_t i = 0; i < 4; i++) {
        double x = code->corners[i].x - truth->corner[0][i].x;
        double y = code->corners[i].y - truth->corner[0][i].y;
        if (sqrt(x * x + y * y) > 2.0 * truth->module[0])
            fail_msg("corner %zu is %.1f, %.1f pixels off", i, x, y);
    }
}

// The frame as a mirror shows it, and what is then to be seen in it.
static void mirror(struct camsim_truth *truth)
{
    for (size_t y = 0; y < HEIGHT; y++) {
        for (size_t x = 0; x < WIDTH / 2; x++) {
            uint8_t *a = &grey[y * WIDTH + x], *b = &grey[y * WIDTH + WIDTH - 1 - x], left = *a;
            *a = *b;
            *b = left;
        }
    }
    for (size_t i = 0; i < 4; i++)
        truth->corner[0][i].x = WIDTH - truth->corner[0][i].x;
}

static size_t count_read(const char *name, double value, size_t frames)
{
    const struct sweep_set *set = sweep_set_named(name);
    struct luma luma = {grey, WIDTH, HEIGHT, WIDTH};
    struct camsim camera;
    size_t read = 0;
    assert_non_null(set);

    for (size_t repeat = 0; repeat < REPEATS; repeat++) {
        qr_reader_reset(reader);
        sweep_shot_init(&shot, set, value, repeat, WIDTH, HEIGHT, 3);

        assert_true(subject_draw(&subject, &shot.plan, NULL));
        assert_true(camsim_init(&camera, &shot.camera, &subject, NULL));

        bool done = false;
        for (size_t i = 0; !done && i < frames; i++) {
            struct camsim_truth truth;
            assert_true(camsim_take(&camera, i, grey, &truth, NULL));
            if (mirrored)
                mirror(&truth);
            done = qr_reader_read(reader, &luma, &codes);
            for (size_t k = 0; k < codes.count; k++) {
                assert_true(span_equal(qr_payload(&codes.code[k]),
                                       span_of(subject.code[0].payload, subject.code[0].size)));
                assert_corners(&codes.code[k], &truth);
            }
        }

        read += done;
        camsim_destroy(&camera);
        subject_destroy(&subject);
    }

    return read;
}

// Each is beyond what one step could do without its neighbours: small modules need the fit,
// tilt the projection, a cylinder the bend, blur the equaliser, and so on.
static void each_step_does_its_part(void **state)
{
    (void)state;
    static const struct {
        const char *set;
        double value;
        size_t frames;
    } shots[] = {{"module", 2.0, 1},      {"module", 1.4, 1},        {"module-soft", 3.5, 1},
                 {"module-soft", 2.5, 1}, {"module-softer", 4.5, 1}, {"tilt", 50, 1},
                 {"tilt-far", 35, 1},     {"rotate", 45, 1},         {"noise", 15, 1},
                 {"moire", 2.5, 1},       {"glare", 0.11, 1},        {"contrast", 14, 1},
                 {"exposure", -3, 1},     {"curve", 60, 1},          {"inverted", 4, 1},
                 {"quiet-zone", 1, 1},    {"version", 15, 1},        {"jpeg", 30, 1},
                 {"motion-near", 7, 1},   {"motion", 4, 1},          {"video-module", 1.3, 15},
                 {"video-noise", 45, 15}, {"video-shake", 10, 15}};

    for (size_t i = 0; i < sizeof(shots) / sizeof(shots[0]); i++) {
        size_t read = count_read(shots[i].set, shots[i].value, shots[i].frames);
        if (read != REPEATS)
            fail_msg("%s=%g: %zu of %u read", shots[i].set, shots[i].value, read, REPEATS);
    }
}

static void mirrored_codes_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *set;
        double value;
        size_t frames;
    } shots[] = {{"module", 1.4, 1},     {"module-soft", 2.5, 1},   {"tilt", 50, 1},
                 {"rotate", 45, 1},      {"curve", 40, 1},          {"inverted", 4, 1},
                 {"version", 15, 1},     {"video-module", 1.3, 15}, {"video-noise", 45, 15},
                 {"video-shake", 10, 15}};

    mirrored = true;
    for (size_t i = 0; i < sizeof(shots) / sizeof(shots[0]); i++) {
        size_t read = count_read(shots[i].set, shots[i].value, shots[i].frames);
        if (read != REPEATS)
            fail_msg("%s=%g: %zu of %u read", shots[i].set, shots[i].value, read, REPEATS);
    }
}

static int leave_the_mirror(void **state)
{
    (void)state;
    mirrored = false;
    return 0;
}

// Codes whose outer modules run into the page around them, or are cut by the picture's edge.
static void no_quiet_zone_is_needed(void **state)
{
    (void)state;
    const struct sweep_set *set = sweep_set_named("module");
    assert_non_null(set);

    for (size_t repeat = 0; repeat < 2 * REPEATS; repeat++) {
        struct luma luma = {grey, WIDTH, HEIGHT, WIDTH};
        struct camsim_truth truth;
        struct camsim camera;
        qr_reader_reset(reader);
        sweep_shot_init(&shot, set, 4, repeat, WIDTH, HEIGHT, 3);
        shot.plan.quiet_zone = shot.plan.margin = 0; // flush with the monitor's dark frame
        assert_true(subject_draw(&subject, &shot.plan, NULL));
        assert_true(camsim_init(&camera, &shot.camera, &subject, NULL));
        assert_true(camsim_take(&camera, 0, grey, &truth, NULL));

        size_t left = (size_t)fmin(truth.corner[0][0].x, truth.corner[0][3].x);
        if (repeat >= REPEATS) // the picture begins where the code does
            luma = (struct luma){grey + left, WIDTH - left, HEIGHT, WIDTH};
        bool read = qr_reader_read(reader, &luma, &codes);
        camsim_destroy(&camera);
        subject_destroy(&subject);
        if (!read)
            fail_msg("repeat %zu is not read", repeat);
    }
}

static void assert_reads_nothing(size_t width, size_t height, const uint8_t *p)
{
    struct luma luma = {p, width, height, width};
    assert_false(qr_reader_read(reader, &luma, &codes));
    assert_int_equal(codes.count, 0);
}

static void hostile_pictures_end(void **state)
{
    (void)state;
    const size_t width = 4096, height = 600;
    uint8_t *p = malloc(width * height);
    assert_non_null(p);

    uint32_t noise = 1;
    for (size_t i = 0; i < width * height; i++) {
        noise = noise * 1664525u + 1013904223u;
        p[i] = (uint8_t)(noise >> 24);
    }

    assert_reads_nothing(width, height, p);
    assert_reads_nothing(1, 600, p);
    assert_reads_nothing(4096, 1, p);
    assert_reads_nothing(1, 1, p);
    assert_reads_nothing(7, 9, p);

    memset(p, 0, width * height);
    assert_reads_nothing(width, height, p);

    for (size_t cell = 1; cell <= 8; cell *= 2) {
        for (size_t i = 0; i < width * height; i++)
            p[i] = (i % width / cell + i / width / cell) % 2 ? 255 : 0;
        assert_reads_nothing(width, height, p);
    }

    struct luma none = {p, 0, 0, 0}, wide = {p, PICTURE_SIDE_MAX + 1, 2, PICTURE_SIDE_MAX + 1};
    assert_false(qr_reader_read(reader, &none, &codes));
    assert_false(qr_reader_read(reader, &wide, &codes));

    free(p);
}

static void a_sheet_of_finder_patterns_gives_nothing(void **state)
{
    (void)state;
    assert_int_equal(count_read("finders", 2, 3), 0);
    assert_int_equal(count_read("finders", 4, 3), 0);
}

// A crowd of patterns is not worth a frame's whole work: what is tried in vain ends early, and
// the work for a code that was located stays unspent where there is only what looks like one.
static void a_sheet_of_finder_patterns_costs_little(void **state)
{
    (void)state;
    const size_t width = 1280, height = 720;
    uint8_t *p = malloc(width * height);
    struct camsim camera;
    assert_non_null(p);

    for (size_t i = 0; i < 9; i++) {
        sweep_shot_init(&shot, sweep_set_named("finders"), (double)(2 + i % 3), i / 3, width,
                        height, 1);
        assert_true(subject_draw(&subject, &shot.plan, NULL));
        assert_true(camsim_init(&camera, &shot.camera, &subject, NULL));
        assert_true(camsim_take(&camera, 0, p, NULL, NULL));
        camsim_destroy(&camera);
        subject_destroy(&subject);

        qr_reader_reset(reader);
        for (size_t frame = 0; frame < 4; frame++) {
            assert_reads_nothing(width, height, p);
            assert_in_range(qr_reader_spent(reader), qr_limits_live.frame_work / 10,
                            qr_limits_live.frame_work * 2 / 3);
        }
    }
    free(p);
}

// What a step may take past the limit before it asks again.
#define OVERSHOOT 300000

static void assert_ends_within(const struct luma *luma, const struct qr_limits *limits)
{
    qr_reader_reset(reader);
    qr_reader_set_limits(reader, limits);
    assert_false(qr_reader_read(reader, luma, &codes));
    assert_int_equal(codes.count, 0);
    int64_t spent = qr_reader_spent(reader);
    assert_true(spent > limits->frame_work / 10);
    assert_true(spent <= limits->frame_work + limits->found_work + limits->torn_work +
                             limits->turned_work + OVERSHOOT);
    qr_reader_set_limits(reader, &qr_limits_live);
}

// Of each size on its own: finder patterns side by side, with nothing of a code between them.
static void a_wall_of_finder_patterns_ends_within_its_work(void **state)
{
    (void)state;
    const size_t side = 2048;
    uint8_t *p = malloc(side * side);
    assert_non_null(p);

    for (size_t module = 2; module <= 4; module++) {
        for (size_t i = 0; i < side * side; i++) {
            size_t x = i % side / module % 9, y = i / side / module % 9;
            size_t from_middle = x > 4 ? x - 4 : 4 - x;
            size_t down = y > 4 ? y - 4 : 4 - y;
            size_t ring = from_middle > down ? from_middle : down;
            p[i] = ring == 2 || ring == 4 ? 230 : 20;
        }
        struct luma luma = {p, side, side, side};
        assert_ends_within(&luma, &qr_limits_live);
        if (module == 3) // a still takes a second or two
            assert_ends_within(&luma, &qr_limits_still);
    }

    free(p);
}

static int64_t minutes_later(void *user)
{
    int64_t *now = user;
    return *now += 60000000;
}

static void a_spent_time_box_ends_a_frame(void **state)
{
    (void)state;
    int64_t now = 0;
    qr_reader_set_box(reader, minutes_later, &now, 1000);
    assert_int_equal(count_read("module", 4, 1), 0);
    qr_reader_set_box(reader, NULL, NULL, 0);
    assert_int_equal(count_read("module", 4, 1), REPEATS);
}

static void what_is_measured_makes_the_hint(void **state)
{
    (void)state;
    assert_int_equal(count_read("module", 4, 1), REPEATS);
    const struct hint_measures *measures = qr_reader_measures(reader);
    assert_true(measures->located);
    assert_true(measures->module > 3.5f && measures->module < 4.5f);
    assert_true(measures->contrast > 50.0f);
    assert_int_equal(hint_from(measures), HINT_NONE);
}

enum page { PAGE_LIGHT, PAGE_DARK, PAGE_DARK_DAZZLED };

// Flush with a page of its own colour, perhaps with the light of a lamp in it.
static void lay_on_dark_page(bool dazzled)
{
    shot.plan.quiet_zone = 0;
    shot.plan.page = 0.004f;
    shot.camera.glares = dazzled;
    shot.camera.glare[0] =
        (struct camsim_glare){.x = 0.4, .y = 0.4, .radius = 0.2, .strength = 2};
}

// The hint that most frames of a few shots give, if a third of them does.
static enum hint hint_of(const char *name, double value, size_t frames, enum page page)
{
    size_t count[HINT_NO_BORDER + 1] = {0};
    const struct sweep_set *set = sweep_set_named(name);
    struct luma luma = {grey, WIDTH, HEIGHT, WIDTH};

    for (size_t repeat = 0; repeat < 2 * REPEATS; repeat++) {
        struct camsim camera;
        qr_reader_reset(reader);

        sweep_shot_init(&shot, set, value, repeat, WIDTH, HEIGHT, 3);
        if (page != PAGE_LIGHT)
            lay_on_dark_page(page == PAGE_DARK_DAZZLED);
        assert_true(subject_draw(&subject, &shot.plan, NULL));
        assert_true(camsim_init(&camera, &shot.camera, &subject, NULL));

        for (size_t i = 0; i < frames; i++) {
            assert_true(camsim_take(&camera, i, grey, NULL, NULL));
            qr_reader_read(reader, &luma, &codes);
            count[hint_from(qr_reader_measures(reader))]++;
        }

        camsim_destroy(&camera);
        subject_destroy(&subject);
    }

    size_t most = HINT_NONE + 1;
    for (size_t i = most; i <= HINT_NO_BORDER; i++)
        most = count[i] > count[most] ? i : most;
    return 3 * count[most] >= 2 * REPEATS * frames ? (enum hint)most : HINT_NONE;
}

static void each_hindrance_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *set;
        double value;
        size_t frames;
        enum hint hint;
        enum page page;
    } shots[] = {{"module", 4, 1, HINT_NONE, PAGE_LIGHT},
                 {"noise", 10, 1, HINT_NONE, PAGE_LIGHT},
                 {"empty", 4, 1, HINT_NONE, PAGE_LIGHT},
                 {"finders", 4, 1, HINT_NONE, PAGE_LIGHT},
                 {"module", 1.4, 1, HINT_TOO_FAR, PAGE_LIGHT},
                 {"exposure", -5, 1, HINT_TOO_DARK, PAGE_LIGHT},
                 {"tilt", 55, 1, HINT_TILTED, PAGE_LIGHT},
                 {"blur", 2.2, 1, HINT_BLURRED, PAGE_LIGHT},
                 {"video-shake", 12, 6, HINT_MOVING, PAGE_LIGHT},
                 {"glare", 0.3, 1, HINT_GLARE, PAGE_LIGHT},
                 {"module", 4, 1, HINT_NONE, PAGE_DARK}, // it is read
                 {"module", 2.5, 1, HINT_TOO_FAR, PAGE_DARK},
                 {"module", 5, 1, HINT_NO_BORDER, PAGE_DARK_DAZZLED}};

    for (size_t i = 0; i < sizeof(shots) / sizeof(shots[0]); i++) {
        enum hint hint = hint_of(shots[i].set, shots[i].value, shots[i].frames, shots[i].page);
        if (hint != shots[i].hint)
            fail_msg("%s=%g: hint %d", shots[i].set, shots[i].value, (int)hint);
    }
}

// Two codes at one place, in turn or one after the other, through so much noise that frames
// must be added: what is read is the code that is shown.
static void a_code_that_changes_is_never_mixed(void **state)
{
    (void)state;
    static struct subject other;
    const struct sweep_set *set = sweep_set_named("video-noise");
    struct luma luma = {grey, WIDTH, HEIGHT, WIDTH};
    size_t read = 0;

    for (size_t run = 0; run < 2; run++) { // run 0: in turn; 1: the other from frame 6 on
        struct camsim camera[2];
        qr_reader_reset(reader);
        sweep_shot_init(&shot, set, 30, 0, WIDTH, HEIGHT, 3);
        assert_true(subject_draw(&subject, &shot.plan, NULL));

        for (size_t i = 40; i < shot.plan.order[0].size; i++) // another nonce, the same place
            shot.plan.order[0].payload[i] = (uint8_t)('2' + (i * 7 + run) % 6);
        assert_true(subject_draw(&other, &shot.plan, NULL));

        assert_true(camsim_init(&camera[0], &shot.camera, &subject, NULL));
        assert_true(camsim_init(&camera[1], &shot.camera, &other, NULL));

        for (size_t i = 0; i < 14; i++) {
            size_t shown = run == 0 ? i % 2 : i >= 6;
            const struct subject *now = shown == 0 ? &subject : &other;
            assert_true(camsim_take(&camera[shown], i, grey, NULL, NULL));
            qr_reader_read(reader, &luma, &codes);
            for (size_t k = 0; k < codes.count; k++, read++)
                assert_true(span_equal(qr_payload(&codes.code[k]),
                                       span_of(now->code[0].payload, now->code[0].size)));
        }

        camsim_destroy(&camera[0]);
        camsim_destroy(&camera[1]);
        subject_destroy(&subject);
        subject_destroy(&other);
    }

    assert_true(read > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_step_does_its_part),
        cmocka_unit_test_teardown(mirrored_codes_are_read, leave_the_mirror),
        cmocka_unit_test(no_quiet_zone_is_needed),
        cmocka_unit_test(hostile_pictures_end),
        cmocka_unit_test(a_sheet_of_finder_patterns_gives_nothing),
        cmocka_unit_test(a_sheet_of_finder_patterns_costs_little),
        cmocka_unit_test(a_wall_of_finder_patterns_ends_within_its_work),
        cmocka_unit_test(a_spent_time_box_ends_a_frame),
        cmocka_unit_test(what_is_measured_makes_the_hint),
        cmocka_unit_test(each_hindrance_is_named),
        cmocka_unit_test(a_code_that_changes_is_never_mixed),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
