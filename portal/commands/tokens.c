// SPDX-License-Identifier: MIT
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/shortage.h"
#include "net/protocol/base32.h"
#include "net/protocol/device_token.h"
#include "portal/commands/command.h"
#include "portal/commands/command_line.h"
#include "portal/commands/of_account.h"
#include "portal/commands/on_store.h"
#include "portal/commands/values.h"
#include "portal/core/device_tokens.h"
#include "portal/core/metadata.h"
#include "portal/core/pins.h"
#include "portal/core/users.h"

#define TOKENS_MAX   1000u
#define EXPIRES_WHEN "7d"
#define LABEL_WHEN   "device"
#define LABEL_SIZE   53u // bytes of a label: a number has room behind it
#define NUMBER_MAX   INT64_C(1000000000)

// What `tokens add` was asked for.
struct wanted {
    const char *name, *label, *group; // group "": none
    size_t count;
    int64_t life_s;
    bool csv;
};

struct made {
    int64_t number;
    char label[STATEMENT_LABEL_MAX + 1];
    uint8_t token[PAIRING_TOKEN_SIZE];
};

// ---- reading ---------------------------------------------------------------------------

static const char *value_of(const struct command_line *line, enum command_option option,
                            const char *otherwise)
{
    return line->given[option] ? line->values[option] : otherwise;
}

static bool read_wanted(const struct command_line *line, struct wanted *out,
                        struct fault *fault)
{
    const char *count = value_of(line, OPTION_COUNT, "1");
    const char *expires = value_of(line, OPTION_EXPIRES, EXPIRES_WHEN);
    int64_t number;
    *out = (struct wanted){.name = line->words[1],
                           .label = value_of(line, OPTION_LABEL, LABEL_WHEN),
                           .group = value_of(line, OPTION_GROUP, ""),
                           .csv = line->given[OPTION_CSV]};

    if (!value_number(count, TOKENS_MAX, &number, NULL))
        return fault_set(fault, FAILURE_USAGE, "--count: a number from 1 to %u", TOKENS_MAX);
    out->count = (size_t)number;
    if (!value_life(expires, DEVICE_TOKEN_LIFE_MIN_S, DEVICE_TOKEN_LIFE_MAX_S, &out->life_s))
        return fault_set(fault, FAILURE_USAGE,
                         "--expires: such as 30m, 12h or 7d, at most 90d");
    if (line->given[OPTION_GROUP] && !devices_is_group(out->group))
        return fault_set(fault, FAILURE_USAGE, "--group: 1 to %u bytes that can be seen",
                         DEVICE_GROUP_MAX);
    return value_label(out->label, LABEL_SIZE) ||
           fault_set(fault, FAILURE_USAGE, "--label: 1 to %u bytes that can be seen",
                     LABEL_SIZE);
}

// ---- printing --------------------------------------------------------------------------

// What each row of the table says again.
struct columns {
    char portal[BASE_URL_MAX + 1], portal_key[BASE32_LENGTH(PAIRING_FPR_SIZE) + 1];
    char pin[PIN_TEXT_SIZE + 1];
    char account[STATEMENT_ACCOUNT_MAX + 1], expires[VALUE_TIME_SIZE];
};

static void print_csv(const struct columns *columns, const struct made *made, size_t count)
{
    char token[DEVICE_TOKEN_TEXT_SIZE + 1], number[24];
    printf("number,label,portal,portal-key,pin,account,token,expires\r\n");

    for (size_t i = 0; i < count; i++) {
        snprintf(number, sizeof(number), "%lld", (long long)made[i].number);
        device_token_write(made[i].token, token);
        value_print_field(number, ',');
        value_print_field(made[i].label, ',');
        value_print_field(columns->portal, ',');
        value_print_field(columns->portal_key, ',');
        value_print_field(columns->pin, ',');
        value_print_field(columns->account, ',');
        value_print_field(token, ',');
        printf("%s\r\n", columns->expires);
    }
    sodium_memzero(token, sizeof(token));
}

static void print_plain(const struct made *made, size_t count)
{
    char token[DEVICE_TOKEN_TEXT_SIZE + 1];
    for (size_t i = 0; i < count; i++) {
        device_token_write(made[i].token, token);
        printf("%lld\t%s\t%s\n", (long long)made[i].number, token, made[i].label);
    }
    sodium_memzero(token, sizeof(token));
}

// ---- the commands ----------------------------------------------------------------------

static bool find_columns(struct portal *portal, const char *directory, struct columns *out,
                         struct fault *fault)
{
    struct metadata_address address;
    struct portal_keys keys;
    if (!metadata_address_kept(&portal->store, &address) ||
        !keys_read(&keys, directory, fault) || !keys.current.present)
        return fault_set(fault, FAILURE_USAGE,
                         "%s: was not served yet: start qrportal serve once", directory);

    base32_encode(span_of(keys.current.portal_id, PAIRING_FPR_SIZE), out->portal_key);
    keys_destroy(&keys);
    // There is one portal per host: its origin names it.
    size_t origin_size;
    base_url_is_normal(span_str(address.base_url), &origin_size);
    snprintf(out->portal, sizeof(out->portal), "%.*s", (int)origin_size, address.base_url);

