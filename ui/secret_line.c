// SPDX-License-Identifier: MIT
#include "ui/secret_line.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void secret_echo_off(struct secret_echo *echo, int fd)
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

void secret_echo_on(struct secret_echo *echo)
{
    if (echo->fd >= 0)
        tcsetattr(echo->fd, TCSADRAIN, &echo->before);
    echo->fd = -1;
}

// One byte at a time: what follows the line belongs to others.
static bool read_line(char *out, size_t room)
{
    size_t size = 0;
    for (;;) {
        char c;
        ssize_t got = read(STDIN_FILENO, &c, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 && size == 0)
            return false;
        if (got <= 0 || c == '\n')
            break;
        if (c != '\r' && size < room)
            out[size++] = c;
    }
    bool fits = size < room;
    out[fits ? size : 0] = '\0';
    return fits;
}

bool secret_line_read(const char *prompt, char *out, size_t room)
{
    struct secret_echo echo;
    if (isatty(STDIN_FILENO))
        fprintf(stderr, "%s: ", prompt);
    secret_echo_off(&echo, STDIN_FILENO);
    bool came = read_line(out, room);
    secret_echo_on(&echo);
    return came;
}
