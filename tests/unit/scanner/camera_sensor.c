// SPDX-License-Identifier: MIT
// From a video node to the sensor behind it, and what the sensor says of how it is built in.
#include <linux/media.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scanner/camera/camera_sensor.h"
#include "tests/unit/scanner/camera_fake.h"

// Nodes: /dev/video0 of the graph, /dev/media0, and the sub-devices of two sensors.
enum { VIDEO, MEDIA, BACK, FRONT, NODES };

// A phone: two sensors into one interface, one of the links enabled.
static struct media_v2_entity entities[] = {
    {.id = 1, .function = MEDIA_ENT_F_IO_V4L},
    {.id = 2, .function = MEDIA_ENT_F_VID_IF_BRIDGE},
    {.id = 3, .function = MEDIA_ENT_F_CAM_SENSOR},
    {.id = 4, .function = MEDIA_ENT_F_CAM_SENSOR},
};
static struct media_v2_interface interfaces[] = {
    {.id = 101, .devnode = {FAKE_MAJOR, VIDEO}},
    {.id = 103, .devnode = {FAKE_MAJOR, BACK}},
    {.id = 104, .devnode = {FAKE_MAJOR, FRONT}},
};
static struct media_v2_pad pads[] = {
    {.id = 11, .entity_id = 1, .flags = MEDIA_PAD_FL_SINK},
    {.id = 21, .entity_id = 2, .flags = MEDIA_PAD_FL_SINK},
    {.id = 22, .entity_id = 2, .flags = MEDIA_PAD_FL_SOURCE},
    {.id = 31, .entity_id = 3, .flags = MEDIA_PAD_FL_SOURCE},
    {.id = 41, .entity_id = 4, .flags = MEDIA_PAD_FL_SOURCE},
};
enum { TO_BACK = 4, TO_FRONT = 5, IN_CIRCLES = 6 };
static const struct media_v2_link all_links[] = {
    {.source_id = 101, .sink_id = 1, .flags = MEDIA_LNK_FL_INTERFACE_LINK},
    {.source_id = 103, .sink_id = 3, .flags = MEDIA_LNK_FL_INTERFACE_LINK},
    {.source_id = 104, .sink_id = 4, .flags = MEDIA_LNK_FL_INTERFACE_LINK},
    {.source_id = 22, .sink_id = 11, .flags = MEDIA_LNK_FL_ENABLED},
    {.source_id = 31, .sink_id = 21},
    {.source_id = 41, .sink_id = 21},
    {.source_id = 22, .sink_id = 21},
};
#define LINKS (sizeof(all_links) / sizeof(all_links[0]))

struct bench {
    struct fake_kernel kernel;
    struct media_v2_link links[LINKS];
    struct media_v2_topology graph;
    struct camera_list list;
};

static uint64_t address(void *p)
{
    return (uint64_t)(uintptr_t)p;
}

static int setup(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);

    fake_kernel_init(&bench->kernel);
    bench->kernel.node_count = NODES;
    memcpy(bench->links, all_links, sizeof(all_links));

    bench->graph = (struct media_v2_topology){
        .num_entities = 4,
        .ptr_entities = address(entities),
        .num_interfaces = 3,
        .ptr_interfaces = address(interfaces),
        .num_pads = 5,
        .ptr_pads = address(pads),
        .num_links = LINKS,
        .ptr_links = address(bench->links),
    };

    struct fake_node *node = bench->kernel.nodes;
    node[MEDIA].path = "/dev/media0";
    node[MEDIA].graph = &bench->graph;

    node[BACK].path = "/dev/v4l-subdev0";
    node[BACK].orientation = V4L2_CAMERA_ORIENTATION_BACK;
    node[BACK].rotation = 270;

    node[FRONT].path = "/dev/v4l-subdev1";
    node[FRONT].orientation = V4L2_CAMERA_ORIENTATION_FRONT;
    node[FRONT].rotation = 90;
    node[MEDIA].hidden = node[BACK].hidden = node[FRONT].hidden = true;

    *state = bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;
    for (size_t i = 0; i < NODES; i++)
        assert_int_equal(bench->kernel.nodes[i].opened, bench->kernel.nodes[i].closed);
    fake_kernel_destroy(&bench->kernel);
    free(bench);
    return 0;
}

static const struct camera_entry *look(struct bench *bench)
{
    camera_list_read(&bench->list, fake_system(&bench->kernel));
    assert_int_equal(bench->list.count, 1);
    return &bench->list.entry[0];
}

static void the_enabled_link_leads_to_the_sensor(void **state)
{
    struct bench *bench = *state;
    char path[CAMERA_PATH_MAX];
    bench->links[TO_BACK].flags = MEDIA_LNK_FL_ENABLED;
    assert_true(camera_sensor_find(&bench->kernel.io, "/dev/video0", path));
    assert_string_equal(path, "/dev/v4l-subdev0");
    assert_int_equal(look(bench)->facing, CAMERA_FACING_BACK);
    assert_int_equal(look(bench)->view.rotation, 90);
    assert_false(look(bench)->view.mirrored);

    bench->links[TO_BACK].flags = 0;
    bench->links[TO_FRONT].flags = MEDIA_LNK_FL_ENABLED;
    assert_int_equal(look(bench)->facing, CAMERA_FACING_FRONT);
    assert_int_equal(look(bench)->view.rotation, 270);
    assert_true(look(bench)->view.mirrored);
}

static void what_the_node_says_itself_goes_before(void **state)
{
    struct bench *bench = *state;
    bench->links[TO_BACK].flags = MEDIA_LNK_FL_ENABLED;
    bench->kernel.nodes[VIDEO].rotation = 180;
    assert_int_equal(look(bench)->view.rotation, 180);
    assert_int_equal(look(bench)->facing, CAMERA_FACING_BACK);
}

static void graphs_that_lead_nowhere(void **state)
{
    struct bench *bench = *state;
    char path[CAMERA_PATH_MAX];
    const struct camera_io *io = &bench->kernel.io;
    assert_false(camera_sensor_find(io, "/dev/video0", path)); // no link is enabled
    assert_int_equal(look(bench)->facing, CAMERA_FACING_UNKNOWN);
    bench->links[IN_CIRCLES].flags = MEDIA_LNK_FL_ENABLED;
    assert_false(camera_sensor_find(io, "/dev/video0", path));

    bench->links[IN_CIRCLES].flags = 0;
    bench->links[TO_BACK].flags = MEDIA_LNK_FL_ENABLED;
    assert_false(camera_sensor_find(io, "/dev/video9", path));
    bench->graph.num_entities = SENSOR_PARTS_MAX + 1; // more than is looked at
    assert_false(camera_sensor_find(io, "/dev/video0", path));
    bench->graph.num_entities = 4;
    bench->links[1].flags = 0; // the sensor has no node of its own, as in USB cameras
    assert_false(camera_sensor_find(io, "/dev/video0", path));
    bench->kernel.nodes[MEDIA].open_error = 13;
    assert_false(camera_sensor_find(io, "/dev/video0", path));
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(the_enabled_link_leads_to_the_sensor),
        test(what_the_node_says_itself_goes_before),
        test(graphs_that_lead_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
