// SPDX-License-Identifier: MIT
// Two ways to a camera, of which whichever shows pictures is used.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scanner/camera/camera_choice.h"
#include "scanner/camera/camera_use.h"

// A camera that does what the test says.
struct script {
    struct source source;
    enum failure open, next; // FAILURE_NONE: it opens, it gives a frame
    unsigned opened, closed, awaited, interrupted, switched;
    bool destroyed;
};

static struct script *script_of(const struct source *source)
{
    union {
        const struct source *in;
        struct script *out;
    } script = {.in = source};
    return script.out;
}

static bool script_open(struct source *source, struct fault *fault)
{
    struct script *script = script_of(source);
    script->opened++;
    return script->open == FAILURE_NONE || fault_set(fault, script->open, "open");
}

static enum source_step script_next(struct source *source, struct frame *out,
                                    struct fault *fault)
{
    (void)out;
    if (script_of(source)->next == FAILURE_NONE)
        return SOURCE_FRAME;
    fault_set(fault, script_of(source)->next, "next");
    return SOURCE_FAILED;
}

static void script_interrupt(struct source *source)
{
    script_of(source)->interrupted++;
}

static bool script_await(struct source *source)
{
    script_of(source)->awaited++;
    return true;
}

static void script_close(struct source *source)
{
    script_of(source)->closed++;
}

static void script_destroy(struct source *source)
{
    script_of(source)->destroyed = true;
}

static void script_in_use(const struct source *source, struct camera_in_use *out)
{
    *out = (struct camera_in_use){.fps = script_of(source)->opened};
}

static void script_switch(struct source *source, const char *id)
{
    (void)id;
    script_of(source)->switched++;
}

static const struct source_ops script_ops = {
    .open = script_open,
    .next = script_next,
    .interrupt = script_interrupt,
    .await = script_await,
    .close = script_close,
    .destroy = script_destroy,
    .in_use = script_in_use,
    .switch_to = script_switch,
};

struct bench {
    struct script kernels, pipewires;
    struct source *choice;
    struct frame frame;
    struct fault fault;
};

static int setup(void **state)
{
    static struct bench bench;
    bench = (struct bench){.kernels = {.source = {.ops = &script_ops}},
                           .pipewires = {.source = {.ops = &script_ops}}};
    bench.choice =
        camera_choice_new(&bench.kernels.source, &bench.pipewires.source, &bench.fault);
    assert_non_null(bench.choice);
    *state = &bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;
    bench->choice->ops->destroy(bench->choice);
    assert_true(bench->kernels.destroyed && bench->pipewires.destroyed);
    return 0;
}

static bool open_choice(struct bench *bench)
{
    return bench->choice->ops->open(bench->choice, &bench->fault);
}

static enum source_step next(struct bench *bench)
{
    return bench->choice->ops->next(bench->choice, &bench->frame, &bench->fault);
}

static void the_first_way_comes_first(void **state)
{
    struct bench *bench = *state;
    assert_true(open_choice(bench));
    assert_int_equal(next(bench), SOURCE_FRAME);
    assert_int_equal(bench->kernels.opened, 1);
    assert_int_equal(bench->pipewires.opened, 0);
}

static void the_second_takes_over_and_stays(void **state)
{
    struct bench *bench = *state;
    bench->kernels.open = FAILURE_CAMERA_NONE;
    assert_true(open_choice(bench));
    assert_int_equal(bench->kernels.closed, 1);
    assert_int_equal(next(bench), SOURCE_FRAME);

    bench->kernels.open = FAILURE_NONE; // a camera is plugged in; pictures do not change hands
    bench->pipewires.next = FAILURE_PIPEWIRE_DAEMON;
    assert_int_equal(next(bench), SOURCE_FAILED);
    bench->choice->ops->close(bench->choice);
    assert_int_equal(bench->pipewires.closed, 1);
    assert_true(open_choice(bench));
    assert_int_equal(bench->kernels.opened, 1);
    assert_int_equal(bench->pipewires.opened, 2);
}

static void a_way_that_shows_nothing_lets_the_other_go_first(void **state)
{
    struct bench *bench = *state;
    bench->kernels.next = FAILURE_CAMERA_SILENT;
    assert_true(open_choice(bench));
    assert_int_equal(next(bench), SOURCE_FAILED);
    bench->choice->ops->close(bench->choice);
    assert_true(open_choice(bench));
    assert_int_equal(bench->pipewires.opened, 1);
    assert_int_equal(next(bench), SOURCE_FRAME);
}

