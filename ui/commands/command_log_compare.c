// SPDX-License-Identifier: MIT
#include "ui/commands/command_log_compare.h"

#include <errno.h>
#include <jansson.h>
#include <sodium.h>
#include <string.h>

#include "net/pairings/portal_record.h"
#include "ui/commands/journal_fault.h"
#include "ui/terminal/terminal.h"
#include "ui/text/json_line.h"
#include "ui/text/language.h"
#include "ui/text/safe_text.h"
#include "ui/text/wall_clock.h"
#include "ui/view/view.h"

#define RECORD_LINE_MAX 2048u // bytes

// ---- reading ---------------------------------------------------------------------------

static bool read_record(FILE *file, const char *name, struct portal_record *record,
                        struct fault *fault)
{
    char line[RECORD_LINE_MAX];
    while (fgets(line, sizeof(line), file)) {
        struct span text = span_str(line);
        if (text.n + 1 == sizeof(line))
            return fault_set(fault, FAILURE_JOURNAL_RECORD, "%s: a line is too long", name);
        if (!portal_record_take(record, text, fault))
            return false;
    }
    if (ferror(file))
        return fault_set(fault, FAILURE_JOURNAL_RECORD, "%s: %s", name, strerror(errno));
    return record->begun ||
           fault_set(fault, FAILURE_JOURNAL_RECORD, "%s: nothing is in it", name);
}

static bool load_record(const char *name, struct portal_record *record, struct fault *fault)
{
    bool is_input = strcmp(name, "-") == 0;
    FILE *file = is_input ? stdin : fopen(name, "re");
    if (!file)
        return fault_set(fault, FAILURE_JOURNAL_RECORD, "%s: %s", name, strerror(errno));
    bool ok = read_record(file, name, record, fault);
    if (!is_input)
        fclose(file);
    return ok;
}

// ---- telling ---------------------------------------------------------------------------

static const char *kind_name(enum record_difference kind)
{
    switch (kind) {
    case RECORD_NOT_HERE:
        return "not-here";
    case RECORD_NOT_THERE:
        return "not-there";
    case RECORD_OTHER_END:
        return "other-end";
    }
    return "";
}

static const char *kind_words(enum record_difference kind)
{
    switch (kind) {
    case RECORD_NOT_HERE:
        return _("the portal has it, this journal does not");
    case RECORD_NOT_THERE:
        return _("this journal has it, the portal does not");
    case RECORD_OTHER_END:
        return _("the journal that the portal was told of with it was another one");
    }
    return "";
}

static void print_json(void *userdata, const struct record_finding *finding)
{
    char hash[2 * HASH_SIZE + 1];
    (void)userdata;
    sodium_bin2hex(hash, sizeof(hash), finding->hash, HASH_SIZE);
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:s, s:I, s:o}", "event", "difference", "what",
                  kind_name(finding->kind), "statement", finding->statement, "hash", hash,
                  "time", (json_int_t)finding->time, "line",
                  finding->line > 0 ? json_integer((json_int_t)finding->line) : json_null());
    json_line_print(stdout, object, JSON_COMPACT);
}

static void print_text(void *userdata, const struct record_finding *finding)
{
    char hash[2 * HASH_SIZE + 1], time[WALL_CLOCK_MAX];
    struct wall_clock clock = wall_clock_here();
    (void)userdata;
    wall_clock_time(&clock, finding->time, time);
    sodium_bin2hex(hash, sizeof(hash), finding->hash, HASH_SIZE);
    printf("! %s  ", *time ? time : "-");
    safe_text_print(stdout, span_str(finding->statement));
    printf(" %s: %s\n", hash, kind_words(finding->kind));
}

static bool compare(const struct options *options, const struct paths *paths,
                    struct portal_record *record, struct fault *fault)
{
    size_t common, differences;
    bool json = options->face == FACE_JSON;
    if (!portal_record_compare(record, paths->state, json ? print_json : print_text, NULL,
                               &common, &differences, fault))
        return false;

    if (!json) {
        printf(ngettext("%zu answer is in both.", "%zu answers are in both.", common), common);
        putchar('\n');
    }
    return differences == 0 ||
           fault_set(fault, FAILURE_JOURNAL_DIFFERS,
                     ngettext("%zu difference", "%zu differences", differences), differences);
}

static void pass_by(void *userdata, const struct journal_line *line)
{
    (void)userdata;
    (void)line;
}

enum exit_code command_log_compare(const struct options *options, const struct paths *paths)
{
    struct fault fault = {0};
    struct journal_checked checked;
    struct portal_record record;
    portal_record_init(&record);

    bool same = load_record(options->compare, &record, &fault) &&
                compare(options, paths, &record, &fault) &&
                journal_check(paths->state, paths->data, JOURNAL_ALL, pass_by, NULL, &checked,
                              &fault) &&
                journal_is_whole(paths, &checked, &fault);
    portal_record_destroy(&record);
    return same ? EXIT_CODE_OK : terminal_tell_fault(options, &fault);
}
