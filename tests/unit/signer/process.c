// SPDX-License-Identifier: MIT
// The signer as a process: it is closed in, may fail, and loses nothing.
#include "tests/unit/net/scratch.h"

#include <signal.h>
#include <sodium.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "apart/child.h"
#include "apart/sandbox.h"
#include "net/pairings/pairing_pin.h"
#include "net/pairings/pairing_secrets.h"
#include "net/pairings/pairing_store.h"
#include "net/signer/signer_child.h"
#include "net/signer/signer_process.h"
#include "net/signer/signer_store.h"
#include "tests/unit/pairings/some_dialects.h"

#define ID    "aaaaaaaaaaaaaaaa"
#define PIN   "246802"
#define DEED  "dddddddd" // the first half of the id of a pairing that is none: what to do
#define DEEDS 12u

// ---- a signer that was taken over ------------------------------------------------------

static void call(long number, long a, long b, long c, long d)
{
    syscall(number, a, b, c, d, 0l, 0l);
}

static long text(const char *text)
{
    return (long)(uintptr_t)text;
}

static void do_what_it_may_not(size_t deed)
{
    static char *const nothing[] = {NULL};
    static char room[8192];
    const long page = (long)(uintptr_t)(room + 4095) / 4096 * 4096,
               none = (long)(uintptr_t)nothing;
    const struct {
        long number, a, b, c, d;
    } deeds[DEEDS] = {
        {SYS_openat, AT_FDCWD, text("/etc/passwd"), O_RDONLY, 0},
        {SYS_openat, AT_FDCWD, text("/proc/self/mem"), O_RDONLY, 0},
        {SYS_socket, AF_INET, SOCK_STREAM, 0, 0},
        {SYS_clone, SIGCHLD, 0, 0, 0},
        {SYS_execve, text("/bin/true"), none, none, 0},
        {SYS_ptrace, PTRACE_ATTACH, 1, 0, 0},
        {SYS_process_vm_readv, 1, page, 1, page},
        {SYS_kill, 1, 0, 0, 0},
        {SYS_mprotect, page, 4096, PROT_READ | PROT_EXEC, 0},
        {SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0},
        {SYS_mkdirat, CHILD_FOLDER, text("folder"), 0700, 0},
        {SYS_symlinkat, text("/etc/passwd"), CHILD_FOLDER, text("link"), 0},
    };
    if (deed < DEEDS)
        call(deeds[deed].number, deeds[deed].a, deeds[deed].b, deeds[deed].c, deeds[deed].d);
}

// Which deed stands in the id of the pairing that the request is about.
static void taken_over(const struct signer_request *request)
{
    if (strncmp(request->id, DEED, strlen(DEED)) == 0)
        do_what_it_may_not(strtoul(request->id + strlen(DEED), NULL, 16));
    if (request->id[0] == 'f')
        __builtin_trap();
    if (request->id[0] == 'e')
        _exit(0);
    if (request->id[0] == 'c') { // through the folder to elsewhere
        int fd = openat(CHILD_FOLDER, "../outside", O_RDONLY);
        int path = openat(CHILD_FOLDER, "/etc/passwd", O_RDONLY);
        int own = openat(CHILD_FOLDER, "/proc/self/mem", O_RDWR);
        bool removed = unlinkat(CHILD_FOLDER, "../outside", 0) == 0;
        _exit(fd < 0 && path < 0 && own < 0 && !removed ? 0 : 99);
    }
}

// ---- the program -----------------------------------------------------------------------

struct bench {
    struct signer_child signer;
    int folder;
    struct signer_talk *talk;
    struct fault fault;
};

static void bench_init(struct bench *bench, void **state)
{
    const char *path = scratch_join(state, "data");
    *bench = (struct bench){.talk = signer_talk_new()};
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
    close(bench->folder);
}

static bool ask(struct bench *bench, uint32_t act, const char *id)
{
    memset(bench->talk, 0, sizeof(*bench->talk));
    bench->talk->request.act = act;
    snprintf(bench->talk->request.id, sizeof(bench->talk->request.id), "%s", id);
    bench->fault = (struct fault){0};
    return signer_child_ask(&bench->signer, bench->folder, bench->talk, &bench->fault);
}

static void assert_makes_a_key(struct bench *bench, void **state, const char *id)
{
    char name[64];
    assert_true(ask(bench, SIGNER_MAKE_KEY, id));
    assert_int_equal(bench->talk->answer.failure, FAILURE_NONE);
    assert_false(sodium_is_zero(bench->talk->answer.public_key, PUBLIC_KEY_SIZE));
    snprintf(name, sizeof(name), "data/%s.key", id);
    assert_int_equal(scratch_mode(scratch_join(state, name)), 0600);
}

