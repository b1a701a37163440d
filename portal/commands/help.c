// SPDX-License-Identifier: MIT
#include "portal/commands/help.h"

#include <inttypes.h>
#include <string.h>

#include "console/columns.h"
#include "portal/commands/command_line.h"
#include "portal/core/config.h"

#define WORDS_MAX 64u  // bytes of the name of a command or an option, with its values
#define TEXT_MAX  512u // of what one is said to do, in any language

static const struct row {
    const char *words; // the command, and what it takes
    const char *text;
} rows[] = {
    {"serve", N_("serve the pages and the protocol until a signal ends it")},
    {"user add NAME",
     N_("add an account; asks for its password, or takes the first line of standard input")},
    {"user list", N_("list the accounts")},
    {"user enable NAME", N_("let an account in again")},
    {"user disable NAME", N_("let an account in no more, and end what it has open")},
    {"user password NAME", N_("set a new password, and end what the old one opened")},
    {"config [list]", N_("list the settings")},
    {"config get NAME", N_("print a setting")},
    {"config set NAME VALUE", N_("change a setting")},
    {"key [list]", N_("list the keys that sign for the portal")},
    {"key announce", N_("name the next key to the devices")},
    {"key switch", N_("sign with the next key")},
    {"key drop-old", N_("take the key before this one away")},
    {"check",
     N_("look through the store, also while it is served; 1 if something is wrong with it")},
    {"backup FILE", N_("save the store and the keys into a file, also while it is served")},
    {"restore FILE", N_("make the portal again of such a file, in a folder that has none")},
    {"store copy FILE",
     N_("move the accounts and all else from portal.db to the PostgreSQL that a file names")},
    {"tokens add NAME", N_("make tokens, each of which pairs one device with an account")},
    {"tokens list [NAME]", N_("list the tokens, never their text")},
    {"tokens revoke NUMBER", N_("withdraw a token that no device has used")},
    {"tokens revoke-all NAME", N_("withdraw all of an account that no device has used")},
    {"badges add NAME", N_("make a badge, by which a person signs in at a kiosk")},
    {"badges list [NAME]", N_("list the badges, never their text")},
    {"badges revoke NUMBER", N_("withdraw a badge, and what its person has by it at kiosks")},
    {"badges revoke-all NAME", N_("withdraw all of an account")},
    {"badges confirm NAME DIGITS",
     N_("type the digits that a kiosk shows to the person before you")},
    {"devices list", N_("list the devices: who, when last seen, program, configuration")},
    {"devices journal DEVICE", N_("list what a device's answers say of its journal")},
    {"devices end [DEVICE]", N_("end whom the devices signed in")},
    {"devices renew [DEVICE]", N_("ask the devices for a new key with their next receipt")},
    {"devices revoke [DEVICE]", N_("refuse the devices from now on")},
    {"bitrix24 captcha", N_("list the open captchas")},
    {"bitrix24 unique-id", N_("print the portal's own number")},
    {"bitrix24 statement-key NAME KEY", N_("let a key sign for an account")},
    {"bitrix24 app-password NAME mobile|desktop|dav",
     N_("make an application password and print it")},
    {"bitrix24 recovery-codes NAME", N_("make ten recovery codes and print them")},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

// An option that says another thing to each command has a row for each.
static const struct option {
    enum command_option option;
    const char *of; // NULL: of all
    const char *text;
} options[] = {
    {OPTION_DATA, NULL, N_("where the portal's files are, ./qrportal-data if not given")},
    {OPTION_LISTEN, "serve", N_("where to listen, 127.0.0.1:8443 if not given; or unix:/PATH")},
    {OPTION_BASE_URL, "serve", N_("the address that people and devices open")},
    {OPTION_REQUEST_LOG, "serve", N_("a line for each request of a device")},
    {OPTION_MODE, "serve", N_("qr-login or bitrix24")},
    {OPTION_PLAIN_HTTP, "serve",
     N_("http, for tests or behind a proxy that ends TLS; on loopback addresses and Unix "
        "sockets "
        "only")},
    {OPTION_CHECK, "serve", N_("only say whether options and settings go together")},
    {OPTION_DISPLAY_NAME, "user add", N_("the name that people see")},
    {OPTION_ADMIN, "user add", N_("may change the portal's settings")},
    {OPTION_OTP, "user add", N_("with two-step login; its secret is printed")},
    {OPTION_DEVICES, "user password", N_("the account's devices go too")},
    {OPTION_COUNT, "tokens add", N_("so many, 1 to 1000; 1 if not given")},
    {OPTION_EXPIRES, "tokens add", N_("good for 30m, 12h or 7d, at most 90d; 7d if not given")},
    {OPTION_EXPIRES, "badges add", N_("good for so long, at most 400d; 365d if not given")},
    {OPTION_LABEL, "tokens add", N_("what the devices are called, each with its number")},
    {OPTION_LABEL, "badges add", N_("what the badge is called")},
    {OPTION_CSV, "tokens add", N_("a table with all that the devices are to be told")},
    {OPTION_CSV, "badges add", N_("a table with what is printed on the badge")},
    {OPTION_PAGE, "badges add", N_("a page of HTML to be printed")},
    {OPTION_GROUP, "tokens add", N_("the group that the devices come into")},
    {OPTION_GROUP, "devices", N_("those of this group")},
    {OPTION_ACCOUNT, "devices", N_("those of this account")},
    {OPTION_JSON, "devices", N_("one JSON object a line")},
};

#define OPTION_ROWS (sizeof(options) / sizeof(options[0]))

// ---- one row -----------------------------------------------------------------------------

static void print_row(const char *words, const char *text, FILE *out)
{
    fprintf(out, "  %s", words);
    columns_print(out, 2 + (unsigned)strlen(words), text);
}

// ---- which of them -----------------------------------------------------------------------

// These words, or more of them.
static bool begins_with(const char *text, const char *words)
{
    size_t size = strlen(words);
    return strncmp(text, words, size) == 0 && (text[size] == '\0' || text[size] == ' ');
}

static bool is_of(const struct option *option, const char *command)
{
    return !option->of || begins_with(option->of, command) || begins_with(command, option->of);
}

// `command`: "" for all. What an option says to one of several commands begins with its name.
static void print_options(const struct language *language, const char *command, FILE *out)
{
    for (size_t i = 0; i < OPTION_ROWS; i++) {
        const struct option *option = &options[i];
        char words[WORDS_MAX] = "", text[TEXT_MAX];
        const char *name = option->of && !begins_with(command, option->of) ? option->of : "";
        bool again = i > 0 && option[-1].option == option->option &&
                     (command[0] == '\0' || is_of(&option[-1], command));
        if (command[0] != '\0' && !is_of(option, command))
            continue;

        if (!again)
            command_line_option_words(option->option, words, sizeof(words));
        snprintf(text, sizeof(text), "%s%s%s", name, name[0] ? ": " : "",
                 translate(language, option->text));
        if (again)
            columns_print(out, 0, text);
        else
            print_row(words, text, out);
    }
}

// What `config` can be told of, and what a value may be.
static void print_settings(const struct language *language, FILE *out)
{
    static const char *const values[] = {
        [CONFIG_SWITCH] = " on|off",      [CONFIG_VERSION] = " VERSION",
        [CONFIG_TEXT] = " TEXT",          [CONFIG_PLAIN] = " TEXT",
        [CONFIG_NETWORKS] = " LIST",      [CONFIG_TELLS] = " WORD",
        [CONFIG_PINS] = " own|none|PINS",
    };

    fprintf(out, "\n%s\n", translate(language, N_("Settings:")));
    for (size_t i = 0; i < CONFIG_COUNT; i++) {
        const struct config_row *row = &config_rows[i];
        char words[WORDS_MAX];

        if (row->kind == CONFIG_NUMBER)
            snprintf(words, sizeof(words), "%s %" PRId64 "..%" PRId64, row->name, row->low,
                     row->high);
        else
            snprintf(words, sizeof(words), "%s%s", row->name, values[row->kind]);
        print_row(words, translate(language, row->meaning), out);
    }
}

static size_t count_rows(const char *command, const struct row **found)
{
    size_t count = 0;
    for (size_t i = 0; i < ROWS; i++) {
        if (!begins_with(rows[i].words, command))
            continue;
        *found = &rows[i];
        count++;
    }
    return count;
}

void help_of_all(const struct language *language, FILE *out)
{
    fprintf(out, "%s qrportal COMMAND [OPTION...]\n\n", translate(language, N_("Usage:")));
    columns_print_paragraph(
        out,
        translate(language,
                  N_("A portal to try QR sign-in with. A reverse proxy before it has to be "
                     "named: see \"Behind a proxy\" in docs/portal.md. qrportal COMMAND "
                     "--help says more of one.")));
    fputc('\n', out);
    for (size_t i = 0; i < ROWS; i++)
        print_row(rows[i].words, translate(language, rows[i].text), out);
    fputc('\n', out);
    print_options(language, "", out);
    print_row("--help", translate(language, N_("show this help, or that of a command")), out);
    print_row("--version", translate(language, N_("show the version")), out);
}

bool help_of(const struct language *language, const char *const words[], size_t count,
             FILE *out)
{
    char command[WORDS_MAX];
    const struct row *found = NULL;
    if (count == 0)
        return false;
    snprintf(command, sizeof(command), "%s%s%s", words[0], count > 1 ? " " : "",
             count > 1 ? words[1] : "");
    size_t there = count_rows(command, &found);
    if (there == 0) {
        snprintf(command, sizeof(command), "%s", words[0]);
        there = count_rows(command, &found);
    }
    if (there == 0)
        return false;

    fprintf(out, "%s qrportal %s%s [OPTION...]\n\n", translate(language, N_("Usage:")),
            there == 1 ? found->words : command, there == 1 ? "" : " COMMAND");
    for (size_t i = 0; i < ROWS; i++) {
        if (begins_with(rows[i].words, command))
            print_row(rows[i].words, translate(language, rows[i].text), out);
    }
    fputc('\n', out);
    print_options(language, command, out);
    if (strcmp(words[0], "config") == 0)
        print_settings(language, out);
    return true;
}
