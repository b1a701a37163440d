// SPDX-License-Identifier: MIT
// Cameras of PipeWire as a desktop has them: WirePlumber links the stream.
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/pipewire/rig.h"

#define BACK_MS 4000 // WirePlumber itself takes a while to start
#define SOON_MS 1000

static const char *text_of(json_t *object, const char *key)
{
    json_t *properties = json_object_get(json_object_get(object, "info"), "props");
    const char *text = json_string_value(json_object_get(properties, key));
    return text ? text : "";
}

// The application.name of the client that made the link between the camera and us.
static void maker_of_the_link(char out[static 64])
{
    json_error_t error;
    FILE *pipe = popen("pw-dump", "r");
    assert_non_null(pipe);
    json_t *dump = json_loadf(pipe, 0, &error);
    assert_int_equal(pclose(pipe), 0);
    assert_true(json_is_array(dump));

    json_int_t client = -1;
    size_t i;
    json_t *object;
    json_array_foreach(dump, i, object)
    {
        const char *type = json_string_value(json_object_get(object, "type"));
        json_t *properties = json_object_get(json_object_get(object, "info"), "props");
        if (type && strcmp(type, "PipeWire:Interface:Link") == 0)
            client = json_integer_value(json_object_get(properties, "client.id"));
    }
    out[0] = '\0';
    json_array_foreach(dump, i, object)
    {
        if (json_integer_value(json_object_get(object, "id")) == client)
            snprintf(out, 64, "%s", text_of(object, "application.name"));
    }
    json_decref(dump);
}

static void begin(struct bench *bench, const char *format)
{
    bench_start_camera(bench, 0, "qr-camera", format, 1, "daemon", "back");
    bench_make_source(bench, "pipewire:qr-camera");
    bench_await_frame(bench, 2 * BACK_MS);
}

static void the_manager_links(void **state)
{
    struct bench *bench = *state;
    char maker[64];
    begin(bench, "YUY2");
    bench_read_code(bench);
    bench_drop_source(bench);

    bench_make_source(bench, "pipewire:qr-camera"); // now that the manager is at work
    bench_open(bench);
    bench_read_code(bench);
    maker_of_the_link(maker);
    assert_string_equal(maker, "WirePlumber");
}

static void another_camera_does_not_take_its_place(void **state)
{
    struct bench *bench = *state;
    bench_start_camera(bench, 1, "other-camera", "GRAY8", 1, "daemon", "front");
    begin(bench, "NV12");
    bench_read_code(bench);
    bench_kill_camera(bench, 0);
    assert_int_equal(bench_await_failure(bench, SOON_MS), FAILURE_PIPEWIRE_GONE);
    bench_refuses(bench, FAILURE_PIPEWIRE_GONE);

    bench_start_camera(bench, 0, "qr-camera", "NV12", 1, "daemon", "back");
    assert_in_range(bench_await_frame(bench, BACK_MS), 0, BACK_MS);
    bench_read_code(bench);
    assert_int_equal(bench->frame.pixels.format, PIXEL_NV12);
}

static void no_common_format(void **state)
{
    struct bench *bench = *state;
    bench_start_camera(bench, 0, "qr-camera", "H264", 1, "daemon", "back");
    bench_make_source(bench, "pipewire:qr-camera");
    bench_refuses_in_the_end(bench, FAILURE_CAMERA_UNKNOWN, FAILURE_CAMERA_FORMAT);
}

static void daemon_and_manager_are_killed_and_come_back(void **state)
{
    struct bench *bench = *state;
    begin(bench, "NV12");
    bench_kill_daemon(bench);
    assert_int_equal(bench_await_failure(bench, SOON_MS), FAILURE_PIPEWIRE_DAEMON);
    bench_kill_camera(bench, 0);
    bench_start_daemon(bench);
    bench_start_camera(bench, 0, "qr-camera", "NV12", 1, "daemon", "back");
    assert_in_range(bench_await_frame(bench, BACK_MS), 0, BACK_MS);
    bench_read_code(bench);
}

#define MANAGED(test) cmocka_unit_test_setup_teardown(test, bench_setup_managed, bench_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        MANAGED(the_manager_links),
        MANAGED(another_camera_does_not_take_its_place),
        MANAGED(no_common_format),
        MANAGED(daemon_and_manager_are_killed_and_come_back),
    };
    (void)argc;
    bench_need_manager(argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
