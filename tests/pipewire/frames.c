// SPDX-License-Identifier: MIT
// Pictures of a real PipeWire daemon's cameras, in every format and kind of memory.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scanner/pipewire/pipewire_source.h"
#include "tests/pipewire/rig.h"

static const char *const memories[] = {"daemon", "sealed", "open", "dmabuf"};

static void plays(struct bench *bench, const char *format, const char *memory)
{
    bench_start_camera(bench, 0, "qr-camera", format, 1, memory, "back");
    bench_make_source(bench, "pipewire:qr-camera");
    bench_open(bench);
    bench_read_code(bench);
    assert_int_equal(bench->frame.pixels.width, 320);
    assert_int_equal(bench->frame.pixels.height, 240);

    uint64_t index = bench->frame.index;
    int64_t time = bench->frame.time_us;
    bench_next(bench);
    assert_true(bench->frame.index > index);
    assert_true(bench->frame.time_us > time);
    assert_true(bench->frame.time_us <= bench_now_ms() * 1000 + 1000);

    bench_drop_source(bench);
    bench_kill_camera(bench, 0);
}

static void every_format_is_read(void **state)
{
    static const struct {
        const char *name;
        enum pixel_format given;
    } formats[] = {
        {"NV12", PIXEL_NV12}, {"I420", PIXEL_I420}, {"GRAY8", PIXEL_GREY},
        {"YUY2", PIXEL_YUYV}, {"UYVY", PIXEL_UYVY}, {"BGRx", PIXEL_GREY},
        {"RGBx", PIXEL_GREY}, {"RGB", PIXEL_GREY},  {"MJPG", PIXEL_MJPEG},
    };
    struct bench *bench = *state;
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        print_message("%s\n", formats[i].name);
        plays(bench, formats[i].name, "daemon");
        assert_int_equal(bench->frame.pixels.format, formats[i].given);
    }
}

static void every_kind_of_memory_is_read(void **state)
{
    struct bench *bench = *state;
    for (size_t i = 0; i < sizeof(memories) / sizeof(memories[0]); i++) {
        print_message("%s\n", memories[i]);
        plays(bench, "NV12", memories[i]);
        plays(bench, "MJPG", memories[i]);
    }
}

// As a camera of libcamera gives them: of planes apart, the first is looked at.
static void planes_in_blocks_of_their_own_give_their_luma(void **state)
{
    struct bench *bench = *state;
    static const char *const formats[] = {"NV12", "I420"};
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        plays(bench, formats[i], "planes");
        assert_int_equal(bench->frame.pixels.format, PIXEL_GREY);
    }
}

// Its pictures are empty until it was asked for both.
static void what_a_camera_offers_is_asked_for(void **state)
{
    static const struct {
        const char *controls;
        enum camera_setting focus, exposure;
    } cases[] = {
        {"libcamera", CAMERA_SETTING_AUTOMATIC, CAMERA_SETTING_AUTOMATIC},
        {"v4l2", CAMERA_SETTING_AUTOMATIC, CAMERA_SETTING_AUTOMATIC},
        {"manual", CAMERA_SETTING_REFUSED, CAMERA_SETTING_REFUSED},
        {NULL, CAMERA_SETTING_NOT_OFFERED, CAMERA_SETTING_NOT_OFFERED},
    };
    struct bench *bench = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (cases[i].controls)
            setenv("PIPEWIRE_NODE_CONTROLS", cases[i].controls, 1);
        else
            unsetenv("PIPEWIRE_NODE_CONTROLS");
        bench_start_camera(bench, 0, "qr-camera", "NV12", 1, "daemon", "back");
        bench_make_source(bench, "pipewire:qr-camera");
        bench_open(bench);
        bench_read_code(bench);

        // What it offers may be told behind its first picture.
        struct camera_tuning tuning = pipewire_source_counts(bench->source).tuning;
        for (int more = 0; more < 30 && (tuning.focus != cases[i].focus ||
                                         tuning.exposure != cases[i].exposure);
             more++) {
            bench_next(bench);
            tuning = pipewire_source_counts(bench->source).tuning;
        }
        assert_int_equal(tuning.focus, cases[i].focus);
        assert_int_equal(tuning.exposure, cases[i].exposure);
        bench_drop_source(bench);
        bench_kill_camera(bench, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_format_is_read, bench_setup, bench_teardown),
        cmocka_unit_test_setup_teardown(every_kind_of_memory_is_read, bench_setup,
                                        bench_teardown),
        cmocka_unit_test_setup_teardown(planes_in_blocks_of_their_own_give_their_luma,
                                        bench_setup, bench_teardown),
        cmocka_unit_test_setup_teardown(what_a_camera_offers_is_asked_for, bench_setup,
                                        bench_teardown),
    };
    bench_need_pipewire();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
