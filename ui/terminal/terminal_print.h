// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_TERMINAL_TERMINAL_PRINT_H
#define QRCONFIRM_UI_TERMINAL_TERMINAL_PRINT_H

// How the two terminal faces write what happens. docs/commands.md lists every JSON event.

#include <stdio.h>

#include "ui/app/inbox.h"
#include "ui/view/view.h"

// What the terminal adds to a view; each empty: nothing.
struct terminal_extra {
    const char *picture; // the file of a captcha
    const char *word;    // what approves, where a person is asked (ui/terminal/approve_word.h)
};

struct terminal_print {
    // False if memory is short, and the state was not told.
    bool (*state)(FILE *out, const struct flow *flow, const struct view *view,
                  const struct terminal_extra *extra, int64_t now_ms);
    void (*hint)(FILE *out, const struct flow *flow, const struct view *view, int64_t now_ms);
    void (*code)(FILE *out, const struct scan_note *note, int64_t now_ms);
    // A receipt of an answer that is not the one at hand.
    void (*late)(FILE *out, const struct net_receipt *receipt, int64_t now_ms);
    // The program was ended while an answer was on its way, and it is still open.
    void (*left_open)(FILE *out, int64_t now_ms);
    void (*end)(FILE *out, const struct flow *flow, int64_t now_ms);
};

extern const struct terminal_print terminal_print_text;
extern const struct terminal_print terminal_print_json;

#endif
