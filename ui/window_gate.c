// SPDX-License-Identifier: MIT
// The administrator PIN between the first screen of a kiosk and what changes it.
#include "net/pairings/administrator.h"
#include "ui/window_parts.h"

static void enter_digits(struct window *window)
{
    struct entry *entry = &window->typing.entry[0];
    if (entry->size > 0 && gate_takes(&window->gate, app_now_ms()) &&
        pin_task_check(&window->pin_task, window->app.pairings,
                       span_of(entry->text, entry->size)))
        gate_check(&window->gate);
    entry_wipe(entry);
}

// Opens the keypad, or the screen that says why there is none.
static bool holds(struct window *window, struct action action)
{
    int64_t now_ms = app_now_ms();
    struct pairing_store *store = window->app.pairings;
    bool repeats_sign_in = action.kind == ACTION_AGAIN && !window->app.flow.pairing;
    if (!window->gate.guards || repeats_sign_in)
        return false;
    return gate_holds(&window->gate, action.kind, window->app.flow.state,
                      administrator_is_set(store), administrator_wait_ms(store, now_ms),
                      now_ms);
}

// What the keypad takes without leaving it: digits, and another language.
static bool is_of_screen(enum action_kind kind)
{
    return kind == ACTION_LANGUAGE || kind == ACTION_FIELD || kind == ACTION_REVEAL ||
           kind == ACTION_DIGIT || kind == ACTION_ERASE;
}

bool window_act_at_gate(struct window *window, struct action action)
{
    if (window->gate.at == GATE_AWAY) {
        bool held = holds(window, action);
        if (held)
            window_feed(window, FLOW_EVENT_TOUCH);
        return held;
    }
    window_feed(window, FLOW_EVENT_TOUCH);
    if (action.kind == ACTION_BACK && window->gate.at != GATE_CHECKS) {
        gate_leave(&window->gate);
        return true;
    }
    if (action.kind == ACTION_SUBMIT)
        enter_digits(window);
    return !is_of_screen(action.kind);
}

void window_take_check(struct window *window, const struct fault *fault)
{
    enum action_kind action =
        gate_judged(&window->gate, fault->failure, window->pin_task.wait_ms, app_now_ms());
    if (action != ACTION_NONE)
        window_act(window, (struct action){.kind = action});
}

bool window_gate_view(struct window *window)
{
    const struct flow *flow = &window->app.flow;
    bool first = flow->state == FLOW_INSTRUCTIONS && window->places.at == PLACE_NONE;
    bool unpaired = window->gate.guards && first && !flow->settings.paired;
    bool has_pin = !window->gate.guards || administrator_is_set(window->app.pairings);
    if (window->gate.at == GATE_REFUSES && has_pin)
        gate_leave(&window->gate);
    window->waits_for_shell = unpaired || window->gate.at == GATE_REFUSES;

    if (window->gate.at != GATE_AWAY)
        gate_view(&window->gate, app_now_ms(), &window->view);
    else if (unpaired && !has_pin)
        gate_view_not_ready(&window->view);
    else
        return false;
    return true;
}

void window_follow_gate(struct window *window)
{
    gate_follow(&window->gate, &window->app.flow, window->places.at != PLACE_NONE);
}

int window_gate_idle_ms(const struct window *window)
{
    int64_t idle_ms = window->app.flow.settings.idle_ms;
    bool watched =
        window->gate.at != GATE_AWAY || window->gate.open || window->places.at != PLACE_NONE;
    if (idle_ms == 0 || !watched || window->pin_task.running)
        return -1;
    int64_t left = window->touched_ms + idle_ms - app_now_ms();
    return left > 0 ? (int)left : 0;
}

// Nobody is there any more: from the menu and the keypad back to the first screen.
void window_leave_idle_gate(struct window *window)
{
    if (window_gate_idle_ms(window) != 0)
        return;
    gate_shut(&window->gate);
    window->places.at = PLACE_NONE;
    pin_task_end(&window->pin_task);
    window->dirty = true;
}