static void keys_are_made_in_another_process(void **state)
{
    struct bench bench;
    bench_init(&bench, state);
    assert_makes_a_key(&bench, state, ID);
    pid_t first = bench.signer.child.pid;
    assert_true(first > 0 && first != getpid());
    assert_int_equal(bench.signer.walls & SANDBOX_NEEDED, SANDBOX_NEEDED);
    assert_true(signer_child_is_closed_in(&bench.signer, NULL));
    assert_makes_a_key(&bench, state, "bbbbbbbbbbbbbbbb");
    assert_int_equal(bench.signer.child.pid, first);

    bench.signer.walls &= ~(unsigned)SANDBOX_CALLS;
    assert_false(signer_child_is_closed_in(&bench.signer, &bench.fault));
    assert_string_equal(failure_code(bench.fault.failure), "internal.signer-not-closed-in");
    bench_destroy(&bench);
}

static void what_the_signer_may_not_ends_it(void **state)
{
    struct bench bench;
    bench_init(&bench, state);
    for (unsigned deed = 0; deed < DEEDS; deed++) {
        char id[PAIRING_ID_SIZE + 1];
        snprintf(id, sizeof(id), DEED "%08x", deed);
        if (ask(&bench, SIGNER_KEEP_KEY, id))
            fail_msg("deed %u was not refused", deed);
        assert_string_equal(bench.fault.detail, "it tried what it may not");
        assert_int_equal(bench.fault.failure, FAILURE_SIGNER_LOST);
        assert_int_equal(bench.signer.lost, deed + 1);
    }
    assert_makes_a_key(&bench, state, ID);
    bench_destroy(&bench);
}

static void files_outside_of_its_folder_are_out_of_reach(void **state)
{
    struct bench bench;
    bench_init(&bench, state);
    scratch_write(scratch_join(state, "outside"), "x", 1);
    assert_makes_a_key(&bench, state, ID);
    if ((bench.signer.walls & SANDBOX_FILES) == 0) {
        bench_destroy(&bench);
        skip(); // this kernel has no Landlock
    }
    pid_t pid = bench.signer.child.pid;
    int status = 0;
    memset(bench.talk, 0, sizeof(*bench.talk));
    bench.talk->request.act = SIGNER_KEEP_KEY;
    snprintf(bench.talk->request.id, sizeof(bench.talk->request.id), "cccccccccccccccc");
    assert_true(
        child_send(&bench.signer.child, &bench.talk->request, sizeof(bench.talk->request), -1));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    child_init(&bench.signer.child);
    bench_destroy(&bench);
}

static void its_end_is_told_and_another_one_goes_on(void **state)
{
    struct bench bench;
    bench_init(&bench, state);
    assert_makes_a_key(&bench, state, ID);
    assert_false(ask(&bench, SIGNER_KEEP_KEY, "ffffffffffffffff"));
    assert_string_equal(bench.fault.detail, "it crashed");
    assert_false(ask(&bench, SIGNER_KEEP_KEY, "eeeeeeeeeeeeeeee"));
    assert_string_equal(bench.fault.detail, "it ended");
    assert_makes_a_key(&bench, state, "bbbbbbbbbbbbbbbb");

    // One that ends while nobody asks, and holds nothing, is not missed.
    kill(bench.signer.child.pid, SIGKILL);
    while (child_runs(&bench.signer.child))
        usleep(1000);
    assert_makes_a_key(&bench, state, "abababababababab");
    assert_int_equal(bench.signer.lost, 3);
    bench_destroy(&bench);
}

