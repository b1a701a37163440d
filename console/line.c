// SPDX-License-Identifier: MIT
#include "console/line.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "console/signals.h"

struct reading {
    enum line_kind kind;
    const char *prompt;
    int signals_fd, suspend_fd;
    struct echo echo;
};

void echo_off(struct echo *echo, int fd)
{
    echo->fd = -1;
    if (fd < 0 || !isatty(fd) || tcgetattr(fd, &echo->before) != 0)
        return;
    struct termios silent = echo->before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    silent.c_lflag |= ECHONL; // that Enter was pressed is no secret
    if (tcsetattr(fd, TCSAFLUSH, &silent) == 0)
        echo->fd = fd;
}

void echo_on(struct echo *echo)
{
    if (echo->fd >= 0)
        tcsetattr(echo->fd, TCSADRAIN, &echo->before);
    echo->fd = -1;
}

// Silent before it asks: who answers at once is not shown, and none of it is thrown away.
static void ask(struct reading *reading)
{
    if (reading->kind == LINE_SECRET)
        echo_off(&reading->echo, STDIN_FILENO);
    if (isatty(STDIN_FILENO))
        fprintf(stderr, "%s: ", reading->prompt);
}

static void suspend(struct reading *reading)
{
    echo_on(&reading->echo);
    suspend_now();
    ask(reading);
}

// Waits until standard input can be read. False if a signal came.
static bool await_input(struct reading *reading)
{
    for (;;) {
        struct pollfd wait[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                                {.fd = reading->signals_fd, .events = POLLIN},
                                {.fd = reading->suspend_fd, .events = POLLIN}};
        if (poll(wait, sizeof(wait) / sizeof(wait[0]), -1) < 0 && errno != EINTR)
            return true; // the read says what is wrong
        if (signals_came())
            return false;
        if (wait[2].revents)
            suspend(reading);
        else if (wait[0].revents)
            return true;
    }
}

// One byte at a time: what follows the line belongs to others.
static enum line_end read_line(struct reading *reading, char *out, size_t room)
{
    size_t size = 0;

    for (;;) {
        char c;
        if (!await_input(reading))
            return LINE_STOPPED;

        ssize_t got = read(STDIN_FILENO, &c, 1);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;

        if (got <= 0 && size == 0)
            return LINE_NONE;
        if (got <= 0 || c == '\n')
            break;

        if (c != '\r' && size < room)
            out[size++] = c;
    }

    if (size >= room)
        return LINE_TOO_LONG;

    out[size] = '\0';
    return LINE_READ;
}

enum line_end line_read(enum line_kind kind, const char *prompt, char *out, size_t room)
{
    struct reading reading = {.kind = kind, .prompt = prompt, .echo = {.fd = -1}};
    reading.signals_fd = signals_open(NULL);
    reading.suspend_fd = suspend_open(NULL);
    ask(&reading);

    enum line_end end = read_line(&reading, out, room);
    echo_on(&reading.echo);
    if (end == LINE_STOPPED && isatty(STDIN_FILENO))
        fputc('\n', stderr);
    if (end != LINE_READ)
        explicit_bzero(out, room);

    close(reading.suspend_fd);
    close(reading.signals_fd);
    return end;
}
