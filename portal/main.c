// SPDX-License-Identifier: MIT
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "portal/command.h"

static const char usage[] =
    "usage: qrportal serve [--data DIR] [--listen 127.0.0.1:8443] [--base-url URL]\n"
    "                      [--request-log FILE] [--mode qr-login|bitrix24] [--plain-http]\n"
    "       qrportal user add NAME [--display-name TEXT] [--admin] [--otp] [--data DIR]\n"
    "                      (the password is the first line of standard input)\n"
    "       qrportal user list | enable NAME | disable NAME  [--data DIR]\n"
    "       qrportal user password NAME [--devices] [--data DIR]\n"
    "       qrportal config [list] | get NAME | set NAME VALUE  [--data DIR]\n"
    "       qrportal key [list] | announce | switch | drop-old  [--data DIR]\n"
    "       qrportal bitrix24 captcha | unique-id | statement-key NAME KEY |\n"
    "                      app-password NAME mobile|desktop|dav | recovery-codes NAME\n"
    "       qrportal --help | --version\n"
    "\n"
    "A portal to try QR sign-in with. DIR is ./qrportal-data unless given.\n"
    "Nothing may stand before it yet: no reverse proxy, no tunnel that ends TLS.\n"
    "--plain-http is for tests: http, on loopback addresses only.\n"
    "See docs/portal.md.\n";

static const struct {
    const char *name;
    int (*run)(int count, char **arguments);
} commands[] = {
    {"serve", command_serve}, {"user", command_user},         {"config", command_config},
    {"key", command_key},     {"bitrix24", command_bitrix24},
};

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

// "--help", "help", "user --help", "user add --help"
static bool asks_for_help(int count, char **arguments)
{
    for (int i = 1; i < count && i <= 3; i++) {
        if (is_help(arguments[i]))
            return true;
        if (arguments[i][0] == '-')
            break; // what follows may be its value
    }
    return count > 1 && strcmp(arguments[1], "help") == 0;
}

int main(int count, char **arguments)
{
    if (asks_for_help(count, arguments)) {
        fputs(usage, stdout);
        return EXIT_CODE_OK;
    }
    if (count > 1 && strcmp(arguments[1], "--version") == 0) {
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
