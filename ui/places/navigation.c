// SPDX-License-Identifier: MIT
#include "ui/places/navigation.h"

#include "ui/view/flow_view.h"

enum layer { LAYER_GATE, LAYER_PLACES, LAYER_FLOW };

// The order in which they take a press, and lie over each other on the screen.
static enum layer on_top(const struct navigation *navigation)
{
    if (navigation->gate.at != GATE_AWAY)
        return LAYER_GATE;
    return navigation->places.at != PLACE_NONE ? LAYER_PLACES : LAYER_FLOW;
}

// ---- a press ----

// What is done to the screen alone, and takes nobody anywhere.
static bool is_of_screen(enum action_kind kind)
{
    switch (kind) {
    case ACTION_LANGUAGE:
    case ACTION_FIELD:
    case ACTION_REVEAL:
    case ACTION_DIGIT:
    case ACTION_ERASE:
    case ACTION_KEY:
        return true;
    default:
        return false;
    }
}

static struct navigation_step press_gate(struct navigation *navigation, enum action_kind kind,
                                         int64_t now_ms)
{
    struct gate *gate = &navigation->gate;
    if (kind == ACTION_BACK && gate->at != GATE_CHECKS)
        gate_leave(gate);
    if (kind != ACTION_SUBMIT)
        return (struct navigation_step){.what = NAVIGATION_DO_NOTHING};

    bool takes = gate_takes(gate, now_ms);
    return (struct navigation_step){.what = takes ? NAVIGATION_DO_TRY_PIN
                                                  : NAVIGATION_DO_FORGET_PIN};
}

// Opens the keypad, or the screen that says why there is none. A sign-in is repeated by
// whoever comes by.
static bool is_held(struct navigation *navigation, enum action_kind kind, int64_t now_ms)
{
    const struct flow *flow = navigation->flow;
    bool repeats_sign_in = kind == ACTION_AGAIN && !flow->pairing;
    return !repeats_sign_in &&
           gate_holds(&navigation->gate, kind, flow->state, navigation->has_administrator,
                      navigation->administrator_wait_ms, now_ms);
}

static struct navigation_step step_of_places(enum places_do todo)
{
    static const struct {
        enum navigation_do what;
        enum flow_event_kind event;
    } steps[] = {
        [PLACES_DO_NOTHING] = {.what = NAVIGATION_DO_NOTHING},
        [PLACES_DO_LOOK] = {.what = NAVIGATION_DO_LOOK},
        [PLACES_DO_PAIR] = {NAVIGATION_DO_SCAN, FLOW_EVENT_PAIR},
        [PLACES_DO_PAIR_BY_ADDRESS] = {NAVIGATION_DO_FEED, FLOW_EVENT_BY_ADDRESS},
        [PLACES_DO_REMOVE] = {.what = NAVIGATION_DO_REMOVE},
        [PLACES_DO_PIN] = {.what = NAVIGATION_DO_TAKE_PIN},
        [PLACES_DO_SET] = {.what = NAVIGATION_DO_SET},
    };

    return (struct navigation_step){.what = steps[todo].what, .event.kind = steps[todo].event};
}

static struct navigation_step answers(enum net_decision decision)
{
    return (struct navigation_step){.what = NAVIGATION_DO_FEED,
                                    .event = {.kind = FLOW_EVENT_ANSWER, .answer = decision}};
}

static struct navigation_step keeps(bool yes)
{
    return (struct navigation_step){.what = NAVIGATION_DO_FEED,
                                    .event = {.kind = FLOW_EVENT_KEEP, .yes = yes}};
}

static struct navigation_step step_of_flow(enum action_kind kind)
{
    static const struct {
        enum navigation_do what;
        enum flow_event_kind event;
    } steps[ACTION_KINDS] = {
        [ACTION_SCAN] = {NAVIGATION_DO_SCAN, FLOW_EVENT_SCAN},
        [ACTION_PAIR] = {NAVIGATION_DO_SCAN, FLOW_EVENT_PAIR},
        [ACTION_AGAIN] = {NAVIGATION_DO_SCAN, FLOW_EVENT_AGAIN},
        [ACTION_BACK] = {NAVIGATION_DO_FEED, FLOW_EVENT_BACK},
        [ACTION_BY_HAND] = {NAVIGATION_DO_FEED, FLOW_EVENT_BY_HAND},
        [ACTION_BY_ADDRESS] = {NAVIGATION_DO_FEED, FLOW_EVENT_BY_ADDRESS},
        [ACTION_END_SESSION] = {NAVIGATION_DO_FEED, FLOW_EVENT_END_SESSION},
        [ACTION_FORGOT_PIN] = {NAVIGATION_DO_FEED, FLOW_EVENT_FORGOT_PIN},
        [ACTION_RENEW] = {NAVIGATION_DO_FEED, FLOW_EVENT_RENEW},
        [ACTION_SUBMIT] = {.what = NAVIGATION_DO_SUBMIT},
        [ACTION_PASTE] = {.what = NAVIGATION_DO_ON_SCREEN},
        [ACTION_TORCH] = {.what = NAVIGATION_DO_ON_SCREEN},
        [ACTION_CAMERA] = {.what = NAVIGATION_DO_ON_SCREEN},
    };

