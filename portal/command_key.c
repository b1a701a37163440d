// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "portal/command.h"
#include "portal/folder.h"
#include "portal/keys.h"

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
    const char *directory = COMMAND_DATA_DEFAULT, *verb = NULL;
    struct portal_environment environment;
    struct fault fault;

    for (int i = 0; i < count; i++) {
        const char *value = "";
        if (command_option(count, arguments, &i, "--data", &value))
            directory = value;
        else if (!verb)
            verb = arguments[i];
        else
            return command_usage("key: too many arguments");

        if (!value)
            return command_usage("key: --data lacks its value");
    }

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
