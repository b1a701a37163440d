// SPDX-License-Identifier: MIT
// The desktop's colours, from a session bus of the test's own and a portal on it
// (settings_portal.c); and from buses that are none.
#include "ui/window/colour_watch.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/ui/bus_programs.h"

#define PATIENCE_S 30 // until what must come has come, on a busy machine
#define TOLD_MAX   16

static struct {
    struct program bus, portal;
    struct colour_watch *watch;
    pthread_mutex_t mutex;
    pthread_cond_t more;
    enum colour_scheme told[TOLD_MAX]; // one after the other
    size_t count;
} bench = {.mutex = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER};

// ---- the portal ----

static void start_portal(const char *way, const char *number)
{
    const char *const argv[] = {SETTINGS_PORTAL, way, number, NULL};
    run(&bench.portal, argv);
    expect(&bench.portal, "ready");
}

static void order(const char *command)
{
    dprintf(bench.portal.in, "%s\n", command);
}

// ---- what is told ----

static void on_change(void *userdata)
{
    (void)userdata;
    pthread_mutex_lock(&bench.mutex);
    if (bench.count < TOLD_MAX)
        bench.told[bench.count++] = colour_watch_told(bench.watch);
    pthread_cond_signal(&bench.more);
    pthread_mutex_unlock(&bench.mutex);
}

// The thread may be quicker than what starts it.
static void start_watch(void)
{
    pthread_mutex_lock(&bench.mutex);
    bench.watch = colour_watch_start(on_change, NULL);
    pthread_mutex_unlock(&bench.mutex);
    assert_non_null(bench.watch);
}

// All that was told so far, and nothing else.
static void told(const enum colour_scheme *expected, size_t count)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    pthread_mutex_lock(&bench.mutex);
    int late = 0;
    while (bench.count < count && late == 0)
        late = pthread_cond_timedwait(&bench.more, &bench.mutex, &until);
    pthread_mutex_unlock(&bench.mutex);

    assert_int_equal(bench.count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(bench.told[i], expected[i]);
}

#define TOLD(...)                                                                              \
    told((const enum colour_scheme[]){__VA_ARGS__},                                            \
         sizeof((const enum colour_scheme[]){__VA_ARGS__}) / sizeof(enum colour_scheme))

static int begin(void **state)
{
    (void)state;
    bench.count = 0;
    start_bus(&bench.bus);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    colour_watch_stop(bench.watch);
    bench.watch = NULL;
    end(&bench.portal);
    end(&bench.bus);
    return 0;
}

// ---- a portal ----

static void what_the_portal_says_is_followed(void **state)
{
    (void)state;
    start_portal("one", "1");
    start_watch();
    TOLD(COLOUR_SCHEME_DARK);
    order("set 2");
    TOLD(COLOUR_SCHEME_DARK, COLOUR_SCHEME_LIGHT);
    order("set 7"); // of a time to come
    TOLD(COLOUR_SCHEME_DARK, COLOUR_SCHEME_LIGHT, COLOUR_SCHEME_EITHER);
}

static void an_old_portal_is_asked_the_old_way(void **state)
{
    (void)state;
    start_portal("old", "1");
    start_watch();
    TOLD(COLOUR_SCHEME_DARK);
}

static void what_has_no_colours_yet_may_have_some_later(void **state)
{
    (void)state;
    start_portal("without", "0");
    start_watch();
    expect(&bench.portal, "asked");
    order("set 2");
    TOLD(COLOUR_SCHEME_LIGHT);
}

static void nothing_else_is_believed(void **state)
{
    (void)state;
    start_portal("one", "1");
    start_watch();
    TOLD(COLOUR_SCHEME_DARK);
    order("forge 2");
    order("text");
    order("others");
    order("set 0");
    TOLD(COLOUR_SCHEME_DARK, COLOUR_SCHEME_EITHER);
}

static void another_portal_is_asked_anew(void **state)
{
    (void)state;
    start_watch(); // before there is one
    start_portal("one", "1");
    TOLD(COLOUR_SCHEME_DARK);
    end(&bench.portal);
    start_portal("one", "2");
    TOLD(COLOUR_SCHEME_DARK, COLOUR_SCHEME_LIGHT);
}

