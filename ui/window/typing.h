// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_WINDOW_TYPING_H
#define QRCONFIRM_UI_WINDOW_TYPING_H

// What a person types into the fields of the screen at hand, from SDL's keys and texts (which
// an on-screen keyboard sends too). Wiped as soon as the screen is left. Main thread only.

#include <SDL.h>

#include "ui/screens/scene.h"

struct typing {
    struct entry entry[VIEW_FIELDS_MAX];
    size_t count;
    int screen; // that the fields belong to
};

// Makes the fields fit the view: those of another screen are wiped.
void typing_follow(struct typing *typing, const struct view *view);

void typing_wipe(struct typing *typing);

// The entry that the focus is in; NULL: in none.
struct entry *typing_focused(struct typing *typing, const struct scene *scene);

// Moves the caret of a field that was touched to where that was; of another node: nothing.
void typing_point(struct typing *typing, const struct scene *scene, int index, struct dot at);

// Where the field is that texts go into; false: into none. A PIN has its own keys.
bool typing_field(const struct typing *typing, const struct scene *scene, struct area *out);

// Lets texts come, and an on-screen keyboard with them, for a field at this place of the
// window; NULL: none come.
void typing_listen(const SDL_Rect *place);

// True if the key was for the field.
bool typing_key(struct entry *entry, const SDL_KeyboardEvent *key);

// A digit of the keypad on the screen.
void typing_digit(struct entry *entry, int digit);

// Text from a keyboard; false if it is not taken.
bool typing_text(struct entry *entry, const char *text);

// Takes what is in the clipboard; false if that is not such a text.
bool typing_paste(struct entry *entry);

#endif
