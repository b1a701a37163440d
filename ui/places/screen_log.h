// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_PLACES_SCREEN_LOG_H
#define QRCONFIRM_UI_PLACES_SCREEN_LOG_H

// What --verbose says of the screens: the name of each that has come to be seen, and when it
// takes what it did not take at first: an approval before its time, digits while others are
// tried. Names alone, which docs/commands.md lists: nothing of what stands on the screen. Pure.

#include "ui/view/view.h"

#define SCREEN_LOG_MAX 48u // bytes of a line

struct screen_log {
    bool begun;
    int screen; // that was told last
    bool ready; // it took everything, when it was last seen
};

// The stable name of a `screen` of a view: "aiming", "menu"; NULL: there is none with this
// number.
const char *screen_name(int screen);

// Call it each time a view has been presented. Writes what is to be told of it: "asking" for
// another screen than before, or where one that looks the same has come `anew`; "asking: ready"
// once it takes what it did not take before. False if that is nothing.
bool screen_log_next(struct screen_log *log, const struct view *view, bool anew,
                     char out[static SCREEN_LOG_MAX]);

// The same each time that nothing at all is shown: "dark".
bool screen_log_dark(struct screen_log *log, char out[static SCREEN_LOG_MAX]);

#endif