static void the_fault_that_helps_more_is_told(void **state)
{
    static const struct {
        enum failure kernels, pipewires, told;
    } cases[] = {
        {FAILURE_CAMERA_NONE, FAILURE_PIPEWIRE_LIBRARY, FAILURE_CAMERA_NONE},
        {FAILURE_CAMERA_NONE, FAILURE_PIPEWIRE_DAEMON, FAILURE_CAMERA_NONE},
        {FAILURE_CAMERA_BUSY, FAILURE_PIPEWIRE_NO_CAMERA, FAILURE_CAMERA_BUSY},
        {FAILURE_CAMERA_BUSY, FAILURE_CAMERA_FORMAT, FAILURE_CAMERA_BUSY},
        {FAILURE_CAMERA_UNCONFIGURED, FAILURE_CAMERA_PERMISSION, FAILURE_CAMERA_PERMISSION},
        {FAILURE_CAMERA_UNKNOWN, FAILURE_CAMERA_UNKNOWN, FAILURE_CAMERA_UNKNOWN},
    };
    struct bench *bench = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bench->kernels.open = cases[i].kernels;
        bench->pipewires.open = cases[i].pipewires;
        assert_false(open_choice(bench));
        assert_int_equal(bench->fault.failure, cases[i].told);
    }
    assert_true(bench->choice->ops->await(bench->choice));
    assert_int_equal(bench->kernels.awaited, 1);
}

static void what_pipewire_lost_is_told_by_pipewire(void **state)
{
    struct bench *bench = *state;
    bench->kernels.open = FAILURE_CAMERA_NONE;
    assert_true(open_choice(bench));
    assert_int_equal(next(bench), SOURCE_FRAME);
    bench->choice->ops->close(bench->choice);
    bench->pipewires.open = FAILURE_PIPEWIRE_DAEMON;
    assert_false(open_choice(bench));
    assert_int_equal(bench->fault.failure, FAILURE_PIPEWIRE_DAEMON);
}

static void a_lost_process_is_told_and_the_other_way_goes_first(void **state)
{
    struct bench *bench = *state;
    bench->kernels.open = FAILURE_READER_LOST;
    assert_false(open_choice(bench));
    assert_int_equal(bench->fault.failure, FAILURE_READER_LOST);
    assert_int_equal(bench->pipewires.opened, 0);
    assert_true(open_choice(bench));
    assert_int_equal(bench->pipewires.opened, 1);
    assert_int_equal(bench->kernels.opened, bench->kernels.closed);
}

static void the_screen_asks_the_one_in_use(void **state)
{
    struct bench *bench = *state;
    struct camera_in_use in_use;
    assert_true(source_is_camera(bench->choice));
    bench->kernels.open = FAILURE_CAMERA_NONE;
    bench->pipewires.opened = 6;
    assert_true(open_choice(bench));
    camera_source_in_use(bench->choice, &in_use);
    assert_int_equal(in_use.fps, 7);

    camera_source_switch(bench->choice, NULL); // the next one, of the way in use
    assert_int_equal(bench->kernels.switched, 0);
    assert_int_equal(bench->pipewires.switched, 1);
    camera_source_switch(bench->choice, "front");
    assert_int_equal(bench->kernels.switched, 1);
    assert_int_equal(bench->pipewires.switched, 2);

    bench->choice->ops->interrupt(bench->choice);
    assert_int_equal(bench->kernels.interrupted, 1);
    assert_int_equal(bench->pipewires.interrupted, 1);
}

#define ON_BENCH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static void a_person_who_is_asked_is_waited_for(void **state)
{
    struct bench *bench = *state;
    bench->kernels.open = FAILURE_CAMERA_NONE;
    bench->pipewires.open = FAILURE_PIPEWIRE_ASKS;
    assert_false(open_choice(bench));
    assert_int_equal(bench->fault.failure, FAILURE_PIPEWIRE_ASKS);
    assert_true(bench->choice->ops->await(bench->choice));
    assert_int_equal(bench->pipewires.awaited, 1);

    bench->pipewires.open = FAILURE_PIPEWIRE_REFUSED;
    assert_false(open_choice(bench));
    assert_int_equal(bench->fault.failure, FAILURE_PIPEWIRE_REFUSED);
    assert_true(bench->choice->ops->await(bench->choice)); // for a camera of the kernel
    assert_int_equal(bench->kernels.awaited, 1);

    bench->pipewires.open = FAILURE_PIPEWIRE_PORTAL;
    assert_false(open_choice(bench));
    assert_int_equal(bench->fault.failure, FAILURE_CAMERA_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BENCH(the_first_way_comes_first),
        ON_BENCH(the_second_takes_over_and_stays),
        ON_BENCH(a_way_that_shows_nothing_lets_the_other_go_first),
        ON_BENCH(the_fault_that_helps_more_is_told),
        ON_BENCH(what_pipewire_lost_is_told_by_pipewire),
        ON_BENCH(a_lost_process_is_told_and_the_other_way_goes_first),
        ON_BENCH(the_screen_asks_the_one_in_use),
        ON_BENCH(a_person_who_is_asked_is_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
