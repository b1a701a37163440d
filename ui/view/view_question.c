// SPDX-License-Identifier: MIT
#include "ui/view/view_question.h"

#include <string.h>

#include "ui/text/isolate.h"
#include "ui/text/language.h"
#include "ui/text/shown_host.h"

static void write_age(char out[VIEW_TEXT_MAX], int64_t seconds)
{
    unsigned long count = seconds < 0 ? 0 : (unsigned long)seconds;
    if (count < 120)
        view_write(out, ngettext("%lu second ago", "%lu seconds ago", count), count);
    else
        view_write(out, ngettext("%lu minute ago", "%lu minutes ago", count / 60), count / 60);
}

// A list of parts with commas between them, of which some, in a row, are `what`. So 10.0.0.1 is
// not in a list that has 10.0.0.17.
static bool lists(const char *list, const char *what)
{
    size_t size = strlen(what);
    for (const char *at = list; (at = strstr(at, what)); at++) {
        bool begins = at == list || (at >= list + 2 && memcmp(at - 2, ", ", 2) == 0);
        if (begins && (at[size] == '\0' || at[size] == ','))
            return true;
    }
    return false;
}

// What the portal told of the last sign-in with this device (section 6, `last_use`) lists this;
// so does one that tells of no sign-in, or where there is nothing to look for.
static bool was_so_last_time(const struct net_context *context, const char *what)
{
    return !*context->last_use || !*what || lists(context->last_use, what);
}

// What is unusual. That a browser is not marked is not: nobody has to mark his own.
static void show_warnings(const struct net_context *context, struct view *view)
{
    if (!context->tells_browser) {
        view_add_warning(view, _("This portal does not tell which browser is asking. Approve "
                                 "only if the code is on your own screen."));
        return;
    }

    if (!context->known_browser)
        view_write(view->text, "%s", _("This browser is not marked as yours."));
    if (!context->known_browser && !context->pickup_code_follows)
        view_add_warning(view, _("This portal asks for no digits afterwards. Approve only if "
                                 "the code is on your own screen."));
    if (!context->known_browser && !was_so_last_time(context, context->browser))
        view_add_warning(view, _("It is another browser than at your last sign-in."));

    if (!context->same_network)
        view_add_warning(view, _("This browser is in another network than this device."));
    if (!was_so_last_time(context, context->place) &&
        !was_so_last_time(context, context->address))
        view_add_warning(view, _("It is at another place than at your last sign-in."));
}

void view_asking(const struct flow *flow, int64_t now_ms, const struct wall_clock *clock,
                 struct view *view)
{
    view->form = VIEW_QUESTION;
    const struct net_context *context = &flow->context;
    view_write(view->title, _("Sign in to %s?"), shown_host(context->origin).text);
    view_add_row(view, _("Account"), context->account_name);
    view_add_row(view, _("Browser"), context->browser);

    char from[VIEW_TEXT_MAX];
    bool both = *context->place && *context->address;
    view_write(from, "%s%s%s", isolated(context->place).text, both ? ", " : "",
               context->address);
    view_add_row(view, _("From"), from);

    if (context->tells_browser) {
        char age[VIEW_TEXT_MAX];
        write_age(age, context->page_age_s + (now_ms - flow->since_ms) / 1000);
        view_add_row(view, _("Code shown"), age);
    }
    char last_use[VIEW_TEXT_MAX];
    wall_clock_text(clock, context->last_use, last_use, sizeof(last_use));
    view_add_row(view, _("Last sign-in"), last_use);

    show_warnings(context, view);
    if (view->warning_count > 0)
        view->tone = VIEW_LOOK;

    view_add_button(view, ACTION_DENY, _("Deny"));
    view_add_button(view, ACTION_APPROVE, _("Approve"));
    view->buttons[1].enabled = flow_may_approve(flow, now_ms);
    if (context->may_report)
        view_add_quiet_button(view, ACTION_REPORT, _("This was not me"));
    view->focus = 0;

    view->ripe = flow_ripe(flow, now_ms);
    view->seconds_left = view_seconds_to(flow->ends_ms, now_ms);
}
