// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_WINDOW_OUTPUT_TURN_H
#define QRCONFIRM_UI_WINDOW_OUTPUT_TURN_H

// How far a Wayland compositor has turned what its only output shows, as a phone's shell does
// when the phone is turned. A camera that is built in has turned with it; its picture is then
// turned back for the person. Elsewhere, and with several outputs, nothing is known to turn.
// Method: wl_output.geometry of the Wayland protocol. Main thread only; nothing here waits but
// the first look.

#include <SDL.h>
#include <stdbool.h>
#include <stddef.h>

#include "scanner/frames/frame.h"

struct wl_event_queue;
struct wl_registry;
struct wl_output;

#define OUTPUT_TURN_MOST 8u // outputs that are looked at

struct output_turn_one {
    struct wl_output *output; // NULL: this place is free
    uint32_t name;
    unsigned transform; // degrees counter-clockwise
};

struct output_turn {
    bool looked;
    struct wl_display *display; // SDL's; NULL: this is not Wayland
    struct wl_event_queue *queue;
    struct wl_registry *registry;
    struct output_turn_one one[OUTPUT_TURN_MOST];
};

// Degrees, counter-clockwise, that the picture of the window stands turned on its panel.
unsigned output_turn_degrees(struct output_turn *turn, SDL_Window *window);

// Before the window goes.
void output_turn_destroy(struct output_turn *turn);

// How a camera's picture is turned in a window that itself is turned so far. Pure.
struct frame_view output_turn_view(struct frame_view view, unsigned degrees);

#endif
