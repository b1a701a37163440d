// SPDX-License-Identifier: MIT
#include "ui/places/history.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "net/pairings/journal_check.h"
#include "net/protocol/json_text.h"

#define HISTORY_LINES 4000u // of the journal: not every line is an entry

// Entries in the order of the file: the oldest gives way.
struct reading {
    struct history *history;
    size_t taken;
};

static void copy(char *to, size_t size, json_t *entry, const char *name)
{
    const char *text = json_string_value(json_object_get(entry, name));
    snprintf(to, size, "%s", text ? text : "");
}

static enum history_kind decision_kind(const char *decision)
{
    if (strcmp(decision, "approve") == 0)
        return HISTORY_APPROVED;
    return strcmp(decision, "deny") == 0 ? HISTORY_DENIED : HISTORY_REPORTED;
}

static enum history_kind kind_of(const char *event, json_t *entry)
{
    static const struct {
        const char *event;
        enum history_kind kind;
    } kinds[] = {
        {"paired", HISTORY_PAIRED},     {"not kept", HISTORY_NOT_KEPT},
        {"replaced", HISTORY_REPLACED}, {"forgotten", HISTORY_REMOVED},
        {"revoked", HISTORY_REVOKED},   {"certificate-changed", HISTORY_CERTIFICATE},
    };

    const char *decision = json_string_value(json_object_get(entry, "decision"));
    if (strcmp(event, "decision") == 0 && decision)
        return decision_kind(decision);

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(event, kinds[i].event) == 0)
            return kinds[i].kind;
    }
    return HISTORY_OTHER;
}

static void take_line(void *userdata, const struct journal_line *line)
{
    struct reading *reading = userdata;
    json_t *entry = json_text_load(line->text, 0, NULL, NULL);
    const char *event = json_string_value(json_object_get(entry, "event"));
    if (event && !json_object_get(entry, "statement") &&
        strcmp(event, JOURNAL_CUT_SHORT) != 0) {
        struct history_entry *to = &reading->history->entry[reading->taken++ % HISTORY_MAX];
        *to = (struct history_entry){
            .kind = kind_of(event, entry),
            .time = json_integer_value(json_object_get(entry, "time")),
        };
        copy(to->event, sizeof(to->event), entry, "event");
        copy(to->portal, sizeof(to->portal), entry, "portal");
        copy(to->account, sizeof(to->account), entry, "account");
        copy(to->browser, sizeof(to->browser), entry, "browser");
        copy(to->place, sizeof(to->place), entry, "place");
    }

    json_decref(entry);
}

static void swap(struct history_entry *a, struct history_entry *b)
{
    struct history_entry held = *a;
    *a = *b;
    *b = held;
}

static void reverse(struct history_entry *entry, size_t count)
{
    for (size_t i = 0; i < count / 2; i++)
        swap(&entry[i], &entry[count - 1 - i]);
}

bool history_read(struct history *history, const char *state_dir, const char *data_dir,
                  struct fault *fault)
{
    *history = (struct history){0};
    struct reading reading = {.history = history};
    struct journal_checked checked;
    if (!journal_check(state_dir, data_dir, HISTORY_LINES, take_line, &reading, &checked,
                       fault))
        return false;
    history->changed = checked.sum.faulty > 0 || checked.loss != JOURNAL_KEPT;

    size_t newest = reading.taken % HISTORY_MAX;
    history->count = reading.taken < HISTORY_MAX ? reading.taken : HISTORY_MAX;
    if (reading.taken > HISTORY_MAX) {
        // The ring's two parts, each turned round, are the newest first.
        reverse(history->entry, newest);
        reverse(history->entry + newest, HISTORY_MAX - newest);
    } else {
        reverse(history->entry, history->count);
    }

    return true;
}
