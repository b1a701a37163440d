// SPDX-License-Identifier: MIT
#include "ui/view/view_visit.h"

#include "ui/text/language.h"

void view_visit_steps(struct view *view)
{
    view_add_step(view, _("Press “Sign in by QR”"));
    view_add_step(view, _("Show your badge and the code to the camera"));
    view_add_button(view, ACTION_SCAN, _("Begin"));
}

const char *view_visit_aim(const struct flow *flow)
{
    if (flow->visit.on)
        return _("Point the camera at the code");
    return flow->visit.has_code ? _("Now show your badge") : _("Show your badge");
}

void view_visit_pin(const struct flow *flow, struct view *view)
{
    const struct flow_visit *visit = &flow->visit;
    if (flow->state == FLOW_PIN_AGAIN) {
        view_write(view->title, "%s", _("The same PIN again"));
        view_write(view->text, "%s",
                   flow->settings.full
                       ? _("This kiosk is full: whoever has not come for longest begins "
                           "anew.")
                       : _("From now on it opens your key at this kiosk."));
        return;
    }

    if (visit->anew)
        view_write(view->title, "%s", _("Choose a PIN"));
    view_write(view->text, "%s",
               visit->differed ? _("They differ. Choose once more.")
               : visit->anew   ? _("6 to 32 digits")
                               : _("New here? Choose 6 to 32 digits."));
    if (visit->differed)
        view->tone = VIEW_LOOK;
    if (!visit->anew && !flow->pin.checking)
        view_add_quiet_button(view, ACTION_FORGOT_PIN, _("I have forgotten my PIN"));
}

void view_visit_confirming(struct view *view)
{
    view_write(view->title, "%s", _("Is this you?"));
    view_write(view->text, "%s",
               _("From now on your badge and your PIN sign this account in at this kiosk."));
}

void view_visit_paired(struct view *view)
{
    view_write(view->title, "%s", _("Your badge is known here now"));
    view_write(view->text, "%s",
               _("To sign in show it once more, enter your PIN, and show the code."));
}
