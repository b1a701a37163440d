// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "portal/commands/command.h"
#include "portal/commands/command_line.h"
#include "portal/core/store_copy.h"

int command_store(int count, char **arguments)
{
    struct command_line line;
    struct store_copied copied;
    struct fault fault;
    if (command_line_read(READER_STORE, count, arguments, 2, &line) != COMMAND_LINE_READ ||
        line.word_count != 2 || strcmp(line.words[0], "copy") != 0)
        return command_usage("store: copy FILE, a file with the connection to PostgreSQL");

    const char *directory = line.values[OPTION_DATA];
    if (!store_copy(directory, line.words[1], &copied, &fault))
        return command_failed(&fault);
    printf(
        "%lld rows of %zu tables are in PostgreSQL. From now on %s is served from there; its "
        "portal.db is kept as it was.\n",
        (long long)copied.rows, copied.tables, directory);
    return EXIT_CODE_OK;
}
