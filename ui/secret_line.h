// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_SECRET_LINE_H
#define QRCONFIRM_UI_SECRET_LINE_H

// A line that nobody may see: read from standard input, without echo where that is a terminal.

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

struct secret_echo {
    int fd; // of a terminal that is silent now; -1: none
    struct termios before;
};

// Switches the echo of `fd` off, if it is a terminal, and on again.
void secret_echo_off(struct secret_echo *echo, int fd);
void secret_echo_on(struct secret_echo *echo);

// Prompts on standard error if a person is there. Writes the line without its end and a NUL;
// false at the end of the input, or if the line has `room` bytes or more.
bool secret_line_read(const char *prompt, char *out, size_t room);

#endif
