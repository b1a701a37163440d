// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_PLACES_GATE_H
#define QRCONFIRM_UI_PLACES_GATE_H

// Decides what a kiosk blocks until the administrator PIN is entered: all that changes it
// (qr-login v1, section 11). Pure, like the flow and the places: what was pressed goes in, and
// it says whether that may go on. On any other device the gate is never shut.
//
// It opens by the PIN alone, and shuts when the kiosk is at its first screen again, when it
// does what it does for everybody, a sign-in, and when nobody is there any more. Without an
// administrator PIN it does not open at all.

#include "ui/view/view.h"

enum gate_at {
    GATE_AWAY,    // not on the screen
    GATE_ASKS,    // for the PIN
    GATE_CHECKS,  // the digits that were entered
    GATE_REFUSES, // there is no PIN
    GATE_STATES
};

struct gate {
    bool guards; // this is a kiosk
    bool open;
    enum gate_at at;
    enum flow_state over;    // what was on the screen before
    enum action_kind wanted; // what goes on once it is open
    enum failure refused;    // what was wrong with the last digits, else FAILURE_NONE
    int64_t wait_until_ms;   // no digits are taken before it
};

// True if `action` must not go on now. The gate is then on the screen; `has_pin` and `wait_ms`
// are those of the administrator PIN, `now_ms` is the boot clock.
bool gate_holds(struct gate *gate, enum action_kind action, enum flow_state state, bool has_pin,
                int64_t wait_ms, int64_t now_ms);

// True if another camera may be chosen while aiming.
bool gate_lets_camera(const struct gate *gate);

// True if digits are taken; they are then being checked until gate_judged.
bool gate_takes(const struct gate *gate, int64_t now_ms);
void gate_check(struct gate *gate);

// What became of them. Returns the action that goes on, or ACTION_NONE.
enum action_kind gate_judged(struct gate *gate, enum failure why, int64_t wait_ms,
                             int64_t now_ms);

// Back to what was on the screen before.
void gate_leave(struct gate *gate);

// Nobody has been there for a while. A pairing that is under way goes on; what comes after it
// asks for the PIN again.
void gate_shut(struct gate *gate);

// Call it after whatever has changed the screen: shuts the gate when it is time. `in_places`
// tells that the menu, or what is behind it, is on the screen.
void gate_follow(struct gate *gate, const struct flow *flow, bool in_places);

// What the gate shows.
void gate_view(const struct gate *gate, int64_t now_ms, struct view *out);

// A kiosk that nobody can sign in at, and that cannot be paired at its screen either.
void gate_view_not_ready(struct view *out);

#endif
