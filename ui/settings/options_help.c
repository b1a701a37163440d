// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "console/columns.h"
#include "ui/settings/option_table.h"
#include "ui/settings/options.h"
#include "ui/text/language.h"

#define COMMAND_TEXT_MAX 512u // bytes of what a command is said to do, in any language
#define ALL              ((1u << COMMANDS) - 1)

static void print_options(FILE *out, unsigned mask)
{
    const struct argument_option *row;
    for (size_t i = 0; (row = option_row(i)) != NULL; i++) {
        if (!(row->known_by & mask))
            continue;
        int used = fprintf(out, "  --%s%s%s", row->name, row->value ? " " : "",
                           row->value ? row->value : "");
        columns_print(out, (unsigned)used, option_row_text(i));
    }
}

static void print_exit_codes(FILE *out)
{
    static const struct {
        enum exit_code code;
        const char *text;
    } codes[] = {
        {EXIT_CODE_OK, N_("confirmed, or the command did what it was asked")},
        {EXIT_CODE_INTERNAL, N_("a fault inside the program")},
        {EXIT_CODE_USAGE, N_("the command line or the configuration is wrong")},
        {EXIT_CODE_CAMERA, N_("camera, recording or picture")},
        {EXIT_CODE_NOTHING_SCANNED, N_("nothing was scanned in time")},
        {EXIT_CODE_CHALLENGE, N_("the code was rejected")},
        {EXIT_CODE_DENIED, N_("the person said no, or nobody answered")},
        {EXIT_CODE_PORTAL, N_("the portal refused")},
        {EXIT_CODE_NETWORK, N_("the network")},
        {EXIT_CODE_NOT_PAIRED, N_("not paired, or the key is locked")},
        {EXIT_CODE_INTERRUPTED, N_("stopped before there was an outcome")},
    };

    fprintf(out, "\n%s\n", _("Exit codes:"));
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        fprintf(out, "  %3d  %s\n", (int)codes[i].code, _(codes[i].text));
}

void options_print_help(FILE *out, enum command command, bool whole)
{
    if (!whole) {
        char text[COMMAND_TEXT_MAX];
        fprintf(out, "%s qrconfirm %s%s%s [OPTION...]\n\n", _("Usage:"),
                option_commands[command].name, option_commands[command].operand ? " " : "",
                option_commands[command].operand ? option_commands[command].operand : "");
        snprintf(text, sizeof(text), "%s: %s", option_commands[command].name,
                 _(option_commands[command].text));
        columns_print_paragraph(out, text);
        fputc('\n', out);
        print_options(out, 1u << command);
        print_exit_codes(out);
        return;
    }

    fprintf(out, "%s qrconfirm [COMMAND] [OPTION...]\n\n", _("Usage:"));
    columns_print_paragraph(
        out,
        _("Confirms QR sign-ins: scan the code that a portal shows, see who asks, answer."));
    fputc('\n', out);
    for (size_t i = 0; i < COMMANDS; i++) {
        int used = fprintf(out, "  %s%s%s", option_commands[i].name,
                           option_commands[i].operand ? " " : "",
                           option_commands[i].operand ? option_commands[i].operand : "");
        char text[COMMAND_TEXT_MAX];
        snprintf(text, sizeof(text), "%s%s", _(option_commands[i].text),
                 i == COMMAND_SCAN ? _(" (the default)") : "");
        columns_print(out, (unsigned)used, text);
    }

    fputc('\n', out);
    print_options(out, ALL);

    fputc('\n', out);
    columns_print_paragraph(
        out, _("On a terminal a line answers the question: deny, report, or the word that the "
               "question names, which approves. No option approves by itself."));
    print_exit_codes(out);
}
