// SPDX-License-Identifier: MIT
#include "ui/view/spoken.h"

#include <stdio.h>
#include <string.h>

#include "ui/text/language.h"

// One sentence behind the others, on one line: each line would be a message of its own to
// speech-dispatcher, where a newer one silences the one before.
static void append(char *out, size_t size, const char *label, const char *sentence)
{
    size_t used = strlen(out), length = strlen(sentence);
    if (length == 0)
        return;
    bool ends = strchr(".?!:", sentence[length - 1]) != NULL;
    int added = snprintf(out + used, size - used, "%s%s%s%s%s", used > 0 ? " " : "", label,
                         *label ? ": " : "", sentence, ends ? "" : ".");
    if (added < 0 || (size_t)added >= size - used)
        out[used] = '\0';
    for (char *c = out + used; *c; c++)
        *c = *c == '\n' ? ' ' : *c;
}

// A switch has no words of its own.
static const char *item_value(const struct view_item *item)
{
    if (item->mark == VIEW_MARK_ON)
        return _("on");
    if (item->mark == VIEW_MARK_OFF)
        return _("off");
    return item->value;
}

static void append_item(char *out, size_t size, const struct view_item *item)
{
    const char *value = item_value(item);
    append(out, size, *value ? item->label : "", *value ? value : item->label);
}

// What is pressed beside the buttons of the view; "": it has no words.
static const char *words_of(const struct view *view, struct action action)
{
    switch (action.kind) {
    case ACTION_BACK:
        return _("Back");
    case ACTION_MENU:
        return view->administrator ? _("Administrator") : _("Menu");
    case ACTION_LANGUAGE:
        return languages_at(action.index)->name;
    case ACTION_TORCH:
        return _("Light, on or off");
    case ACTION_CAMERA:
        return _("Next camera");
    case ACTION_REVEAL:
        return _("Show what is typed, or hide it");
    case ACTION_FIELD:
        return action.index < view->field_count ? view->fields[action.index].label : "";
    default: // a key too: what is pressed next may be a digit of the PIN
        return "";
    }
}

static void write_focus(const struct view *view, struct action focus, char *out, size_t size)
{
    *out = '\0';
    if (focus.kind == ACTION_CHOOSE && focus.index < view->item_count) {
        append_item(out, size, &view->items[focus.index]);
        return;
    }

    for (size_t i = 0; i < view->button_count; i++) {
        if (view->buttons[i].action == focus.kind) {
            append(out, size, "", view->buttons[i].label);
            return;
        }
    }
    append(out, size, "", words_of(view, focus));
}

static void write_all(const struct view *view, char *out, size_t size)
{
    append(out, size, "", view->title);
    for (size_t i = 0; i < view->warning_count; i++)
        append(out, size, "", view->warnings[i]);
    append(out, size, "", view->text);
    for (size_t i = 0; i < view->row_count; i++)
        append(out, size, view->rows[i].label, view->rows[i].value);
    for (size_t i = 0; i < view->step_count; i++)
        append(out, size, "", view->steps[i]);
    for (size_t i = 0; i < view->item_count; i++)
        append_item(out, size, &view->items[i]);
    for (size_t i = 0; view->form == VIEW_ENTRY && i < view->field_count; i++)
        append(out, size, "", view->fields[i].label);
    append(out, size, "", view->note);
    append(out, size, "", view->hint);
}

bool spoken_next(struct spoken *spoken, const struct view *view, struct action focus, char *out,
                 size_t size)
{
    char words[sizeof(spoken->focus)];
    bool same_title = spoken->begun && spoken->screen == view->screen &&
                      strcmp(spoken->title, view->title) == 0;
    bool same_text = strcmp(spoken->text, view->text) == 0;
    bool same_hint = strcmp(spoken->hint, view->hint) == 0;

    *out = '\0';
    if (!same_title)
        write_all(view, out, size);
    if (same_title && !same_text)
        append(out, size, "", view->text);
    if (same_title && !same_hint)
        append(out, size, "", view->hint);

    write_focus(view, focus, words, sizeof(words));
    if (same_title && strcmp(spoken->focus, words) != 0)
        append(out, size, "", words);

    spoken->begun = true;
    spoken->screen = view->screen;
    snprintf(spoken->title, sizeof(spoken->title), "%s", view->title);
    snprintf(spoken->text, sizeof(spoken->text), "%s", view->text);
    snprintf(spoken->hint, sizeof(spoken->hint), "%s", view->hint);
    memcpy(spoken->focus, words, sizeof(words));
    return *out != '\0';
}
