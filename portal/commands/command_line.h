// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_COMMANDS_COMMAND_LINE_H
#define QRCONFIRM_PORTAL_COMMANDS_COMMAND_LINE_H

// What stands behind the name of a command of qrportal, as plain data. Strings belong to the
// arguments.

#include <stdbool.h>
#include <stddef.h>

enum command_reader {
    READER_SERVE = 1,
    READER_USER = 2,
    READER_CONFIG = 4,
    READER_KEY = 8,
    READER_BITRIX24 = 16,
    READER_TOKENS = 32,
    READER_STORE = 64,
    READER_DEVICES = 128,
    READER_BADGES = 256
};

enum command_option {
    OPTION_DATA,
    OPTION_LISTEN,
    OPTION_BASE_URL,
    OPTION_REQUEST_LOG,
    OPTION_MODE,
    OPTION_PLAIN_HTTP,
    OPTION_CHECK,
    OPTION_DISPLAY_NAME,
    OPTION_ADMIN,
    OPTION_OTP,
    OPTION_DEVICES,
    OPTION_COUNT,
    OPTION_EXPIRES,
    OPTION_LABEL,
    OPTION_CSV,
    OPTION_GROUP,
    OPTION_ACCOUNT,
    OPTION_JSON,
    OPTION_PAGE,
    OPTIONS
};

#define COMMAND_WORDS_MAX 3u

struct command_line {
    bool given[OPTIONS];
    const char *values[OPTIONS]; // NULL: not given, or a switch; that of --data has a default
    const char *words[COMMAND_WORDS_MAX]; // the rest is NULL
    size_t word_count;
};

// "--listen ADDRESS:PORT"
void command_line_option_words(enum command_option option, char *out, size_t size);

enum command_line_end {
    COMMAND_LINE_READ,
    COMMAND_LINE_NO_VALUE, // an option lacks its value
    COMMAND_LINE_TOO_LONG  // more than `most` words
};

// What looks like an option, but is not one of this command, is a word, as the value of a
// setting may begin with a dash. `out` is set only by COMMAND_LINE_READ.
enum command_line_end command_line_read(enum command_reader reader, int count, char **arguments,
                                        size_t most, struct command_line *out);

#endif
