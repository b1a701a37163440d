// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <time.h>

#include "portal/base/environment.h"
#include "portal/commands/command.h"
#include "portal/commands/command_line.h"
#include "portal/core/backup.h"

// The one word of the command, and the data folder.
static bool read_line(int count, char **arguments, const char **file, const char **directory)
{
    struct command_line line;
    if (command_line_read(READER_STORE, count, arguments, 1, &line) != COMMAND_LINE_READ ||
        line.word_count != 1)
        return false;
    *file = line.words[0];
    *directory = line.values[OPTION_DATA];
    return true;
}

int command_backup(int count, char **arguments)
{
    const char *file, *directory;
    struct fault fault;
    struct portal_environment environment;
    if (!read_line(count, arguments, &file, &directory))
        return command_usage("backup: FILE, which is not there yet");

    portal_environment_system(&environment);
    if (!backup_make(directory, file, environment_wall_s(&environment), &fault))
        return command_failed(&fault);
    printf(
        "%s: has the store and the keys of %s. Who has it is the portal: keep it like them.\n",
        file, directory);
    return EXIT_CODE_OK;
}

int command_restore(int count, char **arguments)
{
    const char *file, *directory;
    char when[32];
    struct fault fault;
    int64_t made;
    if (!read_line(count, arguments, &file, &directory))
        return command_usage("restore: FILE, which qrportal backup made");
    if (!backup_restore(file, directory, &made, &fault))
        return command_failed(&fault);

    time_t time = (time_t)made;
    struct tm utc;
    gmtime_r(&time, &utc);
    strftime(when, sizeof(when), "%Y-%m-%d %H:%M UTC", &utc);
    printf(
        "%s: is the portal again as of %s. Nobody is signed in. What was disabled or revoked "
        "since is not: do it again.\n",
        directory, when);
    return EXIT_CODE_OK;
}