static void what_ends_the_program_is_not_the_signers_end(void **state)
{
    static const int told_to_all[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
    struct bench bench;
    bench_init(&bench, state);
    assert_makes_a_key(&bench, state, ID);
    for (size_t i = 0; i < sizeof(told_to_all) / sizeof(told_to_all[0]); i++)
        assert_int_equal(kill(bench.signer.child.pid, told_to_all[i]), 0);
    assert_makes_a_key(&bench, state, "bbbbbbbbbbbbbbbb");
    assert_int_equal(bench.signer.lost, 0);
    bench_destroy(&bench);
}

static void a_message_that_is_none_ends_it(void **state)
{
    struct bench bench;
    bench_init(&bench, state);
    assert_makes_a_key(&bench, state, ID);
    assert_false(ask(&bench, SIGNER_ACTS, ID));
    assert_false(ask(&bench, SIGNER_MAKE_KEY, "../../x"));
    assert_true(signer_child_await(&bench.signer, bench.folder, NULL));
    assert_true(child_send(&bench.signer.child, "short", 5, -1));
    while (child_runs(&bench.signer.child))
        usleep(1000);
    assert_true(signer_child_await(&bench.signer, bench.folder, NULL));
    memset(bench.talk, 0, sizeof(*bench.talk));
    bench.talk->request.act = SIGNER_LOCK; // with a descriptor, which no request has
    assert_true(child_send(&bench.signer.child, &bench.talk->request,
                           sizeof(bench.talk->request), bench.folder));
    while (child_runs(&bench.signer.child))
        usleep(1000);
    assert_makes_a_key(&bench, state, "bbbbbbbbbbbbbbbb");
    bench_destroy(&bench);
}

// ---- a store ---------------------------------------------------------------------------

static void a_store_with_a_signer_has_all_that_it_needs(void **state)
{
    struct pairing pairing = {
        .dialect = &plain_dialect,
        .id = ID,
        .portal = {.base_url = "https://portal.example.com", .display_name = "Portal"},
        .account_id = "1",
        .account_name = "Anna",
        .paired_at = 1,
        .key_count = 1};
    struct fault fault = {0};
    struct app_password *password = app_password_new(), *told;
    uint8_t first[PUBLIC_KEY_SIZE], next[PUBLIC_KEY_SIZE], again[PUBLIC_KEY_SIZE];
    int64_t wait_ms;
    struct pairing_store *store =
        signer_store_open(scratch_join(state, "data"), dialects, &fault);
    assert_non_null(store);

    assert_true(pairing_store_make_key(store, ID, first, &fault));
    assert_true(key_id_of(first, pairing.key[0].id));
    assert_true(pairing_store_save(store, &pairing, &fault));
    assert_true(pairing_store_check_secrets(store, ID, &fault));
    snprintf(password->text, sizeof(password->text), "secret");
    assert_true(pairing_store_save_password(store, ID, password, &fault));

    assert_true(
        pairing_store_change_pin(store, span_str(""), span_str(PIN), 0, &wait_ms, NULL));
    assert_false(pairing_store_follow_key(store, ID, pairing.key[0].id, next, &fault));
    assert_int_equal(fault.failure, FAILURE_KEY_LOCKED);
    assert_false(pairing_store_unlock(store, span_str("246803"), 0, &wait_ms, &fault));
    assert_int_equal(fault.failure, FAILURE_KEY_WRONG_PIN);
    assert_true(pairing_store_unlock(store, span_str(PIN), 0, &wait_ms, NULL));

    assert_true(pairing_store_follow_key(store, ID, pairing.key[0].id, next, NULL));
    pairing.key_count = 2;
    assert_true(key_id_of(next, pairing.key[1].id));
    assert_true(pairing_store_save(store, &pairing, NULL));
    assert_true(pairing_store_follow_key(store, ID, pairing.key[0].id, again, NULL));
    assert_memory_equal(next, again, sizeof(next));
    assert_true(pairing_store_keep_key(store, ID, pairing.key[1].id, NULL));
    told = pairing_store_password(store, ID, NULL);
    assert_non_null(told);
    assert_string_equal(told->text, "secret");

    pairing_store_lock(store);
    assert_null(pairing_store_password(store, ID, &fault));
    assert_int_equal(fault.failure, FAILURE_KEY_LOCKED);
    app_password_free(told);
    app_password_free(password);
    pairing_store_close(store);
}

static void a_signer_that_was_lost_holds_nothing_any_more(void **state)
{
    struct bench bench;
    bench_init(&bench, state);
    assert_makes_a_key(&bench, state, ID);
    ask(&bench, SIGNER_CHANGE_PIN, "");
    memset(bench.talk, 0, sizeof(*bench.talk));
    bench.talk->request.act = SIGNER_CHANGE_PIN;
    signer_pin_put(&bench.talk->request.pins.new, span_str(PIN));
    assert_true(signer_child_ask(&bench.signer, bench.folder, bench.talk, NULL));
    memset(bench.talk, 0, sizeof(*bench.talk));
    bench.talk->request.act = SIGNER_UNLOCK;
    signer_pin_put(&bench.talk->request.pins.old, span_str(PIN));
    assert_true(signer_child_ask(&bench.signer, bench.folder, bench.talk, NULL));
    assert_int_equal(bench.talk->answer.failure, FAILURE_NONE);

    kill(bench.signer.child.pid, SIGKILL);
    while (child_runs(&bench.signer.child))
        usleep(1000);
    // It is told once, and not begun anew in silence: what was unlocked is locked again.
    assert_false(ask(&bench, SIGNER_TELL_PASSWORD, ID));
    assert_int_equal(bench.fault.failure, FAILURE_SIGNER_LOST);
    assert_true(ask(&bench, SIGNER_KEEP_KEY, ID));
    assert_int_equal(bench.talk->answer.failure, FAILURE_KEY_LOCKED);
    bench_destroy(&bench);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_make, scratch_remove)

int main(int argc, char *argv[])
{
    if (signer_process_asked(argc, argv))
        return signer_process_run(argv, dialects, taken_over);
    if (sodium_init() < 0)
        return 1;

    const struct CMUnitTest tests[] = {
        TEST(keys_are_made_in_another_process),
        TEST(what_the_signer_may_not_ends_it),
        TEST(files_outside_of_its_folder_are_out_of_reach),
        TEST(its_end_is_told_and_another_one_goes_on),
        TEST(what_ends_the_program_is_not_the_signers_end),
        TEST(a_message_that_is_none_ends_it),
        TEST(a_store_with_a_signer_has_all_that_it_needs),
        TEST(a_signer_that_was_lost_holds_nothing_any_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
