// SPDX-License-Identifier: MIT
// The screen's thread switches cameras and asks for them while another thread takes frames.
// Worth running under ThreadSanitizer.
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/scanner/camera_fake.h"

#define PICTURE  (1280u * 720u * 2u)
#define SWITCHES 40u

struct capture {
    struct source *source;
    atomic_uint steps; // taken or failed
};

// What the pipeline does: takes frames, and after a fault closes, waits and opens again.
static void *capture(void *argument)
{
    struct capture *capture = argument;
    struct source *source = capture->source;
    struct frame frame;
    frame_init(&frame);

    bool interrupted = false;

    while (!interrupted) {
        enum source_step step = SOURCE_FAILED;
        if (source->ops->open(source, NULL)) {
            while ((step = source->ops->next(source, &frame, NULL)) == SOURCE_FRAME)
                atomic_fetch_add(&capture->steps, 1);
        }

        atomic_fetch_add(&capture->steps, 1);
        source->ops->close(source);
        interrupted = step == SOURCE_INTERRUPTED || !source->ops->await(source);
    }

    frame_destroy(&frame);
    return NULL;
}

static void switching_goes_beside_capturing(void **state)
{
    (void)state;
    static struct fake_kernel kernel;
    fake_kernel_init(&kernel);
    kernel.node_count = 3;
    kernel.nodes[1].bus = "usb-1";
    kernel.nodes[2].bus = "usb-2";

    uint8_t *picture = calloc(1, PICTURE);
    assert_non_null(picture);
    for (size_t node = 0; node < 3; node++) {
        kernel.nodes[node].buffer_size = PICTURE;
        for (int i = 0; i < 20; i++)
            fake_frame_of(&kernel, node, picture, PICTURE);
    }

    struct capture shared = {.source = camera_source_new(fake_system(&kernel), NULL, NULL)};
    assert_non_null(shared.source);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, capture, &shared), 0);

    bool other = false; // than the first
    for (unsigned i = 0; i < SWITCHES; i++) {
        unsigned before = atomic_load(&shared.steps);
        camera_source_switch(shared.source, i % 5 == 0 ? "usb-2" : NULL);
        while (atomic_load(&shared.steps) == before)
            sched_yield();

        struct camera_in_use in_use;
        camera_source_in_use(shared.source, &in_use);
        other = other || strcmp(in_use.id, "usb-2") == 0;
        assert_true(in_use.others <= 3);
    }

    shared.source->ops->interrupt(shared.source);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(other);
    shared.source->ops->destroy(shared.source);

    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(kernel.nodes[i].opened, kernel.nodes[i].closed);
        assert_int_equal(kernel.nodes[i].mapped, kernel.nodes[i].unmapped);
    }

    fake_kernel_destroy(&kernel);
    free(picture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(switching_goes_beside_capturing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
