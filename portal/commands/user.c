// SPDX-License-Identifier: MIT
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/line.h"
#include "console/signals.h"
#include "portal/commands/command.h"
#include "portal/commands/command_line.h"
#include "portal/commands/listing.h"
#include "portal/commands/of_account.h"
#include "portal/core/config.h"
#include "portal/core/trust.h"
#include "portal/core/users.h"

struct user_command {
    const char *verb, *name, *directory, *display_name;
    bool admin, otp, devices;
};

static bool parse(int count, char **arguments, struct user_command *out)
{
    struct command_line line;
    if (command_line_read(READER_USER, count, arguments, 2, &line) != COMMAND_LINE_READ)
        return false;

    *out = (struct user_command){
        .verb = line.words[0],
        .name = line.words[1],
        .directory = line.values[OPTION_DATA],
        .display_name = line.values[OPTION_DISPLAY_NAME],
        .admin = line.given[OPTION_ADMIN],
        .otp = line.given[OPTION_OTP],
        .devices = line.given[OPTION_DEVICES],
    };
    return out->verb != NULL;
}

static bool read_line(const char *prompt, char out[static USER_PASSWORD_MAX + 2],
                      struct fault *fault)
{
    switch (line_read(LINE_SECRET, prompt, out, USER_PASSWORD_MAX + 2)) {
    case LINE_READ:
        return true;
    case LINE_STOPPED:
        return fault_set(fault, FAILURE_INTERRUPTED, "stopped, nothing was changed");
    case LINE_TOO_LONG:
        return fault_set(fault, FAILURE_USAGE, "the password is longer than %d bytes",
                         USER_PASSWORD_MAX);
    case LINE_NONE:
        break;
    }
    return fault_set(fault, FAILURE_USAGE,
                     "the password is the first line of standard input; see qrportal --help");
}

// The first line of standard input. On a terminal it is not seen, so it is asked for twice.
static bool read_password(char out[static USER_PASSWORD_MAX + 2], struct fault *fault)
{
    char again[USER_PASSWORD_MAX + 2];
    if (!read_line("Password", out, fault))
        return false;
    if (!isatty(STDIN_FILENO))
        return true;
    bool came = read_line("The same again", again, fault);
    bool same = came && strcmp(out, again) == 0;
    sodium_memzero(again, sizeof(again));
    if (came && !same)
        fault_set(fault, FAILURE_USAGE, "the two passwords are not the same");
    if (!same)
        sodium_memzero(out, USER_PASSWORD_MAX + 2);
    return same;
}

// The last moment at which a signal leaves everything as it was.
static bool goes_on(struct fault *fault)
{
    return !signals_came() ||
           fault_set(fault, FAILURE_INTERRUPTED, "stopped, nothing was changed");
}

static void print_otp(struct portal *portal, const char *name, const char *secret)
{
    char issuer[CONFIG_VALUE_MAX + 1];
    portal_begin(portal);
    config_text(&portal->store, CONFIG_PORTAL_NAME, issuer);
    portal_end(portal, false);

    char escaped[3 * CONFIG_VALUE_MAX + 1];
    size_t n = 0;
    for (const char *c = issuer; *c; c++) {
        bool plain =
            strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~", *c);
        n += (size_t)snprintf(escaped + n, sizeof(escaped) - n, plain ? "%c" : "%%%02X",
                              (unsigned char)*c);
    }

    printf("otp-secret: %s\n", secret);
    printf(
        "otp-uri: otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1&digits=6&period=30\n",
        escaped, name, secret, escaped);
}

static int add(struct portal *portal, const struct user_command *command)
{
    char password[USER_PASSWORD_MAX + 2], hash[USER_HASH_MAX], secret[USER_OTP_TEXT + 1];
    struct fault fault;

    if (!read_password(password, &fault))
        return command_failed(&fault);

    const struct user_new user = {command->name, command->display_name, password,
                                  command->admin, command->otp};
    if (!users_allowed(&user, &fault))
        return command_failed(&fault);
    if (!users_hash_password(password, hash)) {
        fault_set(&fault, FAILURE_MEMORY, "out of memory");
        return command_failed(&fault);
    }
    if (!goes_on(&fault))
        return command_failed(&fault);

    portal_begin(portal);
    bool added = users_add(&portal->store, &portal->environment, &user, hash, secret, &fault);
    sodium_memzero(password, sizeof(password));
    if (!portal_end(portal, added) && added) {
        added = false;
        fault_set(&fault, FAILURE_INTERNAL, "the store cannot be written");
    }
    if (!added)
        return command_failed(&fault);

    printf("qrportal: added %s\n", command->name);
    if (command->otp)
        print_otp(portal, command->name, secret);
    return EXIT_CODE_OK;
}

