// SPDX-License-Identifier: MIT
// The signer as a process: it is closed in, may fail, and loses nothing.
#include "tests/unit/net/scratch.h"

#include <dirent.h>
#include <grp.h>
#include <signal.h>
#include <sodium.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "apart/child.h"
#include "apart/sandbox.h"
#include "apart/sanitized.h"
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

#define CANNOT    90         // root may not become another user here
#define NOBODY    65534      // the user that root becomes, to be one whom the kernel keeps out
#define LIMIT_US  500000     // of a signer that is to be found hanging
#define STACK_KIB 128        // of its stack that it locks
#define NEEDS_KIB (4 * 1024) // of locked memory, for all that it locks

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
    if (request->id[0] == '9') {
        for (;;) // it is busy without an end
            ;
    }
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

// Nothing else is in the folder, whole or half.
static void assert_files_are(void **state, const char *const names[], size_t count)
{
    size_t found = 0;
    DIR *folder = opendir(scratch_join(state, "data"));
    assert_non_null(folder);

    for (struct dirent *entry; (entry = readdir(folder));) {
        bool expected = entry->d_name[0] == '.' && strspn(entry->d_name, ".") <= 2;
        for (size_t i = 0; i < count; i++) {
            bool same = strcmp(entry->d_name, names[i]) == 0;
            found += same ? 1 : 0;
            expected = expected || same;
        }
        if (!expected)
            fail_msg("%s was left behind", entry->d_name);
    }

    closedir(folder);
    assert_int_equal(found, count);
}

static void assert_took_too_long(struct bench *bench, const char *id, unsigned lost)
{
    assert_false(ask(bench, SIGNER_MAKE_KEY, id));
    assert_int_equal(bench->fault.failure, FAILURE_SIGNER_LOST);
    assert_string_equal(bench->fault.detail, "it took too long");
    assert_int_equal(bench->signer.lost, lost);
    assert_int_equal(bench->signer.child.pid, 0);
}

// One stands still, and takes no time; the next is busy without an end.
static void one_that_hangs_is_told_and_another_one_goes_on(void **state)
{
    static const char *const names[] = {ID ".key", "bbbbbbbbbbbbbbbb.key", "device.lock"};
    uint8_t before[4096], behind[4096];
    struct bench bench;
    bench_init(&bench, state);
    assert_makes_a_key(&bench, state, ID);
    size_t size = scratch_read(scratch_join(state, "data/" ID ".key"), before, sizeof(before));

    bench.signer.idle_us = LIMIT_US;
    assert_int_equal(kill(bench.signer.child.pid, SIGSTOP), 0);
    assert_took_too_long(&bench, "cccccccccccccccc", 1);
    bench.signer.idle_us = 0;

    assert_true(signer_child_await(&bench.signer, bench.folder, NULL));
    bench.signer.busy_us = LIMIT_US;
    assert_took_too_long(&bench, "9999999999999999", 2);
    bench.signer.busy_us = 0;

    assert_makes_a_key(&bench, state, "bbbbbbbbbbbbbbbb");
    assert_files_are(state, names, sizeof(names) / sizeof(names[0]));
    assert_int_equal(
        scratch_read(scratch_join(state, "data/" ID ".key"), behind, sizeof(behind)), size);
    assert_memory_equal(behind, before, size);
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
        signer_store_open(scratch_join(state, "data"), dialects, NULL, NULL, &fault);
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

static bool do_by_pin(struct bench *bench, uint32_t act)
{
    struct signer_request *request = &bench->talk->request;
    memset(bench->talk, 0, sizeof(*bench->talk));
    request->act = act;
    signer_pin_put(act == SIGNER_UNLOCK ? &request->pins.old : &request->pins.new,
                   span_str(PIN));
    return signer_child_ask(&bench->signer, bench->folder, bench->talk, NULL) &&
           bench->talk->answer.failure == FAILURE_NONE;
}

static void a_signer_that_was_lost_holds_nothing_any_more(void **state)
{
    struct bench bench;
    bench_init(&bench, state);
    assert_makes_a_key(&bench, state, ID);
    assert_true(do_by_pin(&bench, SIGNER_CHANGE_PIN));
    assert_true(do_by_pin(&bench, SIGNER_UNLOCK));

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

// ---- its memory ------------------------------------------------------------------------

static bool become_nobody(int folder)
{
    return geteuid() != 0 || (fchown(folder, NOBODY, NOBODY) == 0 && setgroups(0, NULL) == 0 &&
                              setgid(NOBODY) == 0 && setuid(NOBODY) == 0);
}

// In a process that is not root's, as root may do anything; 0: all is well.
static int run_as_nobody(void **state, int (*look)(struct bench *bench))
{
    struct bench bench;
    int status = 0;
    bench_init(&bench, state);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        int result = become_nobody(bench.folder) ? look(&bench) : CANNOT;
        signer_child_destroy(&bench.signer);
        _exit(result);
    }

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    bench_destroy(&bench);
    return WEXITSTATUS(status);
}

// Whose a process's memory is: root's, where its user's other programs may not look into it.
static uid_t owner_of_memory(pid_t pid)
{
    char path[32];
    struct stat is = {.st_uid = (uid_t)-1};
    snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
    (void)stat(path, &is);
    return is.st_uid;
}

static int look_at_the_owner(struct bench *bench)
{
    // setuid() has closed this process too.
    if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0 || owner_of_memory(getpid()) != geteuid())
        return 1;
    if (!signer_child_await(&bench->signer, bench->folder, NULL))
        return 2;
    return owner_of_memory(bench->signer.child.pid) == 0 ? 0 : 3;
}

static void other_programs_of_its_user_may_not_look_into_it(void **state)
{
    int result = run_as_nobody(state, look_at_the_owner);
    if (result == CANNOT)
        skip();
    assert_int_equal(result, 0);
}

// How much of it is locked; -1: it is not to be known.
static long locked_kib(pid_t pid)
{
    char path[32], line[128];
    long kib = -1;
    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "r");
    while (file && kib < 0 && fgets(line, sizeof(line), file))
        (void)sscanf(line, "VmLck: %ld kB", &kib);
    if (file)
        fclose(file);
    return kib;
}

static int look_at_locked(struct bench *bench)
{
    const struct signer_child *signer = &bench->signer;
    if (!do_by_pin(bench, SIGNER_CHANGE_PIN))
        return 1;
    long locked = locked_kib(signer->child.pid);
    if (locked < STACK_KIB)
        return 2;
    if (!do_by_pin(bench, SIGNER_UNLOCK))
        return 3;
    return locked_kib(signer->child.pid) > locked ? 0 : 4;
}

static void its_stack_and_what_a_pin_opened_are_locked(void **state)
{
    struct rlimit most;
    assert_int_equal(getrlimit(RLIMIT_MEMLOCK, &most), 0);
#ifdef SANITIZED
    skip(); // a sanitizer locks nothing
#endif
    if (most.rlim_cur < NEEDS_KIB * 1024)
        skip(); // this machine does not allow it
    int result = run_as_nobody(state, look_at_locked);
    if (result == CANNOT)
        skip();
    assert_int_equal(result, 0);
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
        TEST(one_that_hangs_is_told_and_another_one_goes_on),
        TEST(what_ends_the_program_is_not_the_signers_end),
        TEST(a_message_that_is_none_ends_it),
        TEST(a_store_with_a_signer_has_all_that_it_needs),
        TEST(a_signer_that_was_lost_holds_nothing_any_more),
        TEST(other_programs_of_its_user_may_not_look_into_it),
        TEST(its_stack_and_what_a_pin_opened_are_locked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
