// SPDX-License-Identifier: MIT
#include "portal/commands/command.h"

#include <stdio.h>

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
