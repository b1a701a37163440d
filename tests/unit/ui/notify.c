// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "ui/window/notify.h"

// A service manager that listens under an abstract name.
static int listen_as_manager(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char name[64];
    int bytes = snprintf(name, sizeof(name), "@qrconfirm-test-%d", (int)getpid());
    memcpy(address.sun_path + 1, name + 1, (size_t)bytes - 1);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address,
                          (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)bytes)),
                     0);
    setenv("NOTIFY_SOCKET", name, 1);
    return fd;
}

static void expect(int fd, const char *text)
{
    char got[64] = "";
    ssize_t bytes = recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT);
    assert_int_equal(bytes, text ? (ssize_t)strlen(text) : -1);
    if (text)
        assert_string_equal(got, text);
}

static void tells_ready_alive_and_stopping(void **state)
{
    (void)state;
    struct notify notify;
    int manager = listen_as_manager();
    setenv("WATCHDOG_USEC", "30000000", 1);
    notify_open(&notify);
    assert_null(getenv("NOTIFY_SOCKET"));

    notify_ready(&notify, 1000);
    expect(manager, "READY=1");
    notify_alive(&notify, 1000);
    expect(manager, "WATCHDOG=1");
    notify_alive(&notify, 15999);
    expect(manager, NULL);

    assert_int_equal(notify_wait_ms(&notify, 15999, -1), 1);
    assert_int_equal(notify_wait_ms(&notify, 10000, 33), 33);
    notify_alive(&notify, 16000);
    expect(manager, "WATCHDOG=1");

    notify_close(&notify);
    expect(manager, "STOPPING=1");
    close(manager);
}

static void waits_for_ever_without_a_watchdog(void **state)
{
    (void)state;
    struct notify notify;
    int manager = listen_as_manager();
    setenv("WATCHDOG_USEC", "30000000", 1);
    setenv("WATCHDOG_PID", "1", 1); // meant for another process
    notify_open(&notify);
    assert_int_equal(notify_wait_ms(&notify, 0, -1), -1);
    notify_alive(&notify, 1000000);
    expect(manager, NULL);
    notify_close(&notify);
    close(manager);
}

static void is_silent_without_a_manager(void **state)
{
    (void)state;
    static const char *const names[] = {NULL, "", "relative", FIXTURES_DIR "/missing"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct notify notify;
        if (names[i])
            setenv("NOTIFY_SOCKET", names[i], 1);
        notify_open(&notify);
        assert_int_equal(notify.fd, -1);
        notify_ready(&notify, 0);
        notify_alive(&notify, 0);
        assert_int_equal(notify_wait_ms(&notify, 0, -1), -1);
        notify_close(&notify);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_ready_alive_and_stopping),
        cmocka_unit_test(waits_for_ever_without_a_watchdog),
        cmocka_unit_test(is_silent_without_a_manager),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
