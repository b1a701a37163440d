// SPDX-License-Identifier: MIT
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "portal/commands/command.h"

// In two, as a compiler need not take longer strings.
static const char usage_commands[] =
    "Usage: qrportal COMMAND [OPTION...]\n"
    "\n"
    "A portal to try QR sign-in with. A reverse proxy before it has to be named: see\n"
    "\"Behind a proxy\" in docs/portal.md.\n"
    "\n"
    "  serve                 serve the pages and the protocol until a signal ends it\n"
    "  user add NAME         add an account; asks for its password, or takes the\n"
    "                        first line of standard input\n"
    "  user list             list the accounts\n"
    "  user enable NAME      let an account in again\n"
    "  user disable NAME     let an account in no more, and end what it has open\n"
    "  user password NAME    set a new password, and end what the old one opened\n"
    "  config [list]         list the settings\n"
    "  config get NAME       print a setting\n"
    "  config set NAME VALUE\n"
    "                        change a setting\n"
    "  key [list]            list the keys that sign for the portal\n"
    "  key announce          name the next key to the devices\n"
    "  key switch            sign with the next key\n"
    "  key drop-old          take the key before this one away\n"
    "  check                 look through the store, also while it is served; 1 if\n"
    "                        something is wrong with it\n"
    "  backup FILE           save the store and the keys into a file, also while it\n"
    "                        is served\n"
    "  restore FILE          make the portal again of such a file, in a folder that\n"
    "                        has none\n"
    "  store copy FILE       move the accounts and all else from portal.db to the\n"
    "                        PostgreSQL that a file names\n"
    "  tokens add NAME       make tokens, each of which pairs one device with an\n"
    "                        account\n"
    "  tokens list [NAME]    list the tokens, never their text\n"
    "  tokens revoke NUMBER  withdraw a token that no device has used\n"
    "  tokens revoke-all NAME\n"
    "                        withdraw all of an account that no device has used\n"
    "  badges add NAME       make a badge, by which a person signs in at a kiosk\n"
    "  badges list [NAME]    list the badges, never their text\n"
    "  badges revoke NUMBER  withdraw a badge, and what its person has by it at\n"
    "                        kiosks\n"
    "  badges revoke-all NAME\n"
    "                        withdraw all of an account\n"
    "  badges confirm NAME DIGITS\n"
    "                        type the digits that a kiosk shows to the person before\n"
    "                        you\n"
    "  devices list          list the devices: who, when last seen, program,\n"
    "                        configuration\n"
    "  devices journal DEVICE\n"
    "                        list what a device's answers say of its journal\n"
    "  devices end [DEVICE]  end whom the devices signed in\n"
    "  devices renew [DEVICE]\n"
    "                        ask the devices for a new key with their next receipt\n"
    "  devices revoke [DEVICE]\n"
    "                        refuse the devices from now on\n"
    "  bitrix24 captcha      list the open captchas\n"
    "  bitrix24 unique-id    print the portal's own number\n"
    "  bitrix24 statement-key NAME KEY\n"
    "                        let a key sign for an account\n"
    "  bitrix24 app-password NAME mobile|desktop|dav\n"
    "                        make an application password and print it\n"
    "  bitrix24 recovery-codes NAME\n"
    "                        make ten recovery codes and print them\n"
    "\n";

static const char usage_options[] =
    "  --data DIR            where the portal's files are, ./qrportal-data if not\n"
    "                        given\n"
    "  --listen ADDRESS:PORT\n"
    "                        serve: where to listen, 127.0.0.1:8443 if not given; or\n"
    "                        unix:/PATH\n"
    "  --base-url URL        serve: the address that people and devices open\n"
    "  --request-log FILE    serve: a line for each request of a device\n"
    "  --mode MODE           serve: qr-login or bitrix24\n"
    "  --plain-http          serve: http, for tests or behind a proxy that ends TLS;\n"
    "                        on loopback addresses and Unix sockets only\n"
    "  --check               serve: only say whether options and settings go together\n"
    "  --display-name TEXT   user add: the name that people see\n"
    "  --admin               user add: may change the portal's settings\n"
    "  --otp                 user add: with two-step login; its secret is printed\n"
    "  --devices             user password: the account's devices go too\n"
    "  --count NUMBER        tokens add: so many, 1 to 1000; 1 if not given\n"
    "  --expires TIME        tokens add: good for 30m, 12h or 7d, at most 90d; 7d if\n"
    "                        not given.\n"
    "                        badges add: at most 400d; 365d if not given\n"
    "  --label TEXT          tokens add: what the devices are called, each with its\n"
    "                        number.\n"
    "                        badges add: what the badge is called\n"
    "  --csv                 tokens add: a table with all that the devices are to be\n"
    "                        told.\n"
    "                        badges add: a table with what is printed on the badge\n"
    "  --page                badges add: a page of HTML to be printed\n"
    "  --group GROUP         tokens add: the group that the devices come into;\n"
    "                        devices: those of this group\n"
    "  --account NAME        devices: those of this account\n"
    "  --json                devices: one JSON object a line\n"
    "  --help                show this help\n"
    "  --version             show the version\n";

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
        fputs(usage_commands, stdout);
        fputs(usage_options, stdout);
        return EXIT_CODE_OK;
    }
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
