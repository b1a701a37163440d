// SPDX-License-Identifier: MIT
#include "ui/commands.h"
#include "ui/config.h"
#include "ui/language.h"
#include "ui/signals.h"
#include "ui/terminal.h"

// What the command line says wins over the configuration file.
static bool read_settings(int argc, char *argv[], struct config *config,
                          struct options *options, struct paths *paths, struct fault *fault)
{
    *options = options_default;
    const char *named = options_find_config(argc, argv);
    if (!paths_find(paths, fault) ||
        !config_read(config, named ? named : paths->config, named != NULL, options, fault))
        return false;
    return options_parse(argc, argv, options, fault);
}

int main(int argc, char *argv[])
{
    static struct config config; // options point into it
    struct options options;
    struct paths paths;
    struct fault fault = {0};

    signals_block();
    language_init(NULL);
    if (!read_settings(argc, argv, &config, &options, &paths, &fault))
        return (int)terminal_tell_fault(&options_default, &fault);
    if (options.language)
        language_switch(options.language);
    return (int)commands_run(&options, &paths);
}
