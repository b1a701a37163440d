// SPDX-License-Identifier: MIT
// Calls to the system that fail: each of them once, while a signer starts and makes a key, in
// the program and in the signer. Whoever asked is told, a key is there whole or not at all, no
// descriptor and no process stays behind, and the next key is made.
#include "tests/unit/net/scratch.h"

#include <errno.h>
#include <sodium.h>

#include "net/signer/signer_child.h"
#include "net/signer/signer_process.h"
#include "tests/unit/failing_files.h"
#include "tests/unit/pairings/some_dialects.h"

#define ID   "aaaaaaaaaaaaaaaa"
#define NEXT "bbbbbbbbbbbbbbbb"

static const int errors[] = {EIO, EMFILE, ENOMEM, ENOSPC, EAGAIN, EINTR, 0};
enum { ERRORS = sizeof(errors) / sizeof(errors[0]) };

struct bench {
    struct signer_child signer;
    int folder;
    struct signer_talk *talk;
    size_t descriptors, children;
};

static void bench_init(struct bench *bench, void **state)
{
    const char *path = scratch_join(state, "data");
    *bench = (struct bench){.descriptors = failing_descriptors(),
                            .children = failing_children(),
                            .talk = signer_talk_new()};
    assert_non_null(bench->talk);
    mkdir(path, 0700);
    bench->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(bench->folder >= 0);
    signer_child_init(&bench->signer);
}

static void bench_destroy(struct bench *bench)
{
    signer_child_destroy(&bench->signer);
    signer_talk_free(bench->talk);
    unlinkat(bench->folder, ID ".key", 0);
    unlinkat(bench->folder, NEXT ".key", 0);
    close(bench->folder);
    assert_int_equal(failing_descriptors(), bench->descriptors);
    assert_int_equal(failing_children(), bench->children);
}

static bool ask(struct bench *bench, uint32_t act, const char *id, struct fault *fault)
{
    memset(bench->talk, 0, sizeof(*bench->talk));
    bench->talk->request.act = act;
    snprintf(bench->talk->request.id, sizeof(bench->talk->request.id), "%s", id);
    *fault = (struct fault){0};
    if (!signer_child_ask(&bench->signer, bench->folder, bench->talk, fault))
        return false;
    fault->failure = bench->talk->answer.failure;
    return fault->failure == FAILURE_NONE;
}

// The next key is made. One that was told is there, and one that is there is whole: as long as
// the next.
static void assert_works(struct bench *bench, bool told)
{
    struct fault fault;
    struct stat first, next;
    if (!ask(bench, SIGNER_MAKE_KEY, NEXT, &fault))
        fail_msg("afterwards: %s, %s", failure_code(fault.failure), fault.detail);
    assert_int_equal(fstatat(bench->folder, NEXT ".key", &next, 0), 0);

    bool there = fstatat(bench->folder, ID ".key", &first, 0) == 0;
    assert_true(there || !told);
    assert_true(!there || (first.st_size > 0 && first.st_size == next.st_size));
}

static unsigned fail_here(void **state, int error, unsigned call)
{
    struct bench bench;
    struct fault fault;
    bench_init(&bench, state);
    failing_with(error);
    failing_begin(call);
    bool made = ask(&bench, SIGNER_MAKE_KEY, ID, &fault);
    unsigned calls = failing_end();

    assert_true(made || (call <= calls && error != EINTR && error != 0));
    if (!made && fault.failure != failure_of_errno(error, FAILURE_SIGNER_LOST) &&
        fault.failure != FAILURE_SIGNER_LOST)
        fail_msg("%s, call %u: %s", strerror(error), call, failure_code(fault.failure));
    assert_works(&bench, made);
    bench_destroy(&bench);
    return calls;
}

static void a_signer_starts_and_answers_or_says_why_not(void **state)
{
    for (size_t i = 0; i < ERRORS; i++) {
        unsigned calls = 0;
        for (unsigned call = 1; call <= calls + 1; call++)
            calls = fail_here(state, errors[i], call);
        assert_true(calls >= 4 || errors[i] == 0);
    }
}

// ---- in the signer -----------------------------------------------------------------------

// A program that is the signer finds behind this, in what it is given of the environment, the
// error and the call that has to fail.
#define THERE_VARIABLE "LD_LIBRARY_PATH"
#define THERE          "/nowhere/no-io/"

static void begin_to_fail_here(void)
{
    int error;
    unsigned call;
    const char *value = getenv(THERE_VARIABLE);
    if (!value || sscanf(value, THERE "%d/%u", &error, &call) != 2)
        return;
    failing_with(error);
    failing_begin(call);
}

static void what_fails_in_the_signer_is_told(void **state)
{
    enum { CALLS_THERE = 24 };
    for (size_t i = 0; i < ERRORS; i++) {
        size_t failed = 0;
        for (unsigned call = 1; call <= CALLS_THERE; call++) {
            struct bench bench;
            struct fault fault;
            char value[64];
            snprintf(value, sizeof(value), THERE "%d/%u", errors[i], call);
            bench_init(&bench, state);
            setenv(THERE_VARIABLE, value, 1);
            bool made = ask(&bench, SIGNER_MAKE_KEY, ID, &fault);
            unsetenv(THERE_VARIABLE);
            assert_int_equal(made, fault.failure == FAILURE_NONE);
            assert_true(made || (errors[i] != EINTR && errors[i] != 0));
            failed += !made;

            // What was to fail behind this fails in no other one.
            signer_child_destroy(&bench.signer);
            signer_child_init(&bench.signer);
            assert_works(&bench, made);
            bench_destroy(&bench);
        }
        assert_true(failed < CALLS_THERE);
        assert_true(failed >= 3 || errors[i] == EINTR || errors[i] == 0);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_make, scratch_remove)

int main(int argc, char *argv[])
{
    begin_to_fail_here();
    if (signer_process_asked(argc, argv))
        return signer_process_run(argv, dialects, NULL);
    if (sodium_init() < 0)
        return 1;

    const struct CMUnitTest tests[] = {
        TEST(a_signer_starts_and_answers_or_says_why_not),
        TEST(what_fails_in_the_signer_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
