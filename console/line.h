// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_CONSOLE_LINE_H
#define QRCONFIRM_CONSOLE_LINE_H

// A line that a person types, or a pipe brings: read from standard input, a secret one without
// echo where that is a terminal. The terminal is as it was before whatever ends the reading.
// Block the signals first (console/signals.h).

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

struct echo {
    int fd; // of a terminal that is silent now; -1: none
    struct termios before;
};

// Switches the echo of `fd` off, if it is a terminal, and on again.
void echo_off(struct echo *echo, int fd);
void echo_on(struct echo *echo);

enum line_kind { LINE_SHOWN, LINE_SECRET };

enum line_end {
    LINE_READ,
    LINE_NONE,     // the input is over
    LINE_TOO_LONG, // `room` bytes or more
    LINE_STOPPED   // a signal came that ends the program
};

// Prompts on standard error if a person is there. Writes the line without its end and a NUL;
// what is not LINE_READ leaves an empty text.
enum line_end line_read(enum line_kind kind, const char *prompt, char *out, size_t room);

#endif
