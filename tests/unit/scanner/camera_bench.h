// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_CAMERA_BENCH_H
#define QRCONFIRM_TESTS_CAMERA_BENCH_H

// A camera source on a kernel that does what the test says; and cmocka's includes.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/scanner/camera_fake.h"

#define PICTURE (1280u * 720u * 2u)

struct bench {
    struct fake_kernel kernel;
    struct source *source;
    struct frame frame;
    struct fault fault;
    uint8_t *picture;
};

static inline int setup(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    fake_kernel_init(&bench->kernel);
    bench->picture = calloc(1, PICTURE);
    bench->source = camera_source_new(fake_system(&bench->kernel), NULL, &bench->fault);
    assert_non_null(bench->source);
    *state = bench;
    return 0;
}

static inline int teardown(void **state)
{
    struct bench *bench = *state;
    bench->source->ops->destroy(bench->source);
    // Whatever happened, everything that was taken is given back.
    for (size_t i = 0; i < bench->kernel.node_count; i++) {
        const struct fake_node *node = &bench->kernel.nodes[i];
        assert_int_equal(node->opened, node->closed);
        assert_int_equal(node->mapped, node->unmapped);
    }
    fake_kernel_destroy(&bench->kernel);
    free(bench->picture);
    free(bench);
    return 0;
}

static inline bool open_source(struct bench *bench)
{
    return bench->source->ops->open(bench->source, &bench->fault);
}

static inline enum source_step next(struct bench *bench)
{
    return bench->source->ops->next(bench->source, &bench->frame, &bench->fault);
}

static inline void expect_failed(struct bench *bench, enum failure failure)
{
    assert_int_equal(next(bench), SOURCE_FAILED);
    assert_string_equal(failure_code(bench->fault.failure), failure_code(failure));
}

// Closes, waits, opens, and sees a frame: what the pipeline does after a fault.
static inline void expect_recovery(struct bench *bench)
{
    struct fake_node *node = &bench->kernel.nodes[0];
    bench->source->ops->close(bench->source);
    node->gone = false;
    node->event_at = node->event_count = 0;
    assert_true(bench->source->ops->await(bench->source));
    assert_true(open_source(bench));
    fake_frame(&bench->kernel, bench->picture, PICTURE);
    assert_int_equal(next(bench), SOURCE_FRAME);
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