static int list(struct portal *portal)
{
    struct rows rows;
    struct fault fault;
    struct listing listing;
    char name[USER_NAME_MAX + 1], display[USER_DISPLAY_MAX + 1];
    if (!listing_begin(&listing, &fault))
        return command_failed(&fault);

    portal_begin(portal);
    rows_open(&rows, &portal->store,
              "SELECT name, display_name, enabled, admin, otp_secret IS NOT NULL FROM users "
              "ORDER BY name",
              "");
    while (rows_next(&rows)) {
        rows_text(&rows, 0, name, sizeof(name));
        rows_text(&rows, 1, display, sizeof(display));
        fprintf(listing.out, "%s\t%s%s%s\t%s\n", name,
                rows_int(&rows, 2) ? "enabled" : "disabled", rows_int(&rows, 3) ? ",admin" : "",
                rows_int(&rows, 4) ? ",otp" : "", display);
    }
    bool ok = portal_end(portal, false);

    listing_print(&listing);
    return ok ? EXIT_CODE_OK : EXIT_CODE_INTERNAL;
}

static int set_enabled(struct portal *portal, const char *name, bool enabled)
{
    struct user user;
    portal_begin(portal);
    bool found = users_by_name(&portal->store, name, &user);
    if (found) {
        users_set_enabled(&portal->store, user.id, enabled);
        if (!enabled)
            trust_end(portal, user.id);
    }
    bool ok = portal_end(portal, true);
    if (!found)
        return of_account_missing(name);
    return ok ? EXIT_CODE_OK : EXIT_CODE_INTERNAL;
}

// What the old password vouched for ends in the transaction that makes the new one. Returns how
// many devices stay paired.
static size_t change_password(struct portal *portal, const struct user *user, const char *hash,
                              bool devices)
{
    users_set_password_hash(&portal->store, user->id, hash);
    trust_end(portal, user->id);
    if (devices)
        trust_revoke_devices(portal, user->id);
    return trust_devices(portal, user->id);
}

static int set_password(struct portal *portal, const char *name, bool devices)
{
    char password[USER_PASSWORD_MAX + 2], hash[USER_HASH_MAX];
    struct fault fault;
    struct user user;

    if (!read_password(password, &fault))
        return command_failed(&fault);
    const struct user_new wanted = {.name = name, .password = password};
    if (!users_allowed(&wanted, &fault))
        return command_failed(&fault);

    bool hashed = users_hash_password(password, hash);
    sodium_memzero(password, sizeof(password));
    if (!goes_on(&fault))
        return command_failed(&fault);

    portal_begin(portal);
    size_t paired = 0;
    bool found = users_by_name(&portal->store, name, &user);
    if (found && hashed)
        paired = change_password(portal, &user, hash, devices);
    bool ok = portal_end(portal, hashed);

    if (!found)
        return of_account_missing(name);
    if (!ok || !hashed) {
        fault_set(&fault, ok ? FAILURE_MEMORY : FAILURE_INTERNAL, "%s",
                  ok ? "out of memory" : "the store cannot be written");
        return command_failed(&fault);
    }

    printf("qrportal: new password for %s; signed out everywhere\n", user.name);
    if (paired > 0)
        printf("qrportal: %zu paired devices stay; --devices unpairs them too\n", paired);
    return EXIT_CODE_OK;
}

static int run(struct portal *portal, const struct user_command *command)
{
    if (strcmp(command->verb, "list") == 0 && !command->name)
        return list(portal);
    if (!command->name)
        return command_usage("user: a name is missing");
    if (strcmp(command->verb, "add") == 0)
        return add(portal, command);
    if (strcmp(command->verb, "enable") == 0)
        return set_enabled(portal, command->name, true);
    if (strcmp(command->verb, "disable") == 0)
        return set_enabled(portal, command->name, false);
    if (strcmp(command->verb, "password") == 0)
        return set_password(portal, command->name, command->devices);
    return command_usage("user: add, list, enable, disable or password");
}

int command_user(int count, char **arguments)
{
    struct user_command command;
    struct portal portal;
    struct fault fault;
    if (!parse(count, arguments, &command))
        return command_usage("user: an argument is missing or not known");
    signals_block();
    suspend_block();
    if (!portal_open_store(&portal, command.directory, &fault))
        return command_failed(&fault);
    int code = run(&portal, &command);
    portal_close_store(&portal);
    return code;
}
