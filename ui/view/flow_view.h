// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_VIEW_FLOW_VIEW_H
#define QRCONFIRM_UI_VIEW_FLOW_VIEW_H

// What each state of the flow shows, in the language of the moment. The gate and the places of
// a window fill in views of their own.

#include "ui/view/view.h"

// What the first screen says of this device; each may be NULL.
struct view_home {
    const char *host;             // of the paired portal, as it is shown
    const char *portal, *account; // what they are called, for a kiosk
    const char *place;            // of the computer that is signed in, for a kiosk
};

// `home` may be NULL; `clock` tells times; `now_ms` is the boot clock. `out` points to none of
// them.
void flow_view(const struct flow *flow, const struct view_home *home, int64_t now_ms,
               const struct wall_clock *clock, struct view *out);

#endif