    out->pin[0] = '\0';
    if (address.has_pin)
        pin_write(address.pin, out->pin);
    return true;
}

static void make(struct portal *portal, const struct wanted *wanted, int64_t user,
                 struct made *out)
{
    for (size_t i = 0; i < wanted->count; i++) {
        struct made *made = &out[i];
        if (wanted->count == 1)
            snprintf(made->label, sizeof(made->label), "%s", wanted->label);
        else
            snprintf(made->label, sizeof(made->label), "%.53s %u", wanted->label,
                     (unsigned)(i + 1));
        made->number = device_tokens_add(portal, user, made->label, wanted->group,
                                         wanted->life_s, made->token);
    }
}

// Who cannot read them has none: they are withdrawn.
static int take_back(struct portal *portal, const struct made *made, size_t count)
{
    struct fault fault;
    portal_begin(portal);
    for (size_t i = 0; i < count; i++)
        device_tokens_withdraw(portal, made[i].number);
    portal_end(portal, true);
    fault_set(&fault, FAILURE_OUTPUT, "the output cannot be written: the tokens are withdrawn");
    return command_failed(&fault);
}

static int print(struct portal *portal, const struct wanted *wanted,
                 const struct columns *columns, const struct made *made)
{
    if (wanted->csv)
        print_csv(columns, made, wanted->count);
    else
        print_plain(made, wanted->count);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return EXIT_CODE_OK;
    return take_back(portal, made, wanted->count);
}

static int add(struct portal *portal, const char *directory, const struct wanted *wanted,
               struct made *made)
{
    struct columns columns;
    struct user user;
    struct fault fault;

    portal_begin(portal);
    bool ready = find_columns(portal, directory, &columns, &fault);
    bool found = ready && users_by_name(&portal->store, wanted->name, &user);
    if (found) {
        make(portal, wanted, user.id, made);
        snprintf(columns.account, sizeof(columns.account), "%s", user.account_id);
        value_time(portal_wall_s(portal) + wanted->life_s, columns.expires);
    }
    if (!portal_end(portal, found) && ready)
        return command_not_written();

    if (!ready)
        return command_failed(&fault);
    return found ? print(portal, wanted, &columns, made) : of_account_missing(wanted->name);
}

static int read_and_add(struct portal *portal, const struct command_line *line)
{
    struct wanted wanted;
    struct fault fault;
    if (!read_wanted(line, &wanted, &fault))
        return command_failed(&fault);
    struct made *made = shortage_calloc(wanted.count, sizeof(*made));
    if (!made) {
        fault_set(&fault, FAILURE_MEMORY, "out of memory");
        return command_failed(&fault);
    }

    int code = add(portal, line->values[OPTION_DATA], &wanted, made);
    sodium_memzero(made, wanted.count * sizeof(*made));
    free(made);
    return code;
}

struct printing {
    struct portal *portal;
    FILE *out;
};

static void print_row(void *userdata, const struct device_token *token)
{
    const struct printing *printing = userdata;
    char device[2 * DEVICE_ID_SIZE + 1] = "-", expires[VALUE_TIME_SIZE];
    struct user user = {0};
    users_by_id(&printing->portal->store, token->pairing.user, &user);
    value_time(token->expires, expires);
    if (token->state == DEVICE_TOKEN_USED)
        sodium_bin2hex(device, sizeof(device), token->pairing.device_id, DEVICE_ID_SIZE);
    fprintf(printing->out, "%lld\t%s\t%s\t%s\t%s\t%s\n", (long long)token->number, user.name,
            device_token_state_name(token->state), expires, device, token->label);
}

static void list(struct portal *portal, int64_t user, struct listing *listing)
{
    struct printing printing = {portal, listing->out};
    device_tokens_list(portal, user, print_row, &printing);
}

static int revoke(struct portal *portal, const char *word)
{
    struct fault fault;
    int64_t number;
    if (!value_number(word, NUMBER_MAX, &number, NULL))
        return command_usage("tokens revoke: the number that tokens list shows");

    portal_begin(portal);
    bool withdrawn = device_tokens_withdraw(portal, number);
    if (!portal_end(portal, true))
        return command_not_written();
    if (withdrawn)
        return EXIT_CODE_OK;
    fault_set(&fault, FAILURE_USAGE, "there is no open token of that number");
    return command_failed(&fault);
}

static int run(struct portal *portal, const struct command_line *line)
{
    const char *verb = line->words[0], *word = line->words[1];
    if (strcmp(verb, "list") == 0)
        return of_account_list(portal, word, list);
    if (!word)
        return command_usage("tokens: a name or a number is missing");
    if (strcmp(verb, "add") == 0)
        return read_and_add(portal, line);
    if (strcmp(verb, "revoke") == 0)
        return revoke(portal, word);
    if (strcmp(verb, "revoke-all") == 0)
        return of_account_withdraw_all(portal, word, "tokens", device_tokens_withdraw_all);
    return command_usage("tokens: add, list, revoke or revoke-all");
}

int command_tokens(int count, char **arguments)
{
    struct command_line line;
    if (command_line_read(READER_TOKENS, count, arguments, 2, &line) != COMMAND_LINE_READ ||
        !line.words[0])
        return command_usage("tokens: an argument is missing or not known");
    return command_on_store(&line, run);
}
