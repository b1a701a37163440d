// SPDX-License-Identifier: MIT
#include "ui/places/gate.h"

#include "net/pairings/pin.h"
#include "ui/places/places.h"
#include "ui/text/language.h"

// All that leads to a change begins with one of these; ACTION_AGAIN, where a pairing has
// failed.
static bool leads_to_changes(enum action_kind action)
{
    return action == ACTION_MENU || action == ACTION_PAIR || action == ACTION_BY_ADDRESS ||
           action == ACTION_SET_PIN || action == ACTION_PORTALS || action == ACTION_AGAIN;
}

bool gate_holds(struct gate *gate, enum action_kind action, enum flow_state state, bool has_pin,
                int64_t wait_ms, int64_t now_ms)
{
    if (!gate->guards || gate->open || !leads_to_changes(action))
        return false;
    gate->at = has_pin ? GATE_ASKS : GATE_REFUSES;
    gate->over = state;
    gate->wanted = action;
    gate->refused = wait_ms > 0 ? FAILURE_KEY_WAIT : FAILURE_NONE;
    gate->wait_until_ms = now_ms + wait_ms;
    return true;
}

bool gate_lets_camera(const struct gate *gate)
{
    return !gate->guards || gate->open;
}

bool gate_takes(const struct gate *gate, int64_t now_ms)
{
    return gate->at == GATE_ASKS && now_ms >= gate->wait_until_ms;
}

void gate_check(struct gate *gate)
{
    gate->at = GATE_CHECKS;
}

enum action_kind gate_judged(struct gate *gate, enum failure why, int64_t wait_ms,
                             int64_t now_ms)
{
    if (gate->at != GATE_CHECKS) // it was left meanwhile
        return ACTION_NONE;
    if (why == FAILURE_NONE) {
        gate->open = true;
        gate->at = GATE_AWAY;
        return gate->wanted;
    }
    gate->at = GATE_ASKS;
    gate->refused = why;
    gate->wait_until_ms = now_ms + wait_ms;
    return ACTION_NONE;
}

void gate_leave(struct gate *gate)
{
    gate->at = GATE_AWAY;
}

void gate_shut(struct gate *gate)
{
    gate->at = GATE_AWAY;
    gate->open = false;
}

void gate_follow(struct gate *gate, const struct flow *flow, bool in_places)
{
    if (gate->at != GATE_AWAY && flow->state != gate->over)
        gate->at = GATE_AWAY; // something has come up
    bool pairs = flow->state != FLOW_INSTRUCTIONS && flow->pairing;
    if (!in_places && !pairs)
        gate->open = false;
}

// ---- what it shows ----

static void begin_view(struct view *view, enum gate_at at)
{
    *view = (struct view){.state = FLOW_INSTRUCTIONS,
                          .screen = (int)FLOW_STATES + (int)PLACES + (int)at,
                          .can_go_back = true,
                          .kiosk = true,
                          .seconds_left = -1,
                          .ripe = 100};
}

static void show_keypad(const struct gate *gate, int64_t now_ms, struct view *view)
{
    bool checks = gate->at == GATE_CHECKS;
    int64_t wait_ms = checks ? 0 : gate->wait_until_ms - now_ms;
    begin_view(view, GATE_ASKS);
    view->form = VIEW_KEYPAD;
    view->can_go_back = !checks;
    view->keys_on = gate_takes(gate, now_ms);
    view_write(view->title, "%s", _("Administrator PIN"));
    view->fields[view->field_count++] =
        (struct view_field){_("PIN"), ENTRY_PIN, PIN_DIGITS_MAX};
    view_add_button(view, ACTION_SUBMIT, checks ? _("One moment") : _("Continue"));
    view->buttons[0].enabled = view->keys_on;
    view_pin_refused(view, gate->refused, wait_ms);
}

static void show_refusal(struct view *view)
{
    view->form = VIEW_STATEMENT;
    view->tone = VIEW_LOOK;
    view_write(view->title, "%s", _(failure_text(FAILURE_ADMINISTRATOR_NOT_SET)));
    view_write(
        view->text, "%s\n%s\n%s",
        _("It cannot be paired or set up at its screen. The administrator sets a PIN, or "
          "pairs it, from a shell:"),
        "qrconfirm-kiosk pin set --administrator", "qrconfirm-kiosk pair");
}

void gate_view(const struct gate *gate, int64_t now_ms, struct view *out)
{
    if (gate->at != GATE_REFUSES) {
        show_keypad(gate, now_ms, out);
        return;
    }
    begin_view(out, GATE_REFUSES);
    show_refusal(out);
    view_add_button(out, ACTION_BACK, _("Back"));
}

void gate_view_not_ready(struct view *out)
{
    begin_view(out, GATE_STATES);
    out->can_go_back = false;
    show_refusal(out);
    view_write(out->title, "%s", _("This kiosk is not paired yet"));
}
