// SPDX-License-Identifier: MIT
#include "portal/commands/command_line.h"

#include <stdio.h>

#include "console/arguments.h"
#include "portal/commands/command.h"

static const struct argument_option table[OPTIONS] = {
    [OPTION_DATA] = {.name = "data", .value = "DIR", .known_by = ~0u},
    [OPTION_LISTEN] = {.name = "listen", .value = "ADDRESS:PORT", .known_by = READER_SERVE},
    [OPTION_BASE_URL] = {.name = "base-url", .value = "URL", .known_by = READER_SERVE},
    [OPTION_REQUEST_LOG] = {.name = "request-log", .value = "FILE", .known_by = READER_SERVE},
    [OPTION_MODE] = {.name = "mode", .value = "MODE", .known_by = READER_SERVE},
    [OPTION_PLAIN_HTTP] = {.name = "plain-http", .known_by = READER_SERVE},
    [OPTION_CHECK] = {.name = "check", .known_by = READER_SERVE},
    [OPTION_DISPLAY_NAME] = {.name = "display-name", .value = "TEXT", .known_by = READER_USER},
    [OPTION_ADMIN] = {.name = "admin", .known_by = READER_USER},
    [OPTION_OTP] = {.name = "otp", .known_by = READER_USER},
    [OPTION_DEVICES] = {.name = "devices", .known_by = READER_USER},
    [OPTION_COUNT] = {.name = "count", .value = "NUMBER", .known_by = READER_TOKENS},
    [OPTION_EXPIRES] = {.name = "expires",
                        .value = "TIME",
                        .known_by = READER_TOKENS | READER_BADGES},
    [OPTION_LABEL] = {.name = "label",
                      .value = "TEXT",
                      .known_by = READER_TOKENS | READER_BADGES},
    [OPTION_CSV] = {.name = "csv", .known_by = READER_TOKENS | READER_BADGES},
    [OPTION_GROUP] = {.name = "group",
                      .value = "GROUP",
                      .known_by = READER_TOKENS | READER_DEVICES},
    [OPTION_ACCOUNT] = {.name = "account", .value = "NAME", .known_by = READER_DEVICES},
    [OPTION_JSON] = {.name = "json", .known_by = READER_DEVICES},
    [OPTION_PAGE] = {.name = "page", .known_by = READER_BADGES},
};

void command_line_option_words(enum command_option option, char *out, size_t size)
{
    const struct argument_option *row = &table[option];
    snprintf(out, size, "--%s%s%s", row->name, row->value ? " " : "",
             row->value ? row->value : "");
}

enum command_line_end command_line_read(enum command_reader reader, int count, char **arguments,
                                        size_t most, struct command_line *out)
{
    struct arguments left = {table, OPTIONS, reader, arguments, (size_t)count, false};
    struct command_line line = {.values = {[OPTION_DATA] = COMMAND_DATA_DEFAULT}};
    struct argument argument;
    while (arguments_next(&left, &argument)) {
        if (argument.kind == ARGUMENT_NO_VALUE)
            return COMMAND_LINE_NO_VALUE;

        if (argument.kind == ARGUMENT_OPTION) {
            line.given[argument.option] = true;
            line.values[argument.option] = argument.value;
        } else if (line.word_count < most) {
            line.words[line.word_count++] = argument.word;
        } else {
            return COMMAND_LINE_TOO_LONG;
        }
    }

    *out = line;
    return COMMAND_LINE_READ;
}
