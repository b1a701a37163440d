// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_VIEW_SPOKEN_H
#define QRCONFIRM_UI_VIEW_SPOKEN_H

// What is said of a screen to somebody who does not see it: all of its words in one text, and
// never the digits that are typed in the browser, which others would hear. Pure.

#include "ui/view/view.h"

struct spoken {
    bool begun;
    int screen; // that was spoken last, and what it said
    char title[VIEW_TEXT_MAX], text[VIEW_TEXT_MAX], hint[VIEW_TEXT_MAX];
    char focus[2 * VIEW_TEXT_MAX + 8]; // the words of what had the focus
};

// Writes what is to be said now: the whole text of a new screen; for a screen already spoken,
// only what changed, and the words of what has come to have the focus. The keys of a PIN have
// none. False if there is nothing to say. A sentence that does not fit into `size` is left out.
bool spoken_next(struct spoken *spoken, const struct view *view, struct action focus, char *out,
                 size_t size);

#endif
