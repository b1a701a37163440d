// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "console/signals.h"
#include "net/dialects/dialects.h"
#include "net/signer/signer_process.h"
#include "scanner/eye/eye_process.h"
#include "ui/commands/commands.h"
#include "ui/settings/config.h"
#include "ui/settings/provision.h"
#include "ui/terminal/terminal.h"
#include "ui/text/fault_line.h"
#include "ui/text/language.h"

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
    if (language && languages_find(language))
        language_switch(language);
}

// What the command line says wins over the configuration file, also for what is told of
// mistakes in either. What is wrong with the folders or the file goes to `unread`, and the
// settings are then those of the command line: not every command needs more. False if the
// command line itself is not right.
static bool read_settings(int argc, char *argv[], struct config *config,
                          struct options *options, struct paths *paths, struct fault *unread,
                          struct fault *fault)
{
    *options = options_default;
    *paths = (struct paths){0};
    const char *named = options_find(argc, argv, "config");
    const char *language = options_find(argc, argv, "lang");
    speak(language);
    bool found = paths_find(paths, unread);
    if (found)
        provision_finish(paths, unread);
    if (named || found)
        config_read(config, named ? named : paths->config, named != NULL, options, unread);
    speak(language ? language : options->language);
    return options_parse(argc, argv, options, fault);
}

// Help is wanted most where something is wrong, and a recording can be read without a home. Who
// names a file of settings wants it read.
static bool goes_without_settings(const struct options *options, bool named)
{
    if (options->help || options->version || options->command == COMMAND_DOCTOR ||
        options->command == COMMAND_CONFIG)
        return true;
    return !named &&
           (options->command == COMMAND_DECODE || options->command == COMMAND_CAMERAS);
}

int main(int argc, char *argv[])
{
    static struct config config; // options point into it
    struct options options;
    struct paths paths;
    struct fault unread = {0}, fault = {0};

    // Before all else: nothing of the device is to be in those processes.
    if (eye_process_asked(argc, argv))
        return eye_process_run(argc, argv, NULL);
    if (signer_process_asked(argc, argv))
        return signer_process_run(argv, dialects, NULL);

    hold_standard_streams();
    signal(SIGXFSZ, SIG_IGN); // a file too large for its limit is a write that fails
    signal(SIGCHLD, SIG_DFL); // ignored, it would take away how the eye ended
    signals_block();
    language_init(NULL);
    bool named = options_find(argc, argv, "config") != NULL; // before argv is put in order
    if (!read_settings(argc, argv, &config, &options, &paths, &unread, &fault))
        return (int)terminal_tell_fault(&options_default, &fault);
    speak(options.language);
    if (unread.failure != FAILURE_NONE && !goes_without_settings(&options, named))
        return (int)terminal_tell_fault(&options, &unread);
    return (int)check_output(commands_run(&options, &paths, &unread));
}
