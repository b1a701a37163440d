// SPDX-License-Identifier: MIT
#include "ui/window/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define WATCHDOG_USEC_MAX (3600LL * 1000000)

static void say(const struct notify *notify, const char *text)
{
    // A service manager that does not read is not waited for.
    if (notify->fd >= 0)
        (void)!send(notify->fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
}

static int connect_to(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t bytes = strlen(name);
    if ((name[0] != '/' && name[0] != '@') || bytes >= sizeof(address.sun_path))
        return -1;

    memcpy(address.sun_path, name, bytes);
    if (name[0] == '@')
        address.sun_path[0] = '\0'; // the abstract name space

    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + bytes);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, size) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static int64_t watchdog_ms(void)
{
    const char *text = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
    if (!text || (pid && strtoll(pid, NULL, 10) != getpid()))
        return 0;
    long long usec = strtoll(text, NULL, 10);
    return usec > 0 && usec <= WATCHDOG_USEC_MAX ? usec / 2000 : 0;
}

void notify_open(struct notify *notify)
{
    const char *name = getenv("NOTIFY_SOCKET");
    *notify = (struct notify){.fd = name ? connect_to(name) : -1};
    if (notify->fd >= 0)
        notify->every_ms = watchdog_ms();
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
}

void notify_close(struct notify *notify)
{
    say(notify, "STOPPING=1");
    if (notify->fd >= 0)
        close(notify->fd);
    notify->fd = -1;
}

void notify_ready(struct notify *notify, int64_t now_ms)
{
    say(notify, "READY=1");
    notify->due_ms = now_ms;
}

void notify_alive(struct notify *notify, int64_t now_ms)
{
    if (notify->every_ms <= 0 || now_ms < notify->due_ms)
        return;
    say(notify, "WATCHDOG=1");
    notify->due_ms = now_ms + notify->every_ms;
}

int notify_wait_ms(const struct notify *notify, int64_t now_ms, int wait_ms)
{
    if (notify->fd < 0 || notify->every_ms <= 0)
        return wait_ms;
    int64_t left = notify->due_ms > now_ms ? notify->due_ms - now_ms : 0;
    return wait_ms < 0 || left < wait_ms ? (int)left : wait_ms;
}
