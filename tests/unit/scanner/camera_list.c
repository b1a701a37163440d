// SPDX-License-Identifier: MIT
// Which nodes are cameras, which one is used, and why not the others.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/scanner/camera_fake.h"

struct bench {
    struct fake_kernel kernel;
    struct camera_list list;
};

static int setup(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    fake_kernel_init(&bench->kernel);
    *state = bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;
    for (size_t i = 0; i < FAKE_NODES_MAX; i++)
        assert_int_equal(bench->kernel.nodes[i].opened, bench->kernel.nodes[i].closed);
    fake_kernel_destroy(&bench->kernel);
    free(bench);
    return 0;
}

static void read_list(struct bench *bench, size_t count)
{
    bench->kernel.node_count = count;
    camera_list_read(&bench->list, fake_system(&bench->kernel));
    assert_int_equal(bench->list.count, count);
}

static void expect(const struct bench *bench, size_t at, enum failure failure)
{
    assert_string_equal(failure_code(bench->list.entry[at].verdict.failure),
                        failure_code(failure));
}

static void nodes_that_lie_are_found_out(void **state)
{
    struct bench *bench = *state;
    struct fake_node *node = bench->kernel.nodes;
    // A metadata node: the whole device's capabilities say camera, its own do not.
    node[0].device_caps = V4L2_CAP_META_CAPTURE | V4L2_CAP_STREAMING;
    node[1].device_caps = V4L2_CAP_VIDEO_OUTPUT | V4L2_CAP_STREAMING;
    node[2].device_caps =
        V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_M2M_MPLANE | V4L2_CAP_STREAMING;
    read_list(bench, 4);
    expect(bench, 0, FAILURE_CAMERA_METADATA);
    expect(bench, 1, FAILURE_CAMERA_OUTPUT);
    expect(bench, 2, FAILURE_CAMERA_OUTPUT);
    expect(bench, 3, FAILURE_NONE);
    assert_int_equal(bench->list.chosen, 3);
    assert_string_equal(bench->list.entry[0].name, "Webcam");
}

static void why_a_camera_cannot_be_used(void **state)
{
    struct bench *bench = *state;
    struct fake_node *node = bench->kernel.nodes;
    node[0].open_error = EACCES;
    node[1].buffers_error = EBUSY;
    node[2].device_caps |= V4L2_CAP_IO_MC;
    node[2].stream_error = EPIPE;
    node[3].formats[0].fourcc = V4L2_PIX_FMT_H264;
    read_list(bench, 4);
    expect(bench, 0, FAILURE_CAMERA_PERMISSION);
    expect(bench, 1, FAILURE_CAMERA_BUSY);
    expect(bench, 2, FAILURE_CAMERA_UNCONFIGURED);
    expect(bench, 3, FAILURE_CAMERA_FORMAT);
    assert_int_equal(bench->list.chosen, bench->list.count);
}

static void a_pipeline_that_is_set_up_is_a_camera(void **state)
{
    struct bench *bench = *state;
    bench->kernel.nodes[0].device_caps |= V4L2_CAP_IO_MC;
    read_list(bench, 1);
    expect(bench, 0, FAILURE_NONE);
    assert_int_equal(bench->kernel.nodes[0].streams, 1);
    // Another camera is not started just to be listed.
    bench->kernel.nodes[0].device_caps &= ~(uint32_t)V4L2_CAP_IO_MC;
    read_list(bench, 1);
    assert_int_equal(bench->kernel.nodes[0].streams, 1);
}

static void ids_stay_and_name_one_node(void **state)
{
    struct bench *bench = *state;
    struct fake_node *node = bench->kernel.nodes;

    node[1].alias = "usb-Acme_Webcam-index0";
    node[3].bus = "";
    read_list(bench, 4);

    assert_string_equal(bench->list.entry[0].id, "usb-0000:00:14.0-1");
    assert_string_equal(bench->list.entry[1].id, "usb-Acme_Webcam-index0");
    assert_string_equal(bench->list.entry[2].id, "usb-0000:00:14.0-1#3");
    assert_string_equal(bench->list.entry[3].id, "/dev/video3");

    for (size_t i = 0; i < 4; i++) {
        const struct camera_entry *entry = &bench->list.entry[i];
        assert_ptr_equal(camera_list_find(&bench->list, entry->id), entry);
        assert_ptr_equal(camera_list_find(&bench->list, entry->path), entry);
    }

    assert_ptr_equal(camera_list_find(&bench->list, "video2"), &bench->list.entry[2]);
    assert_null(camera_list_find(&bench->list, "video9"));
    assert_null(camera_list_find(&bench->list, ""));
}

static void back_before_front_and_colour_before_infrared(void **state)
{
    struct bench *bench = *state;
    struct fake_node *node = bench->kernel.nodes;

    node[0].formats[0].fourcc = V4L2_PIX_FMT_GREY;
    node[1].orientation = V4L2_CAMERA_ORIENTATION_FRONT;
    node[3].orientation = V4L2_CAMERA_ORIENTATION_BACK;

    read_list(bench, 1);
    assert_int_equal(bench->list.chosen, 0);
    read_list(bench, 2);
    assert_int_equal(bench->list.chosen, 1);
    read_list(bench, 3);
    assert_int_equal(bench->list.chosen, 2);
    read_list(bench, 4);
    assert_int_equal(bench->list.chosen, 3);

    assert_ptr_equal(camera_list_find(&bench->list, "front"), &bench->list.entry[1]);
    assert_ptr_equal(camera_list_find(&bench->list, "back"), &bench->list.entry[3]);
}

static void the_switch_goes_round(void **state)
{
    struct bench *bench = *state;
    bench->kernel.nodes[1].open_error = EACCES;
    read_list(bench, 3);
    const struct camera_entry *entry = bench->list.entry;
    assert_ptr_equal(camera_list_next(&bench->list, "video0"), &entry[2]);
    assert_ptr_equal(camera_list_next(&bench->list, "video2"), &entry[0]);
    assert_ptr_equal(camera_list_next(&bench->list, "nonesuch"), &entry[0]);
    read_list(bench, 1);
    assert_null(camera_list_next(&bench->list, "video0"));
}

static void names_of_drivers_are_made_printable(void **state)
{
    struct bench *bench = *state;
    bench->kernel.nodes[0].card = "Cam\x1b[31m\xff";
    read_list(bench, 1);
    assert_string_equal(bench->list.entry[0].name, "Cam?[31m?");
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(nodes_that_lie_are_found_out),
        test(why_a_camera_cannot_be_used),
        test(a_pipeline_that_is_set_up_is_a_camera),
        test(ids_stay_and_name_one_node),
        test(back_before_front_and_colour_before_infrared),
        test(the_switch_goes_round),
        test(names_of_drivers_are_made_printable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
