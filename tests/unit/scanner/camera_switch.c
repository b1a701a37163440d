// SPDX-License-Identifier: MIT
// From one camera to another, and back.
#include <errno.h>

#include "tests/unit/scanner/camera_bench.h"

static struct camera_in_use in_use(const struct bench *bench)
{
    struct camera_in_use out;
    camera_source_in_use(bench->source, &out);
    return out;
}

// A phone: video0 looks back, video1 is metadata, video2 looks to the front.
static void make_phone(struct bench *bench)
{
    struct fake_node *node = bench->kernel.nodes;
    bench->kernel.node_count = 3;
    node[0].bus = "platform:back";
    node[0].orientation = V4L2_CAMERA_ORIENTATION_BACK;
    node[1].device_caps = V4L2_CAP_META_CAPTURE | V4L2_CAP_STREAMING;
    node[2].bus = "platform:front";
    node[2].orientation = V4L2_CAMERA_ORIENTATION_FRONT;
    node[2].formats[0].sizes[0].width = 640;
    node[2].formats[0].sizes[0].height = 480;
    for (int i = 0; i < 8; i++) {
        fake_frame_of(&bench->kernel, 0, bench->picture, PICTURE);
        fake_frame_of(&bench->kernel, 2, bench->picture, 640u * 480u * 2u);
    }
}

static void expect_camera(struct bench *bench, const char *id, size_t width)
{
    assert_int_equal(next(bench), SOURCE_FRAME);
    assert_int_equal(bench->frame.pixels.width, width);
    assert_string_equal(in_use(bench).id, id);
    assert_string_equal(camera_source_entry(bench->source)->id, id);
}

static void the_switch_changes_cameras_while_aiming(void **state)
{
    struct bench *bench = *state;
    make_phone(bench);
    assert_string_equal(in_use(bench).id, "");
    assert_true(open_source(bench));
    expect_camera(bench, "platform:back", 1280);
    assert_int_equal(in_use(bench).others, 1);
    assert_int_equal(in_use(bench).facing, CAMERA_FACING_BACK);
    uint64_t index = bench->frame.index;

    camera_source_switch(bench->source, NULL);
    expect_camera(bench, "platform:front", 640);
    assert_int_equal(in_use(bench).facing, CAMERA_FACING_FRONT);
    assert_int_equal(in_use(bench).others, 1);
    assert_true(bench->frame.view.mirrored);
    assert_true(bench->frame.index > index);
    camera_source_switch(bench->source, NULL);
    expect_camera(bench, "platform:back", 1280);
    camera_source_switch(bench->source, "front");
    expect_camera(bench, "platform:front", 640);

    // Asked for twice before the next frame, it is one step from where it is.
    camera_source_switch(bench->source, "front");
    camera_source_switch(bench->source, "platform:back");
    expect_camera(bench, "platform:back", 1280);
}

static void the_switch_stays_where_there_is_no_other(void **state)
{
    struct bench *bench = *state;
    make_phone(bench);
    bench->kernel.nodes[2].open_error = EACCES;
    assert_true(open_source(bench));
    assert_int_equal(in_use(bench).others, 0);
    unsigned streams = bench->kernel.nodes[0].streams;
    static const char *const ids[] = {NULL, "front", "back", "nonesuch", "video1"};
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        camera_source_switch(bench->source, ids[i]);
        expect_camera(bench, "platform:back", 1280);
    }
    assert_int_equal(bench->kernel.nodes[0].streams, streams);
}

static void a_camera_that_does_not_start_gives_way(void **state)
{
    struct bench *bench = *state;
    make_phone(bench);
    bench->kernel.nodes[2].stream_error = EIO;
    assert_true(open_source(bench));
    camera_source_switch(bench->source, NULL);
    expect_failed(bench, FAILURE_CAMERA_DRIVER);
    bench->source->ops->close(bench->source);
    // It is tried again; when it is no longer there, the other one takes over.
    bench->kernel.nodes[2].gone = true;
    assert_true(bench->source->ops->await(bench->source));
    assert_true(open_source(bench));
    expect_camera(bench, "platform:back", 1280);
}

static void the_switch_helps_while_a_camera_is_awaited(void **state)
{
    struct bench *bench = *state;
    make_phone(bench);
    struct source *named =
        camera_source_new(fake_system(&bench->kernel), "platform:back", NULL);

    bench->kernel.nodes[0].gone = true;
    assert_false(named->ops->open(named, &bench->fault));
    assert_int_equal(bench->fault.failure, FAILURE_CAMERA_UNKNOWN);

    struct camera_in_use out;
    camera_source_in_use(named, &out);
    assert_int_equal(out.others, 1);

    camera_source_switch(named, NULL);
    assert_true(named->ops->await(named));
    assert_true(named->ops->open(named, &bench->fault));
    camera_source_in_use(named, &out);
    assert_string_equal(out.id, "platform:front");

    // An interrupt is not forgotten over a switch.
    named->ops->interrupt(named);
    camera_source_switch(named, NULL);
    assert_int_equal(named->ops->next(named, &bench->frame, NULL), SOURCE_INTERRUPTED);
    assert_int_equal(named->ops->next(named, &bench->frame, NULL), SOURCE_INTERRUPTED);

    named->ops->destroy(named);
}

static void the_switch_tells_which_camera_to_begin_with(void **state)
{
    struct bench *bench = *state;
    make_phone(bench);
    camera_source_switch(bench->source, "platform:front");
    assert_true(open_source(bench));
    expect_camera(bench, "platform:front", 640);
    assert_int_equal(in_use(bench).others, 1);
    assert_int_equal(bench->kernel.nodes[0].streams, 0);
    bench->source->ops->close(bench->source);
    camera_source_switch(bench->source, "nonesuch");
    assert_true(open_source(bench));
    expect_camera(bench, "platform:front", 640);
}

static void cameras_that_come_and_go_are_counted(void **state)
{
    struct bench *bench = *state;
    make_phone(bench);

    bench->source->ops->destroy(bench->source);
    bench->kernel.watched = true;
    bench->source = camera_source_new(fake_system(&bench->kernel), NULL, NULL);
    bench->kernel.nodes[2].gone = true;
    assert_true(open_source(bench));
    assert_int_equal(in_use(bench).others, 0);

    bench->kernel.nodes[2].gone = false;
    fake_change(&bench->kernel, "null");
    bench->kernel.now_us += 600000;
    expect_camera(bench, "platform:back", 1280);
    expect_camera(bench, "platform:back", 1280);
    assert_int_equal(in_use(bench).others, 0);

    fake_change(&bench->kernel, "video2");
    expect_camera(bench, "platform:back", 1280);
    bench->kernel.now_us += 600000; // its rights are settled by then
    expect_camera(bench, "platform:back", 1280);
    assert_int_equal(in_use(bench).others, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(the_switch_changes_cameras_while_aiming),
        test(the_switch_stays_where_there_is_no_other),
        test(a_camera_that_does_not_start_gives_way),
        test(the_switch_helps_while_a_camera_is_awaited),
        test(the_switch_tells_which_camera_to_begin_with),
        test(cameras_that_come_and_go_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
