// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "portal/commands/command.h"
#include "portal/commands/command_line.h"
#include "portal/commands/listing.h"
#include "portal/core/policy.h"
#include "portal/core/portal.h"

static void print_row(FILE *out, struct store *store, enum config_id id)
{
    char value[CONFIG_LIST_MAX + 1];
    config_list(store, id, value);
    fprintf(out, "%s=%s\n", config_rows[id].name, value);
}

static int list(struct portal *portal)
{
    struct fault fault;
    struct listing listing;
    if (!listing_begin(&listing, &fault))
        return command_failed(&fault);

    portal_begin(portal);
    for (size_t i = 0; i < CONFIG_COUNT; i++)
        print_row(listing.out, &portal->store, (enum config_id)i);
    bool ok = portal_end(portal, false);

    listing_print(&listing);
    return ok ? EXIT_CODE_OK : EXIT_CODE_INTERNAL;
}

static int get(struct portal *portal, enum config_id id)
{
    char value[CONFIG_LIST_MAX + 1];
    portal_begin(portal);
    config_list(&portal->store, id, value);
    if (!portal_end(portal, false))
        return EXIT_CODE_INTERNAL;
    printf("%s\n", value);
    return EXIT_CODE_OK;
}

static int set(struct portal *portal, enum config_id id, const char *value)
{
    struct fault fault;
    portal_begin(portal);
    bool done = policy_set(&portal->store, id, value, &fault);
    bool written = portal_end(portal, done);
    if (!done)
        return command_failed(&fault);
    if (!written)
        return EXIT_CODE_INTERNAL;
    if (id == CONFIG_PICKUP_CODE && strcmp(value, "off") == 0)
        fputs("qrportal: from now on a code that somebody mails or prints signs its sender in "
              "when it is approved\n",
              stderr);
    return EXIT_CODE_OK;
}

static int run(struct portal *portal, size_t count, const char *const *words)
{
    enum config_id id;
    if (count == 0 || (count == 1 && strcmp(words[0], "list") == 0))
        return list(portal);
    if (count < 2)
        return command_usage("config: list, get NAME or set NAME VALUE");
    if (!config_find(words[1], &id))
        return command_usage("config: there is no such setting");
    if (count == 2 && strcmp(words[0], "get") == 0)
        return get(portal, id);
    if (count == 3 && strcmp(words[0], "set") == 0)
        return set(portal, id, words[2]);
    return command_usage("config: list, get NAME or set NAME VALUE");
}

int command_config(int count, char **arguments)
{
    struct command_line line;
    switch (command_line_read(READER_CONFIG, count, arguments, 3, &line)) {
    case COMMAND_LINE_NO_VALUE:
        return command_usage("config: --data lacks its value");
    case COMMAND_LINE_TOO_LONG:
        return command_usage("config: too many arguments");
    case COMMAND_LINE_READ:
        break;
    }

    struct portal portal;
    struct fault fault;
    if (!portal_open_store(&portal, line.values[OPTION_DATA], &fault))
        return command_failed(&fault);

    int code = run(&portal, line.word_count, line.words);
    portal_close_store(&portal);
    return code;
}
