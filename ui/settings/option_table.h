// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_SETTINGS_OPTION_TABLE_H
#define QRCONFIRM_UI_SETTINGS_OPTION_TABLE_H

// The table of options.c, for what prints it (options_help.c); nobody else reads it.

#include "console/arguments.h"

struct option_command {
    const char *name;
    const char *operand; // NULL: none
    size_t least, most;  // operands
    const char *text;    // a gettext message id
};

extern const struct option_command option_commands[]; // by enum command

// The row of an option, NULL behind the last; `known_by` has a bit for each command. Its text,
// translated.
const struct argument_option *option_row(size_t row);
const char *option_row_text(size_t row);

#endif
