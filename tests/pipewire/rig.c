// SPDX-License-Identifier: MIT
#include "tests/pipewire/rig.h"

#include <dbus/dbus.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "scanner/source_spec.h"

#define START_MS             5000 // what a daemon or a camera may take to be there, on a busy machine
#define PORTAL               "/usr/libexec/xdg-desktop-portal"
#define PORTAL_STORE_PROGRAM "/usr/libexec/xdg-permission-store"
#define RECORDING            FIXTURES_DIR "/recordings/easy.mjpeg"

static const char payload[] =
    "HTTPS://PORTAL.EXAMPLE.COM/Q/1/KGOK5E7JHLIBC/YDA4FQ6EYXDMPSGJZLF4ZTOOZ4/XNUWJNZF";

int64_t bench_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
}

// A program that ends with the test; `in` (may be NULL) is the end of a pipe to it.
static pid_t run(const char *const argv[], int *in)
{
    union {
        const char *const *in;
        char *const *out;
    } words = {.in = argv}; // execvp changes nothing, whatever its prototype says
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(ends[0], STDIN_FILENO);
        close(ends[0]);
        close(ends[1]);
        execvp(argv[0], words.out);
        _exit(127);
    }

    close(ends[0]);
    if (in)
        *in = ends[1];
    else
        close(ends[1]);
    return pid;
}

static void end(pid_t pid, int how)
{
    kill(pid, how);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

void bench_need_pipewire(void)
{
    if (system("pipewire --version >/dev/null 2>&1") == 0)
        return;
    puts("SKIPPED: there is no daemon pipewire on this machine");
    exit(77);
}

static void need_manager(void)
{
    bench_need_pipewire();
    if (system("command -v wireplumber dbus-run-session >/dev/null 2>&1") != 0) {
        puts("SKIPPED: there is no wireplumber, or no dbus-run-session, on this machine");
        exit(77);
    }
}

static void begin_on_a_bus(char *const argv[], const char *option)
{
    if (getenv("PIPEWIRE_TEST_BUS"))
        return;
    setenv("PIPEWIRE_TEST_BUS", "1", 1);
    execlp("dbus-run-session", "dbus-run-session", option, argv[0], (char *)NULL);
    fail_msg("dbus-run-session does not start");
}

void bench_need_manager(char *const argv[])
{
    need_manager();
    begin_on_a_bus(argv, "--");
}

void bench_need_portal(char *const argv[])
{
    if (access(PORTAL, X_OK) != 0 || access(PORTAL_STORE_PROGRAM, X_OK) != 0) {
        puts("SKIPPED: there is no xdg-desktop-portal on this machine");
        exit(77);
    }
    need_manager();
    begin_on_a_bus(argv, "--config-file=" PIPEWIRE_TESTS "/bus.conf");
}

static void start_manager(struct bench *bench)
{
    static const char *const argv[] = {"wireplumber", NULL};
    bench->manager = run(argv, NULL);
    int64_t until = bench_now_ms() + 2 * START_MS;
    while (system("pw-cli ls 2>/dev/null | grep -q 'metadata.name = .default'") != 0) {
        assert_true(bench_now_ms() < until);
        nap();
    }
}

// A daemon's socket is there before anybody listens at it.
static bool is_listening(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    union {
        const struct sockaddr_un *in;
        const struct sockaddr *out;
    } where = {.in = address};
    bool is = connect(fd, where.out, sizeof(*address)) == 0;
    close(fd);
    return is;
}

void bench_start_daemon(struct bench *bench)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *argv[] = {"pipewire", "-c", PIPEWIRE_TESTS "/pipewire.conf", NULL};
    if (bench->managed)
        argv[1] = NULL;
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/pipewire-0", bench->folder);
    unlink(address.sun_path); // what a killed daemon left
    bench->daemon = run(argv, NULL);
    int64_t until = bench_now_ms() + START_MS;
    while (!is_listening(&address)) {
        assert_true(bench_now_ms() < until);
        nap();
    }
    if (bench->managed)
        start_manager(bench);
}

