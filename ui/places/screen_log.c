// SPDX-License-Identifier: MIT
#include "ui/places/screen_log.h"

#include <stdio.h>

#include "ui/places/gate.h"
#include "ui/places/places.h"

#define DARK (-1) // in the place of a view's screen

static const char *const place_names[PLACES] = {
    [PLACE_MENU] = "menu",
    [PLACE_PORTALS] = "portals",
    [PLACE_PORTAL] = "portal",
    [PLACE_REMOVE] = "remove",
    [PLACE_REMOVE_PIN] = "remove-pin",
    [PLACE_REMOVING] = "removing",
    [PLACE_REMOVED] = "removed",
    [PLACE_HISTORY] = "history",
    [PLACE_SETTINGS] = "settings",
    [PLACE_CAMERAS] = "cameras",
    [PLACE_ABOUT] = "about",
    [PLACE_PIN] = "pin",
    [PLACE_PIN_OLD] = "pin-old",
    [PLACE_PIN_NEW] = "pin-new",
    [PLACE_PIN_AGAIN] = "pin-again",
    [PLACE_PIN_WORKING] = "pin-working",
    [PLACE_PIN_DONE] = "pin-done",
};

// Digits are checked on the screen that asks for them; behind the states of the gate is the
// first screen of a kiosk that is not ready.
static const char *const gate_names[GATE_STATES + 1] = {
    [GATE_ASKS] = "gate-asks",
    [GATE_REFUSES] = "gate-refuses",
    [GATE_STATES] = "not-ready",
};

const char *screen_name(int screen)
{
    if (screen < 0)
        return NULL;
    if (screen < (int)FLOW_STATES)
        return flow_state_name((enum flow_state)screen);

    int place = screen - (int)FLOW_STATES, gate = place - (int)PLACES;
    if (place < (int)PLACES)
        return place_names[place];
    return gate <= (int)GATE_STATES ? gate_names[gate] : NULL;
}

static bool is_ready(const struct view *view)
{
    return view->ripe >= 100 && (view->form != VIEW_KEYPAD || view->keys_on);
}

bool screen_log_next(struct screen_log *log, const struct view *view, bool anew,
                     char out[static SCREEN_LOG_MAX])
{
    bool another = anew || !log->begun || log->screen != view->screen;
    bool ready = is_ready(view), becomes = !another && ready && !log->ready;
    const char *name = screen_name(view->screen);
    *log = (struct screen_log){.begun = true, .screen = view->screen, .ready = ready};
    if (!name || (!another && !becomes))
        return false;

    snprintf(out, SCREEN_LOG_MAX, "%s%s", name, becomes ? ": ready" : "");
    return true;
}

bool screen_log_dark(struct screen_log *log, char out[static SCREEN_LOG_MAX])
{
    if (log->begun && log->screen == DARK)
        return false;
    *log = (struct screen_log){.begun = true, .screen = DARK};
    snprintf(out, SCREEN_LOG_MAX, "dark");
    return true;
}
