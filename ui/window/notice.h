// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_WINDOW_NOTICE_H
#define QRCONFIRM_UI_WINDOW_NOTICE_H

// What a person who is not before the window is told by the desktop: that a decision waits, or
// how a sign-in or a pairing has ended. Pure. A lock screen may show it, so no code, no digit
// and no failure's detail is ever in it, and portal and account only where the person wants so.

#include "ui/flow/flow_state.h"
#include "ui/settings/options.h"

#define NOTICE_TEXT_MAX 1024u // bytes, with the NUL

struct notice {
    char summary[NOTICE_TEXT_MAX]; // one line of plain text
    char body[NOTICE_TEXT_MAX];    // our own words alone: some desktops read marks in it
};

enum notice_step { NOTICE_KEEP, NOTICE_SHOW, NOTICE_WITHDRAW };

// All zero bytes: nothing was told yet.
struct notice_watch {
    enum flow_state state; // the one at hand, and since when: one that is told of is not again
    int64_t since_ms;
    bool seen;         // the person was before the window while it stood
    const char *words; // that were told of it; NULL: none
    bool shows;        // a notice of it, or of one before
    bool waits;        // ... which says that something waits
};

// Call it whenever the flow may have changed. With SHOW, `out` takes the place of what was
// shown before. A choice of NO withdraws, and a kiosk tells nothing: it is never left for
// another window.
enum notice_step notice_follow(struct notice_watch *watch, const struct flow *flow,
                               enum notifications_choice choice, int64_t now_ms,
                               struct notice *out);

#endif
