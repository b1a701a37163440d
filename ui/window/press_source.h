// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_WINDOW_PRESS_SOURCE_H
#define QRCONFIRM_UI_WINDOW_PRESS_SOURCE_H

// Whether a press comes from a device of this machine, or was made by another program. On X11 a
// program can send an event (XSendEvent), which says so of itself, or have the server press
// (XTEST), whose devices are known by their names: what a device does comes as a raw event of
// the X Input extension first, as Xorg's dix/getevents.c has it. Of Wayland and KMS nothing
// like it can be told, and nothing is refused.
//
// While it refuses, the window hears of a press of a program as an event of the type `event`,
// and nothing else of it. The main thread owns it.

#include <SDL.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PRESS_SOURCE_RAW  16u // presses of devices that wait for the event that SDL translates
#define PRESS_SOURCE_MASK 4u  // bytes: a bit for each event of X Input 2.3

struct press_raw {
    bool is_key, is_device;
    unsigned detail; // key or button; 0: taken
    unsigned long time;
};

struct press_source {
    void *display;                     // SDL's own connection; NULL: not X11
    int opcode;                        // of the X Input extension
    Uint32 event;                      // what comes in the place of a press that is refused
    uint8_t by_sdl[PRESS_SOURCE_MASK]; // the events that SDL itself has chosen
    bool refuses;
    bool is_device; // what SDL translates at the moment
    struct press_raw raw[PRESS_SOURCE_RAW];
    size_t next;
};

// Call it after SDL_Init and before there is a window: what waits in SDL's queue is lost.
void press_source_begin(struct press_source *source);
void press_source_attach(struct press_source *source, SDL_Window *window);
void press_source_end(struct press_source *source);

// From here on presses of programs are refused, or taken again. They are listened for only
// meanwhile: it wakes this program at each key that is pressed anywhere.
void press_source_refuse(struct press_source *source, bool on);

#endif
