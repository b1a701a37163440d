// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_PLACES_NAVIGATION_H
#define QRCONFIRM_UI_PLACES_NAVIGATION_H

// The one way of a press through the window. The gate of a kiosk takes it first, then the
// places, and the flow takes what is left; what is shown follows the same order. Pure, as all
// three are: it reads no disk and has no clock, and it says what the window must do. It changes
// the gate and the places itself, the flow only by the events that it hands out.
//
// The flow and the facts belong to the caller and outlive the navigation. No locks: one thread.

#include "ui/places/gate.h"
#include "ui/places/places.h"
#include "ui/view/flow_view.h"

struct navigation {
    const struct flow *flow;
    const struct places_facts *facts;
    struct gate gate;
    struct places places;
    bool has_administrator;        // a PIN is set, as far as was looked
    int64_t administrator_wait_ms; // until its next try counts, at that time
    unsigned removals;             // of those that ended: what the places were told of
    int64_t left_ms;               // when whoever was there was taken to have gone
};

enum navigation_do {
    NAVIGATION_DO_NOTHING,    // it was stopped, or has led to another place
    NAVIGATION_DO_FEED,       // `event` to the flow
    NAVIGATION_DO_SCAN,       // `event` to the flow; the camera's picture begins anew
    NAVIGATION_DO_SUBMIT,     // what was typed to the flow
    NAVIGATION_DO_TAKE_PIN,   // what was typed to the place: see places_pin
    NAVIGATION_DO_TRY_PIN,    // what was typed, as the administrator PIN: see navigation_try
    NAVIGATION_DO_FORGET_PIN, // what was typed: it is not taken now
    NAVIGATION_DO_LOOK,       // the facts are needed anew
    NAVIGATION_DO_REMOVE,     // the pairing of `places.portal`
    NAVIGATION_DO_SET,        // `change`
    NAVIGATION_DO_ON_SCREEN   // the action itself: a digit, a field, the language, the light
};

struct navigation_step {
    enum navigation_do what;
    bool goes_back;          // FLOW_EVENT_BACK comes first: places lie behind the instructions
    struct flow_event event; // without its time
    struct places_change change;
};

// Takes a press. On a kiosk, look at the administrator PIN before. `now_ms` is the boot clock,
// here and below.
struct navigation_step navigation_press(struct navigation *navigation, struct action action,
                                        int64_t now_ms);

// The digits that were typed are being tried as the administrator PIN.
void navigation_try(struct navigation *navigation);

// What became of them; what was pressed before goes on if they were right.
struct navigation_step navigation_judged(struct navigation *navigation, enum failure why,
                                         int64_t wait_ms, int64_t now_ms);

// Call it after whatever may have changed the flow.
void navigation_follow(struct navigation *navigation);

// Call it then too: true if a removal has ended, and the facts are needed anew. It tells the
// places what became of it.
bool navigation_take_removal(struct navigation *navigation);

// True while a kiosk waits to be paired, or given a PIN, from a shell: the pairings and the PIN
// are to be looked at.
bool navigation_waits_for_shell(const struct navigation *navigation);
void navigation_looked(struct navigation *navigation, bool has_administrator, int64_t wait_ms);

// When whoever is at a kiosk is taken to have gone, which navigation_leave is told; FLOW_NEVER:
// that is not watched, or nobody has been there since. Counted from the flow's last touch.
int64_t navigation_idle_end(const struct navigation *navigation);

// Back to the first screen from the gate and the places. The flow leaves by itself.
void navigation_leave(struct navigation *navigation, int64_t now_ms);

// True at the first screen of a kiosk as whoever comes next finds it.
bool navigation_is_left(const struct navigation *navigation);

// What the view needs besides.
struct navigation_scene {
    struct view_home home;
    const struct wall_clock *clock;
    int64_t now_ms;
    bool still_aims; // the frame closes around the code before the next screen comes
};

void navigation_view(const struct navigation *navigation, const struct navigation_scene *scene,
                     struct view *out);

#endif
