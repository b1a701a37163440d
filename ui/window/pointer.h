// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_WINDOW_POINTER_H
#define QRCONFIRM_UI_WINDOW_POINTER_H

// A finger or the mouse on a scene: what goes down and up on the same node presses it, what
// moves in between scrolls. One finger at a time: a second one is ignored. A key of the
// on-screen keyboard is pressed even if the finger slides to another one, as in a glove. Pure.

#include "ui/screens/scene.h"

#define POINTER_MOUSE  INT64_MIN // in the place of a finger's id
#define POINTER_GROUND (-2)      // in the place of a node: a tap beside all of them

struct pointer {
    bool is_down;
    int64_t finger;
    int pressed; // node under it; -1: none
    struct dot start;
    float start_scroll;
    bool drags;
    bool forgotten;
};

void pointer_init(struct pointer *pointer);

void pointer_down(struct pointer *pointer, const struct scene *scene, int64_t finger,
                  struct dot at);

// Scrolls the scene; true if it did, or if nothing is pressed any more.
bool pointer_move(struct pointer *pointer, struct scene *scene, int64_t finger, struct dot at);

// The node that has been pressed, or POINTER_GROUND; -1: none.
int pointer_up(struct pointer *pointer, const struct scene *scene, int64_t finger,
               struct dot at);

// What went down presses nothing: the screen under it is another one.
void pointer_forget(struct pointer *pointer);

#endif
