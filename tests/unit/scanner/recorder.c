// SPDX-License-Identifier: MIT
// A recording goes on where the camera's process is lost, and ends where that does not help.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "scanner/eye/eye.h"
#include "scanner/recorder.h"

enum { SIDE = 16 };

// What the source does, step by step: opens or not, gives a frame or an end.
enum deed { OPENS, LOST_AT_OPENING, ABSENT, FRAME, LOST, UNPLUGGED, STOPPED, END };

struct script {
    struct source source;
    const enum deed *deeds; // up to END
    unsigned opened, closed;
    uint8_t pixels[SIDE * SIDE];
};

static struct script *script_of(struct source *source)
{
    return (struct script *)source; // the first member
}

static bool script_open(struct source *source, struct fault *fault)
{
    struct script *script = script_of(source);
    script->opened++;
    enum deed deed = *script->deeds++;
    if (deed == OPENS)
        return true;
    assert_true(deed == LOST_AT_OPENING || deed == ABSENT);
    return fault_set(fault, deed == ABSENT ? FAILURE_CAMERA_NONE : FAILURE_READER_LOST, "open");
}

static enum source_step script_next(struct source *source, struct frame *out,
                                    struct fault *fault)
{
    struct script *script = script_of(source);
    switch (*script->deeds++) {
    case FRAME:
        out->pixels = (struct pixels){.format = PIXEL_GREY,
                                      .width = SIDE,
                                      .height = SIDE,
                                      .stride = SIDE,
                                      .data = span_of(script->pixels, sizeof(script->pixels))};
        return SOURCE_FRAME;
    case LOST:
        fault_set(fault, FAILURE_READER_LOST, "next");
        return SOURCE_FAILED;
    case UNPLUGGED:
        fault_set(fault, FAILURE_CAMERA_GONE, "next");
        return SOURCE_FAILED;
    case STOPPED:
        return SOURCE_INTERRUPTED;
    case OPENS:
    case LOST_AT_OPENING:
    case ABSENT:
    case END:
        break;
    }
    return SOURCE_END;
}

static void script_close(struct source *source)
{
    script_of(source)->closed++;
}

static const struct source_ops script_ops = {
    .open = script_open,
    .next = script_next,
    .close = script_close,
};

// Whether there is a file, and what is in it.
struct outcome {
    bool recorded, file;
    uint64_t frames;
    struct fault fault;
};

static struct outcome play(const enum deed *deeds, bool live)
{
    char folder[] = "/tmp/recorder-XXXXXX", path[64];
    struct script script = {.source = {.ops = &script_ops, .live = live}, .deeds = deeds};
    struct outcome outcome = {.frames = 77};
    struct stat file;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/out.y4m", folder);

    outcome.recorded =
        recorder_record(&script.source, path, 60, NULL, NULL, &outcome.frames, &outcome.fault);
    assert_int_equal(script.opened, script.closed);
    outcome.file = stat(path, &file) == 0;
    if (outcome.file)
        assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
    return outcome;
}

static void assert_frames(const enum deed *deeds, uint64_t frames)
{
    struct outcome outcome = play(deeds, true);
    assert_true(outcome.recorded && outcome.file);
    assert_int_equal(outcome.frames, frames);
}

static void assert_fails(const enum deed *deeds, bool live, enum failure failure, bool file)
{
    struct outcome outcome = play(deeds, live);
    assert_false(outcome.recorded);
    assert_int_equal(outcome.fault.failure, failure);
    assert_int_equal(outcome.file, file);
    assert_int_equal(outcome.frames, 77);
}

static void a_source_is_recorded_to_its_end(void **state)
{
    (void)state;
    assert_frames((const enum deed[]){OPENS, FRAME, FRAME, FRAME, END}, 3);
    assert_frames((const enum deed[]){OPENS, FRAME, STOPPED}, 1);
}

static void a_lost_process_is_started_again_and_it_goes_on(void **state)
{
    (void)state;
    assert_frames((const enum deed[]){LOST_AT_OPENING, OPENS, FRAME, END}, 1);
    assert_frames((const enum deed[]){LOST_AT_OPENING, LOST_AT_OPENING, OPENS, FRAME, END}, 1);
    assert_frames((const enum deed[]){OPENS, FRAME, LOST, OPENS, FRAME, END}, 2);
    assert_frames((const enum deed[]){OPENS, LOST, LOST_AT_OPENING, OPENS, FRAME, END}, 1);

    // A frame between them begins the count anew.
    assert_frames((const enum deed[]){OPENS, LOST, OPENS, LOST, OPENS, FRAME, LOST, OPENS, LOST,
                                      OPENS, FRAME, END},
                  2);
}

static void it_ends_where_the_process_is_lost_time_after_time(void **state)
{
    (void)state;
    assert_int_equal(EYE_STARTS, 3);
    assert_fails((const enum deed[]){LOST_AT_OPENING, LOST_AT_OPENING, LOST_AT_OPENING, END},
                 true, FAILURE_READER_LOST, false);
    assert_fails((const enum deed[]){OPENS, FRAME, LOST, OPENS, LOST, LOST_AT_OPENING, END},
                 true, FAILURE_READER_LOST, true);
}

static void other_failures_end_it_at_once(void **state)
{
    (void)state;
    assert_fails((const enum deed[]){ABSENT, END}, true, FAILURE_CAMERA_NONE, false);
    assert_fails((const enum deed[]){OPENS, FRAME, UNPLUGGED, END}, true, FAILURE_CAMERA_GONE,
                 true);
    assert_fails((const enum deed[]){OPENS, LOST, ABSENT, END}, true, FAILURE_CAMERA_NONE,
                 true);
}

// A recording or picture that ends its reader would do so again.
static void what_is_not_live_is_opened_once(void **state)
{
    (void)state;
    assert_fails((const enum deed[]){LOST_AT_OPENING, END}, false, FAILURE_READER_LOST, false);
    assert_fails((const enum deed[]){OPENS, FRAME, LOST, END}, false, FAILURE_READER_LOST,
                 true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_source_is_recorded_to_its_end),
        cmocka_unit_test(a_lost_process_is_started_again_and_it_goes_on),
        cmocka_unit_test(it_ends_where_the_process_is_lost_time_after_time),
        cmocka_unit_test(other_failures_end_it_at_once),
        cmocka_unit_test(what_is_not_live_is_opened_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