static void what_was_told_outlives_the_bus(void **state)
{
    (void)state;
    start_portal("one", "1");
    start_watch();
    TOLD(COLOUR_SCHEME_DARK);
    end(&bench.bus);
    assert_int_equal(waitpid(bench.portal.pid, NULL, 0), bench.portal.pid); // it has noticed
    bench.portal.pid = 0;
    assert_int_equal(colour_watch_told(bench.watch), COLOUR_SCHEME_DARK);
}

// ---- no bus, or none that deserves the name ----

static int listen_as_a_bus(char *folder)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char text[sizeof(address.sun_path) + 16];
    assert_non_null(mkdtemp(folder));
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/bus", folder);
    snprintf(text, sizeof(text), "unix:path=%s", address.sun_path);
    setenv("DBUS_SESSION_BUS_ADDRESS", text, 1);

    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fd, 1), 0);
    return fd;
}

static void remove_bus(const char *folder, int listener)
{
    char path[64];
    snprintf(path, sizeof(path), "%s/bus", folder);
    close(listener);
    unlink(path);
    rmdir(folder);
}

static int answer_the_door(int listener)
{
    char first;
    int fd = accept(listener, NULL, NULL);
    assert_true(fd >= 0);
    assert_int_equal(read(fd, &first, 1), 1); // it has begun to talk
    return fd;
}

// libdbus itself would wait 25 seconds for it.
static void nobody_waits_for_a_bus_that_is_silent(void **state)
{
    char folder[] = "/tmp/qrconfirm-bus-XXXXXX";
    int listener = listen_as_a_bus(folder);
    (void)state;
    start_watch();
    int fd = answer_the_door(listener);

    time_t before = time(NULL);
    colour_watch_stop(bench.watch);
    bench.watch = NULL;
    assert_true(time(NULL) - before < 8);
    assert_int_equal(bench.count, 0);
    close(fd);
    remove_bus(folder, listener);
}

static void nonsense_of_a_bus_tells_nothing(void **state)
{
    static const char *const lines[] = {
        "", "OK\r\n", "DATA 00\r\nOK zz\r\n", "REJECTED\r\n",
        "OK 0123456789abcdef0123456789abcdef\r\nl\4\1\1\377\377"};
    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        char folder[] = "/tmp/qrconfirm-bus-XXXXXX";
        char rest[256];
        int listener = listen_as_a_bus(folder);
        start_watch();
        int fd = answer_the_door(listener);
        size_t n = strlen(lines[i]);
        assert_int_equal(write(fd, lines[i], n), n);
        shutdown(fd, SHUT_WR);
        while (read(fd, rest, sizeof(rest)) > 0) // until it has turned away
            continue;

        colour_watch_stop(bench.watch);
        bench.watch = NULL;
        assert_int_equal(bench.count, 0);
        close(fd);
        remove_bus(folder, listener);
    }
}

static void without_a_bus_nothing_is_told(void **state)
{
    (void)state;
    unsetenv("DBUS_SESSION_BUS_ADDRESS");
    setenv("XDG_RUNTIME_DIR", "/nonexistent", 1);
    start_watch();
    assert_int_equal(colour_watch_told(bench.watch), COLOUR_SCHEME_UNTOLD);
    colour_watch_stop(bench.watch);
    bench.watch = NULL;
    assert_int_equal(bench.count, 0);
    colour_watch_stop(NULL);
    assert_int_equal(colour_watch_told(NULL), COLOUR_SCHEME_UNTOLD);
}

static int begin_alone(void **state)
{
    (void)state;
    bench.count = 0;
    return 0;
}

#define AT_A_BUS(test) cmocka_unit_test_setup_teardown(test, begin, finish)
#define ALONE(test)    cmocka_unit_test_setup(test, begin_alone)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_BUS(what_the_portal_says_is_followed),
        AT_A_BUS(an_old_portal_is_asked_the_old_way),
        AT_A_BUS(what_has_no_colours_yet_may_have_some_later),
        AT_A_BUS(nothing_else_is_believed),
        AT_A_BUS(another_portal_is_asked_anew),
        AT_A_BUS(what_was_told_outlives_the_bus),
        ALONE(nobody_waits_for_a_bus_that_is_silent),
        ALONE(nonsense_of_a_bus_tells_nothing),
        ALONE(without_a_bus_nothing_is_told),
    };

    signal(SIGPIPE, SIG_IGN);
    if (system("command -v dbus-daemon >/dev/null 2>&1") != 0) {
        puts("SKIPPED: there is no dbus-daemon on this machine");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
