// SPDX-License-Identifier: MIT
// What the desktop is told to show, by a session bus of the test's own and a program on it that
// says what has come (notification_server.c); and where nobody is there to be told.
#include "ui/window/notifier.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "scanner/bus/session_bus.h"
#include "tests/unit/ui/bus_programs.h"

#define PATIENCE_MS 30000 // until what must come has come, on a busy machine
#define NEVER_MS    500   // that nothing comes in this time is taken for never

static struct {
    struct program bus, server;
    struct notifier *notifier;
    int pressed_fd; // counts presses
} bench;

static void on_press(void *userdata)
{
    (void)userdata;
    eventfd_write(bench.pressed_fd, 1);
}

static bool pressed_within(int ms)
{
    struct pollfd fd = {.fd = bench.pressed_fd, .events = POLLIN};
    eventfd_t count;
    return poll(&fd, 1, ms) > 0 && eventfd_read(bench.pressed_fd, &count) == 0;
}

static void start_server(const char *way)
{
    const char *const argv[] = {NOTIFICATION_SERVER, way, NULL};
    run(&bench.server, argv);
    expect(&bench.server, "ready");
}

static void show(const char *summary, const char *body)
{
    struct notice notice = {0};
    snprintf(notice.summary, sizeof(notice.summary), "%s", summary);
    snprintf(notice.body, sizeof(notice.body), "%s", body);
    notifier_show(bench.notifier, &notice);
}

static void start_notifier(void)
{
    bench.pressed_fd = eventfd(0, EFD_CLOEXEC);
    assert_true(bench.pressed_fd >= 0);
    bench.notifier = notifier_start(on_press, NULL);
    assert_non_null(bench.notifier);
}

static void stop_notifier(void)
{
    notifier_stop(bench.notifier);
    bench.notifier = NULL;
}

static int begin(void **state)
{
    (void)state;
    start_bus(&bench.bus);
    start_notifier();
    return 0;
}

static int finish(void **state)
{
    (void)state;
    stop_notifier();
    close(bench.pressed_fd);
    end(&bench.server);
    end(&bench.bus);
    return 0;
}

static void one_takes_the_place_of_another_and_goes(void **state)
{
    (void)state;
    start_server("");
    show("A sign-in waits for your answer", "");
    expect(&bench.server, "shows 1 in place of 0: A sign-in waits for your answer / ");
    show("portal.example.com as <b>anna</b> & co", "Signed in");
    expect(&bench.server,
           "shows 1 in place of 1: portal.example.com as <b>anna</b> & co / Signed in");
    notifier_withdraw(bench.notifier);
    expect(&bench.server, "closes 1");

    // The next one is another one; what is shown at the end goes with the program.
    show("Вход выполнен", "");
    expect(&bench.server, "shows 2 in place of 0: Вход выполнен / ");
    dprintf(bench.server.in, "press 2 default\n"); // told where its number is known
    assert_true(pressed_within(PATIENCE_MS));
    stop_notifier();
    expect(&bench.server, "closes 2");
}

static void what_has_just_been_sent_is_taken_back_at_the_end(void **state)
{
    (void)state;
    for (;;) {
        start_server("slow");
        show("first", "");
        expect(&bench.server, "shows 1 in place of 0: first / ");
        int64_t before_ms = session_bus_now_ms();
        stop_notifier(); // before the number of it has come
        if (session_bus_now_ms() - before_ms < NOTIFIER_END_MS)
            break;

        // A busy machine was slower than the program stays: once more.
        end(&bench.server);
        close(bench.pressed_fd);
        start_notifier();
    }
    expect(&bench.server, "closes 1");
}

static void what_is_not_shown_is_not_taken_back(void **state)
{
    (void)state;
    start_server("");
    notifier_withdraw(bench.notifier);
    show("first", "");
    expect(&bench.server, "shows 1 in place of 0: first / ");
}

static void a_press_is_told(void **state)
{
    (void)state;
    start_server("");
    show("first", "");
    expect(&bench.server, "shows 1 in place of 0: first / ");
    dprintf(bench.server.in, "press 2 default\n"); // of another program's
    dprintf(bench.server.in, "press 1 approve\n"); // no action of ours
    assert_false(pressed_within(NEVER_MS));
    dprintf(bench.server.in, "press 1 default\n");
    assert_true(pressed_within(PATIENCE_MS));
}

static void what_no_bus_may_carry_is_not_sent(void **state)
{
    (void)state;
    start_server("");
    show("\xff", "");
    show("second", "\xc3");
    show("third", "");
    expect(&bench.server, "shows 1 in place of 0: third / ");
}

static void another_desktop_is_told_the_next_one(void **state)
{
    (void)state;
    show("to nobody", "");
    notifier_withdraw(bench.notifier);
    start_server("");
    show("first", "");
    expect(&bench.server, "shows 1 in place of 0: first / ");

    end(&bench.server);
    end(&bench.bus);
    start_bus(&bench.bus);
    start_server("");
    do {
        show("on another bus", ""); // the loss of the first one may not have been seen yet
    } while (poll(&(struct pollfd){.fd = fileno(bench.server.out), .events = POLLIN}, 1, 100) ==
             0);
    expect(&bench.server, "shows 1 in place of 0: on another bus / ");
}

static void nobody_waits_for_a_desktop_that_says_nothing(void **state)
{
    (void)state;
    start_server("silent");
    show("first", "");
    expect(&bench.server, "shows 1 in place of 0: first / ");
    int64_t before_ms = session_bus_now_ms();
    stop_notifier();
    assert_true(session_bus_now_ms() - before_ms <
                5000); // of ten seconds that an answer may take
}

static void a_number_that_comes_late_is_used_all_the_same(void **state)
{
    (void)state;
    start_server("silent");
    show("first", "");
    expect(&bench.server, "shows 1 in place of 0: first / ");
    usleep(NEVER_MS * 1000);
    show("second", "");
    dprintf(bench.server.in, "answer\n");
    expect(&bench.server, "shows 1 in place of 1: second / ");
    notifier_withdraw(bench.notifier);
    usleep(NEVER_MS * 1000);
    dprintf(bench.server.in, "answer\n");
    expect(&bench.server, "closes 1");
}

static void without_a_bus_nothing_happens(void **state)
{
    (void)state;
    unsetenv("DBUS_SESSION_BUS_ADDRESS");
    setenv("XDG_RUNTIME_DIR", "/nonexistent", 1);
    start_notifier();
    show("first", "");
    notifier_withdraw(bench.notifier);
    stop_notifier();
    close(bench.pressed_fd);

    show("to none", "");
    notifier_withdraw(NULL);
    notifier_stop(NULL);
}

#define AT_A_BUS(test) cmocka_unit_test_setup_teardown(test, begin, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_BUS(one_takes_the_place_of_another_and_goes),
        AT_A_BUS(what_has_just_been_sent_is_taken_back_at_the_end),
        AT_A_BUS(what_is_not_shown_is_not_taken_back),
        AT_A_BUS(a_press_is_told),
        AT_A_BUS(what_no_bus_may_carry_is_not_sent),
        AT_A_BUS(another_desktop_is_told_the_next_one),
        AT_A_BUS(nobody_waits_for_a_desktop_that_says_nothing),
        AT_A_BUS(a_number_that_comes_late_is_used_all_the_same),
        cmocka_unit_test(without_a_bus_nothing_happens),
    };

    signal(SIGPIPE, SIG_IGN);
    if (system("command -v dbus-daemon >/dev/null 2>&1") != 0) {
        puts("SKIPPED: there is no dbus-daemon on this machine");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
