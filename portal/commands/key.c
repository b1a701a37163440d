// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "portal/commands/command.h"
#include "portal/commands/command_line.h"
#include "portal/core/folder.h"
#include "portal/core/keys.h"

static void print_key(const char *what, const struct portal_key *key)
{
    char id[KEY_ID_HEX_SIZE + 1];
    if (!key->present)
        return;
    key_id_hex(key->portal_id, id); // a key id is the first bytes of the portal id
    printf("%s\t%s\n", what, id);
}

static bool list(const char *directory, struct fault *fault)
{
    struct portal_keys keys;
    if (!folder_check(directory, false, fault) || !keys_read(&keys, directory, fault))
        return false;
    if (!keys.current.present)
        return fault_set(fault, FAILURE_USAGE, "%s: has no key yet: qrportal serve makes it",
                         directory);
    print_key("current", &keys.current);
    print_key("next", &keys.next);
    print_key("old", &keys.old);
    keys_destroy(&keys);
    return true;
}

int command_key(int count, char **arguments)
{
    struct portal_environment environment;
    struct command_line line;
    struct fault fault;
    switch (command_line_read(READER_KEY, count, arguments, 1, &line)) {
    case COMMAND_LINE_NO_VALUE:
        return command_usage("key: --data lacks its value");
    case COMMAND_LINE_TOO_LONG:
        return command_usage("key: too many arguments");
    case COMMAND_LINE_READ:
        break;
    }

    const char *directory = line.values[OPTION_DATA], *verb = line.words[0];
    portal_environment_system(&environment);
    bool done;
    if (!verb || strcmp(verb, "list") == 0)
        done = list(directory, &fault);
    else if (strcmp(verb, "announce") == 0)
        done = folder_check_served(directory, &fault) &&
               keys_announce(directory, &environment, &fault);
    else if (strcmp(verb, "switch") == 0)
        done = folder_check_served(directory, &fault) && keys_switch(directory, &fault);
    else if (strcmp(verb, "drop-old") == 0)
        done = folder_check_served(directory, &fault) && keys_drop_old(directory, &fault);
    else
        return command_usage("key: list, announce, switch or drop-old");

    return done ? EXIT_CODE_OK : command_failed(&fault);
}