    switch (kind) {
    case ACTION_APPROVE:
        return answers(NET_APPROVE);
    case ACTION_DENY:
        return answers(NET_DENY);
    case ACTION_REPORT:
        return answers(NET_DENY_AND_REPORT);
    case ACTION_YES:
    case ACTION_NO:
        return keeps(kind == ACTION_YES);
    default:
        return (struct navigation_step){.what = steps[kind].what,
                                        .event.kind = steps[kind].event};
    }
}

struct navigation_step navigation_press(struct navigation *navigation, struct action action,
                                        int64_t now_ms)
{
    enum places_do todo;
    struct places_change change = {0};
    if (is_of_screen(action.kind))
        return (struct navigation_step){.what = NAVIGATION_DO_ON_SCREEN};
    if (on_top(navigation) == LAYER_GATE)
        return press_gate(navigation, action.kind, now_ms);
    if (action.kind == ACTION_CAMERA && !gate_lets_camera(&navigation->gate))
        return (struct navigation_step){.what = NAVIGATION_DO_NOTHING};
    if (is_held(navigation, action.kind, now_ms))
        return (struct navigation_step){.what = NAVIGATION_DO_NOTHING};
    if (!places_press(&navigation->places, navigation->facts, action, &todo, &change))
        return step_of_flow(action.kind);

    struct navigation_step step = step_of_places(todo);
    step.goes_back = action.kind == ACTION_SET_PIN || action.kind == ACTION_PORTALS;
    step.change = change;
    return step;
}

void navigation_try(struct navigation *navigation)
{
    gate_check(&navigation->gate);
}

struct navigation_step navigation_judged(struct navigation *navigation, enum failure why,
                                         int64_t wait_ms, int64_t now_ms)
{
    enum action_kind goes_on = gate_judged(&navigation->gate, why, wait_ms, now_ms);
    return navigation_press(navigation, (struct action){.kind = goes_on}, now_ms);
}

// ---- what comes without a press ----

void navigation_follow(struct navigation *navigation)
{
    const struct flow *flow = navigation->flow;
    if (flow->state != FLOW_INSTRUCTIONS)
        navigation->places.at = PLACE_NONE; // something has come up
    gate_follow(&navigation->gate, flow, navigation->places.at != PLACE_NONE);
}

bool navigation_take_removal(struct navigation *navigation)
{
    const struct flow_removal *removal = &navigation->flow->removal;
    if (navigation->removals == removal->count)
        return false;

    navigation->removals = removal->count;
    places_removed(&navigation->places, removal->fault.failure == FAILURE_NONE,
                   removal->portal_told);
    return true;
}

// The first screen of a kiosk that nobody can sign in at.
static bool is_unpaired(const struct navigation *navigation)
{
    const struct flow *flow = navigation->flow;
    return navigation->gate.guards && flow->state == FLOW_INSTRUCTIONS &&
           navigation->places.at == PLACE_NONE && !flow->settings.paired;
}

bool navigation_waits_for_shell(const struct navigation *navigation)
{
    return is_unpaired(navigation) || navigation->gate.at == GATE_REFUSES;
}

void navigation_looked(struct navigation *navigation, bool has_administrator, int64_t wait_ms)
{
    navigation->has_administrator = has_administrator;
    navigation->administrator_wait_ms = wait_ms;
    if (navigation->gate.at == GATE_REFUSES && has_administrator)
        gate_leave(&navigation->gate);
}

int64_t navigation_idle_end(const struct navigation *navigation)
{
    const struct flow *flow = navigation->flow;
    bool is_there = flow->touched_ms > navigation->left_ms;
    bool works = navigation->gate.at == GATE_CHECKS || // with what was entered
                 navigation->places.at == PLACE_PIN_WORKING;
    bool watched = flow->settings.idle_ms > 0 && is_there && !works;
    return watched ? flow->touched_ms + flow->settings.idle_ms : FLOW_NEVER;
}

void navigation_leave(struct navigation *navigation, int64_t now_ms)
{
    navigation->left_ms = now_ms;
    navigation->places.at = PLACE_NONE;
    gate_shut(&navigation->gate);
}

bool navigation_is_left(const struct navigation *navigation)
{
    const struct flow *flow = navigation->flow;
    return flow->settings.idle_ms > 0 && flow->state == FLOW_INSTRUCTIONS &&
           flow->touched_ms <= navigation->left_ms;
}

// ---- what is shown ----

static void view_flow(const struct navigation *navigation, const struct navigation_scene *scene,
                      struct view *out)
{
    if (is_unpaired(navigation) && !navigation->has_administrator) {
        gate_view_not_ready(out);
        return;
    }

    struct flow shown = *navigation->flow;
    if (scene->still_aims)
        shown.state = FLOW_AIMING;
    flow_view(&shown, &scene->home, scene->now_ms, scene->clock, out);
}

void navigation_view(const struct navigation *navigation, const struct navigation_scene *scene,
                     struct view *out)
{
    switch (on_top(navigation)) {
    case LAYER_GATE:
        gate_view(&navigation->gate, scene->now_ms, out);
        break;
    case LAYER_PLACES:
        places_view(&navigation->places, navigation->facts, scene->clock, out);
        break;
    case LAYER_FLOW:
        view_flow(navigation, scene, out);
        break;
    }
}
