// SPDX-License-Identifier: MIT
#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "portal/commands/command.h"
#include "portal/commands/help.h"

static const struct {
    const char *name;
    int (*run)(int count, char **arguments);
} commands[] = {
    {"serve", command_serve},       {"user", command_user},       {"config", command_config},
    {"key", command_key},           {"tokens", command_tokens},   {"devices", command_devices},
    {"bitrix24", command_bitrix24}, {"store", command_store},     {"badges", command_badges},
    {"backup", command_backup},     {"restore", command_restore}, {"check", command_check},
};

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static bool is_version(const char *word)
{
    return strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0;
}

// "--help", "help", "user --help", "user add --help", "help user add". `words` get what it is
// of.
static bool asks_for_help(int count, char **arguments, const char *words[static HELP_WORDS_MAX],
                          size_t *word_count)
{
    bool help = count > 1 && strcmp(arguments[1], "help") == 0;
    *word_count = 0;
    for (int i = help ? 2 : 1; i < count && *word_count <= HELP_WORDS_MAX; i++) {
        if (is_help(arguments[i]))
            return true;
        if (arguments[i][0] == '-')
            break; // what follows may be its value
        if (*word_count == HELP_WORDS_MAX)
            break;
        words[(*word_count)++] = arguments[i];
    }
    return help;
}

static int help(const char *const words[], size_t count)
{
    if (count == 0)
        help_of_all(languages_asked(), stdout);
    else if (!help_of(languages_asked(), words, count, stdout))
        return command_usage("there is no such command");
    return EXIT_CODE_OK;
}

// What a full disk or a closed descriptor kept back is no success.
static int written_out(int code)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    fprintf(stderr, "qrportal: the output cannot be written (%s)\n",
            errno ? strerror(errno) : "standard output");
    return code == EXIT_CODE_OK ? EXIT_CODE_INTERNAL : code;
}

static int run(int count, char **arguments)
{
    const char *words[HELP_WORDS_MAX];
    size_t word_count;
    if (asks_for_help(count, arguments, words, &word_count))
        return help(words, word_count);
    if (count > 1 && is_version(arguments[1])) {
        puts("qrportal " QRPORTAL_VERSION);
        return EXIT_CODE_OK;
    }

    if (sodium_init() < 0) {
        fputs("qrportal: there is no randomness\n", stderr);
        return EXIT_CODE_INTERNAL;
    }

    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; count > 1 && i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(arguments[1], commands[i].name) == 0)
            return commands[i].run(count - 2, arguments + 2);
    }

    return command_usage(count > 1 ? "there is no such command" : "a command is missing");
}

int main(int count, char **arguments)
{
    int code = run(count, arguments);

    // Whoever started a server may have shut its output long ago; its help is short.
    const char *words[HELP_WORDS_MAX];
    size_t word_count;
    bool serves = count > 1 && strcmp(arguments[1], "serve") == 0 &&
                  !asks_for_help(count, arguments, words, &word_count);
    return serves ? code : written_out(code);
}
