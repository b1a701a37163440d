// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "console/signals.h"
#include "ui/commands.h"
#include "ui/config.h"
#include "ui/fault_line.h"
#include "ui/language.h"
#include "ui/terminal.h"

// No file may be opened in the place of a standard stream that the caller has closed: what is
// printed would go into it. Reading one gives its end, writing it fails.
static void hold_standard_streams(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDONLY);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO)
        close(fd);
}

// What was printed and never arrived is no success. A reader that has left has had enough.
static enum exit_code check_output(enum exit_code result)
{
    errno = 0;
    bool failed = fflush(stdout) != 0 || ferror(stdout);
    if (!failed || result != EXIT_CODE_OK || errno == EPIPE)
        return result;
    struct fault fault;
    fault_set(&fault, FAILURE_OUTPUT, "%s", errno ? strerror(errno) : _("standard output"));
    fault_line_print(stderr, &fault);
    return failure_exit(fault.failure);
}

static void speak(const char *language)
{
    if (language && language_is_known(language))
        language_switch(language);
}

// What the command line says wins over the configuration file, also for what is told of
// mistakes in either.
static bool read_settings(int argc, char *argv[], struct config *config,
                          struct options *options, struct paths *paths, struct fault *fault)
{
    *options = options_default;
    const char *named = options_find(argc, argv, "config");
    const char *language = options_find(argc, argv, "lang");
    speak(language);
    if (!paths_find(paths, fault) ||
        !config_read(config, named ? named : paths->config, named != NULL, options, fault))
        return false;
    speak(language ? language : options->language);
    return options_parse(argc, argv, options, fault);
}

int main(int argc, char *argv[])
{
    static struct config config; // options point into it
    struct options options;
    struct paths paths;
    struct fault fault = {0};

    hold_standard_streams();
    signals_block();
    language_init(NULL);
    if (!read_settings(argc, argv, &config, &options, &paths, &fault))
        return (int)terminal_tell_fault(&options_default, &fault);
    speak(options.language);
    return (int)check_output(commands_run(&options, &paths));
}
