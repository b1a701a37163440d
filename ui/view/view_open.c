// SPDX-License-Identifier: MIT
#include "ui/view/view_open.h"

#include "ui/text/language.h"
#include "ui/text/shown_host.h"

void view_open_answer(const struct flow *flow, int64_t now_ms, const struct wall_clock *clock,
                      struct view *view)
{
    const struct open_answer *open = &flow->open.answer;
    bool approved = open->decision == NET_APPROVE;
    char from[VIEW_TEXT_MAX], answered[WALL_CLOCK_MAX];
    bool both = *open->place && *open->address;
    view->form = VIEW_QUESTION;
    view->tone = VIEW_LOOK;
    view_write(view->title, "%s", _("An earlier answer is still open"));
    view_write(view->text, "%s",
               _("The program ended before a receipt came. The portal may have the answer or "
                 "not. Send it again, or withdraw it."));
    view_add_row(view, _("Answer"), approved ? _("Approve") : _("Deny"));
    wall_clock_time(clock, open->answered_at, answered);
    view_add_row(view, _("Answered"), answered);
    view_add_row(view, _("Portal"), plain_host(open->origin));
    view_add_row(view, _("Account"), open->account_name);
    view_add_row(view, _("Browser"), open->browser);
    view_write(from, "%s%s%s", open->place, both ? ", " : "", open->address);
    view_add_row(view, _("From"), from);

    view_add_button(view, ACTION_NO, _("Withdraw"));
    view_add_button(view, ACTION_YES, _("Send"));
    view->buttons[1].enabled = !flow_is_early(flow, now_ms);
    view->focus = 0;
    view->ripe = flow_ripe(flow, now_ms);
}

void view_withdrawn(const struct flow *flow, struct view *view)
{
    bool approved = flow->open.answer.decision == NET_APPROVE;
    bool unsure = flow->open.what == NET_WITHDRAWAL_UNSURE;

    view->tone = unsure ? VIEW_LOOK : VIEW_DONE;
    view_write(view->title, "%s", unsure ? _("Not sent again") : _("Withdrawn"));
    switch (flow->open.what) {
    case NET_WITHDRAWN:
        view_write(view->text, "%s",
                   approved ? _("The portal had not taken the answer. That sign-in is refused "
                                "now.")
                            : _("The portal had not taken the answer, and will not."));
        break;
    case NET_WITHDRAWAL_OVER:
        view_write(view->text, "%s",
                   _("That sign-in is over. Nobody is signed in by this answer."));
        break;
    case NET_WITHDRAWAL_UNSURE:
        view_write(view->text, "%s",
                   _("The portal could not be asked whether it has the answer. Look at the "
                     "browser, and at the sessions in the portal."));
        break;
    case NET_WITHDRAWAL_TAKEN: // has a receipt, which is shown instead
        break;
    }
    view_add_button(view, ACTION_BACK, _("Done"));
}