void bench_kill_daemon(struct bench *bench)
{
    end(bench->daemon, SIGKILL);
    bench->daemon = 0;
    if (bench->manager)
        end(bench->manager, SIGKILL);
    bench->manager = 0;
}

void bench_start_camera(struct bench *bench, size_t at, const char *name, const char *format,
                        unsigned scale, const char *memory, const char *location)
{
    char times[8];
    snprintf(times, sizeof(times), "%u", scale);
    const char *const argv[] = {PIPEWIRE_NODE, name,     format,    times,
                                memory,        location, RECORDING, NULL};
    bench->cameras[at].pid = run(argv, &bench->cameras[at].in);
}

void bench_kill_camera(struct bench *bench, size_t at)
{
    end(bench->cameras[at].pid, SIGKILL);
    close(bench->cameras[at].in);
    bench->cameras[at].pid = 0;
}

void bench_tell(struct bench *bench, size_t at, const char *command)
{
    char line[64];
    int n = snprintf(line, sizeof(line), "%s\n", command);
    assert_int_equal(write(bench->cameras[at].in, line, (size_t)n), n);
}

static bool has_owner(const char *name)
{
    DBusConnection *bus = dbus_bus_get_private(DBUS_BUS_SESSION, NULL);
    assert_non_null(bus);
    dbus_connection_set_exit_on_disconnect(bus, FALSE);
    bool has = dbus_bus_name_has_owner(bus, name, NULL);
    dbus_connection_close(bus);
    dbus_connection_unref(bus);
    return has;
}

void bench_start_portal(struct bench *bench)
{
    static const struct {
        const char *program, *name;
    } parts[PORTAL_PROCESSES] = {
        [PORTAL_BACK_END] = {PIPEWIRE_ACCESS, "org.freedesktop.impl.portal.desktop.test"},
        [PORTAL_STORE] = {PORTAL_STORE_PROGRAM, "org.freedesktop.impl.portal.PermissionStore"},
        [PORTAL_ITSELF] = {PORTAL, "org.freedesktop.portal.Desktop"},
    };
    setenv("XDG_DESKTOP_PORTAL_DIR", PIPEWIRE_TESTS, 1);
    setenv("XDG_CURRENT_DESKTOP", "test", 1);
    for (size_t i = 0; i < PORTAL_PROCESSES; i++) {
        const char *const argv[] = {parts[i].program, NULL};
        int64_t until = bench_now_ms() + START_MS;
        bench->portal[i] = run(argv, i == PORTAL_BACK_END ? &bench->back_end : NULL);
        while (!has_owner(parts[i].name)) {
            assert_true(bench_now_ms() < until);
            nap();
        }
    }
}

void bench_stop_portal(struct bench *bench)
{
    for (size_t i = 0; i < PORTAL_PROCESSES; i++) {
        if (bench->portal[i])
            end(bench->portal[i], SIGKILL);
        bench->portal[i] = 0;
    }
    close(bench->back_end);
}

void bench_answer(struct bench *bench, const char *word)
{
    char line[16];
    int n = snprintf(line, sizeof(line), "%s\n", word);
    assert_int_equal(write(bench->back_end, line, (size_t)n), n);
}

static int setup(void **state, bool managed)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    bench->managed = managed;
    snprintf(bench->folder, sizeof(bench->folder), "/tmp/pw-XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
    setenv("XDG_RUNTIME_DIR", bench->folder, 1);
    setenv("PIPEWIRE_RUNTIME_DIR", bench->folder, 1);
    setenv("XDG_STATE_HOME", bench->folder, 1);
    setenv("XDG_CONFIG_HOME", bench->folder, 1);
    setenv("XDG_DATA_HOME", bench->folder, 1);

    frame_init(&bench->frame);
    luma_buffer_init(&bench->luma);
    bench->reader = qr_reader_new();
    bench->codes = calloc(1, sizeof(*bench->codes));
    assert_true(bench->reader && bench->codes);
    bench_start_daemon(bench);
    *state = bench;
    return 0;
}

int bench_setup(void **state)
{
    return setup(state, false);
}

int bench_setup_managed(void **state)
{
    return setup(state, true);
}

