// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_TEXT_WAY_OUT_H
#define QRCONFIRM_UI_TEXT_WAY_OUT_H

// What helps after a failure, so that the words and the buttons say the same: one row a
// failure, as in base/failure.def. The next step of that table may name commands and files,
// for a terminal; on a screen stand the words of this one.

#include <stdbool.h>

#include "base/failure.h"

enum way_out {
    WAY_OUT_UNSAID, // of no row
    WAY_OUT_NONE,   // nothing that this device can do
    WAY_OUT_AGAIN,  // the same thing once more
    WAY_OUT_SCAN,   // another code
    WAY_OUT_SCAN_OR_PAIR,
    WAY_OUT_PAIR,    // this device, again
    WAY_OUT_ADDRESS, // another address of the portal
    WAY_OUT_SET_PIN,
    WAY_OUT_PORTALS, // the list of them
    WAYS_OUT
};

enum way_out way_out_of(enum failure failure);

// True where somebody may be doing harm: then the screen shows it in red. Whatever else does
// not work is told without alarm.
bool way_out_is_danger(enum failure failure);

// The stable name, for scripts: "again", "scan-or-pair".
const char *way_out_name(enum way_out way);

// The next step as a screen says it; English, a gettext message id.
const char *way_out_words(enum failure failure);

#endif
