// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "portal/commands/command.h"
#include "portal/commands/command_line.h"
#include "portal/core/folder.h"
#include "portal/core/schema.h"
#include "portal/core/store_check.h"

static void print_found(void *userdata, enum store_check_part part, const char *what)
{
    (void)userdata;
    printf("%s\twrong\t%s\n", store_check_part_name(part), what);
}

// What nothing was found in, or nothing was looked for.
static void print_rest(const struct store_checked *checked)
{
    for (int at = 0; at < STORE_CHECK_PARTS; at++) {
        const char *part = store_check_part_name((enum store_check_part)at);
        if (!checked->looked[at])
            printf("%s\tnot-looked-at\t\n", part);
        else if (checked->found[at] == 0)
            printf("%s\tok\t\n", part);
    }
}

static size_t all_found(const struct store_checked *checked)
{
    size_t found = 0;
    for (int part = 0; part < STORE_CHECK_PARTS; part++)
        found += checked->found[part];
    return found;
}

// The folder around it: keys that are lost or another portal's.
static bool check_folder(const char *directory)
{
    struct fault fault;
    bool whole = folder_check(directory, false, &fault);
    printf("folder\t%s\t%s\n", whole ? "ok" : "wrong", whole ? "" : fault.detail);
    return whole;
}

static int judge(const char *directory, const struct store_checked *checked, bool folder)
{
    struct fault fault;
    if (checked->found[STORE_CHECK_FILE] > 0)
        fault_set(&fault, FAILURE_STORE_DAMAGED, "%s", directory);
    else if (all_found(checked) > 0)
        fault_set(&fault, FAILURE_INTERNAL,
                  "%s: what is wrong in its store was not written by this program: keep a "
                  "backup, and look for what else writes there",
                  directory);
    else if (!folder)
        fault_set(&fault, FAILURE_INTERNAL, "%s: its store is whole, the folder is not",
                  directory);
    else
        return EXIT_CODE_OK;
    return command_failed(&fault);
}

int command_check(int count, char **arguments)
{
    struct command_line line;
    struct store_checked checked;
    struct fault fault;
    if (command_line_read(READER_STORE, count, arguments, 0, &line) != COMMAND_LINE_READ)
        return command_usage("check: takes --data alone");

    const char *directory = line.values[OPTION_DATA];
    if (!store_check(directory, print_found, NULL, &checked, &fault))
        return command_failed(&fault);
    print_rest(&checked);
    bool folder = check_folder(directory);
    if (checked.version != SCHEMA_VERSION && all_found(&checked) == 0)
        printf("version\told\t%lld: the next start brings it up to date\n",
               (long long)checked.version);
    return judge(directory, &checked, folder);
}