int bench_teardown(void **state)
{
    struct bench *bench = *state;
    if (bench->source)
        bench_drop_source(bench);
    for (size_t i = 0; i < RIG_CAMERAS; i++) {
        if (bench->cameras[i].pid)
            bench_kill_camera(bench, i);
    }
    if (bench->portal[0])
        bench_stop_portal(bench);
    if (bench->daemon)
        bench_kill_daemon(bench);

    char command[64];
    snprintf(command, sizeof(command), "rm -rf '%s'", bench->folder);
    assert_int_equal(system(command), 0);

    frame_destroy(&bench->frame);
    luma_buffer_destroy(&bench->luma);
    qr_reader_free(bench->reader);
    free(bench->codes);
    free(bench);
    return 0;
}

void bench_make_source(struct bench *bench, const char *spec)
{
    bench->source = source_from_spec(spec, &bench->fault);
    assert_non_null(bench->source);
}

void bench_drop_source(struct bench *bench)
{
    bench->source->ops->close(bench->source);
    bench->source->ops->destroy(bench->source);
    bench->source = NULL;
}

int64_t bench_await_frame(struct bench *bench, int64_t most_ms)
{
    struct source *source = bench->source;
    int64_t begin = bench_now_ms();
    for (;;) {
        if (source->ops->open(source, &bench->fault) &&
            source->ops->next(source, &bench->frame, &bench->fault) == SOURCE_FRAME)
            return bench_now_ms() - begin;
        source->ops->close(source);
        if (bench_now_ms() - begin > most_ms)
            fail_msg("no frame in %d ms: %s %s", (int)most_ms,
                     failure_code(bench->fault.failure), bench->fault.detail);
        assert_true(source->ops->await(source));
    }
}

enum failure bench_await_failure(struct bench *bench, int64_t most_ms)
{
    int64_t until = bench_now_ms() + most_ms;
    struct source *source = bench->source;
    while (bench_now_ms() < until) {
        if (source->ops->next(source, &bench->frame, &bench->fault) == SOURCE_FAILED) {
            source->ops->close(source);
            return bench_now_ms() <= until ? bench->fault.failure : FAILURE_NONE;
        }
    }
    return FAILURE_NONE;
}

enum failure bench_open_failure(struct bench *bench)
{
    struct source *source = bench->source;
    bool opened = source->ops->open(source, &bench->fault);
    if (opened)
        return bench_await_failure(bench, START_MS);
    source->ops->close(source);
    return bench->fault.failure;
}

static void is_that(const struct bench *bench, enum failure failure, enum failure expected)
{
    if (failure != expected)
        fail_msg("%s: %s", failure_code(failure), bench->fault.detail);
}

void bench_refuses(struct bench *bench, enum failure expected)
{
    is_that(bench, bench_open_failure(bench), expected);
}

void bench_refuses_in_the_end(struct bench *bench, enum failure at_first, enum failure expected)
{
    int64_t until = bench_now_ms() + START_MS;
    enum failure failure = bench_open_failure(bench);
    while (failure == at_first && bench_now_ms() < until) {
        assert_true(bench->source->ops->await(bench->source));
        failure = bench_open_failure(bench);
    }
    is_that(bench, failure, expected);
}

void bench_open(struct bench *bench)
{
    bench_await_frame(bench, START_MS);
}

void bench_next(struct bench *bench)
{
    struct source *source = bench->source;
    if (source->ops->next(source, &bench->frame, &bench->fault) != SOURCE_FRAME)
        fail_msg("%s: %s", failure_code(bench->fault.failure), bench->fault.detail);
}

void bench_read_code(struct bench *bench)
{
    for (int i = 0; i < 30; i++) {
        struct luma luma;
        bench_next(bench);
        assert_true(luma_from_pixels(&bench->frame.pixels, &bench->luma, &luma, &bench->fault));
        if (!qr_reader_read(bench->reader, &luma, bench->codes))
            continue;
        struct span read = qr_payload(&bench->codes->code[0]);
        assert_true(span_equal(read, span_str(payload)));
        return;
    }
    fail_msg("no code in 30 frames");
}
