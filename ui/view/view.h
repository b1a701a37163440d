// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_VIEW_VIEW_H
#define QRCONFIRM_UI_VIEW_VIEW_H

// What every face shows of the flow: the same sentences, rows, digits and buttons, in the
// language of the moment. The window lays them out, the terminal prints them.

#include "ui/flow/flow_state.h"
#include "ui/text/wall_clock.h"
#include "ui/view/action.h"
#include "ui/view/entry.h"

#define VIEW_TEXT_MAX     512u // bytes of one text
#define VIEW_LABEL_MAX    160u
#define VIEW_ROWS_MAX     8u
#define VIEW_WARNINGS_MAX 4u
#define VIEW_ACTIONS_MAX  4u
#define VIEW_STEPS_MAX    3u
#define VIEW_FIELDS_MAX   2u
#define VIEW_ITEMS_MAX    40u

// How a view is laid out.
enum view_form {
    VIEW_STATEMENT, // a sign, a sentence, perhaps digits
    VIEW_QUESTION,  // what it is about, and the answers
    VIEW_STEPS,     // instructions
    VIEW_AIM,       // over the camera's picture
    VIEW_ENTRY,     // fields to be filled in
    VIEW_KEYPAD,    // a field for digits, with its own keys
    VIEW_LIST       // items, some of which can be pressed
};

enum view_tone {
    VIEW_CALM,
    VIEW_WORKING,
    VIEW_DONE,
    VIEW_LOOK,      // something to be looked at
    VIEW_NO_CAMERA, // no picture comes
    VIEW_TROUBLE,   // it did not work, and nobody is in danger
    VIEW_STOP       // refused, or somebody may do harm
};

struct view_row {
    const char *label;
    char value[VIEW_TEXT_MAX];
};

// A field to be filled in. What is typed stays with the window.
struct view_field {
    const char *label;
    enum entry_kind kind;
    size_t limit; // bytes
};

enum view_mark {
    VIEW_MARK_NONE,
    VIEW_MARK_MORE,   // leads further
    VIEW_MARK_CHOOSE, // goes to the next value
    VIEW_MARK_ON,
    VIEW_MARK_OFF
};

// What the sign in front of an item says.
enum view_sign {
    VIEW_SIGN_NONE,
    VIEW_SIGN_PORTAL,
    VIEW_SIGN_ADD,
    VIEW_SIGN_HISTORY,
    VIEW_SIGN_SETTINGS,
    VIEW_SIGN_LANGUAGE,
    VIEW_SIGN_THEME,
    VIEW_SIGN_TEXT,
    VIEW_SIGN_SOUND,
    VIEW_SIGN_VIBRATION,
    VIEW_SIGN_SPEECH,
    VIEW_SIGN_MOTION,
    VIEW_SIGN_NOTIFICATIONS,
    VIEW_SIGN_CAMERA,
    VIEW_SIGN_LOCK,
    VIEW_SIGN_KEYBOARD,
    VIEW_SIGN_DONE,
    VIEW_SIGN_LOOK,
    VIEW_SIGN_STOP,
    VIEW_SIGN_ABOUT
};

struct view_item {
    enum view_sign sign;
    enum view_mark mark;
    bool can_press;            // ACTION_CHOOSE with its index
    char label[VIEW_TEXT_MAX]; // a host, with both its forms, too
    char value[VIEW_TEXT_MAX]; // beneath; may be empty
};

struct view_button {
    enum action_kind action;
    const char *label;
    bool enabled;
    bool quiet;  // beneath the main ones
    bool danger; // what it does cannot be undone
};

struct view {
    enum flow_state state;
    int screen; // the same number: the same screen, in another moment
    enum view_form form;
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
    char hint[VIEW_TEXT_MAX]; // while aiming or entering
    struct view_field fields[VIEW_FIELDS_MAX];
    size_t field_count;
    struct view_item items[VIEW_ITEMS_MAX];
    size_t item_count;
    struct view_button buttons[VIEW_ACTIONS_MAX];
    size_t button_count;
    size_t focus;        // index of the button that has the focus first; VIEW_ACTIONS_MAX: none
    enum view_sign sign; // of a list without items
    bool keys_on;        // digits are taken
    bool can_go_back;    // a way back at the top left
    bool has_menu;       // in its place: a way to the menu
    bool administrator;  // in its place: the administrator's way to the menu of a kiosk
    bool anywhere;       // a tap beside all buttons presses the one with the focus
    bool kiosk;          // for whoever comes by
    int64_t seconds_left; // to answer; -1: no limit
    unsigned ripe;        // percent of the time until approving works
};

// ---- to fill one in; who adds keeps to the limits above ----

__attribute__((format(printf, 2, 3))) void view_write(char out[static VIEW_TEXT_MAX],
                                                      const char *format, ...);

// `label` outlives the view.
void view_add_button(struct view *view, enum action_kind action, const char *label);
void view_add_quiet_button(struct view *view, enum action_kind action, const char *label);

// Says that what the last button does cannot be undone.
void view_mark_danger(struct view *view);

// Nothing is added for an empty value. `label` outlives the view.
void view_add_row(struct view *view, const char *label, const char *value);
void view_add_step(struct view *view, const char *text);
void view_add_warning(struct view *view, const char *text);

// What was wrong with the last digits, and how long no others are taken.
void view_pin_refused(struct view *view, enum failure refused, int64_t wait_ms);

// The next step after a failure, in the words of the face.
const char *view_next(const struct flow *flow, enum failure failure);

// True where the text of a code can be entered: a paired portal shows it (qr-login v1, section
// 3).
bool view_may_enter_by_hand(const struct flow *flow);

// Whole seconds until `end_ms`, never less than 0.
int64_t view_seconds_to(int64_t end_ms, int64_t now_ms);

#endif
