// SPDX-License-Identifier: MIT
#include "ui/commands/command_log.h"

#include <jansson.h>

#include "net/pairings/journal_check.h"
#include "net/protocol/json_text.h"
#include "ui/commands/command_log_compare.h"
#include "ui/commands/journal_fault.h"
#include "ui/terminal/terminal.h"
#include "ui/text/json_line.h"
#include "ui/text/language.h"
#include "ui/text/safe_text.h"
#include "ui/text/shown_host.h"
#include "ui/text/wall_clock.h"
#include "ui/view/view.h"

#define LINES_SHOWN 1000u // without --all

static const char *mark_name(enum journal_mark mark)
{
    switch (mark) {
    case JOURNAL_WHOLE:
        return "whole";
    case JOURNAL_TORN:
        return "torn";
    case JOURNAL_BROKEN:
        return "broken";
    case JOURNAL_DAMAGED:
        return "damaged";
    }
    return "";
}

static void print_json(void *userdata, const struct journal_line *line)
{
    (void)userdata;
    bool starved = false;
    json_t *entry = json_text_load(line->text, JSON_REJECT_DUPLICATES, NULL, &starved);
    json_t *object = json_pack("{s:s, s:I, s:s}", "event", "entry", "line",
                               (json_int_t)line->number, "mark", mark_name(line->mark));
    if (entry || starved)
        json_line_add(&object, "entry", entry);
    json_line_print(stdout, object, JSON_COMPACT);
}

static void print_time(json_int_t seconds)
{
    char text[WALL_CLOCK_MAX];
    struct wall_clock clock = wall_clock_here();
    wall_clock_time(&clock, (int64_t)seconds, text);
    printf("%s", *text ? text : "-");
}

// Every member but the hashes, in the order in which they were written.
static void print_members(json_t *entry)
{
    const char *key;
    json_t *value;

    json_object_foreach(entry, key, value)
    {
        if (!json_is_string(value) || strcmp(key, "before") == 0 || strcmp(key, "hash") == 0 ||
            strcmp(key, "pairing") == 0 || strcmp(key, "event") == 0)
            continue;

        const char *text = json_string_value(value);
        printf("  %s: ", key);
        safe_text_print(stdout,
                        span_str(strcmp(key, "portal") == 0 ? shown_host(text).text : text));
        putchar('\n');
    }
}

static void print_text(void *userdata, const struct journal_line *line)
{
    (void)userdata;
    if (line->mark == JOURNAL_DAMAGED) {
        printf("%s\n", _("! This line is no entry of the journal."));
        return;
    }
    if (line->mark == JOURNAL_TORN) {
        printf("%s\n", _("! This line was cut short by a full disk or a crash."));
        return;
    }

    json_t *entry = json_text_load(line->text, 0, NULL, NULL);
    print_time(json_integer_value(json_object_get(entry, "time")));
    const char *event = json_string_value(json_object_get(entry, "event"));
    printf("  %s\n", event ? event : "");
    print_members(entry);
    if (line->mark == JOURNAL_BROKEN)
        printf("%s\n", _("! What came before this entry has been changed."));
    json_decref(entry);
}

enum exit_code command_log(const struct options *options, const struct paths *paths)
{
    struct fault fault = {0};
    struct journal_checked checked;
    if (options->compare)
        return command_log_compare(options, paths);

    bool json = options->face == FACE_JSON;
    size_t wanted = options->all ? JOURNAL_ALL : LINES_SHOWN;

    if (!journal_check(paths->state, paths->data, wanted, json ? print_json : print_text, NULL,
                       &checked, &fault))
        return terminal_tell_fault(options, &fault);

    if (!options->all && checked.sum.lines > LINES_SHOWN) {
        fprintf(stderr, _("These are the last %u of %zu entries; --all prints them all."),
                LINES_SHOWN, checked.sum.lines);
        fputc('\n', stderr);
    }

    if (journal_is_whole(paths, &checked, &fault))
        return EXIT_CODE_OK;
    return terminal_tell_fault(options, &fault);
}
