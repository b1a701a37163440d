// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_WINDOW_WINDOW_PARTS_H
#define QRCONFIRM_UI_WINDOW_WINDOW_PARTS_H

// The window from inside, private to its six files. window.c is the loop and what comes in. It
// turns to window_act.c for what a press does, which turns to window_keys.c for the keys on the
// screen, to window_settle.c for what follows from all that came, to window_draw.c for getting
// it on the screen, and to window_dark.c for showing nothing; none of them calls back.

#include "scanner/camera/camera.h"
#include "scanner/camera/torch.h"
#include "ui/app/app.h"
#include "ui/app/pin_task.h"
#include "ui/places/navigation.h"
#include "ui/places/screen_log.h"
#include "ui/screens/keyboard.h"
#include "ui/screens/rise.h"
#include "ui/screens/screens.h"
#include "ui/view/spoken.h"
#include "ui/window/activation.h"
#include "ui/window/camera_task.h"
#include "ui/window/captcha.h"
#include "ui/window/colour_watch.h"
#include "ui/window/feedback.h"
#include "ui/window/keep_on.h"
#include "ui/window/notice.h"
#include "ui/window/notifier.h"
#include "ui/window/notify.h"
#include "ui/window/output_turn.h"
#include "ui/window/pointer.h"
#include "ui/window/stage.h"
#include "ui/window/typing.h"

#define WINDOW_BUILT_NOTHING (-1) // the scene is built as a screen that has just come

#define MOVING_MS     33  // between two pictures of something that moves
#define CLOSING_MS    100 // the frame closes around a found code in this time
#define FOUND_HOLD_MS 250 // and stays closed so long before the next screen comes
#define SHELL_LOOK_MS                                                                          \
    400 // after so long a kiosk looks whether it was paired, or given a PIN, from a shell
#define FOUND_FORGET_MS 400 // without seeing it again, the frame opens

struct window {
    struct app app;
    struct stage stage;
    struct keep_on keep_on;
    struct output_turn output_turn;
    struct view view;
    struct scene scene;
    struct frame frame;     // swapped with the preview mailbox
    struct options options; // the settings change some
    const struct paths *paths;
    Uint32 wake_event;
    atomic_bool inbox_woken, preview_woken, colours_woken, activation_woken, notice_woken;
    bool dirty;                 // the scene must be built and drawn anew
    bool stale;                 // the picture behind it has changed
    int built;                  // the screen that the scene shows, or nothing of it
    int64_t built_ms;           // since when
    bool unshown;               // it was not yet presented
    int64_t shown_ms;           // when it was
    bool overtaken;             // a press has changed what is to be shown
    bool rises;                 // the screen has not yet arrived at its place
    struct action focus_action; // kept from scene to scene of the same state
    bool touched;               // the person has done something that the flow is yet to be told
    char language[8];           // that a kiosk goes back to
    bool dark;                  // a kiosk in its quiet hours, and nobody is there
    bool hidden;                // as far as the desktop says
    bool unfocused;             // another window has the focus
    bool by_keys;               // the last thing done was done by a key
    struct pointer pointer;
    struct navigation navigation;
    struct places_facts facts;
    struct pin_task pin_task;
    struct camera_task camera_task;
    char source[CAMERA_SOURCE_MAX]; // that was chosen on the screen
    struct notify notify;
    struct feedback *feedback;    // NULL: none
    struct colour_watch *colours; // NULL: the desktop is not asked
    const char *argument; // the code of the command line; NULL: there is none, or it was taken
    struct activation *activation; // NULL: the desktop's launcher does not come here
    struct notifier *notifier;     // NULL: nothing is told while the window is not in view
    struct notice_watch notice_watch;
    struct spoken spoken;
    struct screen_log screen_log;
    struct typing typing;
    struct keyboard keyboard;
    bool keyboard_wanted; // on the screen at hand, if it has fields
    bool to_field;        // the field with the focus is scrolled to
    struct captcha captcha;
    int64_t refused_ms; // when a press of a program was refused last
    int64_t captcha_ms; // when it was asked for
    struct torch torch;
    bool torch_on;
    struct scan_note found;
    int64_t closing_ms;                   // when the frame began to close around it
    int64_t found_ms;                     // 0: nothing
    int64_t start_ms, scan_ms, answer_ms; // for --verbose
};

// ---- what a press does (window_act.c) ----

void window_feed(struct window *window, enum flow_event_kind kind);
void window_act(struct window *window, struct action action);

// A node of the scene was pressed; -1: none.
void window_act_on_node(struct window *window, int index);

// From this field on to the next, and from the last one to what is done with them.
void window_leave_field(struct window *window, size_t index);
void window_switch_torch(struct window *window, bool on);

// Looks whether a kiosk has an administrator PIN, and whether it may be tried.
void window_look_at_administrator(struct window *window);

// The PIN has been changed or tried, or not: call it when it may be so.
void window_take_pin_task(struct window *window);

// A code that is handed over is one that was typed in, and taken where that may be done.
void window_take_code(struct window *window, const char *code);

// The desktop's launcher has called, or not.
void window_take_activation(struct window *window);

// What a person who is not before the window is to be told, has changed, or not.
void window_tell_notice(struct window *window);

// The cameras have been looked for, or not yet.
void window_take_cameras(struct window *window);

// Looks anew at the pairings after a removal has ended, and says why if it has failed.
void window_look_after_removal(struct window *window);

// ---- the keys on the screen (window_keys.c) ----

// A key with this number was pressed. True if it leaves the field.
bool window_press_key(struct window *window, size_t number);

// A finger has come down on a node; if that is backspace, it may stay.
void window_hold_key(struct window *window);

// Another finger comes down while one is still on a key: two thumbs type faster than one leaves
// the glass. The first key is pressed by that.
void window_roll_over(struct window *window, int64_t finger, struct dot at);

// Backspace goes on while it is held: call it whenever that may be due.
void window_repeat_key(struct window *window);

// This field gets the focus and is scrolled to.
void window_go_to_field(struct window *window, size_t index);

// Looks where is typed now, on the view of the moment.
void window_follow_keyboard(struct window *window);
bool window_has_keyboard(const struct window *window);

// ---- what follows from all that came (window_settle.c) ----

// Brings the view of the moment about, and all that goes with it.
void window_settle(struct window *window);

// A program pressed where only a person may.
void window_refuse_press(struct window *window);

// True while the frame still closes around a code, before the next screen comes.
bool window_holds_found(const struct window *window);

// ---- how it gets on the screen (window_draw.c) ----

// With --verbose: how long ago something was, on standard error.
void window_say(const struct window *window, const char *what, int64_t since_ms);

// Lays the view out and shows it. False if it could not be shown; see SDL_GetError.
bool window_draw(struct window *window);

// Whether the quiet hours hold now.
bool window_is_quiet(const struct window *window);

// Whether tones are wanted now: not where they are switched off, nor in quiet hours.
bool window_may_sound(const struct window *window);

// Something is on the screen for the first time, or the screen is dark from the start.
void window_tell_started(struct window *window);

// Shows what was drawn, over the newest picture of the camera. False as above.
bool window_present(struct window *window);
void window_take_preview(struct window *window);

// How a source's picture stands in this window, and so the frame around a code in it.
struct frame_view window_view_of(struct window *window, struct frame_view source);

// ---- a screen that is dark (window_dark.c) ----

// Looks whether that begins or ends.
void window_follow_quiet_hours(struct window *window);

// Milliseconds until that may be so without a touch; -1: never.
int window_quiet_wait_ms(const struct window *window);

// Shows nothing. False as above.
bool window_darken(struct window *window);

#endif
