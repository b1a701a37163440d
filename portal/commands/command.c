// SPDX-License-Identifier: MIT
#include "portal/commands/command.h"

#include <stdio.h>

int command_failed(const struct fault *fault)
{
    if (fault->failure == FAILURE_STORE_DAMAGED)
        fprintf(stderr, "qrportal: %s: %s. %s\n", failure_code(fault->failure), fault->detail,
                failure_next(fault->failure));
    else
        fprintf(stderr, "qrportal: %s\n", fault->detail);
    return (int)failure_exit(fault->failure);
}

int command_usage(const char *what)
{
    fprintf(stderr, "qrportal: %s; see qrportal --help\n", what);
    return EXIT_CODE_USAGE;
}

int command_not_written(void)
{
    struct fault fault;
    fault_set(&fault, FAILURE_INTERNAL, "the store cannot be written");
    return command_failed(&fault);
}
