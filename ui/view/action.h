// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_VIEW_ACTION_H
#define QRCONFIRM_UI_VIEW_ACTION_H

// What a press means: the buttons of a view, and what a screen has besides. Several things of
// one kind are told apart by an index.

#include <stdbool.h>
#include <stddef.h>

enum action_kind {
    ACTION_NONE, // cannot be pressed
    ACTION_SCAN,
    ACTION_PAIR,
    ACTION_BACK,
    ACTION_APPROVE,
    ACTION_DENY,
    ACTION_REPORT,
    ACTION_YES,
    ACTION_NO,
    ACTION_END_SESSION,
    ACTION_RENEW,
    ACTION_BY_HAND,
    ACTION_BY_ADDRESS, // pair with a portal that shows no pairing code
    ACTION_SUBMIT,     // what stands in the fields
    ACTION_PASTE,      // the clipboard into the field
    ACTION_MENU,
    ACTION_AGAIN,      // what has failed
    ACTION_FORGOT_PIN, // of a badge
    ACTION_SET_PIN,    // away from the flow, to choose one
    ACTION_PORTALS,    // away from the flow, to the list of them
    ACTION_REMOVE,     // this pairing
    ACTION_CHOOSE,     // index: of an item of a list
    ACTION_TORCH,      // on or off
    ACTION_CAMERA,     // to the next camera
    ACTION_LANGUAGE,   // index: of the language
    ACTION_FIELD,      // index: of the field that gets the focus
    ACTION_REVEAL,     // index: of the field whose secret is shown, or hidden again
    ACTION_DIGIT,      // index: the digit
    ACTION_ERASE,      // the last digit
    ACTION_KEY,        // index: the number of a key of the on-screen keyboard
    ACTION_KINDS
};

struct action {
    enum action_kind kind;
    size_t index; // 0 where the kind has none
};

static inline bool action_is_same(struct action a, struct action b)
{
    return a.kind == b.kind && a.index == b.index;
}

#endif
