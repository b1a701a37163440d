// SPDX-License-Identifier: MIT
#include "ui/view/view.h"

#include <stdarg.h>
#include <stdio.h>

#include "ui/text/language.h"
#include "ui/text/way_out.h"

void view_write(char out[static VIEW_TEXT_MAX], const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(out, VIEW_TEXT_MAX, format, args);
    va_end(args);
}

void view_add_button(struct view *view, enum action_kind action, const char *label)
{
    view->buttons[view->button_count++] =
        (struct view_button){.action = action, .label = label, .enabled = true};
}

void view_add_quiet_button(struct view *view, enum action_kind action, const char *label)
{
    view_add_button(view, action, label);
    view->buttons[view->button_count - 1].quiet = true;
}

void view_mark_danger(struct view *view)
{
    view->buttons[view->button_count - 1].danger = true;
}

void view_add_row(struct view *view, const char *label, const char *value)
{
    if (!*value)
        return;
    struct view_row *row = &view->rows[view->row_count++];
    row->label = label;
    view_write(row->value, "%s", value);
}

void view_add_step(struct view *view, const char *text)
{
    view_write(view->steps[view->step_count++], "%s", text);
}

void view_add_warning(struct view *view, const char *text)
{
    view_write(view->warnings[view->warning_count++], "%s", text);
}

void view_pin_refused(struct view *view, enum failure refused, int64_t wait_ms)
{
    bool again = refused == FAILURE_KEY_WRONG_PIN || refused == FAILURE_KEY_WAIT;
    const char *next = _(again ? N_("Enter it again.") : way_out_words(refused));
    if (refused != FAILURE_NONE)
        view_write(view->text, "%s %s", _(failure_text(refused)), wait_ms > 0 ? "" : next);
    if (refused != FAILURE_NONE)
        view->tone = VIEW_LOOK;
    if (wait_ms <= 0)
        return;
    unsigned long left = (unsigned long)(wait_ms + 999) / 1000;
    view_write(view->note,
               ngettext("The next one counts in %lu second.",
                        "The next one counts in %lu seconds.", left),
               left);
}

const char *view_next(const struct flow *flow, enum failure failure)
{
    return _(flow->settings.window ? way_out_words(failure) : failure_next(failure));
}

bool view_may_enter_by_hand(const struct flow *flow)
{
    return flow->settings.window && (flow->pairing || flow->settings.shows_text);
}

int64_t view_seconds_to(int64_t end_ms, int64_t now_ms)
{
    return end_ms > now_ms ? (end_ms - now_ms + 999) / 1000 : 0;
}
