// SPDX-License-Identifier: MIT
// Eyes on a system that does not close them in: they work all the same, and that is told once
// of each.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "scanner/camera/camera_choice.h"
#include "scanner/recorder.h"
#include "scanner/source_spec.h"
#include "support.h"
#include "tests/unit/scanner/camera_apart.h"
#include "tests/unit/scanner/pipeline_rig.h"
#include "tests/unit/walls_denied.h"

// A recording of three JPEGs.
static char *jpeg_file(void)
{
    struct bytes file = {0};
    for (int i = 0; i < 3; i++) {
        uint8_t *luma = draw_picture(SIDE, SIDE, 230, span_str("a"));
        jpeg_add(&file, luma, SIDE, SIDE);
        free(luma);
    }
    char *path = temporary_file(bytes_span(&file));
    bytes_free(&file);
    return path;
}

static void assert_told_once(struct rig *rig, enum failure failure, const char *who,
                             const char *what)
{
    char detail[TEXT_MAX];
    size_t times = 0;
    snprintf(detail, sizeof(detail), "%s: without %s", who, what);
    for (size_t i = 0; i < count_events(&rig->log, PIPELINE_READER); i++) {
        const struct noted *noted = event_of(&rig->log, PIPELINE_READER, i);
        if (noted->failure == failure && strcmp(noted->detail, detail) == 0)
            times++;
    }
    if (times != 1)
        fail_msg("%s: told %zu times", detail, times);
}

// ---- a recording -----------------------------------------------------------------------

static void run_recording(struct rig *rig)
{
    char *path = jpeg_file();
    rig_init(rig, source_apart_from_spec(path, NULL), (struct pipeline_settings){.eye = true});
    rig_start(rig);
    rig_finish(rig, PIPELINE_ENDED);
    assert_int_equal(count_events(&rig->log, PIPELINE_CODES), 3);
    temporary_remove(path);
}

static void a_recording_tells(enum failure failure, const char *what)
{
    struct rig rig;
    run_recording(&rig);
    assert_told_once(&rig, failure, "opener", what);
    assert_told_once(&rig, failure, "converter", what);
    assert_told_once(&rig, failure, "reader", what);
    assert_int_equal(count_events(&rig.log, PIPELINE_READER), 3);
    rig_destroy(&rig);
}

// ---- a camera, that of another way beside it -------------------------------------------

static void run_camera(struct rig *rig, struct apart_nodes *nodes)
{
    apart_nodes_init(nodes);
    struct source *camera = eye_camera_new(&nodes->io, NULL, NULL);
    struct source *other = source_apart_from_spec("/dev/null", NULL);
    rig_init(rig, camera_choice_new(camera, other, NULL),
             (struct pipeline_settings){.eye = true});
    rig_start(rig);
    await_events(&rig->log, PIPELINE_NO_CODE, 1);
    rig_stop(rig);
}

static void a_camera_tells(enum failure failure, const char *what)
{
    struct apart_nodes nodes;
    struct rig rig;
    run_camera(&rig, &nodes);
    assert_told_once(&rig, failure, "camera-holder", what);
    assert_told_once(&rig, failure, "reader", what);
    assert_int_equal(count_events(&rig.log, PIPELINE_READER), 2);
    rig_destroy(&rig);
    assert_int_equal(nodes.opened, nodes.closed);
}

// ---- a recording that is made ----------------------------------------------------------

static struct walls_told record(void)
{
    struct walls_told told = {.count = 0};
    struct fault fault = {0};
    uint64_t frames = 0;
    char *path = jpeg_file(), out[256];
    snprintf(out, sizeof(out), "%s.out", path);
    struct source *source = source_apart_from_spec(path, &fault);
    assert_true(recorder_record(source, out, 1, walls_note, &told, &frames, &fault));
    assert_int_equal(frames, 3);
    source->ops->destroy(source);
    unlink(out);
    temporary_remove(path);
    return told;
}

static void a_recorder_tells(enum failure failure, const char *detail)
{
    struct walls_told told = record();
    assert_int_equal(told.count, 1);
    assert_int_equal(told.last.failure, failure);
    assert_string_equal(told.last.detail, detail);
}

// ---- what the system gives -------------------------------------------------------------

static void nothing_is_told_where_nothing_lacks(void **state)
{
    (void)state;
    struct apart_nodes nodes;
    struct rig rig;
    if (!walls_landlock_is_had())
        skip();
    run_recording(&rig);
    assert_int_equal(count_events(&rig.log, PIPELINE_READER), 0);
    rig_destroy(&rig);
    run_camera(&rig, &nodes);
    assert_int_equal(count_events(&rig.log, PIPELINE_READER), 0);
    rig_destroy(&rig);
    assert_int_equal(record().count, 0);
}

// From here on no process of this program is given the wall.
static void without_landlock_that_is_told(void **state)
{
    (void)state;
    assert_true(walls_denied(SANDBOX_FILES));
    a_recording_tells(FAILURE_NO_LANDLOCK, "Landlock");
    a_camera_tells(FAILURE_NO_LANDLOCK, "Landlock");
    a_recorder_tells(FAILURE_NO_LANDLOCK, "opener: without Landlock");
}

static void without_seccomp_that_is_told(void **state)
{
    (void)state;
    assert_true(walls_denied(SANDBOX_CALLS));
    a_recording_tells(FAILURE_NOT_CLOSED_IN, "seccomp");
    a_camera_tells(FAILURE_NOT_CLOSED_IN, "seccomp");
    a_recorder_tells(FAILURE_NOT_CLOSED_IN, "opener: without seccomp");
}

int main(int argc, char *argv[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_told_where_nothing_lacks),
        cmocka_unit_test(without_landlock_that_is_told),
        cmocka_unit_test(without_seccomp_that_is_told),
    };
    int eye = apart_be_the_eye(argc, argv);
    return eye >= 0 ? eye : cmocka_run_group_tests(tests, NULL, NULL);
}
