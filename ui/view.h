// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_VIEW_H
#define QRCONFIRM_UI_VIEW_H

// What every face shows of the flow: the same sentences, rows, digits and buttons, in the
// language of the moment. The window lays them out, the terminal prints them.

#include "ui/flow.h"

#define VIEW_TEXT_MAX     512u // bytes of one text
#define VIEW_ROWS_MAX     8u
#define VIEW_WARNINGS_MAX 4u
#define VIEW_ACTIONS_MAX  4u
#define VIEW_STEPS_MAX    3u

enum view_action {
    VIEW_SCAN,
    VIEW_PAIR,
    VIEW_BACK,
    VIEW_APPROVE,
    VIEW_DENY,
    VIEW_REPORT,
    VIEW_YES,
    VIEW_NO,
    VIEW_END_SESSION
};

enum view_tone { VIEW_CALM, VIEW_WORKING, VIEW_DONE, VIEW_LOOK, VIEW_STOP };

struct view_row {
    const char *label;
    char value[VIEW_TEXT_MAX];
};

struct view_button {
    enum view_action action;
    const char *label;
    bool enabled;
    bool quiet; // beneath the main ones
};

struct view {
    enum flow_state state;
    enum view_tone tone;
    char title[VIEW_TEXT_MAX];
    char text[VIEW_TEXT_MAX]; // under the title; may be empty
    char steps[VIEW_STEPS_MAX][VIEW_TEXT_MAX];
    size_t step_count;
    struct view_row rows[VIEW_ROWS_MAX];
    size_t row_count;
    char warnings[VIEW_WARNINGS_MAX][VIEW_TEXT_MAX];
    size_t warning_count;
    char digits[6 + 1]; // to be typed in the browser; empty: none
    char note[VIEW_TEXT_MAX];
    char hint[VIEW_TEXT_MAX]; // while aiming
    struct view_button buttons[VIEW_ACTIONS_MAX];
    size_t button_count;
    size_t focus;         // index of the button that has the focus first
    bool can_go_back;     // a way back at the top left
    int64_t seconds_left; // to answer; -1: no limit
    unsigned ripe;        // percent of the time until approving works
};

// `portal` is the host of the paired portal for the instructions, or NULL.
void view_make(const struct flow *flow, const char *portal, int64_t now_ms, struct view *out);

// The host of an origin, as people know it: "portal.example.com:8443".
const char *view_host(const char *origin);

#endif
