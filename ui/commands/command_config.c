// SPDX-License-Identifier: MIT
#include "ui/commands/command_config.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "ui/settings/config.h"
#include "ui/settings/provision_file.h"
#include "ui/terminal/terminal.h"
#include "ui/text/json_line.h"
#include "ui/text/language.h"
#include "ui/text/safe_text.h"

struct check {
    bool json;
    const char *file; // the one that is looked at
    enum exit_code exit;
};

static void print_json(const struct check *check, const struct finding *finding,
                       const char *instead)
{
    enum failure failure = finding->fault.failure;
    json_t *object = json_pack(
        "{s:s, s:o, s:I, s:o, s:s, s:s, s:o, s:o}", "event", "finding", "file",
        json_line_text(span_str(check->file)), "line", (json_int_t)finding->line, "key",
        json_line_text(span_str(finding->key)), "code", failure_code(failure), "text",
        _(failure_text(failure)), "detail", json_line_text(span_str(finding->fault.detail)),
        "instead", json_line_text(span_str(instead)));
    json_line_print(stdout, object, JSON_COMPACT);
}

static void print_text(const struct check *check, const struct finding *finding,
                       const char *instead)
{
    safe_text_print(stdout, span_str(check->file));
    if (finding->line > 0)
        printf(_(", line %u"), finding->line);
    if (finding->key[0]) {
        fputs(", ", stdout);
        safe_text_print(stdout, span_str(finding->key));
    }

    printf(": %s\n  %s", failure_code(finding->fault.failure),
           _(failure_text(finding->fault.failure)));
    if (strcmp(finding->fault.detail, finding->key) != 0) {
        fputs(" (", stdout);
        safe_text_print(stdout, span_str(finding->fault.detail));
        putchar(')');
    }
    printf("\n  %s\n", instead);
}

static void take(void *userdata, const struct finding *finding)
{
    struct check *check = userdata;
    const char *instead =
        finding->instead[0] ? finding->instead : _(failure_next(finding->fault.failure));
    if (check->exit == EXIT_CODE_OK)
        check->exit = failure_exit(finding->fault.failure);
    (check->json ? print_json : print_text)(check, finding, instead);
}

static void tell_well(const struct check *check)
{
    if (check->json) {
        json_t *object = json_pack("{s:s, s:o}", "event", "well", "file",
                                   json_line_text(span_str(check->file)));
        json_line_print(stdout, object, JSON_COMPACT);
        return;
    }

    safe_text_print(stdout, span_str(check->file));
    printf(": %s\n", _("nothing is wrong"));
}

enum exit_code command_config(const struct options *options, const struct paths *paths,
                              const struct fault *unread)
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    struct check check = {.json = options->face == FACE_JSON, .exit = EXIT_CODE_OK};
    struct finding_sink sink = {take, &check};
    struct fault fault = {0};
    if (strcmp(options->files[0], "check") != 0) {
        fault_set(&fault, FAILURE_USAGE, _("'%s': check"), options->files[0]);
        return terminal_tell_fault(options, &fault);
    }

    check.file = options->config ? options->config : paths->config;
    if (!check.file[0]) // there is no home
        return terminal_tell_fault(options, unread);
    if (config_check(check.file, options->config != NULL, sink))
        tell_well(&check);

    if (options->file_count > 1) {
        check.file = options->files[1];
        if (provision_file_check(check.file, credentials, sink))
            tell_well(&check);
    }
    return check.exit;
}
