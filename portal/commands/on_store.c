// SPDX-License-Identifier: MIT
#include "portal/commands/on_store.h"

#include "console/signals.h"
#include "portal/commands/command.h"

int command_on_store(const struct command_line *line,
                     int (*run)(struct portal *portal, const struct command_line *line))
{
    struct portal portal;
    struct fault fault;
    signals_block();
    suspend_block();
    if (!portal_open_store(&portal, line->values[OPTION_DATA], &fault))
        return command_failed(&fault);

    int code = run(&portal, line);
    portal_close_store(&portal);
    return code;
}
