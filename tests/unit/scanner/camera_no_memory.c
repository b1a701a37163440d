// SPDX-License-Identifier: MIT
// A camera where memory or descriptors are short: each call of ours fails once while it is
// made, opened and gives frames, and while the cameras are listed. It says so, gives back what
// it took, and works the next time.

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scanner/camera/camera_choice.h"
#include "tests/unit/failing_files.h"
#include "tests/unit/failing_memory.h"
#include "tests/unit/scanner/camera_fake.h"

enum { SIDE = 64, FRAMES = 3 };

// Formats that are lent as they are, and such as need room.
static const struct filmed {
    uint32_t fourcc;
    size_t bytes;   // a pixel
    unsigned calls; // at least
} formats[] = {{V4L2_PIX_FMT_YUYV, 2, 9},
               {V4L2_PIX_FMT_RGB24, 3, 10},
               {V4L2_PIX_FMT_SBGGR8, 1, 10},
               {V4L2_PIX_FMT_Y10, 2, 10}};

static struct fake_kernel kernel;
static uint8_t picture[4 * SIDE * SIDE];

static void begin(const struct filmed *format)
{
    fake_kernel_init(&kernel);
    kernel.nodes[0].formats[0] =
        (struct fake_format){.fourcc = format->fourcc, .sizes = {{SIDE, SIDE, 30}}};
    kernel.nodes[0].format_count = 1;
    kernel.nodes[0].stride = (uint32_t)format->bytes * SIDE;
}

static void end(void)
{
    for (size_t i = 0; i < kernel.node_count; i++) {
        assert_int_equal(kernel.nodes[i].opened, kernel.nodes[i].closed);
        assert_int_equal(kernel.nodes[i].mapped, kernel.nodes[i].unmapped);
    }
    fake_kernel_destroy(&kernel);
}

static bool film(struct source *source, size_t bytes, struct fault *fault)
{
    struct frame frame = {0};
    size_t frames = 0;
    kernel.nodes[0].event_at = kernel.nodes[0].event_count = 0;
    for (size_t i = 0; i < FRAMES; i++)
        fake_frame(&kernel, picture, bytes * SIDE * SIDE);
    if (source->ops->open(source, fault)) {
        while (frames < FRAMES && source->ops->next(source, &frame, fault) == SOURCE_FRAME)
            frames++;
    }
    source->ops->close(source);
    return frames == FRAMES;
}

static void fail_unless_short(unsigned call, const struct fault *fault)
{
    if (fault->failure != FAILURE_MEMORY && fault->failure != FAILURE_DESCRIPTORS)
        fail_msg("call %u: %s, %s", call, failure_code(fault->failure), fault->detail);
}

static unsigned film_with_failures(const struct filmed *format)
{
    unsigned calls = 0;
    size_t descriptors = failing_descriptors();
    for (unsigned call = 1; call <= calls + 1; call++) {
        struct fault fault = {0};
        begin(format);
        failing_with(EMFILE);
        failing_begin(call);
        struct source *source =
            camera_source_new(fake_system(&kernel), "usb-0000:00:14.0-1", &fault);
        bool filmed = source && film(source, format->bytes, &fault);
        calls = failing_end();

        assert_true(filmed || call <= calls);
        if (!filmed)
            fail_unless_short(call, &fault);
        if (source) {
            if (!film(source, format->bytes, &fault))
                fail_msg("call %u, afterwards: %s", call, fault.detail);
            source->ops->destroy(source);
        }
        end();
    }
    assert_int_equal(failing_descriptors(), descriptors);
    return calls;
}

static void a_camera_says_what_is_short(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        unsigned calls = film_with_failures(&formats[i]);
        assert_true(calls >= formats[i].calls);
    }
}

static void cameras_are_listed_without_what_is_short(void **state)
{
    (void)state;
    static struct camera_list expected, seen;
    unsigned calls = 0;
    begin(&formats[0]);
    kernel.node_count = 2;
    camera_list_read(&expected, fake_system(&kernel));
    end();
    assert_int_equal(expected.count, 2);

    for (unsigned call = 1; call <= calls + 1; call++) {
        begin(&formats[0]);
        kernel.node_count = 2;
        failing_with(EMFILE);
        failing_begin(call);
        camera_list_read(&seen, fake_system(&kernel));
        calls = failing_end();
        assert_true(calls >= 1);
        assert_int_equal(seen.count, expected.count);
        for (size_t i = 0; i < seen.count; i++)
            assert_string_equal(seen.entry[i].id, expected.entry[i].id);
        end();
    }
}

static void two_ways_to_a_camera_are_both_let_go(void **state)
{
    (void)state;
    unsigned calls = 0;
    size_t descriptors = failing_descriptors();
    for (unsigned call = 1; call <= calls + 1; call++) {
        struct fault fault = {0};
        begin(&formats[0]);
        failing_with(EMFILE);
        failing_begin(call);
        struct source *first = camera_source_new(fake_system(&kernel), NULL, &fault);
        struct source *second = camera_source_new(fake_system(&kernel), NULL, &fault);
        struct source *choice = camera_choice_new(first, second, &fault);
        calls = failing_end();
        assert_int_equal(choice != NULL, call > calls);
        assert_int_equal(choice != NULL, fault.failure == FAILURE_NONE);
        if (choice)
            choice->ops->destroy(choice);
        end();
    }
    assert_true(calls >= 5);
    assert_int_equal(failing_descriptors(), descriptors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_camera_says_what_is_short),
        cmocka_unit_test(cameras_are_listed_without_what_is_short),
        cmocka_unit_test(two_ways_to_a_camera_are_both_let_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
