// SPDX-License-Identifier: MIT
// What tests and administrators of the mode bitrix24 read and set beside the running server.
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "net/protocol/base64.h"
#include "portal/bitrix24/app_passwords.h"
#include "portal/bitrix24/bitrix24.h"
#include "portal/bitrix24/captcha.h"
#include "portal/bitrix24/recovery_codes.h"
#include "portal/bitrix24/statement.h"
#include "portal/commands/command.h"
#include "portal/commands/command_line.h"
#include "portal/commands/listing.h"
#include "portal/commands/on_store.h"
#include "portal/core/users.h"

// "sid<TAB>word" of each captcha that is open, the newest last.
static int list_captchas(struct portal *portal)
{
    struct rows rows;
    struct fault fault;
    struct listing listing;
    if (!listing_begin(&listing, &fault))
        return command_failed(&fault);

    portal_begin(portal);
    rows_open(&rows, &portal->store, "SELECT sid, word FROM captchas ORDER BY rowid", "");
    while (rows_next(&rows)) {
        char sid[CAPTCHA_SID + 1], word[CAPTCHA_WORD + 1];
        rows_text(&rows, 0, sid, sizeof(sid));
        rows_text(&rows, 1, word, sizeof(word));
        fprintf(listing.out, "%s\t%s\n", sid, word);
    }
    bool ok = portal_end(portal, false);

    listing_print(&listing);
    return ok ? EXIT_CODE_OK : EXIT_CODE_INTERNAL;
}

static int print_unique_id(struct portal *portal)
{
    char id[BITRIX24_UNIQUE_ID + 1];
    portal_begin(portal);
    bitrix24_unique_id(portal, id);
    if (!portal_end(portal, true))
        return EXIT_CODE_INTERNAL;
    printf("%s\n", id);
    return EXIT_CODE_OK;
}

static bool parse_key(const char *text, uint8_t out[static PUBLIC_KEY_SIZE])
{
    static const int variants[] = {
        sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
        sodium_base64_VARIANT_URLSAFE, sodium_base64_VARIANT_URLSAFE_NO_PADDING};
    size_t size, length = strlen(text);
    if (length == 2 * PUBLIC_KEY_SIZE &&
        sodium_hex2bin(out, PUBLIC_KEY_SIZE, text, length, NULL, &size, NULL) == 0)
        return size == PUBLIC_KEY_SIZE;
    for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
        if (base64_read(span_str(text), variants[i], out, PUBLIC_KEY_SIZE, &size))
            return size == PUBLIC_KEY_SIZE;
    }
    return false;
}

// Inside a transaction.
static int add_key(struct portal *portal, const struct user *user, const char *text)
{
    uint8_t key[PUBLIC_KEY_SIZE];
    if (!text || !parse_key(text, key))
        return command_usage(
            "bitrix24 statement-key: a public key has 32 bytes, written in hex "
            "or base64");
    if (!bitrix24_statement_key_add(&portal->store, user->id, key))
        return command_usage("bitrix24 statement-key: the key belongs to another account");
    return EXIT_CODE_OK;
}

static int add_app_password(struct portal *portal, const struct user *user, const char *kind)
{
    struct app_password wanted = {.user = user->id};
    char made[APP_PASSWORD_LETTERS + 1];
    if (!kind || !app_passwords_known(kind))
        return command_usage("bitrix24 app-password: the kind is mobile, desktop or dav");
    snprintf(wanted.application, sizeof(wanted.application), "%s", kind);
    app_passwords_add(portal, &wanted, made);
    if (store_has_failed(&portal->store))
        return command_not_written();
    printf("%s\n", made);
    return EXIT_CODE_OK;
}

static int make_recovery_codes(struct portal *portal, const struct user *user)
{
    char codes[RECOVERY_CODES][RECOVERY_CODE + 1];
    recovery_codes_make(portal, user->id, codes);
    if (store_has_failed(&portal->store)) // the rest of them was not made
        return command_not_written();
    for (size_t i = 0; i < RECOVERY_CODES; i++)
        printf("%s\n", codes[i]);
    return EXIT_CODE_OK;
}

static int run_for_user(struct portal *portal, const struct command_line *line)
{
    const char *verb = line->words[0], *value = line->words[2];
    struct user user;
    int code = EXIT_CODE_USAGE;

    portal_begin(portal);
    if (!users_by_name(&portal->store, line->words[1], &user))
        command_usage("bitrix24: there is no such account");
    else if (strcmp(verb, "statement-key") == 0)
        code = add_key(portal, &user, value);
    else if (strcmp(verb, "app-password") == 0)
        code = add_app_password(portal, &user, value);
    else if (strcmp(verb, "recovery-codes") == 0)
        code = make_recovery_codes(portal, &user);
    else
        command_usage("bitrix24: there is no such command");

    if (!portal_end(portal, code == EXIT_CODE_OK) && code == EXIT_CODE_OK)
        return command_not_written();
    return code;
}

static int run(struct portal *portal, const struct command_line *line)
{
    if (line->word_count == 1 && strcmp(line->words[0], "captcha") == 0)
        return list_captchas(portal);
    if (line->word_count == 1 && strcmp(line->words[0], "unique-id") == 0)
        return print_unique_id(portal);
    if (line->word_count >= 2)
        return run_for_user(portal, line);
    return command_usage("bitrix24: captcha, unique-id, statement-key NAME KEY, app-password "
                         "NAME KIND or recovery-codes NAME");
}

int command_bitrix24(int count, char **arguments)
{
    struct command_line line;
    if (command_line_read(READER_BITRIX24, count, arguments, 3, &line) != COMMAND_LINE_READ ||
        line.word_count == 0)
        return command_usage("bitrix24: an argument is missing or not known");
    return command_on_store(&line, run);
}
