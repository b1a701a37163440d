// SPDX-License-Identifier: MIT
// Cameras of PipeWire from inside a sandbox: the real camera portal, its store of answers, and
// a desktop that asks what the test says.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "scanner/pipewire/pipewire_list.h"
#include "tests/pipewire/rig.h"

#define ANSWER_MS 10000 // portal and session manager start as they are asked

// This program is a snap's, as far as it knows.
static void be_in_a_sandbox(void)
{
    char folder[512];
    ssize_t n = readlink("/proc/self/exe", folder, sizeof(folder) - 1);
    assert_true(n > 0);
    folder[n] = '\0';
    *strrchr(folder, '/') = '\0';
    setenv("SNAP", folder, 1);
}

static enum failure try(struct bench *bench)
{
    struct source *source = bench->source;
    bool opened = source->ops->open(source, &bench->fault);
    source->ops->close(source);
    return opened ? FAILURE_NONE : bench->fault.failure;
}

// Tries as the pipeline does, until this comes of it.
static void comes_to(struct bench *bench, enum failure expected)
{
    int64_t until = bench_now_ms() + ANSWER_MS;
    enum failure failure;
    while ((failure = try(bench)) != expected) {
        if (bench_now_ms() > until)
            fail_msg("%s: %s", failure_code(failure), bench->fault.detail);
        assert_true(bench->source->ops->await(bench->source));
    }
}

static void begin(struct bench *bench)
{
    bench_start_camera(bench, 0, "qr-camera", "NV12", 1, "daemon", "back");
    bench_make_source(bench, "pipewire");
}

static void the_question_stands_and_is_answered_yes(void **state)
{
    struct bench *bench = *state;
    bench_start_portal(bench);
    begin(bench);
    comes_to(bench, FAILURE_PIPEWIRE_ASKS);
    assert_int_equal(try(bench), FAILURE_PIPEWIRE_ASKS); // it is the same question
    bench_answer(bench, "allow");
    bench_await_frame(bench, ANSWER_MS);
    bench_read_code(bench);

    // What was answered is kept, also for the list.
    struct pipewire_list *list = malloc(sizeof(*list));
    int64_t until = bench_now_ms() + ANSWER_MS;
    assert_non_null(list);
    do {
        assert_true(pipewire_list_read(list, -1, &bench->fault));
        assert_true(bench_now_ms() < until);
    } while (list->count == 0); // a busy session manager may show it late
    assert_string_equal(list->entry[0].id, "qr-camera");
    free(list);
}

static void the_question_is_answered_no(void **state)
{
    struct bench *bench = *state;
    bench_start_portal(bench);
    begin(bench);
    comes_to(bench, FAILURE_PIPEWIRE_ASKS);
    bench_answer(bench, "deny");
    comes_to(bench, FAILURE_PIPEWIRE_REFUSED);
    bench_drop_source(bench);

    bench_make_source(bench, "pipewire"); // a later scan does not ask again
    assert_int_equal(try(bench), FAILURE_PIPEWIRE_REFUSED);
    assert_int_equal(try(bench), FAILURE_PIPEWIRE_REFUSED);
}

static void there_is_no_portal_and_then_one(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    comes_to(bench, FAILURE_PIPEWIRE_PORTAL);
    bench_start_portal(bench);
    comes_to(bench, FAILURE_PIPEWIRE_ASKS);
    bench_stop_portal(bench); // and the question with it
    comes_to(bench, FAILURE_PIPEWIRE_PORTAL);
}

#define IN_SANDBOX(test)                                                                       \
    cmocka_unit_test_setup_teardown(test, bench_setup_managed, bench_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        IN_SANDBOX(there_is_no_portal_and_then_one),
        IN_SANDBOX(the_question_stands_and_is_answered_yes),
        IN_SANDBOX(the_question_is_answered_no),
    };
    (void)argc;
    bench_need_portal(argv);
    be_in_a_sandbox();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
