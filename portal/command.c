// SPDX-License-Identifier: MIT
#include "portal/command.h"

#include <stdio.h>
#include <string.h>

int command_failed(const struct fault *fault)
{
    fprintf(stderr, "qrportal: %s\n", fault->detail);
    return (int)failure_exit(fault->failure);
}

int command_usage(const char *what)
{
    fprintf(stderr, "qrportal: %s; see qrportal --help\n", what);
    return EXIT_CODE_USAGE;
}

bool command_option(int count, char **arguments, int *at, const char *name, const char **value)
{
    if (strcmp(arguments[*at], name) != 0)
        return false;
    *value = *at + 1 < count ? arguments[++*at] : NULL;
    return true;
}
